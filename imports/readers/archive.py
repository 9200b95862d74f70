"""What a zip archive is and really holds, known before any library reads a sheet of it. Runs in the child."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from imports.readers.limits import Limits, Unreadable, cell_place

_PIECE = 1 << 20
# From here on a sheet is handed to the library in pieces: it keeps thirteen bytes for each of ours.
LONG_SHEET = 32_000_000
# Enough to hold a cell's tag, or a short formula with its cell, that lies across two pieces.
_OVERLAP = 2048
# The last column that is read is IV, the 256th.
_FAR_COLUMN = re.compile(rb' r="(?:[A-Z]{3}|[J-Z][A-Z]|I[W-Z])\d')
_ROW = re.compile(rb'<(?:\w+:)?row [^>]{0,200}?\br="(\d{1,9})"')
_MARKUP = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MARKUP_UTF16 = re.compile(rb"<\x00?!\x00?\s?\x00?(?:D\x00?O\x00?C\x00?T|E\x00?N\x00?T\x00?I)", re.IGNORECASE)
_ERROR = re.compile(rb'<(?:\w+:)?c [^>]{0,200}?t="e"[^>]{0,200}>')
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3}\d{1,7})"')
# A formula that was never calculated: no value follows it in its cell.
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?c ([^>]{0,200})>\s*<(?:\w+:)?f(?:\s[^>]{0,300})?(?:/>|>[^<]{0,1500}</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})"')
_REPEATED = re.compile(rb'number-(columns|rows)-repeated="(\d{1,30})"')
_MOST_MARKED = 20_000
# What the standard library makes of an entry that is not as the directory says.
BROKEN = (KeyError, ValueError, RuntimeError, NotImplementedError, OSError, EOFError, zipfile.BadZipFile, zlib.error)


@dataclass(slots=True)
class Sheet:
    """What was seen of one sheet's markup: its unpacked bytes, cells without value, and merged cells."""

    size: int = 0
    errors: set[tuple[int, int]] = field(default_factory=set)
    uncalculated: set[tuple[int, int]] = field(default_factory=set)
    merged: set[tuple[int, int, int, int]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive whose every entry was unpacked once: `kind` is xlsx or ods, sheets by their names in the zip."""

    zip: zipfile.ZipFile
    kind: str
    sheets: dict[str, Sheet]


def checked_archive(file: BinaryIO, limits: Limits) -> Archive:
    """Refuse by the zip directory, then by what really unpacks.

    Refuses damaged, oversized, encrypted and macro archives, entities, and what is no spreadsheet.
    """
    file.seek(0)
    if file.read(2) != b"PK":
        raise Unreadable("corrupt")
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeError):
        raise Unreadable("corrupt") from None
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    lowered = {name.lower() for name in names}
    if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
        raise Unreadable("too_big")
    if len(lowered) != len(names) or any(map(_leads_away, names)):
        raise Unreadable("corrupt")
    kind = _kind(archive, lowered)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unreadable("encrypted")
    _check_places(entries)
    sheets: dict[str, Sheet] = {}
    budget = limits.unpacked_bytes
    for entry in entries:
        name = entry.filename.lower()
        is_sheet = name.startswith("xl/worksheets/") if kind == "xlsx" else name == "content.xml"
        sheet = sheets.setdefault(entry.filename, Sheet()) if is_sheet else None
        budget -= _unpack(file, entry, budget, limits, sheet, kind)
    return Archive(archive, kind, sheets)


def unpacked(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What an entry unpacks to, a piece of a megabyte at a time. Refuses what does not unpack."""
    file.seek(entry.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Unreadable("corrupt")
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = entry.compress_size
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable("corrupt")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0 and not (inflate and inflate.eof):
        packed = file.read(min(left, _PIECE))
        if not packed:
            raise Unreadable("corrupt")
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed and not inflate.eof:
            place = file.tell()
            try:
                piece = inflate.decompress(packed, _PIECE)
            except zlib.error:
                raise Unreadable("corrupt") from None
            packed = inflate.unconsumed_tail
            yield piece
            file.seek(place)
    if inflate is not None and not inflate.eof:
        raise Unreadable("corrupt")


def _leads_away(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or not name.isprintable()


def _kind(archive: zipfile.ZipFile, lowered: set[str]) -> str:
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lowered):
        raise Unreadable("macros")
    if "basic/script-lc.xml" in lowered:
        raise Unreadable("macros")
    if "xl/workbook.bin" in lowered:
        raise Unreadable("binary_workbook")
    if "content.xml" in lowered:
        try:
            info = archive.getinfo("mimetype")
            said = archive.read(info)[:200] if info.file_size < 200 else b""
        except (
            KeyError,
            RuntimeError,
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            OSError,
            EOFError,
            ValueError,
        ):
            said = b""
        if said.strip() and not said.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            raise Unreadable("not_a_workbook")
        return "ods"
    if "xl/workbook.xml" not in lowered or "[content_types].xml" not in lowered:
        raise Unreadable("not_a_workbook")
    return "xlsx"


def _check_places(entries: list[zipfile.ZipInfo]) -> None:
    """Entries that share bytes let a small archive unpack to terabytes (D. Fifield, 2019)."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Unreadable("corrupt")
        end = entry.header_offset + 30 + len(entry.filename.encode(errors="replace")) + entry.compress_size


def _unpack(file: BinaryIO, entry: zipfile.ZipInfo, budget: int, limits: Limits, sheet: Sheet | None, kind: str) -> int:
    """Unpack one entry to nowhere: sizes in the directory can lie, the stream cannot. Returns its bytes."""
    size, tail, check = 0, b"", 0
    # The library looks at the check sum of what it unpacks itself.
    checks = entry.file_size > LONG_SHEET
    wide = False
    most = min(budget, max(_PIECE, limits.ratio * max(entry.compress_size, 1)))
    for piece in unpacked(file, entry):
        size += len(piece)
        if checks:
            check = zlib.crc32(piece, check)
        if size == len(piece):
            wide = b"\x00" in piece[:200]
        if size > most:
            raise Unreadable("too_big")
        text = tail + piece
        if b"<!" in text and _MARKUP.search(text):
            raise Unreadable("entities")
        if wide and _MARKUP_UTF16.search(text):
            raise Unreadable("entities")
        if sheet is not None:
            (_scan_xlsx if kind == "xlsx" else _scan_ods)(text, sheet, limits)
        tail = text[-_OVERLAP:]
    if size != entry.file_size or (checks and check != entry.CRC):
        raise Unreadable("corrupt")
    if sheet is not None:
        sheet.size = size
    return size


def _scan_xlsx(text: bytes, sheet: Sheet, limits: Limits) -> None:
    if _FAR_COLUMN.search(text):
        raise Unreadable("columns", limit=limits.columns)
    # Rows come in their order: the last one of a piece is the furthest, or the sheet is no sheet.
    last = text.rfind(b"<row ")
    if last >= 0 and (found := _ROW.match(text, last)) and int(found[1]) > 4 * limits.rows + 100:
        raise Unreadable("rows", limit=limits.rows)
    if b't="e"' in text:
        _mark(sheet.errors, (found[0] for found in _ERROR.finditer(text)))
    if b"</f>" in text or b"<f " in text:
        _mark(sheet.uncalculated, (found[1] for found in _UNCALCULATED.finditer(text)))
    if b"mergeCell " in text:
        for found in _MERGED.finditer(text):
            sheet.merged.add((*cell_place(found[1].decode()), *cell_place(found[2].decode())))
            if len(sheet.merged) > _MOST_MARKED:
                raise Unreadable("merged_many")


def _mark(marked: set[tuple[int, int]], tags: Iterator[bytes]) -> None:
    for tag in tags:
        if found := _REFERENCE.search(tag):
            marked.add(cell_place(found[1].decode()))
    if len(marked) > _MOST_MARKED:
        raise Unreadable("errors_many", limit=_MOST_MARKED)


def _scan_ods(text: bytes, sheet: Sheet, limits: Limits) -> None:
    if b'value-type="error"' in text:
        # Which cells they are, the library is made to tell: see `workbook.py`.
        sheet.errors.add((0, 0))
    # The empty cells up to the last corner are one repeated cell: 16,384 columns, 1,048,576 rows are usual.
    for found in _REPEATED.finditer(text):
        number = int(found[2])
        if found[1] == b"rows":
            if number > 1_048_576:
                raise Unreadable("rows", limit=limits.rows)
        elif number > limits.columns:
            tag = text[text.rfind(b"<", 0, found.start()) : text.find(b">", found.end())]
            if number > 16_384 or b"value-type" in tag:
                raise Unreadable("columns", limit=limits.columns)
