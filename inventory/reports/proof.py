"""What ties a period's rows to the root of the whole ledger: hashes of everything that is not in the sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inventory.ledger.commands import seal
from inventory.ledger.models import Leaf
from inventory.ledger.tree import EMPTY_ROOT, node_hash
from inventory.reports.period import Scope
from inventory.reports.selection import movements_of


@dataclass(frozen=True, slots=True)
class Node:
    """A perfect subtree of the tree (RFC 6962 §2.1): its first leaf, how many leaves (a power of two), its hash."""

    first: int
    size: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """The size and root of the sealed ledger, and the subtrees that cover all its leaves but those shown."""

    size: int
    root: str
    others: list[Node]


def proof_of(scope: Scope) -> Proof:
    """The proof for the movements that a report shows, with the ledger as it is sealed now."""
    seal()
    leaves = Leaf.objects.order_by("leaf_index").values_list("leaf_index", "leaf_hash")
    others: list[Node] = []
    whole: list[Node] = []
    apart: list[Node] = []
    size = 0
    shown = movements_of(scope).order_by("leaf_index").values_list("leaf_index", flat=True).iterator(chunk_size=5000)
    following = next(shown, None)
    for index, digest in leaves.iterator(chunk_size=5000):
        leaf = Node(index, 1, bytes.fromhex(digest))
        add(whole, leaf)
        size = index + 1
        if index == following:
            others += apart
            apart, following = [], next(shown, None)
        else:
            add(apart, leaf)
    return Proof(size, root_over(whole).hex(), [*others, *apart])


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


def rows(proof: Proof) -> Iterator[tuple[int, int, str]]:
    """The subtrees as rows of a sheet: first entry, how many, hash."""
    return ((node.first, node.size, node.digest.hex()) for node in proof.others)
