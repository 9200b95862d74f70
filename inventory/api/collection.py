"""Manifests and custody through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.api.asking import NO, Day, Moment, actor_of
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


class PlanIn(Schema):
    """What is expected from a department on a day."""

    department: str
    place: str = ""
    planned_on: Day
    destination: str
    tags: list[str] = Field(default_factory=list, max_length=2000)


class ExpectIn(Schema):
    """Declared devices to add."""

    tags: list[str] = Field(min_length=1, max_length=2000)


class PickUpIn(Schema):
    """What the driver takes, and who releases it."""

    tags: list[str] = Field(min_length=1, max_length=2000)
    released_function: str
    place: str
    seal: str = ""
    occurred_at: Moment | None = None


class DeliverIn(Schema):
    """What arrives, and the driver (user name) who brings it."""

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
    released = signing.on_paper(function=facts.pop("released_function"))
    return _shown(commands.pick_up(number, actor=actor_of(request), released=released, **facts))


@router.post("/collections/{number}/deliver", response={200: ManifestOut, **NO}, summary="Deliver")
def deliver(request: HttpRequest, number: str, payload: DeliverIn) -> dict[str, Any]:
    """The asker receives, the driver releases."""
    facts = payload.dict()
    released = signing.on_paper(person=colleague(facts.pop("released_by")))
    return _shown(commands.deliver(number, actor=actor_of(request), released=released, **facts))


@router.post("/collections/{number}/late/{tag}", response={200: DeviceOut, **NO}, summary="A late arrival")
def arrive_late(request: HttpRequest, number: str, tag: str) -> Device:
    """A device that was missing has turned up."""
    return commands.arrive_late(number, tag, actor=actor_of(request))


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
    }
