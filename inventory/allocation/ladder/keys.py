"""The turn number: an integer that says when an association's next device is due. The policy, and nothing else.

Allocation §1: tier, (devices held + delta) / points, rounds waited, ticket of the public draw; smallest first. A device
that was refused without reason counts as half a device held (§5), so everything is counted in halves.
"""

from __future__ import annotations

import hashlib
from typing import Final

from inventory.allocation.ladder.files import Association, Policy

# Exact for points below a million (half of that with an odd denominator of delta above 500): two different fractions
# never fall on one integer.
SCALE: Final = 10**15
PINNED, FIRST, FURTHER = -1, 0, 1

# tier, turn number, minus rounds waited, ticket
Key = tuple[int, int, int, int]


def ticket(seed: str, name: str) -> int:
    """What the public draw gives this association: eight bytes of SHA-256(seed | name)."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{name}".encode()).digest()[:8], "big")


def turn_key(one: Association, rung: int, policy: Policy, drawn: int, pinned: int = 0) -> Key:
    """The key of the association's device number `rung` (from 1) of this round; `pinned` ones come before all."""
    if rung <= pinned:
        return PINNED, rung, 0, drawn
    halves = 2 * (one.history + rung - 1) + one.refused
    top, bottom = policy.delta
    turn = (halves * bottom + 2 * top) * SCALE // (2 * one.points * bottom)
    return (FIRST if halves < 2 * policy.floor else FURTHER), turn, -one.waited, drawn
