"""Decisions and reservations through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.allocation import commands, continuing, outcomes, queries, sharing
from inventory.allocation.models import Decision, Round
from inventory.allocation.round_models import FrozenPool
from inventory.api.asking import NO, Day, Moment, Prose, Text20, Text200, actor_of
from inventory.api.devices import DeviceOut
from inventory.associations.queries import lines_of, request_of
from inventory.devices.gatekeepers import require
from inventory.devices.models import Device
from inventory.errors import NotFound
from inventory.lifecycle import Word

router = Router()


class DecisionIn(Schema):
    """How many of each line (position → count) are granted, and why."""

    granted: dict[int, int]
    reasons: Prose
    round: str = ""


class DecisionOut(Schema):
    """A decision on a request."""

    number: str
    request: str
    outcome: str
    reasons: str
    decided_at: dt.datetime
    round: str | None

    @staticmethod
    def resolve_request(decision: Decision) -> str:
        """The request's reference."""
        return decision.request.reference

    @staticmethod
    def resolve_round(decision: Decision) -> str | None:
        """The round's number."""
        return decision.round.number if decision.round else None


class ReserveIn(Schema):
    """Devices for one line."""

    tags: list[str] = Field(min_length=1, max_length=500)


class ReasonIn(Schema):
    """A reason code."""

    reason: str


class RoundIn(Schema):
    """A round and when it closes."""

    number: Text20 = Field(min_length=1)
    opens_on: Day
    closes_at: Moment
    # What bears a date before the closing is taken in for so many days after it.
    grace_days: int = Field(commands.POSTAL_GRACE, ge=0, le=commands.MOST_GRACE)


class RoundOut(Schema):
    """A round, until when the post may bring what was posted before its closing, and when it was finished."""

    number: str
    opens_on: dt.date
    closes_at: dt.datetime
    entries_until: dt.datetime
    finished_at: dt.datetime | None


class PublicNumber(Schema):
    """A number that others drew, and where anybody can look it up."""

    source: Text200
    value: Text200


class PoolOut(Schema):
    """One pool of a round: the published fingerprint, the drawn numbers and, once drawn, the result's SHA-256."""

    pool: str
    policy: str
    commitment: str
    frozen_at: dt.datetime
    numbers: list[PublicNumber]
    drawn_at: dt.datetime | None
    result_sha256: str

    @staticmethod
    def resolve_numbers(frozen: FrozenPool) -> list[dict[str, str]]:
        """In the order in which they make the seed."""
        return [{"source": source, "value": value} for source, value in frozen.numbers]

    @staticmethod
    def resolve_policy(frozen: FrozenPool) -> str:
        """The version of the points policy."""
        return frozen.policy.version

    @staticmethod
    def resolve_result_sha256(frozen: FrozenPool) -> str:
        """Empty until it is drawn."""
        return frozen.result.sha256 if frozen.result else ""


class NumbersIn(Schema):
    """Numbers of two sources, in their order."""

    numbers: list[PublicNumber] = Field(min_length=1, max_length=5)


@router.get("/rounds/{number}/pools", response={200: list[PoolOut], **NO}, summary="The pools of a round")
def list_pools(request: HttpRequest, number: str) -> list[FrozenPool]:
    """Those that were frozen."""
    require(actor_of(request), Word.READ_REQUESTS)
    return list(outcomes.frozen_pools(queries.round_numbered(number)))


@router.post("/rounds/{number}/pools/{pool}/freeze", response={200: PoolOut, **NO}, summary="Freeze a pool")
def freeze(request: HttpRequest, number: str, pool: str) -> FrozenPool:
    """After the closing moment."""
    return sharing.freeze_pool(number, pool, actor=actor_of(request))


@router.post("/rounds/{number}/pools/{pool}/draw", response={200: PoolOut, **NO}, summary="Enter the public numbers")
def draw(request: HttpRequest, number: str, pool: str, payload: NumbersIn) -> FrozenPool:
    """The result follows, and is kept once certified."""
    return sharing.draw_pool(
        number, pool, [(one.source, one.value) for one in payload.numbers], actor=actor_of(request)
    )


@router.get("/rounds/{number}/pools/{pool}/result", response={200: Any, **NO}, summary="The result of a pool")
def result(request: HttpRequest, number: str, pool: str) -> HttpResponse:
    """The result file of docs/round-file.md."""
    data, _name = outcomes.paper_of(outcomes.frozen_pool(number, pool, actor_of(request)), "result")
    return HttpResponse(data, content_type="application/json")


