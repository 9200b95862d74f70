"""The points policy of the rounds through the API: its versions, and adopting a new one."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.allocation import outcomes
from inventory.allocation.points import adopt_points
from inventory.allocation.round_models import PointsPolicy
from inventory.api.asking import NO, Day, Text20, actor_of

router = Router()


class Band(Schema):
    """Up to so many people reached a year (nothing: without end), so many points."""

    most: int | None = Field(None, ge=1, le=10**6)
    points: int = Field(ge=1, le=10**4)


class Knob(Schema):
    """The divisor's knob as a fraction between 0 and 1; 1/2 favours nobody (Sainte-Laguë)."""

    numerator: int = Field(1, ge=0, le=1000)
    denominator: int = Field(2, ge=1, le=1000)


class PointsOut(Schema):
    """A version of the points policy."""

    version: str
    valid_from: dt.date
    bands: list[Band]
    delta: Knob
    floor: int
    second_signature_above: int
    reference: str

    @staticmethod
    def resolve_bands(policy: PointsPolicy) -> list[dict[str, int | None]]:
        """In their order, the last one without end."""
        return [{"most": most, "points": worth} for most, worth in policy.bands]

    @staticmethod
    def resolve_delta(policy: PointsPolicy) -> dict[str, int]:
        """As a fraction."""
        return {"numerator": policy.delta_numerator, "denominator": policy.delta_denominator}


class PointsIn(Schema):
    """A version to adopt."""

    version: Text20 = Field(min_length=1)
    valid_from: Day
    bands: list[Band] = Field(min_length=1, max_length=50)
    reference: str = Field(min_length=1, max_length=60)
    delta: Knob = Knob(numerator=1, denominator=2)
    floor: int = Field(1, ge=0, le=100)
    second_signature_above: int = Field(5, ge=0, le=1000)


@router.get("/points-policies", response={200: list[PointsOut], **NO}, summary="Versions of the points policy")
def list_points(request: HttpRequest) -> list[PointsPolicy]:
    """Newest first; a round is decided by the version in force on the day it opened."""
    return list(outcomes.policies(actor_of(request)))


@router.post("/points-policies", response={201: PointsOut, **NO}, summary="Adopt a version of the points policy")
def adopt(request: HttpRequest, payload: PointsIn) -> Status[PointsPolicy]:
    """From today or a later day on, and not while a round is open that it would change."""
    made = adopt_points(
        payload.version,
        actor=actor_of(request),
        valid_from=payload.valid_from,
        bands=[(band.most, band.points) for band in payload.bands],
        reference=payload.reference,
        floor=payload.floor,
        delta=(payload.delta.numerator, payload.delta.denominator),
        second_signature_above=payload.second_signature_above,
    )
    return Status(201, made)
