"""Erasing private texts and persons through the API; the entries stay, and say that something was erased."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from inventory.api.asking import NO, Count, actor_of
from inventory.ledger import erasing
from inventory.ledger.models import Entry

router = Router()


class ReasonIn(Schema):
    """`asked`, `term` or `mistake`."""

    reason: str


class TombstoneOut(Schema):
    """The entry that says what was erased."""

    event: str
    body: str


@router.post("/ledger/entries/{kind}/{key}/{seq}/forget", response={200: TombstoneOut, **NO}, summary="Erase a text")
def forget_payload(request: HttpRequest, kind: str, key: str, seq: Count, payload: ReasonIn) -> Entry:
    """What an entry keeps apart, and its salt."""
    return erasing.forget_payload(kind, key, seq, actor=actor_of(request), reason=payload.reason)


@router.post("/people/{key}/forget", response={200: TombstoneOut, **NO}, summary="Erase a person")
def forget_person(request: HttpRequest, key: str, payload: ReasonIn) -> Entry:
    """The name behind an actor's key, and the ways to sign in."""
    return erasing.forget_person(key, actor=actor_of(request), reason=payload.reason)
