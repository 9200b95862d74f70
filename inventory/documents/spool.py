"""Where uploads wait for a worker, and what it made waits to be fetched; nothing here is kept for good."""

from __future__ import annotations

import os
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings


def lay(code: str, files: Iterable[tuple[str, bytes]]) -> None:
    """Keep these files (name and content) under a code of our own making: whole on the disk, or not at all."""
    folder = Path(settings.RELAIS_SPOOL)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as handle:
        with zipfile.ZipFile(handle, "w") as archive:
            for name, data in files:
                # A fixed date: the same files make the same archive.
                archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data)
        handle.flush()
        os.fsync(handle.fileno())
    Path(handle.name).replace(_place(code))


@contextmanager
def laid(code: str) -> Iterator[zipfile.ZipFile]:
    """The files kept under a code, by name. Raises FileNotFoundError when they are gone."""
    with zipfile.ZipFile(_place(code)) as archive:
        yield archive


# What was made and never fetched, or laid by a process that died at once, goes after so many days.
DAYS_KEPT = 7


def kept(code: str) -> bool:
    """Whether something lies under a code."""
    return _place(code).exists()


def fetched(code: str) -> BinaryIO | None:
    """The archive kept under a code, open to be sent; None when it is gone."""
    return _place(code).open("rb") if kept(code) else None


def sweep() -> int:
    """Forget what has lain for longer than `DAYS_KEPT`; returns how many archives that were."""
    folder, oldest = Path(settings.RELAIS_SPOOL), time.time() - DAYS_KEPT * 86_400
    old = [path for path in folder.glob("*") if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def fade(code: str) -> None:
    """Let the files kept under a code go in a day: they served, and may be asked for once more."""
    nearly_old = time.time() - (DAYS_KEPT - 1) * 86_400
    if kept(code):
        os.utime(_place(code), (nearly_old, nearly_old))


def clear(code: str) -> None:
    """Forget the files kept under a code; quiet when there are none."""
    _place(code).unlink(missing_ok=True)


def _place(code: str) -> Path:
    return Path(settings.RELAIS_SPOOL) / f"{code}.zip"
