"""The bench by programs: tests, grades, and what keeps a device from being ready."""

from __future__ import annotations

import pytest

from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db


def _outcomes(program: Program, tag: str) -> dict[str, dict[str, str]]:
    return {one["test"]: {"outcome": "pass"} for one in done(program.get(f"/devices/{tag}/tests"))}


def test_every_test_of_the_kind_has_to_pass(people: People) -> None:
    technician, tag = Program(people.technician), journeys.make(Status.IN_REFURBISHMENT).tag
    outcomes = _outcomes(technician, tag)
    outcomes["sound"] = {"outcome": "fail"}
    done(technician.post(f"/devices/{tag}/tests", {"outcomes": outcomes}))
    problem = refused(technician.post(f"/devices/{tag}/ready", {"grade": "A"}), 409, "rule_broken")
    assert problem["facts"]["missing"] == ["sound"]
    done(technician.post(f"/devices/{tag}/tests", {"outcomes": {"sound": {"outcome": "pass"}}}))
    ready = done(technician.post(f"/devices/{tag}/ready", {"grade": "A"}))
    assert (ready["status"], ready["grade"]) == ("ready", "A")


@pytest.mark.parametrize("value", ["", "5", "²", "-90", "9" * 5000, "ninety"])
def test_a_battery_passes_with_its_percentage(people: People, value: str) -> None:
    technician, tag = Program(people.technician), journeys.make(Status.IN_REFURBISHMENT, "laptop").tag
    body = {"outcomes": {"battery": {"outcome": "pass", "value": value}}}
    refused(technician.post(f"/devices/{tag}/tests", body), 422, "bad_input")
    body["outcomes"]["battery"]["value"] = "91 %"
    done(technician.post(f"/devices/{tag}/tests", body))


def test_what_does_not_apply_says_why(people: People) -> None:
    technician, tag = Program(people.technician), journeys.make(Status.IN_REFURBISHMENT).tag
    body = {"outcomes": {"sound": {"outcome": "not_applicable"}}}
    refused(technician.post(f"/devices/{tag}/tests", body), 422, "bad_input")


def test_results_are_written_on_the_bench_only(people: People) -> None:
    technician, tag = Program(people.technician), journeys.make(Status.READY).tag
    body = {"outcomes": {"sound": {"outcome": "pass"}}}
    refused(technician.post(f"/devices/{tag}/tests", body), 409, "step_refused")


@pytest.mark.parametrize("grade", ["", "E", "AA", "a"])
def test_a_grade_is_a_letter_from_a_to_d(people: People, grade: str) -> None:
    tag = journeys.make(Status.READY).tag
    refused(Program(people.technician).post(f"/devices/{tag}/ready", {"grade": grade}), 422, "bad_input")
