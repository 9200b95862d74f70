"""`./run manage export_ledger --from DATE --to DATE FILE`: the auditor's workbook or its CSV twin, for nightly jobs."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from inventory.errors import Refusal
from inventory.reports.definitions.queries import report_called, scope_of_report
from inventory.reports.filters import PARTS, read_filter
from inventory.reports.period import LANGUAGES, Scope, scope_of
from inventory.reports.twin import schema_of, write_twin
from inventory.reports.workbook import write_workbook

WRITERS: dict[str, Callable[[Scope, IO[bytes]], object]] = {".xlsx": write_workbook, ".csv": write_twin}


class Command(BaseCommand):
    """Exit 0 when the file is written whole; otherwise nothing is left behind."""

    help = (
        "Write the ledger of a period, or of a saved report, as an Excel workbook, or its movements as CSV with their "
        "schema beside them, by the file's ending."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", type=dt.date.fromisoformat, metavar="DATE")
        parser.add_argument("--to", dest="last", type=dt.date.fromisoformat, metavar="DATE")
        parser.add_argument("--lang", choices=LANGUAGES, help="default: fr, or the report's own")
        parser.add_argument("--report", metavar="NAME", help="a saved report, by its name or number")
        for name in PARTS:
            parser.add_argument(f"--{name}", action="append", default=[], help="only these; may be given several times")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["file"]
        write = WRITERS.get(target.suffix.lower())
        if write is None:
            raise CommandError("Give the file a name that ends in .xlsx or .csv.")
        part = target.with_name(target.name + ".part")
        try:
            scope = _scope(options)
            with part.open("wb") as handle:
                write(scope, handle)
            part.replace(target)
            if write is write_twin:
                target.with_suffix(".schema.json").write_bytes(schema_of(scope))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        finally:
            part.unlink(missing_ok=True)
        self.stdout.write(f"{target}: written")


def _scope(options: dict[str, Any]) -> Scope:
    first, last, language = options["first"], options["last"], options["lang"]
    given = {name: options[name] for name in PARTS if options[name]}
    if options["report"]:
        if given or first or last:
            raise CommandError("A saved report has its own period and filter: give --report alone.")
        scope = scope_of_report(report_called(options["report"]), timezone.localdate())
        return scope_of(scope.first, scope.last, language or scope.language, scope.filter, scope.report)
    if not (first and last):
        raise CommandError("Give --from and --to, or --report.")
    return scope_of(first, last, language or "fr", read_filter(given))
