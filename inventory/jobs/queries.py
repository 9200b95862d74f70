"""Reads of long work: one piece of it, everything somebody asked for, and whether anybody is working at all."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from inventory.jobs.commands import own_job
from inventory.jobs.models import Job, JobState
from inventory.lifecycle import Actor, Word

# Waiting longer than this with nobody at work is worth a word to those who run the house.
PATIENCE = dt.timedelta(minutes=1)


def job_of(code: str, actor: Actor) -> Job:
    """One piece of work. Refuses: NotFound (there is none, or it is somebody else's)."""
    return own_job(Job.objects.filter(code=code).first(), actor)


def jobs_of(actor: Actor) -> QuerySet[Job]:
    """What this person asked for, newest first; an administrator sees everybody's."""
    found = Job.objects.order_by("-id")
    return found if actor.holds(Word.ADMINISTER) else found.filter(asked_by_id=actor.pk)


def neglected() -> int:
    """How many pieces have waited for more than a minute, or were left in the middle: is a worker running?"""
    since = timezone.now() - PATIENCE
    waiting = Job.objects.filter(state=JobState.WAITING, asked_at__lt=since)
    left = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=since)
    return waiting.count() + left.count()
