"""Appointments through the API: places an hour, booked, moved, cancelled, kept or missed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.api.asking import NO, actor_of
from inventory.devices.gatekeepers import require
from inventory.handover import appointments as commands
from inventory.handover import calendar
from inventory.handover.appointment_models import Appointment
from inventory.lifecycle import Word

router = Router()


class HourOut(Schema):
    """An hour at a warehouse with its places."""

    code: str
    location: str
    starts_at: dt.datetime
    places: int
    taken: int


class HoursIn(Schema):
    """So many places at each of these hours, Monday to Friday."""

    location: str
    first: dt.date
    last: dt.date
    hours: list[int] = Field(min_length=1, max_length=24)
    places: int = Field(ge=0, le=commands.MOST_PLACES)


class BookIn(Schema):
    """The code of an hour, and the channel by which it was asked for."""

    slot: str
    channel: str


class ChannelIn(Schema):
    """The channel by which it was asked for."""

    channel: str


class AppointmentOut(Schema):
    """An appointment: booked, cancelled, came or no_show."""

    number: str
    request: str
    association: str
    slot: str
    location: str
    starts_at: dt.datetime
    state: str
    channel: str


@router.get("/hours", response={200: list[HourOut], **NO}, summary="Hours to come with their places")
def list_hours(request: HttpRequest, free: bool = True) -> list[dict[str, Any]]:
    """Soonest first, at most 200; `free`: only those with a place left."""
    calendar.appointments(actor_of(request))
    found = calendar.hours_with_places() if free else calendar.hours()
    names = ("code", "starts_at", "places", "taken")
    return [{**{name: getattr(one, name) for name in names}, "location": one.location.code} for one in found[:200]]


@router.post("/hours", response={201: list[str], **NO}, summary="Open hours, or change their places")
def open_hours(request: HttpRequest, payload: HoursIn) -> Status[list[str]]:
    """The codes of the hours."""
    return Status(201, [one.code for one in commands.open_hours(**payload.dict(), actor=actor_of(request))])


@router.get("/appointments", response={200: list[AppointmentOut], **NO}, summary="Appointments, soonest first")
def list_appointments(request: HttpRequest, state: str = "booked", limit: int = 50) -> list[dict[str, Any]]:
    """Those you may see; at most 200."""
    found = calendar.appointments(actor_of(request), state=state)
    return [_shown(one) for one in found[: min(max(limit, 1), 200)]]


@router.post("/requests/{reference}/appointment", response={201: AppointmentOut, **NO}, summary="Book an appointment")
def book(request: HttpRequest, reference: str, payload: BookIn) -> Status[dict[str, Any]]:
    """For the devices reserved for a request."""
    return Status(201, _shown(commands.book(reference, payload.slot, actor=actor_of(request), channel=payload.channel)))


@router.post("/appointments/{number}/move", response={200: AppointmentOut, **NO}, summary="Move an appointment")
def move(request: HttpRequest, number: str, payload: BookIn) -> dict[str, Any]:
    """To another hour."""
    return _shown(commands.move(number, payload.slot, actor=actor_of(request), channel=payload.channel))


@router.post("/appointments/{number}/cancel", response={200: AppointmentOut, **NO}, summary="Cancel an appointment")
def cancel(request: HttpRequest, number: str, payload: ChannelIn) -> dict[str, Any]:
    """The devices stay reserved."""
    return _shown(commands.cancel_appointment(number, actor=actor_of(request), channel=payload.channel))


@router.post("/appointments/{number}/no-show", response={200: AppointmentOut, **NO}, summary="Nobody came")
def no_show(request: HttpRequest, number: str) -> dict[str, Any]:
    """A letter asks for another hour; after the second time the devices may be let go."""
    return _shown(commands.note_no_show(number, actor=actor_of(request)))


@router.post("/requests/{reference}/release", response={200: list[str], **NO}, summary="Let go after two no-shows")
def release(request: HttpRequest, reference: str) -> list[str]:
    """The tags that are ready again."""
    return [one.tag for one in commands.release_no_show(reference, actor=actor_of(request))]


@router.get("/appointments/{number}/pick-list", response={200: bytes, **NO}, summary="The pick list as PDF")
def pick_list(request: HttpRequest, number: str, language: str = "fr") -> HttpResponse:
    """What to fetch from the shelves, in French or Dutch."""
    actor = actor_of(request)
    require(actor, Word.HAND_OVER)
    found = calendar.appointment_numbered(number, actor)
    return HttpResponse(calendar.pick_list_pdf(found, language), content_type="application/pdf")


def _shown(one: Appointment) -> dict[str, Any]:
    return {
        "number": one.number,
        "request": one.request.reference,
        "association": one.request.association.code,
        "slot": one.slot.code,
        "location": one.slot.location.code,
        "starts_at": one.slot.starts_at,
        "state": one.state,
        "channel": one.channel,
    }
