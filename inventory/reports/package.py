"""Workbooks at length: openpyxl makes the package, long sheets are streamed into it, formulas keep their values.

openpyxl costs an object per cell, so that a long sheet is written here as XML rows; it writes formulas without their
results, so that a reader who does not calculate sees nothing: the results are put in here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import compress
from typing import IO, Any, Self
from xml.sax.saxutils import escape

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from inventory.errors import RuleBroken

MOST_CHARACTERS = 32_767
MOST_ROWS = 1_048_576
_EPOCH = dt.date(1899, 12, 30).toordinal()  # Excel's day 0
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
# Bytes at a time: small enough to stay in the processor's cache while they are compressed.
_BLOCK = 65_536
# Every file in the package bears this moment, so that the same input gives the same bytes.
_FIXED = (2000, 1, 1, 0, 0, 0)

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
    """A sheet whose rows are streamed to disk; add rows, then hand it to `Package`; closing it frees the disk."""

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
    _xml: IO[bytes] = field(default_factory=tempfile.TemporaryFile)

    def __post_init__(self) -> None:
        if self.checked:
            self.columns = [*self.columns, Column(str(_("Check")), width=18)]
            self.sha256 = self._all.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._xml.close()

    def extend(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows; each value fits its column's kind, None leaves the cell empty.

        Refuses (RuleBroken) a text over 32,767 characters or more rows than a sheet holds: nothing is cut silently.
        """
        line = _line_writer(self.columns)
        chunk: list[str] = []
        for values in self._fingerprinted(rows) if self.checked else rows:
            self.rows += 1
            number = self.rows + 1
            if number > MOST_ROWS:
                raise RuleBroken(_("A sheet holds at most %(most)s rows. Choose a shorter period."), most=MOST_ROWS)
            chunk.append(line(number, values))
            if len(chunk) == 500:
                self._xml.write("".join(chunk).encode())
                chunk.clear()
        self._xml.write("".join(chunk).encode())
        self.sha256 = self._all.hexdigest()

    def _fingerprinted(self, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        kinds = [column.kind for column in self.columns[:-1]]
        for values in rows:
            digest = fingerprint(kinds, values)
            self._all.update(f"{digest}\n".encode())
            yield (*values, digest)

    def write_rows(self, target: IO[bytes], styles: Sequence[str]) -> None:
        """Copy the rows as XML, with the style number of each column in place."""
        self._xml.seek(0)
        marks = {_MARKS[column.kind]: style for column, style in zip(self.columns, styles, strict=True)}
        while block := self._xml.read(_BLOCK):
            for mark, style in marks.items():
                block = block.replace(mark.encode(), style.encode())
            target.write(block)


class Package:
    """A workbook of short sheets by openpyxl and long sheets by stream."""

    def __init__(self, left: str = "", right: str = "") -> None:
        """`left` and `right`: what stands at the foot of every printed page."""
        self._foot = left, right
        self.book = Workbook()
        self.book.remove(self.book.active)
        moment = dt.datetime(*_FIXED)  # noqa: DTZ001
        self.book.properties.created = self.book.properties.modified = moment
        self._long: dict[str, LongSheet] = {}
        self._results: dict[str, dict[str, int | str]] = {}

    def short(self, title: str) -> Worksheet:
        """A new sheet to fill through openpyxl."""
        page = self.book.create_sheet(title)
        landscape(page, *self._foot)
        return page

    def long(self, sheet: LongSheet) -> None:
        """Add a streamed sheet: frozen heading, filter, widths, on A4 landscape with its heading on each page."""
        page = self.book.create_sheet(sheet.title)
        for place, column in enumerate(sheet.columns, start=1):
            heading = page.cell(1, place, column.heading)
            heading.font = Font(bold=True, color="FFFFFF")
            heading.fill = PatternFill("solid", start_color="0B5C57")
            heading.alignment = Alignment(vertical="center", wrap_text=True)
            page.cell(2, place, 0).number_format = FORMATS[column.kind]
            page.column_dimensions[get_column_letter(place)].width = column.width
        page.row_dimensions[1].height = 32
        page.freeze_panes = "A2"
        _as_table(page, sheet, f"{sheet.code}{sum(sheet.code == one.code for one in self._long.values()) or ''}")
        page.print_title_rows = "1:1"
        page.print_area = f"A1:{get_column_letter(sheet.printed or len(sheet.columns))}{sheet.rows + 1}"
        landscape(page, *self._foot)
        self._long[sheet.title] = sheet

    def formula(self, page: Worksheet, cell: str, formula: str, result: int | str) -> None:
        """A live formula with the result it has now, so that readers who do not calculate see it too."""
        page[cell] = formula
        self._results.setdefault(page.title, {})[cell] = result

    def write(self, target: IO[bytes]) -> None:
        """Write the finished package: level 1 compression, fixed dates, identical input gives identical bytes."""
        plain = io.BytesIO()
        self.book.save(plain)
        paths = {page.title: f"xl/worksheets/sheet{number}.xml" for number, page in enumerate(self.book, start=1)}
        titles = {path: title for title, path in paths.items()}
        with (
            zipfile.ZipFile(plain) as source,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out,
        ):
            for name in sorted(source.namelist()):
                info = zipfile.ZipInfo(name, _FIXED)
                info.compress_type = zipfile.ZIP_DEFLATED
                # The level of the ZipFile is not used for a ZipInfo: without this it would be 6.
                info._compresslevel = 1  # type: ignore[attr-defined]
                data = source.read(name)
                if name == "docProps/core.xml":
                    # openpyxl writes the moment of saving, whatever was set.
                    data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data)
                title = titles.get(name, "")
                with out.open(info, "w", force_zip64=True) as entry:
                    if title in self._long:
                        _splice(data, self._long[title], entry)
                    else:
                        entry.write(_with_results(data, self._results.get(title, {})))


