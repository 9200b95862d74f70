"""Appointments for people: places an hour, who comes when, booked at the counter and by members alike."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.associations.facts import CHANNELS
from inventory.associations.queries import request_of
from inventory.devices.gatekeepers import require
from inventory.devices.queries import locations
from inventory.handover import appointments as commands
from inventory.handover import calendar
from inventory.handover.queries import standing_of
from inventory.lifecycle import Actor, Word
from inventory.pages.asking import actor_of, page_of
from inventory.pages.fields import DayField

_HOURS = tuple((str(hour), f"{hour}:00") for hour in range(8, 18))


class HoursForm(forms.Form):
    """So many places at these hours of these days."""

    location = forms.ChoiceField(label=gettext_lazy("Warehouse"))
    first = DayField(label=gettext_lazy("From"))
    last = DayField(label=gettext_lazy("Until"), help_text=gettext_lazy("Saturdays and Sundays are left out."))
    hours = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Hours"), choices=_HOURS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    places = forms.IntegerField(
        label=gettext_lazy("Places an hour"),
        min_value=0,
        max_value=commands.MOST_PLACES,
        initial=2,
        help_text=gettext_lazy("How many associations can be served at once. 0 closes the hour."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["location"]
        field.choices = [(one.code, str(one)) for one in locations()]


class BookForm(forms.Form):
    """Which hour; at the counter also how they asked."""

    slot = forms.ChoiceField(label=gettext_lazy("When do they come?"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=gettext_lazy("How did it reach us?"))

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["slot"]
        field.choices = [(one.code, _said(one)) for one in calendar.hours_with_places()[: calendar.MOST_HOURS]]
        if is_member(actor):
            del self.fields["channel"]
            field.label = _("When do you come?")
        else:
            channel: Any = self.fields["channel"]
            channel.choices = [(code, label) for code, label in CHANNELS.items() if code != "online"]


def is_member(actor: Actor) -> bool:
    """Whether somebody asks for their own association, on line."""
    return not actor.holds(Word.REQUEST_FOR_OTHERS) and not actor.holds(Word.HAND_OVER)


@require_safe
def appointments(request: HttpRequest) -> HttpResponse:
    """Who comes when; past ones on their own filter."""
    actor = actor_of(request)
    state = request.GET.get("state", "booked")
    page = page_of(request, calendar.appointments(actor, state=state))
    context = {
        "page": page,
        "rows": [(one, commands.STATES[one.state], CHANNELS[one.channel]) for one in page],
        "state": state,
        "paper_language": "nl" if get_language() == "nl" else "fr",
        "states": commands.STATES,
        "now": timezone.now(),
        "may_open": actor.holds(Word.HAND_OVER),
        "member": is_member(actor) and actor.holds(Word.REQUEST),
        "missed": calendar.missed_twice(actor) if actor.holds(Word.ALLOCATE) else [],
        "may_change": actor.holds(Word.REQUEST_FOR_OTHERS) or actor.holds(Word.HAND_OVER) or actor.holds(Word.REQUEST),
    }
    return render(request, "inventory/appointments/appointments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def places(request: HttpRequest) -> HttpResponse:
    """How many associations can come at which hours; and how many places are taken."""
    actor = actor_of(request)
    require(actor, Word.HAND_OVER)
    form = HoursForm(request.POST or None)
    if form.is_valid():
        made = commands.open_hours(**form.cleaned_data, actor=actor)
        messages.success(request, _("%(count)s hours have their places.") % {"count": len(made)})
        return redirect("appointment_places")
    context = {"form": form, "page": page_of(request, calendar.hours())}
    return render(request, "inventory/appointments/places.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose an hour for the devices of a request, or another one."""
    actor = actor_of(request)
    found = request_of(reference, actor)
    booked = calendar.booked_for(found)
    form = BookForm(actor, request.POST or None)
    if form.is_valid():
        slot, channel = form.cleaned_data["slot"], form.cleaned_data.get("channel", "online")
        if booked:
            commands.move(booked.number, slot, actor=actor, channel=channel)
        else:
            commands.book(found.reference, slot, actor=actor, channel=channel)
        messages.success(request, _("The appointment is booked, and its letter is written."))
        return redirect("request", found.reference)
    context = {
        "form": form,
        "request_": found,
        "booked": booked,
        "reserved": standing_of(found).reserved,
        "hours": bool(form.fields["slot"].choices),  # type: ignore[attr-defined]
    }
    return render(request, "inventory/appointments/book.html", context, status=422 if form.errors else 200)


@require_POST
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Give the place back; whoever is at the counter says how it came."""
    actor = actor_of(request)
    found = calendar.appointment_numbered(number, actor)
    channel = "online" if is_member(actor) else request.POST.get("channel", "counter")
    commands.cancel_appointment(found.number, actor=actor, channel=channel)
    messages.success(request, _("The appointment is cancelled. The devices stay reserved."))
    return redirect("request", found.request.reference)


@require_POST
def no_show(request: HttpRequest, number: str) -> HttpResponse:
    """Nobody came."""
    actor = actor_of(request)
    found = calendar.appointment_numbered(number, actor)
    commands.note_no_show(found.number, actor=actor)
    messages.success(request, _("It is on record that nobody came, and a letter says so."))
    return redirect("appointments")


@require_POST
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Let the devices go to others after nobody came twice."""
    actor = actor_of(request)
    devices = commands.release_no_show(reference, actor=actor)
    messages.success(request, _("%(count)s devices are ready again.") % {"count": len(devices)})
    return redirect("request", reference)


@require_safe
def pick_list(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """The devices to fetch from the shelves, as PDF."""
    actor = actor_of(request)
    require(actor, Word.HAND_OVER)
    found = calendar.appointment_numbered(number, actor)
    response = HttpResponse(calendar.pick_list_pdf(found, language), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}-{language}.pdf"'
    return response


def _said(slot: Any) -> str:
    when = timezone.localtime(slot.starts_at)
    words = {"when": f"{when:%d/%m/%Y %H:%M}", "place": slot.location, "left": slot.places - slot.taken}
    return _("%(when)s, %(place)s (places left: %(left)s)") % words


urls = [
    path("appointments/", appointments, name="appointments"),
    path("appointments/places/", places, name="appointment_places"),
    path("appointments/<str:number>/cancel/", cancel, name="appointment_cancel"),
    path("appointments/<str:number>/no-show/", no_show, name="appointment_no_show"),
    re_path(
        r"^appointments/(?P<number>[^/]+)/pick-list-(?P<language>fr|nl)\.pdf$", pick_list, name="appointment_pick_list"
    ),
    path("requests/<str:reference>/appointment/", book, name="appointment_book"),
    path("requests/<str:reference>/release/", release, name="appointment_release"),
]
