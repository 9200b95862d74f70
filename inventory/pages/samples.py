"""Samples on pages: freeze what is sampled, draw with a seed that came later, write down what was found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.pages.asking import actor_of, page_of
from inventory.pages.sample_forms import METHODS, RESULTS, FreezeForm, SeedForm
from inventory.reports.period import scope_of
from inventory.reports.samples import commands, queries
from inventory.reports.samples.models import Sample
from inventory.reports.samples.populations import POPULATIONS
from inventory.reports.samples.worksheet import worksheet_csv


@require_http_methods(["GET", "POST"])
def samples(request: HttpRequest) -> HttpResponse:
    """All samples, and the form that freezes a new one."""
    actor = actor_of(request)
    found = queries.samples(actor)
    today = timezone.localdate()
    usual = {"first": today.replace(month=1, day=1), "last": today}
    form = FreezeForm(request.POST or None, initial=usual)
    if form.is_valid():
        said = form.cleaned_data
        scope = scope_of(said["first"], said["last"], (translation.get_language() or "fr")[:2])
        rates = {name: said[name] for name in ("method", "confidence", "tolerable")}
        made = commands.freeze_sample(said["population"], scope, actor=actor, **rates)
        messages.success(request, _("The population is frozen. Write its hash down before you choose a seed."))
        return redirect("audit_sample", made.number)
    context = {"page": page_of(request, found), "form": form, "populations": POPULATIONS}
    return render(request, "inventory/audit/samples.html", context, status=422 if form.errors else 200)


@require_GET
def sample(request: HttpRequest, number: str) -> HttpResponse:
    """One sample: its population, its draw, what was found, and what that says of all."""
    return _show(request, queries.sample_numbered(number, actor_of(request)), SeedForm())


@require_POST
def draw(request: HttpRequest, number: str) -> HttpResponse:
    """Draw with the seed that the auditor brings."""
    actor = actor_of(request)
    form = SeedForm(request.POST)
    if not form.is_valid():
        return _show(request, queries.sample_numbered(number, actor), form)
    commands.draw_sample(number, actor=actor, seed=form.cleaned_data["seed"])
    return redirect("audit_sample", number)


@require_POST
def findings(request: HttpRequest, number: str) -> HttpResponse:
    """What was found in the things of this page; those left open stay as they are."""
    found = {key.removeprefix("result-"): request.POST[key] for key in request.POST if key.startswith("result-")}
    commands.record_findings(number, {key: word for key, word in found.items() if word}, actor=actor_of(request))
    messages.success(request, _("What you found is kept."))
    return redirect("audit_sample", number)


@require_GET
def population(request: HttpRequest, number: str) -> HttpResponse:
    """The frozen population, byte for byte what the hash is over."""
    found = queries.sample_numbered(number, actor_of(request))
    headers = {"Content-Disposition": f'attachment; filename="{found.number}-population.txt"'}
    return HttpResponse(found.text, content_type="text/plain; charset=utf-8", headers=headers)


@require_GET
def worksheet(request: HttpRequest, number: str) -> HttpResponse:
    """The drawn things as a list to fill in; it comes back by upload."""
    found = queries.sample_numbered(number, actor_of(request))
    headers = {"Content-Disposition": f'attachment; filename="{found.number}.csv"'}
    return HttpResponse(worksheet_csv(found), content_type="text/csv; charset=utf-8", headers=headers)


def _show(request: HttpRequest, found: Sample, form: SeedForm) -> HttpResponse:
    said = queries.said_by(found) if found.drawn_at else None
    context: dict[str, Any] = {
        "sample": found,
        "population": POPULATIONS[found.population],
        "method": METHODS[found.method],
        "form": form,
        "page": page_of(request, found.items.order_by("place")),
        "results": RESULTS,
        "said": said,
        "script": "".join(_SCRIPT if found.method == "attribute" else _BY_UNITS),
    }
    return render(request, "inventory/audit/sample.html", context, status=422 if form.errors else 200)


# Five lines by which anybody draws again.
_SCRIPT = (
    "import hashlib, sys\n",
    "seed, size, file = sys.argv[1], int(sys.argv[2]), sys.argv[3]\n",
    "keys = [line.split('\\t')[0] for line in open(file, encoding='utf-8')]\n",
    "ranked = sorted((hashlib.sha256((seed + key).encode()).hexdigest(), key) for key in keys)\n",
    "print('\\n'.join(f'{place} {key} {rank}' for place, (rank, key) in enumerate(ranked[:size], 1)))\n",
)
# The same for monetary-unit sampling: every unit is numbered, and every so many of them is hit.
_BY_UNITS = (
    "import hashlib, sys\n",
    "seed, hits, file = sys.argv[1], int(sys.argv[2]), sys.argv[3]\n",
    "rows = sorted(line.rstrip('\\n').split('\\t') for line in open(file, encoding='utf-8'))\n",
    "step = max(1, sum(int(amount) for key, amount in rows) // hits)\n",
    "unit = int.from_bytes(hashlib.sha256(seed.encode()).digest(), 'big') % step\n",
    "passed = place = 0\n",
    "for key, amount in rows:\n",
    "    passed += int(amount)\n",
    "    if unit < passed:\n",
    "        place += 1\n",
    "        print(place, key, unit)\n",
    "        unit += ((passed - unit - 1) // step + 1) * step\n",
)

urls = [
    path("audit/samples/", samples, name="audit_samples"),
    path("audit/samples/<str:number>/", sample, name="audit_sample"),
    path("audit/samples/<str:number>/draw/", draw, name="audit_sample_draw"),
    path("audit/samples/<str:number>/findings/", findings, name="audit_sample_findings"),
    path("audit/samples/<str:number>/population.txt", population, name="audit_sample_population"),
    path("audit/samples/<str:number>/worksheet.csv", worksheet, name="audit_sample_worksheet"),
]
