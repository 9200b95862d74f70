"""Checkpoints, witnesses and proofs of the ledger through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from inventory.api.asking import NO, Count, Text20, actor_of
from inventory.ledger import checkpoints, witnesses
from inventory.ledger.checkpoints import note_name, with_cosignatures
from inventory.ledger.kept import loss
from inventory.ledger.models import Checkpoint
from inventory.ledger.proofs import consistency_document, inclusion_document
from inventory.reports.checkpoint_paper import checkpoint_pdf
from inventory.reports.month_paper import day_of, month_pdf

router = Router()


class CosignatureOut(Schema):
    """A witness's signature: the name of its key, when it signed."""

    witness: str
    signed_at: dt.datetime


class CheckpointOut(Schema):
    """A signed statement of size and root (C2SP tlog-checkpoint), with the cosignatures that came in."""

    size: int
    root: str
    occasion: str
    made_at: dt.datetime
    key: str
    note: str
    cosignatures: list[CosignatureOut]


class MemoryOut(Schema):
    """Whether the ledger holds all that its kept checkpoints know, and how long an entry waits for its leaf."""

    holds: bool
    what: str
    known_size: int | None
    unsealed_seconds: float | None


class NoteIn(Schema):
    """The text of a checkpoint, with whatever signatures it has."""

    note: str


class ReceivedOut(Schema):
    """The ledger agrees with the note; the witnesses whose signatures were kept now, and those we had.

    `late`: signed with a key that was withdrawn meanwhile, and not kept.
    """

    size: int
    kept: list[str]
    known: list[str]
    late: list[str]


class WitnessIn(Schema):
    """The public key, one line `name+id+key`."""

    key: str


class WitnessOut(WitnessIn):
    """A registered witness."""

    name: str
    key_id: str
    registered_at: dt.datetime
    withdrawn_at: dt.datetime | None
    withdrawn_why: str


class WithdrawIn(Schema):
    """Why: left, lost or stolen."""

    reason: Text20


class CoveredOut(Schema):
    """An entry: its place, the text that is hashed, and the hashes that lead to the checkpoint's root."""

    leaf_index: int
    text: str
    path: list[str]


class InclusionOut(Schema):
    """That entries are under a checkpoint (RFC 6962 §2.1.1); `verify_checkpoint.py` checks it."""

    document: str
    checkpoint: str
    not_yet_covered: int
    entries: list[CoveredOut]


class ConsistencyOut(Schema):
    """That the later checkpoint continues the earlier (RFC 6962 §2.1.2)."""

    document: str
    earlier: str
    later: str
    path: list[str]


@router.get("/ledger/checkpoints", response={200: list[CheckpointOut], **NO}, summary="Checkpoints, the newest first")
def list_checkpoints(request: HttpRequest, limit: int = 100) -> list[dict[str, Any]]:
    """At most 500."""
    most = min(max(limit, 1), 500)
    return [_shown(one) for one in checkpoints.checkpoints(actor_of(request))[:most]]


@router.post("/ledger/checkpoints", response={200: CheckpointOut, **NO}, summary="Make a checkpoint now")
def make_checkpoint(request: HttpRequest) -> dict[str, Any]:
    """The same again when nothing was added since."""
    made = checkpoints.make_checkpoint(actor=actor_of(request))
    return _shown(checkpoints.checkpoint_of(made.size, actor_of(request)))


