"""Award and refusal reach everybody: in today's post, among the calls, or on their page; large if wished."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from inventory.allocation.commands import decide
from inventory.allocation.continuing import continuation, give_up
from inventory.allocation.letters import letter_of, letters_that_wait
from inventory.allocation.models import Round
from inventory.associations.filing_models import Letter
from inventory.associations.letters import letters_pdf, mark_sent
from inventory.associations.models import Association, Request
from tests.documents import needs_poppler, text_of
from tests.inventory.allocation.test_deciding import decided, drawn
from tests.inventory.pages.seen import words
from tests.journeys import association, request
from tests.people import People

__all__ = ["drawn"]

pytestmark = pytest.mark.django_db

WHY = "La demande ne répond pas aux critères publiés."


def letter_about(asked: Request) -> Letter:
    return Letter.objects.get(kind="decision", request=asked)


def test_each_answer_of_a_round_waits_in_the_list_that_reaches_its_association(
    desk, people: People, drawn: tuple[Round, dict[str, Request]]
) -> None:
    found, wanted = drawn
    bodies = Association.objects.all()
    bodies.filter(requests=wanted["small"]).update(street="", telephone="02 000 00 00")
    bodies.filter(requests=wanted["modest"]).update(email="bonjour@fil.example")
    decided(people)
    ways = {name: letter_about(asked).way for name, asked in wanted.items()}
    assert ways == {"modest": "online", "large": "post", "small": "telephone", "lot": "post"}
    assert letter_about(wanted["modest"]).sent_at is not None
    assert letters_that_wait(found) == {"post": 2, "telephone": 1}
    page = words(desk("programme_officer").get(reverse("round", args=[found.number])))
    assert "2 letters wait to be printed and posted" in page
    assert "1 association is to be called" in page
    clerk = desk("counter_clerk")
    assert letter_about(wanted["large"]).number in words(clerk.get(reverse("letters")))
    call = words(clerk.get(reverse("calls")))
    assert letter_about(wanted["small"]).number in call
    assert "02 000 00 00" in call
    assert "Votre demande a participé" in call
    mark_sent([letter_about(wanted[name]).number for name in ("large", "small", "lot")], actor=people.counter_clerk)
    assert letters_that_wait(found) == {}
    page = words(desk("programme_officer").get(reverse("round", args=[found.number])))
    assert "Every letter of decision has reached its association" in page


@needs_poppler
def test_the_letter_in_the_post_says_what_the_letter_of_the_decision_says(
    people: People, drawn: tuple[Round, dict[str, Request]]
) -> None:
    _found, wanted = drawn
    decided(people)
    for name, remedy in (("large", "zestig dagen"), ("lot", "soixante jours")):
        kept = letter_about(wanted[name])
        posted, asked_for = text_of(letters_pdf([kept])).split(), text_of(letter_of(wanted[name])).split()
        assert posted == asked_for
        assert remedy in " ".join(posted)
        assert kept.language == wanted[name].association.official_language


@needs_poppler
def test_decisions_and_other_letters_print_together_each_on_pages_of_its_own(people: People) -> None:
    body = association(street="Rue Haute 1", postcode="1000", municipality="Bruxelles")
    asked = request(body)
    decide(asked.reference, actor=people.approver, granted={1: 0}, reasons=WHY)
    letters = list(Letter.objects.filter(request=asked).order_by("id"))
    assert [one.kind for one in letters] == ["receipt", "decision"]
    pdf = letters_pdf(letters)
    pages = [text_of_page(pdf, number) for number in range(len(PdfReader(io.BytesIO(pdf)).pages))]
    assert "R-" in pages[0]
    assert WHY not in pages[0]
    assert WHY in " ".join(pages[1:])
    assert "Conseil d’État" in " ".join(pages[1:])
    assert pdf == letters_pdf(letters)


@needs_poppler
def test_a_refusal_is_set_large_for_who_wishes_so(people: People) -> None:
    counts = []
    for large in (False, True):
        body = association(street="Rue Haute 1", postcode="1000", municipality="Bruxelles", large_print=large)
        asked = request(body)
        decide(asked.reference, actor=people.approver, granted={1: 0}, reasons=WHY)
        pdf = letters_pdf([letter_about(asked)])
        assert "Rue Haute 1" in text_of(pdf)
        counts.append(len(PdfReader(io.BytesIO(pdf)).pages))
    assert counts[0] < counts[1]


def test_what_was_decided_is_kept_as_it_was_written(people: People, drawn: tuple[Round, dict[str, Request]]) -> None:
    found, wanted = drawn
    decided(people)
    told = letter_about(wanted["small"]).content["decision"]
    assert (told["rows"][0]["asked"], told["rows"][0]["granted"]) == (5, 1)
    assert told["reference"] == wanted["small"].reference
    assert not {"address", "qr"} & set(told)
    wanted["large"].refresh_from_db()
    seen = continuation(wanted["large"].reference, 1, 1, people.approver, "refused").fingerprint
    give_up(wanted["large"].reference, 1, 1, actor=people.approver, reason="refused", seen=seen)
    assert Letter.objects.filter(kind="decision", request=wanted["large"]).count() == 2
    assert timezone.now() - Round.objects.get(pk=found.pk).closes_at < dt.timedelta(hours=1)


def text_of_page(pdf: bytes, number: int) -> str:
    return " ".join((PdfReader(io.BytesIO(pdf)).pages[number].extract_text() or "").split())
