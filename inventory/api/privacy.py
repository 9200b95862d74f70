"""Data protection through the API: the register of processing, requests of people, and what is done about them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema, Status

from inventory.api.asking import NO, Moment, Prose, Text20, Text150, Text200, actor_of
from inventory.privacy import commands, queries, register
from inventory.privacy.models import SubjectRequest
from inventory.privacy.search import Hit
from inventory.privacy.statements import accessibility_statement

router = Router()


class ProcessingOut(Schema):
    """One processing: whose data, what for, by which right, how long, who receives it, in which fields it stands."""

    code: str
    name: str
    subjects: str
    purpose: str
    basis: str
    term: str
    table: str
    recipients: list[str]
    source: str
    fields: list[str]
    third_countries: str


class RegisterOut(Schema):
    """The register of processing (GDPR art. 30), in the language that was asked for."""

    controller: str
    officer: str
    day: str
    processings: list[ProcessingOut]
    measures: list[str]


@router.get("/privacy/register", response={200: RegisterOut, **NO}, summary="The register of processing")
def processing_register(request: HttpRequest) -> dict[str, Any]:
    """Printed from the declarations on the fields."""
    return register.register_of_processing(actor_of(request))


@router.get("/privacy/register/paper", response={200: None, **NO}, summary="The register as a PDF")
def register_paper(request: HttpRequest, language: str = "fr") -> HttpResponse:
    """In `fr` or `nl`."""
    register.register_of_processing(actor_of(request))
    return HttpResponse(register.register_pdf(language), content_type="application/pdf")


class RuleOut(Schema):
    """How long one class of records is kept."""

    code: str
    name: str
    term: str
    table: str
    archival: bool
    by_hand: bool


class GapOut(Schema):
    """What is not accessible, why, and what to do instead."""

    reason: str
    what: str
    instead: str


class ReachableOut(Schema):
    """One of the three contacts."""

    role: str
    name: str
    site: str
    email: str
    phone: str
    address: str


class StatementOut(Schema):
    """The accessibility statement, in the language that was asked for."""

    prepared_on: dt.date
    audited_on: dt.date
    status: str
    method: str
    gaps: list[GapOut]
    contacts: list[ReachableOut]


@router.get("/privacy/retention", response={200: list[RuleOut], **NO}, summary="How long what is kept")
def retention(request: HttpRequest) -> list[dict[str, Any]]:
    """From the archivist's file."""
    return register.retention(actor_of(request))


@router.get("/privacy/notice", response={200: RegisterOut, **NO}, summary="What contact persons are told")
def privacy_notice(request: HttpRequest) -> dict[str, Any]:
    """Anybody reads it as a page, under /public/privacy/."""
    return register.notice()


@router.get("/accessibility", response={200: StatementOut, **NO}, summary="The accessibility statement")
def accessibility(request: HttpRequest) -> StatementOut:
    """Anybody reads it as a page, under /public/accessibility/."""
    made = accessibility_statement()
    return StatementOut(
        prepared_on=made.prepared_on,
        audited_on=made.audited_on,
        status=str(made.status),
        method=made.method,
        gaps=[GapOut(reason=str(one.reason), what=one.what, instead=one.instead) for one in made.gaps],
        contacts=[
            ReachableOut(
                role=str(one.role),
                name=one.name,
                site=one.site,
                email=one.email,
                phone=one.phone,
                address=one.address,
            )
            for one in made.contacts
        ],
    )


class SubjectRequestIn(Schema):
    """What somebody asks: `access`, `rectify`, `erase` or `restrict`; by paper and telephone too."""

    kind: Text20
    name: Text150
    reach: Text200 = Field(description="How the answer reaches them.")
    language: Text20 = "fr"
    channel: Text20 = "telephone"
    received_at: Moment | None = None
    identity: Text20 = Field("", description="account, called_back, seen or letter; never a copy of an identity card.")


class SubjectRequestOut(Schema):
    """A request about personal data, and the day by which it is to be answered."""

    number: str
    kind: str
    channel: str
    name: str
    reach: str
    language: str
    identity: str
    received_at: dt.datetime
    due_on: dt.date
    answered_at: dt.datetime | None
    outcome: str
    ground: str


