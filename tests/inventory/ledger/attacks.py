"""What somebody with the database's password may do to a ledger, step by step; and a witness with a file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction

from inventory.ledger.commands import Deed, record_all, seal
from inventory.ledger.growth import grow
from inventory.ledger.models import Entry, Leaf, PrivatePayload, Subtree
from inventory.ledger.rules import install, uninstall
from inventory.ledger.tree import leaf_hash
from inventory.reports import verify_checkpoint
from inventory.rules import RULES
from tests.people import People

SCRIPT = Path(verify_checkpoint.__file__)


def behind(change: Callable[[], None]) -> None:
    """Do something that the rules of the database forbid."""
    uninstall(connection, RULES)
    with transaction.atomic():
        change()
    install(connection, RULES)


def add(people: People, count: int, *, sort: str = "T") -> None:
    """So many entries, sealed."""
    start = Entry.objects.count()
    with transaction.atomic():
        deeds = [Deed("tag.test", "tag", f"{sort}{start + number}", 1, facts={"copy": 1}) for number in range(count)]
        record_all(deeds, actor=people.technician)
    seal()


def hash_anew() -> None:
    """Whoever may change everything makes everything fit: leaves and subtrees from the texts as they are now."""
    bodies = list(Entry.objects.order_by("id").values_list("id", "body"))
    Leaf.objects.all().delete()
    Subtree.objects.all().delete()
    leaves = [
        Leaf(leaf_index=n, entry_id=pk, leaf_hash=leaf_hash(b.encode()).hex()) for n, (pk, b) in enumerate(bodies)
    ]
    Leaf.objects.bulk_create(leaves)
    grow(len(bodies))


def cut_the_tail(keep: int) -> None:
    """Only the first `keep` entries are left, with everything that hangs on them: as an old backup has them."""

    def cut() -> None:
        gone = list(Entry.objects.order_by("id").values_list("id", flat=True)[keep:])
        PrivatePayload.objects.filter(entry_id__in=gone).delete()
        Leaf.objects.filter(entry_id__in=gone).delete()
        Entry.objects.filter(id__in=gone).delete()
        hash_anew()

    behind(cut)


def rewrite(index: int) -> None:
    """Another text in the place of an entry, and everything hashed anew."""

    def change() -> None:
        entry = Entry.objects.order_by("id")[index : index + 1].get()
        body = entry.body.replace('"copy":1', '"copy":9')
        assert body != entry.body
        Entry.objects.filter(pk=entry.pk).update(body=body)
        hash_anew()

    behind(change)


def run(*words: object, language: str = "en") -> tuple[int, str]:
    """The stand-alone script: how it ended, and what it said."""
    command = [sys.executable, "-I", str(SCRIPT), *map(str, words), "--lang", language]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
