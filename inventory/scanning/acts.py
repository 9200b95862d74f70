"""What a session can do with a device, as data: who may, what it asks beforehand, which command, and which way back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation.models import Reservation
from inventory.collection.arrivals import note_arrival
from inventory.devices.commands import move, receive
from inventory.devices.gatekeepers import locked
from inventory.devices.models import Device
from inventory.devices.steps import take, take_step
from inventory.errors import BadInput, RuleBroken
from inventory.lifecycle import Actor, Status, Word
from inventory.refurbishment.commands import make_ready
from inventory.scanning.models import ActName, ScanRow, ScanSession

# Moments are the scan's own, never later than it was recorded.
Do = Callable[[Device, ScanSession, Actor, dt.datetime], Device]
Undo = Callable[[ScanRow, Device, Actor], Device]


def _place(session: ScanSession) -> str:
    return session.location.code if session.location else ""


def _receive(device: Device, session: ScanSession, actor: Actor, when: dt.datetime) -> Device:
    received = receive(device.tag, actor=actor, location=_place(session), occurred_at=when)
    note_arrival(received, actor=actor, occurred_at=when, scanned_for=session.manifest)
    return received


def _move(device: Device, session: ScanSession, actor: Actor, when: dt.datetime) -> Device:
    return move(device.tag, actor=actor, location=_place(session), occurred_at=when)


def _wipe(device: Device, _session: ScanSession, actor: Actor, when: dt.datetime) -> Device:
    return take_step(device.tag, "inspect", actor=actor, occurred_at=when)


def _ready(device: Device, session: ScanSession, actor: Actor, when: dt.datetime) -> Device:
    return make_ready(device.tag, actor=actor, grade=session.grade, occurred_at=when)


def _pick(device: Device, session: ScanSession, actor: Actor, when: dt.datetime) -> Device:
    kept = Reservation.objects.filter(device=device, released_at__isnull=True).select_related("line__request").first()
    if kept is None or kept.line.request_id != session.request_id:
        raise RuleBroken(
            _("%(tag)s is reserved for another request: %(reference)s. Put it back.")
            if kept
            else _("%(tag)s is reserved for nobody. Put it back."),
            tag=device.tag,
            reference=kept.line.request.reference if kept else "",
        )
    return move(device.tag, actor=actor, location=_place(session), occurred_at=when)


def _count(device: Device, _session: ScanSession, _actor: Actor, _when: dt.datetime) -> Device:
    return device


def _move_back(row: ScanRow, device: Device, actor: Actor) -> Device:
    return move(device.tag, actor=actor, location=row.facts["from_location"], corrects=row.facts["seq"])


def _rework(row: ScanRow, device: Device, actor: Actor) -> Device:
    return take(locked(device.tag), "rework", actor=actor, facts={"corrects": row.facts["seq"]})


def _uncount(_row: ScanRow, device: Device, _actor: Actor) -> Device:
    return device


def _is(*statuses: Status) -> Callable[[Device, ScanSession], bool]:
    return lambda device, _session: device.status in statuses


def _stands_there(device: Device, session: ScanSession) -> bool:
    return device.location_id is not None and device.location_id == session.location_id


def _never(_device: Device, _session: ScanSession) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `said` and `already_said` may name %(place)s, %(grade)s and %(reference)s."""

    name: ActName
    label: Promise
    lead: Promise
    icon: str
    needs: Word
    # What is chosen once, before the first scan: location, grade, request.
    asks: tuple[str, ...]
    do: Do
    said: Promise
    # Nothing left to do, and no fault in that.
    already: Callable[[Device, ScanSession], bool]
    already_said: Promise
    undo: Undo | None
    no_way_back: Promise | None = None


ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act(
            ActName.RECEIVE,
            _("Receive"),
            _("Take devices into the warehouse at one place."),
            "box",
            Word.RECEIVE,
            ("location",),
            _receive,
            _("Received at %(place)s."),
            _is(Status.RECEIVED),
            _("It was received before."),
            None,
            _("A receipt has no way back. If it is the wrong device, quarantine it with the reason."),
        ),
        Act(
            ActName.MOVE,
            _("Move"),
            _("Put devices on one shelf or into one room."),
            "place",
            Word.STORE,
            ("location",),
            _move,
            _("Moved to %(place)s."),
            _stands_there,
            _("It stands at %(place)s already."),
            _move_back,
        ),
        Act(
            ActName.WIPE,
            _("Start wiping"),
            _("Finish the inspection and send devices to the wiping bench."),
            "disk",
            Word.INSPECT,
            (),
            _wipe,
            _("Ready for the wiping bench."),
            _is(Status.AWAITING_SANITISATION),
            _("It is at the wiping bench already."),
            None,
            _("A finished inspection has no way back. Go on with the wiping bench, or quarantine the device."),
        ),
        Act(
            ActName.READY,
            _("Make ready"),
            _("Put tested devices into stock with one grade."),
            "check",
            Word.REFURBISH,
            ("grade",),
            _ready,
            _("In stock with grade %(grade)s."),
            _is(Status.READY),
            _("It is in stock already."),
            _rework,
        ),
        Act(
            ActName.PICK,
            _("Pick for a hand-over"),
            _("Bring the devices that are reserved for one request to one place."),
            "hands",
            Word.HAND_OVER,
            ("request", "location"),
            _pick,
            _("Picked for %(reference)s, now at %(place)s."),
            _never,
            _("It is picked already."),
            _move_back,
        ),
        Act(
            ActName.COUNT,
            _("Stock-take"),
            _("Count what stands at a place, and settle the difference at the end."),
            "list",
            Word.STORE,
            ("location",),
            _count,
            _("Counted."),
            _never,
            _("Counted."),
            _uncount,
        ),
    )
}


def act_named(name: str) -> Act:
    """The act called `name`. Refuses (BadInput) one that nobody knows."""
    if name not in ACTS:
        raise BadInput(_("There is nothing called '%(act)s' to scan for."), act=name, field="act")
    return ACTS[name]
