"""The sheet of a workbook that holds the list, read by calamine; a long sheet piece by piece. Runs in the child."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.etree import ElementTree  # entities were refused before

import python_calamine as calamine

from imports.readers.archive import BROKEN, LONG_SHEET, Archive, Sheet, checked_archive, unpacked
from imports.readers.limits import Limits, Unreadable, column_letters
from imports.readers.old_excel import checked_old_workbook
from imports.readers.shared import EMPTY, PATH, shared_texts
from imports.readers.sifting import Head, RawRow, find_head

_PIECE_OF_SHEET = 1_500_000
# Such a sheet is in one piece.
_LONGEST_ODS = 160_000_000
_FAILED = (calamine.CalamineError, OSError, ValueError)
_END_OF_ROW = b"</row>"
_EMPTY_ERROR = re.compile(rb' office:string-value=""(?=[^<>]{0,200}value-type="error")')
_FIRST_ROW = re.compile(rb"<row(?=[ >])")
# Excel's own words for an error are lost on the way; any of them says the same to a clerk.
ERROR = "#REF!"
UNCALCULATED = "#FORMULA!"


@dataclass(slots=True)
class Found:
    """The sheet with the list: where its headings stand, the rows to come, and what it says of itself."""

    head: Head
    rows: Iterator[RawRow]
    sheet: str
    other_sheets: list[str] = field(default_factory=list)
    since_1904: bool = False


def workbook_list(file: BinaryIO, limits: Limits) -> tuple[str, Found]:
    """The format, and the first visible sheet with headings that we know, else the first with something in it.

    Refuses damaged, encrypted, oversized and macro files, and headings in merged cells.
    """
    file.seek(0)
    if file.read(2) != b"PK":
        data = _whole(file)
        old = checked_old_workbook(data.getvalue())
        sheets = [Sheet(errors=errors) for errors in old.errors]
        return "xls", _found(_Book(data, limits, lambda place: _at(sheets, place), old.since_1904))
    archive = checked_archive(file, limits)
    if archive.kind == "ods":
        size = sum(sheet.size for sheet in archive.sheets.values())
        if size > _LONGEST_ODS:
            raise Unreadable("too_big_ods")
        told = any(sheet.errors for sheet in archive.sheets.values())
        source = _rebuilt(file, archive, {"content.xml": _with_errors(archive.zip)}) if told else _whole(file)
        return "ods", _found(_Book(source, limits, lambda place: Sheet(), since_1904=False))
    return "xlsx", _found(_Xlsx(file, archive, limits))


class _Book:
    """A workbook as calamine gives it: visible worksheets by name, each with its rows."""

    def __init__(self, file: BinaryIO, limits: Limits, marks: Any, since_1904: bool) -> None:
        self.limits, self.marks, self.since_1904 = limits, marks, since_1904
        self.book = _opened(file)
        if len(self.book.sheets_metadata) > limits.sheets:
            raise Unreadable("sheets", limit=limits.sheets)

    def names(self) -> list[tuple[int, str]]:
        """Place and name of every worksheet that a person sees."""
        return [
            (place, sheet.name)
            for place, sheet in enumerate(self.book.sheets_metadata)
            if sheet.visible == calamine.SheetVisibleEnum.Visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]

    def rows(self, place: int) -> Iterator[RawRow]:
        """The rows of a sheet that hold something."""
        return _rows(_sheet(self.book, place), self.mark_of(place), self.limits)

    def is_long(self, place: int) -> bool:
        """Whether a sheet is read piece by piece."""
        return False

    def mark_of(self, place: int) -> Sheet:
        """What was seen of a sheet before the library read it."""
        found: Sheet = self.marks(place)
        return found


class _Xlsx(_Book):
    """A workbook of Excel: its parts are known by name, so that a long sheet can be read piece by piece."""

    def __init__(self, file: BinaryIO, archive: Archive, limits: Limits) -> None:
        self.file, self.archive = file, archive
        self.paths, self.since = _sheet_paths(archive.zip)
        long = {path for path, sheet in archive.sheets.items() if sheet.size > LONG_SHEET}
        self.long = long
        self.texts = shared_texts(file, archive) if long else None
        # The library opens what it is given: without long sheets, opening costs what the small parts cost.
        without = dict.fromkeys(long, _EMPTY_SHEET) | ({PATH: EMPTY} if self.texts else {})
        super().__init__(_rebuilt(file, archive, without) if long else _whole(file), limits, self._mark, self.since)

    def _mark(self, place: int) -> Sheet:
        return self.archive.sheets.get(self._path(place), Sheet())

    def _path(self, place: int) -> str:
        return self.paths[place] if place < len(self.paths) else ""

    def is_long(self, place: int) -> bool:
        return self._path(place) in self.long

    def rows(self, place: int) -> Iterator[RawRow]:
        apart = self.is_long(place) or (self.texts and self._path(place) in self.archive.sheets)
        return self._rows_apart(self._path(place), place) if apart else super().rows(place)

    def _rows_apart(self, path: str, place: int) -> Iterator[RawRow]:
        marks = self.mark_of(place)
        content = unpacked(self.file, self.archive.zip.getinfo(path))
        for piece in _pieces(content) if self.is_long(place) else [b"".join(content)]:
            sheet = self._sheet_of(path, place, piece)
            yield from _rows(sheet, marks, self.limits)
            # Two of them are not held at once.
            del sheet

    def _sheet_of(self, path: str, place: int, piece: bytes) -> Any:
        replaced = {path: piece}
        if self.texts:
            replaced[path], replaced[PATH] = self.texts.for_piece(piece)
        return _sheet(_opened(_with_sheet(self.file, self.archive, replaced)), place)


def _found(book: _Book) -> Found:
    fallback: Found | None = None
    others: list[str] = []
    chosen: Found | None = None
    for place, name in book.names():
        rows = book.rows(place)
        if chosen is not None:
            others += [name] if book.is_long(place) or next(rows, None) else []
            continue
        head = find_head(rows, book.limits)
        if head is None:
            continue
        found = Found(head, rows, name, since_1904=book.since_1904)
        if head.score >= 2:
            chosen = found
            _check_merged(head, book.mark_of(place))
        elif fallback is None:
            fallback = found
            _check_merged(head, book.mark_of(place))
        else:
            others.append(name)
    if chosen and fallback:
        others.insert(0, fallback.sheet)
    result = chosen or fallback
    if result is None:
        raise Unreadable("empty_workbook")
    result.other_sheets = others
    return result


def _check_merged(head: Head, marks: Sheet) -> None:
    width = len(head.headers)
    for top, left, bottom, right in sorted(marks.merged):
        first, last = f"{column_letters(left)}{top}", f"{column_letters(right)}{bottom}"
        if left >= width or bottom < head.line:
            continue
        if top <= head.line <= bottom:
            raise Unreadable("merged_headings", line=head.line, first=first, last=last)
        if bottom > top:
            raise Unreadable("merged_cells", line=top, first=first, last=last)


def _opened(file: BinaryIO) -> Any:
    try:
        return calamine.CalamineWorkbook.from_filelike(file)
    except calamine.PasswordError:
        raise Unreadable("encrypted") from None
    except _FAILED:
        raise Unreadable("corrupt") from None


def _sheet(book: Any, place: int) -> Any:
    try:
        return book.get_sheet_by_index(place)
    except _FAILED:
        raise Unreadable("corrupt") from None


def _rows(sheet: Any, marks: Sheet, limits: Limits) -> Iterator[RawRow]:
    if sheet.start is None:
        return
    top, left = sheet.start
    if left + sheet.width > limits.columns:
        raise Unreadable("columns", limit=limits.columns)
    margin = [""] * left
    wrong = {line for line, _column in marks.errors | marks.uncalculated}
    last: tuple[type, ...] | None = None
    others: list[int] = []
    numbers: list[int] = []
    dates: list[int] = []
    # Blank lines above the first cell are given too.
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        if line <= top:
            continue
        texts = margin + cells if margin else cells
        kinds = tuple(map(type, texts))
        if kinds != last:
            # In most lists the rows are alike.
            last = kinds
            others = [position for position, kind in enumerate(kinds) if kind is not str]
            numbers = [position for position in others if kinds[position] in (float, int)]
            dates = [position for position in others if issubclass(kinds[position], datetime.date)]
        for position in others:
            texts[position] = as_text(texts[position])
        if line in wrong:
            _put_errors(line, texts, marks)
        yield RawRow(line, texts, numbers, dates)


def _put_errors(line: int, texts: list[str], marks: Sheet) -> None:
    for position, text in enumerate(texts):
        if (line, position) in marks.errors:
            texts[position] = ERROR
        elif not text and (line, position) in marks.uncalculated:
            texts[position] = UNCALCULATED


def as_text(cell: Any) -> str:
    """A cell as a clerk reads it: 4001.0 is 4001, a date is ISO, 16 digits stay as broken as they are."""
    if isinstance(cell, float):
        return f"{cell:.15G}"
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int):
        return f"{cell:.15G}"
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time(0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _sheet_paths(archive: zipfile.ZipFile) -> tuple[list[str], bool]:
    """The zip names of the sheets in the workbook's order, and whether days count from 1904."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (*BROKEN, ElementTree.ParseError):
        raise Unreadable("corrupt") from None
    targets = {relation.get("Id", ""): relation.get("Target", "") for relation in relations}
    paths, since_1904 = [], False
    for element in book.iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "workbookPr":
            since_1904 = element.get("date1904", "0") in ("1", "true")
        elif kind == "sheet":
            linked = next((value for name, value in element.items() if name.endswith("}id")), "")
            target = targets.get(linked, "")
            paths.append(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    return paths, since_1904


_EMPTY_SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData></sheetData></worksheet>'
)


