"""Second checks by a program: drawn, recorded, closed; a failure quarantines its batch and says so."""

from __future__ import annotations

import pytest

from inventory.lifecycle import Status
from inventory.wiping.models import QuarantinedBatch
from inventory.wiping.sampling import draw
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db


def test_a_month_by_the_api_alone(people: People) -> None:
    with journeys.last_month() as moment:
        media = [journeys.make(Status.SANITISED).media.get() for _number in range(2)]
    month = f"/second-checks/{moment:%Y-%m}"
    verifier, auditor = Program(people.verifier), Program(people.auditor)
    assert [one["state"] for one in done(verifier.get("/second-checks"))] == ["to_draw"]
    drawn = done(verifier.post(f"{month}/draw", {}))
    codes = done(auditor.get(f"{month}/population"))
    assert codes == sorted(medium.code for medium in media)
    again = draw(codes, drawn["seed"], drawn["sample"])
    assert [one["medium"] for one in drawn["checks"]] == [one.code for one in again]
    refused(verifier.post(f"{month}/draw", {}), 409, "conflict")
    refused(verifier.post(f"{month}/close"), 409, "rule_broken")
    looked = {"how": "recovery_software", "tool": "PhotoRec"}
    for code in codes:
        answer = verifier.upload(f"{month}/media/{code}", f"log {code}".encode(), passed="true", **looked)
        assert done(answer)["outcome"] == "passed"
    assert done(verifier.post(f"{month}/close"))["state"] == "closed"


def test_data_found_quarantines_the_batch(people: People) -> None:
    with journeys.last_month() as moment:
        bad, ready, kept = (
            journeys.make(status).media.get() for status in (Status.SANITISED, Status.READY, Status.RESERVED)
        )
    month = f"/second-checks/{moment:%Y-%m}"
    verifier = Program(people.verifier)
    done(verifier.post(f"{month}/draw", {}))
    looked = {"how": "other_tool", "tool": "dd"}
    assert done(verifier.upload(f"{month}/media/{bad.code}", b"names", passed="false", **looked))["outcome"] == "failed"
    (batch,) = done(verifier.get("/quarantined-batches"))
    assert (batch["number"], batch["media"], batch["held"]) == (QuarantinedBatch.objects.get().number, 3, 1)
    lines = {line["medium"]: line for line in done(verifier.get(f"/quarantined-batches/{batch['number']}"))["lines"]}
    assert lines[kept.code] == {"medium": kept.code, "state": "held", "held_by": "reserved"}
    assert lines[ready.code]["state"] == "waiting"
    assert done(verifier.get(f"/media/{kept.code}"))["proof_withdrawn"] is True
    number = ready.certificates.get().number
    assert done(verifier.get(f"/certificates/{number}"))["withdrawn_at"]
    refused(verifier.post(f"/certificates/{number}/supersede"), 409, "conflict")
    refused(verifier.post(f"/media/{kept.code}/send-back"), 409, "rule_broken")
    assert done(verifier.post(f"{month}/media/{ready.code}/excuse"))["excuse"] == "wiped_again"


def test_a_month_that_is_none_is_refused(people: People) -> None:
    verifier = Program(people.verifier)
    for month in ("2026-13", "heute", "0000-00"):
        refused(verifier.post(f"/second-checks/{month}/draw", {}), 422, "bad_input")
    refused(verifier.get("/second-checks/2020-01"), 404, "not_found")
