"""A list is staged, previewed and applied wholly or not at all; the same file twice changes nothing."""

from __future__ import annotations

import datetime
import io

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.models import Fate, ImportRun, StagedRow, State
from imports.queries import rows_of, run_coded, runs
from imports.readers.opening import Limits
from imports.runs import Upload, apply, discard, read_upload, stage
from inventory.devices.models import Device
from inventory.errors import BadFile, BadInput, Conflict, NotAllowed, NotFound
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests.imports.workbooks import workbook
from tests.journeys import declared
from tests.people import People

HEADER = "Inventarisnummer;Categorie;Merk;Model;Serienummer;Dienst;Akte;Datum buitengebruikstelling;Gewicht\n"
ROWS = (
    "BXL-1;Laptop;Dell;Latitude 5400;RLS77A1;Stedenbouw;BC-2026-114;02/03/2026;1,9\n"
    "BXL-2;Scherm;Iiyama;B2480;;Stedenbouw;BC-2026-114;02/03/2026;\n"
)
ACT = {"act_reference": "BC-2026-200", "decommissioned_on": datetime.date(2026, 4, 1)}


def upload(text: str | bytes, name: str = "list.csv", source: str = "") -> Upload:
    data = text.encode() if isinstance(text, str) else text
    return read_upload(io.BytesIO(data), name, source=source)


def staged(text: str, people: People, **more: object) -> ImportRun:
    return stage(upload(text), actor=people.warehouse_keeper, **more)  # type: ignore[arg-type]


def fates(run: ImportRun) -> list[tuple[int, str]]:
    return [(row.line, row.fate) for row in rows_of(run)]


def test_a_preview_shows_every_row_and_enters_nothing(people: People):
    run = staged(HEADER + ROWS, people)
    assert (run.state, run.source, run.name) == (State.PREVIEWED, "city", "list.csv")
    assert run.counts == {"rows": 2, "new": 2, "changed": 0, "unchanged": 0, "problem": 0, "without_act": 0}
    assert fates(run) == [(2, "new"), (3, "new")]
    assert run.mapping["fields"]["serial"] == "Serienummer"
    assert not Device.objects.exists()
    assert not Entry.objects.exists()


def test_applying_declares_every_device_with_one_entry_each(people: People):
    run = apply(staged(HEADER + ROWS, people).code, actor=people.warehouse_keeper)
    assert (run.state, run.settled_by_id) == (State.APPLIED, people.warehouse_keeper.pk)
    first, second = Device.objects.order_by("inventory_number")
    assert (first.status, first.category, first.serial, str(first.weight_kg)) == (
        "declared",
        "laptop",
        "RLS77A1",
        "1.900",
    )
    assert (first.act_reference, first.decommissioned_on) == ("BC-2026-114", datetime.date(2026, 3, 2))
    assert [row.tag for row in rows_of(run)] == [first.tag, second.tag]
    entries = Entry.objects.filter(event="device.declare")
    assert {entry.subject_key for entry in entries} == {first.tag, second.tag}
    assert {(entry.channel, entry.evidence_sha256) for entry in entries} == {("import", run.sha256)}


def test_the_same_file_twice_changes_nothing(people: People):
    first = apply(staged(HEADER + ROWS, people).code, actor=people.warehouse_keeper)
    again = stage(upload(HEADER + ROWS, "another name.csv"), actor=people.technician)
    assert again.code == first.code
    with pytest.raises(Conflict, match="settled"):
        apply(again.code, actor=people.technician)
    assert (Device.objects.count(), Entry.objects.count(), ImportRun.objects.count()) == (2, 2, 1)


def test_the_same_devices_in_another_order_are_known_already(people: People):
    apply(staged(HEADER + ROWS, people).code, actor=people.warehouse_keeper)
    turned = "".join(reversed(ROWS.splitlines(keepends=True)))
    run = staged(HEADER + turned, people)
    assert fates(run) == [(2, "unchanged"), (3, "unchanged")]
    assert all(row.tag for row in rows_of(run))
    apply(run.code, actor=people.warehouse_keeper)
    assert (Device.objects.count(), Entry.objects.count()) == (2, 2)


