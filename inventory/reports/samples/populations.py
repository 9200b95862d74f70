"""What can be sampled: each population by its name, with the keys of its things and the unit of their amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.models import Device
from inventory.disposal.models import RecyclingRecord
from inventory.handover.models import AgreementItem
from inventory.ledger.models import Leaf
from inventory.reports.period import Scope
from inventory.reports.samples.arithmetic import Member
from inventory.wiping.models import Certificate


@dataclass(frozen=True, slots=True)
class Population:
    """Things of one kind in a period; `unit` names what their amounts count, empty where they have none."""

    label: Promise
    members: Callable[[Scope], Iterator[Member]]
    unit: Promise | str = ""


def _devices(scope: Scope) -> Iterator[Member]:
    tags = Device.objects.filter(created_at__lt=scope.end, merged_into__isnull=True).order_by("tag")
    return (Member(tag) for tag in tags.values_list("tag", flat=True))


def _movements(scope: Scope) -> Iterator[Member]:
    found = Leaf.objects.filter(entry__recorded_at__gte=scope.start, entry__recorded_at__lt=scope.end)
    return (Member(str(index)) for index in found.order_by("leaf_index").values_list("leaf_index", flat=True))


def _certificates(scope: Scope) -> Iterator[Member]:
    found = Certificate.objects.filter(issued_at__gte=scope.start, issued_at__lt=scope.end)
    return (Member(number) for number in found.order_by("number").values_list("number", flat=True))


def _given(scope: Scope) -> Iterator[Member]:
    found = AgreementItem.objects.filter(
        agreement__signed_at__gte=scope.start, agreement__signed_at__lt=scope.end
    ).exclude(end_reason__in=["left_out", "cancelled"])
    return (Member(tag) for tag in sorted(set(found.values_list("device__tag", flat=True))))


def _valued(scope: Scope) -> Iterator[Member]:
    found = AgreementItem.objects.filter(
        agreement__signed_at__gte=scope.start, agreement__signed_at__lt=scope.end, valuation__isnull=False
    ).exclude(end_reason__in=["left_out", "cancelled"])
    rows = found.values_list("agreement__number", "device__tag", "valuation__cents")
    return (Member(f"{number}/{tag}", cents) for number, tag, cents in sorted(rows))


def _waste(scope: Scope) -> Iterator[Member]:
    found = RecyclingRecord.objects.filter(recorded_at__gte=scope.start, recorded_at__lt=scope.end)
    rows = found.order_by("device__tag").values_list("device__tag", "kilograms")
    return (Member(tag, int(kilograms * 1000)) for tag, kilograms in rows)


POPULATIONS: dict[str, Population] = {
    "devices": Population(_("Devices known at the end of the period"), _devices),
    "movements": Population(_("Movements recorded in the period (by their entry)"), _movements),
    "certificates": Population(_("Certificates issued in the period"), _certificates),
    "given": Population(_("Devices handed over in the period"), _given),
    "valued": Population(_("Gifts of the period, each device with its value"), _valued, _("cents")),
    "waste": Population(_("Devices recycled in the period, with their weight"), _waste, _("grams")),
}
