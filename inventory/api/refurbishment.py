"""The bench through the API: test results and grades."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from inventory.api.asking import NO, actor_of
from inventory.api.devices import DeviceOut
from inventory.devices.models import Device
from inventory.devices.queries import device_of
from inventory.refurbishment import commands, queries
from inventory.refurbishment.commands import Outcome

router = Router()


class OutcomeIn(Schema):
    """The outcome of one test: pass, fail, not_applicable (with a reason) or not_done."""

    outcome: str
    reason: str = ""
    value: str = ""


class TestsIn(Schema):
    """Outcomes by test."""

    outcomes: dict[str, OutcomeIn]


class TestOut(Schema):
    """A test of this kind of device, and its outcome so far."""

    test: str
    label: str
    outcome: str
    reason: str
    value: str


class GradeIn(Schema):
    """A grade from A to D."""

    grade: str


@router.get("/devices/{tag}/tests", response={200: list[TestOut], **NO}, summary="Tests of a device")
def tests_of(request: HttpRequest, tag: str) -> list[dict[str, Any]]:
    """Those of its kind, done or not."""
    device = device_of(tag, actor_of(request))
    return [
        {
            "test": line.test,
            "label": str(line.label),
            "outcome": line.result.outcome if line.result else "not_done",
            "reason": line.result.reason if line.result else "",
            "value": line.result.value if line.result else "",
        }
        for line in queries.tests_of(device)
    ]


@router.post("/devices/{tag}/tests", response={200: DeviceOut, **NO}, summary="Write test results")
def record_tests(request: HttpRequest, tag: str, payload: TestsIn) -> Device:
    """A later result of a test replaces the earlier one; the ledger keeps both."""
    outcomes = {test: Outcome(**one.dict()) for test, one in payload.outcomes.items()}
    return commands.record_tests(tag, actor=actor_of(request), outcomes=outcomes)


@router.post("/devices/{tag}/ready", response={200: DeviceOut, **NO}, summary="Grade and make ready")
def make_ready(request: HttpRequest, tag: str, payload: GradeIn) -> Device:
    """When every test has passed or does not apply."""
    return commands.make_ready(tag, actor=actor_of(request), grade=payload.grade)
