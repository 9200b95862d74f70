"""Verify the ledger: recompute the tree, replay the law, compare with the tables, name the first that does not hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.models import Device, Medium
from inventory.ledger.canonical import canonical, commitment, instant
from inventory.ledger.commands import seal
from inventory.ledger.models import Entry, Leaf, PrivatePayload
from inventory.ledger.tree import Frontier, leaf_hash
from inventory.lifecycle import BY_NAME, ENTRANCES, MEDIUM_LAW, MediumState, Status


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that does not hold: where (leaf index and the thing's own number) and what."""

    leaf_index: int | None
    kind: str
    key: str
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """The result: how many entries, the root over them (hex), and the first fault, None when all holds."""

    size: int
    root: str
    fault: Fault | None


@dataclass(slots=True)
class _Replay:
    """What the entries so far say of every thing: its last number and its status."""

    last_seq: dict[tuple[str, str], int] = field(default_factory=dict)
    status: dict[tuple[str, str], str] = field(default_factory=dict)


def verify_ledger() -> Verified:
    """Check every entry from the first one on. Stops at the first fault.

    What it cannot see: a tail that was cut off together with its leaves, or a ledger rewritten from scratch; both need
    a root kept outside this database.
    """
    seal()
    frontier, replay = Frontier(), _Replay()
    fault: Fault | None = None
    for expected, (leaf, entry) in enumerate(_sealed()):
        what = _fault_of(leaf, entry, expected, replay)
        if what:
            fault = Fault(leaf.leaf_index, entry.subject_kind, entry.subject_key, str(what))
            break
        frontier.add(bytes.fromhex(leaf.leaf_hash))
    if fault is None:
        fault = _unsealed() or _commitments() or _tables(replay)
    return Verified(frontier.size, frontier.root().hex(), fault)


def root_now() -> tuple[int, str]:
    """Size and root (hex) of the sealed ledger, without replaying it."""
    seal()
    frontier = Frontier()
    for digest in Leaf.objects.order_by("leaf_index").values_list("leaf_hash", flat=True).iterator(chunk_size=5000):
        frontier.add(bytes.fromhex(digest))
    return frontier.size, frontier.root().hex()


def _sealed() -> Iterator[tuple[Leaf, Entry]]:
    for leaf in Leaf.objects.select_related("entry").order_by("leaf_index").iterator(chunk_size=2000):
        yield leaf, leaf.entry


def _fault_of(leaf: Leaf, entry: Entry, expected: int, replay: _Replay) -> Promise | str:
    if leaf.leaf_index != expected:
        return _("Entry %(index)s is missing.") % {"index": expected}
    if leaf_hash(entry.body.encode()).hex() != leaf.leaf_hash:
        return _("The text of the entry is not what was hashed.")
    return _columns(entry) or _law(entry, replay)


def _columns(entry: Entry) -> Promise | str:
    try:
        body: dict[str, Any] = orjson.loads(entry.body)
    except orjson.JSONDecodeError:
        return _("The text of the entry cannot be read.")
    if canonical(body).decode() != entry.body:
        return _("The text of the entry is not in its one spelling.")
    shown = {
        "event": entry.event,
        "kind": entry.subject_kind,
        "key": entry.subject_key,
        "seq": entry.subject_seq,
        "from": entry.from_status,
        "to": entry.to_status,
        "actor": entry.actor_key,
        "channel": entry.channel,
        "occurred_at": instant(entry.occurred_at),
        "recorded_at": instant(entry.recorded_at),
        "evidence": entry.evidence_sha256,
    }
    for name, value in shown.items():
        if body.get(name) != value:
            return _("The column '%(name)s' does not say what the hashed text says.") % {"name": name}
    return ""


def _law(entry: Entry, replay: _Replay) -> Promise | str:
    thing = (entry.subject_kind, entry.subject_key)
    if entry.subject_seq != replay.last_seq.get(thing, 0) + 1:
        return _("The history of this thing has a gap before number %(seq)s.") % {"seq": entry.subject_seq}
    before = replay.status.get(thing, "")
    replay.last_seq[thing] = entry.subject_seq
    replay.status[thing] = entry.to_status
    if entry.subject_kind not in {"device", "medium"}:
        return ""
    if entry.from_status != before:
        return _("It says to come from '%(said)s', but was '%(was)s'.") % {"said": entry.from_status, "was": before}
    act = entry.event.partition(".")[2]
    lawful = _lawful_device if entry.subject_kind == "device" else _lawful_medium
    if not lawful(act, before, entry.to_status):
        return _("The law has no step '%(act)s' from '%(before)s' to '%(after)s'.") % {
            "act": act,
            "before": before,
            "after": entry.to_status,
        }
    return ""


def _lawful_device(act: str, before: str, after: str) -> bool:
    if not before:
        return ENTRANCES.get(act) == after
    step = BY_NAME.get(act)
    if step is None:
        return before == after
    return Status(before) in step.origin and step.target == after


def _lawful_medium(act: str, before: str, after: str) -> bool:
    if not before:
        return act == "list" and after == MediumState.PENDING
    if act not in MEDIUM_LAW:
        return before == after
    origin, target = MEDIUM_LAW[act]
    return MediumState(before) in origin and target == after


def _unsealed() -> Fault | None:
    entry = Entry.objects.filter(leaf__isnull=True).order_by("id").first()
    if entry is None:
        return None
    return Fault(None, entry.subject_kind, entry.subject_key, str(_("An entry has no place in the tree.")))


def _commitments() -> Fault | None:
    # An erased payload leaves its commitment alone, which is lawful; a changed one no longer fits.
    for private in PrivatePayload.objects.select_related("entry").order_by("id").iterator(chunk_size=2000):
        body = orjson.loads(private.entry.body)
        if body.get("private") != commitment(private.salt, private.payload):
            entry = private.entry
            return Fault(
                None, entry.subject_kind, entry.subject_key, str(_("A private payload is not what was committed to."))
            )
    return None


def _tables(replay: _Replay) -> Fault | None:
    """Every thing stands as its entries say, and nothing stands without entries."""
    tables = (
        ("device", Device.objects.order_by("id").values_list("tag", "status", "seq")),
        ("medium", Medium.objects.order_by("id").values_list("code", "state", "seq")),
    )
    for kind, rows in tables:
        seen = 0
        for key, status, seq in rows.iterator(chunk_size=5000):
            thing = (kind, key)
            if (replay.status.get(thing), replay.last_seq.get(thing)) != (status, seq):
                what = _("It stands as '%(status)s', which its entries do not say.") % {"status": status}
                return Fault(None, kind, key, str(what))
            seen += 1
        known = sum(1 for thing in replay.status if thing[0] == kind)
        if known != seen:
            return Fault(None, kind, "", str(_("The ledger knows things that are gone from the tables.")))
    return None


def recorded_between(start: dt.datetime, end: dt.datetime) -> Iterator[tuple[Leaf, Entry]]:
    """Sealed entries recorded in a period, `start` included and `end` not, in the order of the tree."""
    found = Leaf.objects.select_related("entry").filter(entry__recorded_at__gte=start, entry__recorded_at__lt=end)
    for leaf in found.order_by("leaf_index").iterator(chunk_size=2000):
        yield leaf, leaf.entry
