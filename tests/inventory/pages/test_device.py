"""The page of one device and every form on it: each does its deed, for who may, and for nobody else."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.devices.commands import move, reserve_tags
from inventory.devices.models import Device, Medium
from inventory.devices.tags import grouped
from inventory.lifecycle import ENTRANCES, LIFECYCLE, Status, steps_from
from inventory.pages.history import EVENTS
from inventory.refurbishment.bench import TESTS_FOR
from inventory.reports.open_data.activity import MOVEMENTS
from tests.journeys import location, make, no_data, pass_tests, with_medium

pytestmark = pytest.mark.django_db

LSHW = {
    "id": "box",
    "class": "system",
    "vendor": "Fictor",
    "product": "Bureau 300",
    "children": [
        {
            "id": "core",
            "class": "bus",
            "children": [
                {
                    "id": "disk",
                    "class": "disk",
                    "description": "ATA Disk",
                    "product": "FLASH 256",
                    "serial": "LSHW0001",
                    "logicalname": "/dev/sda",
                    "size": 256060514304,
                }
            ],
        }
    ],
}


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_its_page_in_words_for_every_reader(desk, status):
    device = make(status)
    for role in ("technician", "warehouse_keeper", "auditor", "programme_officer", "driver"):
        page = desk(role).get(f"/devices/{device.tag}/")
        assert page.status_code == 200
        html = page.content.decode()
        assert grouped(device.tag) in html
        assert str(status.label) in html
    assert desk("association_member").get(f"/devices/{device.tag}/").status_code == 403


def test_a_tag_as_printed_leads_to_the_one_address(desk):
    device = make(Status.RECEIVED)
    page = desk("technician").get(f"/devices/{grouped(device.tag).lower()}/")
    assert page.headers["Location"] == f"/devices/{device.tag}/"
    assert desk("technician").get("/devices/7K3QX9M22/").status_code == 422
    assert desk("technician").get("/devices/7K3QX9M21/").status_code == 404


def test_what_can_be_done_is_drawn_and_what_blocks_is_said(desk):
    device = make(Status.RECEIVED)
    html = desk("technician").get(f"/devices/{device.tag}/").content.decode()
    assert "Nobody has listed the storage media" in html
    assert f'action="/devices/{device.tag}/steps/inspect/"' not in html
    no_data(device)
    html = desk("technician").get(f"/devices/{device.tag}/").content.decode()
    assert f'action="/devices/{device.tag}/steps/inspect/"' in html
    assert "Nothing for you" in desk("auditor").get(f"/devices/{device.tag}/").content.decode()


def test_names_stand_in_the_history_only_for_who_may_see_them(desk, people):
    device = make(Status.RECEIVED)
    assert "<span>tine</span>" in desk("technician").get(f"/devices/{device.tag}/").content.decode()
    assert "<span>tine</span>" in desk("auditor").get(f"/devices/{device.tag}/").content.decode()
    html = desk("warehouse_keeper").get(f"/devices/{device.tag}/").content.decode()
    assert "<span>tine</span>" not in html
    assert f"Technician {people.technician.key[:8]}" in html


def test_every_step_of_the_law_has_its_word_in_the_history_and_in_the_open_data():
    steps = {step.name for step in LIFECYCLE} | set(ENTRANCES)
    assert {f"device.{name}" for name in steps} - EVENTS.keys() == set()
    (told,) = (field.codes or {} for field in MOVEMENTS.fields if field.name == "step")
    assert steps - told.keys() == set()


def test_a_long_history_asks_no_more_than_a_short_one(desk, people):
    device = make(Status.RECEIVED)
    client = desk("technician")
    client.get(f"/devices/{device.tag}/")
    with CaptureQueriesContext(connection) as short:
        client.get(f"/devices/{device.tag}/")
    for code in ("W2", "W3", "W2", "W3", "W2"):
        location(code)
        move(device.tag, actor=people.technician, location=code)
    with CaptureQueriesContext(connection) as long:
        client.get(f"/devices/{device.tag}/")
    assert len(long) == len(short)


def test_a_bare_step_is_a_button_and_a_grave_one_asks_first(desk):
    device = no_data(make(Status.RECEIVED))
    technician = desk("technician")
    assert technician.post(f"/devices/{device.tag}/steps/inspect/").status_code == 302
    device.refresh_from_db()
    assert device.status == Status.AWAITING_SANITISATION
    asked = technician.post(f"/devices/{device.tag}/steps/dismantle/")
    assert asked.status_code == 200
    assert "taken apart" in asked.content.decode()
    device.refresh_from_db()
    assert device.status == Status.AWAITING_SANITISATION
    assert technician.post(f"/devices/{device.tag}/steps/dismantle/", {"confirmed": "on"}).status_code == 302
    device.refresh_from_db()
    assert device.status == Status.FOR_PARTS
    assert desk("auditor").post(f"/devices/{device.tag}/steps/scrap/", {"confirmed": "on"}).status_code == 403
    assert technician.get(f"/devices/{device.tag}/steps/eat/").status_code == 409


FORMS = [
    ("receive", Status.DECLARED, "technician", {"location": "W1"}, Status.RECEIVED),
    (
        "quarantine",
        Status.RECEIVED,
        "technician",
        {"reason": "dangerous_battery", "remark": "hot"},
        Status.IN_QUARANTINE,
    ),
    ("reopen_sanitisation", Status.READY, "technician", {"reason": "mistake"}, Status.AWAITING_SANITISATION),
    ("release", Status.RESERVED, "programme_officer", {"reason": "not_collected"}, Status.READY),
    ("take_back", Status.HANDED_OVER, "warehouse_keeper", {"reason": "defective", "location": "W1"}, Status.RECEIVED),
    (
        "recycle",
        Status.TO_RECYCLE,
        "warehouse_keeper",
        {
            "collector": "BRU-COL-1",
            "document": "D-1",
            "kilograms": "7.4",
            "recycled_on": "2026-01-02",
            "confirmed": "on",
        },
        Status.RECYCLED,
    ),
    ("report_lost", Status.RECEIVED, "warehouse_keeper", {"reason": "stock_take", "confirmed": "on"}, Status.LOST),
    ("find_again", Status.LOST, "warehouse_keeper", {"location": "W1"}, Status.RECEIVED),
]


@pytest.mark.parametrize(("name", "before", "role", "answers", "after"), FORMS, ids=[row[0] for row in FORMS])
def test_a_form_does_its_step(desk, name, before, role, answers, after):
    location()
    device = make(before)
    address = f"/devices/{device.tag}/{name}/"
    assert desk(role).get(address).status_code == 200
    for missing in answers:
        if missing != "remark":
            kept = {key: value for key, value in answers.items() if key != missing}
            assert desk(role).post(address, kept).status_code == 422, missing
    assert desk("auditor").get(address).status_code == 403
    assert desk("auditor").post(address, answers).status_code == 403
    device.refresh_from_db()
    assert device.status == before
    done = desk(role).post(address, answers, follow=True)
    assert done.redirect_chain[0][0] == f"/devices/{device.tag}/"
    assert "success" in done.content.decode()
    device.refresh_from_db()
    assert device.status == after


def test_every_step_with_facts_has_its_form_or_its_section(desk):
    elsewhere = {"collect", "reserve", "reserve_instead", "hand_over"}
    for status in Status:
        for step in steps_from(status):
            if step.name not in elsewhere and not step.bare:
                address = f"/devices/7K3QX9M21/{step.name}/"
                assert "There is nothing at this address" not in desk("technician").get(address).content.decode()


def test_facts_media_tags_and_places_are_written_down(desk, people):
    device = make(Status.RECEIVED)
    location("W2")
    (spare,) = reserve_tags(1, actor=people.technician)
    client = desk("technician")
    root = f"/devices/{device.tag}"
    assert 'value="Bureau 300"' in client.get(f"{root}/describe/").content.decode()
    assert client.post(f"{root}/describe/", {"category": "desktop", "memory_mb": "8192"}).status_code == 302
    assert client.post(f"{root}/move/", {"location": "W2"}).status_code == 302
    assert client.post(f"{root}/bind-tag/", {"reserved": grouped(spare)}).status_code == 302
    sent = {"kind": "nvme", "serial": "S1", "gigabytes": "512"}
    assert client.post(f"{root}/list-medium/", sent).status_code == 302
    device.refresh_from_db()
    assert (device.memory_mb, device.location.code) == (8192, "W2")
    assert Medium.objects.get().capacity_bytes == 512 * 10**9
    html = client.get(f"/devices/{spare}/", follow=True).content.decode()
    assert all(words in html for words in ("8 GB", "512 GB", "SSD (NVMe)", grouped(spare), "Bureau 300"))
    assert client.post(f"{root}/no-data/", {"checked_how": "slot_empty"}).status_code == 409


def test_no_data_is_declared_by_a_person(desk):
    device = make(Status.RECEIVED, "screen")
    address = f"/devices/{device.tag}/no-data/"
    assert desk("technician").post(address, {}).status_code == 422
    assert desk("technician").post(address, {"checked_how": "no_storage_by_design"}).status_code == 302
    html = desk("auditor").get(f"/devices/{device.tag}/").content.decode()
    assert "Declared to hold no data" in html


def test_an_inspection_file_lists_the_media(desk):
    device = make(Status.RECEIVED)
    address = f"/devices/{device.tag}/inspection/"
    file = SimpleUploadedFile("box.json", json.dumps(LSHW).encode())
    done = desk("technician").post(address, {"file": file}, follow=True)
    assert "1 storage medium was added" in done.content.decode()
    assert Medium.objects.get().serial == "LSHW0001"
    assert desk("technician").post(address, {}).status_code == 422
    assert desk("technician").post(address, {"file": SimpleUploadedFile("x.json", b"no")}).status_code == 422
    assert desk("auditor").get(address).status_code == 403


def test_tests_are_written_on_one_page_and_open_the_way_to_ready(desk):
    device = make(Status.IN_REFURBISHMENT, "laptop")
    client = desk("technician")
    html = client.get(f"/devices/{device.tag}/").content.decode()
    assert "These tests are not done or failed" in html
    address = f"/devices/{device.tag}/tests/"
    assert client.get(address).content.decode().count("<fieldset") == len(TESTS_FOR["laptop"])
    answers = dict.fromkeys(TESTS_FOR["laptop"], "pass")
    assert "60 percent" in client.post(address, answers).content.decode()
    absent = client.post(address, {**answers, "battery-value": "88", "camera": "not_applicable"})
    assert absent.status_code == 422
    assert "Say why this test does not apply" in absent.content.decode()
    sent = {**answers, "battery-value": "88", "camera": "not_applicable", "camera-reason": "part_absent"}
    assert client.post(address, sent).status_code == 302
    html = client.get(f"/devices/{device.tag}/").content.decode()
    assert re.search(rf'href="/devices/{device.tag}/make_ready/"', html)
    assert client.post(f"/devices/{device.tag}/make_ready/", {"grade": "A"}).status_code == 302
    assert Device.objects.get(tag=device.tag).status == Status.READY
    assert desk("auditor").get(address).status_code == 403


def test_only_what_changed_is_written_to_the_history(desk):
    device = make(Status.IN_REFURBISHMENT, "screen")
    pass_tests(device)
    answers = {**dict.fromkeys(TESTS_FOR["screen"], "pass"), "ports": "fail"}
    assert desk("technician").post(f"/devices/{device.tag}/tests/", answers).status_code == 302
    html = desk("technician").get(f"/devices/{device.tag}/").content.decode()
    assert "0 of 1 passed" in html
    assert desk("technician").post(f"/devices/{device.tag}/tests/", answers).status_code == 422


def test_a_reader_without_business_with_requests_sees_no_association(desk):
    device = make(Status.HANDED_OVER)
    name = device.reservations.get().line.request.association.name
    assert name not in desk("technician").get(f"/devices/{device.tag}/").content.decode()
    assert name in desk("auditor").get(f"/devices/{device.tag}/").content.decode()


def test_a_medium_that_left_is_still_shown_with_its_place(desk, people):
    device = make(Status.RECEIVED)
    medium = with_medium(device)
    client = desk("technician")
    assert client.post(f"/media/{medium.code}/remove/", {"place": "bag 14"}).status_code == 302
    assert "taken out, now: bag 14" in client.get(f"/devices/{device.tag}/").content.decode()
