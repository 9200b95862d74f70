"""The one writer of the ledger: every deed comes through `record`, every leaf index through `seal`."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from inventory.ledger.canonical import canonical, commitment, instant
from inventory.ledger.models import Entry, Leaf, PrivatePayload
from inventory.ledger.tree import leaf_hash
from inventory.lifecycle import Actor

# Any fixed number will do; it only has to be ours alone within the database.
SEALING_LOCK = 7_235_461


@dataclass(frozen=True, slots=True)
class Deed:
    """What happened to one thing. `facts` hold ids, amounts and codes: never names, never free text.

    `private` is what may not stand in the ledger: it is kept apart, erasable, bound by a salted commitment.
    """

    event: str
    kind: str
    key: str
    seq: int
    facts: dict[str, Any] = field(default_factory=dict)
    from_status: str = ""
    to_status: str = ""
    occurred_at: dt.datetime | None = None
    evidence_sha256: str = ""
    private: dict[str, Any] | None = None


def record(deed: Deed, *, actor: Actor) -> Entry:
    """Add one entry. To be called inside the transaction of the deed itself, before the thing is saved.

    Raises IntegrityError when somebody else has already recorded this subject's next deed.
    """
    return record_all([deed], actor=actor)[0]


def record_all(deeds: Iterable[Deed], *, actor: Actor) -> list[Entry]:
    """Add entries for many deeds of one transaction, in order."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A deed and its entry belong in one transaction.")
    now = timezone.now()
    entries, privates = [], []
    for deed in deeds:
        entry, private = _entry(deed, actor, now)
        entries.append(entry)
        if private:
            privates.append(private)
    Entry.objects.bulk_create(entries, batch_size=500)
    if privates:
        PrivatePayload.objects.bulk_create(privates, batch_size=500)
    _seal_after_commit()
    return entries


def next_seq(kind: str, key: str) -> int:
    """The next number in the history of a thing that has no counter of its own."""
    last = Entry.objects.filter(subject_kind=kind, subject_key=key).aggregate(last=Max("subject_seq"))["last"]
    return int(last or 0) + 1


@transaction.atomic
def seal() -> int:
    """Give every committed entry its leaf, in a short transaction of its own. Returns how many were sealed.

    One sealer at a time (an advisory lock on PostgreSQL; IMMEDIATE transactions on SQLite), so that indexes have
    no gaps; a database sequence would leave gaps after a rollback, and a gap looks like a deletion.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING_LOCK])
    last = Leaf.objects.aggregate(last=Max("leaf_index"))["last"]
    following = 0 if last is None else last + 1
    unsealed = Entry.objects.filter(leaf__isnull=True).order_by("id").only("id", "body")
    leaves = [
        Leaf(leaf_index=following + offset, entry=entry, leaf_hash=leaf_hash(entry.body.encode()).hex())
        for offset, entry in enumerate(unsealed.iterator(chunk_size=2000))
    ]
    Leaf.objects.bulk_create(leaves, batch_size=500)
    return len(leaves)


def _seal_after_commit() -> None:
    # Once per transaction: a bulk act of a thousand deeds wants one sealing, not a thousand.
    if not any(waiting[1] is _sealing for waiting in connection.run_on_commit):
        transaction.on_commit(_sealing, robust=True)


def _sealing() -> None:
    seal()


def _entry(deed: Deed, actor: Actor, now: dt.datetime) -> tuple[Entry, PrivatePayload | None]:
    occurred = deed.occurred_at or now
    body: dict[str, Any] = {
        "v": 1,
        "event": deed.event,
        "kind": deed.kind,
        "key": deed.key,
        "seq": deed.seq,
        "from": deed.from_status,
        "to": deed.to_status,
        "actor": actor.key,
        "channel": actor.channel,
        "occurred_at": instant(occurred),
        "recorded_at": instant(now),
        "evidence": deed.evidence_sha256,
        "facts": deed.facts,
    }
    salt = payload = ""
    if deed.private:
        salt, payload = secrets.token_hex(16), canonical(deed.private).decode()
        body["private"] = commitment(salt, payload)
    entry = Entry(
        event=deed.event,
        subject_kind=deed.kind,
        subject_key=deed.key,
        subject_seq=deed.seq,
        from_status=deed.from_status,
        to_status=deed.to_status,
        actor_key=actor.key,
        channel=actor.channel,
        occurred_at=occurred,
        recorded_at=now,
        evidence_sha256=deed.evidence_sha256,
        body=canonical(body).decode(),
    )
    private = PrivatePayload(entry=entry, salt=salt, payload=payload) if deed.private else None
    return entry, private
