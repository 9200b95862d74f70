"""Two records of one machine become one, and two again: nothing is deleted, and neither way loosens any proof."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import MERGE_REASONS, SPLIT_REASONS
from inventory.devices.commands import fit_keys
from inventory.devices.gatekeepers import locked, require, unaccounted
from inventory.devices.identity import serial_key, uuid_key
from inventory.devices.likely import as_inspected
from inventory.devices.matching import Likeness, compare
from inventory.devices.media import carry_medium
from inventory.devices.models import Device, IssuedTag, Medium, Merge, ToldApart
from inventory.devices.queries import device_of
from inventory.devices.steps import come_into_play, leave_play, note, take
from inventory.devices.tags import read_tag
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import ABSORBABLE, ACCOUNTED, PROVEN_CLEAN, Actor, LegalStatus, Status, Word

# What the kept record takes over where it knows nothing itself.
FILLABLE = (
    *("manufacturer", "model", "serial", "inventory_number", "smbios_uuid", "board_serial", "processor", "memory_mb"),
    *("weight_kg", "department", "act_reference", "decommissioned_on"),
)
# The machine left us, or is kept for somebody: what was agreed about it may not change under the agreement.
_BOUND = frozenset({Status.RESERVED, Status.HANDED_OVER, Status.RECYCLED, Status.LOST})
_NOT_HERE = frozenset({Status.DECLARED, Status.IN_TRANSIT})
# The lawful way from "awaiting sanitisation" up to where a merge may have fetched a device from.
_WAY_BACK = (
    ("confirm_sanitised", Status.SANITISED),
    ("start_refurbishment", Status.IN_REFURBISHMENT),
    ("make_ready", Status.READY),
)


@transaction.atomic
def merge(tag_kept: str, tag_absorbed: str, *, actor: Actor, reason: str, remark: str = "") -> Merge:
    """Make two records of one machine one: the absorbed one goes out of play, its tags open the kept one.

    Its media go to the kept device, each with its state and proofs; a kept device beyond sanitisation goes back to it
    when media come. Facts are taken over only where the kept one has none. The merge tells what it changed.

    Refuses: NotAllowed; NotFound; BadInput (reason); Conflict (they are one already); RuleBroken (one is reserved,
    handed over, recycled or lost; the absorbed one is under way, set apart, waste, or has absorbed others; the machine
    stands here by the absorbed record and is only announced by the kept one).
    """
    require(actor, Word.INSPECT)
    if reason not in MERGE_REASONS:
        raise BadInput(_("Choose a reason from the list."), field="reason", reason=reason)
    kept, absorbed = _both(tag_kept, tag_absorbed, actor)
    _check_mergeable(kept, absorbed)
    likeness = likeness_of(kept, absorbed)
    media = list(absorbed.media.select_for_update().order_by("id"))
    made = Merge.objects.create(
        kept=kept,
        absorbed=absorbed,
        reason=reason,
        likeness=in_english(likeness),
        status_before=kept.status,
        filled=[name for name in FILLABLE if _is_empty(kept, name) and not _is_empty(absorbed, name)],
        media=[medium.code for medium in media],
        no_data=_no_data(kept),
        merged_at=timezone.now(),
        merged_by_id=actor.pk,
    )
    if media and Status(kept.status) in PROVEN_CLEAN:
        take(kept, "reopen_sanitisation", actor=actor, facts={"reason": "merged"})
    for medium in media:
        carry_medium(medium, kept, actor=actor)
    # The declaration that it holds no data may have been withdrawn meanwhile.
    kept.refresh_from_db()
    private = {"remark": remark} if remark else None
    leave_play(absorbed, actor=actor, into=kept, facts={"reason": reason}, private=private)
    conflicts = conflicts_of(kept, absorbed)
    for name in made.filled:
        setattr(kept, name, getattr(absorbed, name))
    fit_keys(kept)
    note(
        kept,
        "merge",
        actor=actor,
        facts={
            "absorbed": absorbed.tag,
            "reason": reason,
            "likeness": made.likeness,
            "confidence_percent": likeness.percent,
            "filled": made.filled,
            "conflicts": {name: [str(one), str(other)] for name, (one, other) in conflicts.items()},
            "media": made.media,
        },
        private=private,
    )
    made.seq_after = kept.seq
    made.save(update_fields=["seq_after"])
    return made


@transaction.atomic
def split(tag_absorbed: str, *, actor: Actor, reason: str, remark: str = "") -> Merge:
    """Undo a merge: the absorbed record comes back with its status, its facts, its tags and its media.

    What was done since stays with what it was done to: a medium keeps its new proofs, and one taken out meanwhile
    stays where it lies; media listed since stay in the kept device; a fact written since stays. The kept device goes
    back to the status it had before the merge by the steps of the law, unless it took steps of its own since, or
    something in it is unproven now. A record whose medium is no longer proven goes back to sanitisation.

    Refuses: NotAllowed; NotFound; BadInput (reason); Conflict (it is not merged); RuleBroken, naming it, when the kept
    device was reserved, handed over, recycled or lost since and still is.
    """
    require(actor, Word.INSPECT)
    if reason not in SPLIT_REASONS:
        raise BadInput(_("Choose a reason from the list."), field="reason", reason=reason)
    kept, absorbed, undone = _merged(tag_absorbed)
    if Status(kept.status) in _BOUND:
        raise RuleBroken(
            _("%(tag)s is '%(status)s' since the merge: end that first, then the records can be split."),
            tag=kept.tag,
            status=Status(kept.status).label,
        )
    private = {"remark": remark} if remark else None
    come_into_play(absorbed, actor=actor, facts={"from_device": kept.tag, "reason": reason}, private=private)
    media = list(Medium.objects.select_for_update().filter(code__in=undone.media, device=kept).order_by("id"))
    unproven = [one.code for one in media if one.state not in ACCOUNTED or one.proof_withdrawn]
    if unproven and Status(absorbed.status) in PROVEN_CLEAN:
        take(absorbed, "reopen_sanitisation", actor=actor, facts={"reason": "merged"})
    for medium in media:
        carry_medium(medium, absorbed, actor=actor)
    absorbed.refresh_from_db()
    kept.refresh_from_db()
    emptied = [name for name in undone.filled if getattr(kept, name) == getattr(absorbed, name)]
    for name in emptied:
        setattr(kept, name, None if Device._meta.get_field(name).null else "")
    _declare_again(kept, undone.no_data)
    undone.split_at, undone.split_by_id, undone.split_reason = timezone.now(), actor.pk, reason
    undone.save(update_fields=["split_at", "split_by", "split_reason"])
    fit_keys(kept)
    facts = {"split_off": absorbed.tag, "reason": reason, "emptied": emptied, "media": [one.code for one in media]}
    note(kept, "split", actor=actor, facts=facts, private=private)
    _walk_back(kept, undone, actor)
    remember_apart(kept, absorbed, actor=actor)
    return undone


@transaction.atomic
def tell_apart(tag: str, other: str, *, actor: Actor) -> ToldApart:
    """Remember that two devices that seem to be one are not. Refuses: NotAllowed; NotFound; Conflict (said before)."""
    require(actor, Word.INSPECT)
    pair = _both(tag, other, actor)
    told = remember_apart(*pair, actor=actor)
    if told is None:
        raise Conflict(_("Somebody has said before that these two are not the same device."))
    for device, another in (pair, pair[::-1]):
        note(device, "tell_apart", actor=actor, facts={"other": another.tag})
    return told


def remember_apart(one: Device, other: Device, *, actor: Actor) -> ToldApart | None:
    """Remember, within a command's transaction, that two devices are not one; None when it was remembered before."""
    first, second = sorted((one, other), key=lambda device: device.pk)
    told, fresh = ToldApart.objects.get_or_create(
        one=first, other=second, defaults={"told_at": timezone.now(), "told_by_id": actor.pk}
    )
    return told if fresh else None


