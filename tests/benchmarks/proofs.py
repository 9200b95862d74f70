"""What a ledger of a million entries costs: one proof, one deed sealed, and the whole verified."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

from django.db import connection, transaction

from inventory.ledger.commands import Deed, record, record_all, seal
from inventory.ledger.growth import consistency, inclusion, root_at, sealed_size
from inventory.ledger.models import Leaf
from inventory.ledger.tree import proves_consistency, proves_inclusion
from inventory.reports.verification import verify_ledger
from tests.benchmarks.measuring import Figure, Goal, side_by_side, spent
from tests.people import everybody

MILLION = 1_000_000
PIECE = 20_000


def one_proof() -> Figure:
    """An inclusion proof of any entry, and a consistency proof with any earlier size, beside the promised 5 ms each."""
    size = _million()
    root = root_at(size)
    dice = random.Random(6962)
    indexes = [dice.randrange(size) for _ in range(200)]
    for index in indexes[:20]:
        leaf = bytes.fromhex(Leaf.objects.values_list("leaf_hash", flat=True).get(leaf_index=index))
        assert proves_inclusion(leaf, index, size, inclusion(index, size), root)
        assert proves_consistency(index + 1, root_at(index + 1), size, root, consistency(index + 1, size))
    coming = itertools.cycle(indexes)
    first, second = side_by_side(
        lambda: inclusion(next(coming), size),
        lambda: consistency(next(coming) + 1, size),
        times=5,
        repeat=100,
        clock=spent,
    )
    what = f"an inclusion proof of {size:,} entries (consistency: {second * 1000:.2f} ms); the promise of 5 ms"
    return Figure("proof", what, max(first, second), 0.005, Goal(1, "at most"))


def one_deed_sealed() -> Figure:
    """One deed recorded and sealed on the large ledger, beside looking through it for what lacks a leaf."""
    _million()
    actor = everybody().technician
    keys = itertools.count()

    def ours() -> None:
        with transaction.atomic():
            record(Deed("tag.bench", "tag", f"S{next(keys)}", 1), actor=actor)

    def look_through() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT e.id FROM inventory_entry e LEFT JOIN inventory_leaf l ON l.entry_id = e.id "
                "WHERE l.leaf_index IS NULL ORDER BY e.id"
            )
            cursor.fetchall()

    times = side_by_side(ours, look_through, times=5, clock=spent)
    what = "one deed, committed and sealed; looking through all entries for those without a leaf"
    return Figure("seal", what, *times, Goal(0.1, "at most"))


def million_verified() -> Figure:
    """The whole of it verified, beside the promised minute."""
    size = _million()
    (seconds, _none) = side_by_side(_verify, lambda: None, times=1, clock=spent)
    return Figure("verify-million", f"{size:,} entries verified; the promise of 60 s", seconds, 60, Goal(1, "at most"))


PROOFS: dict[str, Callable[[], Figure]] = {
    "proof": one_proof,
    "seal": one_deed_sealed,
    "verify-million": million_verified,
}


def _verify() -> None:
    assert verify_ledger().fault is None


def grown_to(count: int) -> int:
    """A ledger of at least so many entries, sealed; how many it has."""
    actor = everybody().technician
    size = sealed_size()
    while size < count:
        piece = range(size, size + min(PIECE, count - size))
        facts = [{"copy": number, "stock": "L7160", "batch": "bench"} for number in piece]
        with transaction.atomic():
            record_all((Deed("tag.bench", "tag", f"B{one['copy']}", 1, facts=one) for one in facts), actor=actor)
        seal()
        size = sealed_size()
    return size


def _million() -> int:
    return grown_to(MILLION)
