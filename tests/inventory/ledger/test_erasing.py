"""What names a person can be erased, and is told by an entry; the ledger verifies before and after."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from inventory.devices.commands import quarantine
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.ledger.checkpoints import make_checkpoint
from inventory.ledger.erasing import forget_payload, forget_person
from inventory.ledger.models import Entry, PrivatePayload
from inventory.ledger.personal import personal_in
from inventory.ledger.proofs import inclusion_document
from inventory.lifecycle import Status
from inventory.reports.verification import verify_ledger
from tests import journeys
from tests.inventory.pages.seen import words
from tests.people import People, person


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Écran fendu, 2 vis manquent", []),
        ("S/N 5CG1234ABC, 8 GB, 240 V", []),
        ("Inventaris 2023-000123, lokaal 4.12", []),
        ("vendu le 12/03/2024 à 10.30", []),
        ("appeler Jean au 0470/12.34.56", ["telephone"]),
        ("bel 02 123 45 67", ["telephone"]),
        ("+32 2 123 45 67", ["telephone"]),
        ("0032470123456", ["telephone"]),
        ("jean.dupont@ville.example a la clé", ["email"]),
        ("BE68 5390 0754 7034", ["iban"]),
        ("be68539007547034", ["iban"]),
        ("BE68 5390 0754 7035", []),
        ("85.07.30-033.28", ["national_number"]),
        ("85073003328", ["national_number"]),
        ("85073003329", []),
        ("17.07.30-033.84", ["national_number"]),
        ("a@b.example, 85.07.30-033.28 et 0470 12 34 56", ["national_number", "email", "telephone"]),
    ],
)
def test_what_names_a_person_is_found_and_what_names_a_thing_is_not(text: str, found: list[str]) -> None:
    assert personal_in(text) == found


@given(st.text(max_size=300))
def test_any_text_is_looked_through(text: str) -> None:
    assert isinstance(personal_in(text), list)


pytestmark = pytest.mark.django_db


def test_a_remark_about_a_person_is_refused_where_it_is_written(people: People) -> None:
    device = journeys.make(Status.RECEIVED)
    with pytest.raises(BadInput, match="a telephone number"):
        quarantine(device.tag, actor=people.technician, reason="damaged", remark="Mme X, 0470 12 34 56")
    device.refresh_from_db()
    assert device.status == Status.RECEIVED


def _remarked(people: People) -> Entry:
    device = journeys.make(Status.RECEIVED)
    quarantine(device.tag, actor=people.technician, reason="damaged", remark="L’écran de Madame Untel")
    return Entry.objects.get(subject_key=device.tag, event="device.quarantine")


def test_a_payload_and_its_salt_are_erased_and_everything_still_verifies(people: People) -> None:
    entry = _remarked(people)
    make_checkpoint(actor=people.auditor)
    before = inclusion_document("device", entry.subject_key, people.auditor)
    tombstone = forget_payload(
        "device", entry.subject_key, entry.subject_seq, actor=people.data_protection_officer, reason="asked"
    )
    assert not PrivatePayload.objects.filter(entry=entry).exists()
    assert entry.subject_key in tombstone.body
    assert "Untel" not in tombstone.body
    assert verify_ledger().fault is None
    assert inclusion_document("device", entry.subject_key, people.auditor) == before
    with pytest.raises(Conflict, match="erased already"):
        forget_payload(
            "device", entry.subject_key, entry.subject_seq, actor=people.data_protection_officer, reason="asked"
        )


def test_the_person_behind_a_key_is_erased_and_the_deeds_stay(people: People, desk: Any) -> None:
    leaver = person("driver", "jeanne.untel")
    leaver.first_name, leaver.email = "Jeanne", "j@ville.example"
    leaver.set_password("something long enough")
    leaver.save()
    entry = Entry.objects.first()
    tombstone = forget_person(leaver.key, actor=people.data_protection_officer, reason="term")
    leaver.refresh_from_db()
    assert (leaver.username, leaver.first_name, leaver.email, leaver.is_active) == (leaver.key, "", "", False)
    assert not leaver.has_usable_password()
    assert (tombstone.event, tombstone.subject_key) == ("person.forget", leaver.key)
    assert verify_ledger().fault is None
    assert entry is None or Entry.objects.filter(pk=entry.pk).exists()
    with pytest.raises(Conflict, match="erased already"):
        forget_person(leaver.key, actor=people.data_protection_officer, reason="term")


def test_only_the_data_protection_officer_erases_and_says_why(people: People) -> None:
    for colleague in (people.approver, people.auditor, people.administrator, people.counter_clerk):
        with pytest.raises(NotAllowed):
            forget_person(people.driver.key, actor=colleague, reason="asked")
    officer = people.data_protection_officer
    with pytest.raises(BadInput):
        forget_person(people.driver.key, actor=officer, reason="because")
    with pytest.raises(NotFound):
        forget_person("u-0", actor=officer, reason="asked")
    with pytest.raises(NotFound):
        forget_payload("device", "X", 1, actor=officer, reason="asked")
    with pytest.raises(Conflict, match="yourself"):
        forget_person(officer.key, actor=officer, reason="asked")


def test_it_is_done_by_page(people: People, desk: Any) -> None:
    entry = _remarked(people)
    window = desk("data_protection_officer")
    given = {"what": "text", "text-kind": "device", "text-key": entry.subject_key, "text-reason": "mistake"}
    assert window.post(reverse("erase"), given).status_code == 422
    done = window.post(reverse("erase"), {**given, "text-seq": entry.subject_seq}, follow=True)
    assert "another says that it was erased" in words(done)
    leaver = person("driver", "left")
    given = {"what": "person", "person-key": leaver.key, "person-reason": "term"}
    assert "under a key that names nobody" in words(window.post(reverse("erase"), given, follow=True))
    assert desk("auditor").get(reverse("erase")).status_code == 403
