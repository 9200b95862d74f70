"""Devices through the API: look, declare, receive, step, move, learn."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from inventory.api.asking import NO, Day, Kilograms, Moment, Prose, Text100, Text150, actor_of
from inventory.devices import commands, queries, steps
from inventory.devices.entrance import Announced
from inventory.devices.models import Device
from inventory.ledger.models import Entry
from inventory.lifecycle import Actor

router = Router()

JSON = "application/json; charset=utf-8"


class DeviceOut(Schema):
    """A device as it stands."""

    tag: str
    status: str
    category: str
    manufacturer: str
    model: str
    serial: str
    inventory_number: str
    department: str
    act_reference: str
    decommissioned_on: dt.date | None
    location: str | None
    grade: str
    told: str = Field(description="What its holder told of it after the hand-over: lost, stolen, transfer; or nothing")
    legal_status: str
    processor: str
    memory_mb: int | None
    weight_kg: Decimal | None
    no_data_declared_at: dt.datetime | None
    changed_at: dt.datetime

    @staticmethod
    def resolve_location(device: Device) -> str | None:
        """The location's code."""
        return device.location.code if device.location else None


class DevicePage(Schema):
    """Some devices, and the tag to go on after (`after=`), null at the end."""

    items: list[DeviceOut]
    next: str | None


class DeviceQuery(Schema):
    """What to look for; empty means everything."""

    q: str = ""
    status: list[str] = Field(default_factory=list)
    category: list[str] = Field(default_factory=list)
    location: str = ""
    grade: str = ""
    told: str = Field("", description="lost, stolen, transfer: what its holder told of it")
    merged: bool = Field(False, description="Records that were merged into another, instead of devices in play.")
    limit: int = Field(50, ge=1, le=200)
    after: str = ""


class AnnouncedIn(Schema):
    """A device as it is announced."""

    category: str
    manufacturer: Text100 = ""
    model: Text150 = ""
    serial: Text100 = ""
    inventory_number: Text100 = ""
    department: Text150 = ""
    act_reference: Text100 = ""
    decommissioned_on: Day | None = None
    weight_kg: Kilograms | None = None

    def announced(self) -> Announced:
        """The same, as the domain has it."""
        return Announced(**self.dict())


class DeclareIn(Schema):
    """Devices of a list."""

    devices: list[AnnouncedIn] = Field(min_length=1, max_length=5000)


class FoundIn(AnnouncedIn):
    """A device that is simply there."""

    location: str
    tag: str = ""


class PlaceIn(Schema):
    """A location's code, and when it happened if not now."""

    location: str
    occurred_at: Moment | None = None


class ManyIn(Schema):
    """Many devices: named one by one, or all that a search finds."""

    tags: list[str] = Field(default_factory=list, max_length=5000)
    matching: DeviceQuery | None = None


class StepsIn(ManyIn):
    """A bare step for many devices."""

    step: str


class MovesIn(ManyIn):
    """A location's code for many devices."""

    location: str


class PossibleOut(Schema):
    """A step from here, whether it can be taken, and what blocks it."""

    name: str
    label: str
    target: str
    facts: list[str]
    allowed: bool
    why_not: str


class EntryOut(Schema):
    """An entry of the ledger; `key` is the tag of the record it is about."""

    key: str = Field(alias="subject_key")
    event: str
    seq: int
    from_status: str
    to_status: str
    actor: str
    channel: str
    occurred_at: dt.datetime
    recorded_at: dt.datetime
    body: str

    @staticmethod
    def resolve_seq(entry: Entry) -> int:
        """Its place in the thing's own history."""
        return entry.subject_seq

    @staticmethod
    def resolve_actor(entry: Entry) -> str:
        """The pseudonym of who acted."""
        return entry.actor_key


class LearntIn(Schema):
    """Facts an inspection shows; what is left out stays."""

    category: str | None = None
    manufacturer: Text100 | None = None
    model: Text150 | None = None
    serial: Text100 | None = None
    inventory_number: Text100 | None = None
    processor: Text150 | None = None
    memory_mb: int | None = Field(None, ge=1, le=4_000_000)
    weight_kg: Kilograms | None = None


