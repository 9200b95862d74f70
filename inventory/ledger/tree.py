"""The Merkle tree of RFC 6962 §2.1: hashes, the root, proofs of inclusion and of consistency. Hashlib only."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import NamedTuple

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(body: bytes) -> bytes:
    """Hash of one leaf: SHA-256(0x00 || body), 32 bytes (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right), 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Perfect(NamedTuple):
    """A perfect subtree: 2**level leaves, of which the first has the index position * 2**level."""

    level: int
    position: int


# The subtrees whose hashes, taken in order, make one hash of a proof: `joined` makes it of theirs.
Span = list[Perfect]


class Frontier:
    """The root of a growing tree in O(log n) memory: one perfect subtree per bit of the size."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash (32 bytes)."""
        height = 0
        while self._peaks and self._peaks[-1][0] == height:
            leaf = node_hash(self._peaks.pop()[1], leaf)
            height += 1
        self._peaks.append((height, leaf))
        self.size += 1

    def root(self) -> bytes:
        """The Merkle tree hash of everything added so far, 32 bytes."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1][1]
        for _height, peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def cover(first: int, end: int) -> Span:
    """The perfect subtrees that make up the leaves from `first` to before `end`, the largest first.

    `first` is where a subtree of at least that many leaves may begin, as everywhere in RFC 6962's splits.
    """
    found = []
    while first < end:
        level = (end - first).bit_length() - 1
        found.append(Perfect(level, first >> level))
        first += 1 << level
    return found


def joined(hashes: Sequence[bytes]) -> bytes:
    """One hash over subtrees that follow each other, the largest first, 32 bytes."""
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes)) if hashes else EMPTY_ROOT


def inclusion_path(index: int, size: int) -> list[Span]:
    """What the audit path of leaf `index` in a tree of `size` is made of (RFC 6962 §2.1.1), nearest sibling first.

    Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(index)
    path: list[Span] = []
    first, end = 0, size
    while end - first > 1:
        split = first + _split(end - first)
        if index < split:
            path.append(cover(split, end))
            end = split
        else:
            path.append(cover(first, split))
            first = split
    return path[::-1]


def consistency_path(earlier: int, size: int) -> list[Span]:
    """What the proof is made of that a tree of `size` continues the one of `earlier` leaves (RFC 6962 §2.1.2).

    Raises IndexError unless 0 < earlier <= size.
    """
    if not 0 < earlier <= size:
        raise IndexError(earlier)
    path: list[Span] = []
    first, end, whole = 0, size, True
    while earlier != end:
        split = first + _split(end - first)
        if earlier <= split:
            path.append(cover(split, end))
            end = split
        else:
            path.append(cover(first, split))
            first, whole = split, False
    return [*([] if whole else [cover(first, end)]), *path[::-1]]


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def proves_consistency(earlier: int, earlier_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` shows that the tree of `size` leaves begins with that of `earlier` (RFC 9162 §2.1.4.2)."""
    if earlier == size:
        return earlier_root == root and not path
    if not 0 < earlier < size:
        return False
    nodes = list(path)
    # A whole power of two is itself a node of the larger tree.
    if earlier & (earlier - 1) == 0:
        nodes.insert(0, earlier_root)
    if not nodes:
        return False
    node, last = earlier - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and old == earlier_root and new == root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in order, 32 bytes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """The audit path of leaf `index` in the tree over `leaves` (RFC 6962 §2.1.1), nearest sibling first.

    Raises IndexError when there is no such leaf.
    """
    return [joined([_hash_of(one, leaves) for one in span]) for span in inclusion_path(index, len(leaves))]


def _hash_of(one: Perfect, leaves: Sequence[bytes]) -> bytes:
    return root_of(leaves[one.position << one.level : (one.position + 1) << one.level])


def proves_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from `leaf` at `index` to the `root` of a tree of `size` leaves (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, current = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node >>= 1
                last >>= 1
        else:
            current = node_hash(current, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and current == root
