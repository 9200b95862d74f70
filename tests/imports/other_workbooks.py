"""OpenDocument sheets and old Excel files for the tests, made by hand: no library of the house writes them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

ODS = "application/vnd.oasis.opendocument.spreadsheet"
CONTENT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)
MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS}"/></manifest:manifest>'
)
END = 0xFFFFFFFE
FREE = 0xFFFFFFFF
_SECTOR = 512


def ods(rows: Sequence[Sequence[object]] = (), *, table: str = "", entries: dict[str, bytes] | None = None) -> bytes:
    """An OpenDocument sheet; `table`: its rows as markup, where a test wants them odd."""
    body = table or "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    content = CONTENT.format(f'<table:table table:name="Liste">{body}</table:table>')
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
        for name, data in (entries or {}).items():
            archive.writestr(name, data)
    return out.getvalue()


def ods_cell(value: object) -> str:
    """A cell as LibreOffice writes it."""
    if value in (None, ""):
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        typed = f'office:value-type="float" office:value="{value}"'
    else:
        typed = 'office:value-type="string"'
    return f"<table:table-cell {typed}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def xls(rows: Sequence[Sequence[object]], *, records: bytes = b"", first: bytes = b"") -> bytes:
    """An old Excel file with one sheet; `first` and `records`: more records before the sheet's name and in the sheet.

    A cell that is an exception stands for an Excel error.
    """
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    width = max((len(row) for row in rows), default=0)
    sheet += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet += xls_cell(line, column, value)
    sheet += records + record(0x000A, b"")
    beginning = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)) + first
    name = b"Liste"
    length = len(beginning) + 4 + 8 + len(name) + 4
    beginning += record(0x0085, struct.pack("<IBBBB", length, 0, 0, len(name), 0) + name) + record(0x000A, b"")
    return container((beginning + sheet).ljust(4096, b"\0"))


def xls_cell(line: int, column: int, value: object) -> bytes:
    """One cell as a record of BIFF8."""
    place = struct.pack("<HHH", line, column, 0)
    if isinstance(value, Exception):
        return record(0x0205, place + bytes([0x17, 1]))
    if isinstance(value, int | float):
        return record(0x0203, place + struct.pack("<d", value))
    text = str(value).encode("utf-16-le")
    return record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text) if text else b""


def container(stream: bytes, *, name: str = "Workbook", chain: list[int] | None = None) -> bytes:
    """A compound file with one stream; `chain`: another allocation table than the right one."""
    count = -(-len(stream) // _SECTOR)
    right = [0xFFFFFFFD, END, *range(3, count + 2), END]
    table = chain if chain is not None else right
    sectors = [struct.pack("<I", number) for number in table]
    fat_sectors = -(-len(sectors) // 128)
    assert fat_sectors == 1, "one sector of the table is enough for a test"
    fat = b"".join(sectors).ljust(_SECTOR, b"\xff")
    header = struct.pack(
        "<8s16sHHHHHHIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, 1, 0, 4096, END, 0, END, 0),
    )
    header += struct.pack("<I", 0).ljust(436, b"\xff")
    directory = _entry("Root Entry", 5, 1, END, 0) + _entry(name, 2, FREE, 2, len(stream))
    return header + fat + directory.ljust(_SECTOR, b"\0") + stream.ljust(count * _SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    entry = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, FREE, FREE, child)
    return entry.ljust(116, b"\0") + struct.pack("<IQ", first, size)


def record(number: int, body: bytes) -> bytes:
    """One record of an old Excel file."""
    return struct.pack("<HH", number, len(body)) + body
