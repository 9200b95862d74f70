"""Associations and their requests through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from inventory.allocation.taking_in import take_in
from inventory.api.asking import NO, Day, Moment, Prose, Text20, Text100, Text150, Text200, actor_of, bytes_of
from inventory.associations import commands, queries
from inventory.associations import register as register_commands
from inventory.associations.bank_models import BankCheck
from inventory.associations.commands import Wish
from inventory.associations.confirming import confirm_number, to_look_up
from inventory.associations.filings import lodge
from inventory.associations.models import Association, Contact, Eligibility, Request
from inventory.lifecycle import Word

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
    nis_code: str
    ui_language: str
    preferred_channel: str
    large_print: bool
    epn_label: str
    epn_since: dt.date | None
    publics: dict[str, int]
    cluster: str
    # The Crossroads Bank no longer has it as active.
    struck_off: bool
    eligible: bool
    expires_on: dt.date | None

    @staticmethod
    def resolve_cluster(association: Association) -> str:
        """The code of the cluster with which it shares points and history; empty when it stands alone."""
        return association.cluster.code if association.cluster else ""

    @staticmethod
    def resolve_expires_on(association: Association) -> dt.date | None:
        """Until when the latest decision on its eligibility holds."""
        latest = queries.latest_eligibility(association)
        return latest.expires_on if latest else None

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
    nis_code: str = Field("", max_length=5)
    email: str = Field("", max_length=254)
    telephone: str = Field("", max_length=30)
    ui_language: str = Field("", max_length=2)
    preferred_channel: Text20 = ""
    large_print: bool = False
    epn_label: Text20 = "none"
    epn_since: Day | None = None
    publics: dict[str, int] = Field({}, max_length=20)


class ContactIn(Schema):
    """A person whom we may ask; e-mail and mobile are optional."""

    name: Text150
    function: Text100 = ""
    email: str = Field("", max_length=254)
    mobile: str = Field("", max_length=30)


class ContactOut(Schema):
    """A contact person of an association."""

    number: int
    name: str
    function: str
    email: str
    mobile: str


class ClusterIn(Schema):
    """Associations behind which the same persons, address or umbrella stand, and how we know."""

    codes: list[Text20] = Field(max_length=50)
    kind: Text20
    reason: Prose


class ReasonIn(Schema):
    """Why."""

    reason: Prose


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
    use: Text20 = ""
    substitutes: list[Text20] = Field([], max_length=5)
    # The number typed a second time, as on the counter screen: needed for every channel but `online`.
    quantity_again: int | None = None


class RequestIn(Schema):
    """A request: `received_at` is the date stamp and counts for every channel but `online`."""

    association: str
    channel: Text20
    purpose: Prose
    lines: list[WishIn]
    people_served: int | None = Field(None, ge=0, le=2_000_000)
    received_at: Moment | None = None
    dated_by: Text20 = "arrival"
    earliest_on: Day | None = None
    latest_on: Day | None = None
    evidence: Prose = ""


class LineOut(Schema):
    """A line of a request and how many devices are kept for it."""

    position: int
    category: str
    quantity: int
    least_useful: int
    minimum_memory_mb: int | None
    all_or_nothing: bool
    use: str
    substitutes: list[str]
    kept: int


class RequestOut(Schema):
    """A request."""

    reference: str
    association: str
    channel: str
    purpose: str
    people_served: int | None
    earliest_on: dt.date | None
    latest_on: dt.date | None
    evidence: str
    missing: str
    state: str
    dated_by: str
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
def list_associations(
    request: HttpRequest, q: str = "", due: bool = False, look_up: bool = False, limit: int = 100
) -> list[Any]:
    """Those you may see; at most 200.

    `due`: only those to be re-checked, whose eligibility ends within 30 days; `look_up`: only those to be looked up in
    the Crossroads Bank, oldest look first.
    """
    actor = actor_of(request)
    found = to_look_up(actor, q) if look_up else queries.to_check(actor, q) if due else queries.associations(actor, q)
    return list(queries.with_eligibility(found)[: min(max(limit, 1), 200)])


@router.post("/associations", response={201: AssociationOut, **NO}, summary="Register an association")
def register(request: HttpRequest, payload: AssociationIn) -> Status[Association]:
    """With a checked enterprise number, or as a de-facto association."""
    return Status(201, commands.register_association(actor=actor_of(request), **payload.dict()))


@router.get("/associations/{code}", response={200: AssociationOut, **NO}, summary="One association")
def get_association(request: HttpRequest, code: str) -> Association:
    """As registered."""
    return queries.association_of(code, actor_of(request))


@router.put("/associations/{code}", response={200: AssociationOut, **NO}, summary="Correct the register")
def correct(request: HttpRequest, code: str, payload: AssociationIn) -> Association:
    """Everything the register says of it, anew; optional facts that are left out stay as they are."""
    facts = payload.dict(exclude_unset=True)
    return register_commands.correct_association(code, actor=actor_of(request), **facts)


@router.get("/associations/{code}/contacts", response={200: list[ContactOut], **NO}, summary="Contact persons")
def list_contacts(request: HttpRequest, code: str) -> list[Any]:
    """Whom one may ask about it; for who keeps the register."""
    return list(queries.contacts_of(queries.association_to_keep(code, actor_of(request))))


@router.post("/associations/{code}/contacts", response={201: ContactOut, **NO}, summary="Note a contact person")
def add_contact(request: HttpRequest, code: str, payload: ContactIn) -> Status[Contact]:
    """Name, and what else is known."""
    return Status(201, register_commands.add_contact(code, actor=actor_of(request), **payload.dict()))


@router.post(
    "/associations/{code}/contacts/{contact}/forget", response={200: AssociationOut, **NO}, summary="Forget a contact"
)
def forget_contact(request: HttpRequest, code: str, contact: int) -> Association:
    """Name, e-mail and mobile go."""
    return register_commands.remove_contact(code, contact, actor=actor_of(request))


class ConfirmIn(Schema):
    """What the Crossroads Bank said: active, stopped, struck_off or bankrupt; on which day, and where it stands."""

    checked_on: Day
    standing: Text20
    reference: Text200


class ConfirmOut(ConfirmIn):
    """The same as it is kept."""

    enterprise_number: str
    evidence_sha256: str
    recorded_at: dt.datetime

    @staticmethod
    def resolve_evidence_sha256(check: BankCheck) -> str:
        """The fingerprint of the extract; empty when none is kept."""
        return check.evidence.sha256 if check.evidence else ""


@router.post(
    "/associations/{code}/confirm", response={201: ConfirmOut, **NO}, summary="Looked up in the Crossroads Bank"
)
def confirm(
    request: HttpRequest, code: str, payload: Form[ConfirmIn], file: File[UploadedFile | None] = None
) -> Status[BankCheck]:
    """By a person, with the reference and, as `file`, the extract; what is not active receives nothing."""
    evidence = bytes_of(file) if file else None
    return Status(201, confirm_number(code, actor=actor_of(request), evidence=evidence, **payload.dict()))


@router.get("/associations/{code}/confirmations", response={200: list[ConfirmOut], **NO}, summary="Looks into the Bank")
def confirmations(request: HttpRequest, code: str) -> list[Any]:
    """Latest first; for who keeps the register."""
    return list(queries.bank_checks_of(queries.association_to_keep(code, actor_of(request))))


@router.post("/clusters", response={201: list[AssociationOut], **NO}, summary="Declare a cluster of associations")
def declare_cluster(request: HttpRequest, payload: ClusterIn) -> Status[list[Any]]:
    """They share points and history from now on. Answers with its members."""
    made = register_commands.declare_cluster(actor=actor_of(request), **payload.dict())
    return Status(201, list(queries.with_eligibility(queries.members_of_cluster(made))))


@router.post(
    "/associations/{code}/leave-cluster", response={200: AssociationOut, **NO}, summary="Take it out of its cluster"
)
def leave_cluster(request: HttpRequest, code: str, payload: ReasonIn) -> Association:
    """With the reason; a cluster of one ends."""
    return register_commands.leave_cluster(code, actor=actor_of(request), **payload.dict())


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
    actor = actor_of(request)
    if actor.holds(Word.REQUEST_FOR_OTHERS):
        commands.refuse_single_entry(payload.channel, wishes)
    return Status(201, take_in(actor=actor, wishes=wishes, **facts))


@router.get("/requests/{reference}", response={200: RequestOut, **NO}, summary="One request")
def get_request(request: HttpRequest, reference: str) -> Request:
    """With its lines."""
    return queries.request_of(reference, actor_of(request))


@router.post("/requests/{reference}/withdraw", response={200: RequestOut, **NO}, summary="Withdraw a request")
def withdraw(request: HttpRequest, reference: str) -> Request:
    """While it is not decided; a clerk who withdraws it has heard so at the counter. Its letter is written."""
    actor = actor_of(request)
    channel = "counter" if actor.holds(Word.REQUEST_FOR_OTHERS) else "online"
    return lodge(reference, "withdraw", actor=actor, channel=channel, answers={}).request
