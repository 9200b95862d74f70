"""Where uploads wait for the worker that takes them up; nothing here outlives its work."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


def lay(code: str, files: Iterable[bytes]) -> None:
    """Keep these files, in order, under a code of our own making: whole on the disk, or not at all."""
    folder = Path(settings.RELAIS_SPOOL)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as handle:
        with zipfile.ZipFile(handle, "w") as archive:
            for position, data in enumerate(files):
                archive.writestr(str(position), data)
        handle.flush()
        os.fsync(handle.fileno())
    Path(handle.name).replace(_place(code))


@contextmanager
def laid(code: str) -> Iterator[zipfile.ZipFile]:
    """The files kept under a code, by position: `archive.read("0")`. Raises FileNotFoundError when they are gone."""
    with zipfile.ZipFile(_place(code)) as archive:
        yield archive


def clear(code: str) -> None:
    """Forget the files kept under a code; quiet when there are none."""
    _place(code).unlink(missing_ok=True)


def _place(code: str) -> Path:
    return Path(settings.RELAIS_SPOOL) / f"{code}.zip"
