"""What goes with a device, through the API."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Field, Router, Schema

from inventory.api.asking import NO, actor_of
from inventory.devices.accessories import counts_of, note_accessories
from inventory.devices.queries import device_of

router = Router()


class AccessoriesIn(Schema):
    """All that goes with a device: how many of each kind (charger, keyboard, mouse …)."""

    counts: dict[str, int] = Field(max_length=20)


@router.get("/devices/{tag}/accessories", response={200: dict[str, int], **NO}, summary="What goes with it")
def get_accessories(request: HttpRequest, tag: str) -> dict[str, int]:
    """By kind; of a device in our hands."""
    device = device_of(tag, actor_of(request))
    return counts_of([device]).get(device.pk, {})


@router.put("/devices/{tag}/accessories", response={200: dict[str, int], **NO}, summary="Say what goes with it")
def put_accessories(request: HttpRequest, tag: str, payload: AccessoriesIn) -> dict[str, int]:
    """All of it: what is not named is not there."""
    device = note_accessories(tag, actor=actor_of(request), counts=payload.counts)
    return counts_of([device]).get(device.pk, {})
