"""Each attack on the ledger, what notices it, and what does not: the table of docs/checkpoints.md, acted out."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import translation

from inventory.errors import BadFile, RuleBroken
from inventory.ledger import kept
from inventory.ledger.checkpoints import make_checkpoint
from inventory.ledger.keys import Signer, signer
from inventory.ledger.models import Entry, Leaf, Subtree
from inventory.ledger.notes import Note
from inventory.ledger.proofs import consistency_document
from inventory.ledger.tree import leaf_hash
from inventory.ledger.witnesses import receive_note
from inventory.reports.verification import root_now, verify_ledger
from tests.inventory.ledger.attacks import add, behind, cut_the_tail, hash_anew, rewrite, run
from tests.people import People

pytestmark = pytest.mark.django_db
LANGUAGES = ("fr", "nl", "en")


def _edit(people: People) -> None:
    behind(lambda: Entry.objects.filter(subject_key="T7").update(body="{}"))


def _edit_and_hash_the_row(people: People) -> None:
    def change() -> None:
        entry = Entry.objects.get(subject_key="T7")
        body = entry.body.replace('"copy":1', '"copy":9')
        Entry.objects.filter(pk=entry.pk).update(body=body)
        Leaf.objects.filter(entry=entry).update(leaf_hash=leaf_hash(body.encode()).hex())

    behind(change)


def _drop_in_the_middle(people: People) -> None:
    def change() -> None:
        Leaf.objects.filter(leaf_index=7).delete()
        Entry.objects.filter(subject_key="T7").delete()

    behind(change)


def _swap(people: People) -> None:
    def change() -> None:
        one, other = Leaf.objects.get(leaf_index=7), Leaf.objects.get(leaf_index=8)
        Leaf.objects.filter(pk__in=[7, 8]).delete()
        Leaf.objects.create(leaf_index=7, entry_id=other.entry_id, leaf_hash=one.leaf_hash)
        Leaf.objects.create(leaf_index=8, entry_id=one.entry_id, leaf_hash=other.leaf_hash)

    behind(change)


def _forge_a_subtree(people: People) -> None:
    behind(lambda: Subtree.objects.filter(place=4 << 48).update(digest="ab" * 32))


def _smuggle_in(people: People) -> None:
    def change() -> None:
        entry = Entry.objects.get(subject_key="T7")
        entry.pk, entry.subject_key = None, "SMUGGLED"
        entry.save()

    behind(change)


@pytest.mark.parametrize(
    ("attack", "sentence"),
    [
        (_edit, "L’empreinte|inscription"),
        (_edit_and_hash_the_row, "empreinte conservée de 16 inscriptions"),
        (_drop_in_the_middle, "manque"),
        (_swap, "inscription"),
        (_forge_a_subtree, "empreinte conservée de 16 inscriptions"),
        (_smuggle_in, "arbre"),
    ],
)
def test_what_is_done_to_rows_is_named_in_three_languages(
    attack: Callable[[People], None], sentence: str, people: People
) -> None:
    add(people, 40)
    attack(people)
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            fault = verify_ledger().fault
            assert fault is not None
            said.append(fault.what)
    assert len(set(said)) == 3
    assert any(word in said[0] for word in sentence.split("|"))


@pytest.mark.parametrize("attack", [lambda: cut_the_tail(20), lambda: rewrite(7)])
def test_what_is_right_in_itself_is_noticed_only_by_what_is_kept_elsewhere(
    attack: Callable[[], None], people: People
) -> None:
    add(people, 40)
    note = make_checkpoint(actor=people.auditor).note
    attack()
    # Said openly: neither the tree, nor the law, nor the tables know of it.
    assert verify_ledger().fault is None
    said = set()
    for language in LANGUAGES:
        with translation.override(language), pytest.raises(RuleBroken) as refused:
            receive_note(note, actor=people.auditor)
        with translation.override(language):
            said.add(str(refused.value))
    assert len(said) == 3
    assert kept.loss() is not None


def test_whoever_writes_everything_anew_without_the_key_has_no_signature(people: People) -> None:
    add(people, 40)
    rewrite(7)
    size, root = root_now()
    forged = Signer(signer().name, b"x" * 32).signed(Note(signer().name, size, root)).text()
    with pytest.raises(BadFile, match="None of our keys signed"):
        receive_note(forged, actor=people.auditor)


def _papers(people: People, folder: Path) -> tuple[Path, Path]:
    """A checkpoint of an auditor, and one of the same ledger written anew, signed with the stolen key."""
    add(people, 40)
    honest = folder / "honest.note"
    honest.write_text(make_checkpoint(actor=people.auditor).note)
    rewrite(7)
    size, root = root_now()
    forged = folder / "forged.note"
    forged.write_text(signer().signed(Note(signer().name, size, root)).text())
    return honest, forged


SPLIT = {"fr": "deux lecteurs ont reçu deux histoires", "nl": "twee lezers kregen twee verhalen", "en": "two stories"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_stories_for_two_readers_show_when_they_lay_them_side_by_side(
    language: str, people: People, tmp_path: Path
) -> None:
    honest, forged = _papers(people, tmp_path)
    key = signer().key.text()
    # Said openly: each alone is signed, and looks right.
    assert run("check", honest, "--key", key)[0] == 0
    assert run("check", forged, "--key", key)[0] == 0
    code, said = run("check", honest, forged, "--key", key, language=language)
    assert code == 1
    assert SPLIT[language] in said


FORGED = {"fr": "n’a pas signé", "nl": "niet getekend", "en": "did not sign"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_signed_with_another_key_is_named(language: str, people: People, tmp_path: Path) -> None:
    honest, _forged = _papers(people, tmp_path)
    other = Signer(signer().name, b"y" * 32).key.text()
    code, said = run("check", honest, "--key", other, language=language)
    assert code == 1
    assert FORGED[language] in said


BROKEN = {"fr": "il a été réécrit", "nl": "het werd herschreven", "en": "it was written anew"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_the_servers_key_a_new_ledger_is_signed_but_continues_nothing(
    language: str, people: People, tmp_path: Path
) -> None:
    add(people, 20)
    old = make_checkpoint(actor=people.auditor).note
    add(people, 20)
    make_checkpoint(actor=people.auditor)
    rewrite(7)
    document = consistency_document(20, 40, people.auditor)
    size, root = root_now()
    document |= {"earlier": old, "later": signer().signed(Note(signer().name, size, root)).text()}
    proof = tmp_path / "proof.json"
    proof.write_text(json.dumps(document))
    code, said = run("check", proof, "--key", signer().key.text(), language=language)
    assert code == 1
    assert BROKEN[language] in said


def test_a_witness_refuses_what_does_not_continue_and_says_why(people: People, tmp_path: Path) -> None:
    honest, forged = _papers(people, tmp_path)
    assert run("witness", "w1", honest, "--folder", tmp_path)[0] == 0
    code, said = run("witness", "w1", forged, "--folder", tmp_path, language="nl")
    assert code == 1
    assert "twee lezers kregen twee verhalen" in said
    assert not (tmp_path / "w1-40.note").read_text().endswith(forged.read_text())


def test_a_back_dated_deed_stands_where_it_was_recorded(people: People) -> None:
    add(people, 40)
    make_checkpoint(actor=people.auditor)

    def back_date() -> None:
        add(people, 1, sort="LATE")
        entry = Entry.objects.get(subject_key__startswith="LATE")
        body = json.loads(entry.body) | {"occurred_at": "2020-01-01T00:00:00.000000Z"}
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        Entry.objects.filter(pk=entry.pk).update(body=text, occurred_at="2020-01-01T00:00:00Z")
        Leaf.objects.filter(entry=entry).update(leaf_hash=leaf_hash(text.encode()).hex())

    behind(back_date)
    # Said openly: a false date is recorded as any other. But its place is after all that was signed before.
    assert verify_ledger().fault is None
    entry = Entry.objects.get(subject_key__startswith="LATE")
    assert entry.leaf.leaf_index == 40


def test_what_was_never_recorded_is_not_noticed_by_any_proof(people: People) -> None:
    add(people, 5)
    note = make_checkpoint(actor=people.auditor).note
    assert verify_ledger().fault is None
    assert receive_note(note, actor=people.auditor).size == 5


def test_with_no_checkpoint_elsewhere_a_ledger_written_anew_passes(people: People) -> None:
    add(people, 40)
    rewrite(7)
    behind(hash_anew)
    assert verify_ledger().fault is None
    assert kept.loss() is None


def test_one_bit_anywhere_in_a_note_is_noticed(people: People, tmp_path: Path) -> None:
    add(people, 40)
    note = make_checkpoint(actor=people.auditor).note
    key = signer().key
    head, _space, encoded = note.strip().rpartition(" ")
    value = base64.b64decode(encoded)
    for place in range(4, len(value), 9):
        broken = bytearray(value)
        broken[place] ^= 1
        path = tmp_path / "n"
        path.write_text(f"{head} {base64.b64encode(broken).decode()}\n")
        with pytest.raises(BadFile):
            receive_note(path.read_text(), actor=people.auditor)
    assert run("check", path, "--key", key.text())[0] == 1
