"""The result file: who gets what, in which turn, where the stock ran out, and who is next."""

from __future__ import annotations

from typing import Any

import orjson

from inventory.allocation.ladder.engine import Sharing
from inventory.allocation.ladder.explaining import next_in_line, reasons
from inventory.allocation.ladder.files import RESULT, Round, fingerprint
from inventory.allocation.ladder.keys import Key
from inventory.allocation.ladder.lots import share_with_lots


def decide(found: Round) -> dict[str, Any]:
    """The result of a round as plain data, by docs/round-file.md. The same round gives the same result."""
    outcome, withdrawn = share_with_lots(found)
    counts = outcome.counts()
    names = [group.id for group in found.groups]
    return {
        "format": RESULT,
        "round": found.round,
        "input_sha256": fingerprint(found),
        "policy": found.policy.version,
        "seed": found.seed,
        "units": {
            "stock": sum(group.units for group in found.groups),
            "asked": sum(line.quantity for line in found.lines),
            "awarded": sum(counts.values()),
        },
        "counts": [{"association": name, "units": counts.get(name, 0)} for name in sorted(_people(found))],
        "lines": _lines(found, outcome, withdrawn),
        "plan": [
            {"line": found.lines[place].id, "group": names[group], "units": units}
            for place, groups in sorted(enumerate(outcome.plan), key=lambda one: found.lines[one[0]].id)
            for group, units in sorted(groups.items(), key=lambda one: names[one[0]])
        ],
        "turns": [[turn.association, turn.rung, *_spelt(turn.key)] for turn in outcome.turns],
        "left": [
            {"group": group.id, "units": outcome.free[place]}
            for place, group in sorted(enumerate(found.groups), key=lambda one: one[1].id)
            if outcome.free[place]
        ],
        "withdrawn_lots": withdrawn,
        "queues": next_in_line(found, outcome),
    }


def written(result: dict[str, Any]) -> bytes:
    """The result file: canonical JSON, a line feed at its end."""
    return orjson.dumps(result, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _lines(found: Round, outcome: Sharing, withdrawn: list[str]) -> list[dict[str, Any]]:
    why = reasons(found, outcome, withdrawn)
    return [
        {"line": line.id, "association": line.association, "asked": line.quantity, **why[line.id]}
        for line in sorted(found.lines, key=lambda one: one.id)
    ]


def _people(found: Round) -> set[str]:
    return {one.id for one in found.associations}


def _spelt(key: Key) -> tuple[int, int, int, str]:
    # The ticket is larger than what every reader of JSON takes for a whole number.
    tier, turn, waited, drawn = key
    return tier, turn, -waited, f"{drawn:016x}"
