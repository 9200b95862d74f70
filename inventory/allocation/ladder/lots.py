"""All or nothing: a lot that cannot be completed is withdrawn and the round shared out anew."""

from __future__ import annotations

from inventory.allocation.ladder.engine import Sharing, share
from inventory.allocation.ladder.files import Round
from inventory.allocation.ladder.keys import ticket


def share_with_lots(found: Round) -> tuple[Sharing, list[str]]:
    """The outcome, and the lots that were withdrawn, in the order in which they were (allocation §2.2 step 5).

    The lot furthest from completion goes first (a tie: the draw); at the end the withdrawn ones are tried again, the
    last one first, and kept when every lot is complete with them.
    """
    withdrawn: list[str] = []
    outcome = share(found)
    while lacking := _incomplete(found, outcome, withdrawn):
        withdrawn.append(min(lacking)[2])
        outcome = share(found, frozenset(withdrawn))
    for name in reversed(list(withdrawn)):
        tried = [one for one in withdrawn if one != name]
        again = share(found, frozenset(tried))
        if not _incomplete(found, again, tried):
            withdrawn, outcome = tried, again
    return outcome, withdrawn


def _incomplete(found: Round, outcome: Sharing, withdrawn: list[str]) -> list[tuple[int, int, str]]:
    """Lots that got fewer than are of use: how full in millionths, their ticket, and their id."""
    return [
        (outcome.filled(place) * 1_000_000 // line.least, ticket(found.seed, line.id), line.id)
        for place, line in enumerate(found.lines)
        if line.is_lot and line.id not in withdrawn and outcome.filled(place) < line.least
    ]
