"""Plots of a report as data for an SVG: bars and intervals with their labels, laid out in whole pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from inventory.reports.fairness import MARGIN, Gap

WIDTH: Final = 640
_ROW: Final = 34
_LEFT: Final = 120
_RIGHT: Final = 70


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its name on the left and its value on the right end."""

    name: str
    value: int
    y: int
    middle: int
    width: int
    label_x: int


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars: they read on a phone, and their labels need no legend."""

    rows: tuple[Bar, ...]
    height: int
    width: int = WIDTH
    left: int = _LEFT
    thick: int = _ROW - 12


def bars(values: Sequence[tuple[str, int]]) -> Bars:
    """A bar for each name and value."""
    most = max((value for _name, value in values), default=0) or 1
    room = WIDTH - _LEFT - _RIGHT
    rows = []
    for place, (name, value) in enumerate(values):
        wide = round(room * value / most)
        y = place * _ROW + 6
        rows.append(Bar(name, value, y, y + (_ROW - 12) // 2 + 5, wide, _LEFT + wide + 8))
    return Bars(tuple(rows), len(rows) * _ROW + 6)


@dataclass(frozen=True, slots=True)
class Interval:
    """One channel: its difference as a dot, its interval as a line."""

    gap: Gap
    y: int
    label_y: int
    x: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Intervals:
    """Differences between channels around nought, with the margin that still counts as parity."""

    rows: tuple[Interval, ...]
    zero: int
    margin: int
    bottom: int
    height: int
    # The ends of the scale, in points of a hundred.
    span: int
    width: int = WIDTH
    left: int = _LEFT


def intervals(gaps: Sequence[Gap]) -> Intervals | None:
    """A row for each channel that has a difference; None when none has."""
    told = [gap for gap in gaps if gap.difference is not None and gap.low is not None and gap.high is not None]
    if not told:
        return None
    reach = max(0.2, *(max(abs(gap.low or 0), abs(gap.high or 0)) for gap in told)) * 1.1
    room = WIDTH - _LEFT - 30

    def at(value: float) -> int:
        return _LEFT + round(room * (value + reach) / (2 * reach))

    rows = tuple(
        Interval(
            gap=gap,
            y=place * _ROW + 20,
            label_y=place * _ROW + 25,
            x=at(gap.difference or 0),
            low=at(gap.low or 0),
            high=at(gap.high or 0),
        )
        for place, gap in enumerate(told)
    )
    bottom = len(rows) * _ROW + 6
    return Intervals(rows, at(0.0), at(-MARGIN), bottom, bottom + 26, round(100 * reach))
