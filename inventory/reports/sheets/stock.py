"""Where every device stood at a moment, by the ledger alone: its status and its kind, and what moved since."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
from django.db.models import Case, F, QuerySet, TextField, Value, When

from inventory.ledger.models import Entry
from inventory.lifecycle import ENTRANCES
from inventory.reports.period import Scope
from inventory.reports.selection import devices_of

# Entries that say of what kind a device is.
_CORRECTION = "device.correct"
NAMING = (*(f"device.{name}" for name in ENTRANCES), _CORRECTION)


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


@dataclass(slots=True)
class Stock:
    """By tag: status, kind and the index of the last entry's leaf; it moves on as entries are taken."""

    status: dict[str, str] = field(default_factory=dict)
    kind: dict[str, str] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    came: Counter[Cell] = field(default_factory=Counter)
    left: Counter[Cell] = field(default_factory=Counter)
    corrected: Counter[Cell] = field(default_factory=Counter)

    def take(self, leaf_index: int, tag: str, event: str, before: str, after: str, body: str) -> tuple[str, str]:
        """Follow one entry about a device; returns its kind now, and the one before where the entry changed it."""
        kind = self.kind.get(tag, "")
        was = ""
        if event in NAMING:
            named = _kind_named(event, orjson.loads(body)["facts"])
            was, kind = (kind, named) if named and named != kind else ("", kind)
            self.kind[tag] = kind
        if was:
            self.corrected[Cell(kind, after)] += 1
            self.corrected[Cell(was, after)] -= 1
        if before != after:
            self.left[Cell(kind, before)] += 1
            self.came[Cell(kind, after)] += 1
        self.status[tag], self.last[tag] = after, leaf_index
        return kind, was

    def cells(self) -> Counter[Cell]:
        """How many devices stand in each kind and status; records merged into others stand nowhere."""
        return Counter(Cell(self.kind.get(tag, ""), status) for tag, status in self.status.items() if status)


def stock_before(scope: Scope) -> Stock:
    """The chosen stock by the sealed entries recorded before the period; its counters begin at nothing."""
    stock = Stock()
    columns = ("leaf__leaf_index", "subject_key", "event", "from_status", "to_status")
    # The text only where it names a kind: reading it costs more than all the rest.
    text = Case(When(event__in=NAMING, then=F("body")), default=Value(""), output_field=TextField())
    entries: QuerySet[Entry, Any] = Entry.objects.filter(
        subject_kind="device", recorded_at__lt=scope.start, leaf__isnull=False
    )
    if scope.filter:
        entries = entries.filter(subject_key__in=devices_of(scope).values("tag"))
    shared: dict[str, str] = {}
    for index, tag, event, before, after, body in (
        entries.order_by("leaf__leaf_index").values_list(*columns, text).iterator(chunk_size=5000)
    ):
        # One text for all devices in a status, not one each.
        stock.take(index, tag, event, before, shared.setdefault(after, after), body)
    return Stock(stock.status, stock.kind, stock.last)


def balances(opening: Counter[Cell], closing: Stock) -> dict[Cell, Balance]:
    """Every kind and status in which anything stood or moved, each part counted by itself."""
    found: dict[Cell, Balance] = {}
    parts = {"opening": opening, "came": closing.came, "left": closing.left, "corrected": closing.corrected}
    for name, counted in {**parts, "counted": closing.cells()}.items():
        for cell, count in counted.items():
            if cell.status and count:
                setattr(found.setdefault(cell, Balance()), name, count)
    return found


def _kind_named(event: str, facts: dict[str, Any]) -> str:
    said = facts.get("said", {}) if event == _CORRECTION else facts
    return sys.intern(str(said.get("category", "")))
