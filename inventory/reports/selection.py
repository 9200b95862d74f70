"""What a filter chooses: the devices, their storage media, and the movements about both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db.models import OuterRef, Q, QuerySet, Subquery

from inventory.allocation.models import Reservation
from inventory.devices.models import Device, Medium, MediumStay
from inventory.ledger.models import Entry, Leaf
from inventory.ledger.rows import among
from inventory.reports.period import Scope

_AT_ONCE = 500
T = TypeVar("T")


def devices_of(scope: Scope) -> QuerySet[Device]:
    """The devices that the scope's filter chooses; all of them where it leaves nothing out.

    Kind, department and location as they are known now; the status by the ledger at the end of the period.
    """
    found, wanted = Device.objects.order_by(), scope.filter
    if wanted.kind:
        found = found.filter(category__in=wanted.kind)
    if wanted.department:
        found = found.filter(department__in=wanted.department)
    if wanted.location:
        found = found.filter(location__code__in=wanted.location)
    if wanted.status:
        said = Entry.objects.filter(subject_kind="device", subject_key=OuterRef("tag"), recorded_at__lt=scope.end)
        last = said.order_by("-subject_seq").values("to_status")[:1]
        found = found.annotate(stood=Subquery(last)).filter(stood__in=wanted.status)
    if wanted.association:
        kept = Reservation.objects.filter(
            Q(released_at__isnull=True) | Q(items__agreement__signed_at__isnull=False),
            line__request__association__code__in=wanted.association,
            reserved_at__lt=scope.end,
        )
        found = found.filter(pk__in=kept.order_by().values("device_id"))
    return found


def media_of(scope: Scope) -> QuerySet[Medium]:
    """The storage media that were ever in one of the chosen devices; all of them where nothing is left out."""
    if not scope.filter:
        return Medium.objects.order_by()
    stays = MediumStay.objects.filter(device__in=devices_of(scope).values("pk"))
    return Medium.objects.filter(pk__in=stays.order_by().values("medium_id")).order_by()


def movements_of(scope: Scope, size: int | None = None) -> QuerySet[Leaf]:
    """The sealed entries of the period: all of them, or those about the chosen devices and their storage media.

    `size`: only those of a ledger of so many, whatever is sealed meanwhile.
    """
    found = Leaf.objects.filter(entry__recorded_at__gte=scope.start, entry__recorded_at__lt=scope.end)
    if size is not None:
        found = found.filter(leaf_index__lt=size)
    if not scope.filter:
        return found
    return found.filter(
        Q(entry__subject_kind="device", entry__subject_key__in=devices_of(scope).values("tag"))
        | Q(entry__subject_kind="medium", entry__subject_key__in=media_of(scope).values("code"))
    )


def known_of(scope: Scope, kind: str, keys: Iterable[str]) -> set[str]:
    """Those of some keys of devices or media that the filter chooses; none of any other kind of thing."""
    if kind == "device":
        return set(devices_of(scope).filter(among("tag", set(keys))).values_list("tag", flat=True))
    if kind == "medium":
        return set(media_of(scope).filter(among("code", set(keys))).values_list("code", flat=True))
    return set()


def in_pieces(rows: Iterable[T], most: int = _AT_ONCE) -> Iterator[list[T]]:
    """Rows in lists of at most so many, in their order."""
    coming = iter(rows)
    while some := list(islice(coming, most)):
        yield some
