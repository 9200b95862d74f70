"""A complaint is received, acknowledged, answered by somebody who did not decide, and what was wrong is repaired."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from backend.demonstration.clock import clock_at
from inventory.allocation.commands import decide, open_round
from inventory.allocation.complaint_models import ComplaintAnswer
from inventory.allocation.complaints import answer_complaint, complaints, promised
from inventory.allocation.pins import bill, set_pin, withdraw_pin
from inventory.allocation.sharing import freeze_pool
from inventory.associations.commands import add_member
from inventory.associations.facts import CHANNELS
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.filings import lodge
from inventory.associations.interests import declare_interest
from inventory.associations.models import Association, Request
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.whereabouts import stations, told_in
from tests.inventory.allocation.test_deciding import body
from tests.inventory.allocation.test_sharing import asked
from tests.inventory.pages.seen import words
from tests.journeys import make
from tests.people import People

pytestmark = pytest.mark.django_db

WHY = "La quantité avait été encodée à tort : cinq sur le papier, un dans le registre."
REFUSAL = "La demande ne répond pas aux critères publiés de ce tour."


def complained(people: People, channel: str = "telephone", language: str = "fr") -> Filing:
    found = body(people, "Atelier", language)
    add_member(found.code, people.association_member, actor=people.administrator)
    wanted = asked(people, found, 5, 10)
    actor = people.association_member if channel == "online" else people.counter_clerk
    said = {"words": "Nous avions demandé cinq ordinateurs."}
    return lodge(wanted.reference, "complain", actor=actor, channel=channel, answers=said)


def answered(people: People, filing: Filing, **facts: Any) -> ComplaintAnswer:
    given = {"outcome": "upheld", "words": WHY, "repair_pool": "computers", "repair_units": 2, **facts}
    return answer_complaint(filing.number, actor=people.programme_officer, **given)


@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize("channel", list(CHANNELS))
def test_a_complaint_by_any_channel_is_acknowledged_and_answered_alike(
    desk, people: People, channel: str, language: str
) -> None:
    filing = complained(people, channel, language)
    due = f"{timezone.localdate(filing.received_at) + dt.timedelta(days=30):%d/%m/%Y}"
    receipt = Letter.objects.get(kind="complain")
    assert due in [value for _label, value in receipt.content["rows"]]
    with translation.override("en"):
        waiting = stations(filing.request)[-1]
    assert (waiting.name, waiting.done) == ("Complaint", False)
    assert due in waiting.said
    answered(people, filing)
    letter = Letter.objects.get(kind="complaint_answer")
    assert (letter.language, letter.way, letter.request) == (language, "post", filing.request)
    assert (
        letter.content["title"] == {"fr": "Notre réponse à votre plainte", "nl": "Ons antwoord op uw klacht"}[language]
    )
    text = " ".join(letter.content["paragraphs"])
    assert WHY in text
    assert "02 549 67 00" in text
    assert {"fr": "2 appareils", "nl": "2 toestellen"}[language] in text
    assert people.programme_officer.username in [value for _label, value in letter.content["rows"]]
    with translation.override("en"):
        here = stations(filing.request)[-1]
    assert (here.name, here.done) == ("Complaint answered", True)
    assert "you come first of all for 2 devices" in here.said
    assert {"fr": "Réponse à une plainte", "nl": "Klacht beantwoord"}[language] in dict(told_in(filing.request))
    page = words(desk("association_member").get(reverse("complaint", args=[filing.number])))
    assert WHY in page
    body_ = Entry.objects.get(event="filing.answer").body
    assert "encodée à tort" not in body_


def test_who_decided_does_not_answer_nor_who_has_an_interest(people: People) -> None:
    filing = complained(people)
    decide(filing.request.reference, actor=people.approver, granted={1: 0}, reasons=REFUSAL)
    with pytest.raises(RuleBroken, match="somebody else answers"):
        answer_complaint(filing.number, actor=people.approver, outcome="rejected", words=WHY)
    made = answered(people, filing)
    assert "redemandez" in " ".join(made.letter.content["paragraphs"])
    with pytest.raises(Conflict, match="answered already"):
        answered(people, filing)
    other = complained(people)
    declare_interest(other.request.association.code, actor=people.programme_officer, kind="board")
    with pytest.raises(RuleBroken, match="declared an interest"):
        answered(people, other)
    with pytest.raises(IntegrityError, match="neither decided"), transaction.atomic():
        ComplaintAnswer.objects.create(
            filing=other,
            outcome="rejected",
            words=WHY,
            letter=made.letter,
            answered_by=people.programme_officer,
            answered_at=timezone.now(),
        )
    for change in (lambda: ComplaintAnswer.objects.update(words="Autre."), lambda: made.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"outcome": "maybe"}, "outcome"),
        ({"words": "non"}, "words"),
        ({"repair_pool": "cars"}, "repair_pool"),
        ({"repair_units": 0}, "repair_units"),
        ({"repair_pool": ""}, "repair_units"),
        ({"repair_units": 501}, "repair_units"),
        ({"outcome": "rejected"}, "repair_units"),
        ({"words": "Le numéro 85.07.30-033.28 figurait sur la demande."}, "words"),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_question(people: People, facts: dict[str, Any], field: str) -> None:
    filing = complained(people)
    with pytest.raises(BadInput) as refusal:
        answered(people, filing, **facts)
    assert refusal.value.facts["field"] == field
    assert not ComplaintAnswer.objects.exists()


def test_only_who_runs_rounds_answers_and_members_see_their_own(desk, people: People) -> None:
    filing = complained(people)
    for actor in (people.counter_clerk, people.auditor, people.association_member):
        with pytest.raises(NotAllowed):
            answer_complaint(filing.number, actor=actor, outcome="rejected", words=WHY)
    with pytest.raises(NotFound):
        answer_complaint("F-2000-00001", actor=people.programme_officer, outcome="rejected", words=WHY)
    foreign = lodge(
        asked(people, body(people, "Autre"), 1, 10).reference,
        "complain",
        actor=people.counter_clerk,
        channel="post",
        answers={"words": "Rien."},
    )
    member = desk("association_member")
    assert member.get(reverse("complaint", args=[foreign.number])).status_code == 404
    listed = words(member.get(reverse("complaints")))
    assert filing.number in listed
    assert foreign.number not in listed


def test_complaints_stand_in_their_list_until_they_are_answered(desk, people: People) -> None:
    with clock_at(timezone.now() - dt.timedelta(days=40)):
        late = complained(people)
    fresh = complained(people)
    officer = people.programme_officer
    assert [one.number for one in complaints(officer, state="open")] == [late.number, fresh.number]
    assert [one.number for one in complaints(officer, state="late")] == [late.number]
    window, here = desk("programme_officer"), reverse("complaint", args=[fresh.number])
    assert "was due on" in words(window.get(reverse("complaints")))
    assert "2 complaints to be answered" in words(desk("counter_clerk").get(reverse("counter")))
    assert window.post(here, {"outcome": "upheld", "words": "oui"}).status_code == 422
    given = {"outcome": "partly", "words": WHY, "repair_pool": "", "repair_units": ""}
    assert window.post(here, given)["Location"] == here
    assert "right in part" in words(window.get(here))
    assert [one.number for one in complaints(officer, state="answered")] == [fresh.number]
    assert (
        reverse("complaint", args=[fresh.number])
        in window.get(reverse("request", args=[fresh.request.reference])).content.decode()
    )


def test_what_was_promised_is_repaired_by_a_pin_before_the_next_round_is_frozen(desk, people: People) -> None:
    for _ in range(2):
        make(Status.READY)
    filing = complained(people)
    wronged: Association = filing.request.association
    rival = asked(people, body(people, "Rivale"), 5, 900)
    open_round(
        "2026-9",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
        grace_days=0,
    )
    answered(people, filing)
    assert {code: one.units for code, one in promised("computers").items()} == {wronged.code: 2}
    with pytest.raises(RuleBroken, match="set the pin that repairs it first"):
        freeze_pool("2026-9", "computers", actor=people.programme_officer)
    pins = reverse("round_pins", args=["2026-9", "computers"])
    assert "Atelier: 2 devices" in words(desk("approver").get(pins))
    shown = desk("approver").get(f"{pins}new/", {"association": wronged.code, "at_least": 2, "reason": "repair"})
    assert 'value="2"' in shown.content.decode()
    here = ("2026-9", "computers", wronged.code)
    facts = {"reason": "repair", "words": "Réparation d’une erreur d’encodage."}
    for units in (1, 2):
        cost = bill(*here, people.approver, at_least=units)
        set_pin(*here, actor=people.approver, seen=cost.fingerprint, at_least=units, **facts)
        if units == 1:
            with pytest.raises(RuleBroken, match="promised 2 devices"):
                freeze_pool("2026-9", "computers", actor=people.programme_officer)
            withdraw_pin(*here, actor=people.approver)
    freeze_pool("2026-9", "computers", actor=people.programme_officer)
    assert promised("computers") == {}
    assert Request.objects.filter(pk=rival.pk, state="received").exists()


def test_a_promise_to_who_does_not_take_part_holds_nobody_up_and_is_kept(people: People) -> None:
    make(Status.READY)
    filing = complained(people)
    answered(people, filing)
    lodge(filing.request.reference, "withdraw", actor=people.counter_clerk, channel="post", answers={})
    asked(people, body(people, "Autre"), 1, 10)
    open_round(
        "2026-9",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
        grace_days=0,
    )
    freeze_pool("2026-9", "computers", actor=people.programme_officer)
    assert [one.units for one in promised("computers").values()] == [2]
