"""The data protection officer and a deputy go through a list on pages, and the archivist reads it on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.lifecycle import Actor
from inventory.privacy.elimination_models import EliminationList
from inventory.privacy.elimination_paper import list_pdf
from inventory.privacy.eliminations import carry_out
from tests.documents import needs_poppler, text_of
from tests.inventory.pages.seen import words
from tests.inventory.privacy.archives import REFERENCE, authorised, old
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("archivist")]


def signed_in(actor: Any) -> Client:
    """Somebody's browser."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(actor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_from_what_is_due_to_the_report_on_pages(desk: Callable[[str], Client], deputy: Actor) -> None:
    asked = old(11)
    dora, other = desk("data_protection_officer"), signed_in(deputy)
    index = words(dora.get(reverse("eliminations")))
    assert "Requests, decisions and letters: 11 records are due for a list." in index
    page = dora.post(reverse("elimination_draw_up"), {"class": "requests"}, follow=True)
    number = EliminationList.objects.get().number
    assert "nothing is destroyed yet" in words(page)
    assert REFERENCE in words(page)
    assert "10 years after the file was closed, then one of ten is kept" in words(page)
    empty = dora.post(reverse("elimination_authorise", args=[number]), {"authorisation": "", "on": ""})
    assert empty.status_code == 422
    given = {"authorisation": "AGR 2026/114", "on": timezone.localdate().isoformat()}
    page = dora.post(reverse("elimination_authorise", args=[number]), given, follow=True)
    assert "You drew this list up. Another person carries it out." in words(page)
    assert "9 records go for good" in words(other.get(reverse("elimination", args=[number])))
    assert other.post(reverse("elimination_carry_out", args=[number]), {}).status_code == 422
    page = other.post(reverse("elimination_carry_out", args=[number]), {"sure": "on"}, follow=True)
    assert "Records destroyed 9 Kept as sample 2 Left out, still there 0" in words(page)
    gone = EliminationList.objects.get().lines.filter(outcome="destroyed").values_list("key", flat=True)
    told = words(desk("counter_clerk").get(reverse("request", args=[gone[0]])))
    assert f"were destroyed by list {number}, authorised as AGR 2026/114" in told
    for page_of, told in (("request_receipt", 200), ("request_why", 200), ("request_letter", 404)):
        assert desk("counter_clerk").get(reverse(page_of, args=[gone[0]])).status_code == told
    assert len(asked) == 11


def test_without_anything_due_the_page_says_so(desk: Callable[[str], Client]) -> None:
    for role in ("data_protection_officer", "auditor"):
        assert "No list yet, and no archive whose term is over." in words(desk(role).get(reverse("eliminations")))
    assert desk("technician").get(reverse("eliminations")).status_code == 403


def test_the_board_says_what_waits(desk: Callable[[str], Client]) -> None:
    old(2)
    assert "archives due for an elimination list" in words(desk("data_protection_officer").get("/"))


def test_a_record_is_held_back_and_released_on_the_page(desk: Callable[[str], Client]) -> None:
    (asked,) = old()
    dora, there = desk("data_protection_officer"), reverse("eliminations")
    given = {"kind": "request", "key": asked.reference, "why": "claim"}
    assert "It is held back" in words(dora.post(there, given, follow=True))
    assert "records are due" not in words(dora.get(there))
    page = dora.post(reverse("elimination_lift"), {"kind": "request", "key": asked.reference}, follow=True)
    assert "It follows its rule again." in words(page)


def test_a_list_is_withdrawn_with_its_reason(desk: Callable[[str], Client], people: People) -> None:
    old()
    made = authorised(people)
    dora = desk("data_protection_officer")
    page = dora.post(reverse("elimination_withdraw", args=[made.number]), {"why": "refused"}, follow=True)
    assert "The State Archivist did not authorise it" in words(page)
    assert dora.post(reverse("elimination_withdraw", args=[made.number]), {"why": "refused"}).status_code == 409


@needs_poppler
@pytest.mark.parametrize(
    ("language", "before", "after", "class_name"),
    [
        ("fr", "Bordereau d’élimination", "Procès-verbal d’élimination", "Demandes, décisions et lettres"),
        ("nl", "Vernietigingslijst", "Proces-verbaal van vernietiging", "Aanvragen, beslissingen en brieven"),
    ],
)
def test_the_archivist_reads_the_list_on_paper_and_later_its_report(
    people: People, deputy: Actor, language: str, before: str, after: str, class_name: str
) -> None:
    asked = old(3)
    made = authorised(people)
    paper = list_pdf(made.number, language, people.auditor)
    assert paper == list_pdf(made.number, language, people.auditor)
    text = text_of(paper)
    for said in (before, made.number, class_name, REFERENCE, "AGR 2026/114", asked[0].reference, made.rule_sha256):
        assert said in text
    assert "Fil Numérique" not in text
    carry_out(made.number, actor=deputy)
    assert after in text_of(list_pdf(made.number, language, people.auditor))


def test_the_lines_as_a_file_hold_numbers_and_nobody(desk: Callable[[str], Client], people: People) -> None:
    (asked,) = old()
    made = authorised(people)
    answer = desk("auditor").get(reverse("elimination_csv", args=[made.number]))
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert f";{asked.reference};" in rows[1]
    assert rows[1].endswith(made.lines.get().rank)


def test_where_the_reference_is_missing_the_page_asks_the_archivist(
    desk: Callable[[str], Client], settings: Any, archivist: Path
) -> None:
    old()
    settings.RELAIS_RETENTION = ""
    page = words(desk("data_protection_officer").get(reverse("eliminations")))
    assert "Ask the archivist to write it in the rules." in page
    assert "Draw up the list" not in page
