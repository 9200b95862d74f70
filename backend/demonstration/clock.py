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
        """Let a course begin at a moment, or when work begins after it."""
        heapq.heappush(self._waiting, (_working(at), next(self._order), course))

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


def _working(moment: dt.datetime) -> dt.datetime:
    """The moment itself on a working day between 8 and 17 h, or the next one, some minutes after opening."""
    local = timezone.localtime(moment)
    minute = (local.minute * 7 + local.hour * 11) % 120
    if local.hour >= 17:
        local += dt.timedelta(days=1)
    if not 8 <= local.hour < 17:
        local = local.replace(hour=8, minute=0) + dt.timedelta(minutes=minute)
    while local.weekday() > 4:
        local += dt.timedelta(days=1)
    return local


@contextmanager
def clock_at(moment: dt.datetime) -> Iterator[None]:
    """Let `timezone.now()` say this moment: only the demonstration may, in its own process."""
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real
