"""Acts for the Region through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.allocation.models import Decision
from inventory.api.asking import NO, Day, Text100, actor_of
from inventory.handover import supervision

router = Router()


class ActOut(Schema):
    """A decision that concerns the Region, and what its gifts are worth; not sent: no day and no reference."""

    number: str
    request: str
    association: str
    decided_at: dt.datetime
    cents: int
    sent_on: dt.date | None
    reference: str


class SentIn(Schema):
    """When it was sent, and under which reference."""

    sent_on: Day
    reference: Text100 = Field(min_length=1)


@router.get("/decisions/region", response={200: list[ActOut], **NO}, summary="Acts for the Region")
def list_acts(request: HttpRequest, state: str = "open", limit: int = 50) -> list[dict[str, Any]]:
    """To be sent (`open`), oldest first, or `sent`; at most 200."""
    found = supervision.acts(actor_of(request), state=state)
    return [_shown(one) for one in found[: min(max(limit, 1), 200)]]


@router.post("/decisions/{number}/region", response={201: ActOut, **NO}, summary="Sent to the Region")
def send_on(request: HttpRequest, number: str, payload: SentIn) -> Status[dict[str, Any]]:
    """Once."""
    actor = actor_of(request)
    made = supervision.note_sent(number, actor=actor, **payload.dict())
    return Status(201, _shown(supervision.acts(actor, state="sent").get(pk=made.decision_id)))


def _shown(one: Decision) -> dict[str, Any]:
    sent = getattr(one, "transmission", None)
    return {
        "number": one.number,
        "request": one.request.reference,
        "association": one.request.association.code,
        "decided_at": one.decided_at,
        "cents": one.cents or 0,  # type: ignore[attr-defined]  # annotated
        "sent_on": sent.sent_on if sent else None,
        "reference": sent.reference if sent else "",
    }
