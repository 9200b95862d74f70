"""From a file to devices: read it, stage it for a preview, apply it wholly or not at all."""

from __future__ import annotations

import copy
import datetime
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imports.columns import EARLIEST
from imports.comparing import KnownDevices, compared, known_of, values_of
from imports.listed import ListedDevice, Problem, Reading
from imports.models import Fate, ImportRun, StagedRow, State
from imports.queries import known_devices
from imports.readers.opening import AT_ONCE, Limits, Table, read_table
from imports.sources import read_list
from inventory.devices.commands import declare_list
from inventory.devices.entrance import Announced
from inventory.devices.gatekeepers import require
from inventory.errors import BadFile, BadInput, Conflict, NotFound
from inventory.lifecycle import Actor, Word

KIND = "declare"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was read: its fingerprint and what it says, not its bytes."""

    sha256: str
    name: str
    size_bytes: int
    table: Table
    reading: Reading


def read_upload(file: BinaryIO, name: str, *, source: str | None = None, limits: Limits = AT_ONCE) -> Upload:
    """Read a list from an uploaded file; takes no lock and writes nothing, so it may take its time.

    Refuses: BadFile (not a list, or too large); BadInput (no column with numbers of devices, unknown source).
    """
    data = file.read(limits.bytes + 1)
    if len(data) > limits.bytes:
        raise BadFile(
            _("The file is larger than %(limit)s megabytes. Split the list into several files."),
            limit=limits.bytes // 1_000_000,
            field="file",
        )
    table = read_table(data, name, limits)
    reading = read_list(table, source or None, KIND)
    # A browser may send a path; only its last part is a name, and only printable signs of it.
    bare = "".join(sign for sign in PurePosixPath(name.replace("\\", "/")).name if sign.isprintable())
    return Upload(hashlib.sha256(data).hexdigest(), bare[:255] or "list", len(data), table, reading)


@transaction.atomic
def stage(
    upload: Upload,
    *,
    actor: Actor,
    act_reference: str = "",
    decommissioned_on: datetime.date | None = None,
) -> ImportRun:
    """Keep what a list would do, row by row, for a preview. A file already applied answers with that run.

    A preview of the same file is made anew, since devices may have come meanwhile. Refuses: NotAllowed; BadInput
    (a date of decommissioning before 1990 or to come).
    """
    require(actor, Word.DECLARE)
    _check_date(decommissioned_on)
    present = ImportRun.objects.select_for_update().filter(sha256=upload.sha256, kind=KIND)
    run = present.exclude(state=State.DISCARDED).first()
    if run is not None and run.state == State.APPLIED:
        return run
    run = run or ImportRun(sha256=upload.sha256, kind=KIND)
    run.name, run.size_bytes = upload.name, upload.size_bytes
    run.source = upload.reading.source
    run.written = {key: getattr(upload.table, key) for key in ("kind", "encoding", "delimiter", "sheet")}
    run.mapping = _mapping(upload)
    run.act_reference, run.decommissioned_on = act_reference.strip()[:100], decommissioned_on
    run.uploaded_at, run.uploaded_by_id = timezone.now(), actor.pk
    rows = _staged(upload)
    run.counts = _counts(rows)
    _save(run)
    run.rows.all().delete()
    for row in rows:
        row.run = run
    StagedRow.objects.bulk_create(rows, batch_size=_BATCH)
    return run


@transaction.atomic
def apply(
    code: str,
    *,
    actor: Actor,
    act_reference: str = "",
    decommissioned_on: datetime.date | None = None,
) -> ImportRun:
    """Declare every new device of a staged list in one transaction, one ledger entry each, or none of them.

    `act_reference` and `decommissioned_on` fill the rows that name none. Refuses: NotAllowed; NotFound; Conflict
    (settled already, or a device was entered since the preview); BadInput (rows with problems, no act or date).
    """
    require(actor, Word.DECLARE)
    run = _locked(code)
    run.act_reference = act_reference.strip()[:100] or run.act_reference
    run.decommissioned_on = decommissioned_on or run.decommissioned_on
    _check_date(run.decommissioned_on)
    if run.counts["problem"]:
        raise BadInput(
            _("%(count)s rows have a problem, so nothing was entered. Correct them in the file and upload it again."),
            count=run.counts["problem"],
        )
    rows = list(run.rows.filter(fate=Fate.NEW).order_by("line"))
    announced = [_announced(row, run) for row in rows]
    _check_still_new(announced)
    tags = declare_list(announced, actor=_importing(actor), list_sha256=run.sha256)
    with connection.cursor() as cursor:
        # bulk_update builds one CASE a row: a third of the time of the whole import.
        cursor.executemany(
            "UPDATE imports_stagedrow SET tag = %s WHERE id = %s",
            [(tag, row.pk) for row, tag in zip(rows, tags, strict=True)],
        )
    return _settle(run, State.APPLIED, actor)


@transaction.atomic
def discard(code: str, *, actor: Actor) -> ImportRun:
    """Put a preview aside; its rows are forgotten. Refuses: NotAllowed; NotFound; Conflict (settled already)."""
    require(actor, Word.DECLARE)
    run = _locked(code)
    run.rows.all().delete()
    return _settle(run, State.DISCARDED, actor)


def _locked(code: str) -> ImportRun:
    # Every preview is locked, not only this one: two lists that name the same device are applied one after the other.
    waiting = {
        run.code: run for run in ImportRun.objects.select_for_update().filter(state=State.PREVIEWED).order_by("id")
    }
    if code in waiting:
        return waiting[code]
    settled = ImportRun.objects.filter(code=code).first()
    if settled is None:
        raise NotFound(_("There is no import %(code)s."), code=code)
    raise Conflict(_("This list is settled already: %(state)s."), state=State(settled.state).label, code=code)


def _settle(run: ImportRun, state: State, actor: Actor) -> ImportRun:
    run.state, run.settled_at, run.settled_by_id = state, timezone.now(), actor.pk
    run.save()
    return run


def _check_date(day: datetime.date | None) -> None:
    if day is not None and not EARLIEST <= day <= timezone.localdate() + datetime.timedelta(days=1):
        raise BadInput(
            _("The date of decommissioning lies in the future or before 1990. Correct the year."),
            field="decommissioned_on",
        )


def _mapping(upload: Upload) -> dict[str, Any]:
    mapping, headers = upload.reading.mapping, upload.table.headers
    heaps = ("personal", "ignored", "unrecognised", "doubled")
    return {
        "fields": {field: headers[position] for field, position in mapping.fields.items()},
        **{heap: [heading.text for heading in getattr(mapping, heap) if heading.text] for heap in heaps},
    }


def _save(run: ImportRun) -> None:
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:
        raise Conflict(_("Somebody is uploading this very file just now. Try again in a moment.")) from None


def _staged(upload: Upload) -> list[StagedRow]:
    """Every row of the list with its fate, by comparing with the devices we have."""
    reading, headers = upload.reading, upload.table.headers
    known = known_of(reading.devices)
    headings = {name: headers[position] for name, position in reading.mapping.fields.items()}
    rows = {device.line: _row(device, known, headings) for device in reading.devices}
    for problem in reading.problems:
        row = rows.setdefault(problem.line, StagedRow(line=problem.line, fate=Fate.PROBLEM))
        row.problems.append(_told(problem))
    return [rows[line] for line in sorted(rows)]


def _row(device: ListedDevice, known: KnownDevices, headings: dict[str, str]) -> StagedRow:
    found = compared(device, known, headings)
    values = values_of(device)
    # A device of ours stands in the row by its tag, which is no value to apply.
    values.pop("tag", None)
    return StagedRow(
        line=device.line,
        fate=found.fate,
        values=values,
        tag=found.tag,
        problems=[_told(problem) for problem in found.problems],
        notices=list(found.notices),
    )


def _told(problem: Problem) -> dict[str, str]:
    return {"column": problem.column, "message": problem.message, "mend": problem.mend}


def _counts(rows: list[StagedRow]) -> dict[str, int]:
    counts = {str(fate): sum(row.fate == fate for row in rows) for fate in Fate}
    lacking = sum(
        row.fate == Fate.NEW and not {"act_reference", "decommissioned_on"} <= row.values.keys() for row in rows
    )
    return {"rows": len(rows), **counts, "without_act": lacking}


def _announced(row: StagedRow, run: ImportRun) -> Announced:
    values: dict[str, Any] = dict(row.values)
    day = values.pop("decommissioned_on", "")
    weight = values.pop("weight_kg", "")
    values["act_reference"] = values.get("act_reference") or run.act_reference
    decommissioned_on = datetime.date.fromisoformat(day) if day else run.decommissioned_on
    if not values["act_reference"] or decommissioned_on is None:
        raise BadInput(
            _("Line %(line)s names no act or no date of decommissioning. Give both for the whole list."),
            line=row.line,
            field="act_reference" if not values["act_reference"] else "decommissioned_on",
        )
    return Announced(**values, decommissioned_on=decommissioned_on, weight_kg=Decimal(weight) if weight else None)


def _check_still_new(announced: list[Announced]) -> None:
    known = known_devices((one.inventory_number, one.serial) for one in announced)
    if known:
        raise Conflict(
            _(
                "%(count)s of these devices were entered since the preview, so nothing was entered."
                " Upload the file again to see what is left."
            ),
            count=len({device.tag for device in known.values()}),
        )


def _importing(actor: Actor) -> Actor:
    """The same person, with the channel that the ledger shall name."""
    importing = copy.copy(actor)
    importing.channel = "import"
    return importing