def _whole(file: BinaryIO) -> io.BytesIO:
    file.seek(0)
    return io.BytesIO(file.read())


def _with_sheet(file: BinaryIO, archive: Archive, replaced: dict[str, bytes]) -> BinaryIO:
    # The other sheets are not asked for again.
    return _rebuilt(file, archive, {**dict.fromkeys(archive.sheets, _EMPTY_SHEET), **replaced})


def _rebuilt(file: BinaryIO, archive: Archive, replaced: dict[str, bytes]) -> BinaryIO:
    """The same workbook with other sheets, not packed again: only what the library needs to read cells."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as rebuilt:
        for entry in archive.zip.infolist():
            name = entry.filename
            if name in replaced:
                rebuilt.writestr(name, replaced[name])
            elif name.lower().endswith((".xml", ".rels", "mimetype")) and "drawing" not in name and "media" not in name:
                with rebuilt.open(zipfile.ZipInfo(name), "w", force_zip64=entry.file_size > 1 << 31) as target:
                    for piece in unpacked(file, entry):
                        target.write(piece)
    out.seek(0)
    return out


def _with_errors(archive: zipfile.ZipFile) -> bytes:
    """The content of an OpenDocument sheet whose formulas' errors are read as they are shown, not as empty text."""
    return _EMPTY_ERROR.sub(b"", archive.read("content.xml"))


def _pieces(stream: Iterator[bytes]) -> Iterator[bytes]:
    """A sheet's markup cut after rows into sheets of their own, each with the beginning of the whole."""
    buffer = bytearray()
    beginning = b""
    for part in stream:
        buffer += part
        if not beginning:
            if not (found := _FIRST_ROW.search(buffer)):
                if len(buffer) > _PIECE_OF_SHEET:
                    raise Unreadable("corrupt")
                continue
            beginning = bytes(buffer[: found.start()])
            del buffer[: found.start()]
            if b' r="' not in buffer[:200].partition(b">")[0]:
                raise Unreadable("too_big")
        if len(buffer) >= _PIECE_OF_SHEET:
            end = buffer.rfind(_END_OF_ROW) + len(_END_OF_ROW)
            if end < len(_END_OF_ROW):
                raise Unreadable("too_big")
            yield beginning + bytes(buffer[:end]) + b"</sheetData></worksheet>"
            del buffer[:end]
    yield beginning + bytes(buffer)


def _at(sheets: list[Sheet], place: int) -> Sheet:
    return sheets[place] if place < len(sheets) else Sheet()
