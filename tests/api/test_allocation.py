"""Decisions and reservations by programs: within what was granted, of the kind that was asked, once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from inventory.associations.models import Request
from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db

REASONS = "La demande répond aux critères publiés et le stock suffit."


@pytest.fixture
def wanted(people: People) -> Request:
    made = journeys.request(quantity=2)
    journeys.award(made)
    return made


def _reserve(people: People, wanted: Request, *tags: str) -> object:
    path = f"/requests/{wanted.reference}/lines/1/reservations"
    return Program(people.programme_officer).post(path, {"tags": list(tags)})


def test_a_decision_is_made_once_and_with_reasons(people: People) -> None:
    approver, path = Program(people.approver), f"/requests/{journeys.request().reference}/decisions"
    refused(approver.post(path, {"granted": {"1": 1}, "reasons": "ok"}), 422, "bad_input")
    refused(approver.post(path, {"granted": {"9": 1}, "reasons": REASONS}), 422, "bad_input")
    refused(approver.post(path, {"granted": {"1": 99}, "reasons": REASONS}), 422, "bad_input")
    assert done(approver.post(path, {"granted": {}, "reasons": REASONS}), 201)["outcome"] == "refuse"
    refused(approver.post(path, {"granted": {"1": 1}, "reasons": REASONS}), 409, "conflict")


def test_no_more_are_reserved_than_were_granted(people: People, wanted: Request) -> None:
    tags = [journeys.make(Status.READY).tag for _ in range(3)]
    refused(_reserve(people, wanted, *tags), 409, "rule_broken")  # type: ignore[arg-type]
    assert len(done(_reserve(people, wanted, *tags[:2]), 201)) == 2  # type: ignore[arg-type]
    refused(_reserve(people, wanted, tags[2]), 409, "rule_broken")  # type: ignore[arg-type]


def test_all_are_reserved_or_none(people: People, wanted: Request) -> None:
    good, other = journeys.make(Status.READY).tag, journeys.make(Status.READY, "screen").tag
    refused(_reserve(people, wanted, good, other), 409, "rule_broken")  # type: ignore[arg-type]
    assert done(Program(people.auditor).get(f"/devices/{good}"))["status"] == "ready"


def test_a_reserved_device_is_nobody_elses(people: People, wanted: Request) -> None:
    tag = journeys.make(Status.RESERVED).tag
    refused(_reserve(people, wanted, tag), 409, "conflict")  # type: ignore[arg-type]
    stock = Program(people.programme_officer).get(f"/requests/{wanted.reference}/lines/1/stock")
    assert done(stock) == []


def test_a_round_is_finished_when_its_moment_has_passed(people: People) -> None:
    officer, today = Program(people.programme_officer), timezone.localdate()
    body = {"number": "2026-1", "opens_on": today.isoformat(), "closes_at": "2098-01-01T00:00:00Z"}
    done(officer.post("/rounds", body), 201)
    refused(officer.post("/rounds", body), 409, "conflict")
    refused(officer.post("/rounds/2026-1/finish"), 409, "conflict")
    past = (timezone.now() - dt.timedelta(hours=1)).isoformat()
    opened = (today - dt.timedelta(days=9)).isoformat()
    done(officer.post("/rounds", {"number": "2026-0", "opens_on": opened, "closes_at": past, "grace_days": 0}), 201)
    assert done(officer.post("/rounds/2026-0/finish"))["finished_at"]
    refused(officer.post("/rounds", {**body, "number": "2026-2", "closes_at": past}), 422, "bad_input")
