"""Devices that may be one, through the API: who they are, merge two, split them, tell them apart."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status

from inventory.api.asking import NO, Prose, actor_of
from inventory.api.devices import DeviceOut
from inventory.devices.genealogy import commands, queries
from inventory.devices.genealogy.queries import Alike
from inventory.devices.models import Merge
from inventory.devices.queries import device_of

router = Router()


class AlikeOut(Schema):
    """Two devices that may be one, the answer, how sure it is from 0 to 1, and why."""

    one: DeviceOut
    other: DeviceOut
    decision: Literal["same", "ask", "different"]
    confidence: float
    reasons: list[str]


class MergeOut(Schema):
    """A merge: which record is kept, which went into it, and what it changed."""

    kept: str
    absorbed: str
    absorbed_status: str
    reason: str
    reasons: list[str]
    filled: list[str]
    media: list[str]
    merged_at: dt.datetime
    split_at: dt.datetime | None

    @staticmethod
    def resolve_kept(merge: Merge) -> str:
        """The tag of the device that is kept."""
        return merge.kept.tag

    @staticmethod
    def resolve_absorbed(merge: Merge) -> str:
        """The tag of the record that went into it."""
        return merge.absorbed.tag

    @staticmethod
    def resolve_absorbed_status(merge: Merge) -> str:
        """The status that record has, and will have again."""
        return merge.absorbed.status


class MergeIn(Schema):
    """The tag of the other record, a reason code, and a remark that stays out of the ledger."""

    absorbed: str
    reason: str
    remark: Prose = ""


class SplitIn(Schema):
    """A reason code, and a remark that stays out of the ledger."""

    reason: str
    remark: Prose = ""


class OtherIn(Schema):
    """The tag of another device."""

    other: str


class TagsOut(Schema):
    """Two tags."""

    one: str
    other: str


@router.get("/genealogy", response={200: list[AlikeOut], **NO}, summary="Devices that may be the same")
def alike(request: HttpRequest) -> list[dict[str, Any]]:
    """Pairs with an equal number, the surest first, at most 50, but for those told apart."""
    return [_told(pair) for pair in queries.alike(actor_of(request))]


@router.get("/devices/{tag}/genealogy", response={200: list[MergeOut], **NO}, summary="Records merged into a device")
def absorbed(request: HttpRequest, tag: str) -> list[Merge]:
    """Those that stand, oldest first."""
    found = queries.absorbed_by(device_of(tag, actor_of(request)))
    return list(found.select_related("kept", "absorbed"))


@router.post("/devices/{tag}/merge", response={200: MergeOut, **NO}, summary="Merge another record into this one")
def merge(request: HttpRequest, tag: str, payload: MergeIn) -> Merge:
    """From now on the other's tags open this one."""
    return commands.merge(tag, payload.absorbed, actor=actor_of(request), reason=payload.reason, remark=payload.remark)


@router.post("/devices/{tag}/split", response={200: MergeOut, **NO}, summary="Split a merged record off again")
def split(request: HttpRequest, tag: str, payload: SplitIn) -> Merge:
    """`tag` is the merged record's own, or any tag bound to it."""
    return commands.split(tag, actor=actor_of(request), reason=payload.reason, remark=payload.remark)


@router.post("/devices/{tag}/tell-apart", response={201: TagsOut, **NO}, summary="Say that two are not the same")
def tell_apart(request: HttpRequest, tag: str, payload: OtherIn) -> Status[dict[str, str]]:
    """It is remembered: they are not listed again."""
    told = commands.tell_apart(tag, payload.other, actor=actor_of(request))
    return Status(201, {"one": told.one.tag, "other": told.other.tag})


def _told(pair: Alike) -> dict[str, Any]:
    return {
        "one": pair.one,
        "other": pair.other,
        "decision": pair.likeness.decision,
        "confidence": round(pair.likeness.confidence, 2),
        "reasons": [str(reason) for reason in pair.likeness.reasons],
    }
