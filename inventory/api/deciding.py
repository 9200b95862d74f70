"""A round's decision, letters, waiting list and publication, and the reasons of each line, through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.allocation import deciding, explanations, letters, outcomes, queries
from inventory.allocation.round_models import RoundDecision
from inventory.api.asking import NO, Day, Prose, Text20, actor_of
from inventory.api.jobs import JobOut
from inventory.associations.queries import request_of
from inventory.devices.gatekeepers import require
from inventory.jobs.models import Job
from inventory.lifecycle import Word

router = Router()


class RoundDecisionIn(Schema):
    """What the organ decided: `college`, `council` or `delegate`, with number, day and reasons in both languages."""

    organ: Text20
    decision: str = Field(min_length=1, max_length=40)
    decided_on: Day
    reasons_fr: Prose
    reasons_nl: Prose


class RoundDecisionOut(Schema):
    """The decision on a round, and when it was published."""

    organ: str
    decision: str = Field(alias="number")
    decided_on: dt.date
    reasons_fr: str
    reasons_nl: str
    published_at: dt.datetime | None
    certificate_sha256: str


class QueueOut(Schema):
    """Who gets the next devices of a group, in their order."""

    pool: str
    group: str
    associations: list[str]


class HadYouOut(Schema):
    """Had the line accepted this (`less_memory`, `other_kind`, `fewer`), so many devices instead of `now`."""

    would: str
    value: str
    now: int
    units: int


class WhyOut(Schema):
    """Why a line got what it got: a reason of the closed list, facts, and the sentences people read."""

    position: int
    asked: int
    got: int
    reason: str
    place: int | None
    points: int
    needed: int | None
    paid: int
    had_you: list[HadYouOut]
    sentences: list[str]


@router.post("/rounds/{number}/decision", response={201: RoundDecisionOut, **NO}, summary="Record the decision")
def decide_round(request: HttpRequest, number: str, payload: RoundDecisionIn) -> Status[RoundDecision]:
    """Every request that waits gets its answer, with its own reasons."""
    return Status(201, deciding.decide_round(number, actor=actor_of(request), **payload.dict()))


@router.post("/rounds/{number}/publish", response={200: RoundDecisionOut, **NO}, summary="Publish a decided round")
def publish(request: HttpRequest, number: str) -> RoundDecision:
    """Once the stand-alone certificate says yes."""
    return deciding.publish_round(number, actor=actor_of(request))


@router.post("/rounds/{number}/letters", response={202: JobOut, **NO}, summary="The letters of a round as PDF")
def print_letters(request: HttpRequest, number: str) -> Status[Job]:
    """A worker sets them; fetch the archive from `/jobs/{code}/file` when the job is done."""
    return Status(202, letters.print_letters(number, actor=actor_of(request)))


@router.get("/rounds/{number}/waiting", response={200: list[QueueOut], **NO}, summary="The waiting list of a round")
def waiting(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    """For each group that somebody still wants, the codes of who is next; `-` where an interest hides it."""
    actor = actor_of(request)
    require(actor, Word.READ_REQUESTS)
    hidden = outcomes.hidden_from(actor)
    return [
        {"pool": frozen.pool, "group": group, "associations": ["-" if code in hidden else code for code in codes]}
        for frozen in outcomes.frozen_pools(queries.round_numbered(number))
        if frozen.drawn_at is not None
        for group, codes in explanations.queues(frozen).items()
    ]


@router.get("/requests/{reference}/letter", response={200: bytes, **NO}, summary="The letter of the decision")
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """As PDF, in the official language of the association."""
    found = request_of(reference, actor_of(request))
    return HttpResponse(letters.letter_of(found), content_type="application/pdf")


@router.get("/requests/{reference}/why", response={200: list[WhyOut], **NO}, summary="Why each line got what it got")
def why(request: HttpRequest, reference: str) -> list[explanations.LineWhy]:
    """By the latest round; members once it is decided."""
    actor = actor_of(request)
    found = request_of(reference, actor)
    return explanations.explained(found, what_if=True) if queries.may_see_why(found, actor) else []
