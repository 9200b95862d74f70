"""Booked, moved and cancelled by any channel alike; and what follows when nobody comes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inventory.allocation.models import Reservation
from inventory.associations.commands import locked_request, may_speak_for, no_request, remember
from inventory.associations.facts import CHANNELS
from inventory.associations.interests import refuse_interest
from inventory.associations.letters import write_letter
from inventory.associations.models import Request
from inventory.devices.commands import location_named
from inventory.devices.gatekeepers import locked, require, require_one
from inventory.devices.models import Device
from inventory.devices.steps import take
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.handover.appointment_models import Appointment, Slot
from inventory.handover.commands import drop_agreement
from inventory.handover.models import Agreement
from inventory.lifecycle import Actor, Word

# V-2026-00001: a visit.
SERIES: Final = "V"
STATES: Final[dict[str, Promise]] = {
    "booked": _("Booked"),
    "cancelled": _("Cancelled"),
    "came": _("They came"),
    "no_show": _("Nobody came"),
}
MOST_PLACES: Final = 50
MOST_DAYS: Final = 92
# After so many times that nobody came, the devices may go to others.
NO_SHOWS: Final = 2


@transaction.atomic
def open_hours(
    location: str, first: dt.date, last: dt.date, hours: Sequence[int], places: int, *, actor: Actor
) -> list[Slot]:
    """Give each of these hours, Monday to Friday, so many places; none closes an hour that nobody has booked.

    Refuses: NotAllowed; NotFound (location); BadInput; Conflict (more are booked than would be left).
    """
    require(actor, Word.HAND_OVER)
    place = location_named(location)
    days = (last - first).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(_("Choose a first and a last day, at most %(most)s days."), most=MOST_DAYS, field="last")
    if not hours or any(not 0 <= hour <= 23 for hour in hours):
        raise BadInput(_("Choose at least one hour."), field="hours")
    if not 0 <= places <= MOST_PLACES:
        raise BadInput(_("Between 0 and %(most)s places an hour."), most=MOST_PLACES, field="places")
    zone, made = timezone.get_default_timezone(), []
    for day in (first + dt.timedelta(days=count) for count in range(days)):
        for hour in sorted(set(hours)) if day.weekday() < 5 else ():
            begins = dt.datetime.combine(day, dt.time(hour), tzinfo=zone)
            code = f"{place.code}-{begins:%Y%m%d-%H%M}"
            slot, fresh = Slot.objects.select_for_update().get_or_create(
                code=code, defaults={"location": place, "starts_at": begins, "places": places}
            )
            if not fresh and slot.places != places:
                _change_places(slot, places)
            made.append(slot)
    facts = {"first": first.isoformat(), "last": last.isoformat(), "hours": sorted(set(hours)), "places": places}
    remember("location", place.code, "open_hours", actor, facts)
    return made


@transaction.atomic
def book(reference: str, slot: str, *, actor: Actor, channel: str) -> Appointment:
    """Take a place for the devices of a request; a letter says when and where.

    On line a member of the association books, by any other channel the counter or the warehouse.
    Refuses: NotAllowed; NotFound (also: not yours); BadInput (channel, hour gone by); RuleBroken (no device reserved,
    interest declared); Conflict (no place left, booked already).
    """
    request = _request(reference, actor, channel)
    if not _kept(request):
        raise RuleBroken(_("No device is reserved for request %(reference)s yet."), reference=request.reference)
    if Appointment.objects.filter(request=request, state="booked").exists():
        raise Conflict(_("Request %(reference)s has an appointment already: move it."), reference=request.reference)
    place = _slot(slot)
    made = Appointment.objects.create(
        number=next_number(SERIES, timezone.localdate()),
        request=request,
        slot=place,
        seat=_free_seat(place),
        channel=channel,
        booked_at=timezone.now(),
        booked_by_id=actor.pk,
    )
    _remember(made, "book", actor, {"slot": place.code, "channel": channel, "request": request.reference})
    _tell(made, actor, "appointment")
    return made


@transaction.atomic
def move(number: str, slot: str, *, actor: Actor, channel: str) -> Appointment:
    """Move an appointment to another hour; its old place is free again. Refuses: as `book`; Conflict (not booked)."""
    found = _booked(number, actor, channel)
    place = _slot(slot)
    if place.pk == found.slot_id:
        raise Conflict(_("It is at that hour already."))
    before = found.slot.code
    found.slot, found.seat, found.channel = place, _free_seat(place), channel
    found.moved += 1
    found.save(update_fields=["slot", "seat", "channel", "moved"])
    _remember(found, "move", actor, {"from": before, "slot": place.code, "channel": channel})
    _tell(found, actor, "appointment")
    return found


@transaction.atomic
def cancel_appointment(number: str, *, actor: Actor, channel: str) -> Appointment:
    """Give a place back; the devices stay reserved. Refuses: as `move`."""
    found = _booked(number, actor, channel)
    _end(found, "cancelled", actor, {"channel": channel})
    _tell(found, actor, "appointment_cancelled")
    return found


@transaction.atomic
def note_no_show(number: str, *, actor: Actor) -> Appointment:
    """Write down that nobody came; a letter asks for another hour, or says that it was the last time.

    Refuses: NotAllowed; NotFound; RuleBroken (interest declared); Conflict (not booked, or the hour has not come).
    """
    require(actor, Word.HAND_OVER)
    found = _locked(number)
    refuse_interest(actor, found.request.association_id)
    if found.state != "booked" or found.slot.starts_at > timezone.now():
        raise Conflict(_("Appointment %(number)s is not booked, or its hour has not come."), number=found.number)
    _end(found, "no_show", actor, {"slot": found.slot.code})
    _tell(found, actor, "no_show")
    return found


@transaction.atomic
def release_no_show(reference: str, *, actor: Actor) -> list[Device]:
    """Let the devices of a request go, for which nobody came twice: they are ready again, for whom the round puts next.

    An agreement that is not signed is cancelled. Refuses: NotAllowed; NotFound; RuleBroken (not twice, interest
    declared); and as `take`.
    """
    require(actor, Word.ALLOCATE)
    request = locked_request(reference)
    refuse_interest(actor, request.association_id)
    missed = Appointment.objects.filter(request=request, state="no_show", released_at__isnull=True)
    if missed.count() < NO_SHOWS or Appointment.objects.filter(request=request, state="booked").exists():
        raise RuleBroken(_("Only after nobody came %(times)s times, and none is booked."), times=NO_SHOWS)
    kept = list(_kept(request).select_related("device"))
    open_ones = Agreement.objects.filter(
        items__reservation__in=kept, signed_at__isnull=True, cancelled_at__isnull=True
    ).distinct()
    for agreement in open_ones.order_by("id"):
        drop_agreement(agreement, actor=actor, reason="not_collected")
    devices, now = [], timezone.now()
    for reservation in kept:
        device = locked(reservation.device.tag)
        facts = {"reason": "not_collected", "request": request.reference}
        devices.append(take(device, "release", actor=actor, facts=facts))
        reservation.released_at, reservation.release_reason = now, "not_collected"
        reservation.save(update_fields=["released_at", "release_reason"])
    missed.update(released_at=now)
    remember("request", request.reference, "release_no_show", actor, {"devices": len(devices)})
    _tell_release(request, len(devices), actor)
    return devices


def _request(reference: str, actor: Actor, channel: str) -> Request:
    _may(actor, channel)
    request = locked_request(reference)
    if channel == "online" and not may_speak_for(actor, request):
        raise no_request(reference)
    refuse_interest(actor, request.association_id)
    return request


def _may(actor: Actor, channel: str) -> None:
    if channel not in CHANNELS:
        raise BadInput(_("Choose the channel from the list."), field="channel")
    if channel != "online":
        require_one(actor, Word.REQUEST_FOR_OTHERS, Word.HAND_OVER)
    elif not actor.holds(Word.REQUEST):
        raise NotAllowed(_("On line, a member of the association asks. Choose the channel it came by."))


def _booked(number: str, actor: Actor, channel: str) -> Appointment:
    _may(actor, channel)
    known = Appointment.objects.filter(number=number.strip().upper()).select_related("request").first()
    if known is None or (channel == "online" and not may_speak_for(actor, known.request)):
        raise NotFound(_("There is no appointment %(number)s."), number=number)
    _request(known.request.reference, actor, channel)
    found = _locked(number)
    if found.state != "booked":
        raise Conflict(_("Appointment %(number)s is no longer booked."), number=found.number)
    return found


def _locked(number: str) -> Appointment:
    found = Appointment.objects.select_for_update(of=("self",)).filter(number=number.strip().upper())
    one = found.select_related("slot__location", "request__association").first()
    if one is None:
        raise NotFound(_("There is no appointment %(number)s."), number=number)
    return one


def _slot(code: str) -> Slot:
    found = Slot.objects.select_for_update().filter(code=code.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no such hour. Choose one from the list."), code=code)
    if found.starts_at <= timezone.now():
        raise BadInput(_("That hour has gone by. Choose another one."), field="slot")
    return found


def _free_seat(slot: Slot) -> int:
    taken = set(slot.appointments.exclude(state="cancelled").values_list("seat", flat=True))
    free = next((seat for seat in range(1, slot.places + 1) if seat not in taken), None)
    if free is None:
        raise Conflict(_("No place is left at that hour. Choose another one."), field="slot")
    return free


def _change_places(slot: Slot, places: int) -> None:
    taken = slot.appointments.exclude(state="cancelled").values_list("seat", flat=True)
    if max(taken, default=0) > places:
        raise Conflict(
            _("More are booked at %(hour)s than would be left."),
            hour=f"{timezone.localtime(slot.starts_at):%d/%m/%Y %H:%M}",
            field="places",
        )
    slot.places = places
    slot.save(update_fields=["places"])


def _kept(request: Request) -> QuerySet[Reservation]:
    reservations = Reservation.objects.filter(line__request=request, released_at__isnull=True)
    return reservations.filter(device__status="reserved").order_by("id")


def _end(found: Appointment, state: str, actor: Actor, facts: dict[str, object]) -> None:
    found.state, found.ended_at = state, timezone.now()
    found.save(update_fields=["state", "ended_at"])
    _remember(found, state, actor, facts)


def _remember(found: Appointment, event: str, actor: Actor, facts: dict[str, object]) -> None:
    remember("appointment", found.number, event, actor, facts, to_status=found.state)


def _tell(found: Appointment, actor: Actor, kind: str) -> None:
    request, when = found.request, timezone.localtime(found.slot.starts_at)
    with translation.override(request.association.official_language):
        last = Appointment.objects.filter(request=request, state="no_show").count() >= NO_SHOWS
        title, said = {
            "appointment": (
                gettext("Your appointment"),
                gettext("Bring this letter. Whoever signs must be allowed to sign for the association."),
            ),
            "appointment_cancelled": (
                gettext("Your appointment is cancelled"),
                gettext(
                    "The devices stay reserved for you. Choose another hour on line, at the counter or by telephone."
                ),
            ),
            "no_show": (
                gettext("You did not come for your devices"),
                gettext("It was the second time: the devices now go to others. Call us if this is a mistake.")
                if last
                else gettext("Choose another hour by any way. After a second time they go to others."),
            ),
        }[kind]
        write_letter(
            request.association,
            actor=actor,
            kind=kind,
            request=request,
            title=title,
            paragraphs=[said],
            rows=[
                (gettext("Appointment"), found.number),
                (gettext("Day"), f"{when:%d/%m/%Y}"),
                (gettext("Hour"), f"{when:%H:%M}"),
                (gettext("Place"), str(found.slot.location)),
            ],
        )


def _tell_release(request: Request, count: int, actor: Actor) -> None:
    with translation.override(request.association.official_language):
        write_letter(
            request.association,
            actor=actor,
            kind="no_show_release",
            request=request,
            title=gettext("The devices are no longer kept for you"),
            paragraphs=[
                gettext(
                    "Nobody came for them twice, and we wrote to you each time. They are no longer reserved for you."
                ),
                gettext(
                    "You may complain on line, at the counter, by telephone or by post, and ask again at any time."
                ),
            ],
            rows=[(gettext("Request"), request.reference), (gettext("Devices"), str(count))],
        )
