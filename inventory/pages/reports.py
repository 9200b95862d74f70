"""Reports with a filter: try one out, keep it under a name, change it by a new version, take it along again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.pages.asking import actor_of, page_of
from inventory.pages.audit import FORMS, sent
from inventory.pages.report_forms import PERIODS, NameForm, ReportForm, asked_for
from inventory.reports import queries
from inventory.reports.definitions import commands
from inventory.reports.definitions.models import ReportDefinition
from inventory.reports.definitions.queries import (
    filter_of,
    report_numbered,
    reports,
    scope_of_report,
    versions_of,
)
from inventory.reports.period import Scope


@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports in use, with what each is about."""
    page = page_of(request, reports(actor_of(request)))
    context = {"page": page, "rows": [_told(one) for one in page.object_list]}
    return render(request, "inventory/audit/reports.html", context)


@require_http_methods(["GET", "POST"])
def build(request: HttpRequest) -> HttpResponse:
    """A period and a filter in the address, what they hold, and the form that keeps them under a name."""
    actor = queries.auditor(actor_of(request))
    number = request.GET.get("report", "")
    before = report_numbered(number, actor) if number else None
    asked = request.GET if request.GET.keys() - {"report"} else None
    usual = {"period": "last_quarter", "language": (translation.get_language() or "fr")[:2]}
    form = ReportForm(asked, initial=usual)
    name = NameForm(request.POST or None, initial={"name": before.name if before else ""})
    context: dict[str, Any] = {"form": form, "name": name, "before": before}
    if form.is_valid():
        if name.is_valid():
            made = commands.define_report(name.cleaned_data["name"], actor=actor, number=number, **form.definition())
            messages.success(request, _("The report is kept. Whoever runs it again gets the same filter."))
            return redirect("audit_report", made.number)
        context |= {"found": queries.found_by(form.scope(), actor), **_about(form.scope())}
    wrong = form.errors or name.errors
    return render(request, "inventory/audit/report_build.html", context, status=422 if wrong else 200)


@require_GET
def report(request: HttpRequest, number: str) -> HttpResponse:
    """One report: what it is about, its files, and every version it had."""
    actor = actor_of(request)
    one = report_numbered(number, actor)
    return render(
        request,
        "inventory/audit/report.html",
        {**_told(one), "versions": [_told(each) for each in versions_of(number, actor)], "change": _address(one)},
    )


@require_GET
def report_file(request: HttpRequest, number: str, form: str) -> StreamingHttpResponse:
    """The report as a workbook, as CSV, or what the columns of that CSV hold."""
    one = report_numbered(number, actor_of(request))
    return _sent(scope_of_report(one, timezone.localdate()), form, one.number)


@require_POST
def retire(request: HttpRequest, number: str) -> HttpResponse:
    """Out of use; what it was stays."""
    commands.retire_report(number, actor=actor_of(request))
    messages.success(request, _("The report is retired. Its versions stay."))
    return redirect("audit_reports")


def _sent(scope: Scope, form: str, name: str) -> StreamingHttpResponse:
    make, ending, media_type = FORMS[form]
    return sent(make(scope), f"relais-{name}-{scope.first}-{scope.last}{ending}", media_type)


def _told(one: ReportDefinition) -> dict[str, Any]:
    days = f"{one.first} – {one.last}" if one.first else ""
    return {"one": one, "period": days or dict(PERIODS)[one.period], "words": filter_of(one).words()}


def _about(scope: Scope) -> dict[str, Any]:
    days = {"first": str(scope.first), "last": str(scope.last), "language": scope.language}
    return {"scope": scope, "query": urlencode({**days, **scope.filter.plain()}, doseq=True)}


def _address(one: ReportDefinition) -> str:
    said = asked_for(one.period, one.language, one.first, one.last, filter_of(one))
    said["association"] = ", ".join(said.get("association", []))
    return urlencode({"report": one.number, **said}, doseq=True)


urls = [
    path("audit/reports/", report_list, name="audit_reports"),
    path("audit/reports/new/", build, name="audit_report_build"),
    path("audit/reports/<str:number>/", report, name="audit_report"),
    path("audit/reports/<str:number>/retire/", retire, name="audit_report_retire"),
    *(
        path(f"audit/reports/<str:number>/{form}/", report_file, {"form": form}, name=f"audit_report_{form}")
        for form in FORMS
    ),
]
