"""Manifests and custody through the API."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, StringConstraints

from inventory.api.asking import NO, Day, Moment, Text20, actor_of, bytes_of
from inventory.api.devices import DeviceOut
from inventory.collection import commands, planning, queries, signing
from inventory.collection.models import Manifest, ManifestLine
from inventory.devices.models import Device
from inventory.wiping.queries import colleague

router = Router()


class LineOut(Schema):
    """A device on a manifest."""

    tag: str
    expected: bool
    taken_at: dt.datetime | None
    arrived_at: dt.datetime | None

    @staticmethod
    def resolve_tag(line: ManifestLine) -> str:
        """Its tag."""
        return line.device.tag


class ManifestOut(Schema):
    """A manifest with its lines, and what does not agree."""

    number: str
    department: str
    place: str
    planned_on: dt.date
    destination: str
    state: str
    lines: list[LineOut]
    not_taken: list[str]
    extra: list[str]
    not_arrived: list[str]
    exceptions: list[str]


# A picture as JSON carries it: at most about 1 MB.
Drawing = Annotated[str, StringConstraints(max_length=1_400_000)]


class WhenIn(Schema):
    """Another day, vehicle or stop."""

    planned_on: Day
    vehicle: Text20 = ""
    stop: int | None = Field(default=None, ge=1, le=99)


class CallOffIn(Schema):
    """Why a collection is called off, as a reason code."""

    reason: Text20


class PlanIn(Schema):
    """What is expected from a department on a day."""

    vehicle: Text20 = ""

    department: str
    place: str = ""
    planned_on: Day
    destination: str
    tags: list[str] = Field(default_factory=list, max_length=2000)


class ExpectIn(Schema):
    """Declared devices to add."""

    tags: list[str] = Field(min_length=1, max_length=2000)


class PickUpIn(Schema):
    """What the driver takes, and who releases it: `signature` is what they drew (PNG, base64), else it is on paper."""

    signature: Drawing = ""
    photo: Drawing = Field("", description="Of what was signed: JPEG or PNG, base64")
    counted: int | None = Field(default=None, ge=0, le=100_000)
    tags: list[str] = Field(min_length=1, max_length=2000)
    released_function: str
    place: str
    seal: str = ""
    occurred_at: Moment | None = None


class DeliverIn(Schema):
    """What arrives, and the driver (user name) who brings it and signs: drawn (PNG in base64), by PIN, else on paper.

    `seals` gives, by a sealed container's tag, the number on its seal as it was read.
    """

    signature: Drawing = ""
    photo: Drawing = Field("", description="Of what was signed or delivered: JPEG or PNG, base64")
    pin: Text20 = ""
    counted: int | None = Field(default=None, ge=0, le=100_000)
    seals: dict[str, str] = Field(default_factory=dict, max_length=500)
    tags: list[str] = Field(max_length=2000)
    released_by: str
    seal: str = ""
    occurred_at: Moment | None = None


@router.get("/collections", response={200: list[ManifestOut], **NO}, summary="Manifests, newest first")
def list_manifests(request: HttpRequest, limit: int = 50) -> list[dict[str, Any]]:
    """At most 200."""
    found = queries.with_lines(queries.manifests(actor_of(request)))
    return [_shown(one) for one in found[: min(max(limit, 1), 200)]]


@router.post("/collections", response={201: ManifestOut, **NO}, summary="Plan a collection")
def plan(request: HttpRequest, payload: PlanIn) -> Status[dict[str, Any]]:
    """With the devices expected."""
    manifest = planning.plan_collection(actor=actor_of(request), **payload.dict())
    return Status(201, _shown(manifest))


@router.get("/collections/{number}", response={200: ManifestOut, **NO}, summary="One manifest")
def get_manifest(request: HttpRequest, number: str) -> dict[str, Any]:
    """With its differences."""
    return _shown(queries.manifest_numbered(number, actor_of(request)))


@router.post("/collections/{number}/expect", response={200: ManifestOut, **NO}, summary="Expect more devices")
def expect(request: HttpRequest, number: str, payload: ExpectIn) -> dict[str, Any]:
    """Only while it is planned."""
    return _shown(planning.expect(number, payload.tags, actor=actor_of(request)))


@router.post("/collections/{number}/pick-up", response={200: ManifestOut, **NO}, summary="Pick up")
def pick_up(request: HttpRequest, number: str, payload: PickUpIn) -> dict[str, Any]:
    """The asker is the driver who receives."""
    facts = payload.dict()
    function, drawing = facts.pop("released_function"), facts.pop("signature")
    released = signing.drawn(_png(drawing), function=function) if drawing else signing.on_paper(function=function)
    paper = _photo(facts.pop("photo"))
    return _shown(commands.pick_up(number, actor=actor_of(request), released=released, paper=paper, **facts))


@router.post("/collections/{number}/deliver", response={200: ManifestOut, **NO}, summary="Deliver")
def deliver(request: HttpRequest, number: str, payload: DeliverIn) -> dict[str, Any]:
    """The asker receives, the driver releases."""
    facts = payload.dict()
    released = _second(colleague(facts.pop("released_by")), facts.pop("signature"), facts.pop("pin"))
    paper = _photo(facts.pop("photo"))
    return _shown(commands.deliver(number, actor=actor_of(request), released=released, paper=paper, **facts))


@router.post("/collections/{number}/late/{tag}", response={200: DeviceOut, **NO}, summary="A late arrival")
def arrive_late(request: HttpRequest, number: str, tag: str) -> Device:
    """A device that was missing has turned up."""
    return commands.arrive_late(number, tag, actor=actor_of(request))


@router.post("/collections/{number}/when", response={200: ManifestOut, **NO}, summary="Another day or vehicle")
def reschedule(request: HttpRequest, number: str, payload: WhenIn) -> dict[str, Any]:
    """Only while it is planned."""
    return _shown(planning.reschedule(number, actor=actor_of(request), **payload.dict()))


@router.post("/collections/{number}/call-off", response={200: ManifestOut, **NO}, summary="Call a collection off")
def call_off(request: HttpRequest, number: str, payload: CallOffIn) -> dict[str, Any]:
    """Its devices stay declared."""
    return _shown(planning.cancel_collection(number, actor=actor_of(request), reason=payload.reason))


@router.post("/collections/{number}/paper/{leg}", response={200: ManifestOut, **NO}, summary="Keep the signed paper")
def keep_paper(request: HttpRequest, number: str, leg: str, file: File[UploadedFile]) -> dict[str, Any]:
    """`leg` is `pickup` or `delivery`."""
    actor = actor_of(request)
    commands.keep_paper(number, leg, bytes_of(file), actor=actor)
    return _shown(queries.manifest_numbered(number, actor))


def _second(driver: Any, drawing: str, pin: str) -> signing.Signature:
    if pin:
        return signing.by_pin(driver, pin)
    return signing.drawn(_png(drawing), person=driver) if drawing else signing.on_paper(person=driver)


def _photo(picture: str) -> tuple[bytes, str] | None:
    if not picture:
        return None
    png = _png(picture)
    return (png, "photo.png") if png else (_begins(picture, b"\xff\xd8\xff"), "photo.jpg")


def _png(drawing: str) -> bytes:
    return _begins(drawing, b"\x89PNG\r\n\x1a\n")


def _begins(picture: str, mark: bytes) -> bytes:
    """The bytes of a picture; empty when they are none of this kind, which the command then refuses."""
    try:
        data = base64.b64decode(picture, validate=True)
    except ValueError:
        return b""
    return data if data.startswith(mark) else b""


def _shown(manifest: Manifest) -> dict[str, Any]:
    found = queries.differences(manifest)
    return {
        "number": manifest.number,
        "department": manifest.department,
        "place": manifest.place,
        "planned_on": manifest.planned_on,
        "destination": manifest.destination.code,
        "state": manifest.state,
        "lines": queries.lines_shown(manifest),
        "not_taken": [line.device.tag for line in found.not_taken],
        "extra": [line.device.tag for line in found.extra],
        "not_arrived": [line.device.tag for line in found.not_arrived],
        "exceptions": queries.open_numbers(manifest),
    }
