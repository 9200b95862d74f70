"""Scanning sessions through the API: what the scan page speaks, on line and after a while off line."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.api.asking import NO, Moment, Text20, actor_of
from inventory.devices.tags import grouped
from inventory.lifecycle import Actor
from inventory.scanning import commands, queries
from inventory.scanning.batches import Sent, scan_all
from inventory.scanning.models import ScanRow, ScanSession
from inventory.scanning.stocktake import settle, settled_difference

router = Router()


class SessionIn(Schema):
    """An act, and what it asks for: a location's code, a grade, a request's reference."""

    act: str
    location: str = ""
    grade: str = ""
    request: str = ""
    manifest: Text20 = Field("", description="The number of a delivery that is scanned in; its place is given by it")
    counters: int = Field(1, ge=1, le=2, description="How many people count at a stock-take")
    code: str = Field("", description="Made off line: ten hexadecimal figures; empty and one is made here")


class SessionOut(Schema):
    """A session and its counters."""

    code: str
    act: str
    location: str | None
    grade: str
    request: str | None
    manifest: str | None
    counters: int
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    done: int
    again: int
    refused: int
    taken: int = Field(description="Of a delivery: how many devices were taken")
    arrived: int = Field(description="How many of these are here")
    strangers: int = Field(description="How many others are here")

    @staticmethod
    def resolve_manifest(session: ScanSession) -> str | None:
        """The number of the delivery that is scanned in."""
        return session.manifest.number if session.manifest else None

    @staticmethod
    def resolve_location(session: ScanSession) -> str | None:
        """The location's code."""
        return session.location.code if session.location else None

    @staticmethod
    def resolve_request(session: ScanSession) -> str | None:
        """The request's reference."""
        return session.request.reference if session.request else None


class ScanIn(Schema):
    """One scan, as the scanner gave it."""

    text: str = Field(max_length=2000)
    id: uuid.UUID | None = Field(None, description="Made where it was scanned; the same sent again counts once")
    occurred_at: Moment | None = None
    seal: str = Field(
        "", max_length=60, description="Of a crate that is scanned in: the number on its seal, as it was read"
    )


class ScansIn(Schema):
    """Scans in the order they were made."""

    scans: list[ScanIn] = Field(min_length=1, max_length=500)


class RowOut(Schema):
    """What came of one scan."""

    id: uuid.UUID = Field(alias="client_id")
    outcome: str = Field(description="done, again (noticed, not done twice) or refused")
    said: str
    text: str
    tag: str
    label: str
    title: str
    category: str
    free_tag: str = Field(description="A label on no device yet: register the device it is stuck on")
    undone: bool
    container: str = Field(description="The tag of a crate, pallet or bag, when one was scanned")
    unexpected: bool = Field(description="Received with a delivery on which it was not taken")
    occurred_at: dt.datetime

    @staticmethod
    def resolve_container(row: ScanRow) -> str:
        """The container's tag."""
        return row.container.code if row.container else ""

    @staticmethod
    def resolve_unexpected(row: ScanRow) -> bool:
        """Whether it was received and is not on this list."""
        return queries.is_stranger(row)

    @staticmethod
    def resolve_said(row: ScanRow) -> str:
        """The sentence for the person with the scanner in hand."""
        return queries.said(row)

    @staticmethod
    def resolve_tag(row: ScanRow) -> str:
        """The device's tag; empty when none was found."""
        return row.device.tag if row.device else ""

    @staticmethod
    def resolve_label(row: ScanRow) -> str:
        """The tag as it stands on the label."""
        thing = row.device.tag if row.device else row.container.code if row.container else ""
        return grouped(thing) if thing else ""

    @staticmethod
    def resolve_title(row: ScanRow) -> str:
        """Maker and model."""
        return row.device.title if row.device else ""

    @staticmethod
    def resolve_category(row: ScanRow) -> str:
        """The kind of device, in words."""
        return queries.kind_of(row)

    @staticmethod
    def resolve_free_tag(row: ScanRow) -> str:
        """The label on no device."""
        return str(row.why.get("facts", {}).get("free_tag", ""))

    @staticmethod
    def resolve_undone(row: ScanRow) -> bool:
        """Whether it was undone."""
        return row.undone_at is not None


class ScannerOut(Schema):
    """How many scans of one person (a pseudonym) count in a session."""

    who: str
    done: int


class AnswersOut(Schema):
    """Each scan's own outcome, in the order they were sent, and the session as it stands now."""

    rows: list[RowOut]
    session: SessionOut
    scanners: list[ScannerOut]


