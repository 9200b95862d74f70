"""The tree as it is stored: hashes of whole subtrees, written as leaves come, read for roots and proofs.

Every fourth level is kept, a fifteenth of the leaves: what a proof of a million entries needs is then some hundred
hashes, found by their places in two questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db.models import Max, QuerySet

from inventory.ledger.models import Leaf, Subtree
from inventory.ledger.rows import among, write_rows
from inventory.ledger.tree import EMPTY_ROOT, Perfect, Span, consistency_path, cover, inclusion_path, joined, root_of

# A stored subtree is made of 2**STEP stored ones a step below, or of so many leaves.
STEP = 4
_SHIFT = 48


def grow(size: int) -> int:
    """Store every subtree that a ledger of `size` leaves completes; within the transaction that seals. How many."""
    level, count = 0, 0
    while size >> (level + STEP):
        count += _grow_level(level + STEP, size >> (level + STEP))
        level += STEP
    return count


def levels_of(size: int) -> Iterator[int]:
    """The levels of which a ledger of `size` leaves has stored subtrees."""
    return iter(range(STEP, size.bit_length(), STEP))


def subtrees_of(level: int) -> QuerySet[Subtree, str]:
    """The stored hashes of a level in their order, in hexadecimal."""
    there = Subtree.objects.filter(place__gte=level << _SHIFT, place__lt=(level + 1) << _SHIFT)
    return there.order_by("place").values_list("digest", flat=True)


def place_of(one: Perfect) -> int:
    """Where a stored subtree stands in its table."""
    return one.level << _SHIFT | one.position


def sealed_size() -> int:
    """How many leaves there are."""
    last = Leaf.objects.aggregate(last=Max("leaf_index"))["last"]
    return 0 if last is None else int(last) + 1


def root_at(size: int) -> bytes:
    """The root of the first `size` leaves, 32 bytes. Raises IndexError when the ledger is shorter."""
    return _spans([cover(0, size)])[0] if size else EMPTY_ROOT


def inclusion(index: int, size: int) -> list[bytes]:
    """The audit path of a leaf in the tree of the first `size` leaves (RFC 6962 §2.1.1). Raises IndexError."""
    return _spans(inclusion_path(index, size))


def consistency(earlier: int, size: int) -> list[bytes]:
    """The proof that the tree of `size` leaves begins with that of `earlier` (RFC 6962 §2.1.2). Raises IndexError."""
    return _spans(consistency_path(earlier, size)) if earlier else []


def hashes_of(wanted: Iterable[Perfect]) -> dict[Perfect, bytes]:
    """The hashes of perfect subtrees, of any level, from those that are stored. Raises IndexError."""
    made_of = {one: _made_of(one) for one in wanted}
    parts = {part for stored in made_of.values() for part in stored}
    leaves = [part.position for part in parts if not part.level]
    places = [place_of(part) for part in parts if part.level]
    found: dict[int, str] = {}
    if leaves:
        found.update(Leaf.objects.filter(among("leaf_index", leaves)).values_list("leaf_index", "leaf_hash"))
    if places:
        found.update(Subtree.objects.filter(among("place", places)).values_list("place", "digest"))
    if len(found) < len(parts):
        raise IndexError("The ledger has no such leaves.")
    return {one: root_of(bytes.fromhex(found[place_of(part)]) for part in stored) for one, stored in made_of.items()}


def _grow_level(level: int, wanted: int) -> int:
    last = subtrees_of(level).aggregate(last=Max("place"))["last"]
    first = 0 if last is None else (last & (1 << _SHIFT) - 1) + 1
    if first >= wanted:
        return 0
    below = _stored(level - STEP, first << STEP, wanted << STEP)
    digests = iter(lambda: [bytes.fromhex(one) for one in islice(below, 1 << STEP)], [])
    rows = ((level << _SHIFT | place, root_of(sixteen).hex()) for place, sixteen in enumerate(digests, start=first))
    return write_rows(Subtree, ("place", "digest"), rows)


def _stored(level: int, first: int, end: int) -> Iterator[str]:
    if level:
        places = Subtree.objects.filter(place__gte=level << _SHIFT | first, place__lt=level << _SHIFT | end)
        return places.order_by("place").values_list("digest", flat=True).iterator(chunk_size=4096)
    leaves = Leaf.objects.filter(leaf_index__gte=first, leaf_index__lt=end)
    return leaves.order_by("leaf_index").values_list("leaf_hash", flat=True).iterator(chunk_size=4096)


def _spans(spans: Sequence[Span]) -> list[bytes]:
    hashes = hashes_of(one for span in spans for one in span)
    return [joined([hashes[one] for one in span]) for span in spans]


def _made_of(one: Perfect) -> Span:
    level = one.level // STEP * STEP
    above = one.level - level
    return [Perfect(level, position) for position in range(one.position << above, (one.position + 1) << above)]
