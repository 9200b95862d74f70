"""The ledger through the API: read, verify, export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Field, Query, Router, Schema

from inventory.api.asking import NO, Text150, actor_of
from inventory.ledger.models import Entry
from inventory.reports import queries
from inventory.reports.completeness import CHECKS
from inventory.reports.filters import read_filter
from inventory.reports.period import scope_of
from inventory.reports.verification import root_now, verify_ledger
from inventory.reports.workbook import workbook_chunks

router = Router()

# Findings of one check in an answer; the workbook has them all.
MOST_FINDINGS = 200

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Chosen(Schema):
    """Which devices a workbook is about; each part left out means all of them."""

    kind: list[Text150] = []
    status: list[Text150] = []
    department: list[Text150] = []
    location: list[Text150] = []
    association: list[Text150] = []


_FILTER: Any = Query(...)  # type: ignore[type-arg]  # one address, many values


class EntryOut(Schema):
    """An entry and its place in the tree (null until it is sealed, a moment later)."""

    leaf_index: int | None
    leaf_hash: str | None
    event: str
    kind: str
    key: str
    seq: int
    from_status: str
    to_status: str
    actor: str
    channel: str
    occurred_at: dt.datetime
    recorded_at: dt.datetime
    evidence_sha256: str
    body: str


class EntryPage(Schema):
    """Some entries, newest first, and where to go on (`after=`)."""

    items: list[EntryOut]
    next: str | None


class RootOut(Schema):
    """How many entries, and the root over them (RFC 6962, hex)."""

    size: int
    root: str


class VerifiedOut(RootOut):
    """Whether everything holds, and the first thing that does not."""

    holds: bool
    leaf_index: int | None
    kind: str
    key: str
    what: str


class FindingOut(Schema):
    """One thing to look at."""

    thing: str
    key: str
    at: dt.datetime | None
    amount: int | None = Field(description="Hours, days or how many, as the check says.")
    detail: str


class CheckOut(Schema):
    """What was looked for, how much was found, and the first findings."""

    code: str
    label: str
    count: int
    findings: list[FindingOut]


@router.get("/ledger", response={200: EntryPage, **NO}, summary="Entries of the ledger, newest first")
def list_entries(
    request: HttpRequest, kind: str = "", key: str = "", event: str = "", after: str = "", limit: int = 100
) -> dict[str, Any]:
    """At most 500 a page."""
    most = min(max(limit, 1), 500)
    found = queries.before(queries.entries(actor_of(request), event=event, kind=kind, key=key), after)
    rows = list(found[: most + 1])
    more, rows = len(rows) > most, rows[:most]
    return {"items": [_shown(entry) for entry in rows], "next": str(rows[-1].pk) if more else None}


@router.get("/ledger/root", response={200: RootOut, **NO}, summary="Size and root of the ledger")
def root(request: HttpRequest) -> dict[str, Any]:
    """Keep it somewhere else: it is what a later ledger is measured against."""
    queries.auditor(actor_of(request))
    size, digest = root_now()
    return {"size": size, "root": digest}


@router.post("/ledger/verify", response={200: VerifiedOut, **NO}, summary="Verify the whole ledger")
def verify(request: HttpRequest) -> dict[str, Any]:
    """Recomputes the tree, replays the law, compares with the tables."""
    queries.auditor(actor_of(request))
    result = verify_ledger()
    fault = result.fault
    return {
        "size": result.size,
        "root": result.root,
        "holds": fault is None,
        "leaf_index": fault.leaf_index if fault else None,
        "kind": fault.kind if fault else "",
        "key": fault.key if fault else "",
        "what": fault.what if fault else "",
    }


@router.get("/ledger/findings", response={200: list[CheckOut], **NO}, summary="The checks for completeness of a period")
def findings(request: HttpRequest, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """First and last day included. Every check is there, also one that found nothing."""
    queries.auditor(actor_of(request))
    scope = scope_of(first, last)
    told = []
    for code, check in CHECKS.items():
        found = list(check.find(scope))
        told.append({"code": code, "label": str(check.label), "count": len(found), "findings": found[:MOST_FINDINGS]})
    return told


@router.get("/ledger/workbook", response={200: bytes, **NO}, summary="The ledger of a period as a workbook")
def workbook(
    request: HttpRequest, first: dt.date, last: dt.date, language: str = "fr", wanted: Chosen = _FILTER
) -> StreamingHttpResponse:
    """First and last day included; a part of the filter may be given several times."""
    queries.auditor(actor_of(request))
    chunks = workbook_chunks(scope_of(first, last, language, read_filter(wanted.dict())))
    return sent(chunks, f"relais-{first}-{last}.xlsx")


def sent(chunks: Iterator[bytes], name: str) -> StreamingHttpResponse:
    """A workbook as it comes into being: its beginning is there at once."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(chunks, content_type=XLSX, headers=headers)


def _shown(entry: Entry) -> dict[str, Any]:
    leaf = getattr(entry, "leaf", None)
    return {
        "leaf_index": leaf.leaf_index if leaf else None,
        "leaf_hash": leaf.leaf_hash if leaf else None,
        "event": entry.event,
        "kind": entry.subject_kind,
        "key": entry.subject_key,
        "seq": entry.subject_seq,
        "from_status": entry.from_status,
        "to_status": entry.to_status,
        "actor": entry.actor_key,
        "channel": entry.channel,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "evidence_sha256": entry.evidence_sha256,
        "body": entry.body,
    }
