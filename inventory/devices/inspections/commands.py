"""Write down what an inspection file shows, for the device it was told to be of, or that it is found to be of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES, RECOGNITION_REASONS
from inventory.devices.commands import learn, receive, register_found
from inventory.devices.entrance import Announced
from inventory.devices.gatekeepers import locked, require
from inventory.devices.genealogy.commands import in_english, remember_apart
from inventory.devices.identity import serial_key, uuid_key
from inventory.devices.inspections import Inspection, SeenMedium, read_inspection
from inventory.devices.inspections.seen import LISTED
from inventory.devices.likely import Ask, as_inspected, likely_devices
from inventory.devices.matching import Likeness, compare
from inventory.devices.media import declare_no_data, in_our_hands, list_medium, tell_missed
from inventory.devices.models import Device, Medium
from inventory.devices.steps import note
from inventory.errors import BadInput, RuleBroken
from inventory.lifecycle import Actor, Status, Word

LISTING_TOOLS = frozenset({"lshw", "glpi"})


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
    RuleBroken when the file seems to be of another device, with the reasons, unless a person says it is right `anyway`.
    """
    require(actor, Word.INSPECT)
    device = locked(tag)
    seen = read_inspection(data, name)
    likeness = compare(seen, as_inspected(device))
    if not anyway:
        check_it_is_this_one(seen, device)
    elif likeness.contradicts:
        facts = _told(likeness, [], "", fingerprint(data)) | {"decision": "anyway"}
        note(device, "recognise", actor=actor, facts=facts)
    return _write_down(device, seen, fingerprint(data), actor)


@transaction.atomic
def record_listed(tag: str, seen: Inspection, sha256: str, *, actor: Actor, checked_how: str = "") -> Inspected:
    """Take up what a list says of a device as an inspection file would be; `sha256`: of the list.

    `checked_how`: how somebody found that the device holds no data. A list misses no medium that it does not name.
    Refuses: NotAllowed; NotFound; Conflict (not in our hands); BadInput (`checked_how`); RuleBroken (it seems to be of
    another device, or declares no data of a device with storage media).
    """
    require(actor, Word.INSPECT)
    device = locked(tag)
    in_our_hands(device)
    check_it_is_this_one(seen, device)
    done = _write_down(device, seen, sha256, actor)
    if checked_how and done.device.no_data_checked_how != checked_how:
        declare_no_data(tag, actor=actor, checked_how=checked_how)
    return done


@transaction.atomic
def settle_inspection(
    seen: Inspection,
    sha256: str,
    *,
    actor: Actor,
    tag: str = "",
    location: str = "",
    reason: str = "",
    remark: str = "",
) -> Inspected:
    """Take up an inspection for the device a person chose among those it may be of; without `tag` it is a new one.

    A new device is registered as received at `location`, and remembered not to be any of those; one that was only
    announced is received there. The choice stands in the device's history with what the matcher said.

    Refuses: NotAllowed; NotFound; BadInput (no reason, though more than one answer was possible); Conflict (the device
    is not in our hands and no location was given).
    """
    require(actor, Word.INSPECT)
    likely = likely_devices(seen)
    found = device_is_clear(likely)
    if reason not in RECOGNITION_REASONS and not (found and tag and locked(tag).pk == found.pk) and (likely or tag):
        raise BadInput(_("Choose a reason from the list."), field="reason", reason=reason)
    if tag:
        device = locked(tag)
        if location and Status(device.status) in {Status.DECLARED, Status.IN_TRANSIT}:
            device = receive(tag, actor=actor, location=location)
        in_our_hands(device)
        likeness: Likeness | None = compare(seen, as_inspected(device))
    else:
        require(actor, Word.RECEIVE)
        if not location:
            raise BadInput(_("Say where the device stands."), field="location")
        device = register_found(_as_announced(seen), actor=actor, location=location)
        likeness = likely[0][1] if likely else None
    others = [other for other, _likeness in likely if other.pk != device.pk]
    private = {"remark": remark} if remark else None
    facts = _told(likeness, others, reason, sha256) | {"decision": "same" if tag else "new"}
    note(device, "recognise", actor=actor, facts=facts, private=private)
    if not tag:
        for other in others:
            remember_apart(device, other, actor=actor)
    return _write_down(device, seen, sha256, actor)


def fingerprint(data: bytes) -> str:
    """The SHA-256 (hex) by which a file that is not kept is known."""
    return hashlib.sha256(data).hexdigest()


def device_is_clear(likely: list[tuple[Device, Likeness]]) -> Device | None:
    """The one stored device that an inspection saw, when nothing else comes into question."""
    if len(likely) == 1 and likely[0][1].decision == "same":
        return likely[0][0]
    return None


