"""Many scans at once, in their order: what a phone kept off line, or a list that was pasted."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from inventory.devices.queries import MOST_SCANS
from inventory.errors import BadInput
from inventory.lifecycle import Actor
from inventory.scanning.commands import scan
from inventory.scanning.models import ScanRow


@dataclass(frozen=True, slots=True)
class Sent:
    """One scan as it was sent: its text, the sender's own mark of it, and when it happened if not now."""

    text: str
    client_id: uuid.UUID | None = None
    occurred_at: dt.datetime | None = None
    # Of a crate: the number on its seal, as it was read.
    seal: str = ""


def scan_all(code: str, scans: Sequence[Sent], *, actor: Actor) -> list[ScanRow]:
    """Scan one after the other, each a transaction of its own; one that is refused does not hold the others.

    Refuses: NotAllowed; NotFound (session); BadInput (none, or more than 500).
    """
    if not 1 <= len(scans) <= MOST_SCANS:
        raise BadInput(_("Give 1 to %(most)s codes, one a line."), most=MOST_SCANS, field="scans")
    return [
        scan(code, one.text, actor=actor, client_id=one.client_id, occurred_at=one.occurred_at, seal=one.seal)
        for one in scans
    ]


def lines_of(text: str, occurred_at: dt.datetime | None = None) -> list[Sent]:
    """The codes of a pasted list or of a scanner's field: one a line, tabs and semicolons part them too."""
    pieces = (piece.strip() for line in text.splitlines() for piece in line.replace("\t", ";").split(";"))
    return [Sent(piece, occurred_at=occurred_at) for piece in pieces if piece]
