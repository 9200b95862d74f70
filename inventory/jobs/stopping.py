"""The wish to stop a piece of work, said so that it arrives wherever the work is."""

from __future__ import annotations

from inventory.errors import Conflict
from inventory.jobs import signs
from inventory.jobs.commands import cancel
from inventory.jobs.models import Job, JobState
from inventory.jobs.queries import job_of
from inventory.lifecycle import Actor


def stop(code: str, *, actor: Actor) -> Job:
    """As `cancel`, also for work that stands in one long transaction and lets nobody else write. Refuses as it does.

    The sign goes before the command, which on SQLite begins only when that transaction has ended: by its stopping.
    """
    under_way = job_of(code, actor).state == JobState.RUNNING
    if under_way:
        signs.ask_to_stop(code)
    try:
        return cancel(code, actor=actor)
    except Conflict:
        ended = job_of(code, actor)
        if under_way and ended.state == JobState.CANCELLED:
            return ended
        raise
