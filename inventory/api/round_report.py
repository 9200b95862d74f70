"""The report of a published round, and what if another rule had held, through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from inventory.allocation import outcomes, replaying
from inventory.api.asking import NO, Text20, actor_of
from inventory.reports import rounds
from inventory.reports.breakdown import Cell
from inventory.reports.fairness import Gap

router = Router()


class Counted(Schema):
    """A name and a number of devices or associations."""

    name: str
    count: int


class InfluenceOut(Schema):
    """What the outcome depends on: over so many runs, associations whose number changes, and the share moved."""

    runs: int
    changed: int
    most: int
    moved: float
    associations: int


class CellOut(Schema):
    """A group of associations large enough to be told, with devices asked for and awarded."""

    name: str
    associations: int
    asked: int
    awarded: int


class SummaryOut(Schema):
    """The figures of another round of the same pool."""

    number: str
    stock: int
    asked: int
    awarded: int
    associations: int
    nothing: int
    jain: float | None
    gini: float | None


class UpstreamOut(Schema):
    """A channel beside the sharing: complete in time, asked again, rejected, days until complete and a first device."""

    channel: str
    valid: float | None
    valid_p: float | None
    asked_again: float | None
    rejected: float | None
    days: float | None
    days_p: float | None
    first_days: float | None
    first_p: float | None
    behind: bool


class PoolReportOut(Schema):
    """One pool of a published round; figures of evenness are empty where too few are left to compare."""

    pool: str
    stock: int
    asked: int
    awarded: int
    associations: int
    nothing: int
    never: int
    longest_wait: int
    awards: list[Counted]
    distribution: list[Counted]
    bill: list[Counted]
    jain: float | None
    gini: float | None
    draw: InfluenceOut
    points: InfluenceOut
    pins: int
    # Of the share awarded of what each association asked for; none where a tenth would be less than one of them.
    deciles: list[int]
    sizes: list[CellOut]
    places: list[CellOut]
    languages: list[CellOut]
    publics: list[CellOut]
    last: SummaryOut | None

    @staticmethod
    def resolve_awards(pool: rounds.PoolReport) -> list[dict[str, Any]]:
        """Associations with devices, most first."""
        return _counted(pool.awards)

    @staticmethod
    def resolve_distribution(pool: rounds.PoolReport) -> list[dict[str, Any]]:
        """How many associations received so many devices."""
        return _counted(pool.distribution)

    @staticmethod
    def resolve_bill(pool: rounds.PoolReport) -> list[dict[str, Any]]:
        """Devices more or fewer by all pins together."""
        return _counted(pool.bill)

    @staticmethod
    def resolve_jain(pool: rounds.PoolReport) -> float | None:
        """Of the level among those that went short."""
        return pool.evenness.jain

    @staticmethod
    def resolve_gini(pool: rounds.PoolReport) -> float | None:
        """Of the level among those that went short."""
        return pool.evenness.gini

    @staticmethod
    def resolve_deciles(pool: rounds.PoolReport) -> list[int]:
        """Nine numbers between 0 and 100."""
        return list(pool.breakdown.deciles)

    @staticmethod
    def resolve_sizes(pool: rounds.PoolReport) -> list[dict[str, Any]]:
        """By how many devices an association asked for."""
        return _cells(pool.breakdown.sizes)

    @staticmethod
    def resolve_places(pool: rounds.PoolReport) -> list[dict[str, Any]]:
        """By the municipality of its seat."""
        return _cells(pool.breakdown.places)

    @staticmethod
    def resolve_languages(pool: rounds.PoolReport) -> list[dict[str, Any]]:
        """By its official language."""
        return _cells(pool.breakdown.languages)

    @staticmethod
    def resolve_publics(pool: rounds.PoolReport) -> list[dict[str, Any]]:
        """By the public of which it reaches most."""
        return _cells(pool.breakdown.publics)

    @staticmethod
    def resolve_pins(pool: rounds.PoolReport) -> int:
        """Departures from the rule."""
        return len(pool.departures)


class GapOut(Schema):
    """A channel against all others; a small group tells its size as 0 and no figure."""

    channel: str
    associations: int
    share: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    behind: bool

    @staticmethod
    def resolve_associations(gap: Gap) -> int:
        """Suppressed where too few."""
        return gap.associations if gap.difference is not None else 0


class ReportOut(Schema):
    """A published round."""

    round: str
    organ: str
    decision: str
    decided_on: dt.date
    published_at: dt.datetime
    pools: list[PoolReportOut]
    # Whether the books go back 24 months: before, no verdict.
    whole: bool
    channels: list[GapOut]
    upstream: list[UpstreamOut]


class ChangeOut(Schema):
    """An association whose number would have been another."""

    association: str
    before: int
    after: int


class ReplayOut(Schema):
    """A round as it was and as it would have been."""

    before: int
    after: int
    moved: int
    changes: list[ChangeOut]
    draw: InfluenceOut
    points: InfluenceOut


class WhatIf(Schema):
    """Another version of the points, knob (as numerator and denominator) or floor, or no pins."""

    version: Text20 = ""
    numerator: int | None = Field(None, ge=0, le=1000)
    denominator: int = Field(1, ge=1, le=1000)
    floor: int | None = Field(None, ge=0, le=100)
    pins: bool = True


@router.get("/rounds/{number}/report", response={200: ReportOut, **NO}, summary="The report of a published round")
def report(request: HttpRequest, number: str) -> dict[str, Any]:
    """As anybody may read it on its public page."""
    found = rounds.report_of(number)
    decision = found.decision
    return {
        "round": found.number,
        "organ": decision.organ,
        "decision": decision.number,
        "decided_on": decision.decided_on,
        "published_at": decision.published_at,
        "pools": found.pools,
        "whole": found.parity.whole,
        "channels": found.parity.gaps,
        "upstream": found.upstream,
    }


@router.get(
    "/rounds/{number}/pools/{pool}/what-if", response={200: ReplayOut, **NO}, summary="A round under another rule"
)
def what_if(request: HttpRequest, number: str, pool: str, asked: Query[WhatIf]) -> dict[str, Any]:
    """Shared out again; nothing is stored."""
    actor = actor_of(request)
    frozen = outcomes.frozen_pool(number, pool, actor)
    replay = replaying.replayed(
        frozen,
        version=asked.version,
        delta=None if asked.numerator is None else (asked.numerator, asked.denominator),
        floor=asked.floor,
        pins=asked.pins,
    )
    hidden = outcomes.hidden_from(actor)
    return {
        "before": replay.before,
        "after": replay.after,
        "moved": replay.moved,
        "changes": [
            {"association": code, "before": before, "after": after}
            for code, before, after in replay.changes
            if code not in hidden
        ],
        "draw": replaying.draw_influence(frozen),
        "points": replaying.points_influence(frozen),
    }


def _cells(found: tuple[Cell, ...]) -> list[dict[str, Any]]:
    names = ("associations", "asked", "awarded")
    return [{"name": str(one.name), **{name: getattr(one, name) for name in names}} for one in found]


def _counted(pairs: tuple[tuple[str, int], ...]) -> list[dict[str, Any]]:
    return [{"name": name, "count": count} for name, count in pairs]