@router.get("/rounds/{number}/pools/{pool}/round", response={200: Any, **NO}, summary="The round file of a pool")
def round_file(request: HttpRequest, number: str, pool: str) -> HttpResponse:
    """What the result was computed from."""
    data, _name = outcomes.paper_of(outcomes.frozen_pool(number, pool, actor_of(request)), "round")
    return HttpResponse(data, content_type="application/json")


@router.get("/rounds", response={200: list[RoundOut], **NO}, summary="Rounds, newest first")
def list_rounds(request: HttpRequest) -> list[Any]:
    """At most 200."""
    return list(queries.rounds()[:200])


@router.post("/rounds", response={201: RoundOut, **NO}, summary="Open a round")
def open_round(request: HttpRequest, payload: RoundIn) -> Status[Round]:
    """In which requests are gathered."""
    return Status(201, commands.open_round(actor=actor_of(request), **payload.dict()))


@router.post("/rounds/{number}/finish", response={200: RoundOut, **NO}, summary="Finish a round")
def finish_round(request: HttpRequest, number: str) -> Round:
    """When its closing moment has passed."""
    return commands.finish_round(number, actor=actor_of(request))


@router.post("/requests/{reference}/decisions", response={201: DecisionOut, **NO}, summary="Decide on a request")
def decide(request: HttpRequest, reference: str, payload: DecisionIn) -> Status[Decision]:
    """Award and refusal alike carry reasons."""
    return Status(
        201,
        commands.decide(
            reference,
            actor=actor_of(request),
            granted=payload.granted,
            reasons=payload.reasons,
            round_number=payload.round,
        ),
    )


@router.get("/requests/{reference}/decisions", response={200: list[DecisionOut], **NO}, summary="Its decisions")
def decisions(request: HttpRequest, reference: str) -> list[Any]:
    """Latest first."""
    return list(queries.decisions_of(request_of(reference, actor_of(request))))


@router.get(
    "/requests/{reference}/lines/{position}/stock", response={200: list[DeviceOut], **NO}, summary="Fitting stock"
)
def stock(request: HttpRequest, reference: str, position: int, limit: int = 50) -> list[Any]:
    """Ready devices that fit a line, longest in stock first; at most 200."""
    actor = actor_of(request)
    line = lines_of(request_of(reference, actor)).filter(position=position).first()
    if line is None:
        raise NotFound("There is no line %(position)s.", position=position)
    return list(queries.fitting_stock(line, actor)[: min(max(limit, 1), 200)])


@router.post(
    "/requests/{reference}/lines/{position}/reservations",
    response={201: list[DeviceOut], **NO},
    summary="Reserve devices for a line",
)
def reserve(request: HttpRequest, reference: str, position: int, payload: ReserveIn) -> Status[list[Device]]:
    """All or none, within what was granted."""
    return Status(201, commands.reserve(payload.tags, actor=actor_of(request), reference=reference, position=position))


class NextOut(Schema):
    """A line that gets more."""

    reference: str
    position: int
    units: int


class ContinuationOut(Schema):
    """What happens when a line gives devices up; `fingerprint` goes back with the confirmation."""

    reference: str
    position: int
    kept: int
    given_up: int
    left: int = Field(description="Devices that nobody of this round can use.")
    followers: list[NextOut]
    refused: int = Field(description="Refused without a reason that holds: half a device each in the next round.")
    closes: bool = Field(description="The second time: all that is not kept goes on, and the line is closed.")
    fingerprint: str


class GiveUpIn(Schema):
    """How many devices are not taken, why, and the fingerprint of the list that was shown."""

    count: int = Field(ge=1, le=65_535)
    reason: str
    seen: str


_GIVE_UP = "/requests/{reference}/lines/{position}/give-up"


@router.get(_GIVE_UP, response={200: ContinuationOut, **NO}, summary="Who would be next")
def who_is_next(
    request: HttpRequest, reference: str, position: int, count: int, reason: Text20 = ""
) -> continuing.Continuation:
    """By the round's own file and seed; nothing is stored. `reason` is the one you will confirm with."""
    return continuing.continuation(reference, position, count, actor=actor_of(request), reason=reason)


@router.post(_GIVE_UP, response={200: list[DecisionOut], **NO}, summary="Give devices up: the ladder goes on")
def give_up(request: HttpRequest, reference: str, position: int, payload: GiveUpIn) -> list[Any]:
    """A decision for each request concerned, the one that gives up first."""
    actor = actor_of(request)
    return continuing.give_up(reference, position, payload.count, actor=actor, reason=payload.reason, seen=payload.seen)


@router.post("/devices/{tag}/release", response={200: DeviceOut, **NO}, summary="Release a reserved device")
def release(request: HttpRequest, tag: str, payload: ReasonIn) -> Device:
    """Back to the stock."""
    return commands.release(tag, actor=actor_of(request), reason=payload.reason)
