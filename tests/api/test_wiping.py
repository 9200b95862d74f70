"""Sanitisation by programs: what a log proves, and who may say that it is enough."""

from __future__ import annotations

import pytest

from inventory.devices.models import Medium
from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log
from tests.people import People

pytestmark = pytest.mark.django_db

BLOCK_ERASE = {"method": "ata_sanitize_block_erase", "tool": "hdparm"}


@pytest.fixture
def medium(people: People) -> Medium:
    return journeys.make(Status.AWAITING_SANITISATION).media.get()


def test_one_file_speaks_for_each_drive_whose_serial_is_known(medium: Medium, people: People) -> None:
    log = nwipe_log(Disk(serial=medium.serial), Disk(path="/dev/sdb", serial="NOBODY1"))
    known, unknown = done(Program(people.technician).upload("/evidence", log.encode(), "nwipe.log"))
    assert (known["medium"], known["recorded"]) == (medium.code, True)
    assert (unknown["medium"], unknown["recorded"]) == (None, False)
    assert unknown["why"]


def test_the_same_log_again_changes_nothing(medium: Medium, people: People) -> None:
    technician, log = Program(people.technician), nwipe_log(Disk(serial=medium.serial)).encode()
    done(technician.upload("/evidence", log, "nwipe.log"))
    (again,) = done(technician.upload("/evidence", log, "nwipe.log"))
    assert not again["recorded"]
    assert medium.sanitisations.count() == 1


def test_a_drive_with_another_serial_is_matched_by_no_reason(medium: Medium, people: People) -> None:
    log = nwipe_log(Disk(serial="OTHER1")).encode()
    form = {"drive": "/dev/sda", "reason": "Il était dans le banc 2."}
    answer = Program(people.technician).upload(f"/media/{medium.code}/match", log, "nwipe.log", **form)
    assert "not the same" in refused(answer, 409, "rule_broken")["detail"]


def test_sanitiser_and_validator_are_two_people(medium: Medium, people: People) -> None:
    verifier = Program(people.verifier)
    done(verifier.upload(f"/media/{medium.code}/sanitisations", b"log", "log.txt", **BLOCK_ERASE), 201)
    done(verifier.post(f"/media/{medium.code}/verify", {"how": "device_status"}))
    refused(verifier.post(f"/media/{medium.code}/validate", {}), 409, "rule_broken")


def test_a_destruction_has_a_witness_who_is_somebody_else(medium: Medium, people: People) -> None:
    technician = Program(people.technician)
    form = {"method": "shred", "witness": people.technician.username, "particle_mm": "2.0"}
    path = f"/media/{medium.code}/destroy"
    refused(technician.upload(path, journeys.PICTURE, "a.png", **form), 409, "rule_broken")
    refused(technician.upload(path, journeys.PICTURE, "a.png", **{**form, "witness": "nobody"}), 422, "bad_input")
    form["witness"] = people.verifier.username
    assert done(technician.upload(path, journeys.PICTURE, "a.png", **form))["state"] == "destroyed"


def test_no_file_is_no_evidence(medium: Medium, people: People) -> None:
    technician = Program(people.technician)
    refused(technician.upload(f"/media/{medium.code}/sanitisations", b"", "a", **BLOCK_ERASE), 422, "bad_file")
    refused(technician.upload("/evidence", b"hello", "hello.txt"), 422, "bad_file")
