"""Any bytes become numbered rows or a refusal that names the place and the mend; never anything else."""

from __future__ import annotations

import datetime
import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.readers.child import read_list
from imports.readers.limits import Unreadable
from imports.readers.opening import LIMITS, Limits, Table, column_letters, read_table
from imports.readers.refusals import refusal as make_refusal
from imports.readers.sifting import Plain, cells_of
from inventory.errors import BadFile, Refusal
from tests.imports.workbooks import SHEET, cell, raw_workbook, workbook

REAL = Path(__file__).parents[3] / "shared" / "real" / "lists"


def read(text: str | bytes, name: str = "list.csv", limits: Limits = LIMITS) -> Table:
    return read_table(text.encode() if isinstance(text, str) else text, name, limits)


def refused(data: str | bytes, words: str, name: str = "list.csv", limits: Limits = LIMITS) -> None:
    with pytest.raises(BadFile) as caught:
        read(data, name, limits)
    assert words in str(caught.value)


def cells(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


# --- text -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_is_understood(delimiter, ends):
    table = read(ends.join(delimiter.join(row) for row in (("N°", "Merk"), ("1", "Dell"), ("2", "HP"))))
    assert (table.headers, cells(table)) == (("N°", "Merk"), [("1", "Dell"), ("2", "HP")])
    assert table.delimiter == delimiter


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
def test_every_usual_encoding_is_understood(encoding):
    table = read("Modèle;Département\nÉcran;Hôtel de Ville, étage n° 2\nPC;Propreté".encode(encoding))
    assert table.headers == ("Modèle", "Département")
    assert cells(table)[0] == ("Écran", "Hôtel de Ville, étage n° 2")
    assert table.encoding == encoding


def test_the_separator_is_counted_on_the_header_line_outside_quotes():
    table = read('"Serial, or number";Remarks\nA1;one, two, three, four\n')
    assert table.headers == ("Serial, or number", "Remarks")


def test_lines_are_numbered_as_the_spreadsheet_numbers_them():
    table = read('Serial;Remarks\n\nA1;"two\nlines"\n;\nA2;x\n')
    assert [row.line for row in table.rows] == [3, 5]


def test_the_separator_line_of_excel_is_not_counted():
    table = read("sep=|\nSerial|Model\nA1|B;C\n")
    assert (table.rows[0].line, table.rows[0].cells) == (2, ("A1", "B;C"))


def test_doubled_headings_are_refused_with_both_columns():
    refused("Serial;Model;serial\nA;B;C", "columns A and C")


def test_a_value_without_heading_is_refused_with_its_line():
    refused("Serial;Model\nA1;B\nA2;B;C", "Line 3 has a value in column C")


def test_a_quotation_mark_that_does_not_close_is_refused_with_its_line():
    refused('Serial;Model\nA1;B\nA2;"B\nA3;C', "Line 3: a quotation mark")


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u200b", "\u2066", "\x9d"])
def test_invisible_characters_are_refused_with_line_and_column(sign):
    refused(f"Serial;Model\nA1;B\nA{sign}2;B".encode("utf-8-sig"), "Line 3, column A")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n;;\n", "empty"),
        (b"Serial;Model\n", "no rows"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n...", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
        (b"Serial;Model\nA;\xed\xa0\x80", "Line 2 holds half a character"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"Serial\x00;Model\nA;B", "binary"),
        (b"\xff\xfeS\x00e\x00\xd8", "UTF-16"),
    ],
)
def test_foreign_files_are_refused_with_a_way_out(data, words):
    refused(data, words)


def test_limits_are_named_in_the_refusal():
    small = Limits(bytes=2_000_000, rows=3, columns=2, cell_length=5)
    refused("S\n" + "A\n" * 4, "3 rows", limits=small)
    refused("A;B;C\n1;2;3", "2 columns", limits=small)
    refused("A;B\n1;toolong", "column B holds more than 5", limits=small)
    refused(b"A" * 2_000_001, "2 megabytes", limits=small)


# --- workbooks --------------------------------------------------------------------------------------------------


