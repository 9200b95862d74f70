"""The open data for anybody, without an account: each year as a page and as files; and, for officers, freezing."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory.devices.gatekeepers import require
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, page_of
from inventory.reports import plots
from inventory.reports.figures import figures_of
from inventory.reports.open_data import catalogue, commands, queries
from inventory.reports.open_data.files import FORMS, MEDIA_TYPES
from inventory.reports.open_data.register import DATASETS

_HOUR = 3600
# Room for the longest name of a kind beside its bar.
_NAMES = 290


class FreezeForm(forms.Form):
    """Which year of which data set is frozen; a reason where it was frozen before."""

    dataset = forms.ChoiceField(label=gettext_lazy("Data set"))
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1990, max_value=2099)
    reason = forms.ChoiceField(
        label=gettext_lazy("Why it is made again"),
        required=False,
        help_text=gettext_lazy("Only where this year was frozen before."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["dataset"].choices = [(one.code, one.title) for one in DATASETS.values()]
        fields["reason"].choices = [("", "–"), *commands.CORRECTIONS.items()]


@require_safe
def public_data(request: HttpRequest) -> HttpResponse:
    """Every data set with its years and files."""
    years = queries.years()
    frozen = {(one.dataset, one.year) for one in queries.statements()}
    sets = [{"of": one, "years": [(year, (one.code, year) in frozen) for year in years]} for one in DATASETS.values()]
    return render(request, "inventory/open_data/list.html", {"sets": sets})


@require_safe
def public_table(request: HttpRequest, code: str, year: int, version: int = 0) -> HttpResponse:
    """One year of a data set, as frozen, or as it stands; with every version there is."""
    found = queries.shown(code, year, version)
    context = {
        "shown": found,
        "files": FORMS,
        "versions": list(queries.statements(code, year)),
        "reasons": commands.CORRECTIONS,
        "asked_version": version,
        "this_year": timezone.localdate().year,
    }
    return render(request, "inventory/open_data/table.html", context)


@require_safe
def public_data_file(
    request: HttpRequest, code: str, year: str, form: str, language: str | None = None, version: str = "0"
) -> HttpResponse:
    """A file of a year, with its fingerprint as ETag; a version's bytes are the same for ever."""
    found = queries.taken(code, int(year), language or "", form, int(version))
    seconds = 365 * 24 * _HOUR if int(version) else _HOUR
    return sent(request, found.data, MEDIA_TYPES[form], found.name, found.sha256, seconds)


def sent(
    request: HttpRequest, data: bytes, kind: str, name: str, sha256: str, seconds: int = _HOUR, how: str = "attachment"
) -> HttpResponse:
    """Bytes for anybody; "not modified" to who has them already."""
    etag = f'"{sha256}"'
    headers = {
        "Content-Disposition": f'{how}; filename="{name}"',
        "ETag": etag,
        "Cache-Control": f"public, max-age={seconds}",
        # Whoever draws from the data on a page of theirs may fetch it from there.
        "Access-Control-Allow-Origin": "*",
    }
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    whole = HttpResponse(data, content_type=f"{kind}{charset}", headers=headers)
    return get_conditional_response(request, etag=etag, response=whole) or whole


@require_safe
def public_figures(request: HttpRequest, year: int = 0) -> HttpResponse:
    """A year in figures; without one, the last that is over and of which something is known."""
    years = queries.years()
    over = [one for one in years if one < timezone.localdate().year]
    found = figures_of(year or (over or years)[0])
    context = {
        "found": found,
        "years": years,
        "given": plots.bars(found.given, left=_NAMES),
        "months": plots.bars(found.months, left=_NAMES // 3),
        "kilograms": plots.bars([(name, round(weight, 1)) for name, weight in found.kilograms], left=_NAMES),
        "co2": plots.ranges([(name, float(low), float(high)) for name, low, high in found.avoided], left=_NAMES),
    }
    return render(request, "inventory/open_data/figures.html", context)


@require_safe
def public_catalogue(request: HttpRequest) -> HttpResponse:
    """The whole open data, after DCAT-AP."""
    return _described(request, catalogue.dcat(), "application/ld+json", "catalogue.jsonld")


@require_safe
def public_package(request: HttpRequest) -> HttpResponse:
    """The whole open data, as Frictionless tools read it."""
    return _described(request, catalogue.datapackage(), "application/json", "datapackage.json")


@require_safe
def public_columns(request: HttpRequest, code: str, year: str) -> HttpResponse:
    """The columns of one table, after CSV on the Web."""
    found = catalogue.csvw(queries.year_of(code, int(year)), int(year))
    return _described(request, found, "application/csvm+json", f"{year}.csv-metadata.json")


def _described(request: HttpRequest, found: dict[str, Any], kind: str, name: str) -> HttpResponse:
    data = json.dumps(found, ensure_ascii=False, indent=1).encode()
    return sent(request, data, kind, name, hashlib.sha256(data).hexdigest(), how="inline")


@require_http_methods(["GET", "POST"])
def statements(request: HttpRequest) -> HttpResponse:
    """What is frozen, and the form that freezes a year."""
    actor = actor_of(request)
    require(actor, Word.READ_REQUESTS)
    may_freeze = actor.holds(Word.ALLOCATE)
    form = FreezeForm(request.POST or None, initial={"year": timezone.localdate().year - 1})
    if form.is_valid():
        said = form.cleaned_data
        made = commands.freeze_statement(said["dataset"], said["year"], actor=actor, reason=said["reason"])
        words = _("Version %(version)s of %(year)s is frozen. Its files never change again.")
        messages.success(request, words % {"version": made.version, "year": made.year})
        return redirect("statements")
    context = {
        "page": page_of(request, queries.statements()),
        "titles": {one.code: one.title for one in DATASETS.values()},
        "reasons": commands.CORRECTIONS,
        "form": form if may_freeze else None,
    }
    return render(request, "inventory/open_data/statements.html", context, status=422 if form.errors else 200)


_TABLE = r"^public/data/(?P<code>[a-z0-9-]{1,30})/(?P<year>[0-9]{4})"
_FILE = r"(?:-(?P<language>fr|nl))?\.(?P<form>csv|xlsx)$"

urls = [
    path("public/data/", public_data, name="public_data"),
    path("public/figures/", public_figures, name="public_figures_now"),
    path("public/figures/<int:year>/", public_figures, name="public_figures"),
    path("public/data/catalogue.jsonld", public_catalogue, name="public_catalogue"),
    path("public/data/datapackage.json", public_package, name="public_package"),
    re_path(rf"{_TABLE}\.csv-metadata\.json$", public_columns, name="public_columns"),
    re_path(rf"{_TABLE}{_FILE}", public_data_file, name="public_data_file"),
    re_path(rf"{_TABLE}/v(?P<version>[0-9]{{1,4}}){_FILE}", public_data_file, name="public_data_version"),
    path("public/data/<slug:code>/<int:year>/", public_table, name="public_table"),
    path("public/data/<slug:code>/<int:year>/v<int:version>/", public_table, name="public_table_version"),
    path("statements/", statements, name="statements"),
]
