"""Months of a city's life in a minute: acts are planned at moments and done in their order, the clock set for each."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.utils import timezone

# A course of events: does something, then says how many days pass before the next.
Course = Iterator[float]


class Agenda:
    """Many courses of events side by side, in the order of time."""

    def __init__(self, until: dt.datetime) -> None:
        self.until = until
        self._waiting: list[tuple[dt.datetime, int, Course]] = []
        self._order = itertools.count()

    def begin(self, at: dt.datetime, course: Course) -> None:
        """Let a course begin at a moment."""
        heapq.heappush(self._waiting, (at, next(self._order), course))

    def play(self, progress: Callable[[dt.datetime], None]) -> None:
        """Do everything due before `until`, at its moment; what is due later never happens."""
        while self._waiting:
            moment, _place, course = heapq.heappop(self._waiting)
            if moment >= self.until:
                continue
            progress(moment)
            with clock_at(moment):
                days = next(course, None)
            if days is not None:
                self.begin(moment + dt.timedelta(days=days), course)


@contextmanager
def clock_at(moment: dt.datetime) -> Iterator[None]:
    """Let `timezone.now()` say this moment: only the demonstration may, in its own process."""
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real
