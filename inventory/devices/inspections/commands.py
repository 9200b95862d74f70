"""Write down what an inspection file shows: identifiers, memory, and every storage medium not yet listed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from inventory.devices.commands import learn
from inventory.devices.gatekeepers import locked, require
from inventory.devices.identity import serial_key
from inventory.devices.inspections import Inspection, read_inspection
from inventory.devices.media import list_medium
from inventory.devices.models import Device, Medium
from inventory.errors import RuleBroken
from inventory.lifecycle import Actor, Word


@dataclass(frozen=True, slots=True)
class Inspected:
    """What came of an inspection: the device, what was read, the media it added."""

    device: Device
    inspection: Inspection
    added: list[Medium]


@transaction.atomic
def record_inspection(tag: str, data: bytes, name: str, *, actor: Actor, anyway: bool = False) -> Inspected:
    """Take up an inspection file for a device. Media already listed (same serial) are not listed twice.

    The file itself is not kept, only its SHA-256: it may name the machine after its last user.

    A file that lists no medium declares nothing: a person still has to. Refuses: NotAllowed; NotFound; BadFile;
    RuleBroken when the file bears another serial number than the device, unless a person says it is right `anyway`.
    """
    require(actor, Word.INSPECT)
    device = locked(tag)
    seen = read_inspection(data, name)
    if seen.serial and device.serial and serial_key(seen.serial) != device.serial_key and not anyway:
        raise RuleBroken(
            _("The file is of a device with serial %(found)s, but %(tag)s has serial %(known)s. Is it the right one?"),
            tag=device.tag,
            found=seen.serial,
            known=device.serial,
        )
    learn(
        device,
        actor=actor,
        evidence_sha256=hashlib.sha256(data).hexdigest(),
        manufacturer=device.manufacturer or seen.manufacturer,
        model=device.model or seen.model,
        serial=device.serial or seen.serial,
        smbios_uuid=seen.uuid,
        board_serial=seen.board_serial,
        processor=seen.processor,
        memory_mb=seen.memory_bytes // 1_048_576 if seen.memory_bytes else None,
    )
    known = set(device.media.exclude(serial_key="").values_list("serial_key", flat=True))
    unnamed = device.media.filter(serial_key="").count()
    added = []
    for medium in seen.media:
        key = serial_key(medium.serial or "")
        if key in known:
            continue
        if not key and unnamed:
            # Without a serial it cannot be told from the nameless one that is listed already.
            unnamed -= 1
            continue
        added.append(
            list_medium(
                device.tag,
                actor=actor,
                kind=medium.kind,
                serial=medium.serial or "",
                model=medium.model or "",
                capacity_bytes=medium.capacity_bytes,
                interface=medium.interface or "",
            )
        )
    device.refresh_from_db()
    return Inspected(device, seen, added)
