"""Workbooks at length: openpyxl makes the package, long sheets are streamed into it, formulas keep their values.

openpyxl costs an object per cell, so that a long sheet is written here as XML rows; it writes formulas without their
results, so that a reader who does not calculate sees nothing: the results are put in here.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from inventory.reports.long_sheet import FORMATS, LongSheet

# Kinds of columns that are read by their right edge.
NUMBERS = ("int", "decimal")

# What is the same however long the sheets become: it goes first, so that whoever waits sees a beginning.
_FIRST = ("[Content_Types].xml", "_rels/.rels", "xl/theme/theme1.xml")
# Every file in the package bears this moment, so that the same input gives the same bytes.
_FIXED = (2000, 1, 1, 0, 0, 0)


class _Pipe:
    """What a zip file writes, until it is taken away; it cannot go back, so that the zip needs no file."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def taken(self) -> bytes:
        """Everything since the last time."""
        found, self._parts = b"".join(self._parts), []
        return found


class Package:
    """A workbook of short sheets by openpyxl and long sheets by stream."""

    def __init__(self, left: str = "", right: str = "") -> None:
        """`left` and `right`: what stands at the foot of every printed page."""
        self._foot = left, right
        self.book = Workbook()
        self.book.remove(self.book.active)
        moment = dt.datetime(*_FIXED)  # noqa: DTZ001
        self.book.properties.created = self.book.properties.modified = moment
        self._long: list[tuple[LongSheet, Iterable[Sequence[Any]] | None]] = []
        self._results: dict[str, dict[str, int | str]] = {}

    def short(self, title: str) -> Worksheet:
        """A new sheet to fill through openpyxl."""
        page = self.book.create_sheet(title)
        landscape(page, *self._foot)
        return page

    def long(self, sheet: LongSheet, rows: Iterable[Sequence[Any]] | None = None) -> None:
        """Add a long sheet: frozen heading, filter, widths, on A4 landscape with its heading on each page.

        Its rows are those that `extend` kept, or `rows`, which are only asked for when the sheet is written.
        """
        page = self.book.create_sheet(sheet.title)
        lines = 2
        for place, column in enumerate(sheet.columns, start=1):
            head(page.cell(1, place, column.heading), number=column.kind in NUMBERS)
            cell = page.cell(2, place, 0)
            cell.number_format = FORMATS[column.kind]
            if column.kind == "text":
                # Set off from the figures at its left.
                cell.alignment = Alignment(horizontal="left", indent=1)
            # No word of a heading is broken, in whichever language.
            width = max(column.width, *(len(word) * 6 // 5 + 3 for word in column.heading.split()))
            page.column_dimensions[get_column_letter(place)].width = width
            lines = max(lines, -(-len(column.heading) // (width - 3)))
        page.row_dimensions[1].height = 16 * lines
        page.freeze_panes = "A2"
        _as_table(page, sheet, f"{sheet.code}{sum(sheet.code == one.code for one, _rows in self._long) or ''}")
        page.print_title_rows = "1:1"
        landscape(page, *self._foot)
        self._long.append((sheet, rows))

    def formula(self, page: Worksheet, cell: str, formula: str, result: int | str) -> None:
        """A live formula with the result it has now, so that readers who do not calculate see it too."""
        page[cell] = formula
        self._results.setdefault(page.title, {})[cell] = result

    def write(self, target: IO[bytes]) -> None:
        """Write the finished package; as `chunks` gives it."""
        for chunk in self.chunks():
            target.write(chunk)

    def chunks(self, finish: Callable[[], None] | None = None) -> Iterator[bytes]:
        """The package as it comes into being: level 1 compression, fixed dates, identical input gives identical bytes.

        All sheets are added before; `finish` fills the short ones when the long ones are written and counted. It holds
        no more than some hundred rows.
        """
        pipe = _Pipe()
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as out:  # type: ignore[call-overload]  # it only writes
            laid = self._parts()
            written = dict.fromkeys(_FIRST)
            for name in _FIRST:
                _put(out, name, laid[name])
            yield pipe.taken()
            for sheet, rows in self._long:
                name = self._name(sheet.title)
                written[name] = None
                with out.open(_info(name), "w", force_zip64=True) as entry:
                    for block in _spliced(laid[name], sheet, rows):
                        entry.write(block)
                        yield pipe.taken()
            if finish is not None:
                finish()
            self._measure()
            parts = self._parts()
            for name in sorted(parts.keys() - written.keys()):
                _put(out, name, parts[name])
        yield pipe.taken()

    def _name(self, title: str) -> str:
        return f"xl/worksheets/sheet{self.book.sheetnames.index(title) + 1}.xml"

    def _measure(self) -> None:
        """Tables and printed areas as long as their sheets have become."""
        for sheet, _rows in self._long:
            page = self.book[sheet.title]
            (table,) = page.tables.values()
            table.ref = table.autoFilter.ref = _reach(sheet)
            page.print_area = f"A1:{get_column_letter(sheet.printed or len(sheet.columns))}{sheet.rows + 1}"

    def _parts(self) -> dict[str, bytes]:
        """The package's files as openpyxl makes them, long sheets with one empty row, formulas with their results."""
        plain = io.BytesIO()
        self.book.save(plain)
        with zipfile.ZipFile(plain) as source:
            found = {name: source.read(name) for name in source.namelist()}
        # openpyxl writes the moment of saving, whatever was set.
        core = found["docProps/core.xml"]
        found["docProps/core.xml"] = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", core)
        for title, results in self._results.items():
            found[self._name(title)] = _with_results(found[self._name(title)], results)
        return found


def _as_table(page: Worksheet, sheet: LongSheet, name: str) -> None:
    """Make the rows a table, which readers sort and filter; a table has at least one row."""
    table = Table(displayName=name, ref=_reach(sheet))
    # Told its columns: to find them by itself openpyxl would make a cell for each of the rows that it never holds.
    for number, column in enumerate(sheet.columns, start=1):
        table.tableColumns.append(TableColumn(id=number, name=column.heading))
    table.autoFilter = AutoFilter(ref=table.ref)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    page.add_table(table)


def _reach(sheet: LongSheet) -> str:
    return f"A1:{get_column_letter(len(sheet.columns))}{max(sheet.rows, 1) + 1}"


def head(cell: Cell, *, number: bool = False) -> None:
    """A heading: white on the house's green, above its figures at the right, above its texts at the left."""
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", start_color="0B5C57")
    cell.alignment = Alignment(
        horizontal="right" if number else "left", indent=0 if number else 1, vertical="center", wrap_text=True
    )


def landscape(page: Worksheet, left: str = "", right: str = "") -> None:
    """Print on A4 landscape, as wide as the paper, with page numbers."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "&A – &P / &N"
    page.oddFooter.left.text, page.oddFooter.right.text = left, right


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _FIXED)
    info.compress_type = zipfile.ZIP_DEFLATED
    # The level of the ZipFile is not used for a ZipInfo: without this it would be 6.
    info._compresslevel = 1  # type: ignore[attr-defined]
    return info


def _put(out: zipfile.ZipFile, name: str, data: bytes) -> None:
    with out.open(_info(name), "w") as entry:
        entry.write(data)


def _spliced(data: bytes, sheet: LongSheet, rows: Iterable[Sequence[Any]] | None) -> Iterator[bytes]:
    """A sheet's XML with the rows in the place of the one that openpyxl wrote; it does not say beforehand how many."""
    styles = [found.decode() for found in re.findall(rb'<c r="[A-Z]+2" s="(\d+)"', data)]
    start = data.index(b"</row>", data.index(b'<row r="1"')) + 6
    yield re.sub(rb"<dimension [^>]*/>", b"", data[:start], count=1)
    yield from sheet.kept(styles) if rows is None else sheet.blocks(rows, styles)
    yield data[data.index(b"</sheetData>") :]


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
