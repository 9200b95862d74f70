"""Estimated avoided emissions: always a range with its named set of factors, apart from the city's own."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES
from inventory.handover.models import AgreementItem
from inventory.reports.open_data.datasets import CC_BY_SA, Dataset, Field, Rows
from inventory.reports.open_data.subsidies import within

_FILE: Final = Path(__file__).resolve().parent / "co2.toml"


@dataclass(frozen=True, slots=True)
class Factor:
    """What one new device of a kind costs to make, in kg CO2e, and how long second and first lives last, in years."""

    low: Decimal
    high: Decimal
    second_life: Decimal
    reference_life: Decimal

    @property
    def share(self) -> Decimal:
        """How much of a new device's life the second life stands for, at most all of it."""
        return min(Decimal(1), self.second_life / self.reference_life)


@dataclass(frozen=True, slots=True)
class FactorSet:
    """A named, dated set of factors."""

    name: str
    dated: dt.date
    valid_from: dt.date
    region: str
    licence: str
    sources: tuple[str, ...]
    displaced: tuple[Decimal, Decimal]
    refurbishing: tuple[Decimal, Decimal]
    kinds: dict[str, Factor]

    def avoided(self, kind: str, devices: int) -> tuple[Decimal, Decimal]:
        """The least and the most that giving so many devices avoids, in whole kg CO2e, rounded outwards.

        Displacement × embodied emissions × share of life - refurbishing; use at home is taken as alike.
        """
        factor = self.kinds[kind]
        low = devices * (self.displaced[0] * factor.low * factor.share - self.refurbishing[1])
        high = devices * (self.displaced[1] * factor.high * factor.share - self.refurbishing[0])
        return low.to_integral_value(ROUND_FLOOR), high.to_integral_value(ROUND_CEILING)


@cache
def factor_sets() -> tuple[FactorSet, ...]:
    """Every set there is, the latest first."""
    rows: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))["set"]
    return tuple(sorted((_read(row) for row in rows), key=lambda one: one.valid_from, reverse=True))


def factors_of(year: int) -> FactorSet | None:
    """The set by which a year is told: the latest that held at its end. None before there was any."""
    return next((one for one in factor_sets() if one.valid_from <= dt.date(year, 12, 31)), None)


def co2_rows(year: int) -> Rows:
    """By kind: devices given in the year and not back by its end, and what that avoids at least and at most."""
    found = factors_of(year)
    if found is None:
        return []
    start, end = within(year)
    items = AgreementItem.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=end), agreement__signed_at__gte=start, agreement__signed_at__lt=end
    )
    items = items.exclude(end_reason__in=["left_out", "cancelled"]).order_by()
    counted = items.values_list("device__category").annotate(count=Count("id")).order_by("device__category")
    return [(found.name, kind, count, *found.avoided(kind, count)) for kind, count in counted if kind in found.kinds]


def _read(row: dict[str, Any]) -> FactorSet:
    return FactorSet(
        name=row["name"],
        dated=row["dated"],
        valid_from=row["valid_from"],
        region=row["region"],
        licence=row["licence"],
        sources=tuple(row["sources"]),
        displaced=(Decimal(row["displaced"]["low"]), Decimal(row["displaced"]["high"])),
        refurbishing=(Decimal(row["refurbishing"]["low"]), Decimal(row["refurbishing"]["high"])),
        kinds={
            kind: Factor(**{name: Decimal(value) for name, value in values.items()})
            for kind, values in row["kinds"].items()
        },
    )


CO2: Final = Dataset(
    code="co2",
    title=_("Estimated avoided emissions"),
    description=_("What giving equipment a second life may avoid, as a range, by kind of device."),
    fields=(
        Field("factor_set", _("Set of factors")),
        Field("kind", _("Kind"), codes=CATEGORIES),
        Field("devices", _("Devices"), "int"),
        Field("low_kg_co2e", _("At least (kg CO2e)"), "decimal"),
        Field("high_kg_co2e", _("At most (kg CO2e)"), "decimal"),
    ),
    rows=co2_rows,
    key=("factor_set", "kind"),
    licence=CC_BY_SA,
    rule=_(
        "An estimate, told apart from the city's own emissions and never subtracted from them. "
        "Kinds without a factor are left out."
    ),
    sums=("devices", "low_kg_co2e", "high_kg_co2e"),
)
