"""`./run manage checkpoint [FILE]`: sign the ledger as it stands, or change the key, for jobs and by hand."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from inventory.errors import Refusal
from inventory.ledger.checkpoints import make_checkpoint, rotate_key
from inventory.lifecycle import TheHouse


class Command(BaseCommand):
    """Exit 0 with the note on the standard output, or in FILE."""

    help = "Make a checkpoint (a signed note of size and root); with --new-key, change the key and sign with both."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to, and whose deed it is."""
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--new-key", action="store_true", help="put a new key in the place of the old one")
        parser.add_argument("--as", dest="who", metavar="USERNAME", help="the administrator who does it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and write it."""
        who: Any = TheHouse()
        if options["who"] or options["new_key"]:
            who = get_user_model().objects.filter(username=options["who"] or "").first()
            if who is None:
                raise CommandError("Say who does it: --as USERNAME of an administrator.")
        act = rotate_key if options["new_key"] else make_checkpoint
        try:
            made = act(actor=who)
        except (Refusal, ImproperlyConfigured) as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["file"]:
            options["file"].write_text(made.note, encoding="utf-8")
            self.stdout.write(f"{options['file']}: {made.size} entries")
        else:
            self.stdout.write(made.note, ending="")
