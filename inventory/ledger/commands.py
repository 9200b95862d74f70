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
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput
from inventory.ledger.canonical import canonical, canonical_text, commitment, instant
from inventory.ledger.growth import grow, sealed_size
from inventory.ledger.models import Entry, Leaf, PrivatePayload, Unsealed
from inventory.ledger.personal import NAMES, personal_in
from inventory.ledger.rows import among, reserve_ids, write_rows
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
    _in_its_transaction()
    row, private = _row(deed, actor, timezone.now())
    entry = Entry.objects.create(**dict(zip(_COLUMNS, row, strict=True)))
    if private:
        PrivatePayload.objects.create(entry=entry, salt=private[0], payload=private[1])
    _seal_after_commit(entry.pk)
    return entry


def record_all(deeds: Iterable[Deed], *, actor: Actor) -> int:
    """Add entries for many deeds of one transaction, in order, and return how many. Raises as `record` does."""
    _in_its_transaction()
    now = timezone.now()
    made = [_row(deed, actor, now) for deed in deeds]
    ids = reserve_ids(Entry, len(made))
    write_rows(Entry, ("id", *_COLUMNS), ((pk, *row) for pk, (row, _kept_apart) in zip(ids, made, strict=True)))
    kept = [(pk, *private) for pk, (_row, private) in zip(ids, made, strict=True) if private]
    if kept:
        write_rows(PrivatePayload, ("entry_id", "salt", "payload"), kept)
    if ids:
        _seal_after_commit(ids[0])
    return len(made)


def record_alike(deed: Deed, subjects: Iterable[tuple[str, dict[str, Any]]], *, actor: Actor) -> int:
    """Add an entry for each of many things to which the same was done, in order, and return how many.

    `deed` says what is the same, without key and facts; each subject is its key and its facts. The entries are what
    `record` would make of them, one by one. Raises as `record` does.
    """
    _in_its_transaction()
    row, _kept_apart = _row(deed, actor, timezone.now())
    same = dict(zip(_COLUMNS, row, strict=True))
    del same["subject_key"]
    # Within a string of JSON these words would bear a backslash before each quote.
    before, _, rest = same.pop("body").partition('"facts":{}')
    between, _, after = rest.partition('"key":""')
    before, between = f'{before}"facts":', f'{between}"key":'
    made = [
        (key, f"{before}{canonical(facts).decode()}{between}{canonical_text(key)}{after}") for key, facts in subjects
    ]
    ids = reserve_ids(Entry, len(made))
    rows = ((pk, key, body) for pk, (key, body) in zip(ids, made, strict=True))
    write_rows(Entry, ("id", "subject_key", "body"), rows, same=same)
    if ids:
        _seal_after_commit(ids[0])
    return len(made)


def _in_its_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A deed and its entry belong in one transaction.")


def next_seq(kind: str, key: str) -> int:
    """The next number in the history of a thing that has no counter of its own."""
    last = Entry.objects.filter(subject_kind=kind, subject_key=key).aggregate(last=Max("subject_seq"))["last"]
    return int(last or 0) + 1


def seal() -> int:
    """Give every committed entry its leaf, in a short transaction of its own. Returns how many were sealed."""
    return _seal_all() if Unsealed.objects.exists() else 0


@transaction.atomic
def _seal_all() -> int:
    """One sealer at a time (an advisory lock on PostgreSQL; IMMEDIATE transactions on SQLite), so that indexes have
    no gaps; a database sequence would leave gaps after a rollback, and a gap looks like a deletion.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEALING_LOCK])
    waiting = list(Unsealed.objects.values_list("id", "since"))
    if not waiting:
        return 0
    # Ids are given in rising order but committed in any: what is older than all who wait has its leaf already.
    since = min(first for _id, first in waiting)
    following = sealed_size()
    if connection.vendor == "postgresql":
        count = _sealed_by_the_server(since, following)
    else:
        unsealed = Entry.objects.filter(id__gte=since, leaf__isnull=True).order_by("id").values_list("id", "body")
        leaves = (
            (index, pk, leaf_hash(body.encode()).hex())
            for index, (pk, body) in enumerate(unsealed.iterator(chunk_size=2000), start=following)
        )
        count = write_rows(Leaf, ("leaf_index", "entry_id", "leaf_hash"), leaves)
    grow(following + count)
    Unsealed.objects.filter(among("id", [pk for pk, _first in waiting])).delete()
    # Within a longer transaction: what it has recorded so far is sealed, what it records from here on wants a new note.
    connection.run_on_commit = [waits for waits in connection.run_on_commit if waits[1] is not _sealing]
    return count


def _sealed_by_the_server(since: int, following: int) -> int:
    """Leaves as `leaf_hash` makes them, without a journey of every body to us and of its hash back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inventory_leaf (leaf_index, entry_id, leaf_hash) "
            "SELECT %s - 1 + row_number() OVER (ORDER BY e.id), e.id, "
            r"encode(sha256('\x00'::bytea || convert_to(e.body, 'UTF8')), 'hex') FROM inventory_entry e "
            "WHERE e.id >= %s AND NOT EXISTS (SELECT 1 FROM inventory_leaf l WHERE l.entry_id = e.id)",
            [following, since],
        )
        return int(cursor.rowcount)


def _seal_after_commit(first: int) -> None:
    # Once per transaction: a bulk act of a thousand deeds wants one sealing, not a thousand. What a savepoint takes
    # back takes the note and the waiting call back together.
    if not any(waiting[1] is _sealing for waiting in connection.run_on_commit):
        Unsealed.objects.create(since=first, recorded_at=timezone.now())
        transaction.on_commit(_sealing, robust=True)


def _sealing() -> None:
    seal()


def _no_personal_data(private: dict[str, Any]) -> None:
    # A remark can be erased later; what need not be written need not be erased (GDPR art. 5(1)(c)).
    found = personal_in(str(private.get("remark", "")))
    if found:
        raise BadInput(
            _("The remark holds %(what)s. Leave it out: a remark is about the thing, not about a person."),
            field="remark",
            what=NAMES[found[0]],
        )


_COLUMNS = (
    *("event", "subject_kind", "subject_key", "subject_seq", "from_status", "to_status", "actor_key", "channel"),
    *("occurred_at", "recorded_at", "evidence_sha256", "body"),
)


def _row(deed: Deed, actor: Actor, now: dt.datetime) -> tuple[tuple[Any, ...], tuple[str, str] | None]:
    """An entry in the order of `_COLUMNS`, and the salt and text of what is kept apart."""
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
    private = None
    if deed.private:
        _no_personal_data(deed.private)
        private = secrets.token_hex(16), canonical(deed.private).decode()
        body["private"] = commitment(*private)
    row = (
        *(deed.event, deed.kind, deed.key, deed.seq, str(deed.from_status), str(deed.to_status)),
        *(actor.key, actor.channel, occurred, now, deed.evidence_sha256, canonical(body).decode()),
    )
    return row, private