@router.get("/ledger/checkpoints/{size}/note", response={200: bytes, **NO}, summary="A checkpoint as a note file")
def note(request: HttpRequest, size: Count) -> HttpResponse:
    """C2SP signed note, with the cosignatures that came in."""
    found = checkpoints.checkpoint_of(size, actor_of(request))
    response = HttpResponse(with_cosignatures(found), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{note_name(found)}"'
    return response


@router.get("/ledger/checkpoints/{size}/paper", response={200: bytes, **NO}, summary="A checkpoint to print")
def paper(request: HttpRequest, size: Count, language: str = "fr") -> HttpResponse:
    """PDF in `fr` or `nl`, with the note as a QR code and a place for a signature."""
    found = checkpoints.checkpoint_of(size, actor_of(request))
    return HttpResponse(checkpoint_pdf(found, language), content_type="application/pdf")


@router.get("/ledger/months/{year}/{month}/paper", response={200: bytes, **NO}, summary="A month to print")
def month_paper(request: HttpRequest, year: Count, month: Count, language: str = "fr") -> HttpResponse:
    """PDF in `fr` or `nl`: stock, movements and a checkpoint as a QR code, with places for signatures."""
    pdf = month_pdf(day_of(year, month), language, actor_of(request))
    return HttpResponse(pdf, content_type="application/pdf")


@router.post("/ledger/checkpoints/received", response={200: ReceivedOut, **NO}, summary="A checkpoint that comes back")
def receive_note(request: HttpRequest, payload: NoteIn) -> witnesses.Received:
    """Compared with the ledger; the cosignatures of registered witnesses are kept."""
    return witnesses.receive_note(payload.note, actor=actor_of(request))


@router.get("/ledger/witnesses", response={200: list[WitnessOut], **NO}, summary="Registered witnesses")
def list_witnesses(request: HttpRequest) -> Any:
    """Whose cosignatures are kept."""
    return list(witnesses.witnesses(actor_of(request)))


@router.post("/ledger/witnesses", response={201: WitnessOut, **NO}, summary="Register a witness")
def register_witness(request: HttpRequest, payload: WitnessIn) -> Any:
    """By its public key for cosignatures."""
    return Status(201, witnesses.register_witness(payload.key, actor=actor_of(request)))


@router.post(
    "/ledger/witnesses/{key_id}/withdraw", response={200: WitnessOut, **NO}, summary="Withdraw a witness's key"
)
def withdraw_witness(request: HttpRequest, key_id: str, payload: WithdrawIn) -> Any:
    """What it signed before stays; nothing more is kept."""
    return witnesses.withdraw_witness(key_id, actor=actor_of(request), reason=payload.reason)


@router.get(
    "/ledger/consistency", response={200: ConsistencyOut, **NO}, summary="That one checkpoint continues another"
)
def consistency(request: HttpRequest, first: Count, second: Count) -> dict[str, Any]:
    """Between the checkpoints of two sizes."""
    return consistency_document(first, second, actor_of(request))


@router.get(
    "/ledger/entries/{kind}/{key}/{seq}/proof",
    response={200: InclusionOut, **NO},
    summary="That an entry is under the newest checkpoint",
)
def entry_proof(request: HttpRequest, kind: str, key: str, seq: Count) -> dict[str, Any]:
    """Audit path from its leaf to the root."""
    return inclusion_document(kind, key, actor_of(request), seq=seq)


@router.get("/ledger/things/{kind}/{key}/proof", response={200: InclusionOut, **NO}, summary="Proof of a whole history")
def thing_proof(request: HttpRequest, kind: str, key: str) -> dict[str, Any]:
    """Every entry of a device or another thing that the newest checkpoint covers."""
    return inclusion_document(kind, key, actor_of(request))


@router.get("/ledger/memory", response={200: MemoryOut, **NO}, summary="Whether the ledger has lost anything")
def memory(request: HttpRequest) -> dict[str, Any]:
    """Compared with the checkpoints kept outside the database."""
    checkpoints.checkpoints(actor_of(request))
    lost, waited = loss(), checkpoints.overdue()
    return {
        "holds": lost is None,
        "what": str(lost.sentence) % lost.facts if lost else "",
        "known_size": lost.kept.size if lost else None,
        "unsealed_seconds": waited.total_seconds() if waited else None,
    }


def _shown(one: Checkpoint) -> dict[str, Any]:
    return {
        "size": one.size,
        "root": one.root,
        "occasion": one.occasion,
        "made_at": one.made_at,
        "key": one.key,
        "note": with_cosignatures(one),
        "cosignatures": [
            {"witness": signed.witness.name, "signed_at": signed.signed_at} for signed in one.cosignatures.all()
        ],
    }
