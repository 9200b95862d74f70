"""`./run manage clean_up`: write over what was erased, so that not even the database's free pages hold it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from inventory.lifecycle import TheHouse
from inventory.privacy.sweeping import sweep


class Command(BaseCommand):
    """Exit 0 when it is done; it may take minutes, and others wait for as long on SQLite."""

    help = "After erasing: VACUUM, so that no free page of the database keeps what was deleted."

    def handle(self, *args: Any, **options: Any) -> None:
        """At once; the worker does it by itself in the night after something was erased."""
        sweep(actor=TheHouse())
        self.stdout.write("done")
