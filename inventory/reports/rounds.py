"""The public report of a round: who got what, where the stock ran out, how even it is, and what it depends on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation import replaying
from inventory.allocation.ladder.keys import SCALE
from inventory.allocation.outcomes import frozen_pools
from inventory.allocation.pins import PIN_REASONS, cost_of_pins
from inventory.allocation.pools import POOLS
from inventory.allocation.queries import names_of_associations
from inventory.allocation.round_models import FrozenPool, Pin, RoundDecision
from inventory.devices.categories import CATEGORIES
from inventory.errors import NotFound
from inventory.reports.breakdown import Breakdown, Summary, before, breakdown, files_of, levels
from inventory.reports.fairness import SMALL, gini, jain
from inventory.reports.parity import Parity, parity
from inventory.reports.upstream import Upstream, upstream

# How many devices an association received, as the distribution groups them.
STEPS: Final = ((0, "0"), (1, "1"), (2, "2"), (5, "3–5"), (10, "6–10"), (20, "11–20"))


@dataclass(frozen=True, slots=True)
class Evenness:
    """Levels, (devices of twelve months and of this round) ÷ points, among those whose wishes were not all met.

    None where fewer than `SMALL` are left to compare.
    """

    associations: int
    least: float | None
    jain: float | None
    gini: float | None


@dataclass(frozen=True, slots=True)
class Departure:
    """A pin as the report shows it: for whom, why, and who got more or less by all pins of the pool."""

    association: str
    at_least: int
    at_most: int | None
    reason: Promise
    words: str


@dataclass(frozen=True, slots=True)
class PoolReport:
    """One pool of a published round."""

    pool: str
    label: Promise
    frozen: FrozenPool
    stock: int
    asked: int
    awarded: int
    associations: int
    # Names with devices, most first; who got none is only counted.
    awards: tuple[tuple[str, int], ...]
    nothing: int
    never: int
    longest_wait: int
    distribution: tuple[tuple[str, int], ...]
    # Kind of device → last turn that was honoured before the stock ran out.
    cut_offs: tuple[tuple[Promise, float], ...]
    withdrawn_lots: int
    evenness: Evenness
    draw: replaying.Influence
    points: replaying.Influence
    departures: tuple[Departure, ...]
    # Association and devices more or (negative) fewer, by all pins together.
    bill: tuple[tuple[str, int], ...]
    breakdown: Breakdown
    # The last published round that shared this pool out.
    last: Summary | None

    @property
    def percent(self) -> int:
        """How much of what was asked was awarded, in points of a hundred."""
        return round(100 * self.awarded / self.asked) if self.asked else 0


@dataclass(frozen=True, slots=True)
class RoundReport:
    """A published round as anybody may read it."""

    decision: RoundDecision
    pools: tuple[PoolReport, ...]
    parity: Parity
    upstream: tuple[Upstream, ...]

    @property
    def number(self) -> str:
        """The round's number."""
        return self.decision.round.number


def published() -> QuerySet[RoundDecision]:
    """Published rounds, newest first."""
    found = RoundDecision.objects.filter(published_at__isnull=False)
    return found.select_related("round").order_by("-published_at", "-id")


def commitments() -> QuerySet[FrozenPool]:
    """Frozen pools of rounds that are not published: their fingerprints stand in public before the draw."""
    found = FrozenPool.objects.exclude(round__decision__published_at__isnull=False)
    return found.select_related("round", "policy").order_by("-frozen_at", "-id")


def report_of(number: str) -> RoundReport:
    """The report of a published round. Refuses NotFound: there is none, or it is not published."""
    decision = published().filter(round__number=number).first()
    if decision is None or decision.published_at is None:
        raise NotFound(_("There is no published round %(number)s."), number=number)
    pools = tuple(_pool(frozen) for frozen in frozen_pools(decision.round) if frozen.drawn_at is not None)
    day = timezone.localdate(decision.published_at)
    return RoundReport(decision, pools, parity(day), upstream(day))


def published_pool(number: str, pool: str) -> FrozenPool:
    """One pool of a published round, whose files anybody may take. Refuses NotFound."""
    found = FrozenPool.objects.filter(round__number=number, pool=pool, round__decision__published_at__isnull=False)
    frozen = found.select_related("policy", "inputs", "round_file", "result", "round").first()
    if frozen is None:
        raise NotFound(_("There is no published round %(number)s."), number=number)
    return frozen


def _pool(frozen: FrozenPool) -> PoolReport:
    made, result = files_of(frozen)
    people = {one["id"]: one for one in made["associations"]}
    counts = {one["association"]: one["units"] for one in result["counts"]}
    names = names_of_associations(counts)
    awards = sorted(
        ((names.get(code, code), units) for code, units in counts.items() if units), key=lambda one: (-one[1], one[0])
    )
    nothing = [code for code, units in counts.items() if not units]
    pins = Pin.objects.filter(round=frozen.round, pool=frozen.pool, withdrawn_at__isnull=True)
    paid = sorted(cost_of_pins(frozen).items(), key=lambda one: (one[1], one[0]))
    names |= names_of_associations([code for code, _units in paid])
    return PoolReport(
        pool=frozen.pool,
        label=POOLS[frozen.pool][0],
        frozen=frozen,
        stock=result["units"]["stock"],
        asked=result["units"]["asked"],
        awarded=result["units"]["awarded"],
        associations=len(counts),
        awards=tuple(awards),
        nothing=len(nothing),
        never=sum(1 for code in nothing if not people[code]["history"]),
        longest_wait=max((people[code]["waited"] + 1 for code in nothing), default=0),
        distribution=_distribution(list(counts.values())),
        cut_offs=_cut_offs(made, result),
        withdrawn_lots=len(result["withdrawn_lots"]),
        evenness=_evenness(people, counts, result),
        draw=replaying.draw_influence(frozen),
        points=replaying.points_influence(frozen),
        departures=tuple(
            Departure(pin.association.name, pin.at_least, pin.at_most, PIN_REASONS[pin.reason], pin.words)
            for pin in pins.select_related("association").order_by("id")
        ),
        bill=tuple((names.get(code, code), units) for code, units in paid),
        breakdown=breakdown(frozen),
        last=before(frozen),
    )


def _distribution(units: list[int]) -> tuple[tuple[str, int], ...]:
    """How many associations received so many devices."""
    counted = Counter(next((name for most, name in STEPS if one <= most), "21+") for one in units)
    names = [*(name for _most, name in STEPS), "21+"]
    last = max((place for place, name in enumerate(names) if counted[name]), default=0)
    return tuple((name, counted[name]) for name in names[: last + 1])


def _cut_offs(made: dict[str, Any], result: dict[str, Any]) -> tuple[tuple[Promise, float], ...]:
    kinds = {line["id"]: {name.split("-")[0] for name in line["accepts"]} for line in made["lines"]}
    last: dict[str, int] = {}
    for one in result["lines"]:
        if one.get("cut_off") is not None:
            for kind in kinds[one["line"]]:
                last[kind] = max(last.get(kind, 0), one["cut_off"])
    return tuple((CATEGORIES[kind], turn / SCALE) for kind, turn in sorted(last.items()) if kind in CATEGORIES)


def _evenness(people: dict[str, Any], counts: dict[str, int], result: dict[str, Any]) -> Evenness:
    found = levels(people, counts, result)
    if len(found) < SMALL:
        return Evenness(len(found), None, None, None)
    return Evenness(len(found), min(found), jain(found), gini(found))
