"""Storage media through the API: list them, declare that there are none, take them out."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from inventory.api.asking import NO, actor_of
from inventory.api.devices import DeviceOut
from inventory.devices import media, queries, tracing
from inventory.devices.models import Device, Medium, MediumStay
from inventory.devices.tracing import PATIENCE_DAYS, TraceFilter

router = Router()


class MediumOut(Schema):
    """A storage medium as it stands."""

    code: str
    kind: str
    manufacturer: str
    model: str
    serial: str
    capacity_bytes: int | None
    interface: str
    state: str
    failures: int
    proof_withdrawn: bool
    device: str | None
    place: str
    created_at: dt.datetime

    @staticmethod
    def resolve_device(medium: Medium) -> str | None:
        """The tag of the device it is in."""
        return medium.device.tag if medium.device else None


class MediumIn(Schema):
    """A storage medium somebody sees in a device; capacity in bytes."""

    kind: str
    serial: str = Field("", max_length=100)
    manufacturer: str = Field("", max_length=100)
    model: str = Field("", max_length=150)
    capacity_bytes: int | None = Field(None, ge=0, lt=2**62)
    interface: str = Field("", max_length=20)


@router.get("/devices/{tag}/media", response={200: list[MediumOut], **NO}, summary="Media of a device")
def media_of(request: HttpRequest, tag: str) -> list[Medium]:
    """In it now, or ever seen in it."""
    device = queries.device_of(tag, actor_of(request))
    return list(queries.media_of(device).select_related("device"))


@router.post("/devices/{tag}/media", response={201: MediumOut, **NO}, summary="List a storage medium")
def list_medium(request: HttpRequest, tag: str, payload: MediumIn) -> Status[Medium]:
    """A device beyond sanitisation goes back to it."""
    return Status(201, media.list_medium(tag, actor=actor_of(request), **payload.dict()))


class NoDataIn(Schema):
    """How it was checked."""

    checked_how: str


@router.post("/devices/{tag}/no-data", response={200: DeviceOut, **NO}, summary="Declare that it holds no data")
def declare_no_data(request: HttpRequest, tag: str, payload: NoDataIn) -> Device:
    """A person's declaration, never an empty list."""
    return media.declare_no_data(tag, actor=actor_of(request), checked_how=payload.checked_how)


class PlaceOutIn(Schema):
    """Where a medium goes."""

    place: str


@router.post("/media/{code}/remove", response={200: MediumOut, **NO}, summary="Take a medium out of its device")
def remove_medium(request: HttpRequest, code: str, payload: PlaceOutIn) -> Medium:
    """To a shelf, a crate, a shredder bag."""
    return media.remove_medium(code, actor=actor_of(request), place=payload.place)


class FitIn(Schema):
    """The device a medium goes into."""

    tag: str


@router.post("/media/{code}/fit", response={200: MediumOut, **NO}, summary="Put a medium into a device")
def fit_medium(request: HttpRequest, code: str, payload: FitIn) -> Medium:
    """A device beyond sanitisation goes back to it."""
    return media.fit_medium(code, payload.tag, actor=actor_of(request))


class TraceQuery(Schema):
    """What to look for: words (code, serial, model, place), a kind; after how many days a pending medium counts."""

    q: str = Field("", max_length=200)
    kind: str = ""
    days: int = Field(PATIENCE_DAYS, ge=0, le=3650)
    limit: int = Field(100, ge=1, le=500)


class OrphanOut(MediumOut):
    """A medium in no device, since when, out of which one, and the pseudonym of who took it out."""

    since: dt.datetime | None
    from_device: str | None = Field(alias="from_tag")
    taken_out_by: str | None = Field(alias="holder_key")


class UnaccountedOut(Schema):
    """A medium announced in a device and never accounted for, since when it is listed there, and why it is here."""

    medium: MediumOut
    device: str
    device_status: str
    since: dt.datetime
    missed_at: dt.datetime | None
    why: Literal["missed", "lost", "off_the_way", "waiting"]

    @staticmethod
    def resolve_device(stay: MediumStay) -> str:
        """The device's tag."""
        return stay.device.tag

    @staticmethod
    def resolve_device_status(stay: MediumStay) -> str:
        """Where the device is in its life."""
        return stay.device.status


@router.get("/tracing/orphans", response={200: list[OrphanOut], **NO}, summary="Media in no device, not proven")
def orphans(request: HttpRequest, query: Query[TraceQuery]) -> list[Any]:
    """Neither validated nor destroyed; longest out first."""
    return list(tracing.orphans(actor_of(request), _wanted(query))[: query.limit])


@router.get("/tracing/unaccounted", response={200: list[UnaccountedOut], **NO}, summary="Announced, not accounted for")
def unaccounted_for(request: HttpRequest, query: Query[TraceQuery]) -> list[Any]:
    """Listed in a device, and neither sanitised, nor taken out, nor destroyed since; longest listed first."""
    return list(tracing.unaccounted_for(actor_of(request), _wanted(query))[: query.limit])


def _wanted(query: TraceQuery) -> TraceFilter:
    return TraceFilter(words=query.q, kind=query.kind, days=query.days)


@router.get("/media", response={200: list[MediumOut], **NO}, summary="Media that wait")
def waiting(request: HttpRequest, state: str = "pending", limit: int = 100) -> list[Any]:
    """In one state, oldest first, at most 500."""
    return list(queries.waiting_media(actor_of(request), [state])[: min(max(limit, 1), 500)])
