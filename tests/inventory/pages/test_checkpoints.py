"""Checkpoints by page: made, taken along, brought back, and the keys for everybody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from inventory.ledger.checkpoints import make_checkpoint
from inventory.ledger.keys import signer
from inventory.ledger.models import Checkpoint, Entry
from inventory.ledger.notes import COSIGNATURE, Key
from tests.inventory.ledger.attacks import add
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db


def test_an_auditor_makes_one_and_takes_it_along(people: People, desk: Any) -> None:
    window = desk("auditor")
    assert "None yet." in words(window.get(reverse("checkpoints")))
    add(people, 20)
    page = words(window.post(reverse("checkpoint_make"), follow=True))
    assert "The checkpoint of 20 entries stands." in page
    assert "Print the one of 20 entries" in page
    made = Checkpoint.objects.get()
    answer = window.get(reverse("checkpoint_note", args=[20]))
    assert (answer.content.decode(), answer["Content-Disposition"]) == (
        made.note,
        'attachment; filename="checkpoint-20.note"',
    )
    assert window.get(reverse("checkpoint_paper", args=[20, "fr"])).content[:5] == b"%PDF-"
    assert window.get(reverse("checkpoint_paper", args=[20, "en"])).status_code == 422
    assert window.get(reverse("checkpoint_note", args=[7])).status_code == 404
    assert desk("technician").get(reverse("checkpoints")).status_code == 403


def test_a_checkpoint_comes_back_as_file_or_as_text(people: People, desk: Any) -> None:
    add(people, 3)
    note = make_checkpoint(actor=people.auditor).note
    window, address = desk("auditor"), reverse("checkpoint_receive")
    file = SimpleUploadedFile("c.note", note.encode())
    for given in ({"file": file}, {"note": note.replace("\n", "\r\n")}):
        assert "The ledger agrees with this checkpoint." in words(window.post(address, given, follow=True))
    assert window.post(address, {}).status_code == 422
    assert window.post(address, {"file": SimpleUploadedFile("x", b"x" * 30_000)}).status_code == 422
    assert "no checkpoint" in words(window.post(address, {"note": "hello"}))


def test_a_witness_is_registered(people: People, desk: Any) -> None:
    key = Key("archives.example", COSIGNATURE, b"k" * 32)
    window = desk("auditor")
    page = words(window.post(reverse("witness_register"), {"key": key.text()}, follow=True))
    assert "Witness archives.example is registered." in page
    assert key.key_id in page
    assert window.post(reverse("witness_register"), {"key": ""}).status_code == 422


def test_proofs_are_files(people: People, desk: Any) -> None:
    add(people, 3)
    make_checkpoint(actor=people.auditor)
    add(people, 30)
    make_checkpoint(actor=people.auditor)
    window = desk("auditor")
    entry = Entry.objects.order_by("id")[:1].get()
    place = [entry.subject_kind, entry.subject_key]
    page = window.get(reverse("audit_entry", args=[*place, 1])).content.decode()
    assert reverse("entry_proof", args=[*place, 1]) in page
    for address in (reverse("entry_proof", args=[*place, 1]), reverse("thing_proof", args=place)):
        document = json.loads(window.get(address).content)
        assert (document["document"], len(document["entries"])) == ("relais-inclusion-1", 1)
    answer = window.get(reverse("checkpoint_consistency"), {"first": 3, "second": 33})
    assert json.loads(answer.content)["document"] == "relais-consistency-1"
    assert window.get(reverse("checkpoint_consistency"), {"first": "x"}).status_code == 422
    assert b"def main" in b"".join(window.get(reverse("checkpoint_script")).streaming_content)


def test_an_entry_newer_than_the_last_checkpoint_says_so_instead_of_leading_to_a_refusal(
    people: People, desk: Any
) -> None:
    add(people, 3)
    make_checkpoint(actor=people.auditor)
    add(people, 1)
    entry = Entry.objects.order_by("-id")[:1].get()
    place = [entry.subject_kind, entry.subject_key, entry.subject_seq]
    window = desk("auditor")
    page = window.get(reverse("audit_entry", args=place))
    assert "No checkpoint covers this entry yet" in words(page)
    assert reverse("entry_proof", args=place) not in page.content.decode()
    window.post(reverse("checkpoint_make"))
    assert reverse("entry_proof", args=place) in window.get(reverse("audit_entry", args=place)).content.decode()


def test_everybody_reads_the_public_keys(people: People) -> None:
    page = words(Client().get(reverse("ledger_keys")))
    assert signer().key.text() in page
    assert signer().key.key_id in page


def test_the_list_costs_the_same_for_one_and_for_many(
    people: People, desk: Any, django_assert_num_queries: Any
) -> None:
    add(people, 17)
    make_checkpoint(actor=people.auditor)
    window = desk("auditor")
    window.get(reverse("checkpoints"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        window.get(reverse("checkpoints"))
    for _each in range(15):
        add(people, 1)
        make_checkpoint(actor=people.auditor)
    with django_assert_num_queries(len(few)):
        window.get(reverse("checkpoints"))
