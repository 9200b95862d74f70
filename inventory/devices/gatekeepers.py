"""Who may pass: the device behind a tag for an actor, and the guards that stand in the lifecycle's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.devices.models import Device, IssuedTag, Medium
from inventory.devices.tags import grouped, read_tag
from inventory.errors import NotAllowed, NotFound, RuleBroken
from inventory.lifecycle import ACCOUNTED, Actor, Guard, Word


def require(actor: Actor, word: Word) -> None:
    """Refuse (NotAllowed) an actor whose roles do not hold `word`."""
    if not actor.holds(word):
        raise NotAllowed(_("Your role may not %(act)s. Ask somebody who may."), act=word.label, word=str(word))


def require_one(actor: Actor, *words: Word) -> None:
    """Refuse (NotAllowed) an actor whose roles hold none of `words`, naming the first."""
    if not any(actor.holds(word) for word in words):
        require(actor, words[0])


def locked(tag: str) -> Device:
    """The device behind a tag or any tag bound to it, locked until the transaction ends.

    A tag of a record that was merged into another opens that other one.

    `tag` may be anything `read_tag` accepts. Refuses (BadInput) what is no tag, (NotFound) an unknown or unbound one.
    """
    code = read_tag(tag)
    # The lock on the row, not on what hangs on it: PostgreSQL refuses to lock the empty side of an outer join.
    device = Device.objects.select_for_update().filter(tag=code).first()
    if device is None:
        bound = IssuedTag.objects.filter(code=code, device__isnull=False).values_list("device_id", flat=True).first()
        if bound is None:
            raise NotFound(_("No device bears the tag %(tag)s."), tag=code)
        device = Device.objects.select_for_update().get(pk=bound)
    if device.merged_into_id is not None:
        device = Device.objects.select_for_update().get(pk=device.merged_into_id)
    return device


def locked_medium(code: str) -> Medium:
    """The storage medium with this code, locked. Refuses (NotFound) an unknown one."""
    medium = Medium.objects.select_for_update().filter(code=read_tag(code)).first()
    if medium is None:
        raise NotFound(_("There is no storage medium %(code)s."), code=code)
    return medium


def unaccounted(device: Device) -> list[Medium]:
    """Media this device still answers for: in it now, or never positively taken out, and not proven clean.

    A proof that was withdrawn (R-1.7) is none.
    """
    doubtful = ~Q(medium__state__in=ACCOUNTED) | Q(medium__proof_withdrawn=True)
    stays = device.stays.filter(doubtful, until__isnull=True).select_related("medium")
    return [stay.medium for stay in stays.order_by("id")]


def media_listed(device: Device) -> None:
    """Refuse (RuleBroken) a device whose media nobody has listed: an empty list is not a declaration (R-1.1)."""
    if device.no_data_declared_at is None and not device.stays.exists():
        raise RuleBroken(
            _("Nobody has listed the storage media of %(tag)s. List them, or declare that it holds no data."),
            tag=device.tag,
            guard=str(Guard.MEDIA_LISTED),
        )


def media_accounted(device: Device) -> None:
    """Refuse (RuleBroken) a device with a medium neither validated, destroyed nor taken out (R-1.8)."""
    media_listed(device)
    open_media = unaccounted(device)
    if open_media:
        raise RuleBroken(
            _("%(count)s storage medium of %(tag)s is not yet validated or destroyed: %(media)s.")
            if len(open_media) == 1
            else _("%(count)s storage media of %(tag)s are not yet validated or destroyed: %(media)s."),
            tag=device.tag,
            count=len(open_media),
            media=", ".join(grouped(medium.code) for medium in open_media),
            guard=str(Guard.MEDIA_ACCOUNTED),
        )


def graded(device: Device) -> None:
    """Refuse (RuleBroken) a device without a grade."""
    if not device.grade:
        raise RuleBroken(_("%(tag)s has no grade yet."), tag=device.tag, guard=str(Guard.GRADED))


GUARDS: dict[Guard, Callable[[Device], None]] = {
    Guard.MEDIA_LISTED: media_listed,
    Guard.MEDIA_ACCOUNTED: media_accounted,
    Guard.GRADED: graded,
}


def pass_guards(device: Device, guards: Iterable[Guard]) -> None:
    """Refuse (RuleBroken) at the first guard that says no."""
    for guard in guards:
        GUARDS[guard](device)
