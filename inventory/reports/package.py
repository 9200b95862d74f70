"""Workbooks at length: openpyxl makes the package, long sheets are streamed into it, formulas keep their values.

openpyxl costs an object per cell, so that a long sheet is written here as XML rows; it writes formulas without their
results, so that a reader who does not calculate sees nothing: the results are put in here.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any, Self
from xml.sax.saxutils import escape

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from inventory.errors import RuleBroken

MOST_CHARACTERS = 32_767
MOST_ROWS = 1_048_576
_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001  # Excel's day 0 has no zone
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")
_RISKY = re.compile(r"[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
# Every file in the package bears this moment, so that the same input gives the same bytes.
_FIXED = (2000, 1, 1, 0, 0, 0)

FORMATS = {"text": "@", "int": "0", "decimal": "0.000", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss"}


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
    # How many columns, from the left, are printed; the others are for machines.
    printed: int | None = None
    rows: int = 0
    _xml: IO[bytes] = field(default_factory=tempfile.TemporaryFile)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._xml.close()

    def extend(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows; each value fits its column's kind, None leaves the cell empty.

        Refuses (RuleBroken) a text over 32,767 characters or more rows than a sheet holds: nothing is cut silently.
        """
        letters = [get_column_letter(number) for number in range(1, len(self.columns) + 1)]
        kinds = [column.kind for column in self.columns]
        chunk: list[str] = []
        for values in rows:
            self.rows += 1
            number = self.rows + 1
            if number > MOST_ROWS:
                raise RuleBroken(_("A sheet holds at most %(most)s rows. Choose a shorter period."), most=MOST_ROWS)
            cells = "".join(
                _cell(letter, number, place, kind, value)
                for place, (letter, kind, value) in enumerate(zip(letters, kinds, values, strict=True))
                if value is not None and value != ""
            )
            chunk.append(f'<row r="{number}">{cells}</row>')
            if len(chunk) == 500:
                self._xml.write("".join(chunk).encode())
                chunk.clear()
        self._xml.write("".join(chunk).encode())

    def write_rows(self, target: IO[bytes], styles: Sequence[str]) -> None:
        """Copy the rows as XML, with the style number of each column in place."""
        self._xml.seek(0)
        # Only in a cell's own tag: a text may hold such a mark too, but never a bare `<`.
        pattern = re.compile('(<c r="[A-Z]+[0-9]+" s=)"§([0-9]+)§"'.encode())
        marks = {str(place).encode(): f'"{style}"'.encode() for place, style in enumerate(styles)}
        rest = b""
        while block := self._xml.read(1_000_000):
            block = rest + block
            cut = block.rfind(b"</row>") + 6
            rest = block[cut:]
            target.write(pattern.sub(lambda found: found[1] + marks[found[2]], block[:cut]))
        target.write(rest)


class Package:
    """A workbook of short sheets by openpyxl and long sheets by stream."""

    def __init__(self) -> None:
        self.book = Workbook()
        self.book.remove(self.book.active)
        moment = dt.datetime(*_FIXED)  # noqa: DTZ001
        self.book.properties.created = self.book.properties.modified = moment
        self._long: dict[str, LongSheet] = {}
        self._results: dict[str, dict[str, int | str]] = {}

    def short(self, title: str) -> Worksheet:
        """A new sheet to fill through openpyxl."""
        return self.book.create_sheet(title)

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
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{sheet.rows + 1}"
        page.print_title_rows = "1:1"
        page.print_area = f"A1:{get_column_letter(sheet.printed or len(sheet.columns))}{sheet.rows + 1}"
        landscape(page)
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
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
        ):
            for name in sorted(source.namelist()):
                info = zipfile.ZipInfo(name, _FIXED)
                info.compress_type = zipfile.ZIP_DEFLATED
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


def landscape(page: Worksheet) -> None:
    """Print on A4 landscape, as wide as the paper, with page numbers."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "&A – &P / &N"


def plain_text(value: str) -> str:
    """Text as a cell can hold it: control characters as _xHHHH_. Refuses (RuleBroken) what is too long."""
    if len(value) > MOST_CHARACTERS:
        raise RuleBroken(_("A text is longer than the %(most)s characters of a cell."), most=MOST_CHARACTERS)
    value = _LOOKS_ESCAPED.sub(lambda found: "_x005F" + found.group(), value)
    return _CONTROL.sub(lambda found: f"_x{ord(found.group()):04X}_", value)


def _cell(letter: str, row: int, place: int, kind: str, value: Any) -> str:
    if kind == "text":
        text = str(value)
        if len(text) > MOST_CHARACTERS or _RISKY.search(text):
            text = escape(plain_text(text))
        # An inline string is never a formula, whatever it begins with.
        return f'<c r="{letter}{row}" s="§{place}§" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    return f'<c r="{letter}{row}" s="§{place}§"><v>{_number(value)}</v></c>'


def _number(value: Any) -> str:
    if isinstance(value, dt.datetime):
        span = value.replace(tzinfo=None) - _EPOCH
        return f"{span.days + span.seconds / 86400:.9f}"
    if isinstance(value, dt.date):
        return str((value - _EPOCH.date()).days)
    return str(value if isinstance(value, int | Decimal) else int(value))


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
