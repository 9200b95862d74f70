"""`./run manage accept_restore --as USERNAME`: say in the ledger that an old backup was put back, and go on."""

from __future__ import annotations

import argparse
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from inventory.errors import Refusal
from inventory.ledger.checkpoints import accept_restore


class Command(BaseCommand):
    """Exit 0 when the entry stands and a new checkpoint is signed; 1 when nothing was lost."""

    help = "Accept, by name, that the ledger is shorter or another than its kept checkpoints say."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Whose deed it is."""
        parser.add_argument("--as", dest="who", required=True, metavar="USERNAME", help="the administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        """One entry, one checkpoint."""
        who: Any = get_user_model().objects.filter(username=options["who"]).first()
        if who is None:
            raise CommandError("There is no such person: --as USERNAME of an administrator.")
        try:
            made = accept_restore(actor=who)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Accepted. The ledger goes on from {made.size} entries.")
