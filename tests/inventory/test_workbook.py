"""An auditor opens the workbook: it adds up, its cells are typed, and no formula in it is a stranger's."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from inventory.devices.commands import declare
from inventory.devices.corrections import correct_list
from inventory.errors import Refusal
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.long_sheet import Column, LongSheet
from inventory.reports.package import Package
from inventory.reports.period import Scope, scope_of
from inventory.reports.sheets.movements import movement_sheets
from inventory.reports.workbook import workbook_chunks, write_workbook
from tests import journeys
from tests.people import People

pytestmark = pytest.mark.django_db

SHEETS = [
    *("Read me", "Summary", "Movements", "Devices", "Media", "Awards", "Waste", "Stock-takes", "Exceptions"),
    *("Sample", "Codes", "Proof"),
]


def _today(language: str = "en") -> Scope:
    return scope_of(timezone.localdate(), timezone.localdate(), language)


def _written(scope: Scope) -> bytes:
    target = io.BytesIO()
    write_workbook(scope, target)
    return target.getvalue()


def _city(people: People) -> None:
    for status in Status:
        journeys.make(status)
    declare([journeys.announced(model='=HYPERLINK("http://x","y")', department="+32 & <co>")], actor=people.technician)


def _some(counts: dict[Any, int]) -> dict[Any, int]:
    return {cell: count for cell, count in counts.items() if count}


def test_the_summary_adds_up_for_readers_who_do_not_calculate(people: People) -> None:
    _city(people)
    book = openpyxl.load_workbook(io.BytesIO(_written(_today())), data_only=True)
    assert book.sheetnames == SHEETS
    rows = list(book["Summary"].iter_rows(min_row=2, values_only=True))
    for *_names, opening, came, left, corrected, closing, counted, check in rows:
        assert opening + came - left + corrected == closing == counted
        assert check == 0
    assert rows[-1][8] == book["Devices"].max_row - 1
    assert book["Movements"].max_row - 1 == Entry.objects.count()


def test_the_summary_is_made_of_live_formulas(people: People) -> None:
    _city(people)
    page = openpyxl.load_workbook(io.BytesIO(_written(_today())))["Summary"]
    assert page["F2"].value.startswith("=COUNTIFS(")
    assert page["I2"].value == "=E2+F2-G2+H2"


def test_cells_are_typed_and_text_is_never_a_formula(people: People) -> None:
    _city(people)
    book = openpyxl.load_workbook(io.BytesIO(_written(_today())))
    devices, movements = book["Devices"], book["Movements"]
    (last,) = (row for row in devices.iter_rows(min_row=2) if str(row[6].value).startswith("="))
    assert (last[6].value, last[6].data_type) == ('=HYPERLINK("http://x","y")', "s")
    assert last[9].value == "+32 & <co>"
    assert isinstance(last[11].value, dt.datetime)
    assert isinstance(movements["A2"].value, int)
    assert isinstance(movements["B2"].value, dt.datetime)
    for page in (devices, movements, book["Media"]):
        assert page.freeze_panes == "A2"
        (table,) = page.tables.values()
        assert table.ref == table.autoFilter.ref == page.dimensions


def test_an_independent_reader_sees_the_same_values(people: People) -> None:
    _city(people)
    data = _written(_today())
    ours = [list(row) for row in openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Summary"].values]
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("Summary").to_python()
    assert [[str(cell or "") for cell in row[:4]] for row in ours] == [
        [str(cell) for cell in row[:4]] for row in theirs
    ]
    assert [row[4:] for row in ours[1:]] == [[int(cell) for cell in row[4:]] for row in theirs[1:]]


def test_the_same_ledger_gives_the_same_bytes_whenever_it_is_asked(people: People) -> None:
    _city(people)
    scope = _today()
    first = _written(scope)
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        assert _written(scope) == first


def test_the_closing_of_one_period_is_the_opening_of_the_next(people: People) -> None:
    yesterday = timezone.now() - dt.timedelta(days=1)
    with time_machine.travel(yesterday):
        for status in (Status.RECEIVED, Status.READY):
            journeys.make(status)
    journeys.make(Status.HANDED_OVER)
    first = scope_of(yesterday.date() - dt.timedelta(days=2), timezone.localdate(yesterday))
    second = _today("fr")
    books = [openpyxl.load_workbook(io.BytesIO(_written(one)), data_only=True) for one in (first, second)]
    closing, opening = (
        {row[1:4:2]: row[column] for row in book[book.sheetnames[1]].iter_rows(min_row=2, values_only=True) if row[3]}
        for book, column in zip(books, (8, 4), strict=True)
    )
    assert _some(closing) == _some(opening)
    assert sum(closing.values()) > 0


def test_a_device_that_was_taken_for_another_kind_is_a_correction_and_no_movement(people: People) -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(days=2)):
        first, second = declare([journeys.announced(category="laptop") for _ in range(2)], actor=people.technician)
    correct_list({first.tag: {"category": "tablet"}}, actor=people.technician)
    rows = openpyxl.load_workbook(io.BytesIO(_written(_today())), data_only=True)["Summary"]
    told = {row[1]: row[4:11] for row in rows.iter_rows(min_row=2, values_only=True) if row[3]}
    assert told == {"laptop": (2, 0, 0, -1, 1, 1, 0), "tablet": (0, 0, 0, 1, 1, 1, 0)}


def test_more_movements_than_a_sheet_holds_go_on_on_the_next() -> None:
    def told(count: int) -> list[tuple[str, int]]:
        return [(sheet.title, rows) for sheet, rows in movement_sheets(count, most=3)]

    assert told(7) == [("Movements", 3), ("Movements 2", 3), ("Movements 3", 1)]
    assert told(0) == [("Movements", 0)]


def test_the_beginning_is_sent_before_anything_is_counted_and_nothing_is_held(people: People) -> None:
    _city(people)
    chunks = workbook_chunks(_today("nl"))
    first = next(chunks)
    assert first.startswith(b"PK")
    # Somebody else works on this thread between two chunks, in a language of their own.
    assert translation.get_language() == "en"
    # What is recorded meanwhile belongs to the next workbook: the rows and the root stay those of the beginning.
    journeys.make(Status.RECEIVED)
    book = openpyxl.load_workbook(io.BytesIO(first + b"".join(chunks)), data_only=True)
    size = book.worksheets[0]["B5"].value
    assert [row[0] for row in book.worksheets[2].iter_rows(min_row=2, values_only=True)] == list(range(size))
    assert Entry.objects.count() > size


def test_kinds_are_known_however_many_devices_pass_by(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    _city(people)
    tags = [journeys.declared(kind).tag for kind in ("laptop", "tablet", "screen")]
    correct_list({tags[0]: {"category": "phone"}}, actor=people.technician)
    whole = _written(_today())
    monkeypatch.setattr("inventory.reports.sheets.stock._REMEMBERED", 0)
    monkeypatch.setattr("inventory.reports.sheets.movements._AT_ONCE", 3)
    assert _written(_today()) == whole


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is missing: apt install libreoffice-calc-nogui"
)
def test_libreoffice_opens_it_and_calculates_the_same(people: People, tmp_path: Path) -> None:
    _city(people)
    file = tmp_path / "ledger.xlsx"
    file.write_bytes(_written(_today()))
    # Without results, whatever LibreOffice shows it has calculated itself.
    bare = tmp_path / "bare.xlsx"
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(bare, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", data) if "worksheets" in name else data)
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", home, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(bare)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    calculated = CalamineWorkbook.from_path(tmp_path / "bare.ods").get_sheet_by_name("Summary").to_python()
    cached = openpyxl.load_workbook(file, data_only=True)["Summary"].values
    for shown, counted in zip(list(cached)[1:], calculated[1:], strict=True):
        assert [int(value) for value in counted[4:11]] == list(shown[4:11])


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_language_gives_its_own_workbook(language: str, people: People) -> None:
    journeys.make(Status.READY)
    book = openpyxl.load_workbook(io.BytesIO(_written(_today(language))))
    assert len(book.sheetnames) == len(SHEETS)


def test_what_a_cell_cannot_hold_is_refused_not_cut() -> None:
    with LongSheet("One", [Column("text")]) as sheet, pytest.raises(Refusal, match="longer than"):
        sheet.extend([["x" * 32_768]])


def test_control_characters_survive_as_escapes() -> None:
    package, target = Package(), io.BytesIO()
    with LongSheet("One", [Column("text")]) as sheet:
        sheet.extend([["a\x01b"], ["_x0041_"]])
        package.long(sheet)
        package.write(target)
    target.seek(0)
    rows = CalamineWorkbook.from_filelike(target).get_sheet_by_name("One").to_python()
    assert [row[0] for row in rows[1:]] == ["a\x01b", "_x0041_"]


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\ufffe\uffff"), max_size=12)


@given(st.lists(st.tuples(_TEXTS, st.integers(-9, 9) | st.none(), _TEXTS | st.none()), min_size=1, max_size=8))
def test_whatever_is_written_is_read_back_by_an_independent_reader(rows: list[tuple[str, int | None, str]]) -> None:
    package, target = Package(), io.BytesIO()
    with LongSheet("One", [Column("First"), Column("Number", "int"), Column("Last")]) as sheet:
        sheet.extend(rows)
        package.long(sheet)
        package.write(target)
    target.seek(0)
    page = CalamineWorkbook.from_filelike(target).get_sheet_by_name("One")
    read = [row + [""] * (3 - len(row)) for row in page.to_python(skip_empty_area=False)[1:]]
    read += [["", "", ""]] * (len(rows) - len(read))
    assert read == [["" if value is None else value for value in row] for row in rows]


def test_numbers_in_text_columns_and_days_and_weights_are_written_as_what_they_are() -> None:
    package, target = Package(), io.BytesIO()
    columns = [Column("text"), Column("day", "date"), Column("moment", "moment"), Column("weight", "decimal")]
    with LongSheet("One", columns) as sheet:
        moment = dt.datetime(2026, 3, 1, 9, 30, 15, tzinfo=dt.UTC)
        sheet.extend([[12, moment.date(), moment, Decimal("6.800")], ["<a>", None, "", 7]])
        package.long(sheet)
        package.write(target)
    page = openpyxl.load_workbook(target)["One"]
    assert [list(row) for row in page.iter_rows(min_row=2, values_only=True)] == [
        ["12", dt.datetime(2026, 3, 1), dt.datetime(2026, 3, 1, 9, 30, 15), 6.8],  # noqa: DTZ001
        ["<a>", None, None, 7],
    ]
    with pytest.raises(ValueError, match="zip"), LongSheet("Two", columns) as sheet:
        sheet.extend([["too short"]])


def test_the_workbook_can_be_had_by_script(people: People, tmp_path: Path) -> None:
    journeys.make(Status.READY)
    target, day = tmp_path / "ledger.xlsx", timezone.localdate().isoformat()
    call_command("export_ledger", "--from", day, "--to", day, "--lang", "nl", str(target))
    assert target.read_bytes() == _written(_today("nl"))
    with pytest.raises(CommandError, match="lies before"):
        call_command("export_ledger", "--from", day, "--to", "2020-01-01", str(target))
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["ledger.xlsx"]