class HitOut(Schema):
    """A value that names the person; `place` is how the acts below name it."""

    processing: str
    table: str
    field: str
    text: str
    place: str
    kept: bool
    correctable: bool


class HandedOutOut(Schema):
    """What the person gets."""

    number: str
    person: str
    day: str
    controller: str
    officer: str
    values: list[dict[str, str]]


class AnswerIn(Schema):
    """`done`, `partly` or `refused`, and the ground of a refusal."""

    outcome: Text20
    ground: Text20 = ""
    identity: Text20 = ""


class RectifyIn(Schema):
    """Where, and the right text."""

    place: Prose
    value: Text200


class PlacesIn(Schema):
    """What is to be erased, as the search named it."""

    places: list[Prose]


class RestrictIn(Schema):
    """Whom: a contact person or an account; `lift` ends it."""

    place: Prose
    lift: bool = False


@router.get("/privacy/requests", response={200: list[SubjectRequestOut], **NO}, summary="Requests about personal data")
def list_requests(request: HttpRequest, limit: int = 100) -> list[SubjectRequest]:
    """Open ones first, the most urgent on top; at most 500."""
    return list(queries.requests_about_data(actor_of(request))[: min(max(limit, 1), 500)])


@router.post("/privacy/requests", response={201: SubjectRequestOut, **NO}, summary="Log a request")
def log_request(request: HttpRequest, payload: SubjectRequestIn) -> Status[SubjectRequest]:
    """The month runs from the day it was received."""
    facts = payload.dict()
    return Status(201, commands.log_request(facts.pop("kind"), actor=actor_of(request), **facts))


@router.get("/privacy/requests/{number}", response={200: SubjectRequestOut, **NO}, summary="One request")
def one_request(request: HttpRequest, number: str) -> SubjectRequest:
    """With its deadline."""
    return queries.request_numbered(number, actor_of(request))


@router.get("/privacy/requests/{number}/search", response={200: list[HitOut], **NO}, summary="What we hold")
def search(request: HttpRequest, number: str, q: Text150 = "") -> list[Hit]:
    """About who asks, or about another spelling of their name."""
    return queries.hits_of(number, actor_of(request), q)


@router.get("/privacy/requests/{number}/export", response={200: HandedOutOut, **NO}, summary="What the person gets")
def export(request: HttpRequest, number: str, q: Text150 = "") -> dict[str, Any]:
    """As data."""
    return queries.handed_out(number, actor_of(request), q)


@router.get("/privacy/requests/{number}/paper", response={200: None, **NO}, summary="What the person gets, as a PDF")
def paper(request: HttpRequest, number: str, q: Text150 = "") -> HttpResponse:
    """In the language of the request."""
    return HttpResponse(queries.handed_out_pdf(number, actor_of(request), q), content_type="application/pdf")


@router.post("/privacy/requests/{number}/rectify", response={200: SubjectRequestOut, **NO}, summary="Correct a text")
def rectify(request: HttpRequest, number: str, payload: RectifyIn) -> SubjectRequest:
    """At one place."""
    return commands.rectify(number, payload.place, payload.value, actor=actor_of(request))


@router.post(
    "/privacy/requests/{number}/erase", response={200: SubjectRequestOut, **NO}, summary="Erase what was found"
)
def erase(request: HttpRequest, number: str, payload: PlacesIn) -> SubjectRequest:
    """All of these places, or none."""
    return commands.erase_places(number, payload.places, actor=actor_of(request))


@router.post("/privacy/requests/{number}/restrict", response={200: SubjectRequestOut, **NO}, summary="Let it rest")
def restrict(request: HttpRequest, number: str, payload: RestrictIn) -> SubjectRequest:
    """A contact person or an account."""
    return commands.restrict(number, payload.place, actor=actor_of(request), lift=payload.lift)


@router.post("/privacy/requests/{number}/answer", response={200: SubjectRequestOut, **NO}, summary="Answer a request")
def answer(request: HttpRequest, number: str, payload: AnswerIn) -> SubjectRequest:
    """Once."""
    return commands.answer_request(number, actor=actor_of(request), **payload.dict())