def test_a_workbook_gives_text_as_a_clerk_reads_it():
    table = read(
        workbook(
            [
                ("Inventaris", "Serie", "Datum", "Gewicht", "Sinds"),
                (4001, "00017", datetime.date(2026, 3, 2), 2.5, datetime.datetime.fromisoformat("2026-03-02T08:30")),
                (),
                (6377020000000000, True, None, 1e300, "x"),
            ]
        ),
        "list.xlsx",
    )
    assert (table.kind, table.sheet) == ("xlsx", "Liste")
    assert cells(table) == [
        ("4001", "00017", "2026-03-02", "2.5", "2026-03-02 08:30:00"),
        ("6.37702E+15", "1", "", "1E+300", "x"),
    ]
    assert [row.line for row in table.rows] == [2, 4]
    assert table.rows[0].numbers == (0, 3)


def test_a_sheet_that_begins_lower_and_further_right_keeps_its_lines_and_columns():
    data = raw_workbook(
        f'<row r="3">{cell("B3", "Serial")}{cell("C3", "Serial")}</row><row r="4">{cell("B4", "A")}</row>'
    )
    refused(data, "Line 3: columns B and C", "list.xlsx")


def test_a_workbook_without_anything_in_it_is_refused():
    refused(workbook([]), "no visible sheet", "list.xlsx")


