"""What an auditor looks for first, on a page: every check for completeness of a period, and what it found."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET

from inventory.pages.asking import actor_of
from inventory.pages.audit_forms import PeriodForm, presets
from inventory.pages.audit_words import KINDS
from inventory.reports import completeness, queries
from inventory.reports.completeness import Finding
from inventory.reports.period import scope_of

# Findings of one check on the page; the workbook has them all.
SHOWN = 50
# Where things of a kind have a page of their own, by its name.
_PAGES = {"device": "device", "medium": "medium", "custody_exception": "custody_exception", "agreement": "agreement"}


@require_GET
def findings(request: HttpRequest) -> HttpResponse:
    """The checks of a period, this month so far unless the address says another."""
    queries.auditor(actor_of(request))
    today = timezone.localdate()
    asked = request.GET if "first" in request.GET else {"first": str(today.replace(day=1)), "last": str(today)}
    form = PeriodForm(asked)
    language = translation.get_language() or "fr"
    context: dict[str, Any] = {"form": form, "presets": presets(today, language), "shown": SHOWN}
    if form.is_valid():
        scope = scope_of(form.cleaned_data["first"], form.cleaned_data["last"], language[:2])
        made = [(code, check, list(check.find(scope))) for code, check in completeness.CHECKS.items()]
        context |= {
            "scope": scope,
            "checks": [
                {"code": code, "label": check.label, "amount": check.amount, "count": len(found), "rows": _rows(found)}
                for code, check, found in made
            ],
        }
    return render(request, "inventory/audit/completeness.html", context, status=422 if form.errors else 200)


def _rows(found: list[Finding]) -> list[dict[str, Any]]:
    return [
        {
            "finding": one,
            "thing": KINDS.get(one.thing, ""),
            "url": reverse(_PAGES[one.thing], args=[one.key]) if one.thing in _PAGES else "",
        }
        for one in found[:SHOWN]
    ]


urls = [path("audit/completeness/", findings, name="audit_completeness")]