def likeness_of(kept: Device, absorbed: Device) -> Likeness:
    """What the matcher says of two stored devices."""
    return compare(as_inspected(kept), as_inspected(absorbed))


def conflicts_of(kept: Device, absorbed: Device) -> dict[str, tuple[Any, Any]]:
    """Facts that the two records tell differently, by name: what the kept one says, what the other."""
    found = {}
    for name in ("category", *FILLABLE):
        one, other = getattr(kept, name), getattr(absorbed, name)
        compares = {"serial": serial_key, "board_serial": serial_key, "smbios_uuid": uuid_key}.get(name, str)
        if not _is_empty(kept, name) and not _is_empty(absorbed, name) and compares(one) != compares(other):
            found[name] = (one, other)
    return found


def in_english(likeness: Likeness) -> list[tuple[str, dict[str, str]]]:
    """The matcher's reasons as they are kept: in one language, whoever acts; the reader gets their own from it."""
    with translation.override("en"):
        return [(str(reason.sentence), reason.facts) for reason in likeness.reasons]


def _both(tag: str, other: str, actor: Actor) -> tuple[Device, Device]:
    """Both devices, locked, always the older first: two who merge at once wait for each other."""
    found = [device_of(one, actor) for one in (tag, other)]
    if found[0].pk == found[1].pk:
        raise Conflict(_("Both tags open the same device, %(tag)s."), tag=found[0].tag)
    held = {device.pk: locked(device.tag) for device in sorted(found, key=lambda one: one.pk)}
    return held[found[0].pk], held[found[1].pk]


