"""What an auditor looks for first is found where it is, and said to have been looked for where it is not."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from inventory.devices.commands import declare, receive
from inventory.documents.models import NumberSeries
from inventory.lifecycle import Status
from inventory.reports.completeness import _SERIES, CHECKS, Finding
from inventory.reports.period import Scope, scope_of
from tests import journeys
from tests.people import People

pytestmark = pytest.mark.django_db

CODE = Path(__file__).parents[2]


def _month() -> Scope:
    today = timezone.localdate()
    return scope_of(today - dt.timedelta(days=31), today)


def _found(code: str) -> list[Finding]:
    return list(CHECKS[code].find(_month()))


def test_where_all_is_well_nothing_is_found_but_what_came_by_post(people: People) -> None:
    for status in (Status.READY, Status.HANDED_OVER, Status.RECYCLED):
        journeys.make(status)
    # The request was received by post the day before it was entered.
    assert {code for code in CHECKS if _found(code)} <= {"late"}


def test_a_number_that_no_paper_bears_is_a_gap(people: People) -> None:
    journeys.make(Status.HANDED_OVER)
    series = NumberSeries.objects.get(name="G")
    series.last += 2
    series.save()
    year = timezone.localdate().year
    assert [one.key for one in _found("gap")] == [f"G-{year}-00002", f"G-{year}-00003"]


def test_every_series_of_numbers_is_looked_at_and_numbers_one_kind_of_thing() -> None:
    said, rooms = set(), defaultdict(set)
    for path in (CODE / "inventory").rglob("*.py"):
        text = path.read_text()
        for word in re.findall(r"next_number\(([^,)]+),", text):
            constant = re.findall(rf'^{word}\b[^=]*= "(.+)"', text, re.M)
            names = {word.strip('"')} if word.startswith('"') else set(constant)
            said |= names
            for name in names:
                rooms[name].add(path.relative_to(CODE / "inventory").parts[0])
    assert said == set(_SERIES)
    assert {name: where for name, where in rooms.items() if len(where) > 1} == {}


def test_what_was_entered_days_later_is_told_with_its_hours(people: People) -> None:
    (device,) = declare([journeys.announced()], actor=people.technician)
    long_ago = timezone.now() - dt.timedelta(hours=50)
    receive(
        journeys.make(Status.IN_TRANSIT).tag,
        actor=people.warehouse_keeper,
        location=journeys.location().code,
        occurred_at=long_ago,
    )
    (late,) = [one for one in _found("late") if one.thing == "device"]
    assert (late.thing, late.amount, late.detail) == ("device", 50, "device.receive")
    assert device.tag != late.key


def test_a_device_that_stands_still_is_told_with_its_days_and_one_at_rest_is_not(people: People) -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(days=120)):
        still, given = journeys.make(Status.RECEIVED), journeys.make(Status.HANDED_OVER)
    (found,) = _found("still")
    assert (found.key, found.amount in (120, 121)) == (still.tag, True)
    assert given.tag != found.key


def test_two_devices_with_one_serial_number_are_doubled(people: People) -> None:
    declare([journeys.announced(serial="twice-01") for _ in range(2)], actor=people.technician)
    assert [(one.key, one.amount) for one in _found("doubled")] == [("twice-01", 2)]


def test_an_auditor_reads_it_on_a_page_and_others_do_not(desk: Callable[[str], Client], people: People) -> None:
    declare([journeys.announced(serial="twice-02") for _ in range(2)], actor=people.technician)
    page = desk("auditor").get("/audit/completeness/").content.decode()
    assert "twice-02" in page
    assert "One person did what takes two" in page
    assert desk("technician").get("/audit/completeness/").status_code == 403
    wrong = desk("auditor").get("/audit/completeness/", {"first": "2026-05-02", "last": "2026-05-01"})
    assert (wrong.status_code, "lies before the first" in wrong.content.decode()) == (422, True)
