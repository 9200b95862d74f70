"""Long lists as the worker reads, applies and undoes them: whatever dies, the whole of it stands, or nothing."""

from __future__ import annotations

from typing import BinaryIO, cast

from imports.applying import enter_rows, take_back_rows
from imports.models import ImportRun, State
from imports.readers.opening import open_table
from imports.runs import importing, settle
from imports.staging import stage_rows
from inventory.documents import spool
from inventory.errors import Refusal
from inventory.jobs.attempts import Attempt, Cancelled, Superseded
from inventory.jobs.models import Job, JobState

# Rows of a preview that are forgotten in one statement.
_AT_ONCE = 20_000


def bring_in(attempt: Attempt) -> None:
    """Read a list that waits, apply one that was looked at, or undo one that was applied."""
    run = ImportRun.objects.get(code=attempt.job.facts["run"])
    if run.state == State.READING:
        _read(run, attempt)
    else:
        _do(run, State(run.state), attempt)


def as_before(job: Job, **_more: object) -> None:
    """Put right the run of a job that came to nothing, whoever ended it and whenever: it can be taken up again.

    What was being read is as if it had never come; what was being applied or undone is as it was before.
    """
    run = ImportRun.objects.select_for_update().filter(job=job, state__in=_BEFORE).first()
    if run is None:
        return
    refused = run.state == State.READING and job.state == JobState.FAILED
    if run.state == State.READING:
        run.rows.all().delete()
        spool.clear(run.code)
    run.state = State.REFUSED if refused else _BEFORE[State(run.state)]
    run.save(update_fields=["state"])


_BEFORE = {
    State.READING: State.DISCARDED,
    State.APPLYING: State.PREVIEWED,
    State.UNDOING: State.APPLIED,
}


def _read(run: ImportRun, attempt: Attempt) -> None:
    # What a dead attempt had staged is begun anew.
    _forget_rows(run)
    try:
        with (
            spool.laid(run.code) as archive,
            archive.open("list") as file,
            open_table(cast(BinaryIO, file), run.name) as table,
        ):
            stage_rows(run, table, lambda done: attempt.progress(done))
        with attempt.closing():
            run.state = State.PREVIEWED
            run.save()
    except (Cancelled, Refusal):
        # Some at a time, before the one transaction that ends it.
        _forget_rows(run)
        raise
    # Whoever looks at the rows may say what its columns mean, and have it read again.
    spool.fade(run.code)


def _do(run: ImportRun, state: State, attempt: Attempt) -> None:
    work, then = _DOING[state]
    with attempt.closing(long=True):
        # The lock on the run keeps a second attempt out, which finds it done.
        run = ImportRun.objects.select_for_update().get(pk=run.pk)
        if run.state != state:
            raise Superseded
        work(run, importing(attempt.actor), attempt.tell)
        settle(run, then, attempt.job.asked_by_id, attempt.job.asked_at)
    spool.clear(run.code)


_DOING = {
    State.APPLYING: (enter_rows, State.APPLIED),
    State.UNDOING: (take_back_rows, State.UNDONE),
}


def _forget_rows(run: ImportRun) -> None:
    while ids := list(run.rows.order_by("id").values_list("id", flat=True)[:_AT_ONCE]):
        run.rows.filter(id__lte=ids[-1]).delete()
