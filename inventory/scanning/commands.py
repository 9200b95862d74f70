"""Every write of a scanning session: open it, scan, undo the last, close it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.associations.queries import request_of
from inventory.collection.arrivals import arrive_in_container
from inventory.collection.commands import locked_manifest, must_be
from inventory.collection.models import Manifest
from inventory.collection.queries import manifest_of_crate, under_way_elsewhere
from inventory.devices.categories import GRADES
from inventory.devices.commands import location_named
from inventory.devices.containers.models import Container
from inventory.devices.containers.queries import container_scanned, lying_in
from inventory.devices.gatekeepers import require
from inventory.devices.models import Device
from inventory.devices.queries import scanned
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, Refusal, RuleBroken
from inventory.ledger.rows import among
from inventory.lifecycle import Actor, Word
from inventory.scanning.acts import ACTS, Act, act_named
from inventory.scanning.cards import read_card
from inventory.scanning.models import ActName, ExpectedDevice, Outcome, ScanRow, ScanSession
from inventory.scanning.queries import acts_of, counted_in, standing_at

# Clocks of a phone and of the server differ; a moment this much ahead is still now.
_SLACK = dt.timedelta(minutes=5)


@transaction.atomic
def open_session(
    act: str,
    *,
    actor: Actor,
    location: str = "",
    grade: str = "",
    request: str = "",
    manifest: str = "",
    counters: int = 1,
    code: str = "",
) -> ScanSession:
    """Choose an act and what it asks for, before the first scan.

    `manifest` is the number of a delivery that is scanned in: it is received at its destination, and whoever else scans
    it in joins the session that is open. `code` (ten hexadecimal figures) is a phone's own, made off line: the same
    opened again is the same session.
    Refuses: NotAllowed; BadInput (act, grade, counters, code); NotFound (location, request, manifest); Conflict (the
    code is another session's, the manifest is not under way).
    """
    chosen = act_named(act)
    require(actor, chosen.needs)
    if code and not re.fullmatch("[0-9a-f]{10}", code):
        raise BadInput(_("The code of a session is ten figures from 0 to f."), field="code")
    if counters not in (1, 2):
        raise BadInput(_("One or two people count."), field="counters")
    if "grade" in chosen.asks and grade not in GRADES:
        raise BadInput(_("Choose a grade from A to D."), field="grade", grade=grade)
    delivery = _delivery(manifest, chosen)
    if delivery is not None:
        location = delivery.destination.code
    facts: dict[str, Any] = {
        "act": chosen.name.value,
        "manifest": delivery,
        "location": location_named(location) if "location" in chosen.asks else None,
        "grade": grade if "grade" in chosen.asks else "",
        "request": request_of(request, actor) if "request" in chosen.asks else None,
        "counters": counters if chosen.name is ActName.COUNT else 1,
    }
    kept = ScanSession.objects.filter(code=code).first() if code else None
    if kept is not None:
        if kept.opened_by_id != actor.pk or any(getattr(kept, name) != value for name, value in facts.items()):
            raise Conflict(_("This code is another session's. Begin a new one."), code=code, field="code")
        return kept
    if delivery is not None:
        must_be(delivery, "under_way")
        begun = ScanSession.objects.filter(manifest=delivery, closed_at__isnull=True).first()
        if begun is not None:
            return begun
    given = {"code": code} if code else {}
    session = ScanSession.objects.create(**facts, **given, opened_by_id=actor.pk, opened_at=timezone.now())
    if chosen.name is ActName.COUNT:
        rows = standing_at(session.location).values_list("pk", "seq")
        ExpectedDevice.objects.bulk_create(
            (ExpectedDevice(session=session, device_id=pk, seq=seq) for pk, seq in rows.iterator()), batch_size=2000
        )
    return session


@transaction.atomic
def scan(
    code: str,
    text: str,
    *,
    actor: Actor,
    client_id: uuid.UUID | None = None,
    occurred_at: dt.datetime | None = None,
    seal: str = "",
) -> ScanRow:
    """Do the session's act with what was scanned; a refusal of the device is a row with its reason, not an error.

    `seal`: of a crate that is scanned in, the number on its seal as it was read.
    The same `client_id` again is the same row, and nothing is done twice; with another text or session the answer is
    a row that is not kept, and says so. Refuses: NotAllowed; NotFound (session).
    """
    session = _locked(code, actor)
    act = ACTS[session.act]
    require(actor, act.needs)
    now = timezone.now()
    row = ScanRow(
        session=session,
        client_id=client_id or uuid.uuid4(),
        text=text.strip()[:200],
        scanned_by_id=actor.pk,
        occurred_at=occurred_at or now,
        recorded_at=now,
    )
    kept = ScanRow.objects.filter(client_id=row.client_id).select_related("device", "session").first()
    if kept is not None:
        if (kept.session_id, kept.text, kept.scanned_by_id) == (session.pk, row.text, actor.pk):
            return kept
        return _refused(row, Conflict(_("This scan's mark was used for another scan. Scan it again."), field="id"))
    try:
        with transaction.atomic():
            _do(row, act, actor, seal)
    except Refusal as refusal:
        _refused(row, refusal)
    row.save()
    return row


@dataclass(frozen=True, slots=True)
class Sighting:
    """A device that was seen at a stock-take: its tag, the mark of the scan, and when, if not now."""

    tag: str
    mark: uuid.UUID
    occurred_at: dt.datetime | None = None


@transaction.atomic
def count_all(code: str, seen: Sequence[Sighting], *, actor: Actor) -> list[ScanRow]:
    """Scan some hundreds of devices into a stock-take, in order; the rows are those `scan` would make, one by one.

    What is plain is written together, and what is not goes the way of a single scan. Returns the scans that were
    refused. Refuses: NotAllowed; NotFound (session); Conflict (it is no stock-take).
    """
    session = _locked(code, actor)
    require(actor, ACTS[session.act].needs)
    if session.act != ActName.COUNT:
        raise Conflict(_("This session is no stock-take."))
    now = timezone.now()
    found = Device.objects.filter(among("tag", {one.tag for one in seen}), merged_into__isnull=True)
    devices = {one.tag: one for one in found.select_related("location")}
    marks = set(ScanRow.objects.filter(client_id__in=[one.mark for one in seen]).values_list("client_id", flat=True))
    turn = _turn_or_none(session, actor)
    counted = set(counted_in(session, {one.pk for one in devices.values()}, turn))
    rows: list[ScanRow] = []
    refused = []
    for one in seen:
        device, moment = devices.get(one.tag), one.occurred_at or now
        timely = session.closed_at is None and moment <= now + _SLACK
        if device and turn and timely and one.mark not in marks and not read_card(one.tag):
            rows.append(_counted(session, one, device, turn, device.pk in counted, moment, now, actor))
            counted.add(device.pk)
            marks.add(one.mark)
            continue
        # It shall find those before it.
        ScanRow.objects.bulk_create(rows, batch_size=500)
        rows = []
        row = scan(code, one.tag, actor=actor, client_id=one.mark, occurred_at=one.occurred_at)
        marks.add(one.mark)
        refused += [row] if row.outcome == Outcome.REFUSED else []
        if row.device_id and row.outcome == Outcome.DONE:
            counted.add(row.device_id)
    ScanRow.objects.bulk_create(rows, batch_size=500)
    return refused


@transaction.atomic
def undo_last(code: str, *, actor: Actor) -> ScanRow:
    """Undo this person's last scan of the session, by the law's own way back; the row stays, marked as undone.

    Refuses: NotAllowed; NotFound; Conflict (nothing to undo, or something happened with the device since); RuleBroken
    (the act has no way back), and as the command does.
    """
    session = open_and_locked(code, actor)
    act = ACTS[session.act]
    rows = session.rows.filter(scanned_by_id=actor.pk, undone_at__isnull=True).select_related("device", "session")
    row = rows.order_by("-id").first()
    if row is None or row.outcome != Outcome.DONE:
        raise Conflict(_("Your last scan changed nothing: there is nothing to undo."))
    if act.undo is None or row.device is None:
        raise RuleBroken(act.no_way_back or "")
    if row.facts.get("from_location") == "":
        raise RuleBroken(_("%(tag)s stood at no known place before. Move it where it belongs."), tag=row.device.tag)
    if session.act != ActName.COUNT and row.device.seq != row.facts["seq"]:
        raise Conflict(_("Something has happened with %(tag)s since. Look at it first."), tag=row.device.tag)
    act.undo(row, row.device, actor)
    row.undone_at = timezone.now()
    row.save(update_fields=["undone_at"])
    return row


@transaction.atomic
def close_session(code: str, *, actor: Actor) -> ScanSession:
    """End a session: its list is final. Refuses: NotAllowed; NotFound; Conflict (closed already, or a stock-take)."""
    session = open_and_locked(code, actor)
    if session.act == ActName.COUNT:
        raise Conflict(_("A stock-take is closed by settling its difference."))
    session.closed_at, session.closed_by_id = timezone.now(), actor.pk
    session.save(update_fields=["closed_at", "closed_by"])
    return session


@transaction.atomic
def uncount(code: str, marks: Collection[uuid.UUID], *, actor: Actor) -> int:
    """Take back these scans (by their `client_id`) of a stock-take; the rows stay, marked. Returns how many.

    Refuses: NotAllowed; NotFound; Conflict (it is closed, or no stock-take).
    """
    session = open_and_locked(code, actor)
    if session.act != ActName.COUNT:
        raise Conflict(_("This session is no stock-take."))
    wanted, now, count = list(marks), timezone.now(), 0
    for start in range(0, len(wanted), 500):
        rows = session.rows.filter(client_id__in=wanted[start : start + 500], undone_at__isnull=True)
        count += rows.filter(outcome=Outcome.DONE).update(undone_at=now)
    return count


def open_and_locked(code: str, actor: Actor) -> ScanSession:
    """A session that may still be changed by this person, locked by the caller's transaction.

    Refuses: NotAllowed; NotFound; Conflict (it is closed).
    """
    session = _locked(code, actor)
    require(actor, ACTS[session.act].needs)
    if session.closed_at:
        raise Conflict(_("This session is closed. Begin a new one."))
    return session


def _delivery(number: str, chosen: Act) -> Manifest | None:
    if not number:
        return None
    if chosen.name is not ActName.RECEIVE:
        raise BadInput(_("Only what is received comes with a delivery."), field="manifest")
    return locked_manifest(number)


def _do(row: ScanRow, act: Act, actor: Actor, seal: str) -> None:
    session = row.session
    _timely(row)
    if read_card(row.text):
        raise BadInput(_("This is a mode card. It opens a session of its own."), field="text", why="card")
    crate = container_scanned(row.text)
    if crate is not None:
        _do_crate(row, crate, actor, seal)
        return
    found = scanned(row.text, actor)
    if found.medium:
        raise BadInput(
            _("This is a storage medium. Scan the label of the device."), field="text", code=found.medium.code
        )
    if found.free_tag:
        raise NotFound(
            _("This label is on no device yet. Register the device it is stuck on."), free_tag=found.free_tag
        )
    if found.device is None:
        raise found.refusal or NotFound(_("No device bears the tag %(tag)s."), tag=row.text)
    device = row.device = found.device
    row.turn = turn_of(session, actor)
    row.facts = _facts(session, device)
    if session.rows.filter(device=device, turn=row.turn, outcome=Outcome.DONE, undone_at__isnull=True).exists():
        row.outcome = Outcome.AGAIN
        row.facts["twice"] = True
        return
    if act.already(device, session):
        row.outcome = Outcome.AGAIN
        return
    done = act.do(device, session, actor, row.occurred_at)
    row.outcome = Outcome.DONE
    row.facts["seq"] = done.seq


def _do_crate(row: ScanRow, crate: Container, actor: Actor, seal: str) -> None:
    """A crate or pallet of the delivery that is scanned in arrives whole; for any other act it is no device."""
    session = row.session
    row.container = crate
    if session.manifest is None:
        travels = manifest_of_crate(crate)
        facts = {"container": crate.code, "number": travels.number if travels else ""}
        if session.act == ActName.RECEIVE and travels is not None:
            raise RuleBroken(
                _("This is a crate of collection %(number)s. Receive it with “Scan them in” there."), **facts
            )
        raise RuleBroken(
            _("This is a crate or pallet, no device. Scan what lies in it, or move it whole on its own page."), **facts
        )
    before = session.manifest.containers.filter(container=crate, arrived_at__isnull=False)
    row.outcome = Outcome.AGAIN if before.exists() else Outcome.DONE
    whole = arrive_in_container(session.manifest, crate, actor=actor, read=seal, occurred_at=row.occurred_at)
    row.facts = {"opened": not whole, "inside": lying_in(crate).count()}


def _facts(session: ScanSession, device: Device) -> dict[str, Any]:
    facts: dict[str, Any] = {"from_location": device.location.code if device.location else ""}
    if session.manifest is not None:
        elsewhere = under_way_elsewhere(device, session.manifest)
        facts |= {} if elsewhere is None else {"unexpected": True, "elsewhere": elsewhere}
    if session.act in (ActName.COUNT, ActName.READY):
        # There is no place to go back to, and none is needed.
        facts = {"stood": facts["from_location"], "status": device.status}
    return facts


def _timely(row: ScanRow) -> None:
    closed = row.session.closed_at
    if row.occurred_at > row.recorded_at + _SLACK:
        raise BadInput(_("That moment is still to come. Check the date and time."), field="occurred_at")
    # What was scanned off line before the session was closed still counts; a stock-take is settled for good.
    if closed and (row.session.act == ActName.COUNT or row.occurred_at > closed):
        raise Conflict(_("This session is closed. Begin a new one and scan it again."))


def turn_of(session: ScanSession, actor: Actor) -> int:
    """Which of those who count at a stock-take this person is, 1 or 2. Refuses (Conflict) a third."""
    if session.counters == 1:
        return 1
    own = session.rows.filter(scanned_by_id=actor.pk, device__isnull=False).order_by("id").first()
    if own:
        return own.turn
    taken = session.rows.filter(device__isnull=False).values("turn").distinct().count()
    if taken >= session.counters:
        raise Conflict(_("Two people count here already."))
    return taken + 1


def _turn_or_none(session: ScanSession, actor: Actor) -> int | None:
    try:
        return turn_of(session, actor) if actor.holds(Word.READ_DEVICES) else None
    except Conflict:
        return None


def _counted(
    session: ScanSession,
    one: Sighting,
    device: Device,
    turn: int,
    twice: bool,
    moment: dt.datetime,
    now: dt.datetime,
    actor: Actor,
) -> ScanRow:
    return ScanRow(
        session=session,
        client_id=one.mark,
        text=one.tag,
        device=device,
        turn=turn,
        outcome=Outcome.AGAIN if twice else Outcome.DONE,
        facts=_facts(session, device) | ({"twice": True} if twice else {"seq": device.seq}),
        scanned_by_id=actor.pk,
        occurred_at=moment,
        recorded_at=now,
    )


def _refused(row: ScanRow, refusal: Refusal) -> ScanRow:
    row.outcome = Outcome.REFUSED
    row.why = refusal.plain()
    return row


def _locked(code: str, actor: Actor) -> ScanSession:
    # Before the session is looked for: who may not scan at all learns nothing of which there are.
    if not acts_of(actor):
        raise NotAllowed(_("Your role does no work by scanning. Ask somebody whose role does."))
    session = ScanSession.objects.select_for_update().filter(code=code).first()
    if session is None:
        raise NotFound(_("There is no scanning session %(session)s."), session=code)
    return session
