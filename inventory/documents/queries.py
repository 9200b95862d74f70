"""Reads of stored files, and of files that long work has made."""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from inventory.documents import spool
from inventory.documents.models import StoredFile
from inventory.errors import NotFound
from inventory.jobs.models import Job, JobState
from inventory.jobs.queries import job_of
from inventory.lifecycle import Actor


def file_with(sha256: str) -> StoredFile:
    """The stored file with this fingerprint. Refuses NotFound."""
    found = StoredFile.objects.filter(sha256=sha256.lower()).first()
    if found is None:
        raise NotFound(_("There is no file with this fingerprint."), sha256=sha256)
    return found


def made_by(code: str, actor: Actor) -> tuple[Job, BinaryIO]:
    """The file that a piece of long work has made, open to be sent. Refuses NotFound: not ready, or kept no more."""
    job = job_of(code, actor)
    made = spool.fetched(job.code) if job.state == JobState.DONE and job.gives else None
    if made is None:
        raise NotFound(_("The file is not there: it is not ready yet, or no longer kept."))
    return job, made
