"""`./run manage match FILE…`: sorts inspection files into machines, one JSON line per machine, and stores nothing."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from inventory.devices.recognition import machines_in


class Command(BaseCommand):
    """Exit 0 when every file was read or refused; 2 when a file is not there or may not be read."""

    help = "Sort inspection files into machines: one JSON line per machine, then one per refused file."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="inspections of any tool")

    def handle(self, *args: Any, files: list[str], **options: Any) -> None:
        # Scripts read this: one language, whatever the service speaks.
        with translation.override("en"):
            machines, refused = machines_in(_opened(files))
        for line in (*machines, *refused):
            self.stdout.write(orjson.dumps(line).decode())


def _opened(files: list[str]) -> Iterator[tuple[str, bytes]]:
    for file in files:
        try:
            # A file may bear a name that is no UTF-8; the line of JSON is.
            yield os.fsencode(file).decode(errors="replace"), Path(file).read_bytes()
        except (OSError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or str(problem)
            raise CommandError(f"The file {file} cannot be opened: {why}.", returncode=2) from problem
