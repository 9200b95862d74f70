"""What comes after a hand-over, through the API: events, reports that are due, recalls."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from inventory.api.asking import NO, actor_of
from inventory.api.jobs import JobOut
from inventory.handover import afterwards
from inventory.handover.aftercare import note_after, remind_of_reports
from inventory.handover.aftercare_models import AfterEvent
from inventory.handover.recalling import ask_recall, write_recall
from inventory.handover.replacing import replace_device

router = Router()


class AfterIn(Schema):
    """A kind of `KINDS`, the channel, and what the kind asks for."""

    kind: str
    channel: str
    tags: list[str] = Field(default_factory=list, max_length=1000)
    words: str = ""
    cents: int | None = Field(None, ge=0, le=10_000_000)
    happened_on: dt.date | None = None


class AfterOut(Schema):
    """What was told or found."""

    number: str
    kind: str
    agreement: str
    association: str
    channel: str
    happened_on: dt.date
    words: str
    cents: int | None
    in_time: bool
    devices: list[str]


class StandingOut(Schema):
    """Devices with associations: all, by what their holder told (lost, stolen, transfer), defective, replaced."""

    held: int
    told: dict[str, int]
    defective: int
    replaced: int


class ReplaceIn(Schema):
    """Which ready device takes its place, where the one that came back goes, and the accessories that came with it."""

    replacement: str
    location: str
    accessories: dict[str, int] = Field(default_factory=dict, max_length=20)


class ReplacedOut(Schema):
    """The device that was given, and the agreement it falls under."""

    tag: str
    agreement: str


class DueOut(Schema):
    """An agreement whose report of use is due."""

    number: str
    association: str
    due_on: dt.date


class NumbersIn(Schema):
    """Numbers of agreements."""

    numbers: list[str] = Field(min_length=1, max_length=200)


class RecallIn(Schema):
    """Which machines."""

    make: str = Field(max_length=100)
    model: str = Field("", max_length=150)
    first: str = Field("", max_length=100)
    last: str = Field("", max_length=100)


class RecallLetterIn(RecallIn):
    """What is wrong and what to do, in both languages."""

    words_fr: str
    words_nl: str


class HolderOut(Schema):
    """A machine and who holds it."""

    tag: str
    manufacturer: str
    model: str
    serial: str
    association: str
    agreement: str


@router.get("/aftercare", response={200: list[AfterOut], **NO}, summary="What was told or found after hand-overs")
def list_events(request: HttpRequest, kind: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """Latest first, at most 200; a member sees their own."""
    found = afterwards.after_events(actor_of(request), kind=kind)
    return [_shown(one) for one in found[: min(max(limit, 1), 200)]]


@router.post("/agreements/{number}/aftercare", response={201: AfterOut, **NO}, summary="Note what happened after")
def note(request: HttpRequest, number: str, payload: AfterIn) -> Status[dict[str, Any]]:
    """defective, in_use, transfer, lost, stolen; by the city: visit, suspension, lifted, repayment."""
    return Status(201, _shown(note_after(number, actor=actor_of(request), **payload.dict())))


@router.get("/aftercare/figures", response={200: StandingOut, **NO}, summary="What associations hold now")
def figures(request: HttpRequest) -> Any:
    """In devices; a member sees their own."""
    return afterwards.standing(actor_of(request))


@router.post("/devices/{tag}/replace", response={201: ReplacedOut, **NO}, summary="Replace what did not work")
def replace(request: HttpRequest, tag: str, payload: ReplaceIn) -> Status[dict[str, Any]]:
    """Taken back, and another from the stock given in its place under the same agreement."""
    made = replace_device(tag, actor=actor_of(request), **payload.dict())
    return Status(201, {"tag": made.device.tag, "agreement": made.agreement.number})


@router.get("/reports-due", response={200: list[DueOut], **NO}, summary="Reports of use that are due")
def list_due(request: HttpRequest) -> list[dict[str, Any]]:
    """Oldest first, at most 200."""
    found = afterwards.reports_due(actor_of(request))[:200]
    return [
        {"number": one.number, "association": one.association.code, "due_on": afterwards.due_on(one)} for one in found
    ]


@router.post("/reports-due/remind", response={200: int, **NO}, summary="Remind of reports that are due")
def remind(request: HttpRequest, payload: NumbersIn) -> int:
    """How many letters were written."""
    return remind_of_reports(payload.numbers, actor=actor_of(request))


@router.get("/recall", response={200: list[HolderOut], **NO}, summary="Who holds recalled machines")
def recall(request: HttpRequest, wanted: Query[RecallIn]) -> list[dict[str, Any]]:
    """By make, model and range of serials."""
    return [
        {
            "tag": one.device.tag,
            **{name: getattr(one.device, name) for name in ("manufacturer", "model", "serial")},
            "association": one.agreement.association.code,
            "agreement": one.agreement.number,
        }
        for one in afterwards.recalled(actor_of(request), **wanted.dict())
    ]


@router.post("/recall/letters", response={201: list[str], **NO}, summary="Write the letters of a recall")
def recall_letters(request: HttpRequest, payload: RecallLetterIn) -> Status[list[str]]:
    """One for each association that holds such a machine, at most 100; their numbers."""
    return Status(201, [one.number for one in write_recall(actor=actor_of(request), **payload.dict())])


@router.post("/recall/letters/work", response={202: JobOut, **NO}, summary="Write the letters in the background")
def recall_work(request: HttpRequest, payload: RecallLetterIn) -> Status[Any]:
    """For any number of associations: a worker writes the letters and sets them in volumes of 200, as one archive."""
    return Status(202, ask_recall(actor=actor_of(request), **payload.dict()))


def _shown(one: AfterEvent) -> dict[str, Any]:
    names = ("number", "kind", "channel", "happened_on", "words", "cents", "in_time")
    return {
        **{name: getattr(one, name) for name in names},
        "agreement": one.agreement.number,
        "association": one.agreement.association.code,
        "devices": [item.device.tag for item in one.items.all()],
    }
