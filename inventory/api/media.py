"""Storage media through the API: list them, declare that there are none, take them out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.api.asking import NO, actor_of
from inventory.api.devices import DeviceOut
from inventory.devices import media, queries
from inventory.devices.models import Device, Medium

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


@router.get("/media", response={200: list[MediumOut], **NO}, summary="Media that wait")
def waiting(request: HttpRequest, state: str = "pending", limit: int = 100) -> list[Any]:
    """In one state, oldest first, at most 500."""
    return list(queries.waiting_media(actor_of(request), [state])[: min(max(limit, 1), 500)])
