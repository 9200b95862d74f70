"""Where paper can still lose: until a request is complete, in time for its closing or not, until a first device."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, Q
from django.utils import timezone

from inventory.allocation.models import Round
from inventory.allocation.points import policy_shown
from inventory.allocation.pools import points
from inventory.associations.filing_models import Letter
from inventory.associations.models import Request
from inventory.reports.fairness import ALARM, PERMUTATIONS, SMALL, permuted
from inventory.reports.parity import CHANNELS, WINDOW


@dataclass(frozen=True, slots=True)
class Course:
    """How long something took for one request or association: days, and whether it came at all (else it still waits).

    `stratum` is what may be compared: the points band.
    """

    association: str
    channel: str
    stratum: str
    days: float
    came: bool


@dataclass(frozen=True, slots=True)
class Upstream:
    """One channel before and beside the sharing; figures are None where fewer than `SMALL` associations stand behind.

    `valid`: share of requests complete in time for the closing they preceded, `valid_p` how often chance alone leaves
    it as low (Fisher's exact test); `asked_again`: share to which something was missing; `rejected`: share refused or
    withdrawn while it was missing; `days` and `first_days`: median days until complete, and until a first device, `p`
    how often chance alone is as slow (log-rank, stratified by points band, permuted).
    """

    channel: str
    associations: int
    requests: int
    valid: float | None
    valid_p: float | None
    asked_again: float | None
    rejected: float | None
    days: float | None
    days_p: float | None
    first_days: float | None
    first_p: float | None

    @property
    def behind(self) -> bool:
        """Whether chance alone hardly explains one of them: somebody has to look."""
        return any(p is not None and p < ALARM for p in (self.valid_p, self.days_p, self.first_p))

    @property
    def percent(self) -> dict[str, str]:
        """Shares in points of a hundred, as people read them."""
        told = {"valid": self.valid, "asked_again": self.asked_again, "rejected": self.rejected}
        return {name: f"{100 * value:.0f}" for name, value in told.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Seen:
    course: Course
    valid: bool | None
    asked_again: bool
    rejected: bool


@lru_cache(maxsize=32)
def upstream(day: dt.date) -> tuple[Upstream, ...]:
    """Every channel over the two years up to a day; kept in memory, for the past hardly changes."""
    until = timezone.make_aware(dt.datetime.combine(day, dt.time.max))
    seen, first = list(_seen(until)), list(_first_devices(until))
    slow = log_rank([one.course for one in seen], CHANNELS, f"{day}|complete")
    later = log_rank(first, CHANNELS, f"{day}|first")
    return tuple(_of(channel, seen, first, slow[channel], later[channel]) for channel in CHANNELS)


def fisher(mine: int, of_mine: int, others: int, of_others: int) -> float:
    """How often chance alone leaves the first group with so few, given all totals: exact, one-sided."""
    total, good = of_mine + of_others, mine + others
    every = math.comb(total, of_mine)
    low = max(0, of_mine - (total - good))
    return sum(math.comb(good, k) * math.comb(total - good, of_mine - k) for k in range(low, mine + 1)) / every


def scores(courses: Iterable[Course]) -> list[tuple[str, str, float]]:
    """The log-rank score of each course, as association, channel, score: came, less what its stratum expects by then.

    A group's sum is observed less expected, so that a permutation only adds anew.
    """
    strata: dict[str, list[Course]] = defaultdict(list)
    for one in courses:
        strata[one.stratum].append(one)
    told = []
    for name in sorted(strata):
        hazard, left = 0.0, len(strata[name])
        by_days: dict[float, list[Course]] = defaultdict(list)
        for one in strata[name]:
            by_days[one.days].append(one)
        for days in sorted(by_days):
            together = by_days[days]
            hazard += sum(one.came for one in together) / left
            left -= len(together)
            told += [(one.association, one.channel, one.came - hazard) for one in together]
    return told


def log_rank(courses: Sequence[Course], channels: Sequence[str], seed: str) -> dict[str, float | None]:
    """For each channel how often chance alone makes it at least as slow as it was; None where too few stand behind.

    Channels are permuted between associations within strata, as in `gaps`: the same courses and seed, the same figures.
    """
    used: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    sums: dict[str, float] = defaultdict(float)
    band: dict[str, str] = {}
    for one in courses:
        used[one.association][one.channel] += 1
        band[one.association] = max(one.stratum, band.get(one.association, ""))
    for association, _channel, score in scores(courses):
        sums[association] += score
    of = {name: max(sorted(counts), key=lambda one: counts[one]) for name, counts in sorted(used.items())}
    bands: dict[str, list[str]] = defaultdict(list)
    for name in of:
        bands[band[name]].append(name)
    shown = _by_channel(of, sums)
    chance, as_slow = random.Random(seed), dict.fromkeys(channels, 1)  # noqa: S311  # repeatable, no secret
    for _run in range(PERMUTATIONS if len(set(of.values())) > 1 else 0):
        drawn = _by_channel(permuted(of, bands, chance), sums)
        for channel in channels:
            as_slow[channel] += drawn.get(channel, 0.0) <= shown.get(channel, 0.0) + 1e-9
    counts = {channel: sum(label == channel for label in of.values()) for channel in channels}
    return {
        channel: as_slow[channel] / (1 + PERMUTATIONS)
        if min(counts[channel], len(of) - counts[channel]) >= SMALL
        else None
        for channel in channels
    }


def _by_channel(of: dict[str, str], sums: dict[str, float]) -> dict[str, float]:
    told: dict[str, float] = defaultdict(float)
    for name, channel in of.items():
        told[channel] += sums[name]
    return told


def _of(channel: str, seen: list[_Seen], first: list[Course], slow: float | None, later: float | None) -> Upstream:
    mine = [one for one in seen if one.course.channel == channel]
    others = [one for one in seen if one.course.channel != channel]
    behind = {one.course.association for one in mine}
    if len(behind) < SMALL or len({one.course.association for one in others}) < SMALL:
        return Upstream(channel, len(behind), len(mine), None, None, None, None, None, None, None, None)
    judged = [[one.valid for one in some if one.valid is not None] for some in (mine, others)]
    waits = [one.course.days for one in mine if one.course.came]
    devices = [one.days for one in first if one.channel == channel and one.came]
    both = all(judged)
    return Upstream(
        channel=channel,
        associations=len(behind),
        requests=len(mine),
        valid=sum(map(bool, judged[0])) / len(judged[0]) if judged[0] else None,
        valid_p=fisher(sum(map(bool, judged[0])), len(judged[0]), sum(map(bool, judged[1])), len(judged[1]))
        if both
        else None,
        asked_again=sum(one.asked_again for one in mine) / len(mine),
        rejected=sum(one.rejected for one in mine) / len(mine),
        days=median(waits) if waits else None,
        days_p=slow,
        first_days=median(devices) if len(devices) >= SMALL else None,
        first_p=later,
    )


def _seen(until: dt.datetime) -> Iterator[_Seen]:
    rounds = list(Round.objects.order_by("closes_at").values_list("closes_at", "entries_until"))
    asked = Exists(Letter.objects.filter(request=OuterRef("pk"), kind="incomplete"))
    refused = Exists(Request.objects.filter(pk=OuterRef("pk"), decisions__outcome="refuse"))
    found = Request.objects.filter(received_at__gte=until - WINDOW, received_at__lte=until, recorded_at__lte=until)
    told = found.annotate(
        asked=asked,
        refused=refused,
        completed=Max("filings__recorded_at", filter=Q(filings__procedure="complete")),
    ).order_by("id")
    policy = policy_shown(timezone.localdate(until))
    facts = ("association__code", "channel", "people_served", "received_at", "recorded_at", "missing", "state")
    for row in told.values(*facts, "asked", "refused", "completed"):
        complete = None if row["missing"] else max(row["recorded_at"], row["completed"] or row["recorded_at"])
        closing = next((one for one in rounds if one[0] > row["received_at"]), None)
        valid = complete is not None and complete <= closing[1] if closing and closing[1] <= until else None
        end = complete or until
        course = Course(
            row["association__code"],
            row["channel"],
            f"{points(policy, row['people_served']):06d}",
            max(0.0, (end - row["received_at"]) / dt.timedelta(days=1)),
            complete is not None,
        )
        gone = bool(row["missing"]) and (row["refused"] or row["state"] == "withdrawn")
        yield _Seen(course, valid, bool(row["asked"]), gone)


def _first_devices(until: dt.datetime) -> Iterator[Course]:
    """For each association the days from its first request to its first device."""
    given = Min(
        "lines__reservations__items__agreement__signed_at",
        filter=Q(lines__reservations__items__agreement__signed_at__lte=until),
    )
    found = Request.objects.filter(received_at__gte=until - WINDOW, received_at__lte=until).exclude(state="withdrawn")
    policy = policy_shown(timezone.localdate(until))
    kept: dict[str, dict[str, Any]] = {}
    rows = found.annotate(given=given).order_by("received_at", "id")
    for asked in rows.values("association__code", "channel", "people_served", "received_at", "given"):
        one = kept.setdefault(asked["association__code"], dict(asked))
        if asked["given"] and (one["given"] is None or asked["given"] < one["given"]):
            one["given"] = asked["given"]
    for code, row in kept.items():
        days = ((row["given"] or until) - row["received_at"]) / dt.timedelta(days=1)
        yield Course(
            code, row["channel"], f"{points(policy, row['people_served']):06d}", max(0.0, days), bool(row["given"])
        )
