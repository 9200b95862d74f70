"""Crates, pallets and bags through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from inventory.api.asking import NO, Moment, Text20, Text100, actor_of
from inventory.devices.containers import commands, queries
from inventory.devices.containers.models import Container

router = Router()


class SealingOut(Schema):
    """A seal and the contents it froze; `broken_at` is null while it holds."""

    seal: str
    count: int
    contents: list[dict[str, str]]
    sha256: str
    sealed_at: dt.datetime
    broken_at: dt.datetime | None
    seal_found: str
    differs: bool


class ContainerOut(Schema):
    """A container, the codes of what lies in it, and its seals, newest first."""

    code: str
    kind: str
    location: str
    things: list[str]
    sealings: list[SealingOut]


class ContainerLine(Schema):
    """A container in a list; `seal` is null when it is open."""

    code: str
    kind: str
    location: str
    lying: int
    seal: str | None


class MakeIn(Schema):
    """A tag printed beforehand becomes a `crate`, `pallet` or `bag`."""

    kind: Text20
    tag: Text100
    location: Text20 = ""


class ThingsIn(Schema):
    """What goes in or comes out: tags of devices, codes of storage media."""

    codes: list[str] = Field(min_length=1, max_length=2000)
    occurred_at: Moment | None = None


class SealIn(Schema):
    """The number on the seal."""

    seal: Text100
    occurred_at: Moment | None = None


class BreakIn(Schema):
    """The number on the seal, as it was read."""

    found: Text100
    occurred_at: Moment | None = None


class PlaceIn(Schema):
    """Where it goes."""

    location: Text20


@router.get("/containers", response={200: list[ContainerLine], **NO}, summary="Crates, pallets and bags")
def list_containers(
    request: HttpRequest, kind: str = "", state: str = "", q: str = "", limit: int = 50
) -> list[dict[str, Any]]:
    """At most 200, newest first; `state` is `open` or `sealed`."""
    found = queries.containers(actor_of(request), kind=kind, state=state, words=q)
    return [
        {
            "code": one.code,
            "kind": one.kind,
            "location": one.location.code if one.location else "",
            "lying": one.lying,
            "seal": one.seal,
        }
        for one in found[: min(max(limit, 1), 200)]
    ]


@router.post("/containers", response={201: ContainerOut, **NO}, summary="Make a crate, pallet or bag")
def make(request: HttpRequest, payload: MakeIn) -> Status[dict[str, Any]]:
    """From a tag printed beforehand."""
    made = commands.make_container(actor=actor_of(request), **payload.dict())
    return Status(201, _shown(made))


@router.get("/containers/{code}", response={200: ContainerOut, **NO}, summary="One container")
def get_container(request: HttpRequest, code: str) -> dict[str, Any]:
    """With what lies in it and its seals."""
    return _shown(queries.container_of(code, actor_of(request)))


@router.post("/containers/{code}/put", response={200: ContainerOut, **NO}, summary="Put things in")
def put_in(request: HttpRequest, code: str, payload: ThingsIn) -> dict[str, Any]:
    """Only while it is open."""
    commands.put_in(code, payload.codes, actor=actor_of(request), occurred_at=payload.occurred_at)
    return _shown(queries.container_of(code, actor_of(request)))


@router.post("/containers/{code}/take", response={200: ContainerOut, **NO}, summary="Take things out")
def take_out(request: HttpRequest, code: str, payload: ThingsIn) -> dict[str, Any]:
    """Only while it is open."""
    commands.take_out(code, payload.codes, actor=actor_of(request), occurred_at=payload.occurred_at)
    return _shown(queries.container_of(code, actor_of(request)))


@router.post("/containers/{code}/seal", response={200: ContainerOut, **NO}, summary="Seal it")
def seal(request: HttpRequest, code: str, payload: SealIn) -> dict[str, Any]:
    """Freezes what lies in it."""
    commands.seal_container(code, payload.seal, actor=actor_of(request), occurred_at=payload.occurred_at)
    return _shown(queries.container_of(code, actor_of(request)))


@router.post("/containers/{code}/break", response={200: ContainerOut, **NO}, summary="Break its seal")
def break_seal(request: HttpRequest, code: str, payload: BreakIn) -> dict[str, Any]:
    """`differs` of the newest seal says whether another one was read."""
    commands.break_seal(code, found=payload.found, actor=actor_of(request), occurred_at=payload.occurred_at)
    return _shown(queries.container_of(code, actor_of(request)))


@router.post("/containers/{code}/move", response={200: ContainerOut, **NO}, summary="Move it whole")
def move(request: HttpRequest, code: str, payload: PlaceIn) -> dict[str, Any]:
    """Each device in it moves with an entry of its own."""
    return _shown(commands.move_container(code, location=payload.location, actor=actor_of(request)))


def _shown(found: Container) -> dict[str, Any]:
    return {
        "code": found.code,
        "kind": found.kind,
        "location": found.location.code if found.location else "",
        "things": [queries.code_of(item) for item in queries.lying_in(found)],
        "sealings": list(queries.seals_of(found)),
    }
