"""The stand-alone check of a workbook, run for whoever drops one here: in a process of its own, with limits."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadFile, NotAllowed
from inventory.lifecycle import Actor, Word
from inventory.reports import verify_checkpoint, verify_workbook

SCRIPT = Path(verify_workbook.__file__)
CHECKPOINT_SCRIPT = Path(verify_checkpoint.__file__)
MOST_SECONDS = 60
MOST_MEMORY = 2_000_000_000


def check_workbook(data: bytes, language: str, *, actor: Actor) -> tuple[bool, list[str]]:
    """Whether a workbook holds, and the script's sentences in `fr`, `nl` or `en`.

    Refuses: NotAllowed; BadFile (too large, no workbook of ours, too long to check here).
    """
    if not actor.holds(Word.AUDIT):
        raise NotAllowed(_("Only auditors check workbooks here. The script does it for everybody."))
    if len(data) > settings.RELAIS_MAX_FILE_BYTES:
        raise BadFile(_("This file is too large to be checked here. Use the script."), field="file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workbook.xlsx"
        path.write_bytes(data)
        command = [sys.executable, "-I", str(SCRIPT), str(path), "--lang", language]
        try:
            said = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=MOST_SECONDS, preexec_fn=_limited
            )
        except subprocess.TimeoutExpired:
            raise BadFile(_("This file takes too long to be checked here. Use the script."), field="file") from None
    if said.returncode not in (0, 1):
        raise BadFile(_("This file is no workbook of Relais."), field="file")
    return said.returncode == 0, said.stdout.splitlines()


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
