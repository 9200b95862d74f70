"""The week's collections for people: days and vehicles, what waits to be planned, and the vehicles themselves."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.collection import planning, queries
from inventory.devices.gatekeepers import require
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, posted
from inventory.pages.pickup_forms import VehicleForm


@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """Monday to Sunday, each day's tours by vehicle; `?from=` names any day of another week."""
    actor = actor_of(request)
    monday = _monday(request.GET.get("from", ""))
    planned = queries.tours(actor, monday, monday + dt.timedelta(days=6))
    days = [monday + dt.timedelta(days=number) for number in range(7)]
    context = {
        "monday": monday,
        "before": monday - dt.timedelta(days=7),
        "after": monday + dt.timedelta(days=7),
        # The week-end only when somebody drives on it.
        "days": [(day, planned.get(day, [])) for day in days if day.weekday() < 5 or day in planned],
        "today": timezone.localdate(),
        "waiting": queries.pickup_requests(actor, state="asked")[:30],
        "may_plan": actor.holds(Word.DECLARE),
    }
    return render(request, "inventory/collection/week.html", context)


@require_http_methods(["GET", "POST"])
def vehicles(request: HttpRequest) -> HttpResponse:
    """The vehicles that drive, and one more."""
    actor = actor_of(request)
    require(actor, Word.DECLARE)
    form = VehicleForm(*posted(request))
    if form.is_valid():
        made = planning.register_vehicle(actor=actor, **form.cleaned_data)
        messages.success(request, _("%(vehicle)s can be planned now.") % {"vehicle": made})
        return redirect("vehicles")
    context = {"form": form, "vehicles": queries.fleet()}
    return render(request, "inventory/collection/vehicles.html", context, status=422 if form.errors else 200)


@require_POST
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """A vehicle drives no more."""
    planning.retire_vehicle(code, actor=actor_of(request))
    messages.success(request, _("%(vehicle)s is planned no more.") % {"vehicle": code})
    return redirect("vehicles")


def _monday(asked: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(asked)
    except ValueError:
        day = timezone.localdate()
    return day - dt.timedelta(days=day.weekday())


urls = [
    path("planning/", week, name="planning"),
    path("planning/vehicles/", vehicles, name="vehicles"),
    path("planning/vehicles/<str:code>/retire/", retire, name="vehicle_retire"),
]
