"""Rows of a list become listed devices or problems: the part that every source shares."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports import columns
from imports.columns import CellRefused, Mapping
from imports.readers.opening import Row, Table, column_letters
from imports.vocabulary import plain
from inventory.devices.identity import serial_key
from inventory.devices.placeholders import identifying


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """One device as a list announces it; `line` as the spreadsheet numbers it, weight in kilograms."""

    line: int
    inventory_number: str = ""
    category: str = "other"
    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    department: str = ""
    act_reference: str = ""
    decommissioned_on: datetime.date | None = None
    weight_kg: Decimal | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be taken: line and heading as the spreadsheet shows them, and the mend."""

    line: int
    column: str
    message: str
    mend: str


@dataclass(frozen=True, slots=True)
class Source:
    """A system or office that lists come from: its headings, and how its own words map to our fields.

    `signature`: headings, or fields in any language, that tell this source from others.
    `own`: heading -> field where it departs from the common words.
    `ignored`: headings that are known and not needed.
    """

    name: str
    label: Promise
    signature: tuple[str, ...]
    own: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    def recognise(self, table: Table) -> float:
        """How surely the list comes from here, from 0 to 1: the share of the signature among its headings."""
        present = {plain(header) for header in table.headers}
        fields = self.mapping(table).fields
        return sum(part in fields or plain(part) in present for part in self.signature) / len(self.signature)

    def mapping(self, table: Table) -> Mapping:
        """Which column feeds which field."""
        own = {plain(heading): name for heading, name in self.own.items()}
        return columns.matched(table.headers, FIELDS, own=own, ignored=self.ignored)


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole list, read: the devices that can be taken and the problems of the rows that cannot."""

    source: str
    mapping: Mapping
    devices: tuple[ListedDevice, ...]
    problems: tuple[Problem, ...]

    @property
    def lacks_act(self) -> bool:
        """Whether the list says nothing of the act and date, so that they must be asked once for all rows."""
        return not {"act_reference", "decommissioned_on"} <= self.mapping.fields.keys()


_NUMBERED = {"inventory_number", "serial"}
_PLAIN: dict[str, Callable[[str], Any]] = {
    "manufacturer": lambda cell: columns.text(cell, 100),
    "model": lambda cell: columns.text(cell, 150),
    "department": lambda cell: columns.text(cell, 150),
    "act_reference": lambda cell: columns.text(cell, 100),
    "decommissioned_on": columns.date,
    "weight_kg": lambda cell: columns.decimal(cell, unit="kg"),
}
FIELDS: tuple[str, ...] = (*_NUMBERED, "category", *_PLAIN)


def read_rows(table: Table, source: Source) -> Reading:
    """Read every row of the table by the source's mapping; a row with a problem yields no device.

    Nothing of a personal column reaches a device, and a national register number anywhere refuses its row.
    """
    mapping = source.mapping(table)
    devices: list[ListedDevice] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    for row in table.rows:
        found = list(_personal_numbers(row, table.headers))
        device: ListedDevice | None = None
        if not found:
            device, found = _device(row, table.headers, mapping)
        if device is not None:
            found = list(_doubles(device, mapping, table.headers, seen))
        if found or device is None:
            problems.extend(found)
        else:
            devices.append(device)
    return Reading(source.name, mapping, tuple(devices), tuple(problems))


def _personal_numbers(row: Row, headers: tuple[str, ...]) -> Iterator[Problem]:
    for position, cell in enumerate(row.cells):
        if len(cell) >= 11 and columns.holds_national_number(cell):
            yield Problem(
                row.line,
                headers[position] or column_letters(position),
                str(_("A national register number stands in this cell.")),
                str(_("Remove it: numbers of persons do not belong in a list of devices.")),
            )


def _device(row: Row, headers: tuple[str, ...], mapping: Mapping) -> tuple[ListedDevice | None, list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    notices: list[str] = []
    for name, position in mapping.fields.items():
        cell = row.cell(position)
        try:
            if name in _NUMBERED:
                values[name] = _identifier(name, cell, position in row.numbers, notices)
            elif name == "category":
                values[name] = _category(cell, notices)
            else:
                values[name] = _PLAIN[name](cell)
        except CellRefused as refused:
            heading = headers[position] or column_letters(position)
            problems.append(Problem(row.line, heading, *refused.filled()))
    if not problems and not values.get("inventory_number") and not values.get("serial"):
        problems.append(
            Problem(
                row.line,
                " / ".join(
                    mapping.heading(name, headers) for name in ("inventory_number", "serial") if name in mapping.fields
                ),
                str(_("The row has neither an inventory number nor a serial number.")),
                str(_("Fill in one of the two, or remove the row.")),
            )
        )
    if problems:
        return None, problems
    return ListedDevice(row.line, notices=tuple(notices), **values), []


def _identifier(name: str, cell: str, number: bool, notices: list[str]) -> str:
    value = columns.identifier(cell, number=number)
    if name == "serial" and value and identifying(value) is None:
        notices.append(str(_("“%(value)s” identifies no device: the serial number is left empty.")) % {"value": value})
        return ""
    if number and value:
        notices.append(str(_("“%(value)s” was typed as a number: leading zeros may be lost.")) % {"value": value})
    return value


def _category(cell: str, notices: list[str]) -> str:
    found = columns.category(cell)
    if found is None and cell.strip():
        notices.append(str(_("Category “%(value)s” is unknown: taken as “other”.")) % {"value": cell.strip()[:60]})
    return found or "other"


def _doubles(
    device: ListedDevice, mapping: Mapping, headers: tuple[str, ...], seen: dict[tuple[str, str], int]
) -> Iterator[Problem]:
    for name, value in (("inventory_number", device.inventory_number), ("serial", device.serial)):
        if not value:
            continue
        first = seen.setdefault((name, serial_key(value)), device.line)
        if first != device.line:
            yield Problem(
                device.line,
                mapping.heading(name, headers),
                str(_("“%(value)s” stands on line %(first)s too.")) % {"value": value, "first": first},
                str(_("Keep one of the two rows, or correct the number.")),
            )
