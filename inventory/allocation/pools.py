"""From the books to a round file: which devices are alike, who asks with how many points, what lines accept."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation.ladder.files import FORMAT
from inventory.allocation.models import Reservation, Round
from inventory.allocation.refusing import last_freeze, refused_since
from inventory.allocation.round_models import FrozenPool, Pin, PointsPolicy
from inventory.associations.models import Association, Eligibility, Request, RequestLine
from inventory.devices.categories import CATEGORIES
from inventory.devices.models import Device
from inventory.documents.commands import read_file
from inventory.lifecycle import Status

# Families that some request may take instead of one another (allocation §1): each pool is a ladder of its own.
POOLS: Final[dict[str, tuple[Promise, tuple[str, ...]]]] = {
    "computers": (_("Computers"), ("laptop", "desktop", "server")),
    "mobile": (_("Tablets and telephones"), ("tablet", "phone")),
    "screens": (_("Screens"), ("screen",)),
    "printers": (_("Printers"), ("printer",)),
    "network": (_("Network equipment"), ("network",)),
    "other": (_("Other equipment"), ("accessory", "other")),
}
# Memory in megabytes at which machines begin to differ for a request.
MEMORY: Final = (0, 2048, 4096, 8192, 16384, 32768)
YEAR: Final = dt.timedelta(days=365)


def inputs_of(found: Round, pool: str, policy: PointsPolicy) -> dict[str, Any]:
    """The round file of one pool as it stands now: neither channel nor time of day, only who asks for what."""
    categories = POOLS[pool][1]
    groups = _groups(categories)
    lines = [line for line in _lines(found, categories) if _eligible(line.request.association_id, found.closes_at)]
    return {
        "format": FORMAT,
        "round": f"{found.number}/{pool}",
        "policy": {
            "version": policy.version,
            "delta": [policy.delta_numerator, policy.delta_denominator],
            "floor": policy.floor,
        },
        "groups": [{"id": name, "units": units} for name, units in sorted(groups.items())],
        "associations": _associations(lines, found, pool, categories, policy),
        "lines": [_line(line, groups) for line in lines],
        "pins": _pins(found, pool, {line.request.association.shares_as for line in lines}),
        "seed": "-",
    }


def described(group: str) -> str:
    """A group as people read it: kind, memory from so many GB on, grade."""
    kind, memory, grade = f"{group}--".split("-")[:3]
    parts = [str(CATEGORIES.get(kind, kind))]
    if memory.isdecimal() and int(memory):
        parts.append(_("from %(gb)s GB") % {"gb": int(memory) // 1024})
    if grade:
        parts.append(_("grade %(grade)s") % {"grade": grade})
    return ", ".join(parts)


def points(policy: PointsPolicy, people: int | None) -> int:
    """The points of an association that reaches so many people a year; who says no number is in the lowest band."""
    for most, worth in policy.bands:
        if most is None or (people or 0) <= most:
            return int(worth)
    return int(policy.bands[-1][1])


def missed(request: Request, frozen: FrozenPool) -> bool:
    """Whether a request bears a date from before the closing and was typed in only after the pool was frozen."""
    return request.received_at < frozen.round.closes_at and request.recorded_at >= frozen.frozen_at


def pools_of(kinds: Iterable[str]) -> list[str]:
    """The pools in which these kinds of device are shared out, in the order of `POOLS`."""
    wanted = set(kinds)
    return [pool for pool, (_label, categories) in POOLS.items() if wanted & set(categories)]


def _groups(categories: Iterable[str]) -> dict[str, int]:
    """Ready devices by what a request can tell apart: category, step of memory, grade."""
    found: dict[str, int] = {}
    ready = Device.objects.filter(status=Status.READY, category__in=categories, merged_into__isnull=True)
    for category, memory, grade in ready.values_list("category", "memory_mb", "grade"):
        name = f"{category}-{_step(memory)}-{grade}"
        found[name] = found.get(name, 0) + 1
    return found


def _step(memory: int | None) -> int:
    return max(step for step in MEMORY if step <= (memory or 0))


def _lines(found: Round, categories: Iterable[str]) -> list[RequestLine]:
    """Lines of requests that wait and bear a stamp from before the closing, whatever their channel."""
    lines = RequestLine.objects.filter(
        Q(request__latest_on__isnull=True) | Q(request__latest_on__gte=timezone.localdate(found.closes_at)),
        category__in=categories,
        request__state="received",
        request__received_at__lt=found.closes_at,
    )
    return list(lines.select_related("request__association__cluster").order_by("request__reference", "position"))


def _eligible(association: int, at: dt.datetime) -> bool:
    latest = Eligibility.objects.filter(association_id=association, decided_at__lte=timezone.now()).first()
    decided = bool(latest and latest.eligible and latest.expires_on >= timezone.localdate(at))
    return decided and not Association.objects.filter(pk=association, struck_off=True).exists()


def _line(line: RequestLine, groups: dict[str, int]) -> dict[str, Any]:
    least = line.quantity if line.all_or_nothing else line.least_useful
    wanted = line.minimum_memory_mb or 0
    accepts = [name for name in groups if name.split("-")[0] in line.kinds and int(name.split("-")[1]) >= wanted]
    return {
        "id": f"{line.request.reference}/{line.position}",
        "association": line.request.association.shares_as,
        "accepts": sorted(accepts),
        "quantity": line.quantity,
        "least": least,
    }


def _associations(
    lines: list[RequestLine], found: Round, pool: str, categories: Iterable[str], policy: PointsPolicy
) -> list[dict[str, Any]]:
    people: dict[str, int] = {}
    for line in lines:
        code, served = line.request.association.shares_as, line.request.people_served or 0
        people[code] = max(served, people.get(code, 0))
    held = _held(set(people), found.closes_at - YEAR, categories)
    waited = _waited(pool, lines)
    refused = refused_since(last_freeze(pool, found.pk), set(people), categories)
    return [
        {
            "id": code,
            "points": points(policy, served),
            "history": held.get(code, 0),
            "refused": refused.get(code, 0),
            "waited": waited.get(code, 0),
        }
        for code, served in sorted(people.items())
    ]


def _held(sharers: set[str], since: dt.datetime, categories: Iterable[str]) -> dict[str, int]:
    """By association or cluster: devices of the pool handed over since, those of every member of a cluster together."""
    body = "line__request__association"
    counted = (
        Reservation.objects.filter(
            Q(**{f"{body}__code__in": sharers}) | Q(**{f"{body}__cluster__code__in": sharers}),
            released_at__isnull=True,
            reserved_at__gte=since,
            device__category__in=categories,
            device__status=Status.HANDED_OVER,
        )
        .values_list(f"{body}__code", f"{body}__cluster__code")
        .annotate(held=Count("id"))
        .order_by(f"{body}__code")
    )
    held: dict[str, int] = {}
    for code, cluster, count in counted:
        held[cluster or code] = held.get(cluster or code, 0) + count
    return held


def _shared() -> dict[str, str]:
    """By association that is in a cluster now: the cluster's code, under which it waits with the others."""
    return dict(Association.objects.filter(cluster__isnull=False).values_list("code", "cluster__code"))


