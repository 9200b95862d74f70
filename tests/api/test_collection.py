"""Collections by programs: what was expected, what was taken, what arrived."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db

TAKEN = {"released_function": "logistique", "place": "Quai B"}


def _planned(people: People, *tags: str) -> dict[str, Any]:
    body = {
        "department": "Urbanisme",
        "planned_on": timezone.localdate().isoformat(),
        "destination": journeys.location().code,
        "tags": list(tags),
    }
    planned: dict[str, Any] = done(Program(people.warehouse_keeper).post("/collections", body), 201)
    return planned


def test_differences_are_listed_at_each_change_of_hands(people: People) -> None:
    stays, goes, extra = (journeys.declared().tag for _ in range(3))
    number = _planned(people, stays, goes)["number"]
    body = {**TAKEN, "tags": [goes, extra]}
    taken = done(Program(people.driver).post(f"/collections/{number}/pick-up", body))
    assert (taken["not_taken"], taken["extra"], taken["not_arrived"]) == ([stays], [extra], [])
    body = {"tags": [extra], "released_by": people.driver.username}
    arrived = done(Program(people.technician).post(f"/collections/{number}/deliver", body))
    assert (arrived["state"], arrived["not_arrived"]) == ("arrived", [goes])


def test_a_device_is_expected_on_one_manifest(people: People) -> None:
    tag = journeys.declared().tag
    first, second = _planned(people, tag)["number"], _planned(people)["number"]
    keeper = Program(people.warehouse_keeper)
    problem = refused(keeper.post(f"/collections/{second}/expect", {"tags": [tag]}), 409, "conflict")
    assert problem["facts"]["number"] == first


def test_a_manifest_is_picked_up_once(people: People) -> None:
    tag = journeys.declared().tag
    number = _planned(people, tag)["number"]
    driver = Program(people.driver)
    done(driver.post(f"/collections/{number}/pick-up", {**TAKEN, "tags": [tag]}))
    refused(driver.post(f"/collections/{number}/pick-up", {**TAKEN, "tags": [tag]}), 409, "conflict")


def test_a_moment_to_come_is_refused_and_nothing_was_taken(people: People) -> None:
    tag = journeys.declared().tag
    number = _planned(people, tag)["number"]
    body = {**TAKEN, "tags": [tag], "occurred_at": "2098-01-01T00:00:00Z"}
    refused(Program(people.driver).post(f"/collections/{number}/pick-up", body), 422, "bad_input")
    assert done(Program(people.driver).get(f"/collections/{number}"))["state"] == "planned"
    assert done(Program(people.driver).get(f"/devices/{tag}"))["status"] == "declared"


def test_a_place_and_a_seal_longer_than_their_column_are_no_accident(people: People) -> None:
    tag = journeys.declared().tag
    number = _planned(people, tag)["number"]
    body = {"tags": [tag], "released_function": "f" * 500, "place": "p" * 500, "seal": "s" * 500}
    done(Program(people.driver).post(f"/collections/{number}/pick-up", body))
