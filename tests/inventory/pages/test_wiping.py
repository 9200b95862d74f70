"""The wiping bench: three acts by two people, evidence drive by drive, and everything on record of one medium."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.devices.models import Medium
from inventory.devices.tags import grouped
from inventory.lifecycle import MediumState, Status
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log
from tests.journeys import PICTURE, make, prove, with_medium

pytestmark = pytest.mark.django_db


def file(data=b"what the screen said", name="screen.txt"):
    return SimpleUploadedFile(name, data)


BY_HAND = {"method": "ata_sanitize_block_erase", "tool": "hdparm", "succeeded": "yes"}


def sanitised(client, medium):
    sent = {**BY_HAND, "file": file(f"evidence of {medium.code}".encode())}
    return client.post(f"/media/{medium.code}/sanitise/", sent)


def test_sanitised_verified_validated_and_never_all_by_one(desk):
    device = make(Status.AWAITING_SANITISATION)
    medium = device.media.get()
    technician, verifier = desk("technician"), desk("verifier")
    assert grouped(medium.code) in technician.get("/wiping/").content.decode()
    assert sanitised(technician, medium).status_code == 302
    assert "hdparm" in verifier.get(f"/media/{medium.code}/verify/").content.decode()
    assert verifier.post(f"/media/{medium.code}/verify/", {}).status_code == 422
    assert (
        verifier.post(f"/media/{medium.code}/verify/", {"how": "read_back_sample", "passed": "yes"}).status_code == 302
    )
    assert "Clear" in verifier.get(f"/media/{medium.code}/validate/").content.decode()
    assert f"/media/{medium.code}/validate/" in verifier.get("/wiping/").content.decode()
    assert technician.post(f"/media/{medium.code}/validate/", {}).status_code == 403
    assert verifier.post(f"/media/{medium.code}/validate/", {}).status_code == 302
    medium.refresh_from_db()
    assert medium.state == MediumState.VALIDATED
    html = desk("auditor").get(f"/media/{medium.code}/").content.decode()
    assert all(words in html for words in ("ATA Sanitize: block erase", "Purge", "hdparm", "SHA-256", "Validated"))


def test_who_sanitised_is_told_that_somebody_else_validates(desk):
    medium = make(Status.AWAITING_SANITISATION).media.get()
    verifier = desk("verifier")
    assert sanitised(verifier, medium).status_code == 302
    verifier.post(f"/media/{medium.code}/verify/", {"how": "full_read_back", "passed": "yes"})
    html = verifier.get(f"/media/{medium.code}/").content.decode()
    assert "somebody else has to validate it" in html
    assert f'href="/media/{medium.code}/validate/"' not in html
    assert f"/media/{medium.code}/validate/" not in verifier.get("/wiping/").content.decode()
    assert verifier.post(f"/media/{medium.code}/validate/", {}).status_code == 409


def test_several_evidence_files_are_judged_drive_by_drive(desk):
    device = make(Status.AWAITING_SANITISATION)
    known = with_medium(device, serial="NWIPE0001")
    good = nwipe_log(Disk("/dev/sda", "NWIPE0001"), Disk("/dev/sdb", "NOBODYS99")).encode()
    sent = {"logs": [file(good, "a.log"), file(b"not a log at all", "b.txt")]}
    answer = desk("technician").post("/wiping/evidence/", sent)
    assert answer.status_code == 302
    html = desk("technician").get(answer["Location"]).content.decode()
    assert "Drives on record: 1. Files: 2." in html
    assert f'href="/media/{known.code}/"' in html
    assert "No storage medium with this serial number is listed" in html
    assert "No known wiping tool has written this file" in html
    assert "device_name=/dev/sdb" in html
    known.refresh_from_db()
    assert known.state == MediumState.VERIFIED
    assert desk("technician").post("/wiping/evidence/", {}).status_code == 422
    assert desk("auditor").post("/wiping/evidence/", {"logs": file(good)}).status_code == 403


def test_a_drive_is_matched_by_hand_without_sending_the_file_again(desk):
    device = make(Status.RECEIVED)
    nameless = Medium.objects.get(pk=with_medium(device).pk)
    Medium.objects.filter(pk=nameless.pk).update(serial="", serial_key="")
    data = nwipe_log(Disk("/dev/sda", "")).encode()
    page = desk("technician").post("/wiping/evidence/", {"logs": file(data, "c.log")})["Location"]
    html = desk("technician").get(page).content.decode()
    link = html.split('href="/wiping/match/?')[1].split('"')[0].replace("&amp;", "&")
    page = desk("technician").get(f"/wiping/match/?{link}").content.decode()
    assert 'type="file"' not in page
    sha256 = link.split("sha256=")[1]
    sent = {"code": nameless.code, "device_name": "/dev/sda", "sha256": sha256, "reason": "The only disk on the bench."}
    assert desk("technician").post("/wiping/match/", {**sent, "reason": "yes"}).status_code == 422
    assert desk("technician").post("/wiping/match/", sent).headers["Location"] == f"/media/{nameless.code}/"
    assert "The only disk on the bench." in desk("technician").get(f"/media/{nameless.code}/").content.decode()


def test_a_destruction_has_another_witness_and_a_photo(desk):
    medium = make(Status.AWAITING_SANITISATION).media.get()
    address = f"/media/{medium.code}/destroy/"
    sent = {"method": "shred", "witness": "victor", "batch": "B7", "particle_mm": "6", "confirmed": "on"}
    technician = desk("technician")
    for name in ("sanitise", "remove"):
        assert technician.get(f"/media/{medium.code}/{name}/").status_code == 200
    assert "gone for good" in technician.get(address).content.decode()
    assert technician.post(address, sent).status_code == 422
    assert technician.post(address, {**sent, "file": file(PICTURE, "p.png"), "confirmed": ""}).status_code == 422
    assert technician.post(address, {**sent, "file": file(PICTURE, "p.png"), "witness": "tine"}).status_code == 409
    assert technician.post(address, {**sent, "file": file(PICTURE, "p.png")}).status_code == 302
    html = technician.get(f"/media/{medium.code}/").content.decode()
    assert all(words in html for words in ("Shredded", "6.0 mm", "B7"))
    assert "Nothing for you" in html


def test_the_evidence_comes_out_byte_for_byte_for_who_may_read_it(desk):
    medium = make(Status.SANITISED).media.get()
    stored = medium.sanitisations.get().evidence
    answer = desk("auditor").get(f"/evidence/{stored.sha256}/")
    assert answer.content.startswith(b"evidence ")
    assert "attachment" in answer["Content-Disposition"]
    assert desk("driver").get(f"/evidence/{stored.sha256}/").status_code == 403
    assert desk("auditor").get(f"/evidence/{'0' * 64}/").status_code == 404


def test_after_a_return_the_old_proof_is_shown_as_old(desk):
    device = make(Status.HANDED_OVER)
    medium = device.media.get()
    answer = {"reason": "defective", "location": "W1"}
    desk("warehouse_keeper").post(f"/devices/{device.tag}/take_back/", answer)
    html = desk("technician").get(f"/media/{medium.code}/").content.decode()
    assert "From an earlier life" in html
    assert "Pending" in html


def test_the_bench_asks_as_much_for_one_medium_as_for_many(desk):
    client = desk("verifier")
    device = make(Status.AWAITING_SANITISATION)
    client.get("/wiping/")
    with CaptureQueriesContext(connection) as one:
        client.get("/wiping/")
    for _number in range(5):
        with_medium(device)
    with CaptureQueriesContext(connection) as many:
        client.get("/wiping/")
    assert len(many) == len(one)


def test_who_has_no_business_at_the_bench_does_not_see_it(desk):
    medium = make(Status.SANITISED).media.get()
    for role in ("technician", "verifier", "auditor"):
        assert desk(role).get("/wiping/").status_code == 200
    for role in ("driver", "association_member", "counter_clerk"):
        assert desk(role).get("/wiping/").status_code == 403
    assert desk("association_member").get(f"/media/{medium.code}/").status_code == 403
    assert desk("driver").get(f"/media/{medium.code}/destroy/").status_code == 403


def test_a_proven_medium_offers_no_second_sanitising(desk):
    device = make(Status.RECEIVED)
    medium = prove(with_medium(device))
    html = desk("technician").get(f"/media/{medium.code}/").content.decode()
    assert f"/media/{medium.code}/sanitise/" not in html
    assert f"/media/{medium.code}/remove/" in html
