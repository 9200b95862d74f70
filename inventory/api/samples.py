"""Samples of an auditor through the API: freeze, draw, keep what was found."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from inventory.api.asking import NO, actor_of
from inventory.reports.period import scope_of
from inventory.reports.samples import commands, queries
from inventory.reports.samples.models import Sample, SampleItem

router = Router()


class SampleIn(Schema):
    """What is sampled, from which period (first and last day included), how surely."""

    population: str
    first: dt.date
    last: dt.date
    method: str = "attribute"
    confidence: int = Field(95, description="In percent.")
    tolerable: int = Field(50, description="Errors that may be tolerated, in per mille.")


class SampleOut(Schema):
    """A sample; `seed` and `drawn_at` are empty until it is drawn."""

    number: str
    population: str
    first: dt.date
    last: dt.date
    method: str
    confidence: int
    tolerable: int
    size: int
    sha256: str
    sample_size: int
    frozen_at: dt.datetime
    seed: str
    drawn_at: dt.datetime | None


class SeedIn(Schema):
    """A number that nobody knew when the population was frozen."""

    seed: str


class ItemOut(Schema):
    """A thing drawn, and what was found: right, wrong, not_examined, or nothing yet."""

    place: int
    key: str
    rank: str
    amount: int
    result: str


class FindingsIn(Schema):
    """By key of the thing: right, wrong or not_examined."""

    findings: dict[str, str]


@router.get("/samples", response={200: list[SampleOut], **NO}, summary="Samples, newest first")
def list_samples(request: HttpRequest, limit: int = 100) -> list[Sample]:
    """At most 500."""
    return list(queries.samples(actor_of(request))[: min(max(limit, 1), 500)])


@router.post("/samples", response={201: SampleOut, **NO}, summary="Freeze a population")
def freeze(request: HttpRequest, payload: SampleIn) -> Status[Sample]:
    """Its SHA-256 is in the ledger before anybody can know the seed."""
    rates = {"method": payload.method, "confidence": payload.confidence, "tolerable": payload.tolerable}
    scope = scope_of(payload.first, payload.last)
    return Status(201, commands.freeze_sample(payload.population, scope, actor=actor_of(request), **rates))  # type: ignore[arg-type]


@router.post("/samples/{number}/draw", response={200: SampleOut, **NO}, summary="Draw with a seed that came later")
def draw(request: HttpRequest, number: str, payload: SeedIn) -> Sample:
    """Once."""
    return commands.draw_sample(number, actor=actor_of(request), seed=payload.seed)


@router.get("/samples/{number}/items", response={200: list[ItemOut], **NO}, summary="The things drawn")
def items(request: HttpRequest, number: str) -> list[SampleItem]:
    """In the order of the draw."""
    return list(queries.sample_numbered(number, actor_of(request)).items.order_by("place"))


@router.post("/samples/{number}/findings", response={200: SampleOut, **NO}, summary="Keep what was found")
def findings(request: HttpRequest, number: str, payload: FindingsIn) -> Sample:
    """All of them, or none."""
    return commands.record_findings(number, payload.findings, actor=actor_of(request))
