"""The bench: write test results, grade, make ready."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import GRADES
from inventory.devices.gatekeepers import locked, require
from inventory.devices.models import Device
from inventory.devices.steps import note, take
from inventory.errors import BadInput, RuleBroken, StepRefused
from inventory.lifecycle import Actor, Status, Word
from inventory.refurbishment.bench import (
    LEAST_BATTERY_PERCENT,
    NOT_APPLICABLE_REASONS,
    OUTCOMES,
    TESTS,
    TESTS_FOR,
)
from inventory.refurbishment.models import TestResult


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one test: a code of `OUTCOMES`, a reason when not applicable, a value (battery: percent)."""

    outcome: str
    reason: str = ""
    value: str = ""


@transaction.atomic
def record_tests(tag: str, *, actor: Actor, outcomes: Mapping[str, Outcome]) -> Device:
    """Write down test results; a later result of the same test replaces the earlier one, the ledger keeps both.

    Refuses: NotAllowed; NotFound; BadInput (test, outcome, missing reason); StepRefused (not on the bench).
    """
    require(actor, Word.REFURBISH)
    device = locked(tag)
    _on_the_bench(device)
    if not outcomes:
        raise BadInput(_("Enter at least one test result."), field="outcomes")
    now = timezone.now()
    for test, outcome in outcomes.items():
        _check(test, outcome)
        TestResult.objects.update_or_create(
            device=device,
            cycle=device.cycle,
            test=test,
            defaults={
                "outcome": outcome.outcome,
                "reason": outcome.reason if outcome.outcome == "not_applicable" else "",
                "value": outcome.value[:40],
                "tested_by_id": actor.pk,
                "tested_at": now,
            },
        )
    facts = {test: outcome.outcome for test, outcome in sorted(outcomes.items())}
    return note(device, "record_tests", actor=actor, facts={"tests": facts})


@transaction.atomic
def make_ready(tag: str, *, actor: Actor, grade: str, occurred_at: dt.datetime | None = None) -> Device:
    """Grade a device and put it into stock. Every test of its kind has passed or does not apply.

    Refuses: as `take`; BadInput (grade); RuleBroken (tests not done or failed).
    """
    require(actor, Word.REFURBISH)
    if grade not in GRADES:
        raise BadInput(_("Choose a grade from A to D."), field="grade", grade=grade)
    device = locked(tag)
    if Status(device.status) is Status.IN_REFURBISHMENT:
        _all_tests_passed(device)
    device.grade = grade
    return take(device, "make_ready", actor=actor, facts={"grade": grade}, occurred_at=occurred_at)


def open_tests(device: Device) -> list[str]:
    """Tests that keep a device from being ready: not done, failed, or not entered at all."""
    done = set(
        TestResult.objects.filter(
            device=device, cycle=device.cycle, outcome__in=["pass", "not_applicable"]
        ).values_list("test", flat=True)
    )
    return [test for test in TESTS_FOR[device.category] if test not in done]


def _all_tests_passed(device: Device) -> None:
    missing = open_tests(device)
    if missing:
        raise RuleBroken(
            _("%(tag)s is not ready: these tests are not done or failed: %(tests)s."),
            tag=device.tag,
            tests=", ".join(str(TESTS[test]) for test in missing),
            missing=missing,
        )


def _on_the_bench(device: Device) -> None:
    if Status(device.status) is not Status.IN_REFURBISHMENT:
        raise StepRefused(
            _("%(tag)s is '%(status)s': tests are written while it is in refurbishment."),
            tag=device.tag,
            status=Status(device.status).label,
        )


def _check(test: str, outcome: Outcome) -> None:
    if test not in TESTS:
        raise BadInput(_("There is no test called '%(test)s'."), test=test, field="outcomes")
    if outcome.outcome not in OUTCOMES:
        raise BadInput(_("Choose an outcome for '%(test)s' from the list."), test=TESTS[test], field=test)
    if outcome.outcome == "not_applicable" and outcome.reason not in NOT_APPLICABLE_REASONS:
        raise BadInput(_("Say why '%(test)s' does not apply."), test=TESTS[test], field=test)
    if test == "battery" and outcome.outcome == "pass":
        percent = outcome.value.rstrip("% ")
        if not re.fullmatch("[0-9]{1,3}", percent) or int(percent) < LEAST_BATTERY_PERCENT:
            raise BadInput(
                _("A battery passes with a health of %(least)s percent or more; enter the percentage."),
                least=LEAST_BATTERY_PERCENT,
                field="battery",
            )
