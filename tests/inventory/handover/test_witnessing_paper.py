"""Whoever keeps a donation agreement holds a checkpoint of the ledger, and the proof of an entry under it."""

from __future__ import annotations

import base64

import pytest

from inventory.documents.commands import read_file
from inventory.documents.letters import qr_svg
from inventory.handover.commands import prepare_agreement
from inventory.handover.models import Agreement
from inventory.ledger.checkpoints import make_checkpoint
from inventory.ledger.commands import seal
from inventory.ledger.keys import signer
from inventory.ledger.models import Leaf
from inventory.ledger.notes import Note, parse_note, proof_text, signature_by
from inventory.ledger.tree import proves_inclusion
from inventory.lifecycle import Status
from tests import journeys
from tests.documents import codes_in, needs_poppler, text_of
from tests.inventory.ledger.attacks import add, rewrite
from tests.people import People

pytestmark = [pytest.mark.django_db, needs_poppler]


def _prepared(people: People, language: str) -> tuple[Agreement, str]:
    device = journeys.make(Status.RESERVED)
    seal()
    body = device.reservations.get().line.request.association
    made = prepare_agreement(body.code, [device.tag], actor=people.warehouse_keeper, language=language)
    return made, device.tag


@pytest.mark.parametrize(("language", "word"), [("fr", "témoin"), ("nl", "getuige")])
def test_the_code_on_the_paper_proves_that_the_reservation_is_in_the_ledger(
    language: str, word: str, people: People
) -> None:
    made, tag = _prepared(people, language)
    paper = read_file(made.paper)
    assert word in text_of(paper)
    (proof,) = (code for code in codes_in(paper, page=2) if code.startswith("c2sp.org/tlog-proof@v1\n"))
    head, _gap, note = proof.partition("\n\n")
    _format, index, *path = head.split("\n")
    checkpoint = parse_note(note)
    assert signature_by(checkpoint, signer().key) is not None
    leaf = Leaf.objects.get(leaf_index=int(index.removeprefix("index ")))
    assert (leaf.entry.event, leaf.entry.subject_key) == ("device.reserve", tag)
    hashes = [base64.b64decode(one) for one in path]
    place, root = leaf.leaf_index, bytes.fromhex(checkpoint.root)
    assert proves_inclusion(bytes.fromhex(leaf.leaf_hash), place, checkpoint.size, hashes, root)


def test_a_proof_of_a_million_entries_still_fits_one_code_that_a_camera_reads() -> None:
    note = signer().signed(Note("relais.brussels.example/ledger", 10**6, "ab" * 32))
    text = proof_text(999_999, [bytes([number]) * 32 for number in range(20)], note.text())
    assert len(text) < 1250
    # With the quiet zone 117 modules on 46 mm: 0.39 mm each, as on the labels.
    assert 'viewBox="0 0 117 117"' in qr_svg(text, dense=True)


def test_people_get_their_devices_although_the_ledger_signs_nothing(people: People) -> None:
    add(people, 40)
    make_checkpoint(actor=people.auditor)
    rewrite(3)
    made, _tag = _prepared(people, "fr")
    assert codes_in(read_file(made.paper), page=2) == []
    assert "témoin" not in text_of(read_file(made.paper))
