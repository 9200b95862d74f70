"""What the audit pages ask: is this reader an auditor, which entries are there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.errors import BadInput, NotFound
from inventory.ledger.models import Entry, PrivatePayload
from inventory.lifecycle import Actor, Word
from inventory.reports.period import Scope
from inventory.reports.selection import devices_of, movements_of


def entries(actor: Actor, *, event: str = "", kind: str = "", key: str = "") -> QuerySet[Entry]:
    """Entries of the ledger, newest first, with their leaf. Refuses NotAllowed."""
    require(actor, Word.AUDIT)
    found = Entry.objects.select_related("leaf").order_by("-id")
    if kind:
        found = found.filter(subject_kind=kind)
    if key:
        found = found.filter(subject_key=key.strip().upper().replace("-", "") if kind == "device" else key.strip())
    if event:
        found = found.filter(event=event)
    return found


def auditor(actor: Actor) -> Actor:
    """The actor, who may audit. Refuses NotAllowed."""
    require(actor, Word.AUDIT)
    return actor


@dataclass(frozen=True, slots=True)
class Found:
    """What a report would hold: devices chosen, and movements in the period."""

    devices: int
    movements: int


def found_by(scope: Scope, actor: Actor) -> Found:
    """How much a report would hold. Refuses NotAllowed."""
    require(actor, Word.AUDIT)
    chosen = devices_of(scope).filter(created_at__lt=scope.end, merged_into__isnull=True)
    return Found(chosen.count(), movements_of(scope).count())


def before(entries: QuerySet[Entry], place: str) -> QuerySet[Entry]:
    """Entries older than the one at `place` (an id as given in `next`). Refuses BadInput."""
    if not place:
        return entries
    if not re.fullmatch("[0-9]{1,18}", place):
        raise BadInput(_("Go on from a place that a page gave you."), field="after")
    return entries.filter(pk__lt=int(place))


def entry_of(actor: Actor, kind: str, key: str, seq: int) -> Entry:
    """One entry by the thing it is about and its number there. Refuses: NotAllowed; NotFound."""
    found = entries(actor, kind=kind, key=key).filter(subject_seq=seq).first()
    if found is None:
        raise NotFound(_("There is no entry %(seq)s about %(key)s."), seq=seq, key=key)
    return found


def private_of(entry: Entry, actor: Actor) -> str | None:
    """What the entry may not say openly, as its JSON text; None when there is none, or it was erased.

    Refuses NotAllowed: to read it takes both words, to audit and to handle personal data.
    """
    require(actor, Word.AUDIT)
    require(actor, Word.PERSONAL_DATA)
    return PrivatePayload.objects.filter(entry=entry).values_list("payload", flat=True).first()
