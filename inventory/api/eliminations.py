"""Elimination lists through the API: what is due, each step of a list, its lines and papers, what is held back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from inventory.api.asking import NO, Day, Text20, Text100, actor_of
from inventory.api.jobs import JobOut
from inventory.jobs.models import Job
from inventory.privacy import eliminations as commands
from inventory.privacy import listed
from inventory.privacy.bag import pack_sample
from inventory.privacy.elimination_models import EliminationList, RetentionHold
from inventory.privacy.elimination_paper import list_pdf

router = Router()


class DueOut(Schema):
    """An archival class of which records are due: how many, at most a list's worth."""

    code: str
    name: str
    count: int
    table: str
    referenced: bool


class EliminationOut(Schema):
    """A list; `state` is drawn_up, authorised, carried_out or withdrawn."""

    number: str
    record_class: str
    state: str
    table: str
    term: str
    closed_before: dt.date
    size: int
    papers: int
    first_on: dt.date
    last_on: dt.date
    kept: int
    destroyed: int
    left_out: int
    rule_sha256: str
    lines_sha256: str
    drawn_up_at: dt.datetime
    authorisation: str
    authorised_on: dt.date | None
    carried_out_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    withdrawn_why: str

    @staticmethod
    def resolve_table(made: EliminationList) -> str:
        """Of the rule as it stood."""
        return listed.rule_of(made).table

    @staticmethod
    def resolve_term(made: EliminationList) -> str:
        """Of the rule as it stood, in the reader's language."""
        return listed.rule_of(made).term


class LineOut(Schema):
    """A record of a list: `outcome` is empty, destroyed, kept or left_out (and `left_out` says why)."""

    position: int
    kind: str
    key: str
    first_on: dt.date
    last_on: dt.date
    papers: int
    rank: str
    kept: bool
    outcome: str
    left_out: str


class HoldOut(Schema):
    """A record that no list destroys, and why: claim, dispute, audit or research."""

    kind: str
    key: str
    why: str
    set_at: dt.datetime
    lifted_at: dt.datetime | None


class DrawUpIn(Schema):
    """A class of the retention rules, such as `requests`."""

    record_class: Text20


class AuthorisationIn(Schema):
    """What stands on the State Archivist's letter."""

    authorisation: Text100
    on: Day


class WhyIn(Schema):
    """mistake, refused, changed or later."""

    why: Text20


class RecordIn(Schema):
    """A `request` or a `letter`, by its number."""

    kind: Text20
    key: Text20


class HoldIn(RecordIn):
    """And why: claim, dispute, audit or research."""

    why: Text20 = Field(description="claim, dispute, audit or research")


@router.get("/privacy/retention/due", response={200: list[DueOut], **NO}, summary="Archives due for a list")
def due(request: HttpRequest) -> list[dict[str, Any]]:
    """Archival classes with records whose term is over; they wait."""
    listed.elimination_lists(actor_of(request))
    return [
        {
            "code": one.rule.code,
            "name": one.name,
            "count": one.count,
            "table": one.rule.table,
            "referenced": one.rule.referenced,
        }
        for one in listed.due_classes()
    ]


@router.get("/privacy/eliminations", response={200: list[EliminationOut], **NO}, summary="Elimination lists")
def lists(request: HttpRequest, limit: int = 100) -> list[Any]:
    """Those that wait first, then the newest; at most 500."""
    return list(listed.elimination_lists(actor_of(request))[: min(max(limit, 1), 500)])


@router.post("/privacy/eliminations", response={201: EliminationOut, **NO}, summary="Draw up an elimination list")
def draw_up(request: HttpRequest, payload: DrawUpIn) -> Status[Any]:
    """Nothing is destroyed by it."""
    actor = actor_of(request)
    made = commands.draw_up(payload.record_class, actor=actor)
    return Status(201, listed.list_numbered(made.number, actor))


@router.get("/privacy/eliminations/{number}", response={200: EliminationOut, **NO}, summary="One elimination list")
def one_list(request: HttpRequest, number: str) -> Any:
    """With its counts."""
    return listed.list_numbered(number, actor_of(request))


@router.get(
    "/privacy/eliminations/{number}/lines", response={200: list[LineOut], **NO}, summary="The records of a list"
)
def lines(request: HttpRequest, number: str) -> list[Any]:
    """All of them, at most a thousand, the oldest first."""
    return list(listed.lines_of(listed.list_numbered(number, actor_of(request))))


@router.get("/privacy/eliminations/{number}/csv", response={200: None, **NO}, summary="The records of a list as CSV")
def lines_csv(request: HttpRequest, number: str) -> HttpResponse:
    """Semicolons, UTF-8."""
    return HttpResponse(listed.list_csv(number, actor_of(request)), content_type="text/csv; charset=utf-8")


@router.get("/privacy/eliminations/{number}/paper", response={200: None, **NO}, summary="A list as a PDF")
def paper(request: HttpRequest, number: str, language: str = "fr") -> HttpResponse:
    """In `fr` or `nl`; once it is carried out, its report."""
    return HttpResponse(list_pdf(number, language, actor_of(request)), content_type="application/pdf")


@router.post(
    "/privacy/eliminations/{number}/authorise",
    response={200: EliminationOut, **NO},
    summary="Record the State Archivist's authorisation",
)
def authorise(request: HttpRequest, number: str, payload: AuthorisationIn) -> Any:
    """Its number never changes afterwards."""
    actor = actor_of(request)
    commands.record_authorisation(number, actor=actor, authorisation=payload.authorisation, on=payload.on)
    return listed.list_numbered(number, actor)


@router.post(
    "/privacy/eliminations/{number}/carry-out",
    response={200: EliminationOut, **NO},
    summary="Destroy what an authorised list names",
)
def carry_out(request: HttpRequest, number: str) -> Any:
    """By another person than the one who drew it up; once."""
    actor = actor_of(request)
    commands.carry_out(number, actor=actor)
    return listed.list_numbered(number, actor)


@router.post("/privacy/eliminations/{number}/withdraw", response={200: EliminationOut, **NO}, summary="Give a list up")
def withdraw(request: HttpRequest, number: str, payload: WhyIn) -> Any:
    """Its records are free again."""
    actor = actor_of(request)
    commands.withdraw_list(number, actor=actor, why=payload.why)
    return listed.list_numbered(number, actor)


@router.post("/privacy/eliminations/{number}/sample", response={202: JobOut, **NO}, summary="Pack the kept records")
def sample(request: HttpRequest, number: str) -> Status[Job]:
    """As a BagIt bag (RFC 8493), for the archives; fetch it from `/jobs/{code}/file` when the job is done."""
    return Status(202, pack_sample(number, actor=actor_of(request)))


@router.get("/privacy/holds", response={200: list[HoldOut], **NO}, summary="What is held back from destruction")
def holds(request: HttpRequest, limit: int = 100) -> list[RetentionHold]:
    """At most 500."""
    return list(listed.holds(actor_of(request))[: min(max(limit, 1), 500)])


@router.post("/privacy/holds", response={201: HoldOut, **NO}, summary="Hold a record back")
def hold(request: HttpRequest, payload: HoldIn) -> Status[RetentionHold]:
    """No list destroys it."""
    return Status(201, commands.hold_record(payload.kind, payload.key, actor=actor_of(request), why=payload.why))


@router.post("/privacy/holds/lift", response={200: HoldOut, **NO}, summary="Let a record follow its rule again")
def lift(request: HttpRequest, payload: RecordIn) -> RetentionHold:
    """Lists may name it."""
    return commands.lift_hold(payload.kind, payload.key, actor=actor_of(request))
