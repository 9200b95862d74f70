"""A wiping station's table as evidence: each row judged as all evidence is, the file kept whole, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports.comparing import Beside, Compared, Judge, Progress, problem_of
from imports.kinds.results import WipedMedium
from imports.models import Fate, ImportRun
from imports.readers.opening import open_table
from imports.sources import open_list
from inventory.devices.models import Medium
from inventory.documents import spool
from inventory.errors import Conflict, StepRefused
from inventory.lifecycle import Actor, medium_target
from inventory.wiping.commands import record_table
from inventory.wiping.evidence import Verdict
from inventory.wiping.speaking import (
    MOST_FAILURES,
    SUCCESSES,
    medium_of_row,
    operators_named,
    spoken_of,
    verdicts_of_table,
)
from inventory.wiping.unrecorded import Unrecorded


def judge_results(rows: Sequence[WipedMedium], headings: Mapping[str, str], beside: Beside) -> Judge:
    """What each row proves, of which medium, and what it would change; asked of the judge of all evidence."""
    told = [_row(one) for one in rows]
    verdicts = dict(zip((one.line for one in rows), verdicts_of_table(told, "list") if told else (), strict=True))
    operators = operators_named(one.operator for one in rows)
    kept = spoken_of(verdicts.values(), beside.sha256)
    spoken: set[str] = set()
    actor = beside.actor.pk if beside.actor else None

    def judged(row: WipedMedium) -> Compared:
        verdict = verdicts[row.line]
        medium, why = medium_of_row(verdict, _row(row), kept, operators, actor)
        if medium is not None and why is None and medium.code in spoken:
            why = Unrecorded.RECORDED_BEFORE
        if medium is None or why is not None:
            notices = (*row.notices, *_because(verdict, why))
            return Compared(Fate.UNCHANGED, medium.code if medium else "", notices=notices, result=str(verdict.verdict))
        spoken.add(medium.code)
        return _to_record(row, verdict, medium, headings)

    return judged


def keep_results(run: ImportRun, actor: Actor, progress: Progress) -> None:
    """Keep the file as evidence and record what its rows prove, read from the very file.

    Refuses: Conflict (the file is no longer kept, or the rows speak otherwise than in the preview); as `record_table`.
    """
    try:
        with spool.laid(run.code) as archive:
            data = archive.read("list")
    except FileNotFoundError:
        raise Conflict(_("The file is no longer kept, a day after it was read. Upload it again.")) from None
    rows = [_row(one) for one in _rows(run, data)]
    judged = record_table(data, run.name, rows, actor=actor, progress=progress)
    if sum(one.recorded for one in judged) != run.counts["changed"]:
        raise Conflict(
            _(
                "These storage media are no longer as the preview knew them, so nothing was recorded."
                " Upload the file again."
            )
        )


def _rows(run: ImportRun, data: bytes) -> Iterable[WipedMedium]:
    with open_table(data, run.name) as table:
        reader, _found = open_list(table, run.source or None, run.kind, doubles=False, choice=run.choice)
        for position, batch in enumerate(table.batches()):
            if not position:
                reader.look(batch)
            yield from (one.item for one in map(reader.read, batch) if one.item is not None)


def _row(one: WipedMedium) -> dict[str, str]:
    """A row by the names of the evidence's own judge."""
    return {
        "device": one.tag,
        "device_serial": one.device_serial,
        "serial": one.medium_serial,
        "model": one.model,
        "kind": one.medium_kind,
        "method": one.method,
        "result": one.result,
        "verification": one.verification,
        "errors": one.errors,
        "tool": one.tool,
        "version": one.version,
        "operator": one.operator,
        "started_at": one.started_at.isoformat() if one.started_at else "",
        "ended_at": one.ended_at.isoformat() if one.ended_at else "",
    }


def _to_record(row: WipedMedium, verdict: Verdict, medium: Medium, headings: Mapping[str, str]) -> Compared:
    success = verdict.verdict in SUCCESSES
    column = headings.get("medium_serial", "")
    if success and medium.failures >= MOST_FAILURES:
        message = str(_("This storage medium failed three times: destroy it (R-1.7)."))
        return problem_of(row, column, message, str(_("Remove the row, and record the destruction.")), medium.code)
    act = ("sanitise_verified" if verdict.verified else "sanitise") if success else "fail"
    try:
        after = medium_target(act, medium.state)
    except StepRefused as refusal:
        return problem_of(
            row, column, str(refusal), str(_("Remove the row, or look at the storage medium.")), medium.code
        )
    changes = {"state": (medium.state, str(after))} if after != medium.state else {}
    return Compared(Fate.CHANGED, medium.code, changes, notices=row.notices, result=str(verdict.verdict))


def _because(verdict: Verdict, why: Unrecorded | None) -> list[str]:
    said: list[str | Promise] = [why.label] if why else []
    return [str(one) for one in said] + (_quoted(verdict) if why is Unrecorded.PROVES_NOTHING else [])


def _quoted(verdict: Verdict) -> list[str]:
    """The lines that decide, as the judge quotes them."""
    return list(verdict.reasons[:3])
