"""Lists of any length: read and applied by a worker, corrected, undone, and whole or not at all whatever dies."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from imports import runs, staging, work
from imports.models import Fate, ImportRun, State
from imports.queries import problem_rows, rows_of, same_rows
from imports.runs import apply, read_upload, stage, undo
from inventory.devices.commands import receive
from inventory.devices.models import Device
from inventory.errors import Conflict, NotAllowed
from inventory.jobs.attempts import claim, work_off
from inventory.jobs.attempts import work as work_on
from inventory.jobs.commands import cancel
from inventory.jobs.kinds import Lane
from inventory.jobs.models import Job, JobState
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.verification import verify_ledger
from tests.journeys import location
from tests.people import People

pytestmark = pytest.mark.django_db

HEADER = "Inventarisnummer;Categorie;Merk;Model;Serienummer;Dienst;Akte;Datum van buitengebruikstelling;Gewicht (kg)\n"


def rows(count: int, first: int = 1, model: str = "Bureau 400") -> str:
    return "".join(
        f"LL-{n:05d};PC;Hestia;{model};LLHB{n:06d};Stedenbouw;BC-2026-114;02/03/2026;6,8\n"
        for n in range(first, first + count)
    )


def brought(text: str, people: People, **more: object) -> ImportRun:
    return stage(read_upload(io.BytesIO(text.encode()), "list.csv"), actor=people.warehouse_keeper, **more)  # type: ignore[arg-type]


def worker() -> None:
    work_off({"import": work.bring_in}, list(Lane))


def applied(run: ImportRun, people: People) -> ImportRun:
    """Read and applied by the worker."""
    worker()
    apply(run.code, actor=people.warehouse_keeper)
    worker()
    run.refresh_from_db()
    return run


@pytest.fixture
def for_the_worker(monkeypatch):
    """Nothing is small any more; a batch holds twenty rows."""
    monkeypatch.setattr(runs, "SMALL_BYTES", 0)
    monkeypatch.setattr(runs, "SMALL_ROWS", 0)
    monkeypatch.setattr(staging, "BATCH", 20)


def test_a_long_list_is_read_and_applied_by_a_worker(people, for_the_worker):
    run = brought(HEADER + rows(50), people)
    assert (run.state, run.counts, run.job.state) == (State.READING, {}, JobState.WAITING)
    worker()
    run.refresh_from_db()
    assert (run.state, run.counts["new"], run.job.done) == (State.PREVIEWED, 50, 50)
    run = apply(run.code, actor=people.warehouse_keeper)
    assert (run.state, Device.objects.count()) == (State.APPLYING, 0)
    worker()
    run.refresh_from_db()
    assert (run.state, run.settled_by) == (State.APPLIED, people.warehouse_keeper)
    assert Device.objects.filter(status=Status.DECLARED).count() == 50
    assert Entry.objects.filter(event="device.declare", channel="import").count() == 50
    assert all(row.tag for row in rows_of(run))
    assert verify_ledger().fault is None


def test_what_a_worker_cannot_read_is_said_and_nothing_is_kept(people, for_the_worker):
    run = brought(HEADER + rows(30) + "LL-9;PC;Hestia;B;S;D;A;02/03/2026;1;too much\n", people)
    worker()
    run.refresh_from_db()
    job = Job.objects.get(pk=run.job_id)
    assert (run.state, job.state) == (State.REFUSED, JobState.FAILED)
    assert "32" in job.why
    assert not run.rows.exists()
    # The file can come again: a refused one is as if it had never come.
    assert brought(HEADER + rows(30), people).code != run.code


def test_cancelled_while_it_is_read_it_leaves_nothing_behind(people, for_the_worker, monkeypatch, settings):
    run = brought(HEADER + rows(60), people)
    original = staging.write_rows

    def somebody_cancels(*given, **more):
        if ImportRun.objects.get(pk=run.pk).rows.count() == 20:
            cancel(run.job.code, actor=people.warehouse_keeper)
        return original(*given, **more)

    monkeypatch.setattr(staging, "write_rows", somebody_cancels)
    worker()
    run.refresh_from_db()
    assert (run.state, run.job.state, run.rows.count()) == (State.DISCARDED, JobState.CANCELLED, 0)
    assert list(Path(settings.RELAIS_SPOOL).iterdir()) == []


def test_a_worker_that_dies_while_it_reads_is_followed_by_one_that_begins_anew(people, for_the_worker, monkeypatch):
    run = brought(HEADER + rows(60), people)
    with monkeypatch.context() as dying:
        dying.setattr(staging, "_mark_doubles", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            work_on(claim(list(Lane)), work.bring_in)
    assert run.rows.count() == 60
    Job.objects.filter(state="running").update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    worker()
    run.refresh_from_db()
    assert (run.state, run.counts["rows"], run.rows.count()) == (State.PREVIEWED, 60, 60)


def test_a_worker_that_dies_while_it_applies_has_entered_nothing(people, for_the_worker, monkeypatch):
    run = brought(HEADER + rows(50), people)
    worker()
    apply(run.code, actor=people.warehouse_keeper)
    with monkeypatch.context() as dying:
        dying.setattr(work, "importing", lambda actor: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            work_on(claim(list(Lane)), work.bring_in)
    assert not Device.objects.exists()
    Job.objects.filter(state="running").update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    worker()
    assert Device.objects.count() == 50


def test_refused_while_it_is_applied_it_can_be_looked_at_again(people, for_the_worker):
    run = brought(HEADER + rows(30), people)
    worker()
    apply(run.code, actor=people.warehouse_keeper)
    brought_meanwhile = HEADER + rows(1)
    ImportRun.objects.filter(pk=run.pk).update(state=State.PREVIEWED)
    with pytest.MonkeyPatch.context() as small:
        small.setattr(runs, "SMALL_BYTES", 10_000)
        small.setattr(runs, "SMALL_ROWS", 10)
        apply(brought(brought_meanwhile, people).code, actor=people.warehouse_keeper)
    ImportRun.objects.filter(pk=run.pk).update(state=State.APPLYING)
    worker()
    run.refresh_from_db()
    assert (run.state, run.job.state) == (State.PREVIEWED, JobState.FAILED)
    assert "entered since the preview" in run.job.why
    assert Device.objects.count() == 1


def test_known_devices_are_corrected_where_the_list_says_otherwise(people):
    apply(brought(HEADER + rows(2), people).code, actor=people.warehouse_keeper)
    changed = (
        (HEADER + rows(2))
        .replace("Bureau 400;LLHB000001", "Bureau 401;LLHB000001")
        .replace("6,8\nLL-00002", "7\nLL-00002")
    )
    run = brought(changed, people)
    row, other = rows_of(run).order_by("line")
    assert (row.fate, other.fate) == (Fate.CHANGED, Fate.UNCHANGED)
    assert row.changes == {"model": ["Bureau 400", "Bureau 401"], "weight_kg": ["6.8", "7"]}
    assert row.told_changes[0][1:] == ("Bureau 400", "Bureau 401")
    apply(run.code, actor=people.warehouse_keeper)
    device = Device.objects.get(serial="LLHB000001")
    assert (device.model, device.weight_kg, device.seq) == ("Bureau 401", Decimal("7.000"), 2)
    assert Entry.objects.filter(event="device.correct").count() == 1
    again = brought(changed + "\n", people)
    assert again.counts["unchanged"] == 2, "twice: zero changes"
    assert verify_ledger().fault is None


def test_an_empty_cell_and_a_missing_column_clear_nothing(people):
    apply(brought(HEADER + rows(1), people).code, actor=people.warehouse_keeper)
    run = brought(HEADER + rows(1).replace("Hestia", "").replace("6,8", ""), people)
    assert run.counts["unchanged"] == 1
    bare = brought("Inventarisnummer;Serienummer\nLL-00001;LLHB000001\n", people)
    assert bare.counts["unchanged"] == 1


def test_an_import_is_undone_as_a_whole_and_can_come_again(people):
    apply(brought(HEADER + rows(2), people).code, actor=people.warehouse_keeper)
    text = HEADER + rows(4).replace("Bureau 400;LLHB000002", "Bureau 402;LLHB000002")
    run = apply(brought(text, people).code, actor=people.warehouse_keeper)
    assert Device.objects.filter(status=Status.DECLARED).count() == 4
    undone = undo(run.code, actor=people.warehouse_keeper)
    assert undone.state == State.UNDONE
    assert Device.objects.filter(status=Status.DECLARED).count() == 2
    assert Device.objects.filter(status=Status.WITHDRAWN).count() == 2
    assert Device.objects.get(serial="LLHB000002").model == "Bureau 400"
    assert verify_ledger().fault is None
    again = brought(text, people)
    assert (again.counts["new"], again.counts["changed"]) == (2, 1)
    apply(again.code, actor=people.warehouse_keeper)
    assert Device.objects.filter(status=Status.DECLARED).count() == 4


def test_a_long_list_is_undone_by_a_worker_and_stays_applied_when_that_is_cancelled(people, for_the_worker):
    run = applied(brought(HEADER + rows(50), people), people)
    run = undo(run.code, actor=people.warehouse_keeper)
    assert (run.state, run.job.state) == (State.UNDOING, JobState.WAITING)
    with pytest.raises(Conflict, match="Being undone"):
        undo(run.code, actor=people.warehouse_keeper)
    cancel(run.job.code, actor=people.warehouse_keeper)
    run.refresh_from_db()
    assert (run.state, Device.objects.filter(status=Status.DECLARED).count()) == (State.APPLIED, 50)
    undo(run.code, actor=people.warehouse_keeper)
    worker()
    run.refresh_from_db()
    assert (run.state, run.settled_by) == (State.UNDONE, people.warehouse_keeper)
    assert Device.objects.filter(status=Status.WITHDRAWN).count() == 50
    assert Entry.objects.filter(event="device.withdraw", channel="import").count() == 50
    assert verify_ledger().fault is None


def test_a_worker_that_dies_or_is_refused_while_it_undoes_has_undone_nothing(people, for_the_worker, monkeypatch):
    location()
    run = applied(brought(HEADER + rows(50), people), people)
    undo(run.code, actor=people.warehouse_keeper)
    with monkeypatch.context() as dying:
        dying.setattr(work, "settle", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            work_on(claim(list(Lane)), work.bring_in)
    assert Device.objects.filter(status=Status.DECLARED).count() == 50
    receive(Device.objects.order_by("id")[40].tag, actor=people.technician, location="W1")
    Job.objects.filter(state="running").update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    worker()
    run.refresh_from_db()
    assert (run.state, run.job.state) == (State.APPLIED, JobState.FAILED)
    assert "1 of these devices" in run.job.why
    assert Device.objects.filter(status=Status.DECLARED).count() == 49


def test_cancelled_before_a_worker_took_it_up_it_is_as_if_nobody_had_asked(people, for_the_worker, settings):
    run = brought(HEADER + rows(30), people)
    cancel(run.job.code, actor=people.warehouse_keeper)
    run.refresh_from_db()
    assert (run.state, list(Path(settings.RELAIS_SPOOL).iterdir())) == (State.DISCARDED, [])
    again = brought(HEADER + rows(30), people)
    assert again.code != run.code
    worker()
    again = apply(again.code, actor=people.warehouse_keeper)
    cancel(again.job.code, actor=people.warehouse_keeper)
    again.refresh_from_db()
    assert again.state == State.PREVIEWED
    assert applied(again, people).state == State.APPLIED


def test_many_known_devices_are_corrected_together_an_entry_for_each(people, for_the_worker):
    applied(brought(HEADER + rows(50), people), people)
    kept = Device.objects.order_by("id")[0]
    receive(kept.tag, actor=people.technician, location=location().code)
    text = HEADER + rows(50, model="Bureau 500").replace("PC;Hestia;Bureau 500;LLHB000003", "Scherm;;;LLHB000003")
    run = applied(brought(text, people), people)
    assert (run.state, run.counts["changed"]) == (State.APPLIED, 50)
    assert Device.objects.filter(model="Bureau 500").count() == 49
    assert Device.objects.get(serial="LLHB000003").category == "screen"
    kept.refresh_from_db()
    assert (kept.seq, kept.status) == (3, Status.RECEIVED)
    assert "bureau 500" in kept.search
    assert kept.tag.lower() in kept.search
    assert Entry.objects.filter(event="device.correct").count() == 50
    undo(run.code, actor=people.warehouse_keeper)
    worker()
    assert Device.objects.filter(model="Bureau 400", category="desktop").count() == 50
    assert verify_ledger().fault is None


def test_an_import_on_which_something_was_built_cannot_be_undone(people):
    location()
    run = apply(brought(HEADER + rows(3), people).code, actor=people.warehouse_keeper)
    receive(Device.objects.order_by("id")[1].tag, actor=people.technician, location="W1")
    with pytest.raises(Conflict, match="1 of these devices"):
        undo(run.code, actor=people.warehouse_keeper)
    assert Device.objects.filter(status=Status.WITHDRAWN).count() == 0
    with pytest.raises(NotAllowed):
        undo(run.code, actor=people.auditor)


def test_what_was_corrected_and_changed_since_stops_the_undoing(people):
    apply(brought(HEADER + rows(1), people).code, actor=people.warehouse_keeper)
    second = apply(brought(HEADER + rows(1, model="B"), people).code, actor=people.warehouse_keeper)
    apply(brought(HEADER + rows(1, model="C"), people).code, actor=people.warehouse_keeper)
    with pytest.raises(Conflict, match="no longer as this list knew it"):
        undo(second.code, actor=people.warehouse_keeper)
    assert Device.objects.get().model == "C"


def test_the_same_rows_in_another_order_are_recognised(people):
    first = apply(brought(HEADER + rows(3), people).code, actor=people.warehouse_keeper)
    turned = HEADER + "".join(reversed(rows(3).splitlines(keepends=True)))
    assert same_rows(brought(turned, people)) == first
    assert same_rows(brought(HEADER + rows(4), people)) is None


def test_rows_with_a_problem_come_back_in_the_same_columns(people):
    head = HEADER.replace("Gewicht (kg)", "Gewicht (kg);Gebruiker")
    text = head + rows(1).replace("6,8\n", "6,8;an.peeters\n")
    text += "LL-2;PC;Hestia;B;1,23E+15;D;A;31/02/2026;1;jan@stad.example\n"
    run = brought(text, people)
    headings, row = problem_rows(run)
    assert headings == [*HEADER.strip().split(";"), "", "problem"]
    assert row[:5] == ["LL-2", "PC", "Hestia", "B", "1,23E+15"]
    assert "jan@stad.example" not in json.dumps(row)
    assert "Serienummer" in row[-1]
    assert "Datum" in row[-1]


def test_a_number_that_stands_twice_is_found_at_any_distance(people, monkeypatch):
    monkeypatch.setattr(staging, "BATCH", 10)
    run = brought(HEADER + rows(35) + rows(1).replace("LLHB000001", "LLHB999999"), people)
    (row,) = rows_of(run, fate="problem")
    assert row.line == 37
    assert "line 2" in row.problems[0]["message"]


def test_the_page_shows_progress_then_rows_then_offers_to_undo(desk, people, for_the_worker):
    client = desk("warehouse_keeper")
    upload = io.BytesIO((HEADER + rows(25)).encode())
    upload.name = "liste.csv"
    page = client.post("/imports/", {"file": upload})["Location"]
    assert "data-job" in client.get(page).content.decode()
    worker()
    html = client.get(page).content.decode()
    assert "Enter 25 devices" in html
    client.post(f"{page}apply/")
    assert "data-job" in client.get(page).content.decode()
    worker()
    assert "Undo the whole list" in client.get(page).content.decode()
    client.post(f"{page}undo/")
    html = client.get(page).content.decode()
    assert "data-job" in html
    assert "Being undone" in html
    worker()
    assert "This list was undone" in client.get(page).content.decode()
    assert b"problem" in b"".join(client.get(f"{page}problems.csv").streaming_content)
