"""The points policy for people: what is in force, what came before or is to come, and adopting a new version."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory.allocation import outcomes, points
from inventory.allocation.round_models import PointsPolicy
from inventory.devices.gatekeepers import require
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, posted
from inventory.pages.fields import DayField

# Rows of bands in the form; those left empty do not count.
ROWS: Final = 6
DELTAS: Final = {
    "0": (gettext_lazy("0 – favours associations with few points"), (0, 1)),
    "1/2": (gettext_lazy("1/2 – favours nobody (Sainte-Laguë)"), (1, 2)),
    "1": (gettext_lazy("1 – favours associations with many points (D’Hondt)"), (1, 1)),
}


class PointsForm(forms.Form):
    """A version of the points: from when, how many points for how many people, and the knobs of the turns."""

    version = forms.SlugField(
        label=gettext_lazy("Version"), max_length=20, help_text=gettext_lazy("For example: 2027-1.")
    )
    valid_from = DayField(label=gettext_lazy("In force from"), help_text=gettext_lazy("Today or later."))
    reference = forms.CharField(
        label=gettext_lazy("Decision that adopts it"),
        max_length=60,
        help_text=gettext_lazy("Organ, number and date, as it stands on the decision."),
    )
    delta = forms.ChoiceField(
        label=gettext_lazy("Divisor’s knob"),
        choices=[(code, label) for code, (label, _fraction) in DELTAS.items()],
        widget=forms.RadioSelect,
    )
    floor = forms.IntegerField(
        label=gettext_lazy("First devices for all"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("Whoever received fewer in the last twelve months comes before everybody else."),
    )
    second_signature_above = forms.IntegerField(
        label=gettext_lazy("Second signature for pins of more than"),
        min_value=0,
        max_value=1000,
        help_text=gettext_lazy("Devices. Up to that number one person decides alone, with a reason."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for row in range(1, ROWS + 1):
            told = {"row": row}
            self.fields[f"most_{row}"] = forms.IntegerField(
                min_value=1, max_value=10**6, required=False, label=_("Row %(row)s: up to how many people") % told
            )
            self.fields[f"worth_{row}"] = forms.IntegerField(
                min_value=1, max_value=10**4, required=False, label=_("Row %(row)s: points") % told
            )
        self.fields["beyond"] = forms.IntegerField(min_value=1, max_value=10**4, label=gettext_lazy("Beyond that"))

    @property
    def settings_fields(self) -> list[Any]:
        """What stands before the bands."""
        return [self[name] for name in ("version", "valid_from", "reference")]

    @property
    def knobs(self) -> list[Any]:
        """What stands after them."""
        return [self[name] for name in ("delta", "floor", "second_signature_above")]

    @property
    def band_fields(self) -> list[tuple[Any, Any]]:
        """Up to how many people, how many points: row by row."""
        return [(self[f"most_{row}"], self[f"worth_{row}"]) for row in range(1, ROWS + 1)]

    @property
    def facts(self) -> dict[str, Any]:
        """What the command asks for, of a valid form."""
        said = self.cleaned_data
        pairs = [(said.get(f"most_{row}"), said.get(f"worth_{row}")) for row in range(1, ROWS + 1)]
        bands = [(most, worth) for most, worth in pairs if most is not None and worth is not None]
        kept = ("version", "valid_from", "reference", "floor", "second_signature_above")
        facts = {name: said[name] for name in kept}
        return {**facts, "delta": DELTAS[said["delta"]][1], "bands": [*bands, (None, said["beyond"])]}

    def clean(self) -> dict[str, Any]:
        """A row is whole or empty."""
        cleaned = super().clean() or self.cleaned_data
        for row in range(1, ROWS + 1):
            most, worth = cleaned.get(f"most_{row}"), cleaned.get(f"worth_{row}")
            if (most is None) != (worth is None):
                self.add_error(f"most_{row}" if most is None else f"worth_{row}", _("Fill in both, or neither."))
        return cleaned


@require_safe
def points_page(request: HttpRequest) -> HttpResponse:
    """The points in force, and every version."""
    actor = actor_of(request)
    versions = list(outcomes.policies(actor))
    present = points.policy_shown(timezone.localdate())
    context = {
        "present": present,
        "bands": _bands(present),
        "versions": [(one, _bands(one)) for one in versions],
        "may_adopt": actor.holds(Word.POLICY),
    }
    return render(request, "inventory/allocation/points.html", context)


@require_http_methods(["GET", "POST"])
def points_new(request: HttpRequest) -> HttpResponse:
    """Adopt a new version; the form begins with what is in force."""
    actor = actor_of(request)
    require(actor, Word.POLICY)
    form = PointsForm(posted(request)[0], initial=_initial(points.policy_shown(timezone.localdate())))
    if form.is_valid():
        made = points.adopt_points(actor=actor, **form.facts)
        messages.success(request, _("Version %(version)s of the points is adopted.") % {"version": made.version})
        return redirect("points")
    return render(request, "inventory/allocation/points_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _initial(present: PointsPolicy) -> dict[str, Any]:
    initial: dict[str, Any] = {
        "valid_from": timezone.localdate() + dt.timedelta(days=1),
        "delta": present.delta,
        "floor": present.floor,
        "second_signature_above": present.second_signature_above,
        "beyond": present.bands[-1][1],
    }
    for row, (most, worth) in enumerate(present.bands[:-1], start=1):
        initial |= {f"most_{row}": most, f"worth_{row}": worth}
    return initial


def _bands(policy: PointsPolicy) -> list[dict[str, Any]]:
    """Each band as people read it: from, to (None: without end), points."""
    told, start = [], 0
    for most, worth in policy.bands:
        told.append({"first": start, "last": most, "points": worth})
        start = (most or 0) + 1
    return told


urls = [
    path("points/", points_page, name="points"),
    path("points/new/", points_new, name="points_new"),
]
