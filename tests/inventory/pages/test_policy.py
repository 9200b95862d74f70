"""The wiping policy at the desk: who decides, who reads, and an exception chosen from a list where it is needed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from inventory.lifecycle import Status
from inventory.wiping.policy_models import SanitisationPolicy
from tests import journeys
from tests.inventory.pages.seen import words

pytestmark = pytest.mark.django_db


def test_an_exception_from_its_grant_to_its_withdrawal(desk):
    officer = desk("data_protection_officer")
    assert "None. What only reached Clear" in words(officer.get("/wiping/policy/"))
    today = f"{timezone.localdate()}"
    sent = {
        "reference": "DPO-2026-012",
        "medium_kind": "hdd",
        "data_class": "public",
        "reason": "no_purge_command",
        "valid_from": today,
        "valid_to": today,
    }
    assert officer.post("/wiping/policy/exceptions/new/", {**sent, "reason": ""}).status_code == 422
    assert officer.post("/wiping/policy/exceptions/new/", {**sent, "valid_to": "2020-01-01"}).status_code == 422
    assert officer.post("/wiping/policy/exceptions/new/", sent).headers["Location"] == "/wiping/policy/"
    assert "DPO-2026-012" in words(desk("technician").get("/wiping/policy/"))
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    log = SimpleUploadedFile("log.txt", b"overwritten")
    done = {"method": "overwrite", "tool": "dd", "succeeded": "yes", "file": log}
    desk("technician").post(f"/media/{medium.code}/sanitise/", done)
    desk("technician").post(f"/media/{medium.code}/verify/", {"how": "full_read_back", "passed": "yes"})
    verifier = desk("verifier")
    page = f"/media/{medium.code}/validate/"
    assert '<option value="DPO-2026-012">' in verifier.get(page).content.decode()
    assert verifier.post(page, {}).status_code == 409
    assert verifier.post(page, {"exception_reference": "a memo"}).status_code == 422
    assert verifier.post(page, {"exception_reference": "DPO-2026-012"}).status_code == 302
    assert officer.post("/wiping/policy/exceptions/DPO-2026-012/withdraw/").status_code == 302
    assert "Withdrawn" in words(officer.get("/wiping/policy/"))
    other = journeys.make(Status.AWAITING_SANITISATION).media.get()
    assert "DPO-2026-012" not in verifier.get(f"/media/{other.code}/validate/").content.decode()


def test_a_policy_is_adopted_by_the_approver_and_stands_in_the_history(desk):
    approver = desk("approver")
    page = approver.get("/wiping/policy/new/").content.decode()
    assert "NIST SP 800-88 Rev. 2" in page
    kinds = {f"kind_{kind}": "purge" for kind in SanitisationPolicy.objects.get().suffices}
    sent = {**kinds, "kind_emmc": "destroy", "edition": "NIST SP 800-88 Rev. 2", "reference": "BC-2026-77"}
    assert approver.post("/wiping/policy/new/", {**sent, "valid_from": "2098-01-01"}).status_code == 302
    html = words(desk("auditor").get("/wiping/policy/"))
    assert "BC-2026-77" in html
    assert "to come" in html
    assert SanitisationPolicy.objects.get(reference="BC-2026-77").suffices["emmc"] == "destroy"


def test_who_may_see_it_and_who_decides(desk):
    for role in ("technician", "verifier", "auditor", "approver", "data_protection_officer"):
        assert desk(role).get("/wiping/policy/").status_code == 200
    for role in ("driver", "counter_clerk", "association_member"):
        assert desk(role).get("/wiping/policy/").status_code == 403
    for role in ("verifier", "auditor", "administrator"):
        for page in ("/wiping/policy/new/", "/wiping/policy/exceptions/new/"):
            assert desk(role).get(page).status_code == 403
    assert "/wiping/policy/" in desk("data_protection_officer").get("/").content.decode()
    assert "/wiping/policy/" in desk("auditor").get("/audit/").content.decode()
    assert "/wiping/policy/" in desk("technician").get("/wiping/").content.decode()
