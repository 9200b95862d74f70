"""Pins of a round and declared interests through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.allocation import pins
from inventory.allocation.round_models import Pin
from inventory.api.asking import NO, Prose, Text20, actor_of
from inventory.associations import interests
from inventory.associations.interest_models import Interest

router = Router()


class Change(Schema):
    """An association that gets more or (negative) fewer devices."""

    association: str
    units: int


class BillOut(Schema):
    """What a pin costs; hand `fingerprint` back as `seen` to confirm it."""

    association: str
    before: int
    after: int
    changes: list[Change]
    fingerprint: str

    @staticmethod
    def resolve_changes(bill: pins.Bill) -> list[dict[str, Any]]:
        """Everybody else whose number changes."""
        return [{"association": code, "units": units} for code, units in bill.changes]


class PinIn(Schema):
    """A departure from the rule for one association."""

    association: Text20
    reason: Text20
    words: Prose
    seen: Text20
    at_least: int = Field(0, ge=0, le=pins.MOST_UNITS)
    at_most: int | None = Field(None, ge=0, le=pins.MOST_UNITS)


class PinOut(Schema):
    """A pin that stands; `waits`: it lacks its second signature."""

    association: str
    at_least: int
    at_most: int | None
    reason: str
    words: str
    before: int
    after: int
    changes: list[Change]
    set_at: dt.datetime
    waits: bool

    @staticmethod
    def resolve_association(pin: Pin) -> str:
        """Its code."""
        return pin.association.code

    @staticmethod
    def resolve_before(pin: Pin) -> int:
        """Devices without it, as the bill said."""
        return int(pin.bill["before"])

    @staticmethod
    def resolve_after(pin: Pin) -> int:
        """Devices with it, as the bill said."""
        return int(pin.bill["after"])

    @staticmethod
    def resolve_changes(pin: Pin) -> list[dict[str, Any]]:
        """Who pays, as the bill said."""
        return [{"association": code, "units": units} for code, units in pin.bill["changes"]]


_THERE = "/rounds/{number}/pools/{pool}/pins"


@router.get(_THERE, response={200: list[PinOut], **NO}, summary="The pins of a pool")
def list_pins(request: HttpRequest, number: str, pool: str) -> list[Pin]:
    """Those that stand."""
    return list(pins.pins_of(number, pool, actor_of(request)))


@router.get(f"{_THERE}/bill", response={200: BillOut, **NO}, summary="What a pin would cost")
def bill(
    request: HttpRequest, number: str, pool: str, association: str, at_least: int = 0, at_most: int | None = None
) -> pins.Bill:
    """Two runs of the engine, without and with it; nothing is stored."""
    return pins.bill(number, pool, association, actor=actor_of(request), at_least=at_least, at_most=at_most)


@router.post(_THERE, response={201: PinOut, **NO}, summary="Set a pin")
def set_pin(request: HttpRequest, number: str, pool: str, payload: PinIn) -> Status[Pin]:
    """Between closing and freezing, with the bill's fingerprint."""
    return Status(201, pins.set_pin(number, pool, actor=actor_of(request), **payload.dict()))


@router.post(f"{_THERE}/{{association}}/sign", response={200: PinOut, **NO}, summary="Sign a pin as second person")
def sign_pin(request: HttpRequest, number: str, pool: str, association: str) -> Pin:
    """Never by who set it."""
    return pins.sign_pin(number, pool, association, actor=actor_of(request))


@router.post(f"{_THERE}/{{association}}/withdraw", response={200: PinOut, **NO}, summary="Withdraw a pin")
def withdraw_pin(request: HttpRequest, number: str, pool: str, association: str) -> Pin:
    """Before the pool is frozen."""
    return pins.withdraw_pin(number, pool, association, actor=actor_of(request))


class InterestIn(Schema):
    """One's own interest in an association."""

    association: Text20
    kind: Text20


class InterestOut(Schema):
    """A declared interest that stands."""

    association: str
    person: str
    kind: str
    declared_at: dt.datetime

    @staticmethod
    def resolve_association(one: Interest) -> str:
        """Its code."""
        return one.association.code

    @staticmethod
    def resolve_person(one: Interest) -> str:
        """Their user name."""
        person: Any = one.person
        return str(person.username)


@router.get("/interests", response={200: list[InterestOut], **NO}, summary="Declared interests")
def list_interests(request: HttpRequest) -> list[Interest]:
    """Everybody's that stand."""
    return list(interests.all_standing(actor_of(request)))


@router.post("/interests", response={201: InterestOut, **NO}, summary="Declare an interest")
def declare_interest(request: HttpRequest, payload: InterestIn) -> Status[Interest]:
    """From then on the association's file is hidden from you."""
    return Status(201, interests.declare_interest(payload.association, actor=actor_of(request), kind=payload.kind))


@router.post("/interests/{association}/{person}/end", response={200: InterestOut, **NO}, summary="End an interest")
def end_interest(request: HttpRequest, association: str, person: str) -> Interest:
    """Somebody else's."""
    return interests.end_interest(association, person, actor=actor_of(request))
