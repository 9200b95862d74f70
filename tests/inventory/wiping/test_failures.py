"""Failure rates are counted, not guessed: at once or found out later, by tool and by model, between two days."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from backend.demonstration.clock import clock_at
from inventory.devices.models import Medium
from inventory.errors import NotAllowed
from inventory.lifecycle import Status
from inventory.wiping.commands import record_manual_sanitisation, verify
from inventory.wiping.failures import FailureRate, failure_rates
from tests import journeys
from tests.people import People

_papers = itertools.count()


def attempt(people: People, tool: str, version: str = "1", *, ended: str = "well", model: str = "Disk") -> None:
    """One attempt that ends `well`, `failed`, or is found out `later` (its verification fails)."""
    medium = journeys.with_medium(journeys.make(Status.RECEIVED))
    # A model of its own, so that a failure found out later sends nothing else back.
    Medium.objects.filter(pk=medium.pk).update(model=model)
    record_manual_sanitisation(
        medium.code,
        actor=people.technician,
        method="ata_sanitize_crypto",
        tool=tool,
        tool_version=version,
        data=f"{next(_papers)}".encode(),
        name="log.txt",
        succeeded=ended != "failed",
    )
    if ended == "later":
        verify(medium.code, actor=people.verifier, how="read_back_sample", passed=False)


def told(rates: list[FailureRate]) -> list[tuple[str, str, int, int, int]]:
    return [(one.name, one.detail, one.attempts, one.failed, one.found_later) for one in rates]


@pytest.mark.django_db
def test_each_tool_and_version_and_each_model_has_its_counts(people: People) -> None:
    for ended in ("well", "failed", "later", "well"):
        attempt(people, "hdparm", "9.65", ended=ended, model=f"Disk {ended}")
    attempt(people, "hdparm", "9.60", model="Disk well")
    attempt(people, "nwipe", "0.34", ended="failed", model="Disk failed")
    assert told(failure_rates(people.auditor, "tool", order="name")) == [
        ("hdparm", "9.60", 1, 0, 0),
        ("hdparm", "9.65", 4, 1, 1),
        ("nwipe", "0.34", 1, 1, 0),
    ]
    assert told(failure_rates(people.auditor, "model", order="-attempts")) == [
        ("", "Disk well", 3, 0, 0),
        ("", "Disk failed", 2, 2, 0),
        ("", "Disk later", 1, 0, 1),
    ]
    assert [one.name for one in failure_rates(people.auditor, "tool")] == ["nwipe", "hdparm", "hdparm"]
    assert failure_rates(people.auditor, "tool", order="nonsense")


@pytest.mark.django_db
def test_both_days_are_included(people: People) -> None:
    day = timezone.localdate() - dt.timedelta(days=5)
    for hour, tool in ((0, "first"), (23, "last")):
        with clock_at(timezone.make_aware(dt.datetime.combine(day, dt.time(hour, 59)))):
            attempt(people, tool)
    with clock_at(timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))):
        attempt(people, "after")
    found = failure_rates(people.verifier, "tool", first=day, last=day, order="name")
    assert [one.name for one in found] == ["first", "last"]
    assert len(failure_rates(people.verifier, "tool", first=day)) == 3
    with pytest.raises(NotAllowed):
        failure_rates(people.driver, "tool")


@given(st.integers(1, 500), st.data())
def test_a_percentage_is_said_only_of_twenty_attempts_and_more(attempts: int, data: st.DataObject) -> None:
    failed = data.draw(st.integers(0, attempts))
    later = data.draw(st.integers(0, attempts - failed))
    rate = FailureRate("a", "1", attempts, failed, later)
    assert (rate.percent is None) is (attempts < 20)
    assert 0 <= rate.share <= 1
