"""Associations and their requests through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.api.asking import NO, Moment, Prose, Text20, Text100, Text200, actor_of
from inventory.associations import commands, queries
from inventory.associations.commands import Wish
from inventory.associations.models import Association, Eligibility, Request

router = Router()


class AssociationOut(Schema):
    """An association."""

    code: str
    name: str
    enterprise_number: str
    legal_form: str
    official_language: str
    street: str
    postcode: str
    municipality: str
    eligible: bool

    @staticmethod
    def resolve_eligible(association: Association) -> bool:
        """Whether it may receive today."""
        return queries.is_eligible(association)


class AssociationIn(Schema):
    """An association to register."""

    name: str = Field(max_length=200)
    legal_form: str
    official_language: str
    enterprise_number: str = ""
    street: Text200 = ""
    postcode: str = Field("", max_length=10)
    municipality: Text100 = ""
    email: str = Field("", max_length=254)
    telephone: str = Field("", max_length=30)


class EligibilityIn(Schema):
    """A decision with its reasons."""

    eligible: bool
    reasons: Prose


class EligibilityOut(Schema):
    """A decision on eligibility."""

    eligible: bool
    reasons: str
    decided_at: dt.datetime
    expires_on: dt.date


class WishIn(Schema):
    """A line of a request."""

    category: str
    quantity: int
    least_useful: int = 1
    minimum_memory_mb: int | None = Field(None, ge=1, le=4_000_000)
    all_or_nothing: bool = False


class RequestIn(Schema):
    """A request: `received_at` is the date stamp and counts for every channel but `online`."""

    association: str
    channel: Text20
    purpose: Prose
    lines: list[WishIn]
    people_served: int | None = Field(None, ge=0, le=2_000_000)
    received_at: Moment | None = None


class LineOut(Schema):
    """A line of a request and how many devices are kept for it."""

    position: int
    category: str
    quantity: int
    least_useful: int
    minimum_memory_mb: int | None
    all_or_nothing: bool
    kept: int


class RequestOut(Schema):
    """A request."""

    reference: str
    association: str
    channel: str
    purpose: str
    people_served: int | None
    state: str
    received_at: dt.datetime
    recorded_at: dt.datetime
    lines: list[LineOut]

    @staticmethod
    def resolve_association(request: Request) -> str:
        """The association's code."""
        return request.association.code

    @staticmethod
    def resolve_lines(request: Request) -> list[Any]:
        """Its lines in order."""
        return queries.lines_shown(request)


@router.get("/associations", response={200: list[AssociationOut], **NO}, summary="Associations, by name")
def list_associations(request: HttpRequest, q: str = "", limit: int = 100) -> list[Any]:
    """Those you may see; at most 200."""
    found = queries.associations(actor_of(request), q)
    return list(queries.with_eligibility(found)[: min(max(limit, 1), 200)])


@router.post("/associations", response={201: AssociationOut, **NO}, summary="Register an association")
def register(request: HttpRequest, payload: AssociationIn) -> Status[Association]:
    """With a checked enterprise number, or as a de-facto association."""
    return Status(201, commands.register_association(actor=actor_of(request), **payload.dict()))


@router.get("/associations/{code}", response={200: AssociationOut, **NO}, summary="One association")
def get_association(request: HttpRequest, code: str) -> Association:
    """As registered."""
    return queries.association_of(code, actor_of(request))


@router.post("/associations/{code}/eligibility", response={201: EligibilityOut, **NO}, summary="Decide on eligibility")
def decide_eligibility(request: HttpRequest, code: str, payload: EligibilityIn) -> Status[Eligibility]:
    """A person, with reasons, for a year."""
    return Status(201, commands.decide_eligibility(code, actor=actor_of(request), **payload.dict()))


@router.get("/requests", response={200: list[RequestOut], **NO}, summary="Requests, latest date stamp first")
def list_requests(request: HttpRequest, state: str = "", q: str = "", limit: int = 50) -> list[Any]:
    """Those you may see; at most 200."""
    found = queries.requests(actor_of(request), state=state, words=q)
    return list(queries.with_lines(found)[: min(max(limit, 1), 200)])


@router.post("/requests", response={201: RequestOut, **NO}, summary="Enter a request")
def enter_request(request: HttpRequest, payload: RequestIn) -> Status[Request]:
    """A member on line for their own association; a clerk for anybody, by another channel."""
    facts = payload.dict(exclude={"lines"})
    wishes = [Wish(**line.dict()) for line in payload.lines]
    return Status(201, commands.enter_request(actor=actor_of(request), wishes=wishes, **facts))


@router.get("/requests/{reference}", response={200: RequestOut, **NO}, summary="One request")
def get_request(request: HttpRequest, reference: str) -> Request:
    """With its lines."""
    return queries.request_of(reference, actor_of(request))


@router.post("/requests/{reference}/withdraw", response={200: RequestOut, **NO}, summary="Withdraw a request")
def withdraw(request: HttpRequest, reference: str) -> Request:
    """While it is not decided."""
    return commands.withdraw_request(reference, actor=actor_of(request))