class CountOut(Schema):
    """How many."""

    count: int


@router.get("/devices", response={200: DevicePage, **NO}, summary="Devices that fit, newest first")
def list_devices(request: HttpRequest, query: Query[DeviceQuery]) -> HttpResponse:
    """Pages follow each other by `after`, the last tag of the page before: equally fast at any depth."""
    found = queries.devices(actor_of(request), _filter(query))
    if query.after:
        found = found.filter(pk__lt=queries.device_of(query.after, actor_of(request)).pk)
    rows = queries.device_rows(found[: query.limit + 1])
    more, rows = len(rows) > query.limit, rows[: query.limit]
    for row in rows:
        row["location"] = row.pop("location_code")
    page = {"items": rows, "next": rows[-1]["tag"] if more else None}
    # Written at once: to check and spell every row through its schema costs three times the reading.
    return HttpResponse(orjson.dumps(page, default=str, option=orjson.OPT_UTC_Z), content_type=JSON)


@router.post("/devices", response={201: list[DeviceOut], **NO}, summary="Declare devices")
def declare(request: HttpRequest, payload: DeclareIn) -> Status[list[Device]]:
    """All or none."""
    return Status(201, commands.declare([one.announced() for one in payload.devices], actor=actor_of(request)))


@router.post("/devices/found", response={201: DeviceOut, **NO}, summary="Enter a device that is on no list")
def register_found(request: HttpRequest, payload: FoundIn) -> Status[Device]:
    """With a tag printed beforehand, or a new one."""
    announced = Announced(**payload.dict(exclude={"location", "tag"}))
    return Status(
        201, commands.register_found(announced, actor=actor_of(request), location=payload.location, tag=payload.tag)
    )


@router.post("/devices/steps", response={200: CountOut, **NO}, summary="Take a step with many devices, all or none")
def take_steps(request: HttpRequest, payload: StepsIn) -> dict[str, int]:
    """Named by tags, or by a search."""
    actor = actor_of(request)
    return {"count": steps.take_steps(_tags(payload, actor), payload.step, actor=actor)}


@router.post("/devices/moves", response={200: CountOut, **NO}, summary="Move many devices, all or none")
def move_all(request: HttpRequest, payload: MovesIn) -> dict[str, int]:
    """Named by tags, or by a search."""
    actor = actor_of(request)
    return {"count": commands.move_all(_tags(payload, actor), actor=actor, location=payload.location)}


@router.get("/devices/{tag}", response={200: DeviceOut, **NO}, summary="One device")
def get_device(request: HttpRequest, tag: str) -> Device:
    """By its tag, or any tag bound to it, as typed."""
    return queries.device_of(tag, actor_of(request))


@router.patch("/devices/{tag}", response={200: DeviceOut, **NO}, summary="Write down what an inspection shows")
def describe(request: HttpRequest, tag: str, payload: LearntIn) -> Device:
    """What is left out stays as it is."""
    return commands.describe(tag, actor=actor_of(request), **payload.dict(exclude_none=True))


@router.get("/devices/{tag}/steps", response={200: list[PossibleOut], **NO}, summary="What can be done next")
def possible(request: HttpRequest, tag: str) -> list[dict[str, Any]]:
    """Drawn from the law, for the one who asks."""
    actor = actor_of(request)
    device = queries.device_of(tag, actor)
    return [
        {
            "name": one.step.name,
            "label": str(one.step.label),
            "target": one.step.target,
            "facts": list(one.step.facts),
            "allowed": one.allowed,
            "why_not": one.why_not,
        }
        for one in queries.possible_steps(device, actor)
    ]


@router.post("/devices/{tag}/steps/{name}", response={200: DeviceOut, **NO}, summary="Take a step without facts")
def take_step(request: HttpRequest, tag: str, name: str) -> Device:
    """Steps that need facts have operations of their own."""
    return steps.take_step(tag, name, actor=actor_of(request))


