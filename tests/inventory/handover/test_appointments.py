"""Appointments: places an hour, booked and moved by any channel, never one place twice; and who does not come."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from inventory.associations.commands import add_member
from inventory.associations.filing_models import Letter
from inventory.associations.models import Request
from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.handover.appointment_models import Appointment, Slot
from inventory.handover.appointments import book, cancel_appointment, move, note_no_show, open_hours, release_no_show
from inventory.handover.calendar import hours_with_places, missed_twice, pick_list_pdf
from inventory.handover.commands import hand_over, prepare_agreement
from inventory.lifecycle import Status
from inventory.reports.whereabouts import stations
from tests import journeys
from tests.documents import needs_poppler, text_of
from tests.inventory.handover import visits
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db


def test_a_week_of_hours_leaves_the_weekend_out(people: People) -> None:
    codes = visits.open_week(3)
    assert len(codes) == 15
    assert not Slot.objects.filter(starts_at__week_day__in=[1, 7]).exists()
    assert set(Slot.objects.values_list("places", flat=True)) == {3}
    with pytest.raises(BadInput):
        open_hours(
            "W1",
            timezone.localdate(),
            timezone.localdate() - dt.timedelta(days=1),
            [9],
            1,
            actor=people.warehouse_keeper,
        )
    with pytest.raises(NotAllowed):
        open_hours("W1", timezone.localdate(), timezone.localdate(), [9], 1, actor=people.counter_clerk)


@pytest.mark.parametrize("channel", ["counter", "telephone", "post", "online"])
def test_an_appointment_is_booked_moved_and_cancelled_by_every_channel_alike(channel: str, people: People) -> None:
    hours, asked = visits.open_week(), visits.reserved_request()
    body = Request.objects.get(reference=asked).association
    add_member(body.code, people.association_member, actor=people.administrator)
    actor = people.association_member if channel == "online" else people.counter_clerk
    made = book(asked, hours[0], actor=actor, channel=channel)
    moved = move(made.number, hours[1], actor=actor, channel=channel)
    assert (moved.slot.code, moved.seat, moved.moved) == (hours[1], 1, 1)
    assert hours_with_places().get(code=hours[0]).taken == 0
    cancel_appointment(made.number, actor=actor, channel=channel)
    kinds = Letter.objects.filter(request__reference=asked, kind__startswith="appointment").order_by("id")
    assert [one.kind for one in kinds] == ["appointment", "appointment", "appointment_cancelled"]
    assert book(asked, hours[0], actor=actor, channel=channel).number != made.number


def test_a_full_hour_is_refused_and_no_place_is_given_twice(people: People) -> None:
    hours = visits.open_week(1)
    first = visits.booked(hours[0])
    with pytest.raises(Conflict):
        visits.booked(hours[0])
    with pytest.raises(Conflict):
        book(first.request.reference, hours[1], actor=people.counter_clerk, channel="counter")
    second = visits.booked(hours[1])
    for seat in (1, 2):
        with pytest.raises(DatabaseError), transaction.atomic():
            Appointment.objects.filter(pk=second.pk).update(slot=first.slot, seat=seat)
    with pytest.raises(DatabaseError), transaction.atomic():
        Slot.objects.filter(pk=first.slot_id).update(places=0)
    with pytest.raises(Conflict):
        visits.open_week(0)


def test_nobody_books_for_nothing_for_yesterday_or_for_somebody_else(people: People) -> None:
    hours, gone = visits.open_week(), visits.gone_by()
    asked = journeys.request()
    with pytest.raises(RuleBroken):
        book(asked.reference, hours[0], actor=people.counter_clerk, channel="counter")
    with pytest.raises(BadInput):
        book(visits.reserved_request(), gone, actor=people.counter_clerk, channel="counter")
    with pytest.raises(NotFound):
        book(visits.reserved_request(), hours[0], actor=people.association_member, channel="online")
    theirs = visits.booked(hours[0])
    with pytest.raises(NotFound):
        cancel_appointment(theirs.number, actor=people.association_member, channel="online")
    with pytest.raises(NotAllowed):
        cancel_appointment(theirs.number, actor=people.association_member, channel="counter")


def test_where_it_stands_says_when_and_the_hand_over_keeps_the_appointment(people: People) -> None:
    device = journeys.make(Status.RESERVED)
    asked = device.reservations.get().line.request
    made = visits.booked(visits.open_week()[0], asked.reference)
    said = {one.name: one for one in stations(asked)}["Appointment"]
    assert "W1" in said.said
    assert f"{timezone.localtime(made.slot.starts_at):%d/%m/%Y}" in said.said
    agreement = prepare_agreement(asked.association.code, [device.tag], actor=people.warehouse_keeper)
    hand_over(
        agreement.number,
        actor=people.warehouse_keeper,
        association_function="présidence",
        signed_how="screen",
        scan=(journeys.PICTURE, "s.png"),
    )
    made.refresh_from_db()
    assert made.state == "came"


def test_after_the_second_time_nobody_came_the_devices_are_ready_again(people: People) -> None:
    device = journeys.make(Status.RESERVED)
    asked = device.reservations.get().line.request
    prepare_agreement(asked.association.code, [device.tag], actor=people.warehouse_keeper)
    gone = visits.gone_by()
    note_no_show(visits.booked(gone, asked.reference).number, actor=people.warehouse_keeper)
    with pytest.raises(RuleBroken):
        release_no_show(asked.reference, actor=people.programme_officer)
    note_no_show(visits.booked(gone, asked.reference).number, actor=people.warehouse_keeper)
    assert missed_twice(people.programme_officer).get() == asked
    with pytest.raises(NotAllowed):
        release_no_show(asked.reference, actor=people.warehouse_keeper)
    release_no_show(asked.reference, actor=people.programme_officer)
    assert Device.objects.get(pk=device.pk).status == Status.READY
    assert device.reservations.get().release_reason == "not_collected"
    assert not missed_twice(people.programme_officer).exists()
    assert Letter.objects.filter(request=asked, kind="no_show").count() == 2
    assert Letter.objects.filter(request=asked, kind="no_show_release").count() == 1


def test_nobody_is_missing_before_the_hour(people: People) -> None:
    made = visits.booked(visits.open_week()[0])
    with pytest.raises(Conflict):
        note_no_show(made.number, actor=people.warehouse_keeper)


@needs_poppler
@pytest.mark.parametrize(("language", "said"), [("fr", "Liste de préparation"), ("nl", "Picklijst")])
def test_the_pick_list_works_on_paper(language: str, said: str, people: People) -> None:
    device = journeys.make(Status.RESERVED)
    made = visits.booked(visits.open_week()[0], device.reservations.get().line.request.reference)
    text = text_of(pick_list_pdf(made, language))
    assert [word for word in (said, grouped(device.tag), made.number) if word not in text] == []


def test_the_pages_book_move_and_note_who_did_not_come(desk, people: People) -> None:
    hours, asked = visits.open_week(), visits.reserved_request()
    body = Request.objects.get(reference=asked).association
    add_member(body.code, people.association_member, actor=people.administrator)
    member, clerk, keeper = desk("association_member"), desk("counter_clerk"), desk("warehouse_keeper")
    assert "Book an appointment" in words(member.get(reverse("request", args=[asked])))
    address = reverse("appointment_book", args=[asked])
    assert "When do you come?" in words(member.get(address))
    assert member.post(address, {"slot": hours[0]}).status_code == 302
    assert clerk.post(address, {"slot": hours[1], "channel": "telephone"}).status_code == 302
    made = Appointment.objects.get()
    assert made.slot.code == hours[1]
    listed = words(keeper.get(reverse("appointments")))
    assert body.name in listed
    assert "Pick list" in listed
    assert keeper.get(reverse("appointment_pick_list", args=[made.number, "nl"]))["Content-Type"] == "application/pdf"
    assert member.post(reverse("appointment_cancel", args=[made.number])).status_code == 302
    missed = visits.missed_twice()
    officer = desk("programme_officer")
    assert missed in words(officer.get(reverse("appointments")))
    assert officer.post(reverse("appointment_release", args=[missed])).status_code == 302
    assert keeper.post(reverse("appointment_no_show", args=[made.number])).status_code == 409


def test_places_are_set_by_the_warehouse(desk) -> None:
    window, address = desk("warehouse_keeper"), reverse("appointment_places")
    journeys.location()
    assert "nobody can book" in words(window.get(address))
    day = (timezone.localdate() + dt.timedelta(days=7)).isoformat()
    given = {"location": "W1", "first": day, "last": day, "hours": ["9", "10"], "places": "2"}
    window.post(address, given)
    assert window.post(address, {**given, "hours": []}).status_code == 422
    assert desk("counter_clerk").get(address).status_code == 403
