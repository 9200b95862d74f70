"""Kilograms: what left as waste by category, code and collector; and what was re-used, recycled and destroyed."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES, MEDIUM_KINDS
from inventory.disposal import codes
from inventory.disposal.models import RecyclingRecord
from inventory.handover.models import AgreementItem
from inventory.ledger.models import Entry
from inventory.reports.open_data.datasets import Check, Dataset, Field, Rows
from inventory.reports.open_data.subsidies import within
from inventory.wiping.models import Destruction

_FILE: Final = Path(__file__).resolve().parent / "weights.toml"
OUTCOMES: Final[dict[str, Promise]] = {
    "reused": _("Re-used"),
    "taken_back": _("Taken back"),
    "recycled": _("Recycled"),
    "destroyed": _("Destroyed media"),
}
_THINGS: Final[dict[str, Promise]] = {**CATEGORIES, **{f"medium_{kind}": label for kind, label in MEDIUM_KINDS.items()}}


@cache
def usual_weight(table: str, kind: str) -> Decimal:
    """What a kind of device or medium weighs where nobody weighed it, in kilograms."""
    found: dict[str, dict[str, dict[str, str]]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Decimal(found[table][kind]["kg"])


def waste_rows(year: int) -> Rows:
    """By WEEE category, waste code and collector, as valid on the day of each movement: things and kilograms."""
    totals: dict[tuple[str, str, str], list[Any]] = {}
    for kind, day, category, code, collector, kilograms in _recycled(year):
        key = (category or codes.category_on(kind, day), code or codes.waste_code_on(kind, day), collector)
        total = totals.setdefault(key, [0, Decimal(0)])
        total[0] += 1
        total[1] += kilograms
    return [(*key, *total) for key, total in sorted(totals.items())]


def outcome_rows(year: int) -> Rows:
    """By outcome and kind: things, kilograms, and how many of those are estimated from the kind's usual weight."""
    totals: dict[tuple[str, str], list[Any]] = {}

    def add(outcome: str, kind: str, weighed: Decimal | None, usual: Decimal) -> None:
        total = totals.setdefault((outcome, kind), [0, Decimal(0), Decimal(0)])
        total[0] += 1
        total[1] += weighed or usual
        total[2] += Decimal(0) if weighed else usual

    for outcome, found in (("reused", _given(year)), ("taken_back", _taken_back(year))):
        for kind, weighed in found:
            add(outcome, kind, weighed, usual_weight("device", kind))
    for kind, _day, _category, _code, _collector, kilograms in _recycled(year):
        add("recycled", kind, kilograms, kilograms)
    start, end = within(year)
    destroyed = Destruction.objects.filter(destroyed_at__gte=start, destroyed_at__lt=end)
    for kind in destroyed.order_by("id").values_list("medium__kind", flat=True):
        add("destroyed", f"medium_{kind}", None, usual_weight("medium", kind))
    order = list(OUTCOMES)
    return [(*key, *total) for key, total in sorted(totals.items(), key=lambda one: (order.index(one[0][0]), one[0]))]


def _recycled(year: int) -> Any:
    found = RecyclingRecord.objects.filter(recycled_on__year=year).order_by("id")
    columns = ("device__category", "recycled_on", "weee_category", "waste_code", "collector", "kilograms")
    return found.values_list(*columns)


def _given(year: int) -> Any:
    start, end = within(year)
    found = AgreementItem.objects.filter(agreement__signed_at__gte=start, agreement__signed_at__lt=end)
    found = found.exclude(end_reason__in=["left_out", "cancelled"]).order_by("id")
    return found.values_list("device__category", "device__weight_kg")


def _taken_back(year: int) -> Any:
    start, end = within(year)
    found = AgreementItem.objects.filter(ended_at__gte=start, ended_at__lt=end, agreement__signed_at__isnull=False)
    found = found.exclude(end_reason__in=["left_out", "cancelled"]).order_by("id")
    return found.values_list("device__category", "device__weight_kg")


def _moved(event: str, year: int) -> int:
    start, end = within(year)
    return Entry.objects.filter(event=event, occurred_at__gte=start, occurred_at__lt=end).count()


def _in_the_ledger(year: int) -> tuple[int, Decimal]:
    """Recycled things and kilograms by the ledger alone: the day of the movement stands in the facts."""
    found = Entry.objects.filter(event="device.recycle", body__contains=f'"recycled_on":"{year}-')
    weights = [Decimal(str(orjson.loads(body)["facts"]["kilograms"])) for body in found.values_list("body", flat=True)]
    return len(weights), sum(weights, Decimal(0))


def _waste_checks(year: int, rows: Rows) -> list[Check]:
    count, kilograms = _in_the_ledger(year)
    return [
        Check(_("Devices in this table, and recycled in the ledger"), sum(row[3] for row in rows), count),
        Check(_("Kilograms in this table, and in the ledger"), sum((row[4] for row in rows), Decimal(0)), kilograms),
    ]


def _outcome_checks(year: int, rows: Rows) -> list[Check]:
    def things(outcome: str) -> int:
        return sum(row[2] for row in rows if row[0] == outcome)

    count, kilograms = _in_the_ledger(year)
    recycled = sum((row[3] for row in rows if row[0] == "recycled"), Decimal(0))
    return [
        Check(_("Re-used, and hand-overs in the ledger"), things("reused"), _moved("device.hand_over", year)),
        Check(_("Taken back, and take-backs in the ledger"), things("taken_back"), _moved("device.take_back", year)),
        Check(_("Recycled, and recycled in the ledger"), things("recycled"), count),
        Check(_("Kilograms recycled, and in the ledger"), recycled, kilograms),
        Check(_("Destroyed, and destructions in the ledger"), things("destroyed"), _moved("medium.destroy", year)),
    ]


WASTE: Final = Dataset(
    code="waste",
    title=_("Waste by category and collector"),
    description=_("Kilograms that registered collectors took, by WEEE category and waste code on the day."),
    fields=(
        Field("weee_category", _("WEEE category"), codes=codes.labels(codes.categories())),
        Field("waste_code", _("Waste code"), codes=codes.labels(codes.waste_codes())),
        Field("collector", _("Collector")),
        Field("devices", _("Devices"), "int"),
        Field("kilograms", _("Kilograms"), "decimal"),
    ),
    rows=waste_rows,
    key=("weee_category", "waste_code", "collector"),
    rule=_("Categories of directive 2012/19/EU and codes of decision 2000/532/EC, as on the day of the movement."),
    checks=_waste_checks,
    sums=("devices", "kilograms"),
)
KILOGRAMS: Final = Dataset(
    code="kilograms",
    title=_("Kilograms re-used, recycled and destroyed"),
    description=_("What became of the equipment, in things and kilograms, by kind."),
    fields=(
        Field("outcome", _("What became of it"), codes=OUTCOMES),
        Field("kind", _("Kind"), codes=_THINGS),
        Field("things", _("Things"), "int"),
        Field("kilograms", _("Kilograms"), "decimal"),
        Field("estimated_kilograms", _("Of which estimated (kg)"), "decimal"),
    ),
    rows=outcome_rows,
    key=("outcome", "kind"),
    rule=_("Weighed where a scale was used; else the usual weight of the kind, told as an estimate."),
    checks=_outcome_checks,
)
