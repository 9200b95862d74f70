"""Scanning: one code opens its thing, many make a list, and in the cellar every scan gets an answer."""

from __future__ import annotations

import re

import pytest

from inventory.devices.commands import reserve_tags
from inventory.devices.models import Device
from inventory.devices.tags import grouped, tag_url
from inventory.lifecycle import Status
from tests.journeys import declared, location, make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("write", [str.lower, grouped, lambda tag: tag_url(tag, "old.example")])
def test_a_tag_in_any_spelling_opens_its_device(desk, write):
    device = declared()
    assert desk("driver").get("/scan/", {"q": write(device.tag)}).headers["Location"] == f"/devices/{device.tag}/"


def test_a_serial_opens_its_device_and_a_disk_opens_its_page(desk):
    device = make(Status.AWAITING_SANITISATION)
    medium = device.media.get()
    technician = desk("technician")
    assert technician.get("/scan/", {"q": device.serial}).headers["Location"] == f"/devices/{device.tag}/"
    for code in (medium.code, medium.serial):
        assert technician.get("/scan/", {"q": code}).headers["Location"] == f"/media/{medium.code}/"


def test_what_is_nothing_known_becomes_a_search_with_its_reason(desk):
    tag = declared().tag
    swapped = tag[1] + tag[0] + tag[2:]
    page = desk("technician").get("/scan/", {"q": swapped if swapped != tag else "Bureau"}, follow=True)
    assert page.redirect_chain[0][0].startswith("/devices/?q=")
    assert "notice warning" in page.content.decode()
    found = desk("technician").get("/scan/", {"q": "Bureau"}, follow=True).content.decode()
    assert "is not a tag" in found
    assert grouped(tag) in found


def test_a_label_on_no_device_leads_to_registering_one(desk, people):
    (tag,) = reserve_tags(1, actor=people.technician)
    page = desk("technician").get("/scan/", {"q": tag})
    assert page.headers["Location"] == f"/devices/found/?tag={tag}"
    assert desk("driver").get("/scan/", {"q": tag}).headers["Location"].startswith("/devices/?q=")


def test_a_pasted_list_is_looked_up_line_by_line(desk):
    first, second = declared(), declared()
    page = desk("technician").post("/scan/", {"q": f"{first.tag}\r\n\r\n{second.serial}\r\nnothing at all"})
    html = page.content.decode()
    assert f"/devices/{first.tag}/" in html
    assert f"/devices/{second.tag}/" in html
    assert "nothing at all" in html
    assert desk("technician").get("/scan/").status_code == 200
    assert desk("technician").post("/scan/", {"q": "x\n" * 501}).status_code == 422
    assert desk("association_member").get("/scan/").status_code == 403


def test_devices_are_received_one_scan_after_the_other(desk, people):
    location("W2")
    first, second, third = declared(), make(Status.IN_TRANSIT), make(Status.LOST)
    (free,) = reserve_tags(1, actor=people.technician)
    keeper = desk("warehouse_keeper")
    assert "Where do the devices go?" in keeper.get("/scan/receive/").content.decode()
    assert keeper.post("/scan/receive/", {"location": ""}).status_code == 422
    assert "Scan the first label" in keeper.post("/scan/receive/", {"location": "W2"}, follow=True).content.decode()

    def scan(text):
        return keeper.post("/scan/receive/", {"q": text}, follow=True).content.decode()

    def answer(html):
        return re.search(r'<div class="answer (\w+)".*?<p class="said">(.*?)</p>', html, re.DOTALL).groups()

    assert answer(scan(tag_url(first.tag, "any.example"))) == ("good", "Received at Dépôt W2.")
    assert answer(scan(second.serial))[0] == "good"
    assert answer(scan(first.tag)) == ("bad", "It was received before.")
    assert answer(scan(third.tag))[0] == "bad"
    assert answer(scan("rubbish"))[0] == "bad"
    html = scan(free)
    assert answer(html)[0] == "bad"
    assert f"/devices/found/?tag={free}&amp;location=W2" in html
    assert "<strong>2</strong> received" in html
    assert html.count('<li><span class="mark') == 5
    assert answer(scan("")) == answer(html)
    assert set(Device.objects.filter(location__code="W2")) == {first, second}


def test_the_last_ten_answers_stay_on_the_screen(desk):
    location()
    keeper = desk("warehouse_keeper")
    keeper.post("/scan/receive/", {"location": "W1"})
    for _number in range(14):
        keeper.post("/scan/receive/", {"q": declared().tag})
    html = keeper.get("/scan/receive/").content.decode()
    assert "<strong>14</strong>" in html
    assert html.count('<li><span class="mark') == 9
    assert "Where do the devices go?" in keeper.get("/scan/receive/?again=1").content.decode()


def test_only_who_receives_receives_by_scanning(desk):
    assert desk("driver").get("/scan/receive/").status_code == 403
    assert desk("auditor").post("/scan/receive/", {"location": "W1"}).status_code == 403