@router.get("/scan-sessions", response={200: list[SessionOut], **NO}, summary="Scanning sessions")
def list_sessions(request: HttpRequest, act: str = "", still_open: bool = False) -> Any:
    """The latest hundred, newest first."""
    return list(queries.sessions(actor_of(request), act=act, still_open=still_open)[:100])


@router.post("/scan-sessions", response={201: SessionOut, **NO}, summary="Begin a scanning session")
def open_session(request: HttpRequest, payload: SessionIn) -> Status[ScanSession]:
    """The act is chosen once; every scan does it."""
    actor = actor_of(request)
    session = commands.open_session(**payload.dict(), actor=actor)
    return Status(201, queries.session_of(session.code, actor))


@router.get("/scan-sessions/{code}", response={200: SessionOut, **NO}, summary="One scanning session")
def get_session(request: HttpRequest, code: str) -> ScanSession:
    """With its counters."""
    return queries.session_of(code, actor_of(request))


@router.get("/scan-sessions/{code}/scans", response={200: list[RowOut], **NO}, summary="Its scans")
def list_scans(request: HttpRequest, code: str) -> list[ScanRow]:
    """Newest first, at most 500."""
    return list(queries.rows_of(queries.session_of(code, actor_of(request)))[:500])


@router.post("/scan-sessions/{code}/scans", response={200: AnswersOut, **NO}, summary="Scan")
def scan(request: HttpRequest, code: str, payload: ScansIn) -> dict[str, Any]:
    """Up to 500 in their order, each answered by itself: one that is refused does not hold the others."""
    actor = actor_of(request)
    sent = [Sent(one.text, one.id, one.occurred_at, one.seal) for one in payload.scans]
    return _answers(code, scan_all(code, sent, actor=actor), actor)


@router.post("/scan-sessions/{code}/undo", response={200: AnswersOut, **NO}, summary="Undo your last scan")
def undo_last(request: HttpRequest, code: str) -> dict[str, Any]:
    """By the law's own way back, where there is one."""
    actor = actor_of(request)
    return _answers(code, [commands.undo_last(code, actor=actor)], actor)


@router.post("/scan-sessions/{code}/close", response={200: SessionOut, **NO}, summary="Close a scanning session")
def close_session(request: HttpRequest, code: str) -> ScanSession:
    """Its list is final from then on."""
    actor = actor_of(request)
    commands.close_session(code, actor=actor)
    return queries.session_of(code, actor)


def _answers(code: str, rows: list[ScanRow], actor: Actor) -> dict[str, Any]:
    session = queries.session_of(code, actor)
    scanners = [{"who": who, "done": done} for who, done in queries.scanners_of(session)]
    return {"rows": rows, "session": session, "scanners": scanners}


class DifferenceOut(Schema):
    """What a stock-take shows: tags by group. Before it is closed `missing` means "not scanned"."""

    expected: int
    found: list[str]
    missing: list[str]
    misplaced: list[str]
    unexpected: list[str]
    changed: list[str] = Field(description="Expected, not scanned, and moved or given away since the count began")
    by_one: list[str] = Field(description="Seen by one of the two who count")
    unknown: list[str] = Field(description="Codes of no device we know")


class SettleIn(Schema):
    """What becomes of the difference."""

    lost: bool = True
    moved: bool = True
    found_again: bool = True


@router.get(
    "/scan-sessions/{code}/difference", response={200: DifferenceOut, **NO}, summary="A stock-take's difference"
)
def difference(request: HttpRequest, code: str) -> dict[str, Any]:
    """As it stands, or as it was when the count was closed."""
    told = settled_difference(queries.session_of(code, actor_of(request)))
    tags = {name: [device.tag for device in devices] for name, _label, devices in told.groups()}
    return {"expected": told.expected, "unknown": told.unknown, **tags}


@router.post("/scan-sessions/{code}/settle", response={200: SessionOut, **NO}, summary="Close a stock-take")
def settle_count(request: HttpRequest, code: str, payload: SettleIn) -> ScanSession:
    """The difference becomes entries, all or none."""
    actor = actor_of(request)
    settle(code, actor=actor, **payload.dict())
    return queries.session_of(code, actor)


@router.get("/scan-stock", response={200: list[list[str]], **NO}, summary="What a phone keeps to name devices")
def stock(request: HttpRequest) -> list[list[str]]:
    """Tag, kind, maker and model, serial number, location of what is in our hands, at most 20,000."""
    return queries.stock(actor_of(request))
