"""Files that somebody made to hurt: each with how it is made and what a refusal of it says."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.imports.other_workbooks import END, container, ods, ods_cell, record, xls
from tests.imports.workbooks import (
    CONTENT_TYPES,
    RELS,
    SHEET,
    WORKBOOK,
    WORKBOOK_RELS,
    cell,
    raw_workbook,
    with_shared_strings,
    workbook,
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file: how it is made, the name it bears, and words of its refusal (none: it may as well be read)."""

    made: Callable[[], bytes]
    suffix: str
    words: str = ""


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
QUADRATIC = '<!DOCTYPE w [<!ENTITY a "' + "a" * 50_000 + '">]>'
EXTERNAL = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE w [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd">%x;]>'
GOOD_SHEET = SHEET.format(f'<row r="1">{cell("A1", "Serial")}</row><row r="2">{cell("A2", "RLS1")}</row>')
BOOK = GOOD_SHEET.removesuffix("</worksheet>")


def with_markup(markup: str, where: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook with a document type in one of its parts."""
    if where.endswith("sheet1.xml"):
        return raw_workbook(sheet='<?xml version="1.0"?>' + markup + GOOD_SHEET)
    return raw_workbook(sheet=GOOD_SHEET, entries={where: '<?xml version="1.0"?>' + markup + "<x>&b;</x>"})


def cells_of(reference: str) -> bytes:
    """A workbook with one cell, anywhere."""
    line = reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return raw_workbook(f'<row r="{line}">{cell(reference, "x")}</row>')


def million_columns() -> bytes:
    """One row with hundreds of thousands of cells that do not say where they stand."""
    return raw_workbook("<row>" + "".join(f"<c><v>{number * 7919}</v></c>" for number in range(300_000)) + "</row>")


def nested() -> bytes:
    """A zip in a zip in a zip, each many times."""
    data = b"0" * 1_000_000
    for _level in range(3):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(10):
                archive.writestr(f"{number}.zip", data)
        data = out.getvalue()
    return data


def overlapping() -> bytes:
    """Many entries in the directory, one and the same packed bytes."""
    data = raw_workbook(entries={"xl/b.xml": b" " * 500_000})
    directory = data.rindex(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    last = data[directory:end]
    more = b"".join(last.replace(b"xl/b.xml", b"xl/%c.xml" % letter) for letter in b"cdefghijklmnop")
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    count = int.from_bytes(data[end + 10 : end + 12], "little") + 14
    size = end - start + len(more)
    return data[:end] + more + data[end : end + 8] + struct.pack("<HHIIH", count, count, size, start, 0)


def lying(size: int) -> bytes:
    """The directory says another size than what unpacks."""
    data = bytearray(raw_workbook(sheet=GOOD_SHEET + " " * 500_000))
    place = data.index(b"PK\x01\x02", data.rindex(b"xl/worksheets/sheet1.xml") - 60)
    data[place + 24 : place + 28] = size.to_bytes(4, "little")
    return bytes(data)


def wrong_check() -> bytes:
    """A check sum that does not fit."""
    data = bytearray(raw_workbook(sheet=GOOD_SHEET))
    place = data.index(b"PK\x01\x02", data.rindex(b"xl/worksheets/sheet1.xml") - 60)
    data[place + 16] ^= 0xFF
    return bytes(data)


def encrypted_entry() -> bytes:
    """An entry that says it has a password."""
    data = bytearray(raw_workbook(sheet=GOOD_SHEET))
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1
    return bytes(data)


def twice_the_same_name() -> bytes:
    """Two sheets of one name: two readers would read two lists."""
    data = raw_workbook(sheet=GOOD_SHEET, entries={"xl/worksheets/sheet9.xml": GOOD_SHEET})
    return data.replace(b"sheet9.xml", b"sheet1.xml")


def shared_strings(strings: str, index: str = "0") -> bytes:
    """A workbook whose cells point to shared strings."""
    sheet = f'<row r="1">{cell("A1", "Serial")}</row><row r="2"><c r="A2" t="s"><v>{index}</v></c></row>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", with_shared_strings())
        archive.writestr("xl/worksheets/sheet1.xml", SHEET.format(sheet))
        archive.writestr(
            "xl/sharedStrings.xml",
            f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{strings}</sst>',
        )
    return out.getvalue()


def many_sheets() -> bytes:
    """Sixty sheets in the book's list."""
    sheets = "".join(f'<sheet name="S{number}" sheetId="{number}" r:id="rId1"/>' for number in range(1, 61))
    begin, middle = WORKBOOK.split("<sheets>")
    return _book(begin + "<sheets>" + sheets + middle[middle.index("</sheets>") :])


def _book(book: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", WORKBOOK_RELS)
        archive.writestr("xl/worksheets/sheet1.xml", GOOD_SHEET)
    return out.getvalue()


def cyclic(chain: list[int]) -> bytes:
    """An old Excel file whose chain of sectors leads back to itself."""
    return container(bytes(8192), chain=chain)


def circular_table() -> bytes:
    """An old Excel file whose table of chains goes on in itself."""
    data = cyclic([0xFFFFFFFD, END, END])
    return data[:68] + struct.pack("<II", 0, 99) + data[76:512] + struct.pack("<I", 0) * 128 + data[1024:]


def sheet_of(value: str) -> bytes:
    """A workbook with one number, as it stands in the markup."""
    return raw_workbook(f'<row r="1">{cell("A1", "Serial")}</row><row r="2"><c r="A2"><v>{value}</v></c></row>')


def ods_row(attributes: str, content: str) -> bytes:
    """An OpenDocument sheet with headings and one odd row."""
    heading = f"<table:table-row>{ods_cell('Serial')}</table:table-row>"
    return ods(table=f"{heading}<table:table-row{attributes}>{content}</table:table-row>")


def word_document() -> bytes:
    """A text document of Word under the name of a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES.replace("spreadsheetml", "wordprocessingml"))
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


_REPEATED = (
    '<table:table-cell office:value-type="string" table:number-columns-repeated="{}">'
    "<text:p>x</text:p></table:table-cell>"
)
_RANDOM = random.Random(4)
_NOISE = _RANDOM.randbytes(20_000)
_MACRO_STREAM = "_VBA_PROJECT".encode("utf-16-le")

HOSTILE: dict[str, Hostile] = {
    # --- archives
    "a cell in the last corner": Hostile(partial(cells_of, "XFD1048576"), ".xlsx", "columns"),
    "a cell in the last row": Hostile(partial(cells_of, "A9999999"), ".xlsx", "rows"),
    "a million columns": Hostile(million_columns, ".xlsx", "columns"),
    "a sheet that says it is as large as can be": Hostile(
        lambda: raw_workbook(sheet=GOOD_SHEET.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')),
        ".xlsx",
    ),
    "zips in zips": Hostile(nested, ".xlsx", "not an Excel workbook"),
    "entries that share their bytes": Hostile(overlapping, ".xlsx", "damaged"),
    "a size that lies low": Hostile(partial(lying, 10), ".xlsx", "damaged"),
    "a size that lies high": Hostile(partial(lying, 0xFFFFFFF0), ".xlsx", "unpacks"),
    "a sheet that unpacks a thousandfold": Hostile(
        lambda: raw_workbook(sheet=GOOD_SHEET + " " * 60_000_000), ".xlsx", "unpacks"
    ),
    "a check sum that is wrong": Hostile(wrong_check, ".xlsx", "damaged"),
    "entries with a password": Hostile(encrypted_entry, ".xlsx", "password"),
    "two sheets of one name": Hostile(twice_the_same_name, ".xlsx", "damaged"),
    "a script before the archive": Hostile(
        lambda: b"#!/bin/sh\n" + raw_workbook(sheet=GOOD_SHEET), ".xlsx", "name says"
    ),
    "a path out of the archive": Hostile(lambda: raw_workbook(entries={"../../x": b"x"}), ".xlsx", "damaged"),
    "a path from the root": Hostile(lambda: raw_workbook(entries={"/etc/x": b"x"}), ".xlsx", "damaged"),
    "a path of Windows": Hostile(lambda: raw_workbook(entries={"C:\\x": b"x", "..\\x": b""}), ".xlsx", "damaged"),
    "a name that turns round": Hostile(lambda: raw_workbook(entries={"xl/\u202efdp.xml": b"x"}), ".xlsx", "damaged"),
    "the first bytes only": Hostile(lambda: b"PK\x03\x04", ".xlsx", "damaged"),
    "the end cut off": Hostile(lambda: workbook([("Serial",), ("A",)])[:-200], ".xlsx", "damaged"),
    "a packed file in disguise": Hostile(lambda: gzip.compress(b"Serial\nA"), ".xlsx", "compressed"),
    "another packed file in disguise": Hostile(lambda: lzma.compress(b"Serial\nA"), ".csv", "compressed"),
    # --- markup
    **{
        f"{what} in {where}": Hostile(partial(with_markup, markup, where), ".xlsx", "markup")
        for what, markup in (("entities", ENTITIES), ("one long entity", QUADRATIC), ("a file outside", EXTERNAL))
        for where in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml")
    },
    "a document type outside": Hostile(partial(with_markup, PARAMETER), ".xlsx", "markup"),
    "entities in UTF-16": Hostile(
        lambda: raw_workbook(sheet=GOOD_SHEET, entries={"xl/a.xml": ENTITIES.encode("utf-16")}), ".xlsx", "markup"
    ),
    "entities in an OpenDocument sheet": Hostile(
        lambda: ods([("Serial",), ("A",)], entries={"meta.xml": ENTITIES.encode()}), ".ods", "markup"
    ),
    "markup nested a hundred thousand deep": Hostile(
        lambda: shared_strings("<si>" + "<r>" * 100_000 + "<t>x</t>" + "</r>" * 100_000 + "</si>"), ".xlsx"
    ),
    "a shared string that is not there": Hostile(partial(shared_strings, "<si><t>x</t></si>", "999999"), ".xlsx"),
    "a shared string before the first": Hostile(partial(shared_strings, "<si><t>x</t></si>", "-1"), ".xlsx"),
    "a comment without end": Hostile(lambda: raw_workbook(sheet=GOOD_SHEET + "<!--" + "x" * 300_000), ".xlsx"),
    "a sheet cut off": Hostile(lambda: raw_workbook(sheet="<worksheet><sheetData><row r='1'><c"), ".xlsx"),
    "a sheet that is no text": Hostile(lambda: raw_workbook(sheet="\x00\x01\x02"), ".xlsx"),
    "escaped control characters": Hostile(partial(shared_strings, "<si><t>A_x0000_B</t></si>"), ".xlsx"),
    **{
        f"the number {value}": Hostile(partial(sheet_of, value), ".xlsx")
        for value in ("NaN", "1E+999", "-0", "1e308", "0x10", "", "9" * 400)
    },
    "thousands of merged cells": Hostile(
        lambda: raw_workbook(
            sheet=BOOK + "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(5, 30_000)) + "</worksheet>"
        ),
        ".xlsx",
        "merged",
    ),
    "sixty sheets": Hostile(many_sheets, ".xlsx", "50 sheets"),
    # --- macros, passwords, other programs
    "macros": Hostile(lambda: raw_workbook(entries={"xl/vbaProject.bin": b"x"}), ".xlsx", "macros"),
    "macros of old": Hostile(lambda: raw_workbook(entries={"xl/macrosheets/sheet1.xml": b"x"}), ".xlsx", "macros"),
    "macros by name": Hostile(lambda: raw_workbook(sheet=GOOD_SHEET), ".xlsm", "macros"),
    "macros in an old file": Hostile(lambda: xls([("Serial",), ("A",)]) + _MACRO_STREAM, ".xls", "macros"),
    "a binary workbook": Hostile(lambda: raw_workbook(entries={"xl/workbook.bin": b"x"}), ".xlsb", ".xlsb"),
    "a password of today": Hostile(lambda: container(bytes(4096), name="EncryptedPackage"), ".xlsx", "password"),
    "a password of old": Hostile(
        lambda: xls([("Serial",), ("A",)], first=record(0x002F, bytes(54))), ".xls", "password"
    ),
    "a text document": Hostile(word_document, ".xlsx", "not an Excel workbook"),
    "a text under a workbook's name": Hostile(lambda: b"Serial\nA", ".xlsx", "name says"),
    # --- old Excel files
    "a chain that bites its tail": Hostile(lambda: cyclic([0xFFFFFFFD, END, *([2] * 20)]), ".xls", "damaged"),
    "a directory that bites its tail": Hostile(lambda: cyclic([0xFFFFFFFD, 1, END, END]), ".xls", "damaged"),
    "a chain into nowhere": Hostile(lambda: cyclic([0xFFFFFFFD, END, 9_999, END]), ".xls", "damaged"),
    "a table of chains in a circle": Hostile(circular_table, ".xls", "damaged"),
    "records longer than the file": Hostile(
        lambda: xls([("Serial",), ("A",)], records=struct.pack("<HH", 0x0204, 0xFFFF)), ".xls"
    ),
    "a row and column at the end of an old sheet": Hostile(
        lambda: xls([("Serial",), ("A",)], records=record(0x0203, struct.pack("<HHHd", 0xFFFF, 0xFFFF, 0, 1.0))), ".xls"
    ),
    "only the head of an old file": Hostile(lambda: xls([("Serial",)])[:100], ".xls", "damaged"),
    "an old file of noise": Hostile(lambda: xls([("Serial",)])[:512] + _NOISE, ".xls", "damaged"),
    # --- OpenDocument
    "two thousand million columns": Hostile(partial(ods_row, "", _REPEATED.format(2**31 - 1)), ".ods", "columns"),
    "sixteen thousand columns": Hostile(partial(ods_row, "", _REPEATED.format(16_384)), ".ods", "columns"),
    "two thousand million rows": Hostile(
        partial(ods_row, f' table:number-rows-repeated="{2**31 - 1}"', ods_cell("x")), ".ods", "rows"
    ),
    "a million rows of 256 columns": Hostile(
        partial(ods_row, ' table:number-rows-repeated="1048576"', _REPEATED.format(256)), ".ods", "damaged"
    ),
    "more digits than a number has": Hostile(partial(ods_row, "", _REPEATED.format("9" * 25)), ".ods", "columns"),
    "an OpenDocument text": Hostile(
        lambda: ods([("Serial",)]).replace(b"opendocument.spreadsheet", b"opendocument.text\0\0\0\0\0\0\0"), ".ods"
    ),
    # --- text
    "nothing": Hostile(lambda: b"", ".csv", "empty"),
    "noise": Hostile(lambda: _NOISE, ".csv", "binary"),
    "a line without end": Hostile(lambda: b"Serial\n" + b"x" * 60_000_000, ".csv", "longer than"),
    "a million columns of text": Hostile(lambda: b"a," * 1_000_000 + b"\nA", ".csv", "columns"),
    "a quotation mark that never closes": Hostile(
        lambda: b'Serial;Model\nA;"B\n' + b"x;y\n" * 500_000, ".csv", "quotation mark"
    ),
    "nought bytes": Hostile(lambda: b"Serial;Model\nA\x00;B\n", ".csv", "binary"),
    "only nought bytes": Hostile(lambda: bytes(100_000), ".csv", "binary"),
    "half characters": Hostile(lambda: b"Serial\nA\xed\xa0\x80", ".csv", "half a character"),
    "half characters in UTF-16": Hostile(lambda: b"\xff\xfeS\x00\n\x00\x00\xd8A\x00", ".csv", "UTF-16"),
    "text that turns round": Hostile(lambda: "Serial\nA\u202eB".encode(), ".csv", "Line 2, column A"),
    "control characters": Hostile(lambda: b"Serial\nA\x1bB", ".csv", "Line 2, column A"),
    "a cell of a megabyte": Hostile(lambda: b"Serial\n" + b"x" * 1_000_000, ".csv", "32767"),
    # --- JSON lines
    "JSON a hundred thousand deep": Hostile(lambda: b'{"a":' * 100_000, ".jsonl", "Line 1 is not JSON"),
    "JSON lists a hundred thousand deep": Hostile(lambda: b"[" * 100_000, ".jsonl", ""),
    "a number of a million digits": Hostile(lambda: b'{"a":' + b"9" * 1_000_000 + b"}", ".jsonl", "Line 1"),
    "a key twice": Hostile(lambda: b'{"serial":"A","serial":"B"}', ".jsonl", "twice"),
    "a hundred thousand keys": Hostile(
        lambda: json.dumps({f"k{number}": 1 for number in range(100_000)}).encode(), ".jsonl", "columns"
    ),
    "JSON without end": Hostile(lambda: b'{"a":"' + b"x" * 10_000_000, ".jsonl", "longer than"),
}
