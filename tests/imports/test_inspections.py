"""Inspections from a list: whose they are is never guessed, and they are taken up as a program's inspection is."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from django.utils import translation

from imports.columns import CellRefused
from imports.kinds import KINDS, Look, cells
from imports.models import ImportRun
from imports.queries import rows_of
from imports.runs import apply, read_upload, stage, undo
from inventory.devices.categories import NO_DATA_CHECKS
from inventory.devices.models import Device, Medium
from inventory.errors import BadInput, Conflict, NotAllowed
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.verification import verify_ledger
from tests.imports.test_kinds import brought
from tests.imports.test_read_list import kept, lines
from tests.journeys import make, with_medium
from tests.people import People

pytestmark = pytest.mark.django_db

HEADINGS = (
    "Étiquette;Numéro de série;Processeur;Mémoire;Type de disque;Numéro de série du disque;Capacité du disque;"
    "Ne contient pas de données\n"
)


@pytest.fixture
def here(people: People) -> Device:
    return make(Status.RECEIVED)


def fates(run: ImportRun) -> list[str]:
    return list(run.rows.order_by("line").values_list("fate", flat=True))


def test_what_is_missing_is_filled_in_and_media_are_listed(people, here):
    text = HEADINGS + f"{here.tag};;Core i5-8350U;8 Go;disque dur;DISQ00077;500 Go;\n"
    run = brought(text, people.technician)
    assert (run.kind, fates(run)) == ("inspect", ["changed"])
    (row,) = rows_of(run)
    assert row.changes["processor"] == ["", "Core i5-8350U"]
    assert row.changes["memory_mb"] == ["", "8192"]
    assert row.changes["disk1_serial"][1].startswith("DISQ00077 · ")
    before = Entry.objects.count()
    apply(run.code, actor=people.technician)
    here.refresh_from_db()
    medium = Medium.objects.get(serial="DISQ00077")
    assert (here.processor, here.memory_mb) == ("Core i5-8350U", 8192)
    assert (medium.kind, medium.capacity_bytes, medium.device) == ("hdd", 500_000_000_000, here)
    assert Entry.objects.count() == before + 2, "an entry for the device, one for the medium"
    assert run.sha256 in Entry.objects.filter(event="device.describe").latest("id").body
    assert verify_ledger().fault is None
    assert fates(brought(text + "\n", people.technician)) == ["unchanged"], "twice: zero changes"


def test_a_declaration_of_no_data_is_a_person_s_and_not_against_what_is_listed(people, here):
    with translation.override("nl"):
        label = str(NO_DATA_CHECKS["opened_and_looked"])
    run = brought(HEADINGS + f"{here.tag};;;;;;;{label}\n", people.technician)
    assert rows_of(run)[0].changes["no_data"] == ["", "opened_and_looked"]
    apply(run.code, actor=people.technician)
    here.refresh_from_db()
    assert here.no_data_checked_how == "opened_and_looked"
    other = make(Status.RECEIVED)
    with_medium(other)
    text = HEADINGS + f"{other.tag};;;;;;;ouvert\n{here.tag};;;;;DISQ00078;;ouvert\n"
    first, second = rows_of(brought(text, people.technician))
    assert "has storage media listed" in first.problems[0]["message"]
    assert "names a storage medium, and says" in second.problems[0]["message"]
    assert first.problems[0]["column"] == "Ne contient pas de données"


def test_a_device_that_is_unsure_is_named_with_its_candidates(people, here):
    other = make(Status.RECEIVED)
    Device.objects.filter(pk=other.pk).update(
        serial=here.serial, serial_key=here.serial_key, manufacturer=here.manufacturer
    )
    text = f"Serienummer;Processor;Serienummer schijf\n{here.serial};i5;DISQ00079\n"
    (row,) = rows_of(brought(text, people.technician))
    assert row.fate == "problem"
    message = row.problems[0]["message"]
    assert "not sure" in message
    assert all(one.tag[:4] in message for one in (here, other))
    assert "tag" in row.problems[0]["mend"]


def test_a_disk_alone_never_says_whose_inspection_it_is(people, here):
    with_medium(here, serial="DISQ00080")
    text = "UUID;Disk serial;CPU\n4c4c4544-0052-4c10-8053-c3c04f303132;DISQ00080;i5\n"
    (row,) = rows_of(brought(text, people.technician))
    assert row.fate == "problem"
    assert "not sure" in row.problems[0]["message"]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (";NOWHERE77;i5;;;;;", "Numéro de série", "No device of ours"),
        ("{tag};OTHER9999;;;;;;", "Étiquette", "serial"),
        ("{tag};;;8 chevaux;;;;", "Mémoire", "not a size"),
        ("{tag};;;300;;;;", "Mémoire", "does not say its unit"),
        ("{tag};;;;boîte;X;;", "Type de disque", "not one of the words"),
        ("{tag};;;;hdd;6.37E+15;;", "Numéro de série du disque", "Excel destroyed"),
        ("{tag};;;;;;;peut-être", "Ne contient pas de données", "not one of the words"),
        ("{tag};;85.07.30-033.28;;;;;", "Processeur", "national register"),
        ("{declared};;i5;;;;;", "Étiquette", "not in our hands"),
        ("{tag};;i5;;;;;\n{tag};;i7;;;;;", "", "stands on line 2 too"),
    ],
)
def test_one_bad_row_and_nothing_is_written_down(people, here, row, column, said):
    text = HEADINGS + row.format(tag=here.tag, serial=here.serial, declared=make(Status.DECLARED).tag) + "\n"
    run = brought(text, people.technician, kind="inspect")
    wrong = rows_of(run, fate="problem")[0]
    assert said in wrong.problems[0]["message"]
    assert wrong.problems[0]["mend"]
    if column:
        assert wrong.problems[0]["column"] == column
    before = Entry.objects.count()
    with pytest.raises(BadInput):
        apply(run.code, actor=people.technician)
    assert Entry.objects.count() == before


def test_a_number_that_nobody_bears_is_named_with_its_column(people, here):
    text = "Inventory number;CPU;Disk serial\nNOWHERE-1;i5;DISQ00090\n"
    (row,) = rows_of(brought(text, people.technician))
    assert row.problems[0]["column"] == "Inventory number"


def test_several_disks_of_one_device_stand_in_one_row(people, here):
    head = "Tag;Disk 1 serial;Disk 1 size;Disk 2 serial;Disk 2 type\n"
    run = brought(head + f"{here.tag};DISQ00081;1 TB;DISQ00082;nvme\n", people.technician)
    assert {"disk1_serial", "disk2_serial"} == set(rows_of(run)[0].changes)
    apply(run.code, actor=people.technician)
    assert list(here.media.order_by("serial").values_list("serial", "kind")) == [
        ("DISQ00081", "unknown"),
        ("DISQ00082", "nvme"),
    ]
    (row,) = rows_of(brought(head + f"{here.tag};DISQ00083;;disq00083;\n", people.technician))
    assert "Two disks" in row.problems[0]["message"]


def test_a_new_disk_sends_a_clean_device_back_and_the_preview_says_so(people):
    ready = make(Status.READY)
    run = brought(f"Tag;Disk serial\n{ready.tag};DISQ00084\n", people.technician)
    assert "goes back to sanitisation" in " ".join(rows_of(run)[0].notices)
    apply(run.code, actor=people.technician)
    ready.refresh_from_db()
    assert ready.status == Status.AWAITING_SANITISATION


def test_what_we_know_stays_and_no_disk_is_missed(people, here):
    medium = with_medium(here, serial="DISQ00085")
    run = brought(f"Tag;Manufacturer;Disk serial\n{here.tag};Autre;DISQ00086\n", people.technician)
    assert "ours stays" in " ".join(rows_of(run)[0].notices)
    apply(run.code, actor=people.technician)
    here.refresh_from_db()
    assert here.manufacturer == "Fictor"
    assert medium.stays.get().missed_at is None


def test_there_is_no_way_back_and_the_page_says_it_beforehand(client, people, here):
    run = brought(HEADINGS + f"{here.tag};;i5;;;;;\n", people.technician)
    client.force_login(people.technician)
    html = client.get(reverse("import_run", args=[run.code])).content.decode()
    for sentence in ("cannot be undone", "stands in the history of the device", "Write down 1 inspection"):
        assert sentence in html
    apply(run.code, actor=people.technician)
    with pytest.raises(Conflict, match="stands in the history"):
        undo(run.code, actor=people.technician)


def test_inspections_are_for_who_may_inspect(people, here):
    with pytest.raises(NotAllowed):
        brought(HEADINGS + f"{here.tag};;i5;;;;;\n", people.counter_clerk, kind="inspect")


def test_a_script_sees_the_same(people, here, tmp_path):
    (row, last) = lines(kept(tmp_path, f"Tag;CPU;Disk serial\n{here.tag};i5;DISQ00087\n"))
    assert (row["action"], row["changes"]["processor"], last["kind"]) == ("changed", ["", "i5"], "inspect")


@pytest.mark.parametrize(
    ("cell", "read"),
    [("8 GB", 8192), ("8", 8192), ("8192", 8192), ("7,8 GiB", 7987), ("16Go", 16384), ("512 MB", 512), ("n/a", None)],
)
def test_memory_is_read_as_people_write_it(cell, read):
    assert cells.memory(cell, Look()) == read


@pytest.mark.parametrize(
    ("cell", "read", "shown"),
    [
        ("500 GB", 500_000_000_000, "500 GB"),
        ("1 To", 1_000_000_000_000, "1 TB"),
        ("256", 256_000_000_000, "256 GB"),
        ("500107862016", 500_107_862_016, "500 GB"),
        ("1,82 TiB", 2_001_111_162_552, "2 TB"),
    ],
)
def test_capacities_too(cell, read, shown):
    found = cells.capacity(cell, Look())
    assert abs(found - read) < 10_000_000
    assert cells.capacity_words(str(found)) == shown


@pytest.mark.parametrize("cell", ["0 GB", "9999999 TB", "-4", "8 horses", "250000"])
def test_a_size_that_cannot_be_is_refused(cell):
    with pytest.raises(CellRefused):
        cells.capacity(cell, Look())


def test_our_own_export_read_as_inspections_changes_nothing(client, people, here):
    Device.objects.filter(pk=here.pk).update(processor="Core i5", memory_mb=8192)
    client.force_login(people.technician)
    for language in ("fr", "nl", "en"):
        client.cookies["django_language"] = language
        answer = client.get(reverse("devices_csv"), headers={"accept-language": language})
        data = b"".join(answer.streaming_content)
        run = stage(read_upload(io.BytesIO(data), "own.csv", kind="inspect"), actor=people.technician)
        assert ({"tag", "processor", "memory_mb"} <= set(run.mapping["fields"]), fates(run)) == (True, ["unchanged"])


def test_every_kind_is_there():
    assert list(KINDS) == ["declare", "receive", "associations", "count", "evidence", "inspect"]
