"""A round of a country beside OR-tools' min-cost flow on the same instance, and its certificate beside the engine."""

from __future__ import annotations

import json
from collections.abc import Callable

from inventory.allocation import certify_round
from inventory.allocation.ladder.engine import share
from inventory.allocation.ladder.results import decide, written
from tests.benchmarks.measuring import Figure, Goal, side_by_side
from tests.inventory.allocation.rounds import city, parsed
from tests.inventory.allocation.solver import counts_by_flow

ASSOCIATIONS, DEVICES, GROUPS = 2_000, 50_000, 120


def shared_round() -> Figure:
    """The engine alone, counts compared with the solver's in the same run."""
    found = parsed(city(ASSOCIATIONS, DEVICES, GROUPS))
    assert share(found).counts() == counts_by_flow(found)
    times = side_by_side(lambda: share(found), lambda: counts_by_flow(found), times=5)
    what = f"{ASSOCIATIONS:,} associations and {DEVICES:,} devices; OR-tools' min-cost flow"
    return Figure("round", what, *times, Goal(1.0, "at most"))


def certified_round() -> Figure:
    """The stand-alone certificate of that round, its files read already."""
    made = city(ASSOCIATIONS, DEVICES, GROUPS)
    found = parsed(made)
    result = json.loads(written(decide(found)))
    assert certify_round.check(made, result) == []
    times = side_by_side(lambda: certify_round.check(made, result), lambda: share(found), times=5)
    return Figure("certificate", "the same round checked; shared out", *times, Goal(1 / 3, "at most"))


ROUNDS: dict[str, Callable[[], Figure]] = {"round": shared_round, "certificate": certified_round}
