"""The yardstick itself is measured: ratios and verdicts are computed right, and both ways take turns."""

from __future__ import annotations

import itertools

import pytest

from tests.benchmarks.measuring import Figure, Goal, side_by_side


@pytest.mark.parametrize(
    ("goal", "ours", "baseline", "ratio", "met"),
    [
        (Goal(1.3, "at most"), 1.3, 1.0, 1.3, True),
        (Goal(1.3, "at most"), 2.0, 1.0, 2.0, False),
        (Goal(1 / 6, "at most"), 1.0, 6.0, 1 / 6, True),
        (Goal(60, "at least"), 1.0, 60.0, 60.0, True),
        (Goal(60, "at least"), 1.0, 8.0, 8.0, False),
        (Goal(0.35, "at least"), 2.0, 1.0, 0.5, True),
    ],
)
def test_a_ratio_is_ours_beside_the_baseline_the_way_the_goal_has_it(
    goal: Goal, ours: float, baseline: float, ratio: float, met: bool
) -> None:
    figure = Figure("name", "what", ours, baseline, goal)
    assert figure.ratio == pytest.approx(ratio)
    assert figure.met is met
    assert figure.plain()["met"] is met
    line = figure.line()
    assert line.startswith("name ")
    assert ("not met" in line) is not met
    assert str(goal) in line


def test_both_ways_take_turns_and_the_median_counts() -> None:
    order: list[str] = []
    # Each measurement reads the clock twice: ours take 1, 9 and 2 seconds, the baseline 4, 4 and 40.
    spans = iter([1, 4, 9, 4, 2, 40])
    ticks = itertools.chain.from_iterable((100.0, 100.0 + span) for span in spans)
    ours, baseline = side_by_side(
        lambda: order.append("ours"), lambda: order.append("baseline"), times=3, clock=lambda: next(ticks)
    )
    assert order == ["ours", "baseline"] * 3
    assert (ours, baseline) == (2, 4)


def test_short_jobs_are_repeated_and_counted_once() -> None:
    ticks = iter([0.0, 10.0, 0.0, 20.0])
    counted: list[int] = []
    ours, baseline = side_by_side(lambda: counted.append(1), lambda: None, times=1, repeat=5, clock=lambda: next(ticks))
    assert (ours, baseline, len(counted)) == (2.0, 4.0, 5)
