"""Long lists as the worker reads and applies them: whatever dies, a whole preview, a whole import, or neither."""

from __future__ import annotations

from django.db import transaction

from imports.applying import enter_rows
from imports.models import ImportRun, State
from imports.readers.opening import open_table
from imports.runs import forget_samples, importing
from imports.staging import stage_rows
from inventory.documents import spool
from inventory.errors import Refusal
from inventory.jobs.attempts import Attempt, Cancelled

# Rows of a preview that are forgotten in one statement.
_AT_ONCE = 20_000


def bring_in(attempt: Attempt) -> None:
    """Read a list that waits, or apply one that was looked at."""
    run = ImportRun.objects.get(code=attempt.job.facts["run"])
    if run.state == State.READING:
        _read(run, attempt)
    else:
        _apply(run, attempt)


def _read(run: ImportRun, attempt: Attempt) -> None:
    # What a dead attempt had staged is begun anew.
    _forget_rows(run)
    try:
        with spool.laid(run.code) as archive, archive.open("list") as file, open_table(file.read(), run.name) as table:
            stage_rows(run, table, lambda done: attempt.progress(done))
        with attempt.closing():
            run.state = State.PREVIEWED
            run.save()
    except Cancelled:
        _end(run, attempt, State.DISCARDED)
        raise
    except Refusal:
        _end(run, attempt, State.REFUSED)
        raise
    # Whoever looks at the rows may say what its columns mean, and have it read again.
    spool.fade(run.code)


def _apply(run: ImportRun, attempt: Attempt) -> None:
    try:
        with attempt.closing():
            run = ImportRun.objects.select_for_update().get(pk=run.pk)
            enter_rows(run, importing(attempt.actor))
            run.state, run.settled_by_id = State.APPLIED, attempt.job.asked_by_id
            run.settled_at = attempt.job.asked_at
            forget_samples(run)
            run.save()
    except (Cancelled, Refusal):
        # Nothing was entered: it can be looked at, and applied, again.
        with transaction.atomic():
            attempt.progress(0)
            ImportRun.objects.filter(pk=run.pk, state=State.APPLYING).update(state=State.PREVIEWED)
        raise
    spool.clear(run.code)


def _end(run: ImportRun, attempt: Attempt, state: State) -> None:
    _forget_rows(run)
    ImportRun.objects.filter(pk=run.pk, state=State.READING).update(state=state)
    spool.clear(run.code)


def _forget_rows(run: ImportRun) -> None:
    while ids := list(run.rows.order_by("id").values_list("id", flat=True)[:_AT_ONCE]):
        run.rows.filter(id__lte=ids[-1]).delete()
