"""The wiping policy through the API: its versions, and the written exceptions to it."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from ninja import Router, Schema, Status

from inventory.api.asking import NO, Day, Text20, Text100, Text150, actor_of
from inventory.wiping import deciding, policy
from inventory.wiping.policy_models import ClearException, SanitisationPolicy

router = Router()


class PolicyOut(Schema):
    """A version of the policy; `suffices` says for each kind of medium which category may leave."""

    valid_from: dt.date
    edition: str
    suffices: dict[str, str]
    reference: str


class PolicyIn(Schema):
    """A version to adopt; a kind that is not named stays as it is."""

    valid_from: Day
    edition: Text150
    suffices: dict[str, str]
    reference: Text100


@router.get("/sanitisation-policies", response={200: list[PolicyOut], **NO}, summary="Versions of the policy")
def list_policies(request: HttpRequest) -> list[SanitisationPolicy]:
    """Newest first; in force is the latest whose day has come."""
    return list(policy.policies(actor_of(request)))


@router.post("/sanitisation-policies", response={201: PolicyOut, **NO}, summary="Adopt a version of the policy")
def adopt(request: HttpRequest, payload: PolicyIn) -> Status[SanitisationPolicy]:
    """From today or a later day on."""
    return Status(201, deciding.adopt_policy(actor=actor_of(request), **payload.dict()))


class ExceptionOut(Schema):
    """A written exception; `state` is coming, valid, ended or withdrawn, and an empty kind means every kind."""

    reference: str
    medium_kind: str
    data_class: str
    reason: str
    valid_from: dt.date
    valid_to: dt.date
    state: str
    decided_at: dt.datetime
    withdrawn_at: dt.datetime | None


class ExceptionIn(Schema):
    """A written exception to grant, both days included."""

    reference: Text100
    reason: Text20
    data_class: Text20
    valid_from: Day
    valid_to: Day
    medium_kind: Text20 = ""


@router.get("/clear-exceptions", response={200: list[ExceptionOut], **NO}, summary="Written exceptions")
def list_exceptions(request: HttpRequest) -> list[ClearException]:
    """By which media leave with Clear; newest first."""
    return list(policy.exceptions(actor_of(request)))


@router.post("/clear-exceptions", response={201: ExceptionOut, **NO}, summary="Grant an exception")
def grant(request: HttpRequest, payload: ExceptionIn) -> Status[ClearException]:
    """For a year at most."""
    return Status(201, deciding.grant_exception(actor=actor_of(request), **payload.dict()))


@router.post("/clear-exceptions/{reference}/withdraw", response={200: ExceptionOut, **NO}, summary="Withdraw it")
def withdraw(request: HttpRequest, reference: str) -> ClearException:
    """What was validated by it before stays."""
    return deciding.withdraw_exception(reference, actor=actor_of(request))
