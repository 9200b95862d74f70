"""What is no archive goes on time, by itself; what is an archive stays; the ledger keeps the counts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from backend.accounts.commands import issue_token
from backend.accounts.models import ApiToken, RememberedAnswer
from backend.demonstration.clock import clock_at
from inventory.associations.models import Contact, Request
from inventory.associations.register import add_contact
from inventory.collection.pickup_models import PickupRequest
from inventory.collection.pickups import Asked, decline_pickup, enter_pickup
from inventory.errors import BadFile
from inventory.ledger.erasing import forget_person
from inventory.ledger.models import Entry
from inventory.lifecycle import TheHouse
from inventory.privacy.commands import answer_request, log_request
from inventory.privacy.listed import say_what_is_due
from inventory.privacy.models import SubjectRequest
from inventory.privacy.retention import SHIPPED
from inventory.privacy.sweeping import sweep_when_quiet
from inventory.privacy.terms import clear_expired
from inventory.reports.verification import verify_ledger
from tests import journeys
from tests.inventory.pages.seen import words
from tests.inventory.privacy.archives import old, there
from tests.people import People, everybody, person

pytestmark = pytest.mark.django_db


def traces(people: People) -> None:
    """One of each."""
    silent = journeys.association()
    add_contact(silent.code, actor=people.counter_clerk, name="Odile Exemple")
    today = timezone.localdate()
    asked = Asked("Archives", "Rue de l’Exemple 2", "accueil", {"desktop": 2}, today, contact_phone="02 000 00 09")
    made = enter_pickup(asked, actor=people.warehouse_keeper, channel="telephone")
    decline_pickup(made.reference, actor=people.warehouse_keeper, reason="damaged")
    request = log_request("access", actor=people.counter_clerk, name="Odile Exemple", reach="x", identity="seen")
    answer_request(request.number, actor=people.data_protection_officer, outcome="done")
    issue_token(people.technician, "station", actor=people.technician, days=10)
    RememberedAnswer.objects.create(user=people.technician, key="k", request_sha256="0" * 64, body=b"Odile")
    Session.objects.create(session_key="k", session_data="x", expire_date=timezone.now() + dt.timedelta(days=14))


def test_nothing_goes_before_its_term(people: People) -> None:
    traces(people)
    assert set(clear_expired(actor=TheHouse()).values()) == {0}
    assert Contact.objects.count() == 1


def test_everything_goes_when_its_term_is_over_and_archives_stay(people: People) -> None:
    with clock_at(timezone.now() - dt.timedelta(days=4 * 366)):
        traces(people)
        kept = journeys.request()
        journeys.award(kept)
    assert clear_expired(actor=TheHouse()) == {"contacts": 1, "pickups": 1, "privacy": 1, "visits": 2, "accounts": 1}
    assert not Contact.objects.exists()
    assert [one.objects.count() for one in (Session, RememberedAnswer, ApiToken)] == [0, 0, 0]
    assert PickupRequest.objects.get().contact_phone == ""
    assert SubjectRequest.objects.get().name == "[…]"
    assert Request.objects.get(pk=kept.pk).purpose
    assert Entry.objects.filter(event="retention.clear").count() == 4
    assert verify_ledger().fault is None
    assert set(clear_expired(actor=TheHouse()).values()) == {0}


def test_a_contact_of_an_association_that_asks_again_stays(people: People) -> None:
    with clock_at(timezone.now() - dt.timedelta(days=4 * 366)):
        body = journeys.association()
        add_contact(body.code, actor=people.counter_clerk, name="Odile Exemple")
    journeys.request(body)
    assert clear_expired(actor=TheHouse())["contacts"] == 0


def test_with_wrong_rules_nothing_goes(people: People, settings: Any, tmp_path: Path) -> None:
    with clock_at(timezone.now() - dt.timedelta(days=4 * 366)):
        traces(people)
    own = tmp_path / "retention.toml"
    own.write_text(SHIPPED.read_text().replace("days = 90", "days = -1"))
    settings.RELAIS_RETENTION = str(own)
    with pytest.raises(BadFile, match="line"):
        clear_expired(actor=TheHouse())
    assert Contact.objects.exists()


def test_the_worker_says_which_archives_wait_and_destroys_none(people: People, archivist: Path) -> None:
    (asked,) = old()
    clear_expired(actor=TheHouse())
    assert say_what_is_due() == ["due for an elimination list: 1 of class requests"]
    assert there(asked)
    archivist.write_text("no rules")
    assert say_what_is_due() == []


def test_the_rules_in_use_are_a_page(desk: Any) -> None:
    page = words(desk("auditor").get(reverse("privacy_retention")))
    assert "Requests, decisions and letters" in page
    assert "10 years after the file was closed, then one of ten is kept" in page
    assert "By the data protection officer" in page
    assert desk("technician").get(reverse("privacy_retention")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_pages_are_written_over_in_the_night_after_something_was_erased() -> None:
    people = everybody()
    night, day = (timezone.localtime().replace(hour=hour, minute=10) for hour in (3, 14))
    assert not sweep_when_quiet(night, actor=TheHouse())
    forget_person(person("driver", "gone").key, actor=people.data_protection_officer, reason="term")
    assert not sweep_when_quiet(day, actor=TheHouse())
    assert sweep_when_quiet(night, actor=TheHouse())
    assert Entry.objects.filter(event="retention.sweep").count() == 1
    assert not sweep_when_quiet(night, actor=TheHouse())
