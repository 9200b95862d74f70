"""A staged list into the tables of devices, and back out of them, within the transaction of whoever calls."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from imports.comparing import Progress, differing
from imports.counting import enter_counts, take_back_counts
from imports.inspecting import enter_inspections
from imports.models import Fate, ImportRun, StagedRow
from imports.proving import keep_results
from imports.queries import Known, batches, known_devices
from imports.staging import BATCH, day_of
from inventory.associations.commands import register_association
from inventory.devices.commands import declare_list, quarantine, receive
from inventory.devices.corrections import correct_list
from inventory.devices.entrance import Announced
from inventory.devices.steps import take_all
from inventory.errors import Conflict
from inventory.ledger.rows import change_rows
from inventory.lifecycle import Actor

Staged = tuple[int, int, str, dict[str, Any]]  # id, line, tag meant, values


def enter_rows(run: ImportRun, actor: Actor, progress: Progress = lambda _done: None) -> None:
    """Do what the list says, as its kind has it, an entry in the ledger for each thing changed, in flat memory.

    Devices to collect: the new ones are declared and the known ones corrected. `progress` is told how many are done.
    Refuses (Conflict) when a device was entered or changed since the preview; as `declare_list` and `correct_list` do.
    """
    if run.kind in _ENTERING:
        _ENTERING[run.kind](run, actor, progress)
        return
    done = 0
    for rows in _batches(run, Fate.NEW):
        announced = [_announced(values, run) for _pk, _line, _tag, values in rows]
        _check_still_new(announced)
        meant = [tag for _pk, _line, tag, _values in rows]
        tags = declare_list(announced, actor=actor, list_sha256=run.sha256, meant=meant)
        # Hardly ever any: somebody else was given the tag since the list was read.
        others = [(row[0], tag) for row, tag in zip(rows, tags, strict=True) if row[2] != tag]
        change_rows(StagedRow, ("tag",), others)
        done += len(rows)
        progress(done)
    _correct(run, actor, progress, done)


def _correct(run: ImportRun, actor: Actor, progress: Progress, done: int, *, back: bool = False) -> None:
    """Set what the known devices of a list are to be, or (`back`) were before it."""
    before, after = (1, 0) if back else (0, 1)
    for rows in _changed(run):
        known = known_devices((), tags=[tag for tag, _changes in rows])
        for tag, changes in rows:
            _check_unchanged(tag, known.get(("tag", tag)), {name: pair[before] for name, pair in changes.items()})
        facts = {tag: {name: _value(name, pair[after]) for name, pair in changes.items()} for tag, changes in rows}
        correct_list(facts, actor=actor, list_sha256=run.sha256)
        done += len(rows)
        progress(done)


def receive_rows(run: ImportRun, actor: Actor, progress: Progress) -> None:
    """Take every device of the list into the warehouse, where its row says. Refuses as `receive` does."""
    done = 0
    for rows in batches(run, Fate.CHANGED, "tag", "values"):
        for _line, tag, values in rows:
            receive(tag, actor=actor, location=values["location"])
            if values.get("condition") == "dangerous_battery":
                quarantine(tag, actor=actor, reason="dangerous_battery")
        done += len(rows)
        progress(done)


def register_rows(run: ImportRun, actor: Actor, progress: Progress) -> None:
    """Register every new association; its eligibility is still to be decided. Refuses as `register_association`."""
    done = 0
    for rows in batches(run, Fate.NEW, "pk", "values"):
        for _line, pk, values in rows:
            said = {name: values.get(name, "") for name in _REGISTERED}
            run.rows.filter(pk=pk).update(tag=register_association(actor=actor, **said).code)
        done += len(rows)
        progress(done)


_REGISTERED = (
    *("name", "legal_form", "official_language", "enterprise_number"),
    *("street", "postcode", "municipality"),
)
_ENTERING: dict[str, Callable[[ImportRun, Actor, Progress], None]] = {
    "receive": receive_rows,
    "associations": register_rows,
    "count": enter_counts,
    "evidence": keep_results,
    "inspect": enter_inspections,
}
_TAKING_BACK: dict[str, Callable[[ImportRun, Actor, Progress], None]] = {"count": take_back_counts}


def take_back_rows(run: ImportRun, actor: Actor, progress: Progress = lambda _done: None) -> None:
    """Withdraw what the list entered and set back what it corrected, or as its kind has it.

    Refuses (Conflict) as soon as something has happened with one of the devices since.
    """
    if run.kind in _TAKING_BACK:
        _TAKING_BACK[run.kind](run, actor, progress)
        return
    done, last = 0, 0
    entered = run.rows.filter(fate=Fate.NEW).order_by("line").values_list("line", "tag")
    while some := list(entered.filter(line__gt=last)[:BATCH]):
        last = some[-1][0]
        take_all([tag for _line, tag in some], "withdraw", actor=actor, facts={"list": run.sha256}, seq=1)
        done += len(some)
        progress(done)
    _correct(run, actor, progress, done, back=True)


def _batches(run: ImportRun, fate: Fate) -> Iterator[list[Staged]]:
    last = 0
    # As text: the field's own way from JSON costs more than reading the row.
    rows = run.rows.filter(fate=fate).order_by("line").values_list("id", "line", "tag", Cast("values", TextField()))
    while batch := [(*row, orjson.loads(values)) for *row, values in rows.filter(line__gt=last)[:BATCH]]:
        yield batch
        last = batch[-1][1]


def _changed(run: ImportRun) -> Iterator[list[tuple[str, dict[str, list[str]]]]]:
    last = 0
    rows = run.rows.filter(fate=Fate.CHANGED).order_by("line").values_list("line", "tag", Cast("changes", TextField()))
    while batch := list(rows.filter(line__gt=last)[:BATCH]):
        yield [(tag, orjson.loads(changes)) for _line, tag, changes in batch]
        last = batch[-1][0]


def _announced(values: dict[str, Any], run: ImportRun) -> Announced:
    weight = values.get("weight_kg", "")
    values["act_reference"] = values.get("act_reference") or run.act_reference
    values["decommissioned_on"] = day_of(values.get("decommissioned_on", "")) or run.decommissioned_on
    values["weight_kg"] = Decimal(weight) if weight else None
    return Announced(**values)


def _value(name: str, text: str) -> str | Decimal | datetime.date | None:
    """A staged text as its column keeps it."""
    if name == "weight_kg":
        return Decimal(text) if text else None
    return day_of(text) if name == "decommissioned_on" else text


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


def _check_unchanged(tag: str, known: Known | None, expected: dict[str, str]) -> None:
    if known is None or differing(known, expected):
        raise Conflict(
            _("%(tag)s is no longer as this list knew it, so nothing was changed. Upload the file again."), tag=tag
        )
