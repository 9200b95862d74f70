"""Reads of appointments: hours with places left, who comes when, and the list to fetch devices from the shelves by."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from inventory.allocation.models import Reservation
from inventory.associations.models import Request
from inventory.associations.queries import interests_of
from inventory.devices.accessories import counts_of, told
from inventory.devices.categories import CATEGORIES
from inventory.devices.tags import grouped
from inventory.documents.letters import qr_svg, set_paper
from inventory.errors import BadInput, NotAllowed, NotFound
from inventory.handover.appointment_models import Appointment, Slot
from inventory.handover.appointments import NO_SHOWS
from inventory.lifecycle import Actor, Word

READERS = (Word.HAND_OVER, Word.REQUEST_FOR_OTHERS, Word.ALLOCATE, Word.AUDIT)
# Hours shown to choose from.
MOST_HOURS = 60


def hours(first: dt.date | None = None) -> QuerySet[Slot]:
    """Hours still to come, soonest first, with `taken` places."""
    found = Slot.objects.filter(starts_at__gt=timezone.now()).select_related("location")
    if first:
        found = found.filter(starts_at__date__gte=first)
    return found.annotate(taken=Count("appointments", filter=~Q(appointments__state="cancelled"))).order_by(
        "starts_at", "id"
    )


def hours_with_places() -> QuerySet[Slot]:
    """Those of them that have a place left."""
    return hours().filter(places__gt=F("taken"))


def appointments(actor: Actor, *, state: str = "", request: str = "") -> QuerySet[Appointment]:
    """Appointments this person may see, soonest first; a member sees their own. Refuses NotAllowed."""
    found = Appointment.objects.select_related("slot__location", "request__association")
    if not any(actor.holds(word) for word in READERS):
        if not actor.holds(Word.REQUEST):
            raise NotAllowed(_("Your role may not see appointments."))
        found = found.filter(request__association__memberships__user_id=actor.pk)
    found = found.exclude(request__association__in=interests_of(actor))
    if state:
        found = found.filter(state=state)
    if request:
        found = found.filter(request__reference=request)
    return found.order_by("slot__starts_at", "id")


def appointment_numbered(number: str, actor: Actor) -> Appointment:
    """One appointment. Refuses: NotAllowed; NotFound (also: not yours)."""
    found = appointments(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no appointment %(number)s."), number=number)
    return found


def booked_for(request: Request) -> Appointment | None:
    """What is booked for a request."""
    return Appointment.objects.filter(request=request, state="booked").select_related("slot__location").first()


def unclosed(actor: Actor) -> QuerySet[Appointment]:
    """Booked, and their hour is gone for two hours: somebody has to say whether they came."""
    return appointments(actor, state="booked").filter(slot__starts_at__lt=timezone.now() - dt.timedelta(hours=2))


def missed_twice(actor: Actor) -> QuerySet[Request]:
    """Requests for which nobody came twice and whose devices are still kept. Refuses NotAllowed."""
    if not actor.holds(Word.ALLOCATE):
        raise NotAllowed(_("Your role may not see appointments."))
    missed = Count("appointments", filter=Q(appointments__state="no_show", appointments__released_at__isnull=True))
    found = Request.objects.annotate(missed=missed).filter(missed__gte=NO_SHOWS)
    found = found.exclude(association__in=interests_of(actor))
    return found.exclude(pk__in=Appointment.objects.filter(state="booked").values("request_id")).order_by("id")


def pick_list_pdf(appointment: Appointment, language: str) -> bytes:
    """What to fetch from the shelves for an appointment, shelf by shelf, with room to tick: it works without power.

    Refuses (BadInput) another language than `fr` and `nl`.
    """
    if language not in {"fr", "nl"}:
        raise BadInput(_("A pick list is in French or Dutch."), field="language")
    kept = Reservation.objects.filter(line__request=appointment.request, released_at__isnull=True)
    kept = (
        kept.filter(device__status="reserved")
        .select_related("device__location")
        .order_by("device__location__code", "device__category", "device__tag")
    )
    when, printed = timezone.localtime(appointment.slot.starts_at), timezone.localtime()
    with translation.override(language):
        extras = counts_of([one.device for one in kept])
        rows = [_row(one.device, extras.get(one.device_id, {})) for one in kept]
        place = str(appointment.slot.location)
    body = appointment.request.association
    return set_paper(
        "picklist",
        {
            "language": language,
            "number": appointment.number,
            "association": body.name,
            "request": appointment.request.reference,
            "spoken": body.official_language.upper(),
            "when": f"{when:%d/%m/%Y %H:%M}",
            "place": place,
            "phone": settings.RELAIS_PHONE,
            "printed": f"{printed:%d/%m/%Y %H:%M}",
            "day": [printed.year, printed.month, printed.day],
            "rows": rows,
            "qr": qr_svg(f"HTTPS://{settings.RELAIS_PUBLIC_HOST}/R/{appointment.request.reference}".upper()),
        },
    )


def _row(device: Any, extras: dict[str, int]) -> list[str]:
    return [
        str(device.location or "–"),
        grouped(device.tag),
        str(CATEGORIES[device.category]),
        device.title or "–",
        device.serial or "–",
        told(extras),
    ]
