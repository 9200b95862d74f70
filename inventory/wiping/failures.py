"""How often sanitising fails, by tool and version and by model of storage medium: what to buy and what to mistrust."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from inventory.lifecycle import Actor
from inventory.wiping.checked_periods import require_looker
from inventory.wiping.models import QuarantinedBatch, Sanitisation

# A percentage of fewer attempts than this says more than it knows: they are shown as counts.
FEW = 20
GROUPINGS: dict[str, tuple[str, ...]] = {
    "tool": ("tool", "tool_version"),
    "model": ("medium__manufacturer", "medium__model"),
}
# What the lines can be sorted by.
ORDERS = ("name", "attempts", "failed", "found_later", "share")


@dataclass(frozen=True, slots=True)
class FailureRate:
    """Attempts with one tool and version, or on one model, and how many failed: at once, or found out later.

    `found_later` are those whose verification or second check failed. A name is empty where nobody knew it.
    """

    name: str
    detail: str
    attempts: int
    failed: int
    found_later: int

    @property
    def failures(self) -> int:
        """All failures."""
        return self.failed + self.found_later

    @property
    def share(self) -> float:
        """Failures per attempt, from 0 to 1."""
        return self.failures / self.attempts

    @property
    def percent(self) -> float | None:
        """The share in percent; None for fewer than `FEW` attempts."""
        return self.share * 100 if self.attempts >= FEW else None


def failure_rates(
    actor: Actor, by: str, *, first: dt.date | None = None, last: dt.date | None = None, order: str = "-share"
) -> list[FailureRate]:
    """Rates by `tool` (and version) or `model` of the attempts recorded from one day to another, both included.

    `order` is one of `ORDERS`, with a minus before it for the other way round. Refuses NotAllowed.
    """
    require_looker(actor)
    recorded = Sanitisation.objects.all()
    if first:
        recorded = recorded.filter(recorded_at__gte=_midnight(first))
    if last:
        recorded = recorded.filter(recorded_at__lt=_midnight(last + dt.timedelta(days=1)))
    name, detail = GROUPINGS[by]
    found_later = Q(succeeded=True, pk__in=QuarantinedBatch.objects.values("failed"))
    grouped = recorded.order_by().values(name, detail)
    counted = grouped.annotate(
        attempts=Count("id"),
        failed=Count("id", filter=Q(succeeded=False)),
        found_later=Count("id", filter=found_later),
    )
    rates = [FailureRate(row[name], row[detail], row["attempts"], row["failed"], row["found_later"]) for row in counted]
    column = order.removeprefix("-") if order.removeprefix("-") in ORDERS else "share"
    rates.sort(key=lambda rate: (rate.name.casefold(), rate.detail.casefold()))
    rates.sort(key=lambda rate: _place(rate, column), reverse=order.startswith("-"))
    return rates


def _place(rate: FailureRate, column: str) -> Any:
    return (rate.name.casefold(), rate.detail.casefold()) if column == "name" else getattr(rate, column)


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
