"""A round beside the last one, in tenths, and by size, place, language and public, small groups put together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inventory.allocation.round_models import FrozenPool
from inventory.associations.facts import PUBLICS, UI_LANGUAGES
from inventory.associations.models import Association
from inventory.associations.municipalities import MUNICIPALITIES
from inventory.documents.commands import read_file
from inventory.reports.fairness import SMALL, gini, jain

# Devices asked for by an association in a pool, as the breakdown groups them.
SIZES: Final = ((2, "1–2"), (5, "3–5"), (10, "6–10"), (20, "11–20"))
_OTHERS: Final = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A group of at least `SMALL` associations: how many, what they asked for and were awarded, in devices."""

    name: str | Promise
    associations: int
    asked: int
    awarded: int

    @property
    def percent(self) -> int:
        """How much of what was asked was awarded, in points of a hundred."""
        return round(100 * self.awarded / self.asked) if self.asked else 0


@dataclass(frozen=True, slots=True)
class Summary:
    """One pool of a round in figures that can be set beside those of another round; None where too few are left."""

    number: str
    stock: int
    asked: int
    awarded: int
    associations: int
    nothing: int
    jain: float | None
    gini: float | None

    @property
    def percent(self) -> int:
        """How much of what was asked was awarded, in points of a hundred."""
        return round(100 * self.awarded / self.asked) if self.asked else 0


@dataclass(frozen=True, slots=True)
class Breakdown:
    """`deciles`: of the share awarded of what each association asked for, nine numbers between 0 and 100, or none."""

    deciles: tuple[int, ...]
    sizes: tuple[Cell, ...]
    places: tuple[Cell, ...]
    languages: tuple[Cell, ...]
    # By the public of which an association reaches most.
    publics: tuple[Cell, ...]


def files_of(frozen: FrozenPool) -> tuple[dict[str, Any], dict[str, Any]]:
    """The round file and the result of a drawn pool."""
    assert frozen.result is not None and frozen.round_file is not None  # drawn  # noqa: S101, PT018
    return json.loads(read_file(frozen.round_file)), json.loads(read_file(frozen.result))


def summary(frozen: FrozenPool) -> Summary:
    """The figures of one drawn pool."""
    made, result = files_of(frozen)
    people = {one["id"]: one for one in made["associations"]}
    counts = {one["association"]: one["units"] for one in result["counts"]}
    found = levels(people, counts, result)
    enough = len(found) >= SMALL
    return Summary(
        number=frozen.round.number,
        **{name: result["units"][name] for name in ("stock", "asked", "awarded")},
        associations=len(counts),
        nothing=sum(1 for units in counts.values() if not units),
        jain=jain(found) if enough else None,
        gini=gini(found) if enough else None,
    )


def before(frozen: FrozenPool) -> Summary | None:
    """The same of the last published round before it that shared this pool out; None for the first."""
    decision = getattr(frozen.round, "decision", None)
    if decision is None or decision.published_at is None:
        return None
    earlier = FrozenPool.objects.filter(
        pool=frozen.pool, drawn_at__isnull=False, round__decision__published_at__lt=decision.published_at
    )
    last = earlier.select_related("round", "round_file", "result").order_by("-round__decision__published_at").first()
    return summary(last) if last else None


def levels(people: Mapping[str, Any], counts: Mapping[str, int], result: Mapping[str, Any]) -> list[float]:
    """Devices of twelve months and of this round for each point, of those whose wishes were not all met."""
    short = {one["association"] for one in result["lines"] if one["got"] < one["asked"]}
    return [(people[code]["history"] + counts[code]) / people[code]["points"] for code in sorted(short)]


def breakdown(frozen: FrozenPool) -> Breakdown:
    """How much of what they asked for associations were awarded, in tenths and by group."""
    made, result = files_of(frozen)
    counts = {one["association"]: one["units"] for one in result["counts"]}
    asked: dict[str, int] = {}
    for line in made["lines"]:
        asked[line["association"]] = asked.get(line["association"], 0) + line["quantity"]
    shares = {code: (asked[code], counts.get(code, 0)) for code in asked}
    bodies = _bodies(asked)
    return Breakdown(
        deciles=deciles([got / wanted for wanted, got in shares.values()]),
        sizes=cells({code: _size(wanted) for code, (wanted, _got) in shares.items()}, shares),
        places=cells({code: _place(bodies.get(code)) for code in shares}, shares),
        languages=cells(
            {code: str(UI_LANGUAGES[body.official_language]) for code, body in bodies.items() if code in shares}, shares
        ),
        publics=cells({code: _public(bodies.get(code)) for code in shares}, shares),
    )


def deciles(rates: list[float]) -> tuple[int, ...]:
    """The nine deciles in points of a hundred; none where a tenth would be less than one association."""
    if len(rates) < 2 * SMALL:
        return ()
    ranked = sorted(rates)
    return tuple(round(100 * ranked[(len(ranked) - 1) * tenth // 10]) for tenth in range(1, 10))


def cells(group: Mapping[str, str], shares: Mapping[str, tuple[int, int]]) -> tuple[Cell, ...]:
    """Groups by name; those of fewer than `SMALL` associations stand together, with the smallest other one if need be.

    So nothing small can be found by subtracting. None at all where even together they are too few.
    """
    found: dict[str, list[str]] = {}
    for code, name in group.items():
        found.setdefault(name, []).append(code)
    few = [code for name, codes in found.items() if len(codes) < SMALL or name == _OTHERS for code in codes]
    shown = {name: codes for name, codes in found.items() if len(codes) >= SMALL and name != _OTHERS}
    while few and len(few) < SMALL and shown:
        smallest = min(shown, key=lambda name: (len(shown[name]), name))
        few += shown.pop(smallest)
    told = [_cell(name, codes, shares) for name, codes in sorted(shown.items())]
    return tuple([*told, _cell(_("Others together"), few, shares)] if len(few) >= SMALL else told)


def _cell(name: str | Promise, codes: list[str], shares: Mapping[str, tuple[int, int]]) -> Cell:
    return Cell(name, len(codes), sum(shares[code][0] for code in codes), sum(shares[code][1] for code in codes))


def _size(wanted: int) -> str:
    return next((name for most, name in SIZES if wanted <= most), "21+")


def _place(body: Association | None) -> str:
    seat = MUNICIPALITIES.get(body.nis_code) if body else None
    return seat.name(get_language() or "fr") if seat else _OTHERS


def _public(body: Association | None) -> str:
    """One public for each, so that groups never overlap: that of most people; who says none stands with the others."""
    reached = {code: count for code, count in (body.publics if body else {}).items() if count and code in PUBLICS}
    return str(PUBLICS[max(reached, key=lambda code: (reached[code], code))]) if reached else _OTHERS


def _bodies(codes: Mapping[str, int]) -> dict[str, Association]:
    """By the code under which it shares: the association, of a cluster its first member."""
    found = {body.code: body for body in Association.objects.filter(code__in=codes)}
    members = Association.objects.filter(cluster__code__in=codes).select_related("cluster").order_by("-search", "-id")
    return {**{body.shares_as: body for body in members}, **found}
