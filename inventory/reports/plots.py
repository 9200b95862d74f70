"""Plots of a report as data for an SVG: bars and intervals with their labels, laid out in whole pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from inventory.reports.fairness import MARGIN, Gap

WIDTH: Final = 640
_ROW: Final = 34
_LEFT: Final = 120
_RIGHT: Final = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar with its name on the left and its value on the right end."""

    name: str
    value: int | Decimal
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


def bars(values: Sequence[tuple[str, Any]], left: int = _LEFT) -> Bars:
    """A bar for each name and value; `left` is the room for names, in points of `WIDTH`."""
    most = max((value for _name, value in values), default=0) or 1
    room = WIDTH - left - _RIGHT
    rows = []
    for place, (name, value) in enumerate(values):
        wide = round(room * value / most)
        y = place * _ROW + 6
        rows.append(Bar(name, value, y, y + (_ROW - 12) // 2 + 5, wide, left + wide + 8))
    return Bars(tuple(rows), len(rows) * _ROW + 6, left=left)


@dataclass(frozen=True, slots=True)
class Range:
    """One name and how far it reaches, from its least to its most."""

    name: str
    y: int
    label_y: int
    low_x: int
    high_x: int


@dataclass(frozen=True, slots=True)
class Ranges:
    """Lines from least to most on one scale, which holds nought."""

    rows: tuple[Range, ...]
    zero: int
    height: int
    left: int
    width: int = WIDTH


def ranges(values: Sequence[tuple[str, float, float]], left: int = _LEFT) -> Ranges:
    """A line for each name with its least and its most."""
    least = min([0.0, *(low for _name, low, _high in values)])
    most = max([1.0, *(high for _name, _low, high in values)])
    room = WIDTH - left - _RIGHT

    def at(value: float) -> int:
        return left + round(room * (value - least) / (most - least))

    rows = tuple(
        Range(name, place * _ROW + 20, place * _ROW + 25, at(low), at(high))
        for place, (name, low, high) in enumerate(values)
    )
    return Ranges(rows, at(0.0), len(rows) * _ROW + 6, left)


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
