"""A person asks what we hold: logged from any channel, answered within a month, each act told by the ledger."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory.associations.models import Contact
from inventory.associations.register import add_contact
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.models import Entry
from inventory.privacy.commands import answer_request, erase_places, log_request, month_after, rectify, restrict
from inventory.privacy.models import SubjectRequest
from inventory.privacy.queries import handed_out, requests_about_data
from inventory.privacy.search import Hit, search_person
from inventory.reports.verification import verify_ledger
from tests import journeys
from tests.documents import needs_poppler, text_of
from tests.inventory.pages.seen import words
from tests.people import People, person

pytestmark = pytest.mark.django_db

NAME = "Éloïse Vandenzomer"


def known(people: People) -> Contact:
    """Somebody we know as a contact person."""
    return add_contact(
        journeys.association().code,
        actor=people.counter_clerk,
        name=NAME,
        function="trésorière",
        email="eloise@asbl.example",
    )


def logged(people: People, kind: str = "access", **facts: Any) -> SubjectRequest:
    """Her request, on paper."""
    facts = {"name": NAME, "reach": "Rue Haute 1, 1000 Bruxelles", "channel": "post", "identity": "letter", **facts}
    return log_request(kind, actor=people.counter_clerk, **facts)


def hit(people: People, field: str, text: str = NAME) -> Hit:
    """The one place of a field."""
    found = search_person(text, people.data_protection_officer)
    return next(one for one in found if f"{one.table}.{one.field}" == field)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-03-02", "2026-04-02"),
        ("2026-01-31", "2026-02-28"),
        ("2027-12-15", "2028-01-15"),
        ("2028-01-31", "2028-02-29"),
    ],
)
def test_the_clock_is_one_month(day: str, due: str) -> None:
    assert month_after(dt.date.fromisoformat(day)).isoformat() == due


def test_the_month_runs_from_the_date_stamp_and_not_from_the_encoding(people: People) -> None:
    stamped = timezone.now() - dt.timedelta(days=12)
    made = logged(people, received_at=stamped)
    assert made.due_on == month_after(timezone.localdate(stamped))
    entry = Entry.objects.get(event="privacy.log")
    assert NAME.split()[1] not in entry.body


def test_a_request_that_says_too_little_is_refused(people: People) -> None:
    for wrong in ({"name": " "}, {"reach": ""}, {"channel": "pigeon"}, {"language": "de"}, {"identity": "copy"}):
        with pytest.raises(BadInput):
            logged(people, **wrong)
    with pytest.raises(BadInput):
        logged(people, kind="sell")
    with pytest.raises(BadInput, match="not come yet"):
        logged(people, received_at=timezone.now() + dt.timedelta(days=1))
    with pytest.raises(NotAllowed):
        log_request("access", actor=people.technician, name=NAME, reach="x")


@pytest.mark.parametrize("typed", ["Éloïse Vandenzomer", "vandenzomer", "VANDENZOMER", "éloïse", "eloise@asbl"])
def test_she_is_found_however_she_is_spelled(people: People, typed: str) -> None:
    known(people)
    found = {f"{one.table}.{one.field}" for one in search_person(typed, people.data_protection_officer)}
    assert ("inventory.Contact.email" if "@" in typed else "inventory.Contact.name") in found
    if "@" not in typed:
        assert "inventory.PrivatePayload.payload" in found


def test_only_the_officer_searches_and_not_for_two_letters(people: People) -> None:
    for colleague in (people.counter_clerk, people.auditor, people.administrator):
        with pytest.raises(NotAllowed):
            search_person(NAME, colleague)
    with pytest.raises(BadInput, match="at least 3"):
        search_person("X y", people.data_protection_officer)


def test_what_she_gets_says_why_and_how_long(people: People) -> None:
    known(people)
    given = handed_out(logged(people).number, people.data_protection_officer)
    values = {one["field"]: one for one in given["values"]}
    assert values["inventory.Contact.name"]["value"] == NAME
    assert "public interest" in values["inventory.Contact.name"]["basis"]
    assert "1 year after" in values["inventory.Contact.name"]["term"]


@needs_poppler
def test_she_gets_a_paper_in_her_language_and_a_file(people: People, desk: Any) -> None:
    known(people)
    made = logged(people, language="nl")
    window = desk("data_protection_officer")
    text = text_of(window.get(reverse("privacy_paper", args=[made.number])).content)
    assert NAME in text
    assert "Gegevensbeschermingsautoriteit" in text
    file = json.loads(window.get(reverse("privacy_export", args=[made.number])).content)
    assert file["number"] == made.number
    assert desk("counter_clerk").get(reverse("privacy_paper", args=[made.number])).status_code == 403


def test_a_wrong_text_is_corrected_and_the_ledger_does_not_repeat_it(people: People) -> None:
    known(people)
    made = logged(people, "rectify")
    place = hit(people, "inventory.Contact.name").place
    rectify(made.number, place, "Éloïse Vandenzoomer", actor=people.data_protection_officer)
    assert Contact.objects.get().name == "Éloïse Vandenzoomer"
    body = Entry.objects.get(event="privacy.rectify").body
    assert "inventory.Contact.name" in body
    assert "Vandenzo" not in body
    payload = hit(people, "inventory.PrivatePayload.payload").place
    with pytest.raises(RuleBroken, match="as it was signed"):
        rectify(made.number, payload, "x", actor=people.data_protection_officer)
    with pytest.raises(BadInput, match="too long, or none"):
        rectify(made.number, place, "  ", actor=people.data_protection_officer)


def test_a_contact_who_rests_is_kept_and_not_shown(people: People, desk: Any) -> None:
    contact = known(people)
    made = logged(people, "restrict")
    place = hit(people, "inventory.Contact.name").place
    restrict(made.number, place, actor=people.data_protection_officer)
    page = reverse("association", args=[contact.association.code])
    assert NAME not in words(desk("counter_clerk").get(page))
    assert hit(people, "inventory.Contact.name").restricted is True
    restrict(made.number, place, actor=people.data_protection_officer, lift=True)
    assert NAME in words(desk("counter_clerk").get(page))


def test_an_account_rests_and_comes_back(people: People) -> None:
    colleague = person("driver", "vandenzomer.e")
    made = logged(people, "restrict")
    place = hit(people, "accounts.User.username", "vandenzomer.e").place
    restrict(made.number, place, actor=people.data_protection_officer)
    colleague.refresh_from_db()
    assert not colleague.is_active
    restrict(made.number, place, actor=people.data_protection_officer, lift=True)
    colleague.refresh_from_db()
    assert colleague.is_active


def test_an_answer_is_given_once_with_its_ground(people: People) -> None:
    officer = people.data_protection_officer
    made = logged(people, identity="")
    with pytest.raises(BadInput, match="made sure"):
        answer_request(made.number, actor=officer, outcome="done")
    for outcome, ground in (("done", "duty"), ("refused", ""), ("partly", "whim"), ("maybe", "")):
        with pytest.raises(BadInput):
            answer_request(made.number, actor=officer, outcome=outcome, ground=ground, identity="seen")
    with pytest.raises(NotAllowed):
        answer_request(made.number, actor=people.counter_clerk, outcome="done")
    answer_request(made.number, actor=officer, outcome="partly", ground="duty", identity="seen")
    with pytest.raises(Conflict, match="answered already"):
        answer_request(made.number, actor=officer, outcome="done")
    with pytest.raises(NotFound):
        answer_request("P-1999-00001", actor=officer, outcome="done")
    assert verify_ledger().fault is None


def test_an_invented_place_is_no_place(people: People) -> None:
    made = logged(people, "erase")
    with pytest.raises(NotFound):
        rectify(made.number, "accounts.User:1:password", "x", actor=people.data_protection_officer)
    with pytest.raises(BadInput, match="Choose"):
        erase_places(made.number, [], actor=people.data_protection_officer)


def test_the_most_urgent_stands_on_top_and_waits_on_the_board(people: People, desk: Any) -> None:
    old = logged(people, received_at=timezone.now() - dt.timedelta(days=28))
    late = logged(people, received_at=timezone.now() - dt.timedelta(days=40))
    answered = logged(people)
    answer_request(answered.number, actor=people.data_protection_officer, outcome="done")
    assert list(requests_about_data(people.counter_clerk)) == [late, old, answered]
    window = desk("data_protection_officer")
    assert "2 requests about personal data to answer" in words(window.get(reverse("board")))
    page = words(window.get(reverse("privacy")))
    assert "Too late" in page
    assert page.index(late.number) < page.index(old.number) < page.index(answered.number)


def test_it_is_all_done_by_page(people: People, desk: Any) -> None:
    known(people)
    window = desk("data_protection_officer")
    assert "Nobody has asked yet" in words(window.get(reverse("privacy")))
    assert window.post(reverse("privacy_log"), {"kind": "erase"}).status_code == 422
    given = {"kind": "erase", "name": NAME, "reach": "02 000 00 01", "language": "fr", "channel": "telephone"}
    assert "The request is logged" in words(window.post(reverse("privacy_log"), given, follow=True))
    made = SubjectRequest.objects.get()
    page = reverse("privacy_request", args=[made.number])
    assert "eloise@asbl.example" in words(window.get(page, {"q": "eloise@asbl"}))
    place = hit(people, "inventory.Contact.function", "trésorière").place
    address = reverse("privacy_rectify", args=[made.number])
    assert "trésorière" in window.get(address, {"place": place}).content.decode()
    assert "is corrected" in words(window.post(address, {"place": place, "value": "présidente"}, follow=True))
    acts = reverse("privacy_act", args=[made.number])
    name = hit(people, "inventory.Contact.name").place
    assert "It rests" in words(window.post(acts, {"restrict": name}, follow=True))
    assert "It is used again" in words(window.post(acts, {"lift": name}, follow=True))
    places = [one.place for one in search_person(NAME, people.data_protection_officer) if not one.kept]
    assert "What was ticked is erased" in words(window.post(acts, {"places": places}, follow=True))
    answer = reverse("privacy_answer", args=[made.number])
    assert window.post(answer, {"outcome": ""}).status_code == 422
    said = words(window.post(answer, {"outcome": "done", "identity": "called_back"}, follow=True))
    assert "The answer is kept" in said
    assert "Vandenzomer" not in said
