"""A pallet's worth of one act: verified or validated together, all of them or none."""

from __future__ import annotations

import pytest

from inventory.errors import BadInput, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import MediumState, Status
from inventory.wiping.commands import record_manual_sanitisation
from inventory.wiping.models import Certificate
from inventory.wiping.together import validate_all, verify_all
from tests.journeys import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def wiped(people):
    media = [make(Status.AWAITING_SANITISATION).media.get() for _each in range(3)]
    for medium in media:
        record_manual_sanitisation(
            medium.code,
            actor=people.technician,
            method="ata_sanitize_block_erase",
            tool="hdparm",
            data=medium.code.encode(),
            name="screen.txt",
        )
    return media


def states(media):
    for medium in media:
        medium.refresh_from_db()
    return {medium.state for medium in media}


def test_a_pallet_is_verified_and_validated_with_a_certificate_each(people, wiped):
    codes = [medium.code for medium in wiped]
    assert verify_all(codes, actor=people.technician, how="read_back_sample") == 3
    assert states(wiped) == {MediumState.VERIFIED}
    assert validate_all([*codes, codes[0]], actor=people.verifier) == 3
    assert states(wiped) == {MediumState.VALIDATED}
    assert Certificate.objects.filter(medium__in=wiped).count() == 3
    for medium in wiped:
        assert Entry.objects.filter(subject_key=medium.code, event="medium.validate").count() == 1
        assert medium.device.status == Status.SANITISED


def test_one_that_cannot_and_nothing_is_changed(people, wiped):
    codes = [medium.code for medium in wiped]
    verify_all(codes[:2], actor=people.technician, how="read_back_sample")
    with pytest.raises(RuleBroken, match="1 of 3") as refused:
        validate_all(codes, actor=people.verifier)
    assert refused.value.facts["codes"] == [codes[2]]
    assert not Certificate.objects.filter(medium__in=wiped).exists()
    assert MediumState.VALIDATED not in states(wiped)


def test_nobody_validates_their_own_among_others(people, wiped):
    codes = [medium.code for medium in wiped]
    verify_all(codes, actor=people.verifier, how="read_back_sample")
    own = make(Status.AWAITING_SANITISATION).media.get()
    sent = {"method": "nvme_sanitize_crypto", "tool": "nvme", "data": b"own", "name": "own.txt"}
    record_manual_sanitisation(own.code, actor=people.verifier, **sent)
    verify_all([own.code], actor=people.verifier, how="full_read_back")
    with pytest.raises(RuleBroken, match="sanitised this storage medium yourself"):
        validate_all([*codes, own.code], actor=people.verifier)
    assert states(wiped) == {MediumState.VERIFIED}


@pytest.mark.parametrize("codes", [[], ["7K3QX9M21"] * 1 + [f"{number:09d}" for number in range(200)]])
def test_none_or_too_many_are_refused(people, codes):
    with pytest.raises(BadInput, match="Pick 1 to 200"):
        validate_all(codes, actor=people.verifier)


def test_on_the_bench_they_are_picked_looked_at_and_validated(desk, people, wiped):
    codes = [medium.code for medium in wiped]
    client = desk("technician")
    assert client.get("/wiping/verify/")["Location"] == "/wiping/"
    html = client.get("/wiping/verify/", {"code": codes}).content.decode()
    assert "Verify: 3 storage media" in html
    assert client.post("/wiping/verify/", {"code": codes}).status_code == 422
    assert client.post("/wiping/verify/", {"code": codes, "how": "read_back_sample"})["Location"] == "/wiping/"
    verifier = desk("verifier")
    assert f'value="{codes[0]}"' in verifier.get("/wiping/").content.decode()
    html = verifier.get("/wiping/validate/", {"code": codes[:2]}).content.decode()
    assert "Validate: 2 storage media" in html
    assert client.post("/wiping/validate/", {"code": codes}).status_code == 403
    verifier.post("/wiping/validate/", {"code": codes})
    assert "3 storage media are validated" in verifier.get("/wiping/").content.decode()
    assert states(wiped) == {MediumState.VALIDATED}
