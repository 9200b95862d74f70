"""A list of counts into the stock-take that is open: beside the books, counted by the scan itself, taken back."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from imports.bearers import bearers, device_of_row
from imports.comparing import Beside, Compared, Judge, Progress, problem_of
from imports.kinds.cells import moment_words
from imports.kinds.counts import CountedDevice
from imports.models import Fate, ImportRun
from imports.queries import batches
from inventory.devices.models import Device
from inventory.errors import Conflict, Refusal, told
from inventory.lifecycle import Actor, Status
from inventory.scanning.commands import Sighting, count_all, turn_of, uncount
from inventory.scanning.models import ActName, ScanSession
from inventory.scanning.queries import counted_in, expected_of
from inventory.scanning.stocktake import group_of

# Marks of scans are made of the run and the line: the same list applied twice is the same scans.
_MARKS = uuid.UUID("6f7c1b0e-5c0f-4a43-9a0e-0f0c52a7d1b4")


def judge_counts(rows: Sequence[CountedDevice], headings: Mapping[str, str], beside: Beside) -> Judge:
    """What counting would do with the rows of a batch: found, misplaced, unexpected, counted already, or a problem."""
    found = bearers(rows)
    open_ones = _open_stocktakes()
    pks = {device.pk for devices in found.values() for device in devices}
    expected = {session.pk: expected_of(session, pks) for session in open_ones}
    turns: dict[int, int | Refusal | None] = {one.pk: _turn(one, beside.actor) for one in open_ones}
    counted = {
        one.pk: counted_in(one, pks, turn if isinstance(turn := turns[one.pk], int) else None) for one in open_ones
    }

    def judged(row: CountedDevice) -> Compared:
        device = device_of_row(row, found, headings)
        if isinstance(device, Compared):
            return device
        session = _session_of(row, open_ones, headings)
        if isinstance(session, Compared):
            return session
        turn = turns[session.pk]
        wrong = _moment(row, session, headings) or _counter(row, session, turn, headings)
        if wrong:
            return wrong
        if row.seen == "no" or ("seen" in headings and not row.seen):
            words = str(_("Not seen: it stays “not scanned”, no loss until the stock-take is closed."))
            return Compared(Fate.UNCHANGED, device.tag, notices=(*row.notices, words), result="not_seen")
        if device.pk in counted[session.pk]:
            return Compared(Fate.UNCHANGED, device.tag, notices=row.notices, result="counted")
        return _to_count(row, device, session, device.pk in expected[session.pk])

    return judged


def enter_counts(run: ImportRun, actor: Actor, progress: Progress) -> None:
    """Scan every row that counts, into its stock-take; `progress` is told how many are done.

    Refuses (Conflict) when a stock-take was closed, or a device cannot be counted, since the preview; and somebody else
    than who brought it in, where two count.
    """
    done = 0
    for rows in batches(run, Fate.CHANGED, "tag", "values"):
        seen: defaultdict[str, dict[int, Sighting]] = defaultdict(dict)
        for line, tag, values in rows:
            said = values.get("counted_at")
            moment = datetime.datetime.fromisoformat(said) if said else None
            seen[values["session"]][line] = Sighting(tag, _mark(run, line), moment)
        two = ScanSession.objects.filter(code__in=list(seen), counters=2)
        if actor.pk != run.uploaded_by_id and two.exists():
            raise Conflict(_("Two people count there: whoever brought this list in applies it."))
        for code, sightings in seen.items():
            _count(code, sightings, actor)
        done += len(rows)
        progress(done)


def _count(code: str, sightings: Mapping[int, Sighting], actor: Actor) -> None:
    """Scan what stands on these lines into one stock-take. Refuses (Conflict), naming the first that cannot be."""
    refused = count_all(code, list(sightings.values()), actor=actor)
    if not refused:
        return
    why = {row.client_id: row.why for row in refused}
    line = next(line for line, one in sightings.items() if one.mark in why)
    raise Conflict(
        _("Line %(line)s cannot be counted any more, so nothing was counted. Upload the file again. %(why)s"),
        line=line,
        why=told(why[sightings[line].mark]),
    )


def take_back_counts(run: ImportRun, actor: Actor, progress: Progress) -> None:
    """Count nothing of this list any more. Refuses (Conflict) once its stock-take is closed."""
    done = 0
    for rows in batches(run, Fate.CHANGED, "values"):
        marks: defaultdict[str, list[uuid.UUID]] = defaultdict(list)
        for line, values in rows:
            marks[values["session"]].append(_mark(run, line))
        for code, scans in marks.items():
            uncount(code, scans, actor=actor)
        done += len(rows)
        progress(done)


def _mark(run: ImportRun, line: int) -> uuid.UUID:
    return uuid.uuid5(_MARKS, f"{run.code}:{line}")


def _open_stocktakes() -> list[ScanSession]:
    found = ScanSession.objects.filter(act=ActName.COUNT, closed_at__isnull=True)
    return list(found.select_related("location").order_by("id"))


def _turn(session: ScanSession, actor: Actor | None) -> int | Refusal | None:
    """Which of those who count the reader of the list is; None where nobody in particular reads it."""
    if actor is None:
        return None
    try:
        return turn_of(session, actor)
    except Refusal as refusal:
        return refusal


def _session_of(
    row: CountedDevice, open_ones: list[ScanSession], headings: Mapping[str, str]
) -> ScanSession | Compared:
    here = [one for one in open_ones if not row.place or (one.location and one.location.code == row.place)]
    if len(here) == 1:
        return here[0]
    mend = str(_("Begin a stock-take there under “Scanning”, or correct the place."))
    if not open_ones:
        message, mend = _("No stock-take is open."), str(_("Begin one under “Scanning”, then upload the list again."))
    elif not here:
        message = _("No stock-take is open at “%(place)s”.")
    elif row.place:
        message, mend = _("Several stock-takes are open at “%(place)s”."), str(_("Close all but one of them."))
    else:
        message = _("Several stock-takes are open, and the row names no place: %(places)s.")
        mend = str(_("Add a column “Place” with the code of the place."))
    places = ", ".join(str(one.location.code) for one in open_ones if one.location)
    said = str(message) % {"place": row.place, "places": places}
    return problem_of(row, headings.get("place", ""), said, mend)


def _moment(row: CountedDevice, session: ScanSession, headings: Mapping[str, str]) -> Compared | None:
    if row.counted_at is None or row.counted_at >= session.opened_at.replace(second=0, microsecond=0):
        return None
    facts = {"moment": moment_words(session.opened_at.isoformat())}
    message = str(_("It was counted before the stock-take began: %(moment)s.")) % facts
    mend = str(_("Correct the moment, or remove the row."))
    return problem_of(row, headings.get("counted_at", ""), message, mend)


def _counter(
    row: CountedDevice, session: ScanSession, turn: int | Refusal | None, headings: Mapping[str, str]
) -> Compared | None:
    if isinstance(turn, Refusal):
        return problem_of(row, "", str(turn), str(_("Let one of the two who count bring in their own list.")))
    if not row.counter or turn is None or int(row.counter) == turn:
        return None
    if session.counters == 1:
        message, mend = _("One person counts in this stock-take."), _("Leave the counter empty.")
    else:
        message = _("Each of the two who count brings in their own list, and you are person %(turn)s.")
        mend = _("Remove the rows of the other person, or leave the counter empty.")
    return problem_of(row, headings.get("counter", ""), str(message) % {"turn": turn}, str(mend))


def _to_count(row: CountedDevice, device: Device, session: ScanSession, expected: bool) -> Compared:
    stood = device.location.code if device.location else ""
    place = session.location.code if session.location else ""
    group = group_of(session, expected, {"status": device.status, "stood": stood})
    changes = {"place": (stood, place)} if group == "misplaced" else {}
    notices = row.notices
    if group == "unexpected":
        words = str(_("The books say “%(status)s”. It is counted, and settled when the stock-take is closed."))
        notices = (*notices, words % {"status": str(Status(device.status).label)})
    elif group == "misplaced":
        notices = (*notices, str(_("It is moved here when the stock-take is closed.")))
    if not row.place:
        notices = (*notices, str(_("Counted in the stock-take of %(place)s.")) % {"place": place})
    return Compared(Fate.CHANGED, device.tag, changes, notices=notices, result=group, more={"session": session.code})
