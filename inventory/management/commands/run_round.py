"""`./run manage run_round FILE`: shares a round file out and writes its result file, without touching the database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from inventory.allocation.ladder.certifying import certified
from inventory.allocation.ladder.files import read_round
from inventory.allocation.ladder.results import decide, written
from inventory.errors import BadFile


class Command(BaseCommand):
    """Exit 0: the result is written and certified; 2: a file cannot be opened; 3: a refusal."""

    help = "Share a round file out (docs/round-file.md) and write the result file beside it."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a round file")
        parser.add_argument("--out", metavar="FILE", help="where the result goes; default: FILE with .result.json")

    def handle(self, *args: Any, file: str, out: str | None, **options: Any) -> None:
        source = Path(file)
        target = Path(out) if out else source.with_name(source.name.removesuffix(".json") + ".result.json")
        try:
            data = source.read_bytes()
        except (OSError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or str(problem)
            raise CommandError(f"The file {file} cannot be opened: {why}.", returncode=2) from problem
        # Scripts read this: one language, whatever the service speaks.
        with translation.override("en"):
            try:
                result = written(certified(data, decide(read_round(data))))
            except BadFile as refusal:
                raise CommandError(str(refusal), returncode=3) from None
        try:
            target.write_bytes(result)
        except OSError as problem:
            raise CommandError(f"The file {target} cannot be written: {problem.strerror}.", returncode=2) from problem
        self.stdout.write(str(target))
