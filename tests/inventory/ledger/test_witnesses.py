"""A witness needs a file and the script; what it signed is kept, and what it saw cannot be taken back unnoticed."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.errors import BadFile, BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger import kept
from inventory.ledger.checkpoints import checkpoint_of, make_checkpoint, with_cosignatures
from inventory.ledger.keys import Signer, signer
from inventory.ledger.models import Cosignature, Entry, Witness
from inventory.ledger.notes import COSIGNATURE, Key, Note, Signature, parse_note
from inventory.ledger.proofs import consistency_document, inclusion_document
from inventory.ledger.witnesses import receive_note, register_witness, withdraw_witness
from inventory.reports import verify_checkpoint
from tests import journeys
from tests.inventory.ledger.attacks import add, cut_the_tail, rewrite, run
from tests.people import People

WITNESS = "archives.example/w1".replace("/", "-")


@settings(max_examples=20)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_the_scripts_ed25519_is_that_of_the_library(secret: bytes, message: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(secret)
    public = key.public_key().public_bytes_raw()
    assert verify_checkpoint.public_of(secret) == public
    signature = key.sign(message)
    assert verify_checkpoint.sign(secret, message) == signature
    assert verify_checkpoint.signed(public, message, signature)
    assert not verify_checkpoint.signed(public, message + b"x", signature)
    wrong = bytes([signature[0] ^ 1]) + signature[1:]
    assert not verify_checkpoint.signed(public, message, wrong)
    # Twice the same signature with another spelling of its number is none (RFC 8032 §5.1.7).
    spelt = int.from_bytes(signature[32:], "little") + verify_checkpoint.L
    assert not verify_checkpoint.signed(public, message, signature[:32] + spelt.to_bytes(33, "little")[:32])


def test_it_signs_as_the_standards_own_example_does() -> None:
    # RFC 8032 §7.1, test 1.
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert verify_checkpoint.public_of(secret).hex().startswith("d75a980182b10ab7d54bfed3c964073a")
    assert verify_checkpoint.sign(secret, b"").hex().startswith("e5564300c360ac729086e2cc806e828a")


pytestmark = pytest.mark.django_db


def _note(people: People, folder: Path) -> Path:
    made = make_checkpoint(actor=people.auditor)
    path = folder / f"c{made.size}.note"
    path.write_text(made.note)
    return path


def _proof(people: People, folder: Path, first: int, second: int) -> Path:
    path = folder / f"p{first}-{second}.json"
    path.write_text(json.dumps(consistency_document(first, second, people.auditor)))
    return path


def _witnessed(people: People, folder: Path) -> str:
    code, said = run("witness", WITNESS, _note(people, folder), "--folder", folder, "--key", signer().key.text())
    assert code == 0, said
    key = next(line for line in said.splitlines() if line.startswith(f"{WITNESS}+"))
    register_witness(key, actor=people.auditor)
    (signed,) = folder.glob(f"{WITNESS}-*.note")
    return signed.read_text()


def test_what_a_witness_signs_with_a_file_and_the_script_is_verified_and_kept(people: People, tmp_path: Path) -> None:
    add(people, 20)
    signed = _witnessed(people, tmp_path)
    received = receive_note(signed, actor=people.auditor)
    assert (received.size, received.kept, received.known) == (20, [WITNESS], [])
    again = receive_note(signed.replace("\n", "\r\n"), actor=people.auditor)
    assert (again.kept, again.known) == ([], [WITNESS])
    assert with_cosignatures(checkpoint_of(20, people.auditor)) == signed
    assert Entry.objects.filter(event="witness.cosign").count() == 1
    assert not any(WITNESS in body for body in Entry.objects.values_list("body", flat=True))


def test_a_signature_that_is_not_the_witnesss_is_not_kept(people: People, tmp_path: Path) -> None:
    add(people, 20)
    signed = _witnessed(people, tmp_path)
    head, _dash, line = signed.rpartition(" ")
    value = bytearray(base64.b64decode(line))
    value[-1] ^= 1
    received = receive_note(f"{head} {base64.b64encode(value).decode()}\n", actor=people.auditor)
    assert (received.kept, Cosignature.objects.count()) == ([], 0)


def test_only_auditors_keep_what_witnesses_sign_and_a_key_is_registered_once(people: People, tmp_path: Path) -> None:
    add(people, 1)
    signed = _witnessed(people, tmp_path)
    with pytest.raises(NotAllowed):
        receive_note(signed, actor=people.administrator)
    with pytest.raises(NotAllowed):
        register_witness("x", actor=people.technician)
    key = run("witness", "b", tmp_path / "c1.note", "--folder", tmp_path)[1].splitlines()[2]
    register_witness(key, actor=people.auditor)
    with pytest.raises(Conflict):
        register_witness(key, actor=people.auditor)
    for wrong in (signer().key.text(), "nonsense", key[:-6]):
        with pytest.raises(BadInput, match="no public key"):
            register_witness(wrong, actor=people.auditor)


def test_a_witness_signs_a_larger_ledger_only_with_the_proof_that_it_continues(people: People, tmp_path: Path) -> None:
    add(people, 20)
    _witnessed(people, tmp_path)
    add(people, 17)
    later = _note(people, tmp_path)
    size = int(later.stem[1:])
    code, said = run("witness", WITNESS, later, "--folder", tmp_path, language="fr")
    assert (code, said) == (1, f"Il faut la preuve que {size} inscriptions continuent vos 20 (--proof). Non signé.\n")
    proof = _proof(people, tmp_path, 20, size)
    code, said = run("witness", WITNESS, later, "--folder", tmp_path, "--proof", proof, language="nl")
    assert code == 0, said
    assert f"Getekend: {WITNESS}-{size}.note" in said
    code, said = run("witness", WITNESS, tmp_path / "c20.note", "--folder", tmp_path)
    assert code == 1
    assert f"20 entries, but you have signed {size} already" in said


def test_what_is_not_ours_is_refused_by_name(people: People) -> None:
    add(people, 5)
    made = make_checkpoint(actor=people.auditor)
    thief = Signer(made.origin, b"t" * 32)
    cases: list[tuple[str, str]] = [
        ("hello", "no checkpoint"),
        (signer().signed(Note("other.example/ledger", 5, made.root)).text(), "another ledger: other.example/ledger"),
        (thief.signed(Note(made.origin, 5, made.root)).text(), "None of our keys signed"),
        (signer().signed(Note(made.origin, 4, "")).text().replace("\n4\n\n", "\n4\nAAAA\n"), "no checkpoint"),
    ]
    for text, sentence in cases:
        with pytest.raises(BadFile, match=sentence):
            receive_note(text, actor=people.auditor)


@pytest.mark.parametrize(
    ("attack", "sentence"),
    [(lambda: cut_the_tail(12), "has 12 entries, but"), (lambda: rewrite(4), "were written anew")],
)
def test_a_note_that_comes_back_shows_what_was_lost_and_the_alarm_stays(
    attack: Callable[[], None], sentence: str, people: People
) -> None:
    add(people, 20)
    note = make_checkpoint(actor=people.auditor).note
    attack()
    with pytest.raises(RuleBroken, match=sentence):
        receive_note(note, actor=people.auditor)
    lost = kept.loss()
    assert lost is not None
    assert (lost.witnessed, lost.kept.size) == (True, 20)


def test_proofs_are_checked_without_us(people: People, tmp_path: Path) -> None:
    add(people, 37)
    device = Entry.objects.order_by("id").first()
    assert device is not None
    make_checkpoint(actor=people.auditor)
    add(people, 300)
    make_checkpoint(actor=people.auditor)
    proof = tmp_path / "proof.json"
    document = inclusion_document("tag", device.subject_key, people.auditor)
    proof.write_text(json.dumps(document))
    both = _proof(people, tmp_path, 337, 37)
    code, said = run("check", proof, both, "--key", signer().key.text(), language="nl")
    assert code == 0, said
    assert "proof.json: 1 inschrijvingen vallen wel degelijk onder het controlepunt van 337." in said
    assert "het register van 337 inschrijvingen zet dat van 37 voort" in said


def _changed_text(document: Any) -> None:
    document["entries"][0]["text"] = document["entries"][0]["text"].replace('"copy":1', '"copy":2')


def _moved(document: Any) -> None:
    document["entries"][0]["leaf_index"] += 1


def _short(document: Any) -> None:
    document["entries"][0]["path"].pop()


@pytest.mark.parametrize("change", [_changed_text, _moved, _short])
def test_a_changed_proof_is_named(change: Callable[[Any], None], people: People, tmp_path: Path) -> None:
    add(people, 37)
    make_checkpoint(actor=people.auditor)
    document = inclusion_document("tag", "T5", people.auditor, seq=1)
    change(document)
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(document))
    code, said = run("check", path, language="fr")
    assert code == 1
    assert "n’est pas celle du registre ; son texte ou sa preuve a été changé" in said


def test_no_proof_is_made_of_what_is_not_under_a_checkpoint(people: People) -> None:
    add(people, 3)
    with pytest.raises(NotFound, match="no checkpoint yet"):
        inclusion_document("tag", "T1", people.auditor)
    make_checkpoint(actor=people.auditor)
    with pytest.raises(NotFound, match="no such entry"):
        inclusion_document("tag", "nothing", people.auditor)
    add(people, 1)
    with pytest.raises(RuleBroken, match="No checkpoint covers"):
        inclusion_document("tag", "T3", people.auditor)
    with pytest.raises(BadInput, match="different sizes"):
        consistency_document(3, 3, people.auditor)
    with pytest.raises(NotFound):
        consistency_document(3, 4, people.auditor)


def test_files_that_are_none_end_with_two(tmp_path: Path) -> None:
    for text in ("", "{}", '{"document": "else"}', "a\nb\nc\n\n"):
        path = tmp_path / "x"
        path.write_text(text)
        code, said = run("check", path)
        assert (code, said.startswith("This cannot be read")) == (2, True)
    assert run("check", tmp_path / "absent")[0] == 2


def test_the_examples_note_parses_alike_in_script_and_service(people: People) -> None:
    add(people, 3)
    text = make_checkpoint(actor=people.auditor).note
    theirs, ours = verify_checkpoint.Note("n", text), parse_note(text)
    assert (theirs.origin, theirs.size, theirs.root.hex(), theirs.text()) == (
        ours.origin,
        ours.size,
        ours.root,
        ours.text(),
    )


def test_a_withdrawn_key_signs_no_more_and_what_it_signed_before_stays(people: People) -> None:
    secret = b"s" * 32
    key = Key("archives.example/w1", COSIGNATURE, verify_checkpoint.public_of(secret))

    def cosigned(moment: int) -> tuple[int, str]:
        made = make_checkpoint(actor=people.auditor)
        note = parse_note(made.note)
        value = verify_checkpoint.sign(secret, f"cosignature/v1\ntime {moment}\n{note.body}".encode())
        return made.size, f"{note.text()}{Signature(key.name, key.key_id, moment.to_bytes(8, 'big') + value).line()}\n"

    register_witness(key.text(), actor=people.auditor)
    journeys.declared()
    size, text = cosigned(1_700_000_000)
    assert receive_note(text, actor=people.auditor).kept == [key.name]
    with pytest.raises(BadInput):
        withdraw_witness(key.key_id, actor=people.auditor, reason="bored")
    with pytest.raises(NotAllowed):
        withdraw_witness(key.key_id, actor=people.technician, reason="stolen")
    withdraw_witness(key.key_id, actor=people.auditor, reason="stolen")
    assert Entry.objects.filter(event="witness.withdraw").count() == 1
    # The thief says that it was signed long ago.
    journeys.declared()
    _later, forged = cosigned(1_600_000_000)
    said = receive_note(forged, actor=people.auditor)
    assert (said.kept, said.late) == ([], [key.name])
    assert key.name in with_cosignatures(checkpoint_of(size, people.auditor))
    assert receive_note(text, actor=people.auditor).known == [key.name]
    for again in (
        lambda: withdraw_witness(key.key_id, actor=people.auditor, reason="left"),
        lambda: register_witness(key.text(), actor=people.auditor),
    ):
        with pytest.raises(Conflict):
            again()
    with pytest.raises(DatabaseError, match="stays withdrawn"), transaction.atomic():
        Witness.objects.update(withdrawn_at=None, withdrawn_why="")
