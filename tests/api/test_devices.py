"""Devices by programs: scans in any form, tags printed beforehand, many devices at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.accounts.models import User
from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def technician(program: Callable[[User], Program], people: People) -> Program:
    return program(people.technician)


def test_a_device_is_found_by_whatever_is_scanned(technician: Program) -> None:
    device = journeys.declared()
    told = (device.tag, grouped(device.tag), device.tag.lower(), f"https://relais.brussels.example/T/{device.tag}")
    for text in (*told, device.serial, device.inventory_number.lower()):
        assert done(technician.get("/scan", q=text))["device"]["tag"] == device.tag
    nothing = done(technician.get("/scan", q="Fictor"))
    assert (nothing["device"], nothing["words"]) == (None, "Fictor")
    assert nothing["why"]
    refused(technician.get("/scan", q=" "), 422, "bad_input")


def test_a_list_of_devices_is_declared_wholly_or_not_at_all(technician: Program) -> None:
    good = {"category": "laptop", "act_reference": "BC-1", "decommissioned_on": "2026-03-02", "weight_kg": "1.850"}
    refused(technician.post("/devices", {"devices": [good, {"category": "laptop"}]}), 422, "bad_input")
    assert not Device.objects.exists()
    (made,) = done(technician.post("/devices", {"devices": [good]}), 201)
    assert (made["status"], made["weight_kg"]) == ("declared", "1.850")


def test_a_device_that_is_on_no_list_gets_the_label_that_was_stuck_on_it(technician: Program) -> None:
    (tag,) = done(technician.post("/tags", {"count": 1}), 201)
    body = {"category": "screen", "location": journeys.location().code, "tag": grouped(tag)}
    assert done(technician.post("/devices/found", body), 201)["tag"] == tag
    refused(technician.post("/devices/found", body), 409, "conflict")


def test_both_tags_open_a_device(technician: Program) -> None:
    device = journeys.make(Status.RECEIVED)
    (tag,) = done(technician.post("/tags", {"count": 1}), 201)
    done(technician.post(f"/devices/{device.tag}/tags", {"reserved": tag}))
    assert done(technician.get(f"/devices/{tag}"))["tag"] == device.tag


def test_a_step_is_taken_with_all_that_a_search_finds(technician: Program) -> None:
    tags = {journeys.make(Status.SANITISED).tag for _ in range(3)}
    journeys.make(Status.READY)
    body = {"step": "start_refurbishment", "matching": {"status": ["sanitised"]}}
    assert done(technician.post("/devices/steps", body)) == {"count": 3}
    found = done(technician.get("/devices", status="in_refurbishment"))["items"]
    assert {one["tag"] for one in found} == tags


def test_what_can_be_done_next_comes_with_what_blocks_it(technician: Program) -> None:
    device = journeys.make(Status.AWAITING_SANITISATION)
    steps = {one["name"]: one for one in done(technician.get(f"/devices/{device.tag}/steps"))}
    assert not steps["confirm_sanitised"]["allowed"]
    assert grouped(device.media.get().code) in steps["confirm_sanitised"]["why_not"]


def test_facts_that_were_learnt_stay_when_left_out(technician: Program) -> None:
    device = journeys.make(Status.RECEIVED)
    learnt = done(technician.patch(f"/devices/{device.tag}", {"memory_mb": 8192, "processor": "Fictor i5"}))
    assert (learnt["memory_mb"], learnt["model"]) == (8192, device.model)
    entry = done(technician.get(f"/devices/{device.tag}/history"))[0]
    assert entry["event"] == "device.describe"
    assert "8192" in entry["body"]


def test_an_unknown_status_is_no_empty_list(technician: Program) -> None:
    refused(technician.get("/devices", status="gone"), 422, "bad_input")


def test_a_device_reads_the_same_in_the_list_and_by_itself(technician: Program) -> None:
    from inventory.api.devices import DeviceOut

    for status in (Status.READY, Status.DECLARED):
        made = journeys.make(status)
        Device.objects.filter(pk=made.pk).update(weight_kg="1.85", memory_mb=8192)
        (listed,) = done(technician.get("/devices", q=made.tag))["items"]
        assert listed == done(technician.get(f"/devices/{made.tag}"))
        assert set(listed) == set(DeviceOut.model_fields)
    nothing = journeys.no_data(journeys.make(Status.RECEIVED)).tag
    (listed,) = done(technician.get("/devices", q=nothing))["items"]
    assert listed == done(technician.get(f"/devices/{nothing}"))
