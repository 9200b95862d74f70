"""Counts of a stock-take from a list: beside the books, counted by the scan, once, and not once it is closed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from imports import columns
from imports.columns import CellRefused
from imports.models import ImportRun, State
from imports.queries import rows_of
from imports.runs import apply, undo
from inventory.devices.models import Device
from inventory.errors import BadInput, Conflict, NotAllowed
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.scanning.commands import open_session, scan
from inventory.scanning.models import ScanRow, ScanSession
from inventory.scanning.queries import table_of
from inventory.scanning.stocktake import difference, settle, table_of_difference
from tests.imports.test_kinds import brought
from tests.imports.test_read_list import kept, lines
from tests.journeys import location, make
from tests.people import People

pytestmark = pytest.mark.django_db

HEADINGS = "Lieu;Étiquette;Numéro de série;Vu;Compté le\n"


@pytest.fixture
def here(people: People) -> Device:
    location("W2")
    return make(Status.RECEIVED)


@pytest.fixture
def stocktake(people: People, here: Device) -> ScanSession:
    return open_session("count", actor=people.warehouse_keeper, location=str(here.location.code))


def counted(run: ImportRun) -> list[tuple[str, str]]:
    return [(row.fate, row.result) for row in run.rows.order_by("line")]


def test_each_row_says_what_the_books_say_and_the_count_is_the_scan(people, here, stocktake):
    place = stocktake.location.code
    elsewhere, lost = make(Status.RECEIVED), make(Status.LOST)
    Device.objects.filter(pk=elsewhere.pk).update(location=location("W2"))
    now = timezone.localtime()
    rows = [
        f"{place};{here.tag};;oui;{now:%d/%m/%Y %H:%M}",
        f"{place};;{elsewhere.serial};vu;",
        f"{place};{lost.tag};;x;",
        f"{place};;{here.serial};oui;",
    ]
    run = brought(HEADINGS + "\n".join(rows), people.warehouse_keeper)
    assert run.kind == "count"
    assert counted(run) == [
        ("changed", "found"),
        ("changed", "misplaced"),
        ("changed", "unexpected"),
        ("unchanged", "counted"),
    ]
    assert run.counts["results"] == {"counted": 1, "found": 1, "misplaced": 1, "unexpected": 1}
    assert rows_of(run)[1].changes == {"place": ["W2", place]}
    before = Entry.objects.count()
    apply(run.code, actor=people.warehouse_keeper)
    assert ScanRow.objects.filter(session=stocktake, outcome="done").count() == 3
    assert Entry.objects.count() == before, "a count changes no device until it is settled"
    told = difference(stocktake)
    assert [told.found, told.misplaced, told.unexpected] == [[here], [elsewhere], [lost]]
    again = brought(HEADINGS + "\n".join(rows) + "\n", people.warehouse_keeper)
    assert {result for _fate, result in counted(again)} == {"counted"}, "twice: zero changes"


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("{place};ZZZZZZZZ2;;;", "Étiquette", "“ZZZZZZZZ2”|No device bears|check"),
        ("{place};;NOWHERE1;oui;", "Numéro de série", "No device of ours"),
        ("X9;{tag};;oui;", "Lieu", "No stock-take is open at “X9”"),
        ("{place};{tag};;oui;01/02/1999 10:00", "Compté le", "before the stock-take began"),
        ("{place};{tag};;oui;31/12/2999 10:00", "Compté le", "future"),
        ("{place};{tag};;peut-être;", "Vu", "not one of the words"),
        ("{place};{tag};;oui;85.07.30-033.28", "Compté le", "national register"),
    ],
)
def test_one_bad_row_and_nothing_is_counted(people, here, stocktake, row, column, said):
    text = row.format(place=stocktake.location.code, tag=here.tag)
    run = brought(HEADINGS + text + "\n", people.warehouse_keeper)
    (wrong,) = rows_of(run, fate="problem")
    assert wrong.problems[0]["column"] == column
    assert any(part in wrong.problems[0]["message"] for part in said.split("|"))
    assert wrong.problems[0]["mend"]
    with pytest.raises(BadInput):
        apply(run.code, actor=people.warehouse_keeper)
    assert not ScanRow.objects.exists()


def test_a_number_that_two_devices_bear_is_not_guessed(people, here, stocktake):
    other = make(Status.RECEIVED)
    Device.objects.filter(pk=other.pk).update(serial=here.serial, serial_key=here.serial_key)
    run = brought(f"Serienummer;Gezien\n{here.serial};ja\n", people.warehouse_keeper)
    (row,) = rows_of(run)
    assert row.fate == "problem"
    assert all(one.tag[:4] in row.problems[0]["message"] for one in (here, other))


def test_a_bare_list_of_tags_counts_in_the_only_open_stocktake(people, here, stocktake):
    run = brought(f"Label\n{here.tag}\n", people.warehouse_keeper, kind="count")
    assert counted(run) == [("changed", "found")]
    open_session("count", actor=people.warehouse_keeper, location="W2")
    run = brought(f"Label\n{here.tag} \n", people.warehouse_keeper, kind="count")
    assert "Several stock-takes are open" in rows_of(run)[0].problems[0]["message"]
    assert counted(brought(f"Label;Plaats\n{here.tag};{stocktake.location.code}\n", people.technician, kind="count"))[
        0
    ] == ("changed", "found")


def test_a_cell_left_empty_under_seen_counts_nothing(people, here, stocktake):
    run = brought(f"Label;Gezien\n{here.tag};\n", people.warehouse_keeper)
    assert counted(run) == [("unchanged", "not_seen")]
    apply(run.code, actor=people.warehouse_keeper)
    assert [one.pk for one in difference(stocktake).missing] == [here.pk]


def test_what_was_counted_is_taken_back_while_the_stocktake_is_open(client, people, here, stocktake):
    run = brought(f"Label;Gezien\n{here.tag};ja\n", people.warehouse_keeper)
    apply(run.code, actor=people.warehouse_keeper)
    client.force_login(people.warehouse_keeper)
    html = client.get(reverse("import_run", args=[run.code])).content.decode()
    assert "is not counted any more, as long as the stock-take is open" in html
    undo(run.code, actor=people.warehouse_keeper)
    assert [one.pk for one in difference(stocktake).missing] == [here.pk]
    run = brought(f"Label;Gezien\n{here.tag};ja\n", people.warehouse_keeper)
    assert counted(run) == [("changed", "found")], "undone, it can be counted again"
    apply(run.code, actor=people.warehouse_keeper)
    settle(stocktake.code, actor=people.warehouse_keeper, lost=False, found_again=False)
    with pytest.raises(Conflict):
        undo(run.code, actor=people.warehouse_keeper)
    run.refresh_from_db()
    assert run.state == State.APPLIED


def test_a_stocktake_closed_since_the_preview_stops_the_whole_list(people, here, stocktake):
    run = brought(f"Label;Gezien\n{here.tag};ja\n", people.warehouse_keeper)
    settle(stocktake.code, actor=people.warehouse_keeper, lost=False, found_again=False)
    with pytest.raises(Conflict):
        apply(run.code, actor=people.warehouse_keeper)
    assert not ScanRow.objects.exists()
    (row,) = rows_of(brought(f"Label;Gezien\n{here.tag} ;ja\n", people.warehouse_keeper))
    assert "No stock-take is open" in row.problems[0]["message"]


def test_each_of_two_who_count_brings_in_their_own_list(people, here):
    place = here.location.code
    session = open_session("count", actor=people.warehouse_keeper, location=place, counters=2)
    scan(session.code, here.tag, actor=people.warehouse_keeper)
    text = f"Label;Plaats;Teller\n{here.tag};{place};2\n"
    (row,) = rows_of(brought(text, people.warehouse_keeper))
    assert "you are person 1" in row.problems[0]["message"]
    run = brought(text + "\n", people.technician)
    assert counted(run) == [("changed", "found")]
    with pytest.raises(Conflict):
        apply(run.code, actor=people.warehouse_keeper)
    apply(run.code, actor=people.technician)
    assert difference(session).by_one == []


def test_our_own_export_of_a_stocktake_says_what_is_not_there(people, here, stocktake):
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            exported = "\n".join(";".join(map(str, row)) for row in table_of_difference(stocktake))
        run = brought(exported + "\n", people.warehouse_keeper, kind="count")
        assert counted(run) == [("unchanged", "not_seen")]
    scan(stocktake.code, here.tag, actor=people.warehouse_keeper)
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            exported = "\n".join(";".join(map(str, row)) for row in table_of(stocktake))
        run = brought(exported + "\n", people.warehouse_keeper)
        assert (run.kind, counted(run)) == ("count", [("unchanged", "counted")]), "brought back, it changes nothing"


def test_counts_are_for_who_may_store(people, here, stocktake):
    with pytest.raises(NotAllowed):
        brought(f"Label;Gezien\n{here.tag};ja\n", people.counter_clerk)


def test_a_script_sees_the_same_and_stores_nothing(people, here, stocktake, tmp_path):
    *rows, last = lines(kept(tmp_path, f"Label;Gezien\n{here.tag};ja\nZZZZ;ja\n"))
    assert [(row["action"], row.get("result", "")) for row in rows] == [("changed", "found"), ("problem", "")]
    assert (last["totals"], last["results"], last["kind"]) == (
        {"rows": 2, "changed": 1, "problem": 1},
        {"found": 1},
        "count",
    )
    assert not ScanRow.objects.exists()


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("02/03/2026 09:14", "2026-03-02T09:14:00+01:00"),
        ("2026-03-02 09:14:30", "2026-03-02T09:14:30+01:00"),
        ("2026-07-02T09:14:30+02:00", "2026-07-02T09:14:30+02:00"),
        ("02.03.2026", "2026-03-02T23:59:59+01:00"),
        ("10/08/2026", "2026-08-10T12:00:00+02:00"),
        ("n/a", ""),
    ],
)
def test_a_moment_is_read_as_people_write_it(cell, read):
    now = dt.datetime.fromisoformat("2026-08-10T12:00:00+02:00")
    found = columns.moment(cell, now=now)
    assert (found.isoformat() if found else "") == read


@pytest.mark.parametrize("cell", ["02/03/2026 25:14", "11/08/2026 13:00", "11/08/2027", "yesterday", "45000"])
def test_a_moment_that_cannot_be_is_refused(cell):
    with pytest.raises(CellRefused):
        columns.moment(cell if cell != "45000" else "99999", now=dt.datetime.fromisoformat("2026-08-10T12:00:00+02:00"))
