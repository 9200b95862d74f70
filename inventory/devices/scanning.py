"""Receiving by scanning: in the cellar every scan gets an answer, good or bad, and the next one follows."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.devices.commands import location_named, receive
from inventory.devices.gatekeepers import require
from inventory.devices.models import Device
from inventory.devices.queries import scanned
from inventory.errors import Refusal
from inventory.lifecycle import Actor, Status, Word


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one scan: `said` is the sentence for the person with the scanner in hand."""

    good: bool
    said: str
    device: Device | None = None
    free_tag: str = ""


@transaction.atomic
def receive_scanned(text: str, *, actor: Actor, location: str) -> Answer:
    """Receive the device that was scanned, at a location; a refusal of the device is an answer, not an error.

    Refuses: NotAllowed; NotFound (location); BadInput (nothing was scanned).
    """
    require(actor, Word.RECEIVE)
    place = location_named(location)
    found = scanned(text, actor)
    if found.device is None:
        why = _("This label is on no device yet. Register the device it is stuck on.") if found.free_tag else None
        return Answer(False, why or str(found.refusal), free_tag=found.free_tag)
    if Status(found.device.status) is Status.RECEIVED:
        return Answer(False, _("It was received before."), found.device)
    try:
        with transaction.atomic():
            device = receive(found.device.tag, actor=actor, location=place.code)
    except Refusal as refusal:
        return Answer(False, str(refusal), found.device)
    return Answer(True, _("Received at %(place)s.") % {"place": place}, device)
