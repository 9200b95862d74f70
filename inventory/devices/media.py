"""Storage media: list them, take them out, put them back, doubt them. Their proof is the wiping stage's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import MEDIUM_KINDS, NO_DATA_CHECKS
from inventory.devices.gatekeepers import locked, locked_medium, require
from inventory.devices.identity import serial_key
from inventory.devices.models import Device, Medium, MediumStay
from inventory.devices.steps import note, take
from inventory.devices.tags import new_tag, new_tags
from inventory.errors import BadInput, Conflict, RuleBroken
from inventory.ledger.commands import Deed, record, record_alike
from inventory.ledger.rows import among, reserve_ids, write_rows
from inventory.lifecycle import LEFT_CUSTODY, PROVEN_CLEAN, Actor, MediumState, Status, Word, medium_target


@transaction.atomic
def list_medium(
    tag: str,
    *,
    actor: Actor,
    kind: str,
    serial: str = "",
    manufacturer: str = "",
    model: str = "",
    capacity_bytes: int | None = None,
    interface: str = "",
) -> Medium:
    """List a storage medium found in a device; capacity in bytes.

    A device already beyond sanitisation goes back to it first: a disk nobody knew is a disk nobody wiped.
    Refuses: NotAllowed; BadInput (kind); Conflict (device not in our hands, or the same serial listed already).
    """
    require(actor, Word.INSPECT)
    if kind not in MEDIUM_KINDS:
        raise BadInput(_("There is no kind of storage medium called '%(kind)s'."), kind=kind, field="kind")
    device = locked(tag)
    in_our_hands(device)
    key = serial_key(serial)
    if key and device.media.filter(serial_key=key).exists():
        raise Conflict(_("The storage medium with serial %(serial)s is already listed here."), serial=serial)
    if Status(device.status) in PROVEN_CLEAN:
        take(device, "reopen_sanitisation", actor=actor, facts={"reason": "new_medium_found"})
    return _enter(
        device,
        actor=actor,
        kind=kind,
        serial=serial.strip(),
        serial_key=key,
        manufacturer=manufacturer.strip(),
        model=model.strip(),
        capacity_bytes=capacity_bytes,
        interface=interface,
    )


@transaction.atomic
def declare_no_data(tag: str, *, actor: Actor, checked_how: str) -> Device:
    """Declare, as a person, that a device holds no storage medium (R-1.1).

    Refuses: NotAllowed; BadInput (how it was checked); RuleBroken (media are listed in it).
    """
    require(actor, Word.INSPECT)
    if checked_how not in NO_DATA_CHECKS:
        raise BadInput(_("Say how you checked that the device holds no data."), field="checked_how")
    device = locked(tag)
    in_our_hands(device)
    if device.media.exists():
        raise RuleBroken(_("%(tag)s has storage media listed: it cannot be declared to hold no data."), tag=device.tag)
    device.no_data_declared_at = timezone.now()
    device.no_data_declared_by_id = actor.pk
    device.no_data_checked_how = checked_how
    return note(device, "declare_no_data", actor=actor, facts={"checked_how": checked_how})


@transaction.atomic
def remove_medium(code: str, *, actor: Actor, place: str) -> Medium:
    """Take a medium out of its device to a shelf, a crate or a shredder bag named by `place`.

    Its proof stays with it. Refuses: NotAllowed; NotFound; BadInput (no place); Conflict (it is in no device).
    """
    require(actor, Word.SANITISE)
    medium = locked_medium(code)
    if not place.strip():
        raise BadInput(_("Say where the storage medium goes: a shelf, a crate, a shredder bag."), field="place")
    if medium.device_id is None:
        raise Conflict(_("The storage medium %(code)s is in no device."), code=medium.code)
    device = Device.objects.select_for_update().get(pk=medium.device_id)
    in_our_hands(device)
    medium.device = None
    medium.place = place.strip()[:60]
    facts = {"device": device.tag, "place_kind": "out"}
    if MediumState(medium.state) is MediumState.VALIDATED:
        note_medium(medium, "take_out", actor=actor, facts=facts)
    else:
        change_medium(medium, "remove", actor=actor, facts=facts)
    MediumStay.objects.filter(medium=medium, until__isnull=True).update(until=timezone.now(), removed_by_id=actor.pk)
    return medium


@transaction.atomic
def fit_medium(code: str, tag: str, *, actor: Actor) -> Medium:
    """Put a medium that lies on a shelf into a device; its history and a proof still valid go with it.

    A device already beyond sanitisation goes back to it first. Refuses: NotAllowed; NotFound; Conflict (the medium
    is in a device or destroyed, the device is not in our hands).
    """
    require(actor, Word.SANITISE)
    medium = locked_medium(code)
    if medium.device_id is not None:
        raise Conflict(_("The storage medium %(code)s is in a device: take it out first."), code=medium.code)
    if MediumState(medium.state) is MediumState.DESTROYED:
        raise Conflict(_("The storage medium %(code)s is destroyed."), code=medium.code)
    device = locked(tag)
    in_our_hands(device)
    if Status(device.status) in PROVEN_CLEAN:
        take(device, "reopen_sanitisation", actor=actor, facts={"reason": "new_medium_found"})
    medium.device, medium.place = device, ""
    facts = {"device": device.tag}
    if MediumState(medium.state) is MediumState.VALIDATED:
        note_medium(medium, "fit_in", actor=actor, facts=facts)
    else:
        change_medium(medium, "refit", actor=actor, facts=facts)
    MediumStay.objects.create(medium=medium, device=device, since=timezone.now())
    _withdraw_no_data(device, medium, actor)
    return medium


@transaction.atomic
def doubt_media(tag: str, *, actor: Actor) -> int:
    """Count every medium of a device as unknown again, after it was out of our hands. Returns how many.

    Called by the commands that bring a device back; the device is already `received` by then.
    """
    device = locked(tag)
    media = list(device.media.select_for_update().exclude(state=MediumState.DESTROYED))
    for medium in media:
        medium.cycle += 1
        change_medium(medium, "doubt", actor=actor, facts={"device": device.tag})
    return len(media)


def carry_medium(medium: Medium, device: Device, *, actor: Actor) -> Medium:
    """Take a locked medium with its machine from one record to another: its state and its proofs stay as they are.

    Called by the commands that merge and split records. The device it comes into is not beyond sanitisation, unless
    the medium is proven.
    """
    before = medium.device
    medium.device = device
    facts = {"device": device.tag, "from_device": before.tag if before else ""}
    note_medium(medium, "carry", actor=actor, facts=facts)
    now = timezone.now()
    stays = MediumStay.objects.filter(medium=medium, until__isnull=True)
    missed_at = stays.values_list("missed_at", flat=True).first()
    stays.update(until=now, removed_by_id=actor.pk)
    MediumStay.objects.create(medium=medium, device=device, since=now, missed_at=missed_at)
    _withdraw_no_data(device, medium, actor)
    return medium


def tell_missed(medium: Medium, *, actor: Actor, sha256: str, missed: bool) -> None:
    """Remember that an inspection has not seen a medium that it should have seen, or has seen it again.

    Called within the command that takes up the inspection; nothing is noted when nothing changed.
    """
    stays = MediumStay.objects.filter(medium=medium, until__isnull=True, missed_at__isnull=missed)
    if stays.update(missed_at=timezone.now() if missed else None):
        held = locked_medium(medium.code)
        note_medium(held, "miss" if missed else "see_again", actor=actor, facts={"file": sha256})


def change_medium(
    medium: Medium,
    act: str,
    *,
    actor: Actor,
    facts: dict[str, Any] | None = None,
    evidence_sha256: str = "",
    occurred_at: dt.datetime | None = None,
) -> Medium:
    """Take a locked medium through `act` of the medium's law, and save it with its ledger entry.

    Refuses: StepRefused (the law); Conflict (somebody was first).
    """
    before = medium.state
    medium.state = medium_target(act, medium.state)
    medium.proof_withdrawn = False  # whatever happens to it now is a new truth
    return _save_medium(medium, f"medium.{act}", before, actor, facts, evidence_sha256, occurred_at)


def note_medium(medium: Medium, event: str, *, actor: Actor, facts: dict[str, Any] | None = None) -> Medium:
    """Save a change that leaves the medium's state as it is, with its ledger entry."""
    return _save_medium(medium, f"medium.{event}", medium.state, actor, facts, "", None)