def check_it_is_this_one(seen: Inspection, device: Device, likely: Ask = likely_devices) -> None:
    """Refuse (RuleBroken) an inspection that seems to be of another device than this one, with the reasons.

    `likely`: whom to ask which devices come into question, where that was found out for a whole list.
    """
    likeness = compare(seen, as_inspected(device))
    if seen.serial and device.serial and likeness.contradicts and serial_key(seen.serial) != device.serial_key:
        raise RuleBroken(
            _("The file is of a device with serial %(found)s, but %(tag)s has serial %(known)s. Is it the right one?"),
            tag=device.tag,
            found=seen.serial,
            known=device.serial,
        )
    if likeness.contradicts:
        raise RuleBroken(
            _("The file seems to be of another device than %(tag)s. %(reasons)s Is it the right one?"),
            tag=device.tag,
            reasons=" ".join(map(str, likeness.reasons)),
        )
    others = [(other, found) for other, found in likely(seen) if other.pk != device.pk]
    if likeness.decision != "same" and others and others[0][1].decision == "same":
        other, found = others[0]
        raise RuleBroken(
            _("The file seems to be of %(other)s, not of %(tag)s. %(reasons)s Is it the right one?"),
            tag=device.tag,
            other=other,
            reasons=" ".join(map(str, found.reasons)),
        )


def _told(likeness: Likeness | None, others: list[Device], reason: str, sha256: str) -> dict[str, Any]:
    return {
        "likeness": in_english(likeness) if likeness else [],
        "confidence_percent": likeness.percent if likeness else 0,
        "others": [other.tag for other in others],
        "reason": reason,
        "file": sha256,
    }


def _as_announced(seen: Inspection) -> Announced:
    return Announced(
        category=seen.category if seen.category in CATEGORIES else "other",
        manufacturer=seen.manufacturer[:100],
        model=seen.model[:150],
        serial=(seen.serial or "")[:100],
    )


def _write_down(device: Device, seen: Inspection, sha256: str, actor: Actor) -> Inspected:
    learnt = {name: new for name, (_old, new) in learnable_from(device, seen).items()}
    learn(device, actor=actor, evidence_sha256=sha256, **learnt)
    added = [list_medium(device.tag, actor=actor, **told_of(medium)) for medium in unlisted_media(device, seen)]
    _tell_missed(device, seen, sha256, actor)
    device.refresh_from_db()
    return Inspected(device, seen, added)


def told_of(medium: SeenMedium) -> dict[str, Any]:
    """What an inspection tells of a storage medium, by the names of its facts."""
    return {
        "kind": medium.kind,
        "serial": (medium.serial or "").strip(),
        "model": (medium.model or "").strip(),
        "capacity_bytes": medium.capacity_bytes,
        "interface": medium.interface or "",
    }


def learnable_from(device: Device, seen: Inspection) -> dict[str, tuple[Any, Any]]:
    """What an inspection adds to a device's facts, by name: what stands there, what is learnt."""
    same_uuid = uuid_key(seen.uuid) == device.uuid_key
    told: dict[str, Any] = {
        "manufacturer": device.manufacturer or seen.manufacturer,
        "model": device.model or seen.model,
        "serial": device.serial or seen.serial,
        # The other byte order is no news.
        "smbios_uuid": "" if same_uuid else seen.uuid,
        "board_serial": seen.board_serial,
        "processor": seen.processor,
        "memory_mb": seen.memory_bytes // 1_048_576 if seen.memory_bytes else None,
    }
    return {
        name: (getattr(device, name), value)
        for name, value in told.items()
        if value not in (None, "") and value != getattr(device, name)
    }


def unlisted_media(device: Device, seen: Inspection) -> list[SeenMedium]:
    """The storage media of an inspection that are not listed in the device yet."""
    keys = [medium.serial_key for medium in device.media.all()]
    known, unnamed = set(keys) - {""}, keys.count("")
    found = []
    for medium in seen.media:
        key = serial_key(medium.serial or "")
        if key in known:
            continue
        if not key and unnamed:
            # Without a serial it cannot be told from the nameless one that is listed already.
            unnamed -= 1
            continue
        found.append(medium)
    return found


def _tell_missed(device: Device, seen: Inspection, sha256: str, actor: Actor) -> None:
    """Media listed in the device with a serial number of their own, which a file that lists media does not name."""
    if seen.tool == LISTED:
        return
    # lshw and the GLPI agent list no disk where there is none, if they were let look: then they tell the serial too.
    if not seen.media and not (seen.tool in LISTING_TOOLS and seen.serial):
        return
    named = {serial_key(medium.serial) for medium in seen.media if medium.serial}
    for medium in device.media.exclude(serial_key="").order_by("id"):
        tell_missed(medium, actor=actor, sha256=sha256, missed=medium.serial_key not in named)
