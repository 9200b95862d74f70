"""A list becomes devices row by row; a row with a problem becomes a sentence, and people stay out of it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imports.readers.opening import read_table
from imports.sources import SOURCES, Reading, read_list, recognised
from inventory.errors import BadInput, Refusal
from tests.imports.workbooks import workbook

REAL = Path(__file__).parents[3] / "shared" / "real" / "lists"
HEADER = "N° inventaire;Catégorie;Marque;Modèle;N° de série;Département;Acte de déclassement;Date de déclassement;Poids"
GOOD = "BXL-1001;PC portable;Dell;Latitude 5400;RLS77A1;Propreté;COL-2026-114;02/03/2026;1,9"


def read(*lines: str, source: str | None = None) -> Reading:
    return read_list(read_table("\n".join(lines).encode(), "list.csv"), source)


def problem(line: str, *more: str) -> tuple[int, str, str]:
    (found,) = read(HEADER, line, *more).problems
    assert found.mend
    return found.line, found.column, found.message


def test_a_row_of_the_city_s_list_becomes_a_device():
    reading = read(HEADER, GOOD)
    (device,) = reading.devices
    assert reading.source == "city"
    assert not reading.lacks_act
    assert (device.line, device.inventory_number, device.category, device.serial) == (
        2,
        "BXL-1001",
        "laptop",
        "RLS77A1",
    )
    assert (device.manufacturer, device.model, device.department) == ("Dell", "Latitude 5400", "Propreté")
    assert (device.act_reference, device.decommissioned_on) == ("COL-2026-114", datetime.date(2026, 3, 2))
    assert device.weight_kg == Decimal("1.9")
    assert device.notices == ()


def test_the_same_list_from_a_workbook_gives_the_same_devices():
    rows = [HEADER.split(";"), GOOD.split(";")[:7] + [datetime.date(2026, 3, 2), 1.9]]
    assert read_list(read_table(workbook(rows), "list.xlsx")).devices == read(HEADER, GOOD).devices


@pytest.mark.parametrize(
    ("old", "new", "column", "message"),
    [
        ("02/03/2026", "31/02/2026", "Date de déclassement", "not a day"),
        ("RLS77A1", "6.37702E+15", "N° de série", "Excel destroyed"),
        ("1,9", "light", "Poids", "not a number"),
        ("BXL-1001", "#REF!", "N° inventaire", "formula"),
    ],
)
def test_a_problem_names_line_column_and_mend(old, new, column, message):
    line, heading, sentence = problem(GOOD.replace(old, new))
    assert (line, heading) == (2, column)
    assert message in sentence
    assert "%(" not in sentence


def test_a_row_without_any_number_is_a_problem():
    line, column, message = problem(GOOD.replace("BXL-1001", "").replace("RLS77A1", "n/a"))
    assert (line, column) == (2, "N° inventaire / N° de série")
    assert "neither" in message


def test_the_same_number_twice_in_a_list_names_the_first_line():
    line, column, message = problem(GOOD, "", GOOD.replace("BXL-1001", "BXL-1002").replace("RLS77A1", "rls77a1"))
    assert (line, column) == (4, "N° de série")
    assert "line 2" in message


def test_a_national_register_number_refuses_its_row_without_being_repeated():
    reading = read(HEADER + ";Remarques", GOOD + ";rendu par 85.07.30-033.28")
    assert reading.devices == ()
    assert [(found.line, found.column) for found in reading.problems] == [(2, "Remarques")]
    assert "033" not in str(reading.problems)


def test_what_names_people_reaches_no_device():
    reading = read(HEADER + ";Utilisateur;Remarques", GOOD + ";d.peeters;bureau de Mme Peeters")
    assert [heading.text for heading in reading.mapping.personal] == ["Utilisateur"]
    assert "eeters" not in str(reading)


def test_an_unknown_category_and_a_placeholder_are_noted_not_refused():
    (device,) = read(HEADER, GOOD.replace("PC portable", "Fax").replace("RLS77A1", "System Serial Number")).devices
    assert (device.category, device.serial) == ("other", "")
    assert len(device.notices) == 2


def test_a_serial_typed_as_a_number_is_noted():
    reading = read_list(read_table(workbook([("Serial number",), (77001234,)]), "list.xlsx"))
    assert reading.devices[0].serial == "77001234"
    assert "leading zeros" in reading.devices[0].notices[0]


def test_assets_of_snipe_it_are_recognised_and_lack_their_act():
    reading = read(
        "Company,Asset Tag,Category,Manufacturer,Model,Location,Purchase Date,Purchase Cost,Checked Out To: Email",
        "City,RLS-1,Laptops,Dell,Latitude,Town hall,1/23/23,900,nobody@example.org",
    )
    assert (reading.source, reading.lacks_act) == ("snipe_it", True)
    assert (reading.devices[0].inventory_number, reading.devices[0].category) == ("RLS-1", "laptop")
    assert "example.org" not in str(reading)


def test_a_list_without_numbers_of_devices_is_refused_with_its_headings():
    with pytest.raises(BadInput, match="Town, Street"):
        read("Town;Street", "Brussels;Grand-Place")


def test_an_unknown_source_is_refused():
    with pytest.raises(BadInput, match="nowhere"):
        read(HEADER, GOOD, source="nowhere")


def test_each_source_is_kept_under_its_own_name():
    assert all(name == source.name for name, source in SOURCES.items())


@given(st.lists(st.lists(st.text(max_size=20), min_size=1, max_size=9), max_size=4), st.sampled_from([None, *SOURCES]))
@settings(max_examples=300, deadline=None)
def test_any_cells_are_devices_or_problems_or_a_refusal(rows, source):
    lines = [HEADER, GOOD, *(";".join(row) for row in rows)]
    try:
        reading = read(*lines, source=source)
    except Refusal:
        return
    lines_told = {device.line for device in reading.devices} | {found.line for found in reading.problems}
    assert 2 in lines_told
    assert all(found.message and found.mend for found in reading.problems)


@pytest.mark.skipif(not REAL.is_dir(), reason="the folder of real files is absent")
def test_the_real_sample_of_snipe_it_is_taken_whole_and_without_people():
    table = read_table((REAL / "snipe-it" / "assets-sample.csv").read_bytes(), "assets-sample.csv")
    assert recognised(table).name == "snipe_it"
    reading = read_list(table)
    assert (len(reading.devices), reading.problems) == (22, ())
    assert len(reading.mapping.personal) == 4
