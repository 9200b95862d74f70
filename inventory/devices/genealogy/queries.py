"""Which devices may be one, what a device has absorbed, and what merging two would mean."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.genealogy.commands import likeness_of
from inventory.devices.likely import MOST_LIKELY
from inventory.devices.matching import Decision, Likeness, Reason
from inventory.devices.models import Device, Merge, ToldApart
from inventory.devices.placeholders import identifying
from inventory.devices.tags import read_tag
from inventory.errors import Conflict, NotFound
from inventory.lifecycle import Actor, Status, Word

# Pairs on one page, and numbers looked at for each kind: an afternoon's work.
MOST_PAIRS = 50
MOST_NUMBERS = 500


@dataclass(frozen=True, slots=True)
class Alike:
    """Two devices in play that may be one machine, the older first, and why."""

    one: Device
    other: Device
    likeness: Likeness

    @property
    def devices(self) -> tuple[Device, Device]:
        """Both, the older first."""
        return (self.one, self.other)


def alike(actor: Actor) -> list[Alike]:
    """Pairs of devices that bear an equal number, the surest first, but for those told apart. Refuses NotAllowed.

    Numbers are read from the index of each kind: serial, SMBIOS UUID in either byte order, board, the city's
    inventory number. Placeholders, and a number on more than `MOST_LIKELY` devices, are no machine's.
    """
    require(actor, Word.READ_DEVICES)
    in_play = Device.objects.filter(merged_into__isnull=True).exclude(status=Status.WITHDRAWN)
    found: dict[tuple[int, int], Alike] = {}
    for column in ("serial_key", "uuid_key", "board_serial", "inventory_number"):
        numbered = in_play.exclude(**{column: ""}).order_by(column).values(column).annotate(n=Count("id"))
        shared = numbered.filter(n__range=(2, MOST_LIKELY)).values_list(column, flat=True)[:MOST_NUMBERS]
        numbers = [number for number in shared if identifying(number)]
        groups: dict[str, list[Device]] = {}
        bearing = in_play.filter(**{f"{column}__in": numbers}).select_related("location").prefetch_related("media")
        for device in bearing.order_by("id"):
            groups.setdefault(getattr(device, column), []).append(device)
        for one, other in (pair for group in groups.values() for pair in combinations(group, 2)):
            if (one.pk, other.pk) not in found:
                found[one.pk, other.pk] = Alike(one, other, likeness_between(one, other))
    told = ToldApart.objects.filter(one_id__in={one for one, _other in found}).values_list("one_id", "other_id")
    apart = set(told)
    left = [pair for key, pair in found.items() if key not in apart and pair.likeness.decision != "different"]
    return sorted(left, key=lambda pair: (pair.likeness.decision != "same", -pair.likeness.confidence))[:MOST_PAIRS]


def absorbed_by(device: Device) -> QuerySet[Merge]:
    """The merges by which a device took in other records and that still stand, oldest first."""
    return device.merges.filter(split_at__isnull=True).select_related("absorbed").order_by("id")


def absorbed_as(tag: str, actor: Actor) -> Merge:
    """The standing merge of the record behind a tag. Refuses: NotAllowed; BadInput; NotFound."""
    require(actor, Word.READ_DEVICES)
    merges = Merge.objects.select_related("kept", "absorbed").filter(split_at__isnull=True)
    found = merges.filter(absorbed__tags__code=read_tag(tag)).first()
    if found is None:
        raise NotFound(_("%(tag)s is no record that was merged into another."), tag=read_tag(tag))
    return found


def likeness_between(one: Device, other: Device) -> Likeness:
    """What speaks for and against two stored devices being one, the city's own number included.

    Refuses (Conflict) one and the same device.
    """
    if one.pk == other.pk:
        raise Conflict(_("Both tags open the same device, %(tag)s."), tag=one.tag)
    likeness = likeness_of(one, other)
    if not one.inventory_number or one.inventory_number != other.inventory_number:
        return likeness
    # A sticker can be on the wrong machine: it asks, and decides nothing.
    same = Reason(_("The city's inventory number is the same: %(number)s."), {"number": one.inventory_number})
    decision: Decision = "same" if likeness.decision == "same" else "ask"
    told = likeness.reasons if decision == "same" or likeness.contradicts else ()
    confidence = likeness.confidence if decision == "same" else 0.5
    return Likeness(decision, confidence, (same, *told), likeness.contradicts)
