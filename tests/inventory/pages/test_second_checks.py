"""The checker's desk: draw, check, excuse, close; a batch with its progress; a public check that says 'withdrawn'."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.lifecycle import Status
from inventory.wiping.models import QuarantinedBatch
from tests import journeys
from tests.inventory.pages.seen import words

pytestmark = pytest.mark.django_db

SEARCHED = {"how": "recovery_software", "tool": "PhotoRec 7.2"}


def wiped(*statuses: Status):
    with journeys.last_month() as moment:
        media = [journeys.make(status).media.get() for status in statuses]
    return f"/wiping/second-checks/{moment:%Y-%m}/", media


def log(name="photorec.log"):
    return SimpleUploadedFile(name, b"0 files found")


def test_a_month_from_the_board_to_its_close(desk):
    address, (first, second) = wiped(Status.SANITISED, Status.SANITISED)
    verifier = desk("verifier")
    assert "month whose second checks are to be drawn" in words(verifier.get("/"))
    assert "/wiping/second-checks/" in verifier.get("/wiping/").content.decode()
    assert address in verifier.get("/wiping/second-checks/").content.decode()
    assert verifier.post(f"{address}draw/").status_code == 302
    html = words(verifier.get(address))
    assert "0 of 2 checked" in html
    assert "2 drawn storage media are still to check" in html
    assert "second checks to do" in words(verifier.get("/"))
    assert "Close the month" in html
    assert verifier.post(f"{address}close/").status_code == 409
    for medium in (first, second):
        page = f"{address}{medium.code}/"
        assert "Another than the one that wiped" in words(verifier.get(page))
        assert verifier.post(page, SEARCHED).status_code == 422
        assert verifier.post(page, {**SEARCHED, "passed": "yes", "file": log()}).headers["Location"] == address
    assert "No data found" in words(verifier.get(f"{address}{first.code}/"))
    assert verifier.post(f"{address}close/").status_code == 302
    assert "Month closed" in words(desk("auditor").get(address))


def test_data_found_leads_to_the_batch_and_the_public_is_told(desk):
    address, (bad, other) = wiped(Status.SANITISED, Status.READY)
    number = other.certificates.get().number
    verifier = desk("verifier")
    verifier.post(f"{address}draw/")
    answer = verifier.post(f"{address}{bad.code}/", {**SEARCHED, "passed": "no", "file": log()})
    batch = QuarantinedBatch.objects.get()
    assert answer.headers["Location"] == f"/wiping/quarantine/{batch.number}/"
    html = words(desk("auditor").get(f"/wiping/quarantine/{batch.number}/"))
    assert "0 of 2 storage media are proven again" in html
    assert "To wipe again" in html
    assert batch.number in words(desk("technician").get(f"/media/{other.code}/"))
    assert "Certificate withdrawn" in words(desk("technician").get(f"/media/{other.code}/"))
    public = words(Client().get(f"/c/{number}/"))
    assert "We withdrew certificate" in public
    assert "in force" not in public
    # What was drawn of the same batch can no longer be checked.
    page = f"{address}{other.code}/"
    assert "its proof no longer stands" in words(verifier.get(page))
    assert verifier.post(f"{page}excuse/").status_code == 302
    assert "1 exception" in words(verifier.get(address))


def test_what_is_held_is_listed_and_can_be_sent_back_once_it_is_released(desk):
    address, (bad, kept) = wiped(Status.SANITISED, Status.RESERVED)
    verifier, technician = desk("verifier"), desk("technician")
    verifier.post(f"{address}draw/")
    verifier.post(f"{address}{bad.code}/", {**SEARCHED, "passed": "no", "file": log()})
    assert "1 storage medium was withdrawn" in words(technician.get("/wiping/"))
    assert kept.code in technician.get("/wiping/quarantine/").content.decode()
    page = words(technician.get(f"/media/{kept.code}/"))
    assert "Release its device first" in page
    assert "Proof withdrawn" in page
    assert "Proof withdrawn" in words(technician.get(f"/devices/{kept.device.tag}/"))
    assert technician.post(f"/media/{kept.code}/send_back/").status_code == 409
    sent = {"reason": "second_check_failed"}
    assert desk("programme_officer").post(f"/devices/{kept.device.tag}/release/", sent).status_code == 302
    assert "Send back to be wiped" in words(technician.get(f"/media/{kept.code}/"))
    assert technician.post(f"/media/{kept.code}/send_back/").status_code == 302
    assert "withdrawn, and" not in words(technician.get("/wiping/"))


def test_the_population_is_the_text_of_its_fingerprint(desk):
    address, _media = wiped(Status.SANITISED, Status.SANITISED)
    verifier = desk("verifier")
    assert verifier.post(f"{address}freeze/").status_code == 302
    html = verifier.get(address).content.decode()
    text = desk("auditor").get(f"{address}population.txt").content
    assert hashlib.sha256(text).hexdigest() in html
    assert "A public number drawn after the freeze" in html
    assert verifier.post(f"{address}draw/", {"seed": "07 11 18 23 34 41"}).status_code == 302
    assert "07 11 18 23 34 41" in verifier.get(address).content.decode()


def test_who_may_see_and_who_may_not(desk):
    address, (medium,) = wiped(Status.SANITISED)
    desk("verifier").post(f"{address}draw/")
    for role in ("technician", "verifier", "auditor"):
        for page in ("/wiping/second-checks/", address, f"{address}{medium.code}/", "/wiping/quarantine/"):
            assert desk(role).get(page).status_code == 200
    for role in ("driver", "association_member", "counter_clerk"):
        for page in ("/wiping/second-checks/", address, f"{address}{medium.code}/", "/wiping/quarantine/"):
            assert desk(role).get(page).status_code == 403
    for act in ("draw/", "freeze/", "close/", f"{medium.code}/", f"{medium.code}/excuse/"):
        assert desk("auditor").post(f"{address}{act}", {}).status_code == 403
    assert desk("verifier").get("/wiping/second-checks/2020-01/").status_code == 404
    assert desk("verifier").get("/wiping/second-checks/never/").status_code == 422
    assert desk("verifier").get("/wiping/quarantine/Q-2020-00001/").status_code == 404


def test_own_work_goes_to_somebody_else(desk):
    with journeys.last_month() as moment:
        medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
        sent = {"method": "ata_sanitize_block_erase", "tool": "hdparm", "succeeded": "yes", "file": log("own.txt")}
        assert desk("verifier").post(f"/media/{medium.code}/sanitise/", sent).status_code == 302
    address = f"/wiping/second-checks/{moment:%Y-%m}/"
    desk("verifier").post(f"{address}draw/")
    assert "for somebody else" in words(desk("verifier").get(address))
    assert "somebody else has to check it" in words(desk("verifier").get(f"{address}{medium.code}/"))
    assert (
        desk("verifier").post(f"{address}{medium.code}/", {**SEARCHED, "passed": "yes", "file": log()}).status_code
        == 409
    )


def test_a_failed_verification_says_what_it_does(desk):
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    sent = {"method": "ata_sanitize_block_erase", "tool": "hdparm", "succeeded": "yes", "file": log("own.txt")}
    desk("technician").post(f"/media/{medium.code}/sanitise/", sent)
    assert "everything back that was wiped the same way" in words(desk("verifier").get(f"/media/{medium.code}/verify/"))
    desk("verifier").post(f"/media/{medium.code}/verify/", {"how": "read_back_sample", "passed": "no"})
    medium.refresh_from_db()
    assert medium.state == "failed"
    assert QuarantinedBatch.objects.get().failed.medium == medium


def test_the_worklist_asks_as_much_for_one_medium_as_for_many(desk):
    address, _media = wiped(Status.SANITISED)
    with journeys.last_month() as moment, clock_at(moment.replace(day=1) - dt.timedelta(days=5)):
        earlier = f"/wiping/second-checks/{timezone.localdate():%Y-%m}/"
        for _number in range(5):
            journeys.make(Status.SANITISED)
    verifier = desk("verifier")
    counts = []
    for page in (address, earlier):
        verifier.post(f"{page}draw/")
        verifier.get(page)
        with CaptureQueriesContext(connection) as asked:
            verifier.get(page)
        counts.append(len(asked))
    assert counts[0] == counts[1]
