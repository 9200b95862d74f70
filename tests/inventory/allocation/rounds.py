"""Rounds of any shape, made from one seed: what the engine, the certificate and the solver are compared on."""

from __future__ import annotations

import random
from typing import Any

from inventory.allocation.ladder.files import Round


def round_of(chance: random.Random, **more: Any) -> dict[str, Any]:
    """A small round as its file holds it: few groups, scarce devices, narrow and wide lines, some history."""
    groups = [{"id": f"g{n}", "units": chance.choice([0, 1, 1, 2, 3, 6])} for n in range(chance.randint(1, 6))]
    people = [
        {
            "id": f"a{n}",
            "points": chance.choice([1, 2, 4, 7, 16]),
            "history": chance.choice([0, 0, 0, 1, 3]),
            "waited": chance.choice([0, 0, 1, 2]),
            "refused": chance.choice([0, 0, 0, 1, 2, 5]),
        }
        for n in range(chance.randint(1, 6))
    ]
    lines = []
    for person in people:
        for n in range(chance.choice([1, 1, 2, 3])):
            accepts = chance.sample([group["id"] for group in groups], chance.randint(1, len(groups)))
            quantity = chance.randint(1, 5)
            lines.append(
                {"id": f"{person['id']}/{n}", "association": person["id"], "accepts": accepts, "quantity": quantity}
            )
    return {
        "format": "relais-round/2",
        "round": "test",
        "policy": {
            "version": "1",
            "delta": chance.choice([[1, 2], [1, 2], [0, 1], [1, 1]]),
            "floor": chance.choice([0, 1, 1, 2]),
        },
        "groups": groups,
        "associations": people,
        "lines": lines,
        "seed": f"{chance.random()}",
        **more,
    }


def with_lots(chance: random.Random) -> dict[str, Any]:
    """The same with some lines that are all or nothing."""
    made = round_of(chance)
    for line in made["lines"]:
        if chance.random() < 0.4:
            line["least"] = chance.randint(1, line["quantity"])
    return made


def with_pins(chance: random.Random) -> dict[str, Any]:
    """The same with decisions that depart from the rule."""
    made = round_of(chance)
    made["pins"] = [
        {
            "association": person["id"],
            "reason": "repair",
            "at_least": chance.randint(0, 2),
            "at_most": chance.choice([None, 2, 3]),
        }
        for person in made["associations"]
        if chance.random() < 0.4
    ]
    return made


def parsed(made: dict[str, Any]) -> Round:
    """The round as the engine reads it from its file."""
    import json

    from inventory.allocation.ladder.files import read_round

    return read_round(json.dumps(made).encode())


def city(associations: int, devices: int, groups: int, seed: int = 2026) -> dict[str, Any]:
    """A city's round: processors, memory and grades as groups, demand three times the stock, a quarter with history."""
    chance = random.Random(seed)
    shares = [chance.random() + 0.2 for _ in range(groups)]
    units = [max(1, round(devices * share / sum(shares))) for share in shares]
    names = [f"g{n:04d}" for n in range(groups)]
    # Two thresholds each, as people ask: "at least so fast, at least so much memory".
    rank = {name: (n % 12, n // 12) for n, name in enumerate(names)}
    people = [
        {
            "id": f"A-{n:05d}",
            "points": chance.choice([4, 6, 8, 10, 12]) * chance.choice([4, 5, 6, 7, 8]),
            "history": chance.choice([0, 0, 0, chance.randint(1, 12)]),
            "waited": chance.choice([0, 0, 0, 1, 2, 3]),
        }
        for n in range(associations)
    ]
    lines = []
    mean = 3 * devices / (associations * 1.57)
    for person in people:
        for n in range(chance.choice([1, 1, 1, 2, 3]) if associations > 1 else 1):
            fast, large = chance.randint(0, 7), chance.randint(0, max(1, groups // 12 - 3))
            accepts = [name for name in names if rank[name][0] >= fast and rank[name][1] >= large] or names
            quantity = max(1, round(mean * chance.choice([0.3, 0.6, 1, 1.5, 2])))
            lines.append(
                {"id": f"{person['id']}/{n}", "association": person["id"], "accepts": accepts, "quantity": quantity}
            )
    return {
        "format": "relais-round/1",
        "round": f"city {associations} x {devices}",
        "policy": {"version": "2026-1"},
        "groups": [{"id": name, "units": number} for name, number in zip(names, units, strict=True)],
        "associations": people,
        "lines": lines,
        "seed": "2026",
    }
