"""Custody through the API: exceptions, the week's planning, vehicles, and pickup requests that a clerk enters."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.api.asking import NO, Day, Moment, Text20, Text100, Text150, Text200, actor_of
from inventory.collection import differences, pickups, planning, queries, sheets
from inventory.collection.models import CustodyException, Vehicle
from inventory.collection.pickup_models import PickupInvitation, PickupRequest

router = Router()


class ExceptionOut(Schema):
    """Something that does not agree: its owner (a pseudonym), its deadline, and what came of it (empty while open)."""

    number: str
    manifest: str
    kind: str
    device: str
    container: str
    facts: dict[str, Any]
    owner: str
    due_on: dt.date
    opened_at: dt.datetime
    resolved_at: dt.datetime | None
    outcome: str


class OutcomeIn(Schema):
    """What came of it, one of the outcomes of its kind."""

    outcome: Text100


class AssignIn(Schema):
    """A colleague (user name), and perhaps another deadline."""

    owner: Text150
    due_on: Day | None = None


class VehicleOut(Schema):
    """A vehicle of the city."""

    code: str
    name: str
    capacity: int | None


class VehicleIn(Schema):
    """A vehicle of the city."""

    code: Text20
    name: Text100 = ""
    capacity: int | None = Field(default=None, ge=1, le=10_000)


class PickupOut(Schema):
    """A pickup request; the contact is on its page only."""

    reference: str
    department: str
    place: str
    quantities: dict[str, int]
    earliest_on: dt.date
    latest_on: dt.date | None
    channel: str
    received_at: dt.datetime
    state: str
    manifest: str


class PickupIn(Schema):
    """What a department asked at the `counter`, by `telephone` or by `post`."""

    department: Text150
    place: Text200
    contact_function: Text100
    contact_phone: Text20 = ""
    access: Text200 = ""
    quantities: dict[str, int] = Field(max_length=20)
    earliest_on: Day
    latest_on: Day | None = None
    channel: Text20
    received_at: Moment | None = None


class ManifestIn(Schema):
    """The number of a planned collection."""

    manifest: Text20


class ReasonIn(Schema):
    """A reason code."""

    reason: Text100


class LinkIn(Schema):
    """For which department, and until when."""

    department: Text150
    valid_until: Day


class LinkOut(Schema):
    """A link's path, to be put behind the address of this service."""

    code: str
    department: str
    valid_until: dt.date
    path: str


@router.get("/custody/exceptions", response={200: list[ExceptionOut], **NO}, summary="What does not agree")
def list_exceptions(
    request: HttpRequest, state: str = "open", kind: str = "", mine: bool = False, limit: int = 50
) -> list[dict[str, Any]]:
    """The most urgent first, at most 200; `state` is `open`, `late`, `resolved` or empty."""
    found = queries.difference_list(actor_of(request), state=state, kind=kind, mine=mine)
    return [_told(one) for one in found[: min(max(limit, 1), 200)]]


@router.get("/custody/exceptions/{number}", response={200: ExceptionOut, **NO}, summary="One exception")
def get_exception(request: HttpRequest, number: str) -> dict[str, Any]:
    """With its owner and deadline."""
    return _told(queries.difference_numbered(number, actor_of(request)))


@router.post("/custody/exceptions/{number}/resolve", response={200: ExceptionOut, **NO}, summary="Settle it")
def resolve(request: HttpRequest, number: str, payload: OutcomeIn) -> dict[str, Any]:
    """With what came of it."""
    return _told(differences.resolve(number, actor=actor_of(request), outcome=payload.outcome))


@router.post(
    "/custody/exceptions/{number}/assign", response={200: ExceptionOut, **NO}, summary="Give it to a colleague"
)
def assign(request: HttpRequest, number: str, payload: AssignIn) -> dict[str, Any]:
    """Who plans, drives or receives."""
    actor = actor_of(request)
    owner = queries.worker_named(payload.owner, actor)
    return _told(differences.assign(number, actor=actor, owner=owner, due_on=payload.due_on))


@router.get("/vehicles", response={200: list[VehicleOut], **NO}, summary="The vehicles that drive")
def list_vehicles(request: HttpRequest) -> list[Vehicle]:
    """For who sees collections."""
    queries.manifests(actor_of(request))
    return list(queries.fleet())


@router.post("/vehicles", response={201: VehicleOut, **NO}, summary="One more vehicle")
def register_vehicle(request: HttpRequest, payload: VehicleIn) -> Status[Vehicle]:
    """To be planned."""
    return Status(201, planning.register_vehicle(actor=actor_of(request), **payload.dict()))


@router.post("/vehicles/{code}/retire", response={200: VehicleOut, **NO}, summary="A vehicle drives no more")
def retire_vehicle(request: HttpRequest, code: str) -> Vehicle:
    """What is planned on it stays until somebody moves it."""
    return planning.retire_vehicle(code, actor=actor_of(request))


