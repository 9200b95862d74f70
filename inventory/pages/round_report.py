"""The public report of each round, without an account; and, for colleagues, what if another rule had held."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inventory.allocation import outcomes, queries, replaying
from inventory.allocation.organs import ORGANS
from inventory.allocation.pools import POOLS
from inventory.associations.facts import CHANNELS
from inventory.pages.asking import actor_of
from inventory.pages.points import DELTAS
from inventory.reports import plots, rounds
from inventory.reports.fairness import SMALL


class WhatIfForm(forms.Form):
    """Another version, another knob, another floor, or no pins; empty leaves what was."""

    version = forms.ChoiceField(label=gettext_lazy("Points of version"), required=False)
    delta = forms.ChoiceField(label=gettext_lazy("Divisor’s knob"), required=False)
    floor = forms.IntegerField(label=gettext_lazy("First devices for all"), min_value=0, max_value=100, required=False)
    without_pins = forms.BooleanField(label=gettext_lazy("Without pins"), required=False)

    def __init__(self, versions: list[str], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        as_was = ("", gettext_lazy("As it was"))
        version: Any = self.fields["version"]
        version.choices = [as_was, *((one, one) for one in versions)]
        delta: Any = self.fields["delta"]
        delta.choices = [as_was, *((code, label) for code, (label, _fraction) in DELTAS.items())]


@require_safe
def what_if(request: HttpRequest, number: str, pool: str) -> HttpResponse:
    """A past round shared out again under another rule; nothing is stored."""
    actor = actor_of(request)
    frozen = outcomes.frozen_pool(number, pool, actor)
    replaying.round_of(frozen)
    versions = [policy.version for policy in outcomes.policies(actor)]
    form = WhatIfForm(versions, request.GET if request.GET else None)
    replay, names = None, {}
    if form.is_valid():
        said = form.cleaned_data
        replay = replaying.replayed(
            frozen,
            version=said["version"],
            delta=DELTAS[said["delta"]][1] if said["delta"] else None,
            floor=said["floor"],
            pins=not said["without_pins"],
        )
        names = queries.names_of_associations([code for code, _before, _after in replay.changes])
    hidden = outcomes.hidden_from(actor)
    context = {
        "frozen": frozen,
        "label": POOLS[pool][0],
        "form": form,
        "replay": replay,
        "changes": [
            {"name": names.get(code, code), "before": before, "after": after, "by": after - before}
            for code, before, after in (replay.changes if replay else ())
            if code not in hidden
        ],
        "draw": replaying.draw_influence(frozen),
        "points": replaying.points_influence(frozen),
    }
    return render(request, "inventory/allocation/what_if.html", context, status=422 if form.errors else 200)


@require_safe
def public_rounds(request: HttpRequest) -> HttpResponse:
    """Published rounds, and the fingerprints of those still to be drawn or decided."""
    context = {
        "published": list(rounds.published()[:200]),
        "gathering": queries.round_gathering(),
        "frozen": [(one, POOLS[one.pool][0]) for one in rounds.commitments()[:100]],
    }
    return render(request, "inventory/public/rounds.html", context)


@require_safe
def public_round(request: HttpRequest, number: str) -> HttpResponse:
    """The report of one published round."""
    report = rounds.report_of(number)
    context = {
        "report": report,
        "organ": ORGANS[report.decision.organ],
        "pools": [_pool(one) for one in report.pools],
        "upstream": [(one, CHANNELS[one.channel]) for one in report.upstream],
        "gaps": [(gap, CHANNELS[gap.channel]) for gap in report.parity.gaps],
        "plot": _intervals(report),
        "small": SMALL,
    }
    return render(request, "inventory/public/round.html", context)


@require_safe
def public_file(request: HttpRequest, number: str, pool: str, what: str) -> HttpResponse:
    """The round file, its result, or the script that checks them, for whoever wants to check."""
    data, name = outcomes.paper_of(rounds.published_pool(number, pool), what)
    kind = "text/x-python" if name.endswith(".py") else "application/json"
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _pool(one: rounds.PoolReport) -> dict[str, Any]:
    groups = [
        (gettext_lazy("By how many devices they asked for"), one.breakdown.sizes),
        (gettext_lazy("By municipality"), one.breakdown.places),
        (gettext_lazy("By official language"), one.breakdown.languages),
        (gettext_lazy("By the public they reach most"), one.breakdown.publics),
    ]
    tenths = [(f"{place}/10", value) for place, value in enumerate(one.breakdown.deciles, start=1)]
    return {
        "of": one,
        "plot": plots.bars(one.distribution),
        "tenths": plots.bars(tenths, left=70) if tenths else None,
        "deciles": tenths,
        "groups": [(label, cells) for label, cells in groups if len(cells) > 1],
    }


def _intervals(report: rounds.RoundReport) -> dict[str, Any] | None:
    plot = plots.intervals(report.parity.gaps)
    return {"of": plot, "rows": [(row, CHANNELS[row.gap.channel]) for row in plot.rows]} if plot else None


urls = [
    path("rounds/<str:number>/<slug:pool>/what-if/", what_if, name="round_what_if"),
    path("public/rounds/", public_rounds, name="public_rounds"),
    path("public/rounds/<str:number>/", public_round, name="public_round"),
    re_path(
        r"^public/rounds/(?P<number>[^/]+)/(?P<pool>[a-z]+)/(?P<what>round|result|certificate)/$",
        public_file,
        name="public_round_file",
    ),
]
