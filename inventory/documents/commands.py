"""Keep files once, and hand out numbers without gaps."""

from __future__ import annotations

import datetime as dt
import hashlib
import mimetypes
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.documents.models import NumberSeries, StoredFile
from inventory.errors import BadFile
from inventory.lifecycle import Actor


@transaction.atomic
def store_file(data: bytes, name: str, *, actor: Actor) -> StoredFile:
    """Keep these bytes once; the same bytes again give the same record.

    Refuses (BadFile) an empty file or one over `RELAIS_MAX_FILE_BYTES`.
    """
    if not data:
        raise BadFile(_("The file '%(name)s' is empty: choose it again, or save it again first."), name=name)
    if len(data) > settings.RELAIS_MAX_FILE_BYTES:
        raise BadFile(
            _("The file '%(name)s' is larger than %(limit)s MB. Split it, or save it smaller."),
            name=name,
            limit=settings.RELAIS_MAX_FILE_BYTES // 1_000_000,
        )
    digest = hashlib.sha256(data).hexdigest()
    known = StoredFile.objects.filter(sha256=digest).first()
    if known:
        return known
    _write(digest, data)
    return StoredFile.objects.create(
        sha256=digest,
        size=len(data),
        name=_plain_name(name),
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        stored_at=timezone.now(),
        stored_by_id=actor.pk,
    )


def read_file(stored: StoredFile) -> bytes:
    """The bytes of a stored file. Refuses (BadFile) when they no longer match their SHA-256."""
    data = _path(stored.sha256).read_bytes()
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise BadFile(_("The stored file '%(name)s' is damaged: its fingerprint no longer fits."), name=stored.name)
    return data


def remove_bytes(digest: str) -> None:
    """Take the bytes of a forgotten file from the disk; quiet when they are gone, or were stored anew for another."""
    if not StoredFile.objects.filter(sha256=digest).exists():
        _path(digest).unlink(missing_ok=True)


def next_number(series: str, on: dt.date) -> str:
    """The next number of a yearly series, such as `R-2026-00012`; call it inside the paper's transaction."""
    NumberSeries.objects.get_or_create(name=series, year=on.year)
    row = NumberSeries.objects.select_for_update().get(name=series, year=on.year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{series}-{on.year}-{row.last:05d}"


def _path(digest: str) -> Path:
    return Path(settings.RELAIS_FILES) / digest[:2] / digest


def _write(digest: str, data: bytes) -> None:
    # Whole or not at all: written beside, flushed to the disk, then given its name.
    target = _path(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    Path(handle.name).replace(target)


def _plain_name(name: str) -> str:
    bare = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in bare if sign.isprintable())[:200] or "file"
