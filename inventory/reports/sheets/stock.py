"""Where every device stood at the edges of a period, and what moved between: by the ledger, a device at a time."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, NamedTuple

import orjson
from django.db.models import Case, F, QuerySet, TextField, Value, When

from inventory.ledger.models import Entry
from inventory.ledger.rows import among
from inventory.lifecycle import ENTRANCES
from inventory.reports.period import Scope
from inventory.reports.selection import devices_of

# Entries that say of what kind a device is.
_CORRECTION = "device.correct"
NAMING = (*(f"device.{name}" for name in ENTRANCES), _CORRECTION)
# The text only where it names a kind: reading it costs more than all the rest.
_NAMED: Final = Case(When(event__in=NAMING, then=F("body")), default=Value(""), output_field=TextField())
# Kinds of so many devices are remembered from one movement to the next; a ledger of a region holds more.
_REMEMBERED = 20_000


class Cell(NamedTuple):
    """A kind of device and a status, both as codes: one line of the summary."""

    kind: str
    status: str


@dataclass(slots=True)
class Balance:
    """Devices of one kind in one status: opening + came − left + corrected = closing."""

    opening: int = 0
    came: int = 0
    left: int = 0
    # Became another kind where they stood, or were another kind before.
    corrected: int = 0
    counted: int = 0

    @property
    def closing(self) -> int:
        """What there must be at the end."""
        return self.opening + self.came - self.left + self.corrected


class Standing(NamedTuple):
    """A device at the end of a period: its tag, kind and status, and the index of the last entry's leaf."""

    tag: str
    kind: str
    status: str
    leaf_index: int


@dataclass(slots=True)
class Stock:
    """How many stood and moved, by kind and status: filled while movements and devices pass by."""

    opening: Counter[Cell] = field(default_factory=Counter)
    came: Counter[Cell] = field(default_factory=Counter)
    left: Counter[Cell] = field(default_factory=Counter)
    corrected: Counter[Cell] = field(default_factory=Counter)
    counted: Counter[Cell] = field(default_factory=Counter)
    _kinds: dict[str, str] = field(default_factory=dict)

    def meet(self, devices: Iterable[tuple[str, int]]) -> None:
        """Learn of what kind devices were before their entry with this number: (tag, number), the first of each."""
        if len(self._kinds) > _REMEMBERED:
            self._kinds.clear()
        before = {tag: seq for tag, seq in reversed(list(devices)) if seq > 1 and tag not in self._kinds}
        named: QuerySet[Entry, Any] = Entry.objects.filter(
            among("subject_key", before), subject_kind="device", event__in=NAMING
        )
        rows = named.order_by("subject_key", "subject_seq").values_list("subject_key", "subject_seq", "event", "body")
        for tag, seq, event, body in rows.iterator(chunk_size=2000) if before else ():
            if seq < before[tag]:
                self._kinds[tag] = _kind_named(event, body) or self._kinds.get(tag, "")

    def take(self, tag: str, event: str, before: str, after: str, body: str) -> tuple[str, str]:
        """Follow one movement of a device; returns its kind now, and the one before where the movement changed it."""
        kind = self._kinds.get(tag, "")
        was = ""
        if event in NAMING:
            named = _kind_named(event, body)
            was, kind = (kind, named) if named and named != kind else ("", kind)
            self._kinds[tag] = kind
        if was:
            self.corrected[Cell(kind, after)] += 1
            self.corrected[Cell(was, after)] -= 1
        if before != after:
            self.left[Cell(kind, before)] += 1
            self.came[Cell(kind, after)] += 1
        return kind, was

    def standing(self, scope: Scope, size: int) -> Iterator[Standing]:
        """Every chosen device that stands anywhere at the end of the period, by tag; the edges are counted.

        Records merged into others stand nowhere.
        """
        for tag, entries in groupby(_histories(scope, size), key=lambda entry: entry[0]):
            kind = status = opened = ""
            index = 0
            for _tag, event, after, earlier, place, body in entries:
                if body:
                    kind = _kind_named(event, body) or kind
                status, index = after, place
                if earlier:
                    opened, opened_as = after, kind
            if opened:
                self.opening[Cell(opened_as, opened)] += 1
            if status:
                self.counted[Cell(kind, status)] += 1
                yield Standing(tag, kind, status, index)

    def balances(self) -> dict[Cell, Balance]:
        """Every kind and status in which anything stood or moved, each part counted by itself."""
        found: dict[Cell, Balance] = {}
        for name in ("opening", "came", "left", "corrected", "counted"):
            for cell, count in getattr(self, name).items():
                if cell.status and count:
                    setattr(found.setdefault(cell, Balance()), name, count)
        return found


def _histories(scope: Scope, size: int) -> Iterator[tuple[str, str, str, int, int, str]]:
    """The sealed entries about the chosen devices to the end of the period, device by device, in their order.

    Tag, event, status after, whether before the period, index of the leaf, and the text where it names a kind.
    """
    entries: QuerySet[Entry, Any] = Entry.objects.filter(
        subject_kind="device", recorded_at__lt=scope.end, leaf__leaf_index__lt=size
    )
    if scope.filter:
        entries = entries.filter(subject_key__in=devices_of(scope).values("tag"))
    earlier = Case(When(recorded_at__lt=scope.start, then=Value(1)), default=Value(0))
    rows = entries.order_by("subject_key", "subject_seq").values_list(
        "subject_key", "event", "to_status", earlier, "leaf__leaf_index", _NAMED
    )
    return rows.iterator(chunk_size=2000)


def _kind_named(event: str, body: str) -> str:
    facts: dict[str, Any] = orjson.loads(body)["facts"]
    said = facts.get("said", {}) if event == _CORRECTION else facts
    return sys.intern(str(said.get("category", "")))
