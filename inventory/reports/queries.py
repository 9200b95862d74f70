"""What the audit pages ask: is this reader an auditor, which entries are there."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.errors import BadInput
from inventory.ledger.models import Entry
from inventory.lifecycle import Actor, Word


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


def before(entries: QuerySet[Entry], place: str) -> QuerySet[Entry]:
    """Entries older than the one at `place` (an id as given in `next`). Refuses BadInput."""
    if not place:
        return entries
    if not place.isdigit():
        raise BadInput(_("Go on from a place that a page gave you."), field="after")
    return entries.filter(pk__lt=int(place))
