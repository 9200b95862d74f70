"""The arithmetic of a second-check sample: its size, its order, its fingerprint; anybody can redo it by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# at least five of a hundred (R2v3, appendix B), and never fewer than show, with 95 % confidence and no failure
# found, that at most 5 % are bad (ISA 530).
ONE_IN = 20
AT_LEAST = 59


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn code: its place in the draw, from 1, and the hash that gave it that place (64 hex digits)."""

    place: int
    code: str
    rank_sha256: str


def sample_size(population: int) -> int:
    """How many of `population` media are checked: max(⌈5 %⌉, 59), or all of them when they are fewer (R-1.6)."""
    return min(population, max(-(-population // ONE_IN), AT_LEAST))


def population_text(codes: Iterable[str]) -> str:
    """A population as it is frozen: every code once, in the order of their ASCII signs, each with a line feed."""
    return "".join(f"{code}\n" for code in sorted(set(codes)))


def population_sha256(text: str) -> str:
    """The fingerprint of a frozen population, 64 hex digits: what `sha256sum` says of it as a file."""
    return hashlib.sha256(text.encode()).hexdigest()


def draw(codes: Sequence[str], seed: str, size: int) -> list[Drawn]:
    """The `size` codes whose SHA-256(seed ‖ code) is smallest, in the order of those hashes (standards §10.4, R-10.8).

    Seed and code are joined without anything between them, as UTF-8; the order of `codes` does not matter.
    """
    ranked = sorted((hashlib.sha256(f"{seed}{code}".encode()).hexdigest(), code) for code in set(codes))
    return [Drawn(place, code, rank) for place, (rank, code) in enumerate(ranked[:size], start=1)]
