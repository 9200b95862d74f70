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
from inventory.disposal.codes import checked_category, checked_waste_code
from inventory.disposal.models import RecyclingRecord
from inventory.errors import BadInput
from inventory.lifecycle import Actor, LegalStatus, Word


@transaction.atomic
def recycle(
    tag: str,
    *,
    actor: Actor,
    collector: str,
    document: str,
    kilograms: Decimal,
    recycled_on: dt.date,
    weee_category: str = "",
    waste_code: str = "",
) -> Device:
    """Record that a registered collector took a device: its number, the document's number, kilograms, the day.

    Category (directive 2012/19/EU) and waste code (decision 2000/532/EC) are those of the kind on that day unless
    others are chosen. Refuses: as `take`; BadInput (collector, document, weight, a day to come, a code that does not
    hold on the day).
    """
    require(actor, Word.RECYCLE)
    if not collector.strip() or not document.strip():
        raise BadInput(_("Enter the collector's number and the number of the document."), field="document")
    if not Decimal("0") < kilograms <= Decimal("1000"):
        raise BadInput(_("Enter the weight in kilograms, more than 0 and at most 1000."), field="kilograms")
    if recycled_on > timezone.localdate():
        raise BadInput(_("That day is still to come. Check the date."), field="recycled_on")
    device = locked(tag)
    category = checked_category(weee_category, device.category, recycled_on)
    code = checked_waste_code(waste_code, device.category, recycled_on)
    device.legal_status = LegalStatus.WASTE_TO_RECYCLING
    device.weight_kg = kilograms
    facts: dict[str, object] = {"collector": collector.strip(), "document": document.strip(), "kilograms": kilograms}
    facts |= {"weee_category": category, "waste_code": code, "recycled_on": recycled_on}
    take(device, "recycle", actor=actor, facts=facts)
    RecyclingRecord.objects.create(
        device=device,
        collector=collector.strip()[:60],
        document=document.strip()[:60],
        kilograms=kilograms,
        recycled_on=recycled_on,
        weee_category=category,
        waste_code=code,
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
