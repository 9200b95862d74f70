"""From raw rows to a checked table: where the headings stand, and which cells no list may hold. Runs in the child."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Any, NamedTuple, cast

from imports.readers.limits import Limits, Unreadable, column_letters
from imports.vocabulary import KNOWN_HEADINGS, SINGLE_HEADINGS, plain

# Title lines stand above the headings now and then; further down nobody looks for headings.
_LOOK_FOR_HEADINGS = 30
_BATCH_ROWS = 500
_BATCH_LETTERS = 500_000
# A sign that lists hardly hold, between cells that are looked at together.
_BETWEEN = "\N{PILCROW SIGN}"
_AFTER, _BEFORE = f"{_BETWEEN} ", f" {_BETWEEN}"
# Direction marks and invisible letters make two serials look alike that are not (CVE-2021-42574).
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


class RawRow(NamedTuple):
    """One row: `line` as the spreadsheet numbers it; positions of cells typed as numbers and as dates."""

    line: int
    cells: Sequence[str]
    numbers: Sequence[int] = ()
    dates: Sequence[int] = ()


class Plain(NamedTuple):
    """Clean rows as wide as the headings: all their cells in a row, parted by `by`, which none of them holds.

    `lines` has each row's line; `numbers` and `dates` are as a `RawRow` has them, empty where no row has any.
    """

    lines: Sequence[int]
    text: str
    by: str
    width: int
    numbers: Sequence[Sequence[int]] = ()
    dates: Sequence[Sequence[int]] = ()


Piece = list[RawRow] | Plain


class Head(NamedTuple):
    """The headings, the line they stand on, and the rows that were looked at to find them."""

    headers: tuple[str, ...]
    line: int
    score: int
    seen: list[RawRow]


def headings_score(cells: Iterable[str]) -> int:
    """How many different words of our vocabulary stand in a row as headings."""
    return len({word for cell in cells if len(cell) < 60 and (word := plain(cell)) in KNOWN_HEADINGS})


def find_head(rows: Iterator[RawRow], limits: Limits, lines: int = _LOOK_FOR_HEADINGS) -> Head | None:
    """The first row that is not blank, or a row further down with more headings that we know and more cells.

    Looks at so many `lines` at most. None where every row is blank. The rows below the headings that were looked at
    are given back in `seen`. Refuses doubled headings that we know, and more columns than the limit.
    """
    looked: list[RawRow] = []
    best = 0
    best_score = 0
    for row in rows:
        if not any(cell and not cell.isspace() for cell in row.cells):
            continue
        looked.append(row)
        score = headings_score(row.cells)
        if len(looked) == 1:
            best_score = score
        elif score >= 2 and score > best_score and _filled(row) > max(_filled(one) for one in looked[:-1]):
            best, best_score = len(looked) - 1, score
        if best_score >= 2 or len(looked) == lines:
            break
    if not looked:
        return None
    row = looked[best]
    check_cells(row, limits)
    return Head(_headings(row, limits), row.line, best_score, looked[best + 1 :])


def batches(head: Head, pieces: Iterator[Piece], limits: Limits) -> Iterator[Piece]:
    """The rows below the headings that are not blank, as wide as the headings, stripped and checked, some at a time.

    `pieces`: the rows that nobody has looked at yet, some at a time. Refuses control and direction characters, too long
    cells, a value without heading, and too many rows.
    """
    width = len(head.headers)
    count = 0
    for some in chain(some_rows(iter(head.seen)), pieces):
        found = some if isinstance(some, Plain) else _plain(some, width, limits)
        batch: list[RawRow] = []
        if found is None:
            batch = [row for one in cast(list[RawRow], some) if (row := _mended(one, width, limits))]
            found = _plain(batch, width, limits)
        count += len(found.lines) if found else len(batch)
        if count > limits.rows:
            raise Unreadable("rows", limit=limits.rows)
        if found:
            yield found
        else:
            yield from _smaller(batch)
    if not count:
        raise Unreadable("no_rows")


def some_rows(rows: Iterator[RawRow]) -> Iterator[list[RawRow]]:
    """Rows some hundred at a time."""
    while some := list(islice(rows, _BATCH_ROWS)):
        yield some


def plain_rows(line: int, lines: list[str], by: str, width: int, limits: Limits) -> Plain | None:
    """Lines without quotes as they stand, if there is nothing to strip, to drop, to fill up or to refuse in them."""
    if set(map(str.count, lines, repeat(by))) != {width - 1}:
        return None
    lengths = set(map(len, lines))
    if min(lengths) < width or max(lengths) > limits.cell_length:
        return None
    flat = by.join(lines)
    if f"{by} " in flat or f" {by}" in flat or flat[0] == " " or flat[-1] == " ":
        return None
    # Of the separators only the tab is no sign that one can print.
    if not (flat if by.isprintable() else flat.replace(by, _BETWEEN)).isprintable():
        return None
    return Plain(range(line, line + len(lines)), flat, by, width)


def cells_of(plain: Plain) -> Iterator[tuple[str, ...]]:
    """The cells of each row."""
    return zip(*[iter(plain.text.split(plain.by))] * plain.width, strict=True)


def columns_of(batch: list[RawRow]) -> list[Any]:
    """A batch as `[lines, cells, numbers, dates]`; the marks are null where no row has any."""
    lines, cells, numbers, dates = zip(*batch, strict=True)
    return [lines, cells, numbers if any(numbers) else None, dates if any(dates) else None]


def check_cells(row: RawRow, limits: Limits) -> None:
    """Refuse what no list may hold, with its line and column."""
    for position, cell in enumerate(row.cells):
        if len(cell) > limits.cell_length:
            raise Unreadable("cell_length", line=row.line, column=column_letters(position), limit=limits.cell_length)
        if not cell.isprintable() and (found := _FORBIDDEN.search(cell)):
            name = unicodedata.name(found[0], f"U+{ord(found[0]):04X}")
            raise Unreadable("invisible", line=row.line, column=column_letters(position), name=name)


def _filled(row: RawRow) -> int:
    return sum(bool(cell and not cell.isspace()) for cell in row.cells)


def _plain(rows: list[RawRow], width: int, limits: Limits) -> Plain | None:
    """These rows together, if there is nothing to strip, to drop, to fill up or to refuse in them."""
    if not rows:
        return None
    lines, cells, numbers, dates = zip(*rows, strict=True)
    texts = list(map(_BETWEEN.join, cells))
    if set(map(len, cells)) != {width} or min(map(len, texts)) < width or max(map(len, texts)) > limits.cell_length:
        return None
    text = _BETWEEN.join(texts)
    if not text.isprintable() or _AFTER in text or _BEFORE in text or text[0] == " " or text[-1] == " ":
        return None
    if len(text) > _BATCH_LETTERS or text.count(_BETWEEN) != len(rows) * width - 1:
        return None
    return Plain(lines, text, _BETWEEN, width, numbers if any(numbers) else (), dates if any(dates) else ())


def _mended(row: RawRow, width: int, limits: Limits) -> RawRow | None:
    """The row stripped and as wide as the headings; None if it is blank. Refuses what no list may hold."""
    check_cells(row, limits)
    cells = [cell.strip() for cell in row.cells]
    for position in range(width, len(cells)):
        if cells[position]:
            raise Unreadable("no_heading", line=row.line, column=column_letters(position))
    if not any(cells):
        return None
    return row._replace(cells=cells[:width] + [""] * (width - len(cells)))


def _smaller(batch: list[RawRow]) -> Iterator[list[RawRow]]:
    some: list[RawRow] = []
    letters = 0
    for row in batch:
        some.append(row)
        letters += sum(map(len, row.cells))
        if letters > _BATCH_LETTERS:
            yield some
            some, letters = [], 0
    if some:
        yield some


def _headings(row: RawRow, limits: Limits) -> tuple[str, ...]:
    headings = [" ".join(cell.split()) for cell in row.cells]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > limits.columns:
        raise Unreadable("columns", limit=limits.columns)
    seen: dict[str, int] = {}
    for position, heading in enumerate(headings):
        # Some systems write "Address" and "City" several times; a doubled heading that we read would be a guess.
        if plain(heading) not in SINGLE_HEADINGS:
            continue
        first = seen.setdefault(heading.casefold(), position)
        if first != position:
            raise Unreadable(
                "doubled",
                line=row.line,
                first=column_letters(first),
                second=column_letters(position),
                heading=heading,
            )
    return tuple(headings)
