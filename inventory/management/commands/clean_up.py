"""`./run manage clean_up`: write over what was erased, so that not even the database's free pages hold it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    """Exit 0 when it is done; it may take minutes, and others wait for as long on SQLite."""

    help = "After erasing: VACUUM, so that no free page of the database keeps what was deleted."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild the file (SQLite), or free the dead rows (PostgreSQL, whose pages are then written over)."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.stdout.write("done")
