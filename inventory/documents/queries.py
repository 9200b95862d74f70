"""Reads of stored files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from inventory.documents.models import StoredFile
from inventory.errors import NotFound


def file_with(sha256: str) -> StoredFile:
    """The stored file with this fingerprint. Refuses NotFound."""
    found = StoredFile.objects.filter(sha256=sha256.lower()).first()
    if found is None:
        raise NotFound(_("There is no file with this fingerprint."), sha256=sha256)
    return found
