"""Failure rates for people who choose tools and disks, and for who audits them: two tables, a period, and as CSV."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from inventory.pages.asking import actor_of
from inventory.pages.fields import DayField
from inventory.pages.files import csv_file
from inventory.wiping.checked_periods import require_looker
from inventory.wiping.failures import FEW, GROUPINGS, failure_rates


class PeriodForm(forms.Form):
    """From which day to which day, both included; empty means since ever."""

    first = DayField(label=gettext_lazy("First day"), required=False)
    last = DayField(label=gettext_lazy("Last day"), required=False)
    by = forms.ChoiceField(
        label=gettext_lazy("Grouped by"),
        choices=[("tool", gettext_lazy("Tool and version")), ("model", gettext_lazy("Model of the storage medium"))],
        required=False,
    )


@require_safe
def failures(request: HttpRequest) -> HttpResponse:
    """Attempts and failures, sorted as the address says."""
    actor = actor_of(request)
    require_looker(actor)
    form = PeriodForm(request.GET)
    by, first, last = _asked(form)
    context = {
        "form": form,
        "by": by,
        "first": first,
        "last": last,
        "few": FEW,
        "rates": failure_rates(actor, by, first=first, last=last, order=request.GET.get("sort", "-share")),
    }
    return render(request, "inventory/wiping/failures.html", context, status=200 if form.is_valid() else 422)


@require_safe
def failures_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same lines as a table for a spreadsheet."""
    actor = actor_of(request)
    by, first, last = _asked(PeriodForm(request.GET))
    rates = failure_rates(actor, by, first=first, last=last, order=request.GET.get("sort", "-share"))
    names = (_("Tool"), _("Version")) if by == "tool" else (_("Manufacturer"), _("Model"))
    head = (*names, _("Attempts"), _("Failed at once"), _("Found out later"), _("Failures"))
    rows = [(one.name, one.detail, one.attempts, one.failed, one.found_later, one.failures) for one in rates]
    return csv_file(f"failures-{by}", [head, *rows])


def _asked(form: PeriodForm) -> tuple[str, dt.date | None, dt.date | None]:
    asked = form.cleaned_data if form.is_valid() else {}
    by = asked.get("by") or ""
    return by if by in GROUPINGS else "tool", asked.get("first"), asked.get("last")


urls = [
    path("wiping/failures/", failures, name="failures"),
    path("wiping/failures.csv", failures_csv, name="failures_csv"),
]
