"""`./run manage ropa [FILE.pdf|FILE.json]`: the register of processing, printed from the declarations on the fields."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from inventory.errors import Refusal
from inventory.privacy.register import contents, register_pdf


class Command(BaseCommand):
    """Exit 0 with the register as JSON on the standard output, or in FILE."""

    help = "Print the register of processing (GDPR art. 30) as JSON, or write it to FILE (.json, .pdf)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Where to, and in which language."""
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--lang", choices=["fr", "nl"], default="fr")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print or write it."""
        target: Path | None = options["file"]
        try:
            if target and target.suffix.lower() == ".pdf":
                target.write_bytes(register_pdf(options["lang"]))
                return
            with translation.override(options["lang"]):
                text = json.dumps(contents(), ensure_ascii=False, indent=2)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if target:
            target.write_text(text + "\n", encoding="utf-8")
        else:
            self.stdout.write(text)
