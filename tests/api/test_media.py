"""Storage media by programs: listed, declared absent by a person, taken out."""

from __future__ import annotations

import pytest

from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db


def test_a_disk_found_late_sends_a_ready_device_back(people: People) -> None:
    technician, tag = Program(people.technician), journeys.make(Status.READY).tag
    made = done(technician.post(f"/devices/{tag}/media", {"kind": "nvme", "serial": "LATE1"}), 201)
    assert (made["state"], made["device"]) == ("pending", tag)
    assert done(technician.get(f"/devices/{tag}"))["status"] == "awaiting_sanitisation"
    refused(technician.post(f"/devices/{tag}/media", {"kind": "nvme", "serial": "late1 "}), 409, "conflict")


def test_no_data_is_declared_by_a_person_where_no_medium_is_listed(people: People) -> None:
    technician, tag = Program(people.technician), journeys.make(Status.RECEIVED).tag
    how = {"checked_how": "opened_and_looked"}
    refused(technician.post(f"/devices/{tag}/no-data", {"checked_how": "felt_like_it"}), 422, "bad_input")
    assert done(technician.post(f"/devices/{tag}/no-data", how))["no_data_declared_at"]
    done(technician.post(f"/devices/{tag}/media", {"kind": "card"}), 201)
    assert done(technician.get(f"/devices/{tag}"))["no_data_declared_at"] is None
    refused(technician.post(f"/devices/{tag}/no-data", how), 409, "rule_broken")


def test_a_medium_taken_out_keeps_its_own_history(people: People) -> None:
    technician, device = Program(people.technician), journeys.make(Status.AWAITING_SANITISATION)
    code = device.media.get().code
    refused(technician.post(f"/media/{code}/remove", {"place": " "}), 422, "bad_input")
    out = done(technician.post(f"/media/{code}/remove", {"place": "Sac 4"}))
    assert (out["state"], out["device"], out["place"]) == ("removed", None, "Sac 4")
    assert [one["code"] for one in done(technician.get("/media", state="removed"))] == [code]
    assert [one["code"] for one in done(technician.get(f"/devices/{device.tag}/media"))] == [code]


@pytest.mark.parametrize("capacity", [-1, 2**62, "much", 1.5])
def test_a_capacity_is_a_number_of_bytes(capacity: object, people: People) -> None:
    tag = journeys.make(Status.RECEIVED).tag
    body = {"kind": "hdd", "capacity_bytes": capacity}
    refused(Program(people.technician).post(f"/devices/{tag}/media", body), 422, "not_understood")
