"""The yardstick: CPU time of two ways to do one job, turn by turn in the same run, and whether the goal is met."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from django.db import connection


@dataclass(frozen=True, slots=True)
class Goal:
    """What a ratio should be: `at most` (our time by the baseline's) or `at least` (our speed by the baseline's)."""

    bound: float
    sense: Literal["at most", "at least"]

    def ratio(self, ours: float, baseline: float) -> float:
        """The ratio this goal speaks of, from two times in seconds."""
        return ours / baseline if self.sense == "at most" else baseline / ours

    def met(self, ratio: float) -> bool:
        """Whether a ratio reaches the goal."""
        return ratio <= self.bound if self.sense == "at most" else ratio >= self.bound

    def __str__(self) -> str:
        """Such as `≤ 1.30`."""
        return f"{'≤' if self.sense == 'at most' else '≥'} {self.bound:.2f}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. Times are seconds of CPU (user and system) of this process for one job.

    `unit`: "s", or "MB" where what is measured is memory in megabytes.
    """

    name: str
    what: str
    ours: float
    baseline: float
    goal: Goal
    unit: str = "s"

    @property
    def ratio(self) -> float:
        """Our figure beside the baseline, the way the goal has it."""
        return self.goal.ratio(self.ours, self.baseline)

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.goal.met(self.ratio)

    def line(self) -> str:
        """Name, value, baseline, ratio, goal, met."""
        verdict = "met" if self.met else "not met"
        return (
            f"{self.name:<9} {self._shown(self.ours):>10} {self._shown(self.baseline):>10} "
            f"{self.ratio:>7.2f} {self.goal!s:>8}  {verdict:<8} {self.what}"
        )

    def _shown(self, value: float) -> str:
        return f"{value:.0f} MB" if self.unit == "MB" else _shown(value)

    def plain(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "name": self.name,
            "what": self.what,
            **(
                {"cpu_seconds": self.ours, "baseline_cpu_seconds": self.baseline}
                if self.unit == "s"
                else {"megabytes": self.ours, "baseline_megabytes": self.baseline}
            ),
            "ratio": self.ratio,
            "goal": str(self.goal),
            "met": self.met,
        }


HEADING = f"{'name':<9} {'value':>10} {'baseline':>10} {'ratio':>7} {'goal':>8}  {'':<8} what"


def side_by_side(
    ours: Callable[[], object],
    baseline: Callable[[], object],
    *,
    times: int,
    repeat: int = 1,
    clock: Callable[[], float] = time.process_time,
) -> tuple[float, float]:
    """Median CPU seconds of one job, ours and the baseline's, measured in turns so that both meet the same weather.

    Each of the `times` measurements does the job `repeat` times: for jobs shorter than the clock can tell.
    """
    measured: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for job, seconds in zip((ours, baseline), measured, strict=True):
            gc.collect()
            start = clock()
            for _again in range(repeat):
                job()
            seconds.append((clock() - start) / repeat)
    return statistics.median(measured[0]), statistics.median(measured[1])


def spent() -> float:
    """Seconds of CPU of this process, of its children that have ended, and of the database server's side of it."""
    own = os.times()
    return time.process_time() + own.children_user + own.children_system + _servers_side()


def _servers_side() -> float:
    # A server on this machine only; SQLite works within this process.
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    # After the name in brackets, user and system time are the 12th and 13th word.
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _shown(seconds: float) -> str:
    if seconds < 0.001:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"