def test_a_serial_in_another_case_is_the_same_device(people: People):
    device = declared(serial="rls77a1", inventory_number="")
    row = rows_of(staged(HEADER + ROWS, people)).get(line=2)
    assert (row.fate, row.tag) == (Fate.CHANGED, device.tag)
    assert row.changes["inventory_number"] == ["", "BXL-1"]


def test_an_inventory_number_on_another_device_is_a_problem(people: People):
    declared(inventory_number="BXL-1", serial="OTHER1")
    row = rows_of(staged(HEADER + ROWS, people)).first()
    assert row is not None
    assert (row.line, row.fate) == (2, Fate.PROBLEM)
    assert row.problems[0]["column"] == "Inventarisnummer"
    assert "another device" in row.problems[0]["message"]


def test_one_bad_row_and_nothing_enters(people: People):
    run = staged(HEADER + ROWS + "BXL-3;Laptop;Dell;5400;RLS9;Stedenbouw;BC-2026-114;31/02/2026;\n", people)
    assert fates(run) == [(4, "problem"), (2, "new"), (3, "new")]
    with pytest.raises(BadInput, match="1 rows have a problem"):
        apply(run.code, actor=people.warehouse_keeper)
    assert not Device.objects.exists()
    run.refresh_from_db()
    assert run.state == State.PREVIEWED


def test_a_corrected_file_is_a_list_of_its_own(people: People):
    staged(HEADER + ROWS.replace("02/03/2026", "02/03/26"), people)
    apply(staged(HEADER + ROWS, people).code, actor=people.warehouse_keeper)
    assert Device.objects.count() == 2
    assert runs(actor=people.auditor).count() == 2


def test_a_list_without_act_takes_the_one_given_for_all_of_it(people: People):
    run = staged("Asset Tag,Category,Model,Purchase Date,Purchase Cost\nRLS-1,Laptops,Book,1/2/23,9\n", people)
    assert (run.source, run.counts["without_act"]) == ("snipe_it", 1)
    with pytest.raises(BadInput, match="Line 2"):
        apply(run.code, actor=people.warehouse_keeper)
    with pytest.raises(BadInput, match="future"):
        apply(run.code, actor=people.warehouse_keeper, act_reference="A", decommissioned_on=datetime.date(2190, 1, 1))
    apply(run.code, actor=people.warehouse_keeper, **ACT)
    device = Device.objects.get()
    assert (device.act_reference, device.decommissioned_on) == ("BC-2026-200", datetime.date(2026, 4, 1))


def test_what_a_row_says_wins_over_what_is_given_for_the_list(people: People):
    rows = ROWS + "BXL-3;Laptop;Dell;5400;RLS9;Stedenbouw;;;\n"
    apply(staged(HEADER + rows, people, **ACT).code, actor=people.warehouse_keeper)
    acts = dict(Device.objects.values_list("inventory_number", "act_reference"))
    assert acts == {"BXL-1": "BC-2026-114", "BXL-2": "BC-2026-114", "BXL-3": "BC-2026-200"}


def test_a_device_that_came_since_the_preview_stops_the_whole_list(people: People):
    run = staged(HEADER + ROWS, people)
    declared(inventory_number="BXL-2")
    with pytest.raises(Conflict, match="1 of these devices"):
        apply(run.code, actor=people.warehouse_keeper)
    assert Device.objects.count() == 1
    assert fates(staged(HEADER + ROWS, people)) == [(2, "new"), (3, "changed")]


def test_two_lists_with_one_device_do_not_enter_it_twice(people: People):
    first = staged(HEADER + ROWS, people)
    second = staged(HEADER + ROWS.replace("1,9", "2,0"), people)
    apply(first.code, actor=people.warehouse_keeper)
    with pytest.raises(Conflict):
        apply(second.code, actor=people.warehouse_keeper)
    assert Device.objects.count() == 2


