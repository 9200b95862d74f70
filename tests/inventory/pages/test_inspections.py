"""An inspection file is dropped at the desk: it finds its device, asks, or makes a new one."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from inventory.devices.commands import describe
from inventory.devices.models import Device, Medium
from inventory.lifecycle import Status
from tests.inventory.devices import inspection_files as files
from tests.inventory.pages.seen import words
from tests.journeys import declared, location, make

pytestmark = pytest.mark.django_db


def dropped(client, **more):
    return client.post("/inspections/", {"file": SimpleUploadedFile("lshw.json", files.lshw(**more))})


def sealed(page) -> str:
    return re.search(r'name="seen" value="([^"]+)"', page.content.decode())[1]


def test_a_known_machine_is_found_and_its_page_opens(desk, people):
    device = make(Status.RECEIVED)
    describe(device.tag, actor=people.technician, manufacturer="Relais", serial="RLS77A1")
    answer = dropped(desk("technician"))
    assert answer.headers["Location"] == f"/devices/{device.tag}/"
    assert Medium.objects.get().device == device


def test_an_unknown_machine_becomes_a_device_where_one_says(desk, people):
    client = desk("technician")
    place = location().code
    page = dropped(client)
    assert "No device like it is known" in words(page)
    assert not Device.objects.exists()
    asked = {"seen": sealed(page), "choice": "new", "reason": "looked_at_machine"}
    assert client.post("/inspections/settle/", asked).status_code == 422
    answer = client.post("/inspections/settle/", {**asked, "location": place})
    device = Device.objects.get()
    assert answer.headers["Location"] == f"/devices/{device.tag}/"
    assert (device.serial, device.location.code, device.media.count()) == ("RLS77A1", place, 1)


def test_candidates_stand_side_by_side_and_one_is_chosen(desk, people):
    one, other = make(Status.RECEIVED), declared()
    describe(one.tag, actor=people.technician, manufacturer="Relais", serial="RLS77A9", smbios_uuid=files.UUID)
    describe(other.tag, actor=people.technician, manufacturer="Relais", serial="QX77A9", board_serial="MBRLS0001")
    client = desk("technician")
    page = dropped(client)
    for said in (one.tag, other.tag, "SMBIOS UUID is the same", "None of these"):
        assert said in page.content.decode()
    asked = {"seen": sealed(page), "choice": other.tag, "reason": "part_replaced"}
    assert "Say where the device stands" in words(client.post("/inspections/settle/", asked))
    client.post("/inspections/settle/", {**asked, "location": location().code})
    other.refresh_from_db()
    assert (other.status, other.media.count(), one.media.count()) == (Status.RECEIVED, 1, 0)


def test_what_was_sealed_cannot_be_changed(desk):
    client = desk("technician")
    page = dropped(client)
    asked = {"seen": sealed(page)[:-2] + "xx", "choice": "new", "reason": "other", "location": location().code}
    assert client.post("/inspections/settle/", asked).status_code == 422
    assert not Device.objects.exists()


def test_who_may_not_inspect_drops_nothing(desk):
    assert desk("warehouse_keeper").get("/inspections/").status_code == 403
