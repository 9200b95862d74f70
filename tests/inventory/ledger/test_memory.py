"""A database put back to an earlier day is noticed, at start and on the board, until somebody answers for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from inventory.apps import check_memory
from inventory.errors import NotAllowed, RuleBroken
from inventory.ledger import kept
from inventory.ledger.checkpoints import accept_restore, make_checkpoint, nightly
from inventory.ledger.models import Checkpoint, Entry
from inventory.reports.verification import verify_ledger
from tests.inventory.ledger.attacks import add, behind, cut_the_tail, rewrite
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db(transaction=True)


def _old_backup(people: People) -> None:
    add(people, 20)
    make_checkpoint(actor=people.auditor)
    add(people, 20)
    make_checkpoint(actor=people.auditor)
    cut_the_tail(20)
    # What the backup did not have, it did not have anywhere.
    behind(lambda: Checkpoint.objects.filter(size=40).delete())


def test_an_old_backup_is_right_in_itself_and_noticed_all_the_same(people: People) -> None:
    _old_backup(people)
    assert verify_ledger().fault is None
    (message,) = check_memory(databases=["default"])
    french, dutch, english = message.msg.split("\n")
    assert "20 inscriptions" in french
    assert "20 inschrijvingen" in dutch
    assert "The ledger has 20 entries, but a checkpoint kept outside the database knows 40" in english
    assert message.hint == "After a restore that you know of: ./run manage accept_restore --as USERNAME"


def test_the_server_does_not_start_on_it(people: People) -> None:
    call_command("check", tags=["database"], databases=["default"], fail_level="WARNING")
    _old_backup(people)
    with pytest.raises(Exception, match="knows 40"):
        call_command("check", tags=["database"], databases=["default"], fail_level="WARNING")


def test_auditors_and_administrators_see_it_on_the_board_and_on_the_page(
    people: People, desk: Any, client: Any
) -> None:
    _old_backup(people)
    assert client.get("/healthz/ledger").content == b"ledger shorter"
    for role, page in (("auditor", "board"), ("administrator", "board"), ("auditor", "checkpoints")):
        assert "knows 40: the end was cut off, or an old backup was put back" in words(desk(role).get(reverse(page)))
    assert "knows 40" not in words(desk("technician").get(reverse("board")))


def test_a_ledger_that_grew_again_past_what_was_kept_is_another_one(people: People) -> None:
    _old_backup(people)
    add(people, 30, sort="N")
    lost = kept.loss()
    assert lost is not None
    assert lost.kind == "rewritten"
    rewrite(3)
    lost = kept.loss()
    assert lost is not None
    assert lost.kind == "rewritten"


def test_nothing_is_signed_until_an_administrator_accepts_it_by_name(people: People) -> None:
    _old_backup(people)
    assert nightly() is None
    add(people, 1)
    with pytest.raises(RuleBroken, match="knows 40"):
        make_checkpoint(actor=people.auditor)
    with pytest.raises(NotAllowed):
        accept_restore(actor=people.auditor)
    call_command("accept_restore", who="adam")
    assert kept.loss() is None
    entry = Entry.objects.get(event="ledger.restore")
    assert '"known_size":40' in entry.body
    assert entry.actor_key == people.administrator.key
    assert make_checkpoint(actor=people.auditor).occasion == "restored"
    assert verify_ledger().fault is None
    with pytest.raises(CommandError, match="Nothing is lost"):
        call_command("accept_restore", who="adam")
    with pytest.raises(CommandError, match="no such person"):
        call_command("accept_restore", who="nobody")
