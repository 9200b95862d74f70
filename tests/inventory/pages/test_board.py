"""The board: the line with its counts, what waits for each role, and an association's own requests."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inventory.associations.commands import add_member
from inventory.lifecycle import STRAIGHT_WAY, Status
from inventory.wiping.commands import record_manual_sanitisation, verify
from tests.journeys import association, award, declared, make, request, with_medium

pytestmark = pytest.mark.django_db


def duties(html):
    """(count, words) of everything that waits, in order."""
    found = re.findall(r'<span class="count">([^<]*)</span><span class="words">([^<]*)</span>', html)
    return {words: int(count) for count, words in found}


def test_the_line_goes_from_collection_to_association_with_counts(desk):
    make(Status.READY)
    make(Status.READY)
    make(Status.LOST)
    html = desk("auditor").get("/").content.decode()
    line = re.search(r'<ol class="stages">.*?</ol>', html, re.DOTALL)[0]
    assert re.findall(r"\?status=(\w+)", line) == list(STRAIGHT_WAY)
    assert re.search(r'\?status=ready"><span class="count">2</span>', line)
    assert '?status=lost"' in html.split('<ul class="beside">')[1]


def test_each_role_sees_what_waits_for_it_and_nothing_else(desk, people):
    make(Status.RECEIVED)
    waiting = make(Status.AWAITING_SANITISATION)
    proof = with_medium(waiting)
    record_manual_sanitisation(
        proof.code, actor=people.technician, method="overwrite", tool="x", data=b"e", name="e.txt"
    )
    verify(proof.code, actor=people.technician, how="full_read_back")
    make(Status.RESERVED)
    make(Status.TO_RECYCLE)
    make(Status.IN_TRANSIT)
    open_request = request(association())
    granted = request(association())
    award(granted)
    assert duties(desk("technician").get("/").content.decode()) == {
        "collection on its way to us": 1,
        "device to receive": 1,
        "device to inspect": 1,
        "storage medium to sanitise": 1,
    }
    assert duties(desk("verifier").get("/").content.decode()) == {
        "storage medium to sanitise": 1,
        "sanitisation of others to validate": 1,
    }
    keeper = duties(desk("warehouse_keeper").get("/").content.decode())
    assert keeper["reserved device without an agreement"] == 1
    assert keeper["device for the recycling collector"] == 1
    assert duties(desk("approver").get("/").content.decode()) == {"request to decide": 1}
    assert duties(desk("programme_officer").get("/").content.decode()) == {"granted lines without all their devices": 2}
    assert duties(desk("auditor").get("/").content.decode()) == {}
    assert open_request.reference not in desk("auditor").get("/").content.decode()


def test_a_member_sees_their_own_requests_and_agreements(desk, people):
    own, other = association(), association()
    add_member(own.code, people.association_member, actor=people.counter_clerk)
    mine, theirs = request(own), request(other)
    html = desk("association_member").get("/").content.decode()
    assert mine.reference in html
    assert theirs.reference not in html
    assert "Devices asked for" in html
    assert 'class="stages"' not in html


def test_a_new_installation_teaches_the_first_step(desk):
    html = desk("technician").get("/").content.decode()
    assert "No device yet" in html
    assert "Read a list" in html
    assert "You have not asked for anything yet" in desk("association_member").get("/").content.decode()


def test_every_role_has_a_board_and_nobody_else(desk):
    from backend.accounts.roles import ROLES

    declared()
    for role in ROLES:
        assert desk(role).get("/").status_code == 200
    assert Client().get("/").headers["Location"].startswith("/accounts/login/")


def test_the_board_asks_as_much_for_many_devices_as_for_one(desk):
    client = desk("warehouse_keeper")
    make(Status.RECEIVED)
    client.get("/")
    with CaptureQueriesContext(connection) as one:
        client.get("/")
    for _number in range(5):
        make(Status.RECEIVED)
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) == len(one)
