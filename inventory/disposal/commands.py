"""End of life, loss, and finding again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.commands import check_reason, location_named
from inventory.devices.gatekeepers import locked, require
from inventory.devices.media import doubt_media
from inventory.devices.models import Device
from inventory.devices.steps import take
from inventory.disposal.models import RecyclingRecord
from inventory.errors import BadInput
from inventory.lifecycle import Actor, LegalStatus, Word


@transaction.atomic
def recycle(
    tag: str, *, actor: Actor, collector: str, document: str, kilograms: Decimal, recycled_on: dt.date
) -> Device:
    """Record that a registered collector took a device: its number, the document's number, kilograms, the day.

    Refuses: as `take`; BadInput (collector, document, weight, a day to come).
    """
    require(actor, Word.RECYCLE)
    if not collector.strip() or not document.strip():
        raise BadInput(_("Enter the collector's number and the number of the document."), field="document")
    if not Decimal("0") < kilograms <= Decimal("1000"):
        raise BadInput(_("Enter the weight in kilograms, more than 0 and at most 1000."), field="kilograms")
    if recycled_on > timezone.localdate():
        raise BadInput(_("That day is still to come. Check the date."), field="recycled_on")
    device = locked(tag)
    device.legal_status = LegalStatus.WASTE_TO_RECYCLING
    device.weight_kg = kilograms
    facts = {"collector": collector.strip(), "document": document.strip(), "kilograms": kilograms}
    take(device, "recycle", actor=actor, facts={**facts, "recycled_on": recycled_on})
    RecyclingRecord.objects.create(
        device=device,
        collector=collector.strip()[:60],
        document=document.strip()[:60],
        kilograms=kilograms,
        recycled_on=recycled_on,
        recorded_by_id=actor.pk,
        recorded_at=timezone.now(),
    )
    return device


@transaction.atomic
def report_lost(tag: str, *, actor: Actor, reason: str) -> Device:
    """Report a device missing, with a reason code. Refuses: as `take`; BadInput (reason)."""
    require(actor, Word.WRITE_OFF)
    check_reason(reason)
    device = locked(tag)
    device.location = None
    return take(device, "report_lost", actor=actor, facts={"reason": reason})


@transaction.atomic
def find_again(tag: str, *, actor: Actor, location: str) -> Device:
    """A lost device is back. It was out of our hands, so its media count as unknown again.

    Refuses: as `take`; NotFound (location).
    """
    require(actor, Word.WRITE_OFF)
    device = locked(tag)
    place = location_named(location)
    device.location = place
    device.no_data_declared_at = None
    device.no_data_declared_by = None
    device.no_data_checked_how = ""
    device.cycle += 1
    device.grade = ""
    take(device, "find_again", actor=actor, facts={"location": place.code})
    doubt_media(device.tag, actor=actor)
    return device
