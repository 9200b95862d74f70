"""Formats beside Excel's and plain CSV, titles and sheets, formulas and dates: read as a person would read them."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.readers.limits import Unreadable
from imports.readers.opening import LIMITS, Row, open_table, read_table
from imports.readers.workbook import workbook_list
from inventory.errors import BadFile
from tests.imports import workbooks
from tests.imports.other_workbooks import ods, ods_cell, record, xls
from tests.imports.test_readers import cells, read, refused
from tests.imports.workbooks import cell, raw_workbook

ROWS = [("Serial number", "Modèle"), ("A1", "Écran"), ("", ""), (5, "b")]


@pytest.mark.parametrize(("name", "data"), [("list.ods", ods(ROWS)), ("list.xls", xls(ROWS))])
def test_other_workbooks_are_read_as_excel_s(name, data):
    table = read(data, name)
    assert (table.kind, table.sheet, table.headers) == (name[-3:], "Liste", ("Serial number", "Modèle"))
    assert [(row.line, row.cells, row.numbers) for row in table.rows] == [
        (2, ("A1", "Écran"), ()),
        (4, ("5", "b"), (0,)),
    ]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_understood(encoding):
    table = read("Série;Modèle\r\nA1;Écran\r\n".encode(encoding))
    assert (table.encoding, cells(table)) == (encoding, [("A1", "Écran")])


def test_json_lines_are_rows_whose_keys_are_headings():
    table = read('{"serial":"A1","weight":1.5}\n\n{"model" : null, "serial": 12345678901234567890, "new": true}\n')
    assert (table.kind, table.headers) == ("jsonl", ("serial", "weight", "model", "new"))
    assert [(row.line, row.cells) for row in table.rows] == [
        (1, ("A1", "1.5", "", "")),
        (3, ("12345678901234567890", "", "", "1")),
    ]


def test_a_key_that_comes_late_is_a_column_of_every_row():
    many = "".join(f'{{"serial":"A{number}","model":"Écran"}}\n' for number in range(9_000))
    table = read(f'{many}{{"serial":"B1","model":"","weight":"2"}}\n'.replace("\n", "\r\n"))
    assert table.headers == ("serial", "model", "weight")
    assert [row.cells for row in table.rows[-2:]] == [("A8999", "Écran", ""), ("B1", "", "2")]
    assert [row.line for row in table.rows] == list(range(1, 9_002))


LINE = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.one_of(st.text('x:{}",\\\n\t ¶', max_size=4), st.none(), st.integers()),
    max_size=3,
)


@given(st.lists(LINE, min_size=1, max_size=6), st.sampled_from([(",", ":"), (", ", " : "), (",", "\t:")]))
def test_any_objects_are_read_as_pythons_own_reader_has_them(lines, signs):
    text = "\n".join(json.dumps(line, separators=signs, ensure_ascii=False) for line in lines)
    names = list(dict.fromkeys(name for line in lines for name in line))
    wanted = []
    for line in lines:
        row = tuple("" if line.get(name) is None else str(line[name]).strip() for name in names)
        wanted += [row] if any(row) else []
    if names and wanted:
        assert cells(read(text)) == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a":1}\n{"a":1', "Line 2 is not JSON"),
        ('{"a":"1","b":"2"}\n{"a":"1","a" :"2","b":"3"}', "Line 2 has the key “a” twice"),
        ('{"a":"1","b":"2"}\n{"a":"1","b":"2"},{"a":"1","b":"2"}', "Line 2 is not JSON"),
        ('{"a":"1","b":[{}\n{}]}\n{"a":"1","b":"2"},{"a":"1","b":"2"}', "Line 1 is not JSON"),
        ('{"a":"1","b":"}\n{","c":"2"}\n{"a":"1","b":"2"},{"a":"1","b":"2"}', "Line 1 is not JSON"),
        ('{"a":1}\n[1]', "Line 2 is not a JSON object"),
        ('{"a":1,"a":2}', "Line 1 has the key “a” twice"),
        ('{"a":{"b":1}}', "“a” holds a list or an object"),
        ('{"a":"\\ud800"}', "Line 1"),
        ("{" + '"a":[' * 100_000, "Line 1 is not JSON"),
        ('{"a":' + "9" * 5_000 + "}", "Line 1 is not JSON"),
        ('{"a":"x\\u0000y"}', "Line 1, column A holds an invisible"),
    ],
)
def test_json_that_is_no_row_is_refused_with_its_line(text, words):
    refused(text, words)


def test_a_pasted_table_is_read_as_text():
    assert cells(read_table("Serial\tModel\nA1\tB")) == [("A1", "B")]


def test_titles_above_the_headings_are_passed_over():
    table = read(";;\nVille de Bruxelles\nListe au 3 mars;;\n\nN° inventaire;Marque;Modèle\n1;Dell;X\n")
    assert (table.headers, table.written.line, table.rows[0].line) == (("N° inventaire", "Marque", "Modèle"), 5, 6)


def test_the_first_sheet_with_headings_that_we_know_is_read_and_the_others_are_told():
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Lisez-moi"
    book.active.append(["Bonjour"])
    for row in (("Série", "Modèle", "Marque"), ("N° de série", "Modèle", "Marque"), ("A1", "B", "C")):
        book.create_sheet("Liste") if "Liste" not in book.sheetnames else None
        book["Liste"].append(row)
    book.create_sheet("Empty")
    out = BytesIO()
    book.save(out)
    table = read(out.getvalue(), "list.xlsx")
    assert (table.sheet, table.written.other_sheets) == ("Liste", ("Lisez-moi",))


@pytest.mark.parametrize(
    ("merged", "words"),
    [("B1:C1", "Line 1: cells B1 to C1 are merged among the headings"), ("A2:A3", "Line 2: cells A2 to A3")],
)
def test_merged_cells_are_refused_with_their_place(merged, words):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (("Serial", "Model", "Make"), ("A1", "B", "C"), ("", "B", "C")):
        book.active.append(row)
    book.active.merge_cells(merged)
    out = BytesIO()
    book.save(out)
    refused(out.getvalue(), words, "list.xlsx")


def test_formulas_give_their_value_or_are_told_to_have_none():
    with_value = '<c r="A2"><f>1+1</f><v>2</v></c>'
    wrong = '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C2"><f>A2</f><v></v></c><c r="D2"><f>A2</f></c>'
    heads = "".join(cell(f"{letter}1", f"H{letter}") for letter in "ABCD")
    table = read(raw_workbook(f'<row r="1">{heads}</row><row r="2">{with_value}{wrong}</row>'), "list.xlsx")
    assert cells(table) == [("2", "#REF!", "#FORMULA!", "#FORMULA!")]
    table = read(xls([("Serial", "Model"), ("A1", ValueError())]), "list.xls")
    assert cells(table) == [("A1", "#REF!")]
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    head = f"<table:table-row>{ods_cell('Serial')}{ods_cell('Model')}</table:table-row>"
    table = read(ods(table=f"{head}<table:table-row>{ods_cell('A1')}{error}</table:table-row>"), "list.ods")
    assert cells(table) == [("A1", "#DIV/0!")]


def test_both_date_systems_are_told_apart():
    data = raw_workbook(f'<row r="1">{cell("A1", "Date")}</row><row r="2"><c r="A2"><v>44621</v></c></row>')
    assert not read(data, "list.xlsx").written.since_1904
    assert read(xls([("Date",), (44621,)], first=record(0x0022, b"\x01\x00")), "list.xls").written.since_1904


def test_a_long_list_comes_in_batches_and_in_flat_memory():
    line = "RLS-{0};Latitude {0};Dell\n"
    peaks = []
    for count in (5_000, 50_000):
        text = "Serial;Model;Make\n" + "".join(line.format(number) for number in range(count))
        with open_table(text.encode()) as table:
            assert table.headers == ("Serial", "Model", "Make")
            sizes = [len(batch) for batch in table.batches()]
        assert (sum(sizes), table.rows_read, max(sizes) <= 3_000) == (count, count, True)
        peaks.append(table.peak_bytes)
    assert peaks[1] < 1.2 * peaks[0]


def test_a_long_sheet_is_read_piece_by_piece_as_it_would_be_whole(monkeypatch):
    lines = "".join(f'<row r="{line}">{cell(f"A{line}", f"Serial {line}")}</row>' for line in range(1, 5_000))
    data = raw_workbook(lines.replace('r="4000"', 'r="4500"', 1).replace("A4000", "A4500"))
    whole = list(workbook_list(BytesIO(data), LIMITS)[1].rows)
    monkeypatch.setattr("imports.readers.workbook.LONG_SHEET", 10_000)
    monkeypatch.setattr("imports.readers.workbook._PIECE_OF_SHEET", 50_000)
    assert list(workbook_list(BytesIO(data), LIMITS)[1].rows) == whole


def test_leaving_a_table_ends_its_child():
    text = "Serial\n" + "A\n" * 200_000
    with open_table(text.encode()) as table:
        next(table.batches())
        child = table._child
        assert child.poll() is None
    assert child.returncode is not None


def test_the_limits_of_the_installation_are_kept(settings):
    settings.RELAIS_LIST_LIMITS = {"rows": 2}
    with pytest.raises(BadFile, match="2 rows"), open_table("Serial\nA\nB\nC") as table:
        list(table.batches())


@pytest.mark.parametrize(
    "odd",
    [
        "B;2",  # short
        " B;2;x",
        "B ;2;x",
        "B;2;x ",
        '"B;1";2;x',
        '"B\nC";2;x',
        "B;2\u00a0;x",
        ";;",
        "",
        "B;2;\u00e9",
        "B;2;x;",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_that_is_otherwise_is_read_the_same_among_thousands_that_are_plain(odd, end):
    plain = [f"A{number};{number};y" for number in range(1, 9_000)]
    lines = ["Inventory number;Serial number;Model", *plain[:6_000], odd, *plain[6_000:]]
    table = read_table(end.join(lines).encode(), "list.csv", LIMITS)
    alone = read_table(end.join([lines[0], odd, "Z;1;y"]).encode(), "list.csv", LIMITS)
    expected = [row for row in alone.rows if row.cells[0] != "Z"]
    found = [row for row in table.rows if not row.cells[0].startswith("A")]
    assert [row.cells for row in found] == [row.cells for row in expected]
    assert [row.line for row in found] == [6_002] * len(expected)
    assert [row.cells[1] for row in table.rows if row.cells[0].startswith("A")] == [str(n) for n in range(1, 9_000)]
    assert table.rows[-1].line == len(lines)
    assert type(table.rows[-1]) is Row


def with_texts(rows: int, *, odd: str = "") -> bytes:
    """A workbook of two columns whose texts stand in a table, one of them in two runs."""
    texts = ["Serial number", "Model", *(f"Serial {number} é" for number in range(rows)), "Bureau"]
    table = workbooks.shared_strings(texts).replace("<t>Bureau</t>", "<r><t>Bu</t></r><r><t>reau</t></r>")
    places = [(0, 1), *((number + 2, rows + 2) for number in range(rows))]
    lines = "".join(
        f'<row r="{line}"><c r="A{line}" t="s"><v>{first}</v></c><c r="B{line}" s="0" t="s"><v>{second}</v></c></row>'
        for line, (first, second) in enumerate(places, start=1)
    )
    out = BytesIO()
    with ZipFile(BytesIO(raw_workbook(lines + odd))) as plain, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name in plain.namelist():
            relations = name == "xl/_rels/workbook.xml.rels"
            archive.writestr(name, workbooks.with_shared_strings() if relations else plain.read(name))
        archive.writestr("xl/sharedStrings.xml", table)
    return out.getvalue()


@pytest.mark.parametrize("odd", ["", '<row r="3000"><c r="A3000" t=\'s\'><v>2</v></c></row>'])
def test_of_a_long_workbook_only_the_texts_of_a_piece_are_held(monkeypatch, odd):
    data = with_texts(2_000, odd=odd)
    whole = list(workbook_list(BytesIO(data), LIMITS)[1].rows)
    assert whole[1_500].cells == ["Serial 1500 é", "Bureau"]
    monkeypatch.setattr("imports.readers.workbook.LONG_SHEET", 10_000)
    monkeypatch.setattr("imports.readers.workbook._PIECE_OF_SHEET", 20_000)
    monkeypatch.setattr("imports.readers.shared._SMALL", 1_000)
    found = workbook_list(BytesIO(data), LIMITS)[1]
    assert found.head.headers == ("Serial number", "Model")
    assert list(found.rows) == whole


def test_a_text_that_is_not_in_the_table_refuses_a_long_workbook(monkeypatch):
    monkeypatch.setattr("imports.readers.workbook.LONG_SHEET", 10_000)
    monkeypatch.setattr("imports.readers.shared._SMALL", 1_000)
    data = with_texts(500, odd='<row r="900"><c r="A900" t="s"><v>9999</v></c></row>')
    with pytest.raises(Unreadable, match="corrupt"):
        list(workbook_list(BytesIO(data), LIMITS)[1].rows)
