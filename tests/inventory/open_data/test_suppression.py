"""A solver knows everything that is published, and still cannot tell what a hidden small cell holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from inventory.reports.fairness import SMALL
from inventory.reports.open_data.suppression import TOTAL, hidden, with_totals


def reach(table: dict[tuple[str, str], int], kept: set[tuple[str, str]], cell: tuple[str, str]) -> tuple[int, int]:
    """The least and the most that a cell can be, for whoever sees the rest and can add."""
    ends = []
    for sense in ("least", "most"):
        model = cp_model.CpModel()
        most = 2 * sum(table.values()) + 50
        values = {one: model.new_int_var(0, most, str(one)) for one in table}
        for one, count in table.items():
            if one not in kept:
                model.add(values[one] == count)
        rows = sorted({one[0] for one in table if one[0] != TOTAL})
        columns = sorted({one[1] for one in table if one[1] != TOTAL})
        for row in [*rows, TOTAL]:
            model.add(sum(values[row, column] for column in columns) == values[row, TOTAL])
        for column in [*columns, TOTAL]:
            model.add(sum(values[row, column] for row in rows) == values[TOTAL, column])
        (model.minimize if sense == "least" else model.maximize)(values[cell])
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model) == cp_model.OPTIMAL
        ends.append(solver.value(values[cell]))
    return ends[0], ends[1]


def tables(rows: int, columns: int) -> st.SearchStrategy[list[list[int]]]:
    count = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 60))
    line = st.lists(count, min_size=columns, max_size=columns)
    return st.lists(line, min_size=rows, max_size=rows)


def named(lines: list[list[int]]) -> dict[tuple[str, str], int]:
    counts = {(f"r{r}", f"c{c}"): count for r, line in enumerate(lines) for c, count in enumerate(line)}
    return with_totals(counts, [f"r{r}" for r in range(len(lines))], [f"c{c}" for c in range(len(lines[0]))])


def safe(lines: list[list[int]]) -> None:
    table = named(lines)
    kept = hidden(table)
    for cell, count in table.items():
        if 0 < count < SMALL:
            assert cell in kept
            least, most = reach(table, kept, cell)
            assert least <= count <= most
            assert most - least >= SMALL - 1, (cell, least, most)


@given(tables(4, 4))
@settings(max_examples=40)
def test_no_solver_gets_a_small_cell_back(lines: list[list[int]]) -> None:
    safe(lines)


@pytest.mark.parametrize(
    "lines",
    [
        [[3, 40], [50, 60]],
        [[3, 0], [0, 0]],
        [[1, 0, 0], [0, 30, 0], [0, 0, 40]],
        [[4, 4], [4, 4]],
        [[2, 100, 0, 0], [0, 90, 7, 0]],
        [[1]],
    ],
)
def test_the_tables_that_are_hard_to_protect_are_protected(lines: list[list[int]]) -> None:
    safe(lines)


def test_without_small_cells_nothing_is_hidden_and_nought_is_no_small_cell() -> None:
    assert hidden(named([[5, 0, 9], [0, 12, 7]])) == set()


def test_hiding_only_the_small_cell_would_not_do() -> None:
    table = named([[3, 40], [50, 60]])
    assert reach(table, {("r0", "c0")}, ("r0", "c0")) == (3, 3)
    assert len(hidden(table)) >= 4


def test_no_more_is_hidden_than_it_takes() -> None:
    table = named([[3, 40, 20], [50, 60, 70], [30, 20, 10]])
    kept = hidden(table)
    assert len(kept) == 4
    assert not any(TOTAL in cell for cell in kept)


def test_what_was_hidden_once_stays_hidden_in_the_next_version() -> None:
    """A late entry makes a small cell larger: shown now, it would say by subtraction what it was before."""
    rows, columns = ["a", "b", "c"], ["x", "y", "z"]
    counts = {(row, column): 20 for row in rows for column in columns} | {("a", "x"): 3}
    before = hidden(with_totals(counts, rows, columns))
    assert ("a", "x") in before
    counts["a", "x"] = 6
    table = with_totals(counts, rows, columns)
    assert hidden(table) == set()
    assert hidden(table, before=before) == before
