"""Storage media to trace: orphan disks, and disks announced but never accounted for, on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from inventory.devices.categories import MEDIUM_KINDS
from inventory.devices.queries import names_of
from inventory.devices.tracing import PATIENCE_DAYS, TraceFilter, orphans, unaccounted_for
from inventory.pages.asking import actor_of

# As many rows of each table as a person goes through; what is longer says so.
MOST_SHOWN = 200

WHY: dict[str, Promise] = {
    "missed": _("A later inspection does not see it"),
    "lost": _("Its device is lost"),
    "off_the_way": _("Its device is taken apart or goes to recycling"),
    "waiting": _("Nobody has begun to sanitise it"),
}


class TraceForm(forms.Form):
    """What somebody looks for; it stands in the address."""

    q = forms.CharField(label=_("Code, serial, model, place"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("Any kind")), *MEDIUM_KINDS.items()])
    days = forms.IntegerField(label=_("Waiting for more than (days)"), required=False, min_value=0, max_value=3650)


@dataclass(frozen=True, slots=True)
class Orphan:
    """A medium in no device, and who took it out, as far as the reader may know."""

    medium: Any
    holder: str


@require_safe
def media_to_trace(request: HttpRequest) -> HttpResponse:
    """Two tables: media in no device and not proven; media announced in a device and never accounted for."""
    actor = actor_of(request)
    form = TraceForm(request.GET or None, initial={"days": PATIENCE_DAYS})
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    days = asked.get("days")
    wanted = TraceFilter(
        words=asked.get("q", ""), kind=asked.get("kind", ""), days=PATIENCE_DAYS if days is None else days
    )
    lying, announced = orphans(actor, wanted), unaccounted_for(actor, wanted)
    shown = list(lying[:MOST_SHOWN])
    names = names_of({one.holder_key for one in shown if one.holder_key}, actor)
    context = {
        "form": form,
        "orphans": [Orphan(one, names.get(one.holder_key or "", "")) for one in shown],
        "orphans_count": lying.count(),
        "announced": [(stay, WHY[stay.why]) for stay in announced[:MOST_SHOWN]],
        "announced_count": announced.count(),
        "most": MOST_SHOWN,
        "narrowed": bool(wanted.words or wanted.kind or wanted.days != PATIENCE_DAYS),
    }
    return render(request, "inventory/wiping/trace.html", context, status=422 if form.errors else 200)


urls = [path("media/", media_to_trace, name="media_to_trace")]
