"""Second checks through the API: freeze, draw, record, close; and the batches that a failure quarantines."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from inventory.api.asking import NO, Text20, Text100, actor_of, bytes_of
from inventory.api.media import MediumOut
from inventory.wiping import checked_periods, quarantine, second_checks
from inventory.wiping.models import SecondCheck, SecondCheckPeriod

router = Router()


class MonthOut(Schema):
    """A month and how far its second checks are; `state` is to_draw, frozen, drawn or closed."""

    month: str
    state: str
    population: int
    population_sha256: str
    sample: int
    seed: str
    seed_source: str
    done: int
    failed: int
    excused: int
    frozen_at: dt.datetime | None
    drawn_at: dt.datetime | None
    closed_at: dt.datetime | None


class CheckOut(Schema):
    """A drawn medium; `excuse` says why it can no longer be checked, empty when it can."""

    medium: str
    place: int
    rank_sha256: str
    outcome: str
    how: str
    tool: str
    excuse: str
    own_work: bool
    evidence_sha256: str
    checked_at: dt.datetime | None


class MonthWithChecks(MonthOut):
    """A month with its drawn media."""

    checks: list[CheckOut]


@router.get("/second-checks", response={200: list[MonthOut], **NO}, summary="Months of second checks")
def list_months(request: HttpRequest) -> list[dict[str, Any]]:
    """Every month that is over in which something was sanitised, newest first."""
    return [_month(month) for month in checked_periods.months(actor_of(request))]


@router.get("/second-checks/{month}", response={200: MonthWithChecks, **NO}, summary="One month with its checks")
def get_month(request: HttpRequest, month: str) -> dict[str, Any]:
    """The month as `2026-10`."""
    return _told(request, month)


@router.get("/second-checks/{month}/population", response={200: list[str], **NO}, summary="The frozen population")
def get_population(request: HttpRequest, month: str) -> list[str]:
    """The codes that could be drawn, in their order: what the fingerprint is over."""
    found = checked_periods.month_of(month, actor_of(request))
    return found.period.population.split() if found.period else []


@router.post("/second-checks/{month}/freeze", response={200: MonthWithChecks, **NO}, summary="Freeze the population")
def freeze(request: HttpRequest, month: str) -> dict[str, Any]:
    """Before a number from outside is drawn."""
    second_checks.freeze_period(month, actor=actor_of(request))
    return _told(request, month)


class DrawIn(Schema):
    """A public number drawn after the freeze; empty: the system draws one."""

    seed: Text100 = ""


@router.post("/second-checks/{month}/draw", response={200: MonthWithChecks, **NO}, summary="Draw the sample")
def draw(request: HttpRequest, month: str, payload: DrawIn) -> dict[str, Any]:
    """Once a month."""
    second_checks.draw_second_checks(month, actor=actor_of(request), seed=payload.seed)
    return _told(request, month)


class CheckIn(Schema):
    """What the second look found, how and with which tool."""

    passed: bool
    how: Text20
    tool: Text100


@router.post("/second-checks/{month}/media/{code}", response={200: CheckOut, **NO}, summary="Record a second check")
def record(
    request: HttpRequest, month: str, code: str, file: File[UploadedFile], payload: Form[CheckIn]
) -> dict[str, Any]:
    """With its evidence file; a failure quarantines the batch (R-1.7)."""
    data, name = bytes_of(file)
    check = second_checks.record_second_check(
        month, code, actor=actor_of(request), data=data, name=name, **payload.dict()
    )
    return _check(check, "", False)


@router.post("/second-checks/{month}/media/{code}/excuse", response={200: CheckOut, **NO}, summary="Excuse a medium")
def excuse(request: HttpRequest, month: str, code: str) -> dict[str, Any]:
    """One that can no longer be checked: the ledger knows why."""
    check = second_checks.excuse_second_check(month, code, actor=actor_of(request))
    return _check(check, check.excuse, False)


@router.post("/second-checks/{month}/close", response={200: MonthWithChecks, **NO}, summary="Close the month")
def close(request: HttpRequest, month: str) -> dict[str, Any]:
    """When every drawn medium is checked or excused."""
    second_checks.close_period(month, actor=actor_of(request))
    return _told(request, month)


class BatchOut(Schema):
    """A quarantined batch and how far its re-wiping is."""

    number: str
    tool: str
    tool_version: str
    model: str
    day: dt.date
    reason: str
    failed_medium: str
    opened_at: dt.datetime
    media: int
    proven: int
    held: int


class BatchLineOut(Schema):
    """A medium of a batch: waiting, held (its device could not go back) or proven again."""

    medium: str
    state: str
    held_by: str


class BatchWithMedia(BatchOut):
    """A quarantined batch with its media."""

    lines: list[BatchLineOut]


@router.get("/quarantined-batches", response={200: list[BatchOut], **NO}, summary="Quarantined batches")
def list_batches(request: HttpRequest) -> list[dict[str, Any]]:
    """Newest first."""
    return [_batch(one) for one in checked_periods.batches(actor_of(request))]


@router.get("/quarantined-batches/{number}", response={200: BatchWithMedia, **NO}, summary="One quarantined batch")
def get_batch(request: HttpRequest, number: str) -> dict[str, Any]:
    """With its media."""
    found = checked_periods.batch_numbered(number, actor_of(request))
    lines = [
        {"medium": line.item.medium.code, "state": line.state, "held_by": line.item.held_by}
        for line in checked_periods.media_of_batch(found.batch)
    ]
    return {**_batch(found), "lines": lines}


@router.post("/media/{code}/send-back", response={200: MediumOut, **NO}, summary="Send back to be wiped")
def send_back(request: HttpRequest, code: str) -> Any:
    """A medium whose proof was withdrawn, once its device can go back."""
    return quarantine.send_back(code, actor=actor_of(request))


def _told(request: HttpRequest, month: str) -> dict[str, Any]:
    actor = actor_of(request)
    found = checked_periods.month_of(month, actor)
    lines = checked_periods.drawn_media(found.period, actor) if found.period else []
    return {**_month(found), "checks": [_check(line.check, line.excuse, line.own) for line in lines]}


def _month(month: checked_periods.Month) -> dict[str, Any]:
    period = month.period or SecondCheckPeriod(population_size=0, sample_size=0)
    return {
        "month": month.name,
        "state": month.state,
        "population": period.population_size,
        "population_sha256": period.population_sha256,
        "sample": period.sample_size,
        "seed": period.seed,
        "seed_source": period.seed_source,
        "done": month.done,
        "failed": month.failed,
        "excused": month.excused,
        "frozen_at": period.frozen_at,
        "drawn_at": period.drawn_at,
        "closed_at": period.closed_at,
    }


def _check(check: SecondCheck, excuse: str, own: bool) -> dict[str, Any]:
    return {
        "medium": check.medium.code,
        "place": check.place,
        "rank_sha256": check.rank_sha256,
        "outcome": check.outcome,
        "how": check.how,
        "tool": check.tool,
        "excuse": excuse,
        "own_work": own,
        "evidence_sha256": check.evidence.sha256 if check.evidence else "",
        "checked_at": check.checked_at,
    }


def _batch(found: checked_periods.Batch) -> dict[str, Any]:
    batch = found.batch
    return {
        "number": batch.number,
        "tool": batch.tool,
        "tool_version": batch.tool_version,
        "model": batch.model,
        "day": batch.day,
        "reason": batch.reason,
        "failed_medium": batch.failed.medium.code,
        "opened_at": batch.opened_at,
        "media": found.media,
        "proven": found.proven,
        "held": found.held,
    }
