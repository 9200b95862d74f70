"""Letters: the way each reaches its association, the list to post, the calls, marked and taken back."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from inventory.associations.letters import letters_pdf, mark_sent, unmark_sent, way_to, write_letter
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.ledger.models import Entry
from tests.inventory.pages.seen import words
from tests.journeys import association, request
from tests.people import People

pytestmark = pytest.mark.django_db

ADDRESS = {"street": "Rue de l’Exemple 1", "postcode": "1000", "municipality": "Bruxelles"}
MAIL = {"email": "bonjour@fil.example"}
PHONE = {"telephone": "02 000 00 00"}


@pytest.mark.parametrize(
    ("facts", "way"),
    [
        (ADDRESS, "post"),
        ({**ADDRESS, **MAIL}, "online"),
        ({**ADDRESS, **MAIL, "preferred_channel": "post"}, "post"),
        ({**ADDRESS, **PHONE, "preferred_channel": "telephone"}, "telephone"),
        ({**ADDRESS, "preferred_channel": "telephone"}, "post"),
        ({**MAIL, "preferred_channel": "post"}, "online"),
        (PHONE, "telephone"),
        ({}, "telephone"),
    ],
)
def test_a_letter_goes_the_way_that_reaches_them(facts: dict[str, str], way: str) -> None:
    assert way_to(association(**facts)) == way


def test_the_post_of_today_is_printed_marked_and_unmarked(desk, people: People) -> None:
    letter = request(association(**ADDRESS)).letters.get()
    request(association(**MAIL))
    window = desk("counter_clerk")
    page = reverse("letters")
    text = words(window.get(page))
    assert letter.number in text
    assert "Rue de l’Exemple 1" in text
    assert len(PdfReader(io.BytesIO(window.get(reverse("letters_to_post")).content)).pages) == 1
    assert window.post(reverse("letters_sent"), {"number": [letter.number]})["Location"] == page
    text = words(window.get(page))
    assert "Nothing to post" in text
    assert "Done lately" in text
    window.post(reverse("letter_undo", args=[letter.number]))
    letter.refresh_from_db()
    assert letter.sent_at is None
    events = Entry.objects.filter(event__startswith="letter.", body__contains=letter.number).order_by("id")
    assert [entry.event for entry in events] == ["letter.write", "letter.send", "letter.unsend"]


def test_who_has_no_address_is_called_in_their_language(desk, people: People) -> None:
    letter = request(association(ui_language="en", **PHONE)).letters.get()
    window = desk("counter_clerk")
    text = words(window.get(reverse("calls")))
    assert letter.number in text
    assert "02 000 00 00 English" in text
    assert window.post(reverse("letters_sent"), {"number": [letter.number]})["Location"] == reverse("calls")
    assert "Nobody to call" in words(window.get(reverse("calls")))


def test_marking_is_all_or_nothing_and_said_once(people: People) -> None:
    clerk = people.counter_clerk
    letter = request(association(**ADDRESS)).letters.get()
    with pytest.raises(NotFound):
        mark_sent([letter.number, "L-2000-00001"], actor=clerk)
    with pytest.raises(BadInput):
        mark_sent([], actor=clerk)
    letter.refresh_from_db()
    assert letter.sent_at is None
    with pytest.raises(Conflict):
        unmark_sent(letter.number, actor=clerk)
    mark_sent([letter.number], actor=clerk)
    with pytest.raises(Conflict):
        mark_sent([letter.number], actor=clerk)
    with pytest.raises(NotAllowed):
        unmark_sent(letter.number, actor=people.association_member)


def test_a_letter_on_their_page_is_there_at_once_and_never_unsent(people: People) -> None:
    letter = request(association(**MAIL)).letters.get()
    assert letter.sent_at is not None
    with pytest.raises(Conflict):
        unmark_sent(letter.number, actor=people.counter_clerk)


def test_letters_print_together_each_on_its_own_page(people: People) -> None:
    letters = [request(association(language, **ADDRESS)).letters.get() for language in ("fr", "nl")]
    pdf = letters_pdf(letters)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    assert pdf == letters_pdf(letters)
    with pytest.raises(BadInput):
        letters_pdf([])


def test_a_letter_set_elsewhere_is_given_as_it_was_set(people: People) -> None:
    body = association(**ADDRESS)
    paper = letters_pdf([request(body).letters.get()])
    letter = write_letter(body, actor=people.counter_clerk, kind="decision", title="Décision", paper=paper)
    assert letters_pdf([letter]) == paper


def test_the_counter_sees_what_today_asks_for(desk) -> None:
    request(association(**ADDRESS))
    request(association(**PHONE))
    text = words(desk("counter_clerk").get(reverse("counter")))
    assert "1 letter to print and post" in text
    assert "1 call to make" in text
    for role in ("association_member", "technician"):
        assert desk(role).get(reverse("counter")).status_code == 403
        assert desk(role).get(reverse("letters")).status_code == 403