@router.get("/pickups", response={200: list[PickupOut], **NO}, summary="Pickup requests")
def list_pickups(request: HttpRequest, state: str = "", q: str = "", limit: int = 50) -> list[dict[str, Any]]:
    """Those that wait first, at most 200."""
    found = queries.pickup_requests(actor_of(request), state=state, words=q)
    return [_asked(one) for one in found[: min(max(limit, 1), 200)]]


@router.post("/pickups", response={201: PickupOut, **NO}, summary="Enter a pickup request")
def enter_pickup(request: HttpRequest, payload: PickupIn) -> Status[dict[str, Any]]:
    """With the moment it reached us."""
    said = payload.dict()
    how = {"channel": said.pop("channel"), "received_at": said.pop("received_at")}
    entered = pickups.enter_pickup(pickups.Asked(**said), actor=actor_of(request), **how)
    return Status(201, _asked(entered))


@router.get("/pickups/{reference}", response={200: PickupOut, **NO}, summary="One pickup request")
def get_pickup(request: HttpRequest, reference: str) -> dict[str, Any]:
    """And the collection that answers it."""
    return _asked(queries.pickup_of(reference, actor_of(request)))


@router.post("/pickups/{reference}/plan", response={200: PickupOut, **NO}, summary="Answer it with a collection")
def plan_pickup(request: HttpRequest, reference: str, payload: ManifestIn) -> dict[str, Any]:
    """One that is planned."""
    actor = actor_of(request)
    manifest = queries.manifest_numbered(payload.manifest, actor)
    return _asked(pickups.put_on_manifest(reference, manifest, actor=actor))


@router.post("/pickups/{reference}/decline", response={200: PickupOut, **NO}, summary="Decline it")
def decline_pickup(request: HttpRequest, reference: str, payload: ReasonIn) -> dict[str, Any]:
    """With a reason."""
    return _asked(pickups.decline_pickup(reference, actor=actor_of(request), reason=payload.reason))


@router.post("/pickups/{reference}/withdraw", response={200: PickupOut, **NO}, summary="Withdraw it for a department")
def withdraw_pickup(request: HttpRequest, reference: str) -> dict[str, Any]:
    """Only while it waits."""
    return _asked(pickups.withdraw_pickup(reference, actor=actor_of(request)))


@router.post("/pickup-links", response={201: LinkOut, **NO}, summary="A link for a department")
def invite(request: HttpRequest, payload: LinkIn) -> Status[dict[str, Any]]:
    """By which it asks without an account."""
    return Status(201, _linked(pickups.invite(actor=actor_of(request), **payload.dict())))


@router.post("/pickup-links/{code}/withdraw", response={200: LinkOut, **NO}, summary="Withdraw a link")
def withdraw_link(request: HttpRequest, code: str) -> dict[str, Any]:
    """It opens nothing any more."""
    return _linked(pickups.withdraw_invitation(code, actor=actor_of(request)))


@router.get("/collections/{number}/custody", response={200: bytes, **NO}, summary="The chain of custody of a manifest")
def manifest_sheet(request: HttpRequest, number: str, language: Literal["fr", "nl"] = "fr") -> HttpResponse:
    """As a tagged PDF, in French or Dutch."""
    pdf = sheets.custody_of_manifest(number, actor=actor_of(request), language=language)
    return HttpResponse(pdf, content_type="application/pdf")


@router.get("/devices/{tag}/custody", response={200: bytes, **NO}, summary="The chain of custody of a device")
def device_sheet(request: HttpRequest, tag: str, language: Literal["fr", "nl"] = "fr") -> HttpResponse:
    """As a tagged PDF, in French or Dutch."""
    pdf = sheets.custody_of_device(tag, actor=actor_of(request), language=language)
    return HttpResponse(pdf, content_type="application/pdf")


def _told(one: CustodyException) -> dict[str, Any]:
    owner: Any = one.owner
    return {
        "number": one.number,
        "manifest": one.manifest.number,
        "kind": one.kind,
        "device": one.device.tag if one.device else "",
        "container": one.container.code if one.container else "",
        "facts": one.facts,
        "owner": owner.key,
        "due_on": one.due_on,
        "opened_at": one.opened_at,
        "resolved_at": one.resolved_at,
        "outcome": one.outcome,
    }


def _asked(one: PickupRequest) -> dict[str, Any]:
    return {
        "reference": one.reference,
        "department": one.department,
        "place": one.place,
        "quantities": one.quantities,
        "earliest_on": one.earliest_on,
        "latest_on": one.latest_on,
        "channel": one.channel,
        "received_at": one.received_at,
        "state": one.state,
        "manifest": one.manifest.number if one.manifest else "",
    }


def _linked(one: PickupInvitation) -> dict[str, Any]:
    path = f"/p/{pickups.signed_code(one)}/"
    return {"code": one.code, "department": one.department, "valid_until": one.valid_until, "path": path}
