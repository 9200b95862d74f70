"""Hours and appointments for the tests, made by the commands."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.handover.appointment_models import Appointment
from inventory.handover.appointments import book, note_no_show, open_hours
from inventory.lifecycle import Status
from tests import journeys
from tests.people import everybody


def open_week(places: int = 2) -> list[str]:
    """Hours of next week at W1, three a day: their codes, soonest first."""
    first = timezone.localdate() + dt.timedelta(days=3)
    keeper, place = everybody().warehouse_keeper, journeys.location().code
    made = open_hours(place, first, first + dt.timedelta(days=6), [9, 10, 14], places, actor=keeper)
    return [slot.code for slot in made]


def reserved_request() -> str:
    """A request for which a device is reserved."""
    return journeys.make(Status.RESERVED).reservations.get().line.request.reference


def gone_by() -> str:
    """An hour that one could still book four weeks ago."""
    then = timezone.now() - dt.timedelta(days=28)
    with clock_at(then):
        return open_week(50)[0]


def booked(slot: str, reference: str = "") -> Appointment:
    """An appointment by telephone, made while the hour was still to come."""
    begins = dt.datetime.strptime(slot[-13:], "%Y%m%d-%H%M").replace(tzinfo=dt.UTC)
    asked = reference or reserved_request()
    with clock_at(min(timezone.now(), begins - dt.timedelta(days=1))):
        return book(asked, slot, actor=everybody().counter_clerk, channel="telephone")


def missed_twice() -> str:
    """A request for which nobody came twice."""
    asked, slot = reserved_request(), gone_by()
    for _time in range(2):
        note_no_show(booked(slot, asked).number, actor=everybody().warehouse_keeper)
    return asked
