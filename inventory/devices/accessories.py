"""What goes with a device (a charger, a keyboard …): a closed list and counts, kept while it is in our hands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import locked, require
from inventory.devices.models import Device, DeviceAccessory
from inventory.devices.steps import note
from inventory.errors import BadInput, RuleBroken
from inventory.lifecycle import LEFT_CUSTODY, Actor, Status, Word

ACCESSORIES: Final[dict[str, Promise]] = {
    "charger": _("Charger"),
    "power_cable": _("Power cable"),
    "video_cable": _("Video cable"),
    "adapter": _("Adapter"),
    "docking": _("Docking station"),
    "keyboard": _("Keyboard"),
    "mouse": _("Mouse"),
    "headset": _("Headset"),
    "webcam": _("Webcam"),
    "bag": _("Bag or sleeve"),
}
MOST: Final = 20
# Nothing is known of what lies beside a device that is not in our hands.
_ELSEWHERE: Final = frozenset({Status.DECLARED, Status.LOST, Status.WITHDRAWN, *LEFT_CUSTODY})


@transaction.atomic
def note_accessories(tag: str, *, actor: Actor, counts: Mapping[str, int]) -> Device:
    """Say what goes with a device: all of it, by kind and number; what is not named is not there.

    Refuses: NotAllowed; NotFound; BadInput (kind, number); RuleBroken (not in our hands); Conflict.
    """
    require(actor, Word.STORE)
    wanted = checked_counts(counts)
    device = locked(tag)
    if Status(device.status) in _ELSEWHERE:
        raise RuleBroken(_("%(tag)s is not in our hands: nobody knows what lies beside it."), tag=device.tag)
    if counts_of([device]).get(device.pk, {}) == wanted:
        return device
    note(device, "accessories", actor=actor, facts={"accessories": wanted})
    set_accessories(device, wanted)
    return device


def checked_counts(counts: Mapping[str, Any], field: str = "accessories") -> dict[str, int]:
    """The same without noughts, in the order of the table. Refuses (BadInput) another kind or number."""
    for kind, count in counts.items():
        if kind not in ACCESSORIES:
            raise BadInput(_("Choose from the list."), field=field)
        if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MOST:
            raise BadInput(_("Give a number between 0 and %(most)s."), most=MOST, field=field)
    return {kind: counts[kind] for kind in ACCESSORIES if counts.get(kind)}


def set_accessories(device: Device, counts: Mapping[str, int]) -> None:
    """Keep these counts, inside the deed that says so: the device is locked, its entry written, the counts checked."""
    device.accessories.all().delete()
    DeviceAccessory.objects.bulk_create(
        DeviceAccessory(device=device, kind=kind, count=count) for kind, count in counts.items()
    )


def counts_of(devices: Iterable[Device]) -> dict[int, dict[str, int]]:
    """What goes with each of these devices, by its id; nothing for those that have none."""
    found: dict[int, dict[str, int]] = {}
    rows = DeviceAccessory.objects.filter(device__in=[device.pk for device in devices]).order_by("id")
    for row in rows:
        found.setdefault(row.device_id, {})[row.kind] = row.count
    return {key: {kind: counts[kind] for kind in ACCESSORIES if kind in counts} for key, counts in found.items()}


def told(counts: Mapping[str, int]) -> str:
    """In words of the reader's language: 1 × charger, 2 × video cable; empty for none."""
    return ", ".join(f"{count} × {str(ACCESSORIES[kind]).lower()}" for kind, count in counts.items())
