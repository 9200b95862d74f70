"""Ask for long work, and ask to stop it. Working itself is `attempts.py`."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.errors import Conflict, NotFound
from inventory.jobs.endings import came_to_nothing
from inventory.jobs.kinds import JOB_KINDS
from inventory.jobs.models import Job, JobState
from inventory.lifecycle import Actor, Word


@transaction.atomic
def enqueue(kind: str, *, actor: Actor, place: str = "", total: int = 0, facts: dict[str, Any] | None = None) -> Job:
    """Ask for a piece of long work of a kind of `JOB_KINDS`, in the transaction that lays ready what the work needs.

    `facts` (JSON) say what exactly is to be done; `place` is the page where its outcome will be seen, the job's own
    page when empty.
    """
    return Job.objects.create(
        kind=kind,
        lane=JOB_KINDS[kind].lane,
        asked_by_id=actor.pk,
        asked_at=timezone.now(),
        channel=actor.channel,
        place=place,
        total=total,
        facts=facts or {},
    )


@transaction.atomic
def cancel(code: str, *, actor: Actor) -> Job:
    """Stop a piece of work: at once when nobody has begun it, else at its next sign of progress.

    Refuses: NotFound (there is none, or it is somebody else's); Conflict (it has ended).
    """
    job = own_job(Job.objects.select_for_update().filter(code=code).first(), actor)
    if job.ended:
        raise Conflict(_("This work has ended already: %(state)s."), state=JobState(job.state).label)
    never_begun = job.state == JobState.WAITING
    if never_begun:
        job.state, job.ended_at = JobState.CANCELLED, timezone.now()
    job.cancel_asked = True
    job.save()
    if never_begun:
        came_to_nothing.send(Job, job=job)
    return job


def own_job(job: Job | None, actor: Actor) -> Job:
    """The job, when this person asked for it or administers. Refuses NotFound otherwise."""
    if job is None or (job.asked_by_id != actor.pk and not actor.holds(Word.ADMINISTER)):
        raise NotFound(_("There is no such work of yours."))
    return job