def _pins(found: Round, pool: str, asking: set[str]) -> list[dict[str, Any]]:
    """Decisions that depart from the rule; of who no longer asks for anything there is nothing to decide."""
    pins = Pin.objects.filter(round=found, pool=pool, withdrawn_at__isnull=True).select_related("association__cluster")
    told = {
        pin.association.shares_as: {
            "association": pin.association.shares_as,
            "reason": pin.reason,
            "at_least": pin.at_least,
            "at_most": pin.at_most,
        }
        for pin in pins.order_by("id")
    }
    return [told[code] for code in sorted(told) if code in asking]


def _waited(pool: str, lines: list[RequestLine]) -> dict[str, int]:
    """By association: rounds of this pool in a row, up to the last one, in which it asked and got nothing.

    So does a round that one of these lines missed because it was typed in after the freeze, with a date before the
    closing: typing late never costs a place (DOMAIN §4).
    """
    waited: dict[str, int] = {}
    shared = _shared()
    drawn = FrozenPool.objects.filter(pool=pool, result__isnull=False).select_related("round", "result")
    for frozen in drawn.order_by("drawn_at"):
        assert frozen.result is not None  # filtered above  # noqa: S101
        units: dict[str, int] = {}
        for one in json.loads(read_file(frozen.result))["counts"]:
            name = shared.get(one["association"], one["association"])
            units[name] = units.get(name, 0) + one["units"]
        late = {one.request.association.shares_as for one in lines if missed(one.request, frozen)}
        for name, got in [*units.items(), *((name, 0) for name in sorted(late - set(units)))]:
            waited[name] = 0 if got else waited.get(name, 0) + 1
    return waited
