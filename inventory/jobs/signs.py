"""How far work is within one long transaction, and the wish to stop it: on the disk, where neither is hidden by it.

Only SQLite needs it: while one connection writes no other can, so that neither could be written down meanwhile.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings


def show(code: str, done: int) -> None:
    """Say how much of the work with this code is done."""
    _write(code, "done", str(done))


def shown(code: str) -> int:
    """How much was last said to be done; 0 when nothing was said."""
    try:
        return int(_place(code, "done").read_text())
    except FileNotFoundError:
        return 0


def ask_to_stop(code: str) -> None:
    """Leave word that somebody wants the work with this code stopped."""
    _write(code, "stop", "")


def stop_asked(code: str) -> bool:
    """Whether somebody left that word."""
    return _place(code, "stop").exists()


def clear(code: str) -> None:
    """Take all signs of this work away; quiet when there are none."""
    for sign in ("done", "stop"):
        _place(code, sign).unlink(missing_ok=True)


def _write(code: str, sign: str, words: str) -> None:
    folder = Path(settings.RELAIS_SPOOL)
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    with os.fdopen(handle, "w") as file:
        file.write(words)
    # Whole or not at all: whoever looks never sees half a number.
    Path(name).replace(_place(code, sign))


def _place(code: str, sign: str) -> Path:
    return Path(settings.RELAIS_SPOOL) / f"{code}.{sign}"
