"""Programs ask what a file proves, and nothing is kept of it."""

from __future__ import annotations

import pytest

from inventory.documents.models import StoredFile
from inventory.ledger.models import Entry
from inventory.lifecycle import MediumState, Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.inventory.wiping import evidence_files as files
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log
from tests.people import People

pytestmark = pytest.mark.django_db


def test_a_file_is_judged_and_nothing_is_stored(people: People) -> None:
    stored, entries = StoredFile.objects.count(), Entry.objects.count()
    log = nwipe_log(Disk(), Disk("/dev/sdb", serial="RLS0002B3T", status="UABORTED"), ending="was aborted by the user")
    wiped, aborted = done(Program(people.technician).upload("/evidence/judge", log.encode(), "pallet.log"))
    assert (wiped["file"], wiped["device"], wiped["serial"]) == ("pallet.log", "/dev/sda", "RLS0001A7Q")
    assert (wiped["verdict"], wiped["category"], wiped["verified"]) == ("sanitised", "clear", True)
    assert (aborted["verdict"], aborted["category"], aborted["verified"]) == ("aborted", None, False)
    assert aborted["reasons"]
    assert (StoredFile.objects.count(), Entry.objects.count()) == (stored, entries)


def test_a_file_of_no_tool_is_a_verdict_with_its_reason(people: People) -> None:
    (line,) = done(Program(people.technician).upload("/evidence/judge", b"All disks wiped, promised.", "note.txt"))
    assert line["verdict"] == "unreadable"
    assert line["reasons"]


def test_whoever_may_not_sanitise_is_refused(people: People) -> None:
    answer = Program(people.driver).upload("/evidence/judge", nwipe_log().encode(), "a.log")
    assert answer.status_code == 403


def test_a_record_of_destruction_sanitises_nothing_by_itself(people: People) -> None:
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    record = files.written(files.destruction(serials=[medium.serial]))
    (judged,) = done(Program(people.technician).upload("/evidence", record, "batch.json"))
    assert (judged["verdict"], judged["category"], judged["recorded"]) == ("sanitised", "destroy", False)
    assert "witness" in judged["why"]
    answer = Program(people.technician).upload(
        f"/media/{medium.code}/match", record, "batch.json", drive="", reason="The only disk of the batch."
    )
    refused(answer, 409, "rule_broken")
    medium.refresh_from_db()
    assert medium.state == MediumState.PENDING
