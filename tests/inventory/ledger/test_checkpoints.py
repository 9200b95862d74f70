"""A checkpoint is a signed note as C2SP writes it, made each night and when asked, and never against an earlier one."""

from __future__ import annotations

import stat
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import NotAllowed, RuleBroken
from inventory.ledger import kept
from inventory.ledger.checkpoints import (
    make_checkpoint,
    nightly,
    overdue,
    public_keys,
    rotate_key,
    to_print,
)
from inventory.ledger.commands import Deed, record, seal
from inventory.ledger.keys import Signer, key_file, signer
from inventory.ledger.models import Checkpoint, CheckpointMail, Entry
from inventory.ledger.notes import ED25519, Key, Note, Signature, parse_key, parse_note, signature_by
from inventory.lifecycle import Status
from inventory.reports.checkpoint_paper import checkpoint_pdf
from inventory.reports.month_paper import month_pdf
from inventory.reports.verification import root_now
from tests import journeys
from tests.documents import codes_in, needs_poppler, text_of
from tests.inventory.ledger.attacks import add, cut_the_tail, rewrite
from tests.people import People

# The example in C2SP's signed-note and tlog-cosignature: an independent witness to our reading of the formats.
EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ
"""  # noqa: E501


def test_the_example_of_the_standard_is_read_and_written_again_to_the_byte() -> None:
    lines = EXAMPLE.splitlines()
    text = "\n".join(lines[:5]) + "\n"
    note = parse_note(text)
    assert (note.origin, note.size) == ("example.com/behind-the-sofa", 20852163)
    assert note.text() == text
    assert note.signatures[0].key_id == "033de0ae"


@given(st.integers(0, 10**17), st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_a_signature_holds_for_its_note_and_for_no_other(size: int, root: bytes, secret: bytes) -> None:
    who = Signer("relais.example/ledger", secret)
    note = who.signed(Note("relais.example/ledger", size, root.hex()))
    assert parse_note(note.text()) == note
    assert parse_key(who.key.text()) == who.key
    assert signature_by(note, who.key) == note.signatures[0]
    other = Note(note.origin, size + 1, note.root, note.signatures)
    assert signature_by(other, who.key) is None
    assert signature_by(note, Key("relais.example/other", ED25519, who.key.public)) is None


@pytest.mark.parametrize(
    "wrong",
    ["", "a\n1\n", "a\n-1\nAAAA\n\n", "a\n1\nAAAA\n\n", EXAMPLE.replace("20852163", "020852163"), EXAMPLE + "x\n"],
)
def test_what_is_no_checkpoint_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="no "):
        parse_note(wrong)


@pytest.mark.parametrize("wrong", ["", "a", "a+12345678+AQ==", "a b+00000000+" + "A" * 44])
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"no public key|does not fit|no base64"):
        parse_key(wrong)


pytestmark = pytest.mark.django_db


def test_the_key_is_made_once_and_only_the_service_reads_it(settings: Any, tmp_path: Any) -> None:
    settings.RELAIS_CHECKPOINT_KEY_FILE = str(tmp_path / "deep" / "key")
    first = signer()
    assert signer() == first
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert [path.name for path in key_file().parent.iterdir()] == ["key"]
    settings.RELAIS_CHECKPOINT_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert signer().secret == bytes(32)
    settings.RELAIS_CHECKPOINT_KEY = "short"
    with pytest.raises(ImproperlyConfigured, match="32 bytes"):
        signer()


def test_a_checkpoint_says_size_and_root_and_is_signed(people: People) -> None:
    add(people, 20)
    made = make_checkpoint(actor=people.auditor)
    assert (made.size, made.root) == root_now()
    note = parse_note(made.note)
    assert (note.size, note.root, note.origin) == (20, made.root, made.origin)
    assert signature_by(note, signer().key) is not None
    assert made.note.splitlines()[3] == ""
    assert make_checkpoint(actor=people.administrator).pk == made.pk


def test_only_auditors_and_administrators_ask_for_one(people: People) -> None:
    with pytest.raises(NotAllowed):
        make_checkpoint(actor=people.technician)


def test_a_checkpoint_is_neither_changed_nor_removed(people: People) -> None:
    add(people, 1)
    made = make_checkpoint(actor=people.auditor)
    for act in (lambda: Checkpoint.objects.update(size=7), lambda: made.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


@pytest.mark.parametrize("attack", [lambda: cut_the_tail(10), lambda: rewrite(3)])
def test_nothing_is_signed_that_contradicts_what_was_signed(attack: Any, people: People) -> None:
    add(people, 20)
    make_checkpoint(actor=people.auditor)
    attack()
    add(people, 3, sort="N")
    with pytest.raises(RuleBroken, match=r"another root|has 13 entries"):
        make_checkpoint(actor=people.auditor)


def test_one_a_night_and_none_when_nothing_was_added(people: People) -> None:
    with time_machine.travel("2026-03-01T22:00:00Z", tick=False):
        add(people, 2)
        assert nightly() is not None
        add(people, 2)
        assert nightly() is None
    with time_machine.travel("2026-03-02T22:00:00Z", tick=False):
        made = nightly()
        assert made is not None
        assert (made.size, made.occasion, made.made_by) == (4, "nightly", None)
    with time_machine.travel("2026-03-03T23:30:00Z", tick=False):
        assert nightly() is None


@pytest.mark.django_db(transaction=True)
def test_it_is_mailed_once_where_mail_is_set_up_and_else_waits_to_be_printed(people: People, settings: Any) -> None:
    add(people, 2)
    settings.RELAIS_AUDITORS = ["audit@ville.example", "rekenhof@voorbeeld.example"]
    made = nightly()
    assert made is not None
    (message,) = mail.outbox
    assert message.to == settings.RELAIS_AUDITORS
    assert message.attachments[0] == ("checkpoint-2.note", made.note, "text/plain")
    assert CheckpointMail.objects.get().addresses == 2
    assert to_print(people.auditor) is None
    settings.RELAIS_AUDITORS = []
    assert to_print(people.auditor) == made


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_mailed_is_mailed_later(people: People, settings: Any) -> None:
    add(people, 2)
    settings.RELAIS_AUDITORS = ["audit@ville.example"]
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.nothing.Here"
    assert nightly() is not None
    assert (CheckpointMail.objects.count(), len(mail.outbox)) == (0, 0)
    settings.EMAIL_BACKEND = backend
    assert nightly() is not None
    assert (CheckpointMail.objects.count(), len(mail.outbox)) == (1, 1)
    assert nightly() is None


@pytest.mark.django_db(transaction=True)
def test_a_checkpoint_that_an_agreement_made_is_mailed_at_night_too(people: People, settings: Any) -> None:
    add(people, 2)
    settings.RELAIS_AUDITORS = ["audit@ville.example"]
    made = make_checkpoint(actor=people.auditor)
    assert nightly() == made
    assert len(mail.outbox) == 1
    add(people, 1)
    later = nightly()
    assert later is not None
    assert (later.size, later.occasion) == (3, "nightly")


def test_a_wrong_key_stops_no_worker(people: People, settings: Any, caplog: Any) -> None:
    add(people, 2)
    settings.RELAIS_CHECKPOINT_KEY = "short"
    assert nightly() is None
    assert "could not be made" in caplog.text


def test_an_empty_ledger_is_not_signed_at_night(people: People) -> None:
    assert nightly() is None


def test_a_new_key_signs_together_with_the_old_one(people: People, settings: Any, tmp_path: Any) -> None:
    settings.RELAIS_CHECKPOINT_KEY_FILE = str(tmp_path / "key")
    add(people, 2)
    make_checkpoint(actor=people.auditor)
    old = signer().key
    with pytest.raises(NotAllowed):
        rotate_key(actor=people.auditor)
    made = rotate_key(actor=people.administrator)
    new = signer().key
    assert old != new
    note = parse_note(made.note)
    assert all(signature_by(note, key) for key in (old, new))
    assert [key for key, _since in public_keys()] == [new.text(), old.text()]
    assert Entry.objects.filter(event="checkpoint.rotate", subject_key=new.key_id).count() == 1
    settings.RELAIS_CHECKPOINT_KEY = "A" * 43 + "="
    with pytest.raises(ImproperlyConfigured, match="RELAIS_CHECKPOINT_KEY"):
        rotate_key(actor=people.administrator)


def test_an_entry_that_waits_too_long_for_its_leaf_is_an_alarm(people: People, client: Any, desk: Any) -> None:
    with time_machine.travel("2026-03-01T10:00:00Z", tick=False) as clock:
        with transaction.atomic():
            record(Deed("tag.test", "tag", "T1", 1), actor=people.technician)
        assert overdue() is None
        clock.shift(9)
        waited = overdue()
        assert waited is not None
        assert waited.total_seconds() == 9
        answer = client.get("/healthz/ledger")
        assert (answer.status_code, answer.content) == (503, b"unsealed for 9 s")
        assert b"has waited 9 seconds" in desk("administrator").get("/").content
        assert b"has waited" not in desk("technician").get("/").content
        seal()
        assert client.get("/healthz/ledger").content == b"ok"


@needs_poppler
def test_the_paper_holds_the_whole_note_in_one_code(people: People) -> None:
    add(people, 5)
    made = make_checkpoint(actor=people.auditor)
    for language, word in (("fr", "Point de contrôle"), ("nl", "Controlepunt")):
        paper = checkpoint_pdf(made, language)
        assert paper == checkpoint_pdf(made, language)
        assert word in text_of(paper)
        assert codes_in(paper) == [made.note]


@needs_poppler
def test_the_months_report_adds_up_and_bears_a_checkpoint_made_when_it_was_over(people: People) -> None:
    with journeys.last_month() as moment:
        journeys.make(Status.READY)
        journeys.make(Status.RECYCLED)
        make_checkpoint(actor=people.auditor)
    journeys.make(Status.LOST)
    over = make_checkpoint(actor=people.auditor)
    add(people, 3)
    make_checkpoint(actor=people.auditor)
    for language, title in (("fr", "Rapport mensuel du registre"), ("nl", "Maandverslag van het register")):
        paper = month_pdf(moment.date(), language, people.auditor)
        assert paper == month_pdf(moment.date(), language, people.auditor)
        text = text_of(paper)
        assert title in text
        (sums,) = (line.split() for line in text.splitlines() if line.split()[:1] in (["Tous"], ["Alle"]))
        opening, came, left, closing = map(int, sums[1:])
        assert (opening, opening + came - left, closing) == (0, 2, 2)
        assert codes_in(paper) == [over.note]
    with pytest.raises(RuleBroken, match="not over"):
        month_pdf(timezone.localdate(), "fr", people.auditor)
    with pytest.raises(NotAllowed):
        month_pdf(moment.date(), "fr", people.technician)


def test_the_command_writes_the_note(people: People, tmp_path: Any) -> None:
    add(people, 5)
    target = tmp_path / "c.note"
    call_command("checkpoint", str(target))
    assert parse_note(target.read_text()).size == 5
    with pytest.raises(CommandError, match="--as"):
        call_command("checkpoint", new_key=True)


@pytest.mark.django_db(transaction=True)
def test_the_last_checkpoint_is_kept_outside_the_database(people: People) -> None:
    add(people, 5)
    made = make_checkpoint(actor=people.auditor)
    assert [(name, note.size, note.root) for name, note in kept.kept_notes()] == [(kept.LAST, 5, made.root)]
    kept.keep(kept.LAST, signer().signed(Note(made.origin, 3, made.root)).text())
    assert [note.size for _name, note in kept.kept_notes()] == [5]


def test_a_signature_of_an_unknown_kind_is_kept_and_not_believed(people: People) -> None:
    note = Note("a", 1, "00" * 32, [Signature("pq.example", "01020304", b"long" * 400)])
    assert parse_note(note.text()) == note
    assert signature_by(note, signer().key) is None
