"""The end of life by programs: papers and kilograms, lost and found again."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db


def _papers(**more: Any) -> dict[str, Any]:
    day = timezone.localdate().isoformat()
    return {"collector": "BRU-017", "document": "ID-88", "kilograms": "7.4", "recycled_on": day, **more}


@pytest.mark.parametrize(
    "wrong",
    [
        {"collector": " "},
        {"kilograms": "0"},
        {"kilograms": "1000.001"},
        {"kilograms": "NaN"},
        {"recycled_on": "2098-01-01"},
    ],
    ids=str,
)
def test_recycling_has_its_papers(wrong: dict[str, Any], people: People) -> None:
    keeper, tag = Program(people.warehouse_keeper), journeys.make(Status.TO_RECYCLE).tag
    assert keeper.post(f"/devices/{tag}/recycle", _papers(**wrong)).status_code == 422
    recycled = done(keeper.post(f"/devices/{tag}/recycle", _papers()))
    assert (recycled["status"], recycled["legal_status"]) == ("recycled", "waste_to_recycling")
    refused(keeper.post(f"/devices/{tag}/recycle", _papers()), 409, "step_refused")


def test_a_device_whose_disk_is_not_accounted_for_is_not_recycled(people: People) -> None:
    keeper, tag = Program(people.warehouse_keeper), journeys.make(Status.AWAITING_SANITISATION).tag
    done(keeper.post(f"/devices/{tag}/steps/scrap"))
    refused(keeper.post(f"/devices/{tag}/recycle", _papers()), 409, "rule_broken")


def test_what_was_lost_and_is_found_is_received_with_unknown_media(people: People) -> None:
    keeper, tag = Program(people.warehouse_keeper), journeys.make(Status.READY).tag
    refused(keeper.post(f"/devices/{tag}/lost", {"reason": "whatever"}), 422, "bad_input")
    lost = done(keeper.post(f"/devices/{tag}/lost", {"reason": "stolen"}))
    assert (lost["status"], lost["location"]) == ("lost", None)
    found = done(keeper.post(f"/devices/{tag}/found", {"location": journeys.location().code}))
    assert (found["status"], found["grade"]) == ("received", "")
    assert {one["state"] for one in done(keeper.get(f"/devices/{tag}/media"))} == {"pending"}