def _save_medium(
    medium: Medium,
    event: str,
    before: str,
    actor: Actor,
    facts: dict[str, Any] | None,
    evidence_sha256: str,
    occurred_at: dt.datetime | None,
) -> Medium:
    medium.seq += 1
    record(
        Deed(
            event,
            "medium",
            medium.code,
            medium.seq,
            facts=facts or {},
            from_status=before,
            to_status=medium.state,
            evidence_sha256=evidence_sha256,
            occurred_at=occurred_at,
        ),
        actor=actor,
    )
    fields = {f.attname: getattr(medium, f.attname) for f in medium._meta.concrete_fields if not f.primary_key}
    if Medium.objects.filter(pk=medium.pk, seq=medium.seq - 1).update(**fields) != 1:
        raise Conflict(_("Somebody else has just changed the storage medium %(code)s."), code=medium.code)
    return medium


def list_found(found: Sequence[tuple[Device, dict[str, Any]]], *, actor: Actor) -> None:
    """List many storage media (kind, serial, model, capacity_bytes, interface), each in its device, an entry for each.

    Called by the command that has locked the devices, for such as `list_medium` would do nothing else with: in our
    hands, not beyond sanitisation, not declared to hold no data, and the medium is listed there under no serial number.
    """
    codes = _fresh_codes(len(found))
    deed = Deed("medium.list", "medium", "", 1, to_status=MediumState.PENDING)
    told = (
        (code, {"device": device.tag, **_told(fields)}) for code, (device, fields) in zip(codes, found, strict=True)
    )
    record_alike(deed, told, actor=actor)
    now = timezone.now()
    ids = reserve_ids(Medium, len(found))
    names = ("kind", "serial", "model", "capacity_bytes", "interface")
    rows = (
        (pk, code, device.pk, serial_key(fields["serial"]), *(fields[name] for name in names))
        for pk, code, (device, fields) in zip(ids, codes, found, strict=True)
    )
    same = {"state": MediumState.PENDING.value, "created_at": now}
    write_rows(Medium, ("id", "code", "device_id", "serial_key", *names), rows, same=same)
    stays = ((pk, device.pk) for pk, (device, _fields) in zip(ids, found, strict=True))
    write_rows(MediumStay, ("medium_id", "device_id"), stays, same={"since": now})