def test_a_discarded_list_forgets_its_rows_and_can_come_again(people: People):
    run = discard(staged(HEADER + ROWS, people).code, actor=people.warehouse_keeper)
    assert (run.state, StagedRow.objects.count()) == (State.DISCARDED, 0)
    with pytest.raises(Conflict):
        apply(run.code, actor=people.warehouse_keeper)
    assert staged(HEADER + ROWS, people).code != run.code


def test_a_file_staged_again_is_the_same_run(people: People):
    first, second = staged(HEADER + ROWS, people), staged(HEADER + ROWS, people)
    assert first.code == second.code
    assert StagedRow.objects.count() == 2


def test_the_database_refuses_a_second_run_of_the_same_file(people: People):
    run = staged(HEADER + ROWS, people)
    run.pk, run.code = None, "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        run.save(force_insert=True)


def test_neither_people_nor_remarks_are_kept(people: People):
    text = HEADER.strip() + ";Gebruiker;Opmerkingen\n" + ROWS.splitlines()[0] + ";p.janssens;bij Janssens aan huis\n"
    run = staged(text, people)
    assert run.mapping["personal"] == ["Gebruiker"]
    assert "anssens" not in str(list(StagedRow.objects.values())) + str(run.mapping)


def test_only_who_may_declare_brings_lists_in(people: People):
    for person in (people.auditor, people.driver, people.administrator, people.association_member):
        with pytest.raises(NotAllowed):
            stage(upload(HEADER + ROWS), actor=person)
    run = staged(HEADER + ROWS, people)
    for person in (people.auditor, people.driver):
        with pytest.raises(NotAllowed):
            apply(run.code, actor=person)
        with pytest.raises(NotAllowed):
            discard(run.code, actor=person)
    assert run_coded(run.code, actor=people.auditor) == run
    with pytest.raises(NotAllowed):
        run_coded(run.code, actor=people.driver)


def test_an_unknown_import_is_refused(people: People):
    for act in (apply, discard):
        with pytest.raises(NotFound):
            act("nowhere", actor=people.warehouse_keeper)
    with pytest.raises(NotFound):
        run_coded("nowhere", actor=people.warehouse_keeper)


@pytest.mark.django_db
def test_a_name_with_a_path_keeps_its_last_part():
    assert upload(HEADER + ROWS, "C:\\Users\\p\\..\\list.csv").name == "list.csv"
    assert upload(HEADER + ROWS, "../../etc/\u202elist.csv").name == "list.csv"


def test_a_file_too_large_is_not_read_to_its_end():
    with pytest.raises(BadFile, match="megabytes"):
        read_upload(io.BytesIO(b"A" * 3_000_000), "list.csv", limits=Limits(bytes=1_000_000))


def test_a_workbook_goes_the_same_way(people: People):
    rows = [
        HEADER.strip().split(";"),
        ["BXL-1", "Laptop", "Dell", "5400", 77001234, "D", "A-1", datetime.date(2026, 3, 2), 2],
    ]
    run = stage(upload(workbook(rows), "list.xlsx"), actor=people.warehouse_keeper)
    assert "leading zeros" in rows_of(run).get(line=2).notices[0]
    apply(run.code, actor=people.warehouse_keeper)
    assert Device.objects.get().status == Status.DECLARED


@given(st.lists(st.integers(0, 400), min_size=1, max_size=20))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_number_stands_twice_in_what_would_be_new(people: People, numbers):
    text = HEADER + "".join(f"INV-{n};Laptop;D;M;S{n % 37};X;A-1;02/03/2026;\n" for n in numbers)
    run = staged(text, people)
    new = [row.values for row in rows_of(run, fate="new")]
    assert len({values["inventory_number"] for values in new}) == len(new)
    assert len({values["serial"] for values in new}) == len(new)
    discard(run.code, actor=people.warehouse_keeper)
