"""`./run manage verify_ledger`: say whether the ledger holds, and name the first entry that does not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inventory.reports.verification import verify_ledger


class Command(BaseCommand):
    """Exit 0 when everything holds, 1 when something does not."""

    help = "Recompute the ledger's tree, replay the lifecycle, compare with the tables."

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify_ledger()
        self.stdout.write(f"entries {result.size}\nroot    {result.root}")
        if result.fault is None:
            self.stdout.write(self.style.SUCCESS("The ledger holds."))
            return
        fault = result.fault
        place = f"entry {fault.leaf_index}, " if fault.leaf_index is not None else ""
        raise CommandError(f"The ledger does not hold: {place}{fault.kind} {fault.key}: {fault.what}", returncode=1)
