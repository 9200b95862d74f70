"""Printers and what is sent to them, for programs."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from inventory.api.asking import NO, actor_of
from labels.api import SheetIn, wish_of
from labels.commands import PrinterFacts, correct_printer, nudge_printer, set_up_printer, withdraw_printer
from labels.models import Printer, PrintRun
from labels.printing import send, send_again
from labels.queries import print_run_of, printers

router = Router()
Way = Annotated[Decimal, Field(ge=-5, le=5, decimal_places=1)]


class PrinterIn(Schema):
    """What a printer speaks (office, zebra or brother), where it is (host empty: nowhere), the paper in it."""

    kind: str
    stock: str
    host: str = Field("", max_length=100)
    port: int = Field(9100, ge=1, le=65535)
    dpi: int = Field(300, ge=150, le=1200)


class NamedPrinterIn(PrinterIn):
    """A printer to set up."""

    name: str = Field(min_length=1, max_length=60)


class PrinterOut(Schema):
    """A printer; the nudge is in millimetres, to the right and down."""

    key: str
    name: str
    kind: str
    host: str
    port: int
    stock: str
    dpi: int
    nudge_x: float
    nudge_y: float


class NudgeIn(Schema):
    """By how much a printer misses, in millimetres."""

    right: Way
    down: Way


class SendIn(SheetIn):
    """Labels for a printer; the same `ticket` twice asks once."""

    ticket: str = Field("", max_length=40)


class RunOut(Schema):
    """Labels on their way: waiting, sending, sent, not_sent (nothing left) or unsure (look at the printer)."""

    code: str
    outcome: str
    printer: str
    labels: int
    sent: int
    why: str


@router.get("/printers", response={200: list[PrinterOut], **NO}, summary="Printers")
def list_printers(request: HttpRequest) -> list[Printer]:
    """The printers of the house, by name."""
    return printers(actor=actor_of(request))


@router.post("/printers", response={201: PrinterOut, **NO}, summary="Set up a printer")
def add_printer(request: HttpRequest, payload: NamedPrinterIn) -> Status[Printer]:
    """Refused outside the networks that the administrator of the service allows."""
    given = payload.dict()
    return Status(201, set_up_printer(given.pop("name"), PrinterFacts(**given), actor=actor_of(request)))


@router.put("/printers/{key}", response={200: PrinterOut, **NO}, summary="Change a printer")
def change_printer(request: HttpRequest, key: str, payload: PrinterIn) -> Printer:
    """All its facts anew; its nudge stays."""
    return correct_printer(key, PrinterFacts(**payload.dict()), actor=actor_of(request))


@router.post("/printers/{key}/nudge", response={200: PrinterOut, **NO}, summary="Move what a printer prints")
def nudge(request: HttpRequest, key: str, payload: NudgeIn) -> Printer:
    """As its test page shows."""
    return nudge_printer(key, actor=actor_of(request), right=payload.right, down=payload.down)


@router.post("/printers/{key}/withdraw", response={200: PrinterOut, **NO}, summary="Take a printer off the list")
def remove_printer(request: HttpRequest, key: str) -> Printer:
    """Its runs stay."""
    return withdraw_printer(key, actor=actor_of(request))


@router.post("/runs", response={202: RunOut, **NO}, summary="Send labels to a printer")
def print_labels(request: HttpRequest, payload: SendIn) -> Status[RunOut]:
    """A worker sends them, once at most: what broke off in the middle is never sent again by itself."""
    return Status(202, _run_out(send(wish_of(payload), actor=actor_of(request), ticket=payload.ticket)))


@router.get("/runs/{code}", response={200: RunOut, **NO}, summary="How far a print run has come")
def print_run(request: HttpRequest, code: str) -> RunOut:
    """Whether its labels left, and what is sure about it."""
    return _run_out(print_run_of(code, actor=actor_of(request)))


@router.post("/runs/{code}/again", response={202: RunOut, **NO}, summary="Send the same labels anew")
def print_labels_again(request: HttpRequest, code: str) -> Status[RunOut]:
    """After somebody looked at the printer; a run of its own."""
    return Status(202, _run_out(send_again(code, actor=actor_of(request))))


def _run_out(run: PrintRun) -> RunOut:
    return RunOut(
        code=run.code,
        outcome=run.outcome,
        printer=run.printer.key,
        labels=run.job.total,
        sent=run.sent,
        why=run.job.why,
    )