@router.post("/devices/{tag}/receive", response={200: DeviceOut, **NO}, summary="Receive")
def receive(request: HttpRequest, tag: str, payload: PlaceIn) -> Device:
    """Into a location."""
    return commands.receive(tag, actor=actor_of(request), location=payload.location, occurred_at=payload.occurred_at)


@router.post("/devices/{tag}/move", response={200: DeviceOut, **NO}, summary="Move")
def move(request: HttpRequest, tag: str, payload: PlaceIn) -> Device:
    """To another location."""
    return commands.move(tag, actor=actor_of(request), location=payload.location)


class QuarantineIn(Schema):
    """Why it is set apart: a code, and a remark that stays out of the ledger."""

    reason: str
    remark: Prose = ""


@router.post("/devices/{tag}/quarantine", response={200: DeviceOut, **NO}, summary="Quarantine")
def quarantine(request: HttpRequest, tag: str, payload: QuarantineIn) -> Device:
    """Set it apart, with a reason."""
    return commands.quarantine(tag, actor=actor_of(request), reason=payload.reason, remark=payload.remark)


class ReopenIn(Schema):
    """A reason code."""

    reason: str


@router.post("/devices/{tag}/reopen", response={200: DeviceOut, **NO}, summary="Send back to sanitisation")
def reopen_sanitisation(request: HttpRequest, tag: str, payload: ReopenIn) -> Device:
    """With a reason."""
    return commands.reopen_sanitisation(tag, actor=actor_of(request), reason=payload.reason)


class BindIn(Schema):
    """A tag printed beforehand."""

    reserved: str


@router.post("/devices/{tag}/tags", response={200: DeviceOut, **NO}, summary="Bind a tag printed beforehand")
def bind_tag(request: HttpRequest, tag: str, payload: BindIn) -> Device:
    """From now on both tags open the device."""
    return commands.bind_tag(tag, payload.reserved, actor=actor_of(request))


@router.get("/devices/{tag}/history", response={200: list[EntryOut], **NO}, summary="Its entries in the ledger")
def history(request: HttpRequest, tag: str) -> list[Entry]:
    """Newest first, at most 500; those of records merged into it too."""
    device = queries.device_of(tag, actor_of(request))
    return list(queries.whole_history(device)[:500])


class TagsIn(Schema):
    """How many tags."""

    count: int = Field(ge=1, le=2000)


@router.post("/tags", response={201: list[str], **NO}, summary="Give out tags to print beforehand")
def reserve_tags(request: HttpRequest, payload: TagsIn) -> Status[list[str]]:
    """They belong to no device yet."""
    return Status(201, commands.reserve_tags(payload.count, actor=actor_of(request)))


class ScanOut(Schema):
    """Where a scan leads: one device, or words to search for."""

    device: DeviceOut | None
    words: str
    why: str


@router.get("/scan", response={200: ScanOut, **NO}, summary="What a scan means")
def scan(request: HttpRequest, q: str) -> dict[str, Any]:
    """A tag in any form, a link, a serial or an inventory number."""
    found = queries.scanned(q, actor_of(request))
    return {"device": found.device, "words": found.words, "why": str(found.refusal or "")}


class LocationOut(Schema):
    """A location."""

    code: str
    name_fr: str
    name_nl: str


@router.get("/locations", response={200: list[LocationOut], **NO}, summary="Locations")
def locations(request: HttpRequest) -> list[Any]:
    """All of them."""
    return list(queries.locations())


def _tags(many: ManyIn, actor: Actor) -> list[str]:
    tags = list(many.tags)
    if many.matching is not None:
        tags += queries.devices(actor, _filter(many.matching)).values_list("tag", flat=True)
    return list(dict.fromkeys(tags))


def _filter(query: DeviceQuery) -> queries.DeviceFilter:
    return queries.DeviceFilter(
        words=query.q,
        status=tuple(query.status),
        category=tuple(query.category),
        location=query.location,
        grade=query.grade,
        told=query.told,
        merged=query.merged,
    )
