"""The year in figures for anybody: what was given, to how many, what became of the rest, and what that may avoid."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from inventory.devices.categories import CATEGORIES
from inventory.reports.open_data.co2 import FactorSet, factor_sets
from inventory.reports.open_data.datasets import Check
from inventory.reports.open_data.kilograms import OUTCOMES
from inventory.reports.open_data.queries import Shown, shown

Named = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Figures:
    """A year as anybody may read it; frozen tables are told as they were frozen."""

    year: int
    frozen: bool
    devices: int
    associations: int
    # By kind of device, most first; by month from January; kilograms by what became of the equipment.
    given: Named
    months: Named
    kilograms: Named
    estimated: Decimal
    checks: list[Check]
    # By kind: name, least and most; and of all of them.
    avoided: list[tuple[str, Decimal, Decimal]]
    low: Decimal
    high: Decimal
    factors: FactorSet | None


def figures_of(year: int) -> Figures:
    """The figures of a year. Refuses NotFound: nothing is known of that year."""
    gifts, movements, weights, avoided = (shown(code, year) for code in ("subsidies", "movements", "kilograms", "co2"))
    kinds: Counter[str] = Counter()
    for row in gifts.rows:
        kinds[row[5]] += row[6]
    months = {f"{year}-{month:02d}": 0 for month in range(1, 13)}
    for month, step, _status, _kind, count in movements.rows:
        if step == "hand_over":
            months[month] += count
    kilograms = {outcome: Decimal(0) for outcome in OUTCOMES}
    for row in weights.rows:
        kilograms[row[0]] += row[3]
    ranges = [(str(CATEGORIES.get(row[1], row[1])), row[3], row[4]) for row in avoided.rows]
    return Figures(
        year=year,
        frozen=all(one.statement for one in (gifts, movements, weights, avoided)),
        devices=sum(kinds.values()),
        associations=len({row[2] for row in gifts.rows}),
        given=[(str(CATEGORIES.get(kind, kind)), count) for kind, count in kinds.most_common()],
        months=[(month[-2:], count) for month, count in months.items()],
        kilograms=[(str(OUTCOMES[outcome]), weight) for outcome, weight in kilograms.items()],
        estimated=sum((row[4] for row in weights.rows), Decimal(0)),
        checks=weights.checks,
        avoided=ranges,
        low=sum((row[1] for row in ranges), Decimal(0)),
        high=sum((row[2] for row in ranges), Decimal(0)),
        factors=_set_of(avoided),
    )


def _set_of(avoided: Shown) -> FactorSet | None:
    """The set that the table itself names, which a frozen year keeps."""
    names = {row[0] for row in avoided.rows}
    return next((one for one in factor_sets() if one.name in names), None)
