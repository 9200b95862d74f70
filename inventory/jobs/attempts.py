"""Working on long work: claim a row for a while, show progress, end it in the very transaction of its effects.

A worker may die at any moment. Its row's lease runs out, the next attempt bears a higher number, and whatever the late
first one still tries to write is refused by that number.
"""

from __future__ import annotations

import copy
import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.errors import Conflict, NotAllowed, Refusal
from inventory.jobs import signs
from inventory.jobs.endings import came_to_nothing
from inventory.jobs.kinds import Lane
from inventory.jobs.models import Job, JobState
from inventory.lifecycle import Actor

# As often may a worker die over the same piece before it is called a problem of the piece.
MOST_ATTEMPTS = 5

log = logging.getLogger(__name__)


class Superseded(Exception):
    """Another attempt has taken this work over: say nothing more about it."""


class Cancelled(Exception):
    """Somebody asked to stop: leave nothing behind."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One worker's go at one job, valid as long as the job bears its number."""

    job: Job
    number: int

    @property
    def actor(self) -> Actor:
        """The person who asked, with what they may do now. Refuses NotAllowed when the account is closed."""
        user: Any = get_user_model().objects.filter(pk=self.job.asked_by_id, is_active=True).first()
        if user is None:
            raise NotAllowed(_("The account that asked for this work is closed."))
        acting = copy.copy(user)
        acting.channel = self.job.channel
        return cast(Actor, acting)

    def progress(self, done: int, total: int | None = None) -> None:
        """Say how far it is, and hold the work for another lease. At the head of a transaction it is its fence too.

        Raises Superseded or Cancelled when this attempt is to stop.
        """
        facts: dict[str, Any] = {"done": done, "lease_until": _lease()}
        if total is not None:
            facts["total"] = total
        if not self._mine().filter(cancel_asked=False).update(**facts):
            raise Cancelled if self._mine().exists() else Superseded

    def tell(self, done: int) -> None:
        """Say how far it is from within a long `closing`, and hold the work for another lease.

        By a connection of its own, since nobody sees what that transaction writes; on SQLite, where there is only one
        writer, by signs on the disk. Raises Cancelled when this attempt is to stop.
        """
        if connection.vendor != "postgresql":
            signs.show(self.job.code, done)
            if signs.stop_asked(self.job.code):
                raise Cancelled
            return
        beside = connection.copy()
        try:
            with beside.cursor() as cursor:
                cursor.execute(
                    "UPDATE inventory_job SET done = %s, lease_until = %s "
                    "WHERE id = %s AND attempt = %s AND state = 'running' RETURNING cancel_asked",
                    [done, _lease(), self.job.pk, self.number],
                )
                found = cursor.fetchone()
        finally:
            beside.close()
        if found and found[0]:
            raise Cancelled

    @contextmanager
    def closing(self, *, long: bool = False) -> Iterator[None]:
        """The last transaction: what is written in it and the end of the job stand together, or neither does.

        A `long` one leaves the job's row free until its end, so that `tell` can say how far it is; whoever writes in it
        locks something else that keeps a second attempt out.
        """
        with transaction.atomic():
            job = self._held(lock=not long)
            yield
            job = self._held(lock=True) if long else job
            job.state, job.ended_at = JobState.DONE, timezone.now()
            job.done = job.total = max(job.total, job.done)
            job.save()

    def _held(self, *, lock: bool) -> Job:
        job: Job | None = (self._mine().select_for_update() if lock else self._mine()).first()
        if job is None:
            raise Superseded
        if job.cancel_asked:
            raise Cancelled
        return job

    @transaction.atomic
    def end(self, state: JobState, failure: dict[str, Any] | None = None) -> None:
        """Close the job without effects: cancelled, or failed with the refusal as `Refusal.plain()` spells it."""
        if self._mine().update(state=state, ended_at=timezone.now(), failure=failure or {}):
            came_to_nothing.send(Job, job=Job.objects.get(pk=self.job.pk))

    def give_back(self) -> None:
        """Let another attempt begin at once."""
        self._mine().update(lease_until=timezone.now())

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, attempt=self.number, state=JobState.RUNNING)


Handler = Callable[[Attempt], None]


def claim(lanes: Collection[Lane], *, code: str = "") -> Attempt | None:
    """Take the oldest open job of these lanes (or just the one with this code) under a lease; None when none waits."""
    open_jobs = Job.objects.filter(_free(), lane__in=lanes).order_by("id")
    if code:
        open_jobs = open_jobs.filter(code=code)
    # A look costs nothing; on SQLite the transaction below takes the one lock for writing.
    if not open_jobs.exists():
        return None
    with transaction.atomic():
        job = open_jobs.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.state, job.lease_until = JobState.RUNNING, _lease()
        job.attempt += 1
        job.began_at = job.began_at or timezone.now()
        job.save()
    return Attempt(job, job.attempt)


def work(attempt: Attempt, handler: Handler) -> None:
    """Let the handler do the work, and write down how it ended whatever happens."""
    # What a dead attempt had said of itself.
    signs.clear(attempt.job.code)
    try:
        if attempt.number > MOST_ATTEMPTS:
            raise Conflict(_("It was begun %(count)s times and never came to its end."), count=MOST_ATTEMPTS)
        attempt.progress(attempt.job.done)
        handler(attempt)
    except Superseded:
        log.warning("job %s: attempt %s was overtaken", attempt.job.code, attempt.number)
    except Cancelled:
        attempt.end(JobState.CANCELLED)
    except Refusal as refusal:
        attempt.end(JobState.FAILED, refusal.plain())
    except Exception:
        # A fault in one kind of work must not end the worker, and with it everybody else's work: it is logged with its
        # trace, and the number of attempts makes an end of it.
        log.exception("job %s: attempt %s broke off", attempt.job.code, attempt.number)
        attempt.give_back()
    finally:
        signs.clear(attempt.job.code)


def work_off(
    handlers: Mapping[str, Handler], lanes: Collection[Lane], *, stop: Callable[[], bool] = lambda: False
) -> int:
    """Do everything that waits in these lanes, until `stop` says so, and return how many pieces that were."""
    count = 0
    while not stop() and (attempt := claim(lanes)):
        work(attempt, handlers[attempt.job.kind])
        count += 1
    return count


def work_now(job: Job, handler: Handler) -> Job:
    """Do a small piece at once, in the request that asked for it, unless a worker was quicker."""
    attempt = claim(list(Lane), code=job.code)
    if attempt is not None:
        work(attempt, handler)
    job.refresh_from_db()
    return job


def _free() -> Q:
    return Q(state=JobState.WAITING) | Q(state=JobState.RUNNING, lease_until__lt=timezone.now())


def _lease() -> dt.datetime:
    return timezone.now() + dt.timedelta(seconds=settings.RELAIS_LEASE_SECONDS)
