"""Failure rates at the desk: the days and the order stay in the address, small numbers stay counts, and as CSV."""

from __future__ import annotations

import pytest

from inventory.lifecycle import Status
from inventory.wiping.commands import record_manual_sanitisation
from tests import journeys
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db


def test_counts_while_they_are_few_and_a_percentage_from_twenty_on(desk, people: People):
    device = journeys.make(Status.RECEIVED)
    for number in range(22):
        record_manual_sanitisation(
            journeys.with_medium(device).code,
            actor=people.technician,
            method="ata_sanitize_crypto",
            tool="hdparm" if number < 20 else "=nwipe",
            data=f"{number}".encode(),
            name="log.txt",
            succeeded=number not in {3, 21},
        )
    auditor = desk("auditor")
    html = words(auditor.get("/wiping/failures/"))
    assert "5.0 %" in html
    assert "1 of 2" in html
    page = auditor.get("/wiping/failures/?by=model&first=2020-01-01&sort=-attempts").content.decode()
    assert 'value="2020-01-01"' in page
    assert "first=2020-01-01" in page.split("failures.csv")[1].split('"')[0]
    assert "not known" in page
    assert "Nothing was sanitised" in words(auditor.get("/wiping/failures/?last=2020-01-01"))
    assert auditor.get("/wiping/failures/?first=never").status_code == 422
    lines = b"".join(auditor.get("/wiping/failures.csv?sort=name").streaming_content).decode().splitlines()
    assert lines[1:] == ["'=nwipe;;2;1;0;1", "hdparm;;20;1;0;1"]


def test_who_may_see_it(desk):
    for role in ("technician", "verifier", "auditor"):
        assert desk(role).get("/wiping/failures/").status_code == 200
    for role in ("driver", "approver", "association_member"):
        assert desk(role).get("/wiping/failures/").status_code == 403
        assert desk(role).get("/wiping/failures.csv").status_code == 403
