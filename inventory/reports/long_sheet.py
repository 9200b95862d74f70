"""Rows of a long sheet as XML: counted, fingerprinted, typed, and never a formula made of somebody's text."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import compress
from typing import IO, Any, Self
from xml.sax.saxutils import escape

from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from inventory.errors import RuleBroken

MOST_CHARACTERS = 32_767
MOST_ROWS = 1_048_576
_EPOCH = dt.date(1899, 12, 30).toordinal()  # Excel's day 0
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
# Bytes at a time: small enough to stay in the processor's cache while they are compressed.
_BLOCK = 65_536
FORMATS = {"text": "@", "int": "0", "decimal": "0.000", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss"}
# Stand for a style until its number is known: control characters, since no text in XML holds one.
_MARKS = {kind: chr(number) for number, kind in enumerate(FORMATS)}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a long sheet: its heading, what it holds (a key of `FORMATS`) and its width in characters."""

    heading: str
    kind: str = "text"
    width: int = 14


@dataclass(slots=True)
class LongSheet:
    """A sheet whose rows are too many to hold: `Package` takes them as they come, or from the disk after `extend`."""

    title: str
    columns: Sequence[Column]
    # Its name in every language, and of its table.
    code: str = "rows"
    # How many columns, from the left, are printed; the others are for machines.
    printed: int | None = None
    # Whether a last column bears a fingerprint of each row, and `sha256` that of all of them.
    checked: bool = False
    rows: int = 0
    sha256: str = ""
    _all: Any = field(default_factory=hashlib.sha256)
    _xml: IO[bytes] | None = None

    def __post_init__(self) -> None:
        if self.checked:
            self.columns = [*self.columns, Column(str(_("Check")), width=18)]
            self.sha256 = self._all.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        if self._xml is not None:
            self._xml.close()

    def extend(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows and keep them on the disk; each value fits its column's kind, None leaves the cell empty.

        Refuses (RuleBroken) a text over 32,767 characters or more rows than a sheet holds: nothing is cut silently.
        """
        self._xml = self._xml or tempfile.TemporaryFile()  # noqa: SIM115  # closed with the sheet
        for block in self.blocks(rows, [_MARKS[column.kind] for column in self.columns]):
            self._xml.write(block)

    def blocks(self, rows: Iterable[Sequence[Any]], styles: Sequence[str]) -> Iterator[bytes]:
        """The rows as XML, some hundred at a time, each cell with its column's style; counted. Refuses as `extend`."""
        line = _line_writer(self.columns, styles)
        chunk: list[str] = []
        for values in self._fingerprinted(rows) if self.checked else rows:
            self.rows += 1
            number = self.rows + 1
            if number > MOST_ROWS:
                raise RuleBroken(_("A sheet holds at most %(most)s rows. Choose a shorter period."), most=MOST_ROWS)
            chunk.append(line(number, values))
            if len(chunk) == 500:
                yield "".join(chunk).encode()
                chunk.clear()
        yield "".join(chunk).encode()
        self.sha256 = self._all.hexdigest()

    def kept(self, styles: Sequence[str]) -> Iterator[bytes]:
        """The rows that `extend` kept, as `blocks` gives them."""
        if self._xml is None:
            return
        self._xml.seek(0)
        marks = {_MARKS[column.kind]: style for column, style in zip(self.columns, styles, strict=True)}
        while block := self._xml.read(_BLOCK):
            for mark, style in marks.items():
                block = block.replace(mark.encode(), style.encode())
            yield block

    def _fingerprinted(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        kinds = [column.kind for column in self.columns[:-1]]
        for values in rows:
            digest = fingerprint(kinds, values)
            self._all.update(f"{digest}\n".encode())
            yield (*values, digest)


def fingerprint(kinds: Sequence[str], values: Sequence[Any]) -> str:
    """Sixteen hexadecimal figures of the SHA-256 of a row, which survive that Excel saves it again.

    Texts as they are, numbers (dates and moments as Excel counts them) with six places, between units' separators.
    """
    said = (
        "" if value is None else str(value) if kind == "text" else f"{float(_number(value)):.6f}"
        for kind, value in zip(kinds, values, strict=True)
    )
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]


def plain_text(value: str) -> str:
    """Text as a cell can hold it: control characters as _xHHHH_. Refuses (RuleBroken) what is too long."""
    if len(value) > MOST_CHARACTERS:
        raise RuleBroken(_("A text is longer than the %(most)s characters of a cell."), most=MOST_CHARACTERS)
    value = _LOOKS_ESCAPED.sub(lambda found: "_x005F" + found.group(), value)
    return _CONTROL.sub(lambda found: f"_x{ord(found.group()):04X}_", value)


def _line_writer(columns: Sequence[Column], styles: Sequence[str]) -> Callable[[int, Sequence[Any]], str]:
    """Writes a row, given its number in the sheet: one format per combination of filled cells, made when first met."""
    formats: dict[tuple[bool, ...], _Line] = {}

    def write(number: int, values: Sequence[Any]) -> str:
        filled = tuple([value is not None and value != "" for value in values])
        line = formats.get(filled)
        if line is None:
            line = formats[filled] = _line(columns, styles, filled)
        cells = list(compress(values, filled))
        for place in line.numbers:
            if type(cells[place]) is not int:
                cells[place] = _number(cells[place])
        texts = [cells[place] for place in line.texts]
        try:
            harmless = _harmless(" ".join(texts))
        except TypeError:  # something that is no text yet
            harmless = False
        if not harmless:
            for place, text in zip(line.texts, texts, strict=True):
                cells[place] = escape(plain_text(str(text)))
        parts: list[Any] = [number] * line.parts
        parts[2::2] = cells
        return line.form % tuple(parts)

    return write


@dataclass(frozen=True, slots=True)
class _Line:
    """A row with the same cells filled: its XML, taking the row's number, then number and value of each cell.

    `texts` and `numbers` are places among the filled cells.
    """

    form: str
    parts: int
    texts: tuple[int, ...]
    numbers: tuple[int, ...]


def _line(columns: Sequence[Column], styles: Sequence[str], filled: tuple[bool, ...]) -> _Line:
    forms: list[str] = []
    texts: list[int] = []
    numbers: list[int] = []
    for place, (column, style, full) in enumerate(zip(columns, styles, filled, strict=True), start=1):
        if not full:
            continue
        cell = f'<c r="{get_column_letter(place)}%s" s="{style}"'
        if column.kind == "text":
            texts.append(len(forms))
            # An inline string is never a formula, whatever it begins with.
            forms.append(cell + ' t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>')
        else:
            numbers.append(len(forms))
            forms.append(cell + "><v>%s</v></c>")
    return _Line(f'<row r="%s">{"".join(forms)}</row>', 2 * len(forms) + 1, tuple(texts), tuple(numbers))


def _harmless(text: str) -> bool:
    """Whether texts, joined, need no escaping and are not too long: quick to say, and `False` may be wrong."""
    return (
        len(text) <= MOST_CHARACTERS
        and text.isprintable()
        and "&" not in text
        and "<" not in text
        and ">" not in text
        and "_x" not in text
    )


def _number(value: Any) -> int | Decimal | str:
    if isinstance(value, int | Decimal):
        return value
    if isinstance(value, dt.datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return f"{value.toordinal() - _EPOCH + seconds / 86400:.9f}"
    if isinstance(value, dt.date):
        return value.toordinal() - _EPOCH
    return int(value)
