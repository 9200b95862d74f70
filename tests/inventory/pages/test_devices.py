"""The list of devices: filters, order, many at once; and how a device enters by hand."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.devices.commands import declare, receive, reserve_tags
from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests.journeys import announced, declared, location, make, no_data

pytestmark = pytest.mark.django_db


def many(count, people, *, received=True):
    devices = declare([announced("screen") for _number in range(count)], actor=people.technician)
    for device in devices if received else []:
        receive(device.tag, actor=people.technician, location=location().code)
    return devices


def tags_in(response):
    return re.findall(r'name="tag" value="(\w+)"', response.content.decode())


def test_the_filters_stand_in_the_address(desk, people):
    make(Status.RECEIVED, "laptop")
    screen = make(Status.RECEIVED, "screen")
    declared("screen")
    page = desk("technician").get("/devices/?status=received&category=screen&location=W1")
    assert tags_in(page) == [screen.tag]
    html = page.content.decode()
    assert "1 device" in html
    assert '<option value="received" selected>' in html
    assert tags_in(desk("technician").get("/devices/", {"q": grouped(screen.tag).lower()})) == [screen.tag]


def test_a_column_sorts_both_ways(desk, people):
    tags = sorted(device.tag for device in many(3, people, received=False))
    html = desk("technician").get("/devices/?sort=tag").content.decode()
    assert re.findall(r'name="tag" value="(\w+)"', html) == tags
    assert 'href="?sort=-tag"' in html
    assert tags_in(desk("technician").get("/devices/?sort=-tag")) == tags[::-1]


def test_an_unknown_status_in_the_address_is_refused_in_words(desk):
    assert desk("technician").get("/devices/?status=eaten").status_code == 422


def test_a_list_asks_as_much_for_one_row_as_for_twenty(desk, people):
    client = desk("technician")
    many(1, people)
    client.get("/devices/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        assert len(tags_in(client.get("/devices/"))) == 1
    many(19, people)
    with CaptureQueriesContext(connection) as twenty:
        assert len(tags_in(client.get("/devices/"))) == 20
    assert len(twenty) == len(one)


def test_a_page_holds_fifty_unless_asked_otherwise(desk, people):
    many(60, people, received=False)
    assert len(tags_in(desk("technician").get("/devices/"))) == 50
    assert len(tags_in(desk("technician").get("/devices/?size=25"))) == 25
    assert len(tags_in(desk("technician").get("/devices/?size=7"))) == 50
    assert len(tags_in(desk("technician").get("/devices/?page=2"))) == 10


def test_only_who_sees_devices_sees_the_list(desk):
    assert desk("auditor").get("/devices/").status_code == 200
    for role in ("association_member", "counter_clerk", "administrator"):
        assert desk(role).get("/devices/").status_code == 403


def test_steps_are_offered_by_the_law_and_the_role(desk):
    make(Status.READY)
    html = desk("technician").get("/devices/?status=ready").content.decode()
    offered = re.search(r'<select name="step".*?</select>', html, re.DOTALL)[0]
    assert re.findall(r'value="(\w+)"', offered) == ["rework"]
    assert 'name="step"' not in desk("auditor").get("/devices/?status=ready").content.decode()


def confirm(client, sent):
    """Send a bulk act and answer its question as the page asks it."""
    asked = client.post("/devices/bulk/", sent)
    assert asked.status_code == 200
    html = asked.content.decode()
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html)
    answer = {name: [value for other, value in hidden if other == name] for name, _value in hidden}
    answer["query"] = [value.replace("&amp;", "&") for value in answer["query"]]
    answer["confirmed"] = re.search(r'name="confirmed" value="(\d+)"', html)[1]
    return html, client.post("/devices/bulk/", answer)


def test_picked_devices_move_together_after_a_question(desk, people):
    first, second = many(2, people)
    location("W2")
    keeper = desk("warehouse_keeper")
    html, done = confirm(keeper, {"act": "move", "location": "W2", "tag": [first.tag, second.tag], "query": "page=1"})
    assert "Move to Dépôt W2: 2 devices?" in html
    assert done.headers["Location"] == "/devices/?page=1"
    assert set(Device.objects.values_list("location__code", flat=True)) == {"W2"}


def test_all_that_match_more_than_a_thousand_take_a_step(desk, people):
    devices = declare([announced("screen") for _number in range(1050)], actor=people.technician)
    for device in devices:
        receive(device.tag, actor=people.technician, location=location().code)
    other = make(Status.RECEIVED, "laptop")
    sent = {"act": "step", "step": "scrap", "all_matching": "on", "query": "category=screen&status=received"}
    html, done = confirm(desk("warehouse_keeper"), sent)
    assert "1,050 devices?" in html
    # No list of tags travels.
    assert html.count('name="tag"') == 0
    assert done.status_code == 302
    assert Device.objects.filter(status=Status.TO_RECYCLE).count() == 1050
    assert Entry.objects.filter(event="device.scrap").count() == 1050
    other.refresh_from_db()
    assert other.status == Status.RECEIVED


def test_one_that_cannot_and_none_is_changed(desk, people):
    able = no_data(make(Status.RECEIVED, "screen"))
    unable = make(Status.RECEIVED, "screen")
    html, refused = confirm(desk("technician"), {"act": "step", "step": "inspect", "tag": [able.tag, unable.tag]})
    assert refused.status_code == 409
    assert unable.tag in refused.content.decode()
    able.refresh_from_db()
    assert able.status == Status.RECEIVED


def test_a_count_that_changed_meanwhile_is_asked_again(desk, people):
    many(2, people)
    sent = {"act": "step", "step": "scrap", "all_matching": "on", "query": "", "confirmed": "3"}
    refused = desk("warehouse_keeper").post("/devices/bulk/", sent)
    assert refused.status_code == 409
    assert "Meanwhile 2 devices match" in refused.content.decode()
    assert not Device.objects.filter(status=Status.TO_RECYCLE).exists()


def test_bulk_acts_are_refused_to_who_may_not_and_when_nothing_is_picked(desk, people):
    (device,) = many(1, people)
    assert (
        desk("auditor").post("/devices/bulk/", {"act": "step", "step": "scrap", "tag": device.tag}).status_code == 403
    )
    assert desk("auditor").post("/devices/bulk/", {"act": "labels", "tag": device.tag}).status_code == 403
    assert desk("technician").post("/devices/bulk/", {"act": "move", "location": "W1"}).status_code == 422
    assert desk("technician").get("/devices/bulk/").status_code == 405


def test_labels_of_picked_devices_go_to_the_printers_page(desk, people):
    devices = many(2, people, received=False)
    html = desk("technician").post("/devices/bulk/", {"act": "labels", "tag": [one.tag for one in devices]})
    assert f'action="{reverse("labels")}"' in html.content.decode()
    assert sorted(tags_in(html)) == sorted(one.tag for one in devices)


def test_a_found_device_is_registered_with_the_label_on_it(desk, people):
    (tag,) = reserve_tags(1, actor=people.technician)
    client = desk("technician")
    assert f'value="{tag}"' in client.get(f"/devices/found/?tag={tag}").content.decode()
    sent = {"tag": grouped(tag).lower(), "category": "laptop", "location": location().code, "serial": "ZZ9"}
    assert client.post("/devices/found/", sent).headers["Location"] == f"/devices/{tag}/"
    assert Device.objects.get(tag=tag).status == Status.RECEIVED
    assert client.post("/devices/found/", {"category": "laptop"}).status_code == 422
    assert desk("auditor").get("/devices/found/").status_code == 403


def test_a_device_is_declared_by_hand(desk):
    sent = {"category": "printer", "act_reference": "BC-2026-7", "decommissioned_on": "2026-03-02", "weight_kg": "9.5"}
    assert desk("technician").post("/devices/declare/", sent).status_code == 302
    assert Device.objects.get().status == Status.DECLARED
    missing = desk("technician").post("/devices/declare/", {**sent, "act_reference": ""})
    assert missing.status_code == 422
    assert "Act of decommissioning" in missing.content.decode()
    assert desk("driver").get("/devices/declare/").status_code == 403


def test_an_empty_list_teaches_the_first_step(desk):
    assert "No device yet" in desk("technician").get("/devices/").content.decode()
    declared()
    assert "No device fits" in desk("technician").get("/devices/?q=nothing").content.decode()
