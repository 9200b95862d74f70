"""Proofs as documents: that an entry is under a checkpoint, and that a later checkpoint continues an earlier one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from inventory.errors import Conflict, NotFound, RuleBroken
from inventory.ledger.checkpoints import earlier_and_later, newest, with_cosignatures
from inventory.ledger.growth import consistency, inclusion
from inventory.ledger.models import Checkpoint, Entry, Leaf
from inventory.ledger.notes import proof_text
from inventory.lifecycle import Actor

# What the documents call themselves; `verify_checkpoint.py` reads these and no others.
INCLUSION, CONSISTENCY = "relais-inclusion-1", "relais-consistency-1"


def provable(kind: str, key: str, *, seq: int | None = None) -> bool:
    """Whether a checkpoint covers an entry of a thing, or this one of them."""
    found = Leaf.objects.filter(entry__subject_kind=kind, entry__subject_key=key)
    first = (found if seq is None else found.filter(entry__subject_seq=seq)).order_by("leaf_index").first()
    return first is not None and Checkpoint.objects.filter(size__gt=first.leaf_index).exists()


def inclusion_document(kind: str, key: str, actor: Actor, *, seq: int | None = None) -> dict[str, Any]:
    """That the entries of a thing, or one of them, are under the newest checkpoint: text, place and audit path of each.

    Refuses: NotAllowed; NotFound (no such entry, no checkpoint); RuleBroken (the entry is newer than the checkpoint).
    """
    checkpoint = newest(actor)
    found = Entry.objects.filter(subject_kind=kind, subject_key=key).select_related("leaf").order_by("subject_seq")
    entries = list(found if seq is None else found.filter(subject_seq=seq))
    if not entries:
        raise NotFound(_("The ledger has no such entry."), key=key)
    covered = [one for one in entries if hasattr(one, "leaf") and one.leaf.leaf_index < checkpoint.size]
    if not covered:
        raise RuleBroken(_("No checkpoint covers this entry yet: make one, then ask again."))
    return {
        "document": INCLUSION,
        "checkpoint": with_cosignatures(checkpoint),
        "not_yet_covered": len(entries) - len(covered),
        "entries": [
            {
                "leaf_index": one.leaf.leaf_index,
                "text": one.body,
                "path": [digest.hex() for digest in inclusion(one.leaf.leaf_index, checkpoint.size)],
            }
            for one in covered
        ],
    }


def consistency_document(first: int, second: int, actor: Actor) -> dict[str, Any]:
    """That the ledger of the larger of two checkpoints begins with that of the smaller.

    Refuses: NotAllowed; NotFound; BadInput (the same size twice); Conflict (it does not: no proof can be made).
    """
    earlier, later = earlier_and_later(first, second, actor)
    try:
        path = consistency(earlier.size, later.size)
    except IndexError:
        raise Conflict(_("The ledger no longer holds what one of these checkpoints says.")) from None
    return {
        "document": CONSISTENCY,
        "earlier": with_cosignatures(earlier),
        "later": with_cosignatures(later),
        "path": [digest.hex() for digest in path],
    }


def proof_for_paper(entry: Entry, checkpoint: Checkpoint) -> str:
    """The proof that an entry is under a checkpoint, in C2SP tlog-proof's few lines; empty when it is not under it."""
    leaf = getattr(entry, "leaf", None)
    if leaf is None or leaf.leaf_index >= checkpoint.size:
        return ""
    return proof_text(leaf.leaf_index, inclusion(leaf.leaf_index, checkpoint.size), checkpoint.note)
