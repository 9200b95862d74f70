"""Small cells hidden so that nobody gets them back by subtraction: what is small, and as much beside it as it takes.

A table of two ways with its totals is a network (Gusfield 1988): a hidden cell can be as much larger or smaller as
flows through the other hidden cells. Cells are hidden until every small one could be any of several values.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Final

from inventory.reports.fairness import SMALL

TOTAL: Final = "total"
Cell = tuple[str, str]
_NO_END: Final = 10**9


def with_totals(counts: Mapping[Cell, int], rows: Sequence[str], columns: Sequence[str]) -> dict[Cell, int]:
    """The whole table, its totals under the name `TOTAL`, nothing counted as 0."""
    table = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        table[row, TOTAL] = sum(table[row, column] for column in columns)
    for column in (*columns, TOTAL):
        table[TOTAL, column] = sum(table[row, column] for row in rows)
    return table


def hidden(table: Mapping[Cell, int], small: int = SMALL, before: Collection[Cell] = ()) -> set[Cell]:
    """The cells of a table with totals that must not be shown: 1 to `small` - 1, and others that protect them.

    `before`: cells that an earlier version of the table hid. They stay hidden: what was small then could otherwise be
    found by comparing the two, as little has changed between them.

    Whoever knows all the rest and that nothing is below 0 finds at least `small` values possible for each small cell.
    """
    primary = {cell for cell, count in table.items() if 0 < count < small}
    kept = primary | set(before)
    while bare := [cell for cell in sorted(primary) if _room(table, kept, cell) < small - 1]:
        kept.add(_next(table, kept, bare[0]))
    # What turned out not to be needed is shown again, the largest first.
    for cell in sorted(kept - primary - set(before), key=lambda one: (-table[one], one)):
        fewer = kept - {cell}
        if all(_room(table, fewer, one) >= small - 1 for one in primary):
            kept = fewer
    return kept


def _next(table: Mapping[Cell, int], kept: set[Cell], bare: Cell) -> Cell:
    """The cell to hide next: beside the bare one, no total if that can be, the least that says something."""

    def cost(cell: Cell) -> tuple[bool, bool, bool, int, Cell]:
        lined = cell[0] == bare[0] or cell[1] == bare[1]
        crossed = any(cell[0] == one[0] for one in kept) and any(cell[1] == one[1] for one in kept)
        return (TOTAL in cell, not (lined or crossed), not table[cell], table[cell], cell)

    return min((cell for cell in table if cell not in kept), key=cost)


def _room(table: Mapping[Cell, int], kept: set[Cell], cell: Cell) -> int:
    """How many values more than one a hidden cell can have, as far as what is shown tells."""
    others = kept - {cell}
    up = min(_flow(table, others, cell, up=True), _more(table, cell))
    down = min(_flow(table, others, cell, up=False), _less(table, cell))
    return up + down


def _flipped(cell: Cell) -> bool:
    # A total moves against its cells; the grand total moves with them again.
    return (cell[0] == TOTAL) != (cell[1] == TOTAL)


def _more(table: Mapping[Cell, int], cell: Cell) -> int:
    return table[cell] if _flipped(cell) else _NO_END


def _less(table: Mapping[Cell, int], cell: Cell) -> int:
    return _NO_END if _flipped(cell) else table[cell]


def _flow(table: Mapping[Cell, int], others: set[Cell], cell: Cell, *, up: bool) -> int:
    """The largest flow from the cell's row to its column through other hidden cells, as they give way."""
    room: dict[tuple[str, str], int] = {}
    near: dict[str, set[str]] = {}
    for one in others:
        row, column = f"r{one[0]}", f"c{one[1]}"
        less, more = _less(table, one), _more(table, one)
        room[row, column], room[column, row] = (less, more) if up else (more, less)
        near.setdefault(row, set()).add(column)
        near.setdefault(column, set()).add(row)
    start, end, total = f"r{cell[0]}", f"c{cell[1]}", 0
    while total < _NO_END and (path := _path(near, room, start, end)):
        steps = list(pairwise(path))
        pushed = min(room[step] for step in steps)
        for first, second in steps:
            room[first, second] -= pushed
            room[second, first] += pushed
        total += pushed
    return total


def _path(near: Mapping[str, set[str]], room: Mapping[tuple[str, str], int], start: str, end: str) -> list[str]:
    came: dict[str, str] = {start: ""}
    waiting = [start]
    while waiting:
        here = waiting.pop(0)
        if here == end:
            path = [here]
            while came[path[-1]]:
                path.append(came[path[-1]])
            return path[::-1]
        for there in sorted(near.get(here, ())):
            if there not in came and room[here, there] > 0:
                came[there] = here
                waiting.append(there)
    return []