def test_hidden_sheets_are_passed_over():
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Secret"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Visible").append(["Serial"])
    book["Visible"].append(["A1"])
    out = BytesIO()
    book.save(out)
    assert read(out.getvalue(), "list.xlsx").sheet == "Visible"


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    + SHEET.format(f'<row r="1">{cell("A1", "&b;")}</row>')
)
SMALL = Limits(bytes=10_000_000, unpacked_bytes=100_000_000, rows=50_000)
HOSTILE = {
    "one cell in the last corner": (raw_workbook(f'<row r="1048576">{cell("XFD1048576", "x")}</row>'), "columns"),
    "a row far below": (raw_workbook(f'<row r="1048576">{cell("A1048576", "x")}</row>'), "rows"),
    "entities": (raw_workbook(sheet=BILLION), "markup"),
    "entities in UTF-16": (raw_workbook(entries={"xl/a.xml": BILLION.encode("utf-16")}), "markup"),
    "a sheet that unpacks a thousandfold": (raw_workbook(entries={"xl/b.xml": b" " * 60_000_000}), "unpacks"),
    "more than may be unpacked": (raw_workbook(entries={"xl/b.xml": b" " * 101_000_000}), "unpacks"),
    "macros": (raw_workbook(entries={"xl/vbaProject.bin": b"x"}), "macros"),
    "a binary workbook": (raw_workbook(entries={"xl/workbook.bin": b"x"}), ".xlsb"),
    "a path out of the archive": (raw_workbook(entries={"../../etc/cron.d/x": b"x"}), "damaged"),
    "the same name in another case": (raw_workbook(entries={"xl/worksheets/Sheet1.xml": b"x"}), "damaged"),
    "thousands of entries": (raw_workbook(entries={f"xl/{n}": b"" for n in range(2_100)}), "unpacks"),
    "a broken sheet": (raw_workbook(sheet="<worksheet><sheetData><row r='1'><c"), "workbook"),
    "only the first bytes": (b"PK\x03\x04", "damaged"),
    "the end cut off": (workbook([("Serial",), ("A",)])[:-200], "damaged"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_workbooks_are_refused(what):
    data, words = HOSTILE[what]
    refused(data, words, "list.xlsx", SMALL)


def test_an_archive_that_is_no_workbook_is_refused():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    refused(out.getvalue(), "not an Excel workbook", "list.xlsx")


def test_sizes_that_lie_in_the_directory_are_refused():
    data = bytearray(raw_workbook(f'<row r="1">{cell("A1", "Serial")}</row>' + " " * 5_000))
    place = data.index(b"PK\x01\x02", data.rindex(b"xl/worksheets/sheet1.xml") - 60)
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    refused(bytes(data), "damaged", "list.xlsx")


def test_a_file_whose_name_lies_is_refused_with_a_way_out():
    refused("Serial\nA1", "not what its name says", "list.xlsx")
    refused(workbook([("Serial",), ("A",)]), "macros", "list.xlsm")


def test_a_child_that_takes_too_long_is_killed():
    data = workbook([("Serial",)] + [(str(number),) for number in range(2_000)])
    refused(data, "more than 0", "list.xlsx", Limits(wall_seconds=0))


def test_a_child_that_takes_too_much_memory_is_refused():
    lines = "".join(f'<row r="{line}">{cell(f"A{line}", f"Serial {line}")}</row>' for line in range(1, 100_000))
    refused(raw_workbook(lines), "more memory", "list.xlsx", Limits(memory_bytes=30_000_000))


# --- anything at all --------------------------------------------------------------------------------------------


def answers_of_the_child(data: bytes, limits: Limits = LIMITS) -> list[Any]:
    """What the child would answer, without a process a file: for text only, which no library can abort."""
    answers: list[Any] = []
    try:
        read_list(BytesIO(data), limits, answers.append)
    except Unreadable as refusal:
        answers.append({"refused": refusal.reason, "facts": refusal.facts})
    return answers


def assert_answers_are_a_table_or_a_refusal(data: bytes) -> None:
    *batches, last = answers_of_the_child(data)
    if "refused" in last:
        assert "%(" not in str(make_refusal(last["refused"], last["facts"]))
        return
    head, *batches = batches
    lines = [line for batch in batches for line in batch[0]]
    assert last["end"] == len(lines) > 0
    assert lines == sorted(set(lines))
    rows = [row for batch in batches for row in (cells_of(batch) if isinstance(batch, Plain) else batch[1])]
    assert {len(row) for row in rows} == {len(head["headers"])}
    json.dumps([head, rows, last])


def assert_table_or_refusal(data: bytes, name: str) -> None:
    try:
        table = read_table(data, name)
    except Refusal as refusal:
        sentence = str(refusal)
    else:
        check_shape(table)
        return
    assert sentence
    assert "%(" not in sentence


def check_shape(table: Table) -> None:
    assert table.rows
    assert all(len(row.cells) == len(table.headers) for row in table.rows)
    assert [row.line for row in table.rows] == sorted({row.line for row in table.rows})


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_a_table_or_a_refusal(data):
    if not data.startswith((b"PK", b"\xd0\xcf")):
        assert_answers_are_a_table_or_a_refusal(data)


@given(
    st.lists(st.lists(st.text('ab";,\n\r\t é€|\u202e\x00', max_size=6), max_size=5), max_size=6),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"]),
    st.sampled_from(";,\t|"),
)
@settings(max_examples=300, deadline=None)
def test_any_list_is_a_table_or_a_refusal(rows, encoding, delimiter):
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert_answers_are_a_table_or_a_refusal(text.encode(encoding, errors="replace"))


# Made once: its dates change with the second, and damage is drawn by place.
WHOLE = workbook([("Serial", "Model"), ("A1", "B"), (12, datetime.date(2026, 1, 2))])


@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_damaged_workbook_is_a_table_or_a_refusal(data):
    raw = bytearray(WHOLE)
    for _round in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(4, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert_table_or_refusal(bytes(raw), "list.xlsx")


def test_columns_are_named_as_the_spreadsheet_names_them():
    assert [column_letters(number) for number in (0, 25, 26, 255, 701, 702)] == ["A", "Z", "AA", "IV", "ZZ", "AAA"]


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")
def test_real_lists_are_read_or_refused_with_a_sentence():
    for path in sorted(REAL.glob("*/*")):
        assert_table_or_refusal(path.read_bytes(), path.name)
    refused((REAL / "snipe-it" / "assets-sample-BAD.csv").read_bytes(), "columns F and M")
    table = read((REAL / "snipe-it" / "assets-sample.csv").read_bytes())
    assert (len(table.rows), table.rows[0].line, table.encoding) == (22, 2, "utf-8-sig")
