"""What every reader hands on, numbered rows of text, and the limits that a file may not pass."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from inventory.errors import BadFile

Kind = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read; sizes in bytes, times in seconds. The published limits are the defaults."""

    bytes: int = 10_000_000
    unpacked_bytes: int = 100_000_000
    ratio: int = 100
    entries: int = 2_000
    sheets: int = 50
    rows: int = 50_000
    columns: int = 256
    cell_length: int = 32_767
    memory_bytes: int = 1_000_000_000
    cpu_seconds: int = 60
    wall_seconds: int = 90


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `line` as the spreadsheet numbers it; `numbers`: positions of cells typed as numbers."""

    line: int
    cells: tuple[str, ...]
    numbers: tuple[int, ...] = ()

    def cell(self, position: int) -> str:
        """The text at a column's position, empty where the row is shorter than the header."""
        return self.cells[position] if position < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A list as it was read: headings, rows without the blank ones, and how it was written."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    kind: Kind
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


# Direction marks and invisible letters make two serials look alike that are not (CVE-2021-42574).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def column_letters(position: int) -> str:
    """The spreadsheet's name of a column: 0 is A, 25 is Z, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def build_table(
    raw: Iterable[Row],
    limits: Limits,
    *,
    kind: Kind,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Table:
    """Take the first row that is not blank as the header, check every cell, and drop blank rows.

    Refuses (`BadFile`) a list without header or rows, doubled headings, control or direction characters,
    a row wider than its header, and whatever passes the limits.
    """
    headers: tuple[str, ...] | None = None
    rows: list[Row] = []
    for row in raw:
        _check_cells(row, limits)
        if not any(cell.strip() for cell in row.cells):
            continue
        if headers is None:
            headers = _headings(row, limits)
            continue
        rows.append(_fitted(row, headers))
        if len(rows) > limits.rows:
            raise BadFile(_("The list has more than %(limit)s rows. Split it into several files."), limit=limits.rows)
    if headers is None:
        raise BadFile(_("The file is empty. Save the list again and upload it once more."))
    if not rows:
        raise BadFile(_("The list has a header line but no rows below it. Check that you chose the right file."))
    return Table(headers, tuple(rows), kind, encoding, delimiter, sheet)


def _check_cells(row: Row, limits: Limits) -> None:
    for position, cell in enumerate(row.cells):
        if len(cell) > limits.cell_length:
            raise BadFile(
                _("Line %(line)s, column %(column)s holds more than %(limit)s characters. Shorten that cell."),
                line=row.line,
                column=column_letters(position),
                limit=limits.cell_length,
            )
        if not cell.isascii() or not cell.isprintable():
            found = _FORBIDDEN.search(cell)
            if found or any("\ud800" <= letter <= "\udfff" for letter in cell):
                letter = found[0] if found else "\ufffd"
                raise BadFile(
                    _(
                        "Line %(line)s, column %(column)s holds an invisible character (%(name)s)."
                        " Type that cell again, or save the list as .xlsx."
                    ),
                    line=row.line,
                    column=column_letters(position),
                    name=unicodedata.name(letter, f"U+{ord(letter):04X}"),
                )


def _headings(row: Row, limits: Limits) -> tuple[str, ...]:
    headings = tuple(" ".join(cell.split()) for cell in row.cells)
    while headings and not headings[-1]:
        headings = headings[:-1]
    if len(headings) > limits.columns:
        raise BadFile(
            _("The list has more than %(limit)s columns. Remove the columns that are not needed."),
            limit=limits.columns,
        )
    seen: dict[str, int] = {}
    for position, heading in enumerate(headings):
        first = seen.setdefault(heading.casefold(), position) if heading else position
        if first != position:
            raise BadFile(
                _(
                    "Line %(line)s: columns %(first)s and %(second)s have the same heading “%(heading)s”."
                    " Rename or remove one of them."
                ),
                line=row.line,
                first=column_letters(first),
                second=column_letters(position),
                heading=heading,
            )
    return headings


def _fitted(row: Row, headers: tuple[str, ...]) -> Row:
    cells = row.cells
    width = len(headers)
    for position in range(width, len(cells)):
        if cells[position].strip():
            raise BadFile(
                _(
                    "Line %(line)s has a value in column %(column)s, which has no heading."
                    " Give the column a heading, or look for a separator inside another cell of that line."
                ),
                line=row.line,
                column=column_letters(position),
            )
    fitted = tuple(cell.strip() for cell in cells[:width])
    return Row(row.line, fitted + ("",) * (width - len(fitted)), row.numbers)
