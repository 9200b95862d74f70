"""`./run manage judge FILE…`: says what evidence files prove, one JSON line per drive, and stores nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from inventory.wiping.judging import verdicts_on


class Command(BaseCommand):
    """Exit 0 when every file was judged, whatever the verdicts; 2 when a file is not there or may not be read."""

    help = "Judge evidence of sanitisation without storing it: one JSON line per drive."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="evidence of any tool")

    def handle(self, *args: Any, files: list[str], **options: Any) -> None:
        for file in files:
            try:
                data = Path(file).read_bytes()
            except (OSError, ValueError) as problem:
                why = getattr(problem, "strerror", None) or str(problem)
                raise CommandError(f"The file {file} cannot be opened: {why}.", returncode=2) from problem
            # Scripts read this: one language, whatever the service speaks.
            with translation.override("en"):
                for verdict in verdicts_on(data, Path(file).name):
                    self.stdout.write(orjson.dumps({"file": file, **verdict.plain()}).decode())
