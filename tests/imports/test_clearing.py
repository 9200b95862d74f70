"""What a list empties on purpose: only where a cell says so, shown first, and undone with the list."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from imports.models import Fate, ImportRun
from imports.queries import rows_of
from imports.runs import apply, read_upload, stage, undo
from imports.templates_to_fill import template_xlsx
from inventory.devices.models import Device
from inventory.ledger.models import Entry
from inventory.reports.verification import verify_ledger
from tests.imports.test_long_lists import HEADER, rows
from tests.people import People

pytestmark = pytest.mark.django_db


def brought(text: str, people: People) -> ImportRun:
    return stage(read_upload(io.BytesIO(text.encode()), "list.csv"), actor=people.warehouse_keeper)


@pytest.fixture
def device(people: People) -> Device:
    apply(brought(HEADER + rows(1), people).code, actor=people.warehouse_keeper)
    return Device.objects.get()


@pytest.mark.parametrize("word", ["(vide)", "(LEEG)", " (Empty) "])
def test_a_cell_that_says_so_empties_the_field_and_undoing_fills_it_again(people, device, word):
    text = HEADER + rows(1).replace("Hestia", word).replace("02/03/2026", word).replace("6,8", word)
    run = brought(text, people)
    (row,) = rows_of(run)
    assert row.fate == Fate.CHANGED
    assert row.changes == {
        "manufacturer": ["Hestia", ""],
        "decommissioned_on": ["2026-03-02", ""],
        "weight_kg": ["6.8", ""],
    }
    apply(run.code, actor=people.warehouse_keeper)
    emptied = Device.objects.get()
    assert (emptied.manufacturer, emptied.decommissioned_on, emptied.weight_kg) == ("", None, None)
    assert brought(text + "\n", people).counts["unchanged"] == 1, "twice: zero changes"
    undo(run.code, actor=people.warehouse_keeper)
    again = Device.objects.get()
    names = ("manufacturer", "decommissioned_on", "weight_kg", "model")
    assert [getattr(again, name) for name in names] == [getattr(device, name) for name in names]
    assert Entry.objects.filter(event="device.correct").count() == 2
    assert verify_ledger().fault is None


def test_one_number_can_be_emptied_where_the_other_tells_the_device(people, device):
    run = brought(HEADER + rows(1).replace("LL-00001", "(vide)"), people)
    assert rows_of(run).get().changes == {"inventory_number": ["LL-00001", ""]}
    apply(run.code, actor=people.warehouse_keeper)
    assert Device.objects.get(serial="LLHB000001").inventory_number == ""


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("Inventarisnummer;Categorie\nLL-00001;(leeg)\n", "Categorie", "cannot be emptied"),
        ("Inventarisnummer;Serienummer\n(leeg);(leeg)\n", "Inventarisnummer / Serienummer", "neither"),
        ("Relais tag;Inventarisnummer;Serienummer\n{tag};(leeg);(leeg)\n", "Inventarisnummer", "both would be"),
        ("Relais tag;Model\n(leeg);B\n", "Relais tag", "cannot be emptied"),
    ],
)
def test_neither_the_category_nor_what_tells_the_device_is_emptied(people, device, text, column, said):
    (row,) = rows_of(brought(text.format(tag=device.tag), people))
    assert row.fate == Fate.PROBLEM
    assert row.problems[0]["column"] == column
    assert said in row.problems[0]["message"]


def test_of_a_new_device_it_is_as_if_the_cell_said_nothing(people):
    run = brought(HEADER + rows(1).replace("Hestia", "(vide)").replace("BC-2026-114", "(vide)"), people)
    assert (run.counts["new"], run.counts["without_act"]) == (1, 1)
    apply(run.code, actor=people.warehouse_keeper, act_reference="BC-9", decommissioned_on=None)
    device = Device.objects.get()
    assert (device.manufacturer, device.act_reference) == ("", "BC-9")


def test_the_preview_says_what_would_be_emptied(client, people, device):
    run = brought(HEADER + rows(1).replace("Hestia", "(vide)"), people)
    client.force_login(people.warehouse_keeper)
    html = client.get(reverse("import_run", args=[run.code])).content.decode()
    assert "<del>Hestia</del> → <ins>(empty)</ins>" in html


def test_the_empty_list_tells_how_a_field_is_emptied():
    sheet = openpyxl.load_workbook(io.BytesIO(template_xlsx())).active
    hints = {hint.promptTitle: hint.prompt for hint in sheet.data_validations.dataValidation}
    assert "(empty)" in hints["Manufacturer"]
    assert "Category" not in hints
