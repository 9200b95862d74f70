"""Departing from the rule: the bill first, two signatures above a size, into the frozen file; interests declared."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from inventory.allocation.commands import decide, open_round, reserve
from inventory.allocation.models import Decision, Round
from inventory.allocation.outcomes import paper_of
from inventory.allocation.pins import Bill, asking, bill, cost_of_pins, pins_of, set_pin, sign_pin, withdraw_pin
from inventory.allocation.round_models import Pin
from inventory.allocation.sharing import draw_pool, freeze_pool
from inventory.associations.commands import decide_eligibility
from inventory.associations.interest_models import Interest
from inventory.associations.interests import declare_interest, end_interest
from inventory.associations.models import Association, Eligibility
from inventory.associations.queries import request_of, requests
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests.inventory.allocation.test_sharing import NUMBERS, asked, association
from tests.inventory.pages.seen import words
from tests.journeys import make
from tests.people import People, person

pytestmark = pytest.mark.django_db

WHY = "La liste de mars avait oublié cette association : la faute est à nous."
REASONS = "La demande répond aux critères publiés."


@pytest.fixture
def scarce(people: People) -> tuple[Round, Association, Association]:
    """Eight devices; a large association would get six and a small one two."""
    for _ in range(8):
        make(Status.READY)
    small, large = association(people, "Petite"), association(people, "Grande")
    asked(people, small, 8, 10)
    asked(people, large, 8, 600)
    found = open_round(
        "2026-9",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
        grace_days=0,
    )
    return found, small, large


def pinned(found: Round, body: Association, cost: Bill, **facts: object) -> Pin:
    given = {"actor": person("approver"), "reason": "repair", "words": WHY, "seen": cost.fingerprint, **facts}
    return set_pin(found.number, "computers", body.code, **given)


def test_the_bill_says_who_pays_and_the_pin_stands_in_the_frozen_file(
    people: People, scarce: tuple[Round, Association, Association]
) -> None:
    found, small, large = scarce
    assert asking(found, "computers", people.approver) == [large, small]
    cost = bill(found.number, "computers", small.code, actor=people.approver, at_least=4)
    assert (cost.before, cost.after, cost.changes) == (2, 4, ((large.code, -2),))
    made = pinned(found, small, cost, at_least=4)
    assert not made.second_needed
    assert WHY not in Entry.objects.get(event="round.pin").body
    freeze_pool(found.number, "computers", actor=people.programme_officer)
    drawn = draw_pool(found.number, "computers", NUMBERS, actor=people.programme_officer)
    file = json.loads(paper_of(drawn, "round")[0])
    assert file["pins"] == [{"association": small.code, "at_least": 4, "at_most": None, "reason": "repair"}]
    result = json.loads(paper_of(drawn, "result")[0])
    assert {one["association"]: one["units"] for one in result["counts"]} == {small.code: 4, large.code: 4}
    assert cost_of_pins(drawn) == {small.code: 2, large.code: -2}
    with pytest.raises(Conflict, match="in the next round"):
        bill(found.number, "computers", small.code, actor=people.approver, at_least=5)
    with pytest.raises(Conflict, match="in the next round"):
        withdraw_pin(found.number, "computers", small.code, actor=people.approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pin.objects.update(withdrawn_at=timezone.now())


def test_nobody_confirms_another_bill_than_the_one_they_saw(
    people: People, scarce: tuple[Round, Association, Association]
) -> None:
    found, small, _large = scarce
    cost = bill(found.number, "computers", small.code, actor=people.approver, at_least=5)
    asked(people, association(people, "Entre les deux"), 8, 600)
    with pytest.raises(Conflict, match="changed since you looked"):
        pinned(found, small, cost, at_least=5)
    assert not Pin.objects.exists()


def test_many_devices_take_a_second_person_and_until_then_nothing_is_frozen(
    people: People, scarce: tuple[Round, Association, Association]
) -> None:
    found, small, _large = scarce
    cost = bill(found.number, "computers", small.code, actor=people.approver, at_least=8)
    assert cost.moved == 6
    assert pinned(found, small, cost, at_least=8).waits
    with pytest.raises(RuleBroken, match="waits for its second signature"):
        freeze_pool(found.number, "computers", actor=people.programme_officer)
    with pytest.raises(RuleBroken, match="another person"):
        sign_pin(found.number, "computers", small.code, actor=people.approver)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pin.objects.update(signed_by=people.approver, signed_at=timezone.now())
    second = person("approver", "albert")
    assert not sign_pin(found.number, "computers", small.code, actor=second).waits
    with pytest.raises(Conflict, match="no signature any more"):
        sign_pin(found.number, "computers", small.code, actor=second)
    freeze_pool(found.number, "computers", actor=people.programme_officer)


def test_a_pin_says_why_and_how_many_and_is_set_once(
    people: People, scarce: tuple[Round, Association, Association]
) -> None:
    found, small, large = scarce
    for wrong in ({}, {"at_least": 5, "at_most": 2}, {"at_least": -1}):
        with pytest.raises(BadInput):
            bill(found.number, "computers", small.code, actor=people.approver, **wrong)
    with pytest.raises(RuleBroken, match="asks for nothing"):
        bill(found.number, "screens", small.code, actor=people.approver, at_most=0)
    cost = bill(found.number, "computers", large.code, actor=people.approver, at_most=0)
    assert cost.after == 0
    with pytest.raises(BadInput, match="the reason is public"):
        pinned(found, large, cost, at_most=0, words="parce que")
    pinned(found, large, cost, at_most=0)
    with pytest.raises(Conflict, match="already"):
        pinned(found, large, cost, at_most=0)
    withdraw_pin(found.number, "computers", large.code, actor=people.approver)
    pinned(found, large, cost, at_most=0)
    for nobody in (people.programme_officer, people.auditor, people.counter_clerk, people.association_member):
        with pytest.raises(NotAllowed):
            bill(found.number, "computers", small.code, actor=nobody, at_least=3)


def test_an_interest_hides_the_file_and_forbids_deciding_by_command_and_database(
    people: People, scarce: tuple[Round, Association, Association]
) -> None:
    found, small, large = scarce
    wanted = small.requests.get()
    second = person("approver", "albert")
    declare_interest(small.code, actor=second, kind="board")
    assert wanted not in requests(second)
    with pytest.raises(NotFound):
        request_of(wanted.reference, second)
    for forbidden in (
        lambda: decide(wanted.reference, actor=second, granted={1: 1}, reasons=REASONS),
        lambda: decide_eligibility(small.code, actor=second, eligible=True, reasons="Un but social clair."),
        lambda: bill(found.number, "computers", small.code, actor=second, at_least=3),
    ):
        with pytest.raises(RuleBroken, match="declared an interest"):
            forbidden()
    cost = bill(found.number, "computers", small.code, actor=people.approver, at_least=8)
    pinned(found, small, cost, at_least=8)
    with pytest.raises(RuleBroken, match="declared an interest"):
        sign_pin(found.number, "computers", small.code, actor=second)
    assert not pins_of(found.number, "computers", second).exists()
    assert asking(found, "computers", second) == [large]
    now = timezone.now()
    attempts = [
        lambda: Decision.objects.create(
            number="D-X", request=wanted, outcome="refuse", reasons="-", decided_by=second, decided_at=now
        ),
        lambda: Eligibility.objects.create(
            association=small, eligible=True, reasons="-", decided_by=second, decided_at=now, expires_on=now.date()
        ),
        lambda: Pin.objects.update(signed_by=second, signed_at=now),
        lambda: Interest.objects.all().delete(),
        lambda: Interest.objects.update(kind="other", ended_at=None),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    officer = people.programme_officer
    declare_interest(small.code, actor=officer, kind="member")
    decide(wanted.reference, actor=people.approver, granted={1: 1}, reasons=REASONS)
    with pytest.raises(RuleBroken, match="declared an interest"):
        reserve([make(Status.READY).tag], actor=officer, reference=wanted.reference, position=1)


def test_an_interest_is_declared_once_and_ended_by_somebody_else(people: People) -> None:
    body = association(people, "Une")
    approver, officer = people.approver, people.programme_officer
    with pytest.raises(BadInput):
        declare_interest(body.code, actor=approver, kind="?")
    with pytest.raises(NotFound):
        declare_interest("A-0", actor=approver, kind="board")
    with pytest.raises(NotAllowed):
        declare_interest(body.code, actor=people.association_member, kind="board")
    declare_interest(body.code, actor=approver, kind="board")
    with pytest.raises(Conflict):
        declare_interest(body.code, actor=approver, kind="board")
    with pytest.raises(RuleBroken, match="somebody else"):
        end_interest(body.code, approver.username, actor=approver)
    end_interest(body.code, approver.username, actor=officer)
    with pytest.raises(NotFound):
        end_interest(body.code, approver.username, actor=officer)
    declare_interest(body.code, actor=approver, kind="family")


def test_a_pin_is_set_by_its_pages_with_the_bill_in_sight(
    desk, people: People, scarce: tuple[Round, Association, Association]
) -> None:
    found, small, _large = scarce
    here = reverse("round_pins", args=[found.number, "computers"])
    assert "Set a pin" not in words(desk("auditor").get(here))
    window, new = desk("approver"), reverse("round_pin_new", args=[found.number, "computers"])
    assert new in window.get(here).content.decode()
    facts = {"association": small.code, "at_least": "8", "at_most": "", "reason": "repair", "words": WHY}
    assert window.post(new, {**facts, "at_least": ""}).status_code == 422
    shown = window.post(new, facts)
    assert "Without the pin: 2. With it: 8." in words(shown)
    assert "pays: 6 devices fewer" in words(shown)
    assert not Pin.objects.exists()
    cost = bill(found.number, "computers", small.code, actor=people.approver, at_least=8)
    assert window.post(new, {**facts, "seen": cost.fingerprint}).status_code == 302
    page = words(desk("auditor").get(here))
    assert "waits for its second signature" in page
    assert WHY in page
    sign = reverse("round_pin_sign", args=[found.number, "computers", small.code])
    assert window.post(sign).status_code == 409
    assert desk("auditor").post(sign).status_code == 403
    sign_pin(found.number, "computers", small.code, actor=person("approver", "albert"))
    assert "signed by" in words(window.get(here))
    withdraw = reverse("round_pin_withdraw", args=[found.number, "computers", small.code])
    assert window.post(withdraw).status_code == 302
    assert "No pin" in words(window.get(here))


def test_an_interest_is_declared_on_its_page_and_watched_by_others(desk, people: People) -> None:
    body = association(people, "Une maison")
    window, here = desk("approver"), reverse("interests")
    assert "Nobody declared an interest" in words(window.get(here))
    assert window.post(here, {"association": "nulle part", "kind": "board"}).status_code == 422
    assert window.post(here, {"association": "Une maison", "kind": "board"}).status_code == 302
    assert "another person ends it" in words(window.get(here))
    assert "Une maison" in words(desk("auditor").get(here))
    end = reverse("interest_end", args=[body.code, people.approver.username])
    assert desk("auditor").post(end).status_code == 403
    assert window.post(end).status_code == 409
    assert desk("programme_officer").post(end).status_code == 302
    assert "Nobody declared an interest" in words(window.get(here))
