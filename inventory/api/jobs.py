"""Long work through the API: how far it is, and a way to stop it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import Field, Router, Schema

from inventory.api.asking import NO, actor_of
from inventory.documents.queries import made_by
from inventory.jobs import queries, stopping

router = Router()


class JobOut(Schema):
    """A piece of long work."""

    code: str
    kind: str
    state: str = Field(description="waiting, running, done, failed or cancelled")
    done: int
    total: int = Field(description="0 while nobody knows how much there is")
    asked_at: dt.datetime
    began_at: dt.datetime | None
    ended_at: dt.datetime | None
    why: str = Field(description="What ended it before its time; empty when nothing did")

    @staticmethod
    def resolve_done(job: Any) -> int:
        """Also from within its last transaction."""
        return int(job.so_far)


@router.get("/jobs", response={200: list[JobOut], **NO}, summary="Your long work")
def list_jobs(request: HttpRequest) -> Any:
    """The latest hundred pieces, newest first."""
    return list(queries.jobs_of(actor_of(request))[:100])


@router.get("/jobs/{code}", response={200: JobOut, **NO}, summary="How far a piece of work is")
def get_job(request: HttpRequest, code: str) -> Any:
    """Yours, or for an administrator anybody's."""
    return queries.job_of(code, actor_of(request))


@router.get("/jobs/{code}/file", response={200: bytes, **NO}, summary="What a piece of work made")
def job_file(request: HttpRequest, code: str) -> FileResponse:
    """The file, for a week after it was made."""
    job, made = made_by(code, actor_of(request))
    return FileResponse(made, as_attachment=True, filename=job.gives, content_type="application/zip")


@router.post("/jobs/{code}/cancel", response={200: JobOut, **NO}, summary="Cancel")
def cancel_job(request: HttpRequest, code: str) -> Any:
    """At once when nobody has begun it, else at its next step."""
    return stopping.stop(code, actor=actor_of(request))
