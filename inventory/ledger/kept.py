"""What stays outside the database: the last checkpoint and the last witnessed one, so that a backup of before shows.

A database that was put back to an earlier day is right in itself: only what is kept elsewhere knows that it had more.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.ledger.growth import root_at, sealed_size
from inventory.ledger.notes import Note, parse_note

LAST, WITNESSED = "last.note", "witnessed.note"


@dataclass(frozen=True, slots=True)
class Loss:
    """What a kept checkpoint knows and the ledger no longer does: `shorter` or `rewritten`."""

    kind: str
    kept: Note
    size: int
    witnessed: bool

    @property
    def sentence(self) -> Promise:
        """What happened, for people; its facts are `facts`."""
        return SENTENCES[self.kind]

    @property
    def facts(self) -> dict[str, int]:
        """The numbers of the sentence."""
        return {"known": self.kept.size, "here": self.size}


SENTENCES: dict[str, Promise] = {
    "shorter": _(
        "The ledger has %(here)s entries, but a checkpoint kept outside the database knows %(known)s: the end was cut "
        "off, or an old backup was put back."
    ),
    "rewritten": _(
        "A checkpoint kept outside the database has another root for the first %(known)s entries: they were written "
        "anew, or this is another ledger."
    ),
}


def keep(name: str, text: str) -> None:
    """Keep a note under LAST or WITNESSED, unless one of more entries stands there already."""
    path, size = _folder() / name, parse_note(text).size
    before = _read(path)
    if before is None or before.size <= size:
        _write(path, text)


def kept_notes() -> Iterator[tuple[str, Note]]:
    """The notes kept outside, with their names."""
    for name in (WITNESSED, LAST):
        note = _read(_folder() / name)
        if note is not None:
            yield name, note


def loss() -> Loss | None:
    """What a kept checkpoint knows that the sealed ledger contradicts, None when all is there."""
    size = sealed_size()
    for name, note in kept_notes():
        kind = contradiction(note, size)
        if kind:
            return Loss(kind, note, size, name == WITNESSED)
    return None


def contradiction(note: Note, size: int) -> str:
    """Whether a ledger of `size` leaves is `shorter` than a note says, or `rewritten`; empty when they agree."""
    if note.size > size:
        return "shorter"
    try:
        return "" if root_at(note.size).hex() == note.root else "rewritten"
    except IndexError:
        return "rewritten"


def set_aside(on: dt.date) -> list[str]:
    """Give the kept notes names with a day, so that they no longer count; the new names."""
    names = []
    for name, note in list(kept_notes()):
        path = _folder() / name
        aside = path.with_name(f"{path.stem}-{note.size}-until-{on}.note")
        path.rename(aside)
        names.append(aside.name)
    return names


def _folder() -> Path:
    return Path(settings.RELAIS_CHECKPOINTS)


def _read(path: Path) -> Note | None:
    try:
        return parse_note(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    Path(handle.name).replace(path)
