"""Evidence by the thousand: files and archives dropped together, taken up one by one through deaths and cancelling."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from inventory.errors import BadFile, BadInput, NotAllowed, NotFound
from inventory.jobs.attempts import claim, work, work_off
from inventory.jobs.commands import cancel
from inventory.jobs.kinds import Lane
from inventory.jobs.models import JobState
from inventory.lifecycle import MediumState, Status
from inventory.wiping import batches
from inventory.wiping.models import EvidenceItem, Sanitisation
from inventory.wiping.queries import batch_of, counts_of, items_of, lines_of
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log
from tests.journeys import make, with_medium

pytestmark = pytest.mark.django_db


def log_of(serial: str) -> tuple[bytes, str]:
    return nwipe_log(Disk("/dev/sda", serial)).encode(), f"{serial}.log"


def zipped(*files: tuple[bytes, str], prefix: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for data, name in files:
            archive.writestr(prefix + name, data)
    return packed.getvalue()


def brought(people, *files):
    return batches.take_up_together(files, actor=people.technician, place=lambda code: f"/there/{code}/")


@pytest.fixture
def listed(people):
    """Thirty disks of a machine that waits for its sanitisation."""
    device = make(Status.AWAITING_SANITISATION)
    return [with_medium(device, serial=f"BATCH{number:04d}") for number in range(30)]


def spooled(settings) -> list[Path]:
    folder = Path(settings.RELAIS_SPOOL)
    return list(folder.iterdir()) if folder.exists() else []


def test_a_handful_is_done_at_once(people, listed, settings):
    batch = brought(people, log_of("BATCH0000"), log_of("NOBODYS01"), (b"no log at all", "notes.txt"))
    assert batch.job.state == JobState.DONE
    assert counts_of(batch) == {"files": 3, "taken_up": 3, "recorded": 1, "unsettled": 1, "refused": 1}
    listed[0].refresh_from_db()
    assert listed[0].state == MediumState.VERIFIED
    assert spooled(settings) == []


def test_many_wait_for_a_worker_and_then_are_all_taken_up(people, listed, settings):
    batch = brought(people, *(log_of(medium.serial) for medium in listed))
    assert batch.job.state == JobState.WAITING
    assert Sanitisation.objects.filter(medium__in=listed).count() == 0
    work_off({"evidence": batches.take_up}, list(Lane))
    batch.job.refresh_from_db()
    assert (batch.job.state, batch.job.done, batch.job.total) == (JobState.DONE, 30, 30)
    assert counts_of(batch)["recorded"] == 30
    assert spooled(settings) == []


def test_archives_count_as_the_files_in_them(people, listed):
    packed = zipped(*(log_of(medium.serial) for medium in listed), prefix="march/week 2/")
    batch = brought(people, (packed, "logs.zip"), log_of("NOBODYS01"))
    work_off({"evidence": batches.take_up}, list(Lane))
    assert counts_of(batch)["recorded"] == 30
    assert [item.name for item in items_of(batch)][:2] == ["BATCH0000.log", "BATCH0001.log"]


def test_a_worker_that_dies_in_the_middle_costs_nothing_and_doubles_nothing(people, listed, monkeypatch):
    batch = brought(people, *(log_of(medium.serial) for medium in listed))
    taken, original = [], batches._take_up

    def dies_at_the_twenty_fifth(item, data, actor):
        if len(taken) == 24:
            raise KeyboardInterrupt
        taken.append(item.position)
        original(item, data, actor)

    monkeypatch.setattr(batches, "_take_up", dies_at_the_twenty_fifth)
    with pytest.raises(KeyboardInterrupt):
        work(claim(list(Lane)), batches.take_up)
    assert counts_of(batch)["recorded"] == batches.CHUNK, "whole chunks stand, the broken one does not"
    batch.job.refresh_from_db()
    monkeypatch.setattr(batches, "_take_up", original)
    type(batch.job).objects.filter(pk=batch.job.pk).update(lease_until=batch.job.asked_at)
    work_off({"evidence": batches.take_up}, list(Lane))
    assert counts_of(batch)["recorded"] == Sanitisation.objects.filter(medium__in=listed).count() == 30


def test_cancelled_it_keeps_what_was_proven_and_forgets_the_rest(people, listed, settings, monkeypatch):
    batch = brought(people, *(log_of(medium.serial) for medium in listed))
    original = batches._take_up

    def somebody_cancels(item, data, actor):
        if item.position == 3:
            cancel(batch.job.code, actor=people.technician)
        original(item, data, actor)

    monkeypatch.setattr(batches, "_take_up", somebody_cancels)
    work_off({"evidence": batches.take_up}, list(Lane))
    batch.job.refresh_from_db()
    assert batch.job.state == JobState.CANCELLED
    assert counts_of(batch)["recorded"] == batches.CHUNK
    assert spooled(settings) == []


def test_brought_twice_nothing_is_recorded_twice_and_nothing_is_left_to_do(people, listed):
    first = brought(people, log_of("BATCH0000"))
    second = brought(people, log_of("BATCH0000"))
    assert (counts_of(first)["recorded"], counts_of(second)["recorded"]) == (1, 0)
    assert counts_of(second)["unsettled"] == 0
    assert EvidenceItem.objects.get(batch=second).drives[0]["why"] == "recorded_before"


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: data[:40] + b"\xff" * 30 + data[70:]]
)
def test_a_damaged_archive_is_refused_whole(people, settings, damage):
    packed = damage(zipped(log_of("BATCH0000"), log_of("BATCH0001")))
    with pytest.raises(BadFile, match="cannot be opened"):
        brought(people, (packed, "logs.zip"))
    assert not EvidenceItem.objects.exists()
    assert spooled(settings) == []


def test_an_archive_that_swells_is_refused(people, settings):
    settings.RELAIS_MAX_FILE_BYTES = 100_000
    with pytest.raises(BadFile, match="too large"):
        brought(people, (zipped((b"0" * 1_000_000, "bomb.log")), "logs.zip"))


def test_too_many_at_once_are_refused(people, monkeypatch):
    monkeypatch.setattr(batches, "MOST_FILES", 2)
    with pytest.raises(BadInput, match="several parts"):
        brought(people, *(log_of(f"BATCH{number:04d}") for number in range(3)))


def test_who_may_not_sanitise_brings_nothing_in(people, settings):
    with pytest.raises(NotAllowed):
        batches.take_up_together([log_of("X0001")], actor=people.driver, place=str)
    with pytest.raises(BadInput):
        brought(people)
    batch = brought(people, log_of("BATCH0000"))
    with pytest.raises(NotAllowed):
        batch_of(batch.job.code, people.driver)
    with pytest.raises(NotFound):
        batch_of("0000000000", people.auditor)


def test_the_table_has_a_line_a_drive(people, listed):
    two = nwipe_log(Disk("/dev/sda", "BATCH0000"), Disk("/dev/sdb", "NOBODYS99")).encode()
    batch = brought(people, (two, "two.log"), (b"?", "none.txt"))
    head, known, unknown, refused = lines_of(batch)
    assert head[0] == "file"
    assert len({len(head), len(known), len(unknown), len(refused)}) == 1
    assert known[head.index("recorded")] == "yes"
    assert "No storage medium" in unknown[-1]
    assert refused[head.index("verdict")] == ""
    assert refused[-1]


def test_the_page_shows_progress_counts_and_the_table(desk, people, listed):
    client = desk("technician")
    logs = [SimpleUploadedFile(name, data) for data, name in (log_of(medium.serial) for medium in listed)]
    answer = client.post("/wiping/evidence/", {"logs": logs})
    assert answer.status_code == 302
    page = answer["Location"]
    html = client.get(page).content.decode()
    code = page.strip("/").rsplit("/", 1)[-1]
    assert f'data-job="/jobs/{code}/state/"' in html
    assert "<noscript><meta http-equiv" in html
    told = {
        "state": "waiting",
        "label": "Waiting for its turn",
        "ended": False,
        "done": 0,
        "total": 30,
        "said": "0 of 30",
    }
    assert client.get(f"/jobs/{code}/state/").json() == told
    work_off({"evidence": batches.take_up}, list(Lane))
    html = client.get(page).content.decode()
    assert "Drives on record: 30" in html
    assert "data-job" not in html
    assert "No file of this kind" in client.get(f"{page}?show=refused").content.decode()
    table = b"".join(client.get(f"/wiping/evidence/{code}.csv").streaming_content).decode("utf-8-sig")
    assert len(table.splitlines()) == 31
    assert code in client.get("/jobs/").content.decode()


def test_cancelled_on_the_page_it_says_so(desk, people, listed):
    batch = brought(people, *(log_of(medium.serial) for medium in listed))
    client = desk("technician")
    answer = client.post(f"/jobs/{batch.job.code}/cancel/")
    assert answer["Location"] == f"/there/{batch.job.code}/"
    assert "cancelled before its end" in client.get(f"/wiping/evidence/{batch.job.code}/").content.decode()
    assert "Nothing yet" in desk("verifier").get("/jobs/").content.decode()
