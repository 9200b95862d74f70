"""Associations and requests by programs: checked numbers, date stamps, lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db

BODY = {"name": "Le Fil", "legal_form": "asbl_vzw", "official_language": "fr"}


def _wish(**more: Any) -> dict[str, Any]:
    lines = [{"category": "desktop", "quantity": 2, "quantity_again": 2}]
    return {
        "association": journeys.association().code,
        "channel": "post",
        "purpose": "Un coin.",
        "lines": lines,
        **more,
    }


@pytest.mark.parametrize("number", ["0999.000.031", "2.123.456.789", "", "BE", "٠٩٩٩٠٠٠٠٣٠"])
def test_an_enterprise_number_is_checked(number: str, people: People) -> None:
    refused(
        Program(people.counter_clerk).post("/associations", {**BODY, "enterprise_number": number}), 422, "bad_input"
    )


def test_an_enterprise_number_stands_once(people: People) -> None:
    clerk = Program(people.counter_clerk)
    code = done(clerk.post("/associations", {**BODY, "enterprise_number": "BE 0999.000.030"}), 201)["code"]
    problem = refused(clerk.post("/associations", {**BODY, "enterprise_number": "0999000030"}), 409, "conflict")
    assert problem["facts"]["code"] == code


def test_nobody_is_eligible_before_somebody_says_so_with_reasons(people: People) -> None:
    clerk, approver = Program(people.counter_clerk), Program(people.approver)
    code = done(clerk.post("/associations", {**BODY, "legal_form": "de_facto"}), 201)["code"]
    assert not done(clerk.get(f"/associations/{code}"))["eligible"]
    refused(approver.post(f"/associations/{code}/eligibility", {"eligible": True, "reasons": "ok"}), 422, "bad_input")
    body = {"eligible": True, "reasons": "Médiation numérique."}
    done(approver.post(f"/associations/{code}/eligibility", body), 201)
    assert done(clerk.get(f"/associations/{code}"))["eligible"]
    done(approver.post(f"/associations/{code}/eligibility", {**body, "eligible": False}), 201)
    assert [one["eligible"] for one in done(clerk.get("/associations", q=code))] == [False]


def test_the_date_stamp_gives_the_place_in_the_queue(people: People) -> None:
    clerk = Program(people.counter_clerk)
    late = done(clerk.post("/requests", _wish()), 201)
    stamp = (timezone.now() - dt.timedelta(days=9)).isoformat()
    early = done(clerk.post("/requests", _wish(received_at=stamp)), 201)
    assert [one["reference"] for one in done(clerk.get("/requests"))] == [late["reference"], early["reference"]]
    to_come = (timezone.now() + dt.timedelta(days=1)).isoformat()
    refused(clerk.post("/requests", _wish(received_at=to_come)), 422, "bad_input")


@pytest.mark.parametrize(
    "line",
    [
        {"category": "toaster", "quantity": 1},
        {"category": "desktop", "quantity": 0},
        {"category": "desktop", "quantity": 501},
        {"category": "desktop", "quantity": 2, "least_useful": 3},
    ],
)
def test_a_line_that_makes_no_sense_is_named(line: dict[str, Any], people: People) -> None:
    good = {"category": "desktop", "quantity": 1, "quantity_again": 1}
    twice = {**line, "quantity_again": line["quantity"]}
    problem = refused(Program(people.counter_clerk).post("/requests", _wish(lines=[good, twice])), 422, "bad_input")
    assert problem["facts"]["line"] == 2


@pytest.mark.parametrize("again", [None, 3])
def test_a_program_that_types_in_a_paper_types_each_number_twice(again: int | None, people: People) -> None:
    line = {"category": "desktop", "quantity": 2, "quantity_again": again}
    problem = refused(Program(people.counter_clerk).post("/requests", _wish(lines=[line])), 422, "bad_input")
    assert problem["facts"]["line"] == 1


@pytest.mark.parametrize("count", [0, 21])
def test_a_request_has_1_to_20_lines(count: int, people: People) -> None:
    lines = [{"category": "desktop", "quantity": 1, "quantity_again": 1}] * count
    refused(Program(people.counter_clerk).post("/requests", _wish(lines=lines)), 422, "bad_input")
