"""Failure rates through the API: by tool and version, or by model."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema

from inventory.api.asking import NO, Day, actor_of
from inventory.wiping.failures import FailureRate, failure_rates

router = Router()


class FailureRateOut(Schema):
    """Attempts and failures of one tool and version, or of one manufacturer and model; the share from 0 to 1."""

    name: str
    detail: str
    attempts: int
    failed: int
    found_later: int
    share: float


@router.get("/failure-rates", response={200: list[FailureRateOut], **NO}, summary="Failure rates")
def list_failure_rates(
    request: HttpRequest, by: Literal["tool", "model"] = "tool", first: Day | None = None, last: Day | None = None
) -> list[FailureRate]:
    """Of the attempts recorded from `first` to `last`, the highest share first."""
    return failure_rates(actor_of(request), by, first=first, last=last)
