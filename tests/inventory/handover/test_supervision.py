"""What is worth enough goes to the Region: a list of what is still to be sent, and when each was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.allocation.models import Decision
from inventory.associations.interests import declare_interest
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.handover.commands import cancel_agreement
from inventory.handover.models import Agreement
from inventory.handover.supervision import acts, note_sent, standings
from inventory.handover.supervision_models import Transmission
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests import journeys
from tests.api.handover_calls import worth_sending
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db

Desk = Callable[[str], Client]


def sent(people: People, number: str, **more: object) -> Transmission:
    facts = {"sent_on": timezone.localdate(), "reference": "Recommandé 7004-118", **more}
    return note_sent(number, actor=people.programme_officer, **facts)  # type: ignore[arg-type]


def waiting(people: People) -> list[str]:
    return [one.number for one in acts(people.programme_officer)]


def test_a_decision_worth_enough_waits_until_it_is_sent(people: People) -> None:
    journeys.make(Status.HANDED_OVER)
    number = worth_sending()
    assert waiting(people) == [number]
    made = sent(people, number.lower())
    assert (made.cents, waiting(people)) == (260_000, [])
    assert [one.number for one in acts(people.auditor, state="sent")] == [number]
    entry = Entry.objects.get(event="decision.send_on", subject_key=number)
    assert "7004-118" not in entry.body
    with pytest.raises(Conflict, match="already"):
        sent(people, number)


def test_from_which_value_on_is_a_setting(people: People, settings) -> None:
    given = journeys.make(Status.HANDED_OVER)
    settings.RELAIS_REGION_EURO = 1
    number = given.reservations.get().decision.number
    assert waiting(people) == [number]
    settings.RELAIS_REGION_EURO = 100_000
    assert (waiting(people), standings([number])) == ([], {})


def test_what_is_not_given_counts_for_nothing(people: People) -> None:
    number = worth_sending()
    agreement = Agreement.objects.get(items__reservation__decision__number=number)
    cancel_agreement(agreement.number, actor=people.warehouse_keeper, reason="mistake")
    assert waiting(people) == []
    with pytest.raises(RuleBroken, match="too little"):
        sent(people, number)


def test_only_what_is_lawful_is_written_down(people: People) -> None:
    number = worth_sending()
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    for wrong in ({"sent_on": tomorrow}, {"sent_on": dt.date(2001, 1, 1)}, {"reference": " "}):
        with pytest.raises(BadInput):
            sent(people, number, **wrong)
    with pytest.raises(NotFound):
        sent(people, "D-1999-00001")
    with pytest.raises(NotAllowed):
        note_sent(number, actor=people.approver, sent_on=timezone.localdate(), reference="R-118")
    with pytest.raises(NotAllowed):
        acts(people.warehouse_keeper)
    association = Decision.objects.get(number=number).request.association
    declare_interest(association.code, actor=people.programme_officer, kind="board")
    assert waiting(people) == []
    with pytest.raises(RuleBroken, match="interest"):
        sent(people, number)
    assert not Transmission.objects.exists()


def test_the_database_keeps_what_was_sent(people: People) -> None:
    made = sent(people, worth_sending())
    for change in (lambda: Transmission.objects.update(reference="autre"), made.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_pages_list_what_is_to_be_sent_and_take_it_off(desk: Desk, people: People) -> None:
    window, here = desk("programme_officer"), reverse("supervised")
    assert "Nothing is to be sent" in words(window.get(here))
    assert here in window.get(reverse("requests")).content.decode()
    number = worth_sending()
    request = reverse("request", args=[Decision.objects.get(number=number).request.reference])
    assert number in words(window.get(here))
    assert "To be sent to the Region" in words(window.get(request))
    form = reverse("send_on", args=[number])
    assert form in window.get(here).content.decode()
    assert window.post(form, {"sent_on": "", "reference": ""}).status_code == 422
    assert window.post(form, {"sent_on": timezone.localdate(), "reference": "R-2026-118"})["Location"] == here
    assert "R-2026-118" in words(window.get(here, {"state": "sent"}))
    assert "Sent to the Region on" in words(window.get(request))
    assert window.get(form).status_code == 404
    assert "Was sent" not in words(desk("auditor").get(here))
    assert desk("warehouse_keeper").get(here).status_code == 403


def test_the_list_asks_no_more_for_many_than_for_one(desk: Desk, django_assert_max_num_queries) -> None:
    window, here = desk("programme_officer"), reverse("supervised")
    worth_sending()
    window.get(here)
    with django_assert_max_num_queries(60) as one:
        window.get(here)
    for _ in range(3):
        worth_sending()
    with django_assert_max_num_queries(len(one.captured_queries)):
        window.get(here)
