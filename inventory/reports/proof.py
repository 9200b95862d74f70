"""What ties the rows shown to the root of the whole ledger: hashes of everything that is not in the sheet."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inventory.ledger.commands import seal
from inventory.ledger.growth import hashes_of, root_at, sealed_size
from inventory.ledger.models import Checkpoint
from inventory.ledger.tree import EMPTY_ROOT, Perfect, node_hash
from inventory.reports.period import Scope
from inventory.reports.selection import in_pieces, movements_of

# Checkpoints are printed, mailed and filed in the weeks after a period.
_AFTERWARDS = dt.timedelta(days=31)
# So many subtrees are read at a time.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Node:
    """A perfect subtree of the tree (RFC 6962 §2.1): its first leaf, how many leaves (a power of two), its hash."""

    first: int
    size: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """The size and root of the ledger as it is sealed now: everything shown is below that size."""

    size: int
    root: str


def proof_of_now() -> Proof:
    """Seal what waits, and say how large the ledger is and with which root."""
    seal()
    size = sealed_size()
    return Proof(size, root_at(size).hex())


def others(scope: Scope, size: int) -> Iterator[Node]:
    """The subtrees that cover every leaf of a ledger of so many but those that a report shows, in their order."""
    for some in in_pieces(_apart(scope, size), _AT_ONCE):
        found = hashes_of(some)
        yield from (Node(one.position << one.level, 1 << one.level, found[one]) for one in some)


def _apart(scope: Scope, size: int) -> Iterator[Perfect]:
    following = 0
    seams = _seams(scope, size)
    shown = movements_of(scope, size).order_by("leaf_index").values_list("leaf_index", flat=True)
    for index in shown.iterator(chunk_size=5000):
        yield from _covering(following, index, seams)
        following = index + 1
    yield from _covering(following, size, seams)


def _seams(scope: Scope, size: int) -> list[int]:
    """Sizes of the checkpoints of the period and of the month after it: whoever holds one can compute its root."""
    made = Checkpoint.objects.filter(made_at__gte=scope.start, made_at__lt=scope.end + _AFTERWARDS, size__lt=size)
    return sorted(set(made.order_by().values_list("size", flat=True)))


def _covering(first: int, end: int, seams: list[int]) -> Iterator[Perfect]:
    """The fewest perfect subtrees over the leaves from `first` to before `end`, in their order, none over a seam."""
    for stop in [*seams[bisect_right(seams, first) : bisect_left(seams, end)], end]:
        while first < stop:
            # As large as its place allows, and no larger than what is left.
            level = min((first & -first).bit_length() - 1 if first else 62, (stop - first).bit_length() - 1)
            yield Perfect(level, first >> level)
            first += 1 << level


def add(peaks: list[Node], node: Node) -> None:
    """Append a subtree to those that follow each other, joining what makes a larger one."""
    while peaks and peaks[-1].size == node.size and peaks[-1].first % (2 * node.size) == 0:
        left = peaks.pop()
        node = Node(left.first, 2 * node.size, node_hash(left.digest, node.digest))
    peaks.append(node)


def root_over(peaks: Iterable[Node]) -> bytes:
    """The root of a tree whose leaves these subtrees cover from the first to the last, 32 bytes."""
    root: bytes | None = None
    for node in reversed(list(peaks)):
        root = node.digest if root is None else node_hash(node.digest, root)
    return EMPTY_ROOT if root is None else root


def rows(scope: Scope, size: int) -> Iterator[tuple[int, int, str]]:
    """The subtrees as rows of a sheet: first entry, how many, hash."""
    return ((node.first, node.size, node.digest.hex()) for node in others(scope, size))
