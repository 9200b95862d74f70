"""Complaints and their answers through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.allocation import complaints
from inventory.api.asking import NO, Prose, Text20, actor_of
from inventory.associations.filing_models import Filing
from inventory.associations.filings import answer_due

router = Router()


class AnswerIn(Schema):
    """Whether it is right (upheld, partly, rejected), why, and how many devices of which pool repair it."""

    outcome: Text20
    words: Prose
    repair_pool: Text20 = ""
    repair_units: int = Field(0, ge=0, le=complaints.MOST_REPAIRED)
    excuses: bool = Field(False, description="Refused devices had a good reason to be: they no longer count.")


class ComplaintOut(Schema):
    """A complaint, until when it is answered, and its answer; an empty outcome: it waits."""

    number: str
    request: str
    association: str
    channel: str
    received_at: dt.datetime
    words: str
    due_on: dt.date
    outcome: str
    answer: str
    repair_pool: str
    repair_units: int
    excuses: bool
    answered_at: dt.datetime | None
    letter: str


@router.get("/complaints", response={200: list[ComplaintOut], **NO}, summary="Complaints")
def list_complaints(request: HttpRequest, state: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """Those you may see, at most 200; `state`: open, late or answered."""
    found = complaints.complaints(actor_of(request), state=state)
    return [_shown(one) for one in found[: min(max(limit, 1), 200)]]


@router.post("/complaints/{number}/answer", response={201: ComplaintOut, **NO}, summary="Answer a complaint")
def answer(request: HttpRequest, number: str, payload: AnswerIn) -> Status[dict[str, Any]]:
    """By somebody who did not decide; its letter is written."""
    actor = actor_of(request)
    complaints.answer_complaint(number, actor=actor, **payload.dict())
    return Status(201, _shown(complaints.complaint_numbered(number, actor)))


def _shown(filing: Filing) -> dict[str, Any]:
    told = complaints.answer_to(filing)
    return {
        "number": filing.number,
        "request": filing.request.reference,
        "association": filing.request.association.code,
        "channel": filing.channel,
        "received_at": filing.received_at,
        "words": str(filing.answers.get("words", "")),
        "due_on": answer_due(filing),
        "outcome": told.outcome if told else "",
        "answer": told.words if told else "",
        "repair_pool": told.repair_pool if told else "",
        "repair_units": told.repair_units if told else 0,
        "excuses": bool(told and told.excuses),
        "answered_at": told.answered_at if told else None,
        "letter": told.letter.number if told else "",
    }