def _merged(tag: str) -> tuple[Device, Device, Merge]:
    """The kept device, the absorbed one behind the tag and their merge, all locked."""
    code = read_tag(tag)
    pk = IssuedTag.objects.filter(code=code, device__isnull=False).values_list("device_id", flat=True).first()
    if pk is None:
        raise NotFound(_("No device bears the tag %(tag)s."), tag=code)
    found = Merge.objects.select_for_update().filter(absorbed_id=pk, split_at__isnull=True).first()
    if found is None:
        raise Conflict(_("%(tag)s is no record that was merged into another."), tag=code)
    held = {one: Device.objects.select_for_update().get(pk=one) for one in sorted((found.kept_id, pk))}
    return held[found.kept_id], held[pk], found


def _check_mergeable(kept: Device, absorbed: Device) -> None:
    place, other = Status(kept.status), Status(absorbed.status)
    if absorbed.absorbed.exists():
        raise RuleBroken(
            _("%(tag)s has taken in other records: keep that one, and merge the other into it."), tag=absorbed.tag
        )
    if place in _BOUND:
        raise RuleBroken(_("%(tag)s is '%(status)s': end that first."), tag=kept.tag, status=place.label)
    if other not in ABSORBABLE or absorbed.legal_status != LegalStatus.PRODUCT:
        raise RuleBroken(
            _("%(tag)s is '%(status)s': keep that record and merge the other into it, or end that first."),
            tag=absorbed.tag,
            status=other.label,
        )
    if place in _NOT_HERE and other is not Status.DECLARED:
        raise RuleBroken(
            _("%(tag)s is only announced, and the machine stands here: keep the other record."), tag=kept.tag
        )


def _is_empty(device: Device, name: str) -> bool:
    return getattr(device, name) in (None, "")


def _no_data(device: Device) -> dict[str, Any]:
    if device.no_data_declared_at is None:
        return {}
    return {
        "at": device.no_data_declared_at.isoformat(),
        "by": device.no_data_declared_by_id,
        "how": device.no_data_checked_how,
    }


def _declare_again(kept: Device, said: dict[str, Any]) -> None:
    # The medium for which the declaration was withdrawn is gone again; another one would still be in the way.
    if said and kept.no_data_declared_at is None and not kept.stays.filter(until__isnull=True).exists():
        kept.no_data_declared_at = dt.datetime.fromisoformat(said["at"])
        kept.no_data_declared_by_id = said["by"]
        kept.no_data_checked_how = said["how"]


def _walk_back(kept: Device, undone: Merge, actor: Actor) -> None:
    """Bring the kept device back to where it stood, if only the merge fetched it from there."""
    moved = Entry.objects.filter(subject_kind="device", subject_key=kept.tag, subject_seq__gt=undone.seq_after)
    if any(before != after for before, after in moved.values_list("from_status", "to_status")):
        return
    for name, target in _WAY_BACK:
        if kept.status == undone.status_before or unaccounted(kept):
            return
        facts = {"reason": "merged"} | ({"grade": kept.grade} if target is Status.READY else {})
        take(kept, name, actor=actor, facts=facts)
