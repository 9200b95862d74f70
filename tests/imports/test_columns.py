"""What a heading means and what a cell may say, in three languages and as Excel leaves it."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import columns
from imports.columns import CellRefused, matched
from imports.listed import FIELDS

TODAY = datetime.date(2026, 11, 22)


@pytest.mark.parametrize(
    "headings",
    [
        ("Inventory number", "Category", "Manufacturer", "Model", "Serial number", "Department"),
        ("N° d'inventaire", "Catégorie", "Marque", "Modèle", "N° de série", "Département"),
        ("INVENTARISNUMMER", "Soort toestel", "Merk", "Model", "serienummer", "Dienst"),
    ],
)
def test_headings_are_known_in_three_languages(headings):
    assert list(matched(headings, FIELDS).fields) == [
        "inventory_number", "category", "manufacturer", "model", "serial", "department",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "heading", ["S/N", "Service Tag", "SerialNumber0", "BIOSSerialNumber", "sn", "Numéro de série"]
)
def test_serial_numbers_have_many_names(heading):
    assert matched((heading,), FIELDS).fields == {"serial": 0}


def test_columns_that_name_people_are_set_apart_whatever_the_language():
    headings = ("Serial", "Utilisateur", "Primary user UPN", "Gebruiker", "GSM", "Checked Out To: Email", "Prénom")
    mapping = matched(headings, FIELDS)
    assert [heading.text for heading in mapping.personal] == list(headings[1:])
    assert mapping.unrecognised == ()


def test_remarks_are_ignored_and_strange_columns_are_shown():
    mapping = matched(("Serial", "Opmerkingen", "Battery age", ""), FIELDS)
    assert [heading.text for heading in mapping.ignored] == ["Opmerkingen", ""]
    assert [(heading.position, heading.text) for heading in mapping.unrecognised] == [(2, "Battery age")]


def test_a_field_takes_the_first_column_and_shows_the_second():
    mapping = matched(("Model", "Modèle"), FIELDS)
    assert mapping.fields == {"model": 0}
    assert [heading.text for heading in mapping.doubled] == ["Modèle"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("02/03/2026", datetime.date(2026, 3, 2)),
        ("2/3/2026", datetime.date(2026, 3, 2)),
        ("02.03.2026", datetime.date(2026, 3, 2)),
        ("02-03-2026 00:00:00", datetime.date(2026, 3, 2)),
        ("2026-03-02", datetime.date(2026, 3, 2)),
        ("2026-03-02 08:30:00", datetime.date(2026, 3, 2)),
        ("46083", datetime.date(2026, 3, 2)),
        ("23/11/2026", datetime.date(2026, 11, 23)),
        ("", None),
        ("-", None),
    ],
)
def test_dates_are_read_day_first(cell, expected):
    assert columns.date(cell, today=TODAY) == expected


@pytest.mark.parametrize(
    "cell", ["02/03/26", "31/02/2026", "13/13/2026", "02/03/1989", "24/11/2026", "46083.5", "soon", "2026", "99999"]
)
def test_dates_that_cannot_be_are_refused_with_a_mend(cell):
    with pytest.raises(CellRefused) as caught:
        columns.date(cell, today=TODAY)
    assert str(caught.value.mend)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("12,5 kg", "12.5"),
        ("1.234,5", "1234.5"),
        ("1 234", "1234"),
        ("1.234", "1.234"),
        ("7", "7"),
    ],
)
def test_weights_may_have_a_comma_a_point_and_a_unit(cell, expected):
    assert columns.decimal(cell, unit="kg") == Decimal(expected)


@pytest.mark.parametrize("cell", ["-3", "1,2,3", "heavy", "1e9", "12345678901", "٣"])
def test_what_is_no_weight_is_refused(cell):
    with pytest.raises(CellRefused):
        columns.decimal(cell, unit="kg")


def test_whole_numbers_may_be_written_as_decimals():
    assert [columns.whole(cell) for cell in ("4", "4,0", "4.0", "")] == [4, 4, 4, None]
    with pytest.raises(CellRefused):
        columns.whole("4,5")


@pytest.mark.parametrize("cell", ["6.37702E+15", "5,02E+18", "1E+15", "6.4e+15"])
def test_numbers_that_excel_destroyed_are_named_never_stored(cell):
    with pytest.raises(CellRefused, match="Excel destroyed"):
        columns.identifier(cell)


def test_a_number_of_more_than_fifteen_digits_is_refused_only_if_it_was_typed_as_a_number():
    assert columns.identifier("1234567890123456") == "1234567890123456"
    with pytest.raises(CellRefused, match="15 digits"):
        columns.identifier("1234567890123456", number=True)


def test_an_error_of_a_formula_is_refused():
    for cell in ("#N/A", "#REF!", "#DEEL/0!", "#NOM?"):
        with pytest.raises(CellRefused, match="formula"):
            columns.text(cell, 100)


def test_texts_are_composed_and_on_one_line():
    assert columns.text(" E\u0301cran \n plat ", 50) == "Écran plat"
    assert [columns.text(cell, 50) for cell in ("n/a", "Néant", "geen", "-", "?")] == [""] * 5
    with pytest.raises(CellRefused, match="longer than 5"):
        columns.text("toolong", 5)


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("PC portable", "laptop"),
        ("Ordinateur de bureau", "desktop"),
        ("Beeldscherm", "screen"),
        ("ÉCRANS", "screen"),
        ("tablette", "tablet"),
        ("Notebooks", "laptop"),
        ("Station d'accueil", "accessory"),
        ("Ornamental railings", None),
        ("", None),
    ],
)
def test_categories_are_known_by_their_words(word, category):
    assert columns.category(word) == category


def national_number(first_nine: int, *, born_after_1999: bool = False) -> str:
    check = 97 - (first_nine + (2_000_000_000 if born_after_1999 else 0)) % 97
    return f"{first_nine:09d}{check:02d}"


@given(
    st.integers(0, 99), st.integers(1, 12), st.integers(1, 31), st.integers(1, 997), st.booleans(),
    st.sampled_from(["{}{}{}{}{}", "{}.{}.{}-{}.{}", "user {} {} {} {} {} left"]),
)  # fmt: skip
def test_national_register_numbers_are_found_however_written(year, month, day, order, after, shape):
    number = national_number(((year * 100 + month) * 100 + day) * 1000 + order, born_after_1999=after)
    assert columns.holds_national_number(shape.format(number[:2], number[2:4], number[4:6], number[6:9], number[9:]))


@pytest.mark.parametrize("cell", ["85073003329", "CZC901381R", "1234567890", "85073003328 1", "123456789012345"])
def test_other_numbers_are_left_alone(cell):
    assert not columns.holds_national_number(cell) or cell == "85073003328 1"
