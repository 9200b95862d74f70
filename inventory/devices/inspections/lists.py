"""Write down what a list of inspections says, many devices at once: as each of them would be, with the same answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from inventory.devices.categories import MEDIUM_KINDS
from inventory.devices.commands import learn_all
from inventory.devices.gatekeepers import require
from inventory.devices.identity import serial_key
from inventory.devices.inspections import Inspection
from inventory.devices.inspections.commands import (
    check_it_is_this_one,
    learnable_from,
    record_listed,
    told_of,
    unlisted_media,
)
from inventory.devices.likely import Ask, likely_among, marks_borne, marks_of
from inventory.devices.media import in_our_hands, list_found
from inventory.devices.models import Device
from inventory.ledger.rows import among
from inventory.lifecycle import PROVEN_CLEAN, Actor, Status, Word


@dataclass(frozen=True, slots=True)
class Listed:
    """One device of a list: its tag, what was seen, and how somebody found that it holds no data, if so."""

    tag: str
    seen: Inspection
    checked_how: str = ""


@transaction.atomic
def record_list(listed: Sequence[Listed], sha256: str, *, actor: Actor) -> None:
    """Take up some hundreds of rows in order, each as `record_listed` would; `sha256`: of the list. Refuses as that.

    Rows of devices that have nothing to do with each other are written together. One that asks for more, or that an
    earlier row may have told something about, goes alone, after those before it.
    """
    require(actor, Word.INSPECT)
    devices = _locked(one.tag for one in listed)
    ask = likely_among(one.seen for one in listed)
    together: list[tuple[Device, Inspection]] = []
    # What the rows so far have told, and what their devices are found by.
    told: set[tuple[str, str]] = set()
    for one in listed:
        device, marks = devices.get(one.tag), marks_of(one.seen)
        if device is not None and not marks & told and _is_plain(device, one):
            _check(device, one, ask)
            together.append((device, one.seen))
        else:
            _write(together, sha256, actor)
            together = []
            # Another than the one with this tag, where that is merged into it.
            device = record_listed(one.tag, one.seen, sha256, actor=actor, checked_how=one.checked_how).device
        told |= marks | marks_borne(device)
        # A device that stands here twice is looked up anew.
        devices.pop(device.tag, None)
    _write(together, sha256, actor)


def _locked(tags: Any) -> dict[str, Device]:
    """The devices that bear these tags as their own and are in play, locked, by tag."""
    found = Device.objects.filter(among("tag", set(tags)), merged_into__isnull=True).order_by("id")
    return {one.tag: one for one in found.select_for_update().prefetch_related("media", "tags", "absorbed")}


def _is_plain(device: Device, one: Listed) -> bool:
    """Whether the row only adds facts and storage media to a device of which nothing else changes by that."""
    if device.no_data_declared_at is not None or (one.checked_how and device.no_data_checked_how != one.checked_how):
        return False
    if Status(device.status) in PROVEN_CLEAN:
        return False
    keys = [key for medium in one.seen.media if (key := serial_key(medium.serial or ""))]
    return len(keys) == len(set(keys)) and all(medium.kind in MEDIUM_KINDS for medium in one.seen.media)


def _check(device: Device, one: Listed, ask: Ask) -> None:
    in_our_hands(device)
    check_it_is_this_one(one.seen, device, ask)


def _write(rows: Sequence[tuple[Device, Inspection]], sha256: str, actor: Actor) -> None:
    if not rows:
        return
    found = [(device, told_of(medium)) for device, seen in rows for medium in unlisted_media(device, seen)]
    learnt = [
        (device, {name: new for name, (_old, new) in learnable_from(device, seen).items()}) for device, seen in rows
    ]
    learn_all(learnt, actor=actor, evidence_sha256=sha256)
    if found:
        list_found(found, actor=actor)
