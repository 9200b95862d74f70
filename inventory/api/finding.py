"""What strangers tell of devices, through the API."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from ninja import Router, Schema, Status

from inventory.api.asking import NO, Text20, Text100, Text200, actor_of
from inventory.disposal import finding
from inventory.disposal.models import FoundReport

router = Router()


class FoundIn(Schema):
    """What is told of a device; `tag` as it stands on the label."""

    tag: Text100
    what: Text20
    place: Text200 = ""
    answer_to: Text100 = ""


class ReportOut(Schema):
    """A report; place and way to answer are empty once it is settled."""

    number: str
    tag: str
    what: str
    place: str
    answer_to: str
    told_at: dt.datetime
    outcome: str


class ToldOut(Schema):
    """That it has reached us; the same for every tag."""

    what: str


class SettleIn(Schema):
    """What came of it: fetched, advised, nothing, nonsense."""

    outcome: Text20


@router.get("/found-reports", response={200: list[ReportOut], **NO}, summary="What strangers told of devices")
def list_reports(request: HttpRequest, waiting: bool = False, limit: int = 100) -> list[FoundReport]:
    """At most 500, newest first."""
    return list(finding.found_reports(actor_of(request), waiting=waiting)[: min(max(limit, 1), 500)])


@router.post("/found-reports", response={201: ToldOut, **NO}, summary="Tell of a device")
def tell(request: HttpRequest, payload: FoundIn) -> Status[FoundReport]:
    """As on the page that a label opens."""
    told = payload.dict()
    return Status(201, finding.tell_found(told.pop("tag"), actor=actor_of(request), **told))


@router.post("/found-reports/{number}/settle", response={200: ReportOut, **NO}, summary="Settle a report")
def settle(request: HttpRequest, number: str, payload: SettleIn) -> FoundReport:
    """Place and way to answer are erased."""
    return finding.settle_report(number, actor=actor_of(request), outcome=payload.outcome)
