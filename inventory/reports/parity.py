"""Parity of channels: what was asked by which channel, and how much of it was handed over within six months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.db.models import Count, F, Max, Q
from django.utils import timezone

from inventory.allocation.points import policy_shown
from inventory.allocation.pools import POOLS, points
from inventory.associations.models import RequestLine
from inventory.reports.fairness import Asked, Gap, gaps

CHANNELS: Final = ("counter", "online", "post", "telephone")
# Rolling: one year shows ten points six times in ten, two years nearly always (allocation §4, measured).
WINDOW: Final = dt.timedelta(days=731)
# How long after its stamp a request is looked at.
PATIENCE: Final = dt.timedelta(days=183)
SIZES: Final = ((2, "1-2"), (5, "3-5"), (10, "6-10"))


@dataclass(frozen=True, slots=True)
class Parity:
    """The channels over the window up to a day; no verdict before the books go back a whole window."""

    first: dt.date | None
    last: dt.date
    lines: int
    whole: bool
    gaps: tuple[Gap, ...]

    @property
    def behind(self) -> list[Gap]:
        """Channels that fall behind more than chance explains."""
        return [gap for gap in self.gaps if gap.behind]


@lru_cache(maxsize=32)
def parity(day: dt.date) -> Parity:
    """Parity of channels as of a day; kept in memory, for the past hardly changes."""
    until = timezone.make_aware(dt.datetime.combine(day, dt.time.max))
    lines = list(_asked(until))
    first = RequestLine.objects.order_by("request__received_at").values_list("request__received_at", flat=True).first()
    began = timezone.localdate(first) if first else None
    return Parity(
        first=max(began, day - WINDOW) if began else None,
        last=day,
        lines=len(lines),
        whole=began is not None and began <= day - WINDOW + PATIENCE,
        gaps=tuple(gaps(lines, CHANNELS, f"{day}")),
    )


def _asked(until: dt.datetime) -> Iterator[Asked]:
    """Lines stamped within the window and long enough ago, withdrawn requests left out."""
    given = Count(
        "reservations",
        filter=Q(
            reservations__items__agreement__signed_at__isnull=False,
            reservations__items__agreement__signed_at__lte=F("request__received_at") + PATIENCE,
        ),
        distinct=True,
    )
    lines = RequestLine.objects.filter(
        request__received_at__gte=until - WINDOW, request__received_at__lt=until - PATIENCE
    ).exclude(request__state="withdrawn")
    pool_of = {kind: pool for pool, (_label, kinds) in POOLS.items() for kind in kinds}
    policy = policy_shown(timezone.localdate(until))
    told = lines.annotate(given=given, served=Max("request__people_served")).order_by("id")
    for association, channel, category, quantity, served, count in told.values_list(
        "request__association__code", "request__channel", "category", "quantity", "served", "given"
    ):
        band = f"{points(policy, served):06d}"
        size = next((name for most, name in SIZES if quantity <= most), "11+")
        stratum = f"{pool_of[category]}|{size}|{band}"
        yield Asked(association, channel, stratum, band, min(1.0, count / quantity))
