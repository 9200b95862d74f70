"""From a file to devices: bring it in, look at every row, apply it wholly or not at all, undo it as a whole."""

from __future__ import annotations

import copy
import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imports.applying import enter_rows, take_back_rows
from imports.columns import EARLIEST
from imports.kinds import COLLECT, kind_named
from imports.models import PRESENT, ImportRun, State
from imports.queries import check_brings_lists, mappings_for, run_coded
from imports.readers.opening import AT_ONCE, Limits, Table, allowed, open_table, read_table
from imports.sources import recognition
from imports.staging import stage_rows
from inventory.devices.gatekeepers import require
from inventory.documents import spool
from inventory.errors import BadFile, BadInput, Conflict
from inventory.jobs.commands import enqueue
from inventory.lifecycle import Actor

# Read while somebody waits for the page; what is larger goes to the worker.
SMALL_BYTES = 300_000
# Applied while somebody waits.
SMALL_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was looked at: its fingerprint, and its bytes, its rows (small), and what is saved of its columns."""

    sha256: str
    name: str
    size_bytes: int
    source: str
    kind: str = COLLECT.name
    table: Table | None = None
    data: bytes = b""
    choice: dict[str, str] = field(default_factory=dict)
    mapped_for: str = ""


def read_upload(
    file: BinaryIO, name: str, *, source: str | None = None, kind: str = "", limits: Limits | None = None
) -> Upload:
    """Look at an uploaded file; takes no lock and writes nothing, so it may take its time.

    Refuses: BadFile (not a list, or too large); BadInput (no column with numbers of devices, unknown
    source or kind). `kind`: what it is a list of, where its headings shall not tell.
    """
    limits = limits or allowed()
    data = file.read(limits.bytes + 1)
    if len(data) > limits.bytes:
        raise BadFile(
            _("The file is larger than %(limit)s megabytes. Split the list into several files."),
            limit=limits.bytes // 1_000_000,
            field="file",
        )
    # A browser may send a path; only its last part is a name, and only printable signs of it.
    bare = "".join(sign for sign in PurePosixPath(name.replace("\\", "/")).name if sign.isprintable())[:255] or "list"
    sha256 = hashlib.sha256(data).hexdigest()
    table = None
    if len(data) <= SMALL_BYTES:
        table = read_table(data, name, AT_ONCE)
        headers = table.headers
    else:
        with open_table(data, name, limits) as opened:
            headers = opened.headers
    saved = mappings_for(headers, kind).first()
    choice, mapped_for = (saved.fields, saved.department) if saved else ({}, "")
    found = recognition(headers, source=source or None, kind=kind or (saved.kind if saved else None), choice=choice)
    if found.kind.largest and len(data) > found.kind.largest:
        raise BadFile(
            _("A list of this kind has %(limit)s megabytes at most. Split it into several files."),
            limit=found.kind.largest // 1_000_000,
            field="file",
        )
    return Upload(sha256, bare, len(data), found.source.name, found.kind.name, table, data, choice, mapped_for)


@transaction.atomic
def stage(
    upload: Upload,
    *,
    actor: Actor,
    act_reference: str = "",
    decommissioned_on: datetime.date | None = None,
    place: Callable[[str], str] = str,
) -> ImportRun:
    """Keep what a list would do, row by row, for a preview. A file already applied answers with that run.

    A small list is staged at once; a large one by a worker, with progress on the page whose address `place` gives. A
    preview of the same file is made anew, since devices may have come meanwhile. Refuses: NotAllowed; BadInput
    (a date of decommissioning before 1990 or to come); Conflict (it is being read or applied just now).
    """
    require(actor, kind_named(upload.kind).needs)
    _check_date(decommissioned_on)
    present = ImportRun.objects.select_for_update().filter(sha256=upload.sha256, kind=upload.kind)
    run = present.filter(state__in=PRESENT).first()
    if run is not None and run.state != State.PREVIEWED:
        return run
    run = run or ImportRun(sha256=upload.sha256, kind=upload.kind)
    run.name, run.size_bytes, run.source = upload.name, upload.size_bytes, upload.source
    run.act_reference, run.decommissioned_on = act_reference.strip()[:100], decommissioned_on
    run.uploaded_at, run.uploaded_by_id = timezone.now(), actor.pk
    run.choice, run.mapped_for = upload.choice, upload.mapped_for
    _save(run)
    spool.lay(run.code, [("list", upload.data)])
    return read_again(run, upload.table, actor=actor, place=place)


@transaction.atomic
def read_again(run: ImportRun, table: Table | None, *, actor: Actor, place: Callable[[str], str]) -> ImportRun:
    """Make the preview of a run anew from its file: at once from a table, else (None) by a worker."""
    if table is None:
        run.state, run.counts = State.READING, {}
        return _hand_over(run, actor, place(run.code))
    run.rows.all().delete()
    stage_rows(run, table)
    run.save()
    spool.fade(run.code)
    return run


@transaction.atomic
def apply(
    code: str,
    *,
    actor: Actor,
    act_reference: str = "",
    decommissioned_on: datetime.date | None = None,
    place: Callable[[str], str] = str,
) -> ImportRun:
    """Enter every new device of a staged list and correct the known ones, in one transaction, an entry each, or none.

    A long list is applied by a worker, with progress on the page whose address `place` gives. `act_reference` and
    `decommissioned_on` fill the rows that name none. Refuses: NotAllowed; NotFound; Conflict (settled already, or a
    device was entered or changed since the preview); BadInput (rows with problems, no act or date).
    """
    run = locked_preview(code, actor)
    run.act_reference = act_reference.strip()[:100] or run.act_reference
    run.decommissioned_on = decommissioned_on or run.decommissioned_on
    _check_date(run.decommissioned_on)
    if run.counts["problem"]:
        raise BadInput(
            _("%(count)s rows have a problem, so nothing was entered. Correct them in the file and upload it again."),
            count=run.counts["problem"],
        )
    _check_act(run)
    if _is_long(run):
        run.state = State.APPLYING
        return _hand_over(run, actor, place(run.code))
    enter_rows(run, importing(actor))
    return _settle(run, State.APPLIED, actor)


@transaction.atomic
def discard(code: str, *, actor: Actor) -> ImportRun:
    """Put a preview aside; its rows are forgotten. Refuses: NotAllowed; NotFound; Conflict (settled already)."""
    run = locked_preview(code, actor)
    run.rows.all().delete()
    return _settle(run, State.DISCARDED, actor)


@transaction.atomic
def undo(code: str, *, actor: Actor, place: Callable[[str], str] = str) -> ImportRun:
    """Undo an applied list as a whole: what it entered is withdrawn, what it corrected is as before.

    A long list is undone by a worker, with progress on the page whose address `place` gives. Refuses: NotAllowed;
    NotFound; Conflict (not applied, a kind that has no way back, or something has happened with one of its devices
    since).
    """
    check_brings_lists(actor)
    run_coded(code, actor=actor)
    run = ImportRun.objects.select_for_update().get(code=code)
    kind = kind_named(run.kind)
    require(actor, kind.needs)
    if kind.no_way_back:
        raise Conflict(kind.no_way_back)
    if run.state != State.APPLIED:
        raise Conflict(_("Only a list that was applied can be undone: %(state)s."), state=State(run.state).label)
    if _is_long(run):
        run.state = State.UNDOING
        return _hand_over(run, actor, place(run.code))
    take_back_rows(run, importing(actor))
    return _settle(run, State.UNDONE, actor)


def importing(actor: Actor) -> Actor:
    """The same person, with the channel that the ledger shall name."""
    same = copy.copy(actor)
    same.channel = "import"
    return same


def _is_long(run: ImportRun) -> bool:
    return int(run.counts["new"] + run.counts.get("changed", 0)) > SMALL_ROWS


def _hand_over(run: ImportRun, actor: Actor, place: str) -> ImportRun:
    """Let a worker do the rest of a run."""
    run.job = enqueue("import", actor=actor, place=place, total=run.counts.get("rows", 0), facts={"run": run.code})
    run.save()
    return run


def locked_preview(code: str, actor: Actor) -> ImportRun:
    """The previewed run of this code, locked. Refuses: NotAllowed; NotFound; Conflict (settled already)."""
    check_brings_lists(actor)
    require(actor, kind_named(run_coded(code, actor=actor).kind).needs)
    # Every preview is locked, not only this one: two lists that name the same device are applied one after the other.
    waiting = {
        run.code: run for run in ImportRun.objects.select_for_update().filter(state=State.PREVIEWED).order_by("id")
    }
    if code in waiting:
        return waiting[code]
    settled = ImportRun.objects.get(code=code)
    raise Conflict(_("This list is settled already: %(state)s."), state=State(settled.state).label, code=code)


def _settle(run: ImportRun, state: State, actor: Actor) -> ImportRun:
    settle(run, state, actor.pk, timezone.now())
    spool.clear(run.code)
    return run


def settle(run: ImportRun, state: State, person: Any, moment: datetime.datetime) -> None:
    """Write down (within the caller's transaction) how a run ended, who (their key) asked for it, and when."""
    run.state, run.settled_at, run.settled_by_id = state, moment, person
    # Nobody chooses any more what the columns mean.
    for column in run.mapping.get("columns", []):
        column["samples"] = []
    run.save()


def _check_date(day: datetime.date | None) -> None:
    if day is not None and not EARLIEST <= day <= timezone.localdate() + datetime.timedelta(days=1):
        raise BadInput(
            _("The date of decommissioning lies in the future or before 1990. Correct the year."),
            field="decommissioned_on",
        )


def _check_act(run: ImportRun) -> None:
    if not run.counts["without_act"] or (run.act_reference and run.decommissioned_on):
        return
    lacking = run.rows.filter(fate="new", lacks_act=True).order_by("line")
    for row in lacking:
        for name, given in (("act_reference", run.act_reference), ("decommissioned_on", run.decommissioned_on)):
            if not given and not row.values.get(name):
                raise BadInput(
                    _("Line %(line)s names no act or no date of decommissioning. Give both for the whole list."),
                    line=row.line,
                    field=name,
                )


def _save(run: ImportRun) -> None:
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:
        raise Conflict(_("Somebody is uploading this very file just now. Try again in a moment.")) from None
