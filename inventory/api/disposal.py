"""End of life, loss and finding again through the API."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from inventory.api.asking import NO, Day, Kilograms, Text20, actor_of
from inventory.api.devices import DeviceOut
from inventory.devices.models import Device
from inventory.disposal import commands

router = Router()


class RecycleIn(Schema):
    """Which collector took it, with which document, how many kilograms, on which day."""

    collector: str
    document: str
    kilograms: Kilograms
    recycled_on: Day
    # Those of the kind of device on that day unless given.
    weee_category: Text20 = ""
    waste_code: Text20 = ""


class LostIn(Schema):
    """A reason code."""

    reason: str


class FoundIn(Schema):
    """Where it is now."""

    location: str


@router.post("/devices/{tag}/recycle", response={200: DeviceOut, **NO}, summary="Record recycling")
def recycle(request: HttpRequest, tag: str, payload: RecycleIn) -> Device:
    """With its papers and kilograms."""
    return commands.recycle(tag, actor=actor_of(request), **payload.dict())


@router.post("/devices/{tag}/lost", response={200: DeviceOut, **NO}, summary="Report lost")
def report_lost(request: HttpRequest, tag: str, payload: LostIn) -> Device:
    """With a reason."""
    return commands.report_lost(tag, actor=actor_of(request), reason=payload.reason)


@router.post("/devices/{tag}/found", response={200: DeviceOut, **NO}, summary="Found again")
def find_again(request: HttpRequest, tag: str, payload: FoundIn) -> Device:
    """Its media count as unknown again."""
    return commands.find_again(tag, actor=actor_of(request), location=payload.location)
