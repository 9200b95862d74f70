"""Which records of an elimination list are kept as its sample, so that anybody can redo the draw with `sha256sum`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from inventory.ledger.canonical import canonical
from inventory.privacy.dossiers import Dossier
from inventory.privacy.retention import Rule

# Of a class whose fate is `sample`: one of so many is kept, and never none.
ONE_OF: Final = 10


def sample_size(fate: str, size: int) -> int:
    """How many of so many records are kept: none of what is destroyed, else a tenth, rounded up."""
    return -(-size // ONE_OF) if fate == "sample" else 0


def rank_of(number: str, lines_sha256: str, key: str) -> str:
    """SHA-256 of the list's number, the hash of its lines and the record's number, each ended by a line feed.

    Nobody chooses the seed: the number is the next of its series, the lines are whatever is due.
    """
    return hashlib.sha256(f"{number}\n{lines_sha256}\n{key}\n".encode()).hexdigest()


def as_text(found: Iterable[Dossier]) -> str:
    """The lines of a list as their hash takes them: kind, number, first day, last day and papers, tabs between."""
    return "".join(f"{one.kind}\t{one.key}\t{one.first_on}\t{one.last_on}\t{one.papers}\n" for one in found)


def rule_hash(rule: Rule) -> str:
    """SHA-256 of what a rule decides, in canonical JSON (RFC 8785)."""
    return hashlib.sha256(canonical(rule.frozen)).hexdigest()