def fingerprint(kinds: Sequence[str], values: Sequence[Any]) -> str:
    """Sixteen hexadecimal figures of the SHA-256 of a row, which survive that Excel saves it again.

    Texts as they are, numbers (dates and moments as Excel counts them) with six places, between units' separators.
    """
    said = (
        "" if value is None else str(value) if kind == "text" else f"{float(_number(value)):.6f}"
        for kind, value in zip(kinds, values, strict=True)
    )
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]


def _as_table(page: Worksheet, sheet: LongSheet, name: str) -> None:
    """Make the rows a table, which readers sort and filter; a table has at least one row."""
    table = Table(displayName=name, ref=f"A1:{get_column_letter(len(sheet.columns))}{max(sheet.rows, 1) + 1}")
    # Told its columns: to find them by itself openpyxl would make a cell for each of the rows that it never holds.
    for number, column in enumerate(sheet.columns, start=1):
        table.tableColumns.append(TableColumn(id=number, name=column.heading))
    table.autoFilter = AutoFilter(ref=table.ref)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    page.add_table(table)


def landscape(page: Worksheet, left: str = "", right: str = "") -> None:
    """Print on A4 landscape, as wide as the paper, with page numbers."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "&A – &P / &N"
    page.oddFooter.left.text, page.oddFooter.right.text = left, right


def plain_text(value: str) -> str:
    """Text as a cell can hold it: control characters as _xHHHH_. Refuses (RuleBroken) what is too long."""
    if len(value) > MOST_CHARACTERS:
        raise RuleBroken(_("A text is longer than the %(most)s characters of a cell."), most=MOST_CHARACTERS)
    value = _LOOKS_ESCAPED.sub(lambda found: "_x005F" + found.group(), value)
    return _CONTROL.sub(lambda found: f"_x{ord(found.group()):04X}_", value)


def _line_writer(columns: Sequence[Column]) -> Callable[[int, Sequence[Any]], str]:
    """Writes a row, given its number in the sheet: one format per combination of filled cells, made when first met."""
    formats: dict[tuple[bool, ...], _Line] = {}

    def write(number: int, values: Sequence[Any]) -> str:
        filled = tuple([value is not None and value != "" for value in values])
        line = formats.get(filled)
        if line is None:
            line = formats[filled] = _line(columns, filled)
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


def _line(columns: Sequence[Column], filled: tuple[bool, ...]) -> _Line:
    forms: list[str] = []
    texts: list[int] = []
    numbers: list[int] = []
    for place, (column, full) in enumerate(zip(columns, filled, strict=True), start=1):
        if not full:
            continue
        cell = f'<c r="{get_column_letter(place)}%s" s="{_MARKS[column.kind]}"'
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


def _splice(data: bytes, sheet: LongSheet, target: IO[bytes]) -> None:
    styles = [found.decode() for found in re.findall(rb'<c r="[A-Z]+2" s="(\d+)"', data)]
    start = data.index(b"</row>", data.index(b'<row r="1"')) + 6
    end = data.index(b"</sheetData>")
    last = f"{get_column_letter(len(sheet.columns))}{sheet.rows + 1}"
    head = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="A1:{last}"'.encode(), data[:start], count=1)
    target.write(head)
    sheet.write_rows(target, styles)
    target.write(data[end:])


def _with_results(data: bytes, results: dict[str, int | str]) -> bytes:
    for cell, result in results.items():
        kind = b' t="str"' if isinstance(result, str) else b""
        value = escape(str(result)).encode()
        pattern = rb'<c r="%s"( s="\d+")?( t="\w+")?>(<f>.*?</f>)<v ?(?:/>|></v>)</c>' % cell.encode()
        found = re.search(pattern, data)
        if found is None:
            raise ValueError(f"no formula in {cell}")
        kept = b'<c r="%s"%s%s>%s<v>%s</v></c>' % (cell.encode(), found[1] or b"", kind, found[3], value)
        data = data[: found.start()] + kept + data[found.end() :]
    return data