def _fresh_codes(count: int) -> list[str]:
    """So many codes that no storage medium bears."""
    codes: set[str] = set()
    while len(codes) < count:
        more = new_tags(count - len(codes))
        codes |= more.difference(Medium.objects.filter(among("code", more)).values_list("code", flat=True))
    return sorted(codes)


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in ("kind", "serial", "model", "capacity_bytes")}


def _enter(device: Device, *, actor: Actor, **fields: Any) -> Medium:
    now = timezone.now()
    medium = Medium(code=new_tag(), state=MediumState.PENDING, device=device, created_at=now, **fields)
    facts = {
        "device": device.tag,
        "kind": medium.kind,
        "serial": medium.serial,
        "model": medium.model,
        "capacity_bytes": medium.capacity_bytes,
    }
    record(Deed("medium.list", "medium", medium.code, 1, facts=facts, to_status=MediumState.PENDING), actor=actor)
    medium.save(force_insert=True)
    MediumStay.objects.create(medium=medium, device=device, since=now)
    _withdraw_no_data(device, medium, actor)
    return medium


def _withdraw_no_data(device: Device, medium: Medium, actor: Actor) -> None:
    # The declaration no longer holds, and is withdrawn in the device's own history.
    if device.no_data_declared_at is not None:
        device.no_data_declared_at = None
        device.no_data_declared_by = None
        device.no_data_checked_how = ""
        note(device, "withdraw_no_data", actor=actor, facts={"medium": medium.code})


def in_our_hands(device: Device) -> None:
    """Refuse (Conflict) a device that is only announced, lost, or has left the city's custody."""
    if Status(device.status) in {Status.DECLARED, Status.LOST, Status.WITHDRAWN, *LEFT_CUSTODY}:
        raise Conflict(
            _("%(tag)s is '%(status)s': it is not in our hands."),
            tag=device.tag,
            status=Status(device.status).label,
        )
