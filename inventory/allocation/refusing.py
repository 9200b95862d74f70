"""Refused without a reason that holds: half a device each in the next round, and the second time the line is closed.

Allocation §5, "under-specifying then refusing". An answer to a complaint that finds the refusal justified undoes both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Sum

from inventory.allocation.complaint_models import ComplaintAnswer
from inventory.allocation.refusal_models import Refusal
from inventory.allocation.round_models import FrozenPool
from inventory.associations.models import Request, RequestLine

# Of the reasons why devices are not taken (`continuing.REASONS`): what nobody but the association could help.
WITHOUT_REASON = frozenset({"refused"})


def standing_refusals() -> QuerySet[Refusal]:
    """Refusals that count: all but those that a later answer to a complaint about the request found justified."""
    answers = ComplaintAnswer.objects.filter(
        excuses=True, filing__request=OuterRef("line__request"), answered_at__gte=OuterRef("recorded_at")
    )
    return Refusal.objects.filter(~Exists(answers)).order_by("id")


def refused_before(line: RequestLine) -> bool:
    """Whether the next refusal without reason closes this line."""
    return standing_refusals().filter(line=line).exists()


def refused_by(request: Request) -> int:
    """Devices that the association refused of a request without a reason that holds."""
    return standing_refusals().filter(line__request=request).aggregate(total=Sum("units"))["total"] or 0


def closed_positions(request: Request) -> set[int]:
    """The lines of a request to which nothing more is given, by position."""
    found = standing_refusals().filter(line__request=request, closes=True)
    return set(found.values_list("line__position", flat=True))


def refused_since(last: dt.datetime | None, sharers: Collection[str], categories: Iterable[str]) -> dict[str, int]:
    """By association or cluster: devices of these kinds that it refused without reason since a moment."""
    body = "line__request__association"
    found = standing_refusals().filter(
        Q(**{f"{body}__code__in": sharers}) | Q(**{f"{body}__cluster__code__in": sharers}),
        line__category__in=categories,
    )
    if last is not None:
        found = found.filter(recorded_at__gt=last)
    counted = found.order_by(f"{body}__code").values_list(f"{body}__code", f"{body}__cluster__code")
    refused: dict[str, int] = {}
    for code, cluster, units in counted.annotate(units_=Sum("units")):
        refused[cluster or code] = refused.get(cluster or code, 0) + units
    return refused


def last_freeze(pool: str, round_id: int) -> dt.datetime | None:
    """When the pool was frozen last for another round: what was refused before has weighed there."""
    earlier = FrozenPool.objects.filter(pool=pool).exclude(round_id=round_id)
    moment: dt.datetime | None = earlier.aggregate(last=Max("frozen_at"))["last"]
    return moment
