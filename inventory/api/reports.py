"""Saved reports of an auditor through the API: define, change by a new version, run, retire."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from inventory.api.asking import NO, Day, Text100, Text150, actor_of
from inventory.api.audit import sent
from inventory.reports.definitions import commands
from inventory.reports.definitions.models import ReportDefinition
from inventory.reports.definitions.queries import report_numbered, reports, scope_of_report, versions_of
from inventory.reports.filters import read_filter
from inventory.reports.workbook import workbook_chunks

router = Router()


class ReportIn(Schema):
    """A definition. `period`: last_month, last_quarter, last_year, this_month, this_year, or fixed with its days."""

    name: Text100
    language: str = "fr"
    period: str = "last_quarter"
    first: Day | None = None
    last: Day | None = None
    filters: dict[str, list[Text150]] = Field(
        default_factory=dict, description="Values by part: kind, status, department, location, association."
    )


class ReportOut(Schema):
    """A version of a report; `ended_at` is empty while it counts."""

    number: str
    version: int
    name: str
    language: str
    period: str
    first: dt.date | None
    last: dt.date | None
    filters: dict[str, list[str]]
    made_at: dt.datetime
    ended_at: dt.datetime | None


@router.get("/reports", response={200: list[ReportOut], **NO}, summary="Saved reports, by name")
def list_reports(request: HttpRequest, limit: int = 100) -> list[ReportDefinition]:
    """At most 500."""
    return list(reports(actor_of(request))[: min(max(limit, 1), 500)])


@router.post("/reports", response={201: ReportOut, **NO}, summary="Save a report")
def define(request: HttpRequest, payload: ReportIn) -> Status[ReportDefinition]:
    """Its definition's SHA-256 enters the ledger."""
    return Status(201, _defined(request, payload))


@router.get("/reports/{number}", response={200: list[ReportOut], **NO}, summary="Every version of a report")
def versions(request: HttpRequest, number: str) -> list[ReportDefinition]:
    """The newest first."""
    return list(versions_of(report_numbered(number, actor_of(request)).number, actor_of(request)))


@router.put("/reports/{number}", response={200: ReportOut, **NO}, summary="Change a report by a new version")
def change(request: HttpRequest, number: str, payload: ReportIn) -> ReportDefinition:
    """The versions before stay as they were."""
    return _defined(request, payload, number)


@router.post("/reports/{number}/retire", response={200: ReportOut, **NO}, summary="Take a report out of use")
def retire(request: HttpRequest, number: str) -> ReportDefinition:
    """Its versions stay."""
    return commands.retire_report(number, actor=actor_of(request))


@router.get("/reports/{number}/workbook", response={200: bytes, **NO}, summary="Run a saved report")
def workbook(request: HttpRequest, number: str) -> StreamingHttpResponse:
    """The workbook of its period as seen from today."""
    one = report_numbered(number, actor_of(request))
    scope = scope_of_report(one, timezone.localdate())
    return sent(workbook_chunks(scope), f"relais-{one.number}-{scope.first}-{scope.last}.xlsx")


def _defined(request: HttpRequest, payload: ReportIn, number: str = "") -> ReportDefinition:
    said: dict[str, Any] = payload.dict(exclude={"filters"})
    return commands.define_report(actor=actor_of(request), wanted=read_filter(payload.filters), number=number, **said)
