"""Reads one workbook in a process of its own, which may abort, hang or be killed without harm to ours.

Started by `xlsx.py` as a script, with the limits as JSON in its argument and the file on standard input.
Answers in JSON lines: `{"sheet": name}`, then `[line, [text, ...], [positions typed as numbers]]` for each
row; or `{"refused": reason}` as the last line.
It imports nothing of the project, so that it starts in a few hundredths of a second.
"""

from __future__ import annotations

import datetime
import io
import json
import re
import resource
import sys
import zipfile
import zlib
from typing import Any

_FAR_COLUMN = re.compile(rb'<c [^>]{0,200}?\br="(?:[A-Z]{3}|[J-Z][A-Z]|I[W-Z])\d')
_ROW = re.compile(rb'<row [^>]{0,200}?\br="(\d{1,9})"')
_MARKUP = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MARKUP_UTF16 = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E", re.IGNORECASE)
_OVERLAP = 512


class Refused(Exception):
    """The workbook may not be read; the reason is a word that the parent turns into a sentence."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


def main() -> None:
    """Limit this process, check the archive, read the first sheet that holds something."""
    limits = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    data = sys.stdin.buffer.read()
    try:
        check_archive(data, limits)
        answer(data, limits)
    except Refused as refusal:
        print(json.dumps({"refused": refusal.reason, **refusal.facts}))  # noqa: T201 - the pipe is the interface
    except MemoryError:
        print(json.dumps({"refused": "too_big"}))  # noqa: T201


def check_archive(data: bytes, limits: dict[str, int]) -> None:
    """Refuse by the zip directory, then by what really unpacks, before any library reads a sheet."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Refused("corrupt") from None
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    lowered = {name.lower() for name in names}
    if len(entries) > limits["entries"] or sum(entry.file_size for entry in entries) > limits["unpacked_bytes"]:
        raise Refused("too_big")
    if len(lowered) != len(names) or any(".." in name.split("/") or name.startswith("/") for name in names):
        raise Refused("corrupt")
    if any(name.endswith("vbaproject.bin") for name in lowered):
        raise Refused("macros")
    if "xl/workbook.bin" in lowered:
        raise Refused("binary")
    if "content.xml" in lowered:
        raise Refused("opendocument")
    if "xl/workbook.xml" not in lowered or "[content_types].xml" not in lowered:
        raise Refused("not_a_workbook")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("encrypted")
    budget = limits["unpacked_bytes"]
    for entry in entries:
        budget -= _unpack(data, entry, budget, limits)


def _unpack(data: bytes, entry: zipfile.ZipInfo, budget: int, limits: dict[str, int]) -> int:
    """Unpack one entry to nowhere: sizes in the directory can lie, the stream cannot. Returns its bytes."""
    header = data[entry.header_offset : entry.header_offset + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise Refused("corrupt")
    start = entry.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = data[start : start + entry.compress_size]
    is_sheet = entry.filename.lower().startswith("xl/worksheets/")
    if entry.compress_type == zipfile.ZIP_STORED:
        _scan(packed, is_sheet, limits)
        return len(packed)
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise Refused("corrupt")
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    size, tail = 0, b""
    try:
        while packed and not inflate.eof:
            chunk = inflate.decompress(packed, 1 << 20)
            packed = inflate.unconsumed_tail
            size += len(chunk)
            if size > budget or (size > 1 << 20 and size > limits["ratio"] * max(entry.compress_size, 1)):
                raise Refused("too_big")
            _scan(tail + chunk, is_sheet, limits)
            tail = chunk[-_OVERLAP:]
    except zlib.error:
        raise Refused("corrupt") from None
    if size != entry.file_size:
        raise Refused("corrupt")
    return size


def _scan(text: bytes, is_sheet: bool, limits: dict[str, int]) -> None:
    if _MARKUP.search(text) or _MARKUP_UTF16.search(text):
        raise Refused("entities")
    if not is_sheet:
        return
    if _FAR_COLUMN.search(text):
        raise Refused("columns")
    # Room for blank and header lines; rows are counted exactly once they are read.
    if any(int(number) > 4 * limits["rows"] + 100 for number in _ROW.findall(text)):
        raise Refused("rows")


def answer(data: bytes, limits: dict[str, int]) -> None:
    """Print the first visible sheet that holds something, row by row."""
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError:
        raise Refused("encrypted") from None
    except (calamine.CalamineError, OSError, ValueError):
        raise Refused("corrupt") from None
    metadata = workbook.sheets_metadata
    if len(metadata) > limits["sheets"]:
        raise Refused("sheets")
    for position, sheet_metadata in enumerate(metadata):
        if sheet_metadata.visible != calamine.SheetVisibleEnum.Visible:
            continue
        if sheet_metadata.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        try:
            sheet = workbook.get_sheet_by_index(position)
        except (calamine.CalamineError, OSError, ValueError):
            raise Refused("corrupt") from None
        if sheet.start is not None:
            _print_sheet(sheet, limits)
            return
    raise Refused("empty")


def _print_sheet(sheet: Any, limits: dict[str, int]) -> None:
    left = sheet.start[1]
    if left + sheet.width > limits["columns"]:
        raise Refused("columns")
    out = sys.stdout
    out.write(json.dumps({"sheet": sheet.name}) + "\n")
    characters = filled = 0
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [""] * left
        numbers = []
        for position, cell in enumerate(cells, start=left):
            if type(cell) is float or type(cell) is int:
                numbers.append(position)
            texts.append(as_text(cell))
        if not any(texts):
            continue
        filled += 1
        if filled > limits["rows"] + 1:
            raise Refused("rows")
        characters += sum(map(len, texts))
        if characters > limits["unpacked_bytes"]:
            raise Refused("too_big")
        out.write(json.dumps([line, texts, numbers]) + "\n")


def as_text(cell: Any) -> str:
    """A cell as a clerk reads it: 4001.0 is 4001, a date is ISO, 16 digits stay as broken as they are."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float):
        return f"{cell:.15G}"
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time(0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


if __name__ == "__main__":
    main()
