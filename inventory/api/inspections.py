"""Inspections through the API: which files are of one machine, which device one is of, and taking it up there."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from inventory.api.asking import NO, Prose, actor_of, bytes_of
from inventory.api.devices import DeviceOut
from inventory.devices.inspections.commands import Inspected, record_inspection, settle_inspection
from inventory.devices.recognition import machines_for, recognise

router = Router()


class MachineOut(Schema):
    """Files of one machine; `ask_about` are files of others that a person should compare with them."""

    files: list[str]
    decision: Literal["same", "new", "ask"]
    confidence: float
    reasons: list[str]
    ask_about: list[str]


class RefusedOut(Schema):
    """A file that could not be read, and why."""

    file: str
    refused: str


class MatchedOut(Schema):
    """The machines behind the files, and the files refused."""

    groups: list[MachineOut]
    refused: list[RefusedOut]


@router.post("/inspections/match", response={200: MatchedOut, **NO}, summary="Sort inspection files, store nothing")
def match_inspections(request: HttpRequest, file: File[list[UploadedFile]]) -> dict[str, Any]:
    """As `./run manage match` does: several files, each a form field `file`."""
    files = [(name, data) for data, name in map(bytes_of, file)]
    machines, refused = machines_for(actor_of(request), files)
    return {"groups": machines, "refused": refused}


class InspectedOut(Schema):
    """What an inspection file added."""

    device: DeviceOut
    media_added: list[str]
    warnings: list[str]


@router.post("/devices/{tag}/inspection", response={200: InspectedOut, **NO}, summary="Take up an inspection file")
def inspect(request: HttpRequest, tag: str, file: File[UploadedFile], anyway: bool = False) -> dict[str, Any]:
    """Of any tool that is read; `anyway` when it seems to be another device's and a person says that it is right."""
    data, name = bytes_of(file)
    return _inspected(record_inspection(tag, data, name, actor=actor_of(request), anyway=anyway))


class CandidateOut(Schema):
    """A stored device that the inspection may have seen, how sure from 0 to 1, and why."""

    device: DeviceOut
    decision: Literal["same", "ask"]
    confidence: float
    reasons: list[str]


class RecognisedOut(Schema):
    """Whose inspection it is: of the one candidate (`same`), of none (`new`), or a person decides (`ask`)."""

    decision: Literal["same", "new", "ask"]
    candidates: list[CandidateOut]
    sha256: str
    warnings: list[str]


@router.post("/inspections/recognise", response={200: RecognisedOut, **NO}, summary="Which device is this file of?")
def recognise_inspection(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    """The first of two steps: compared with the stored devices, nothing is stored."""
    data, name = bytes_of(file)
    found = recognise(data, name, actor=actor_of(request))
    return {
        "decision": found.decision,
        "candidates": [
            {
                "device": device,
                "decision": likeness.decision,
                "confidence": round(likeness.confidence, 2),
                "reasons": [str(reason) for reason in likeness.reasons],
            }
            for device, likeness in found.candidates
        ],
        "sha256": found.sha256,
        "warnings": [str(warning) for warning in found.inspection.warnings],
    }


class SettleIn(Schema):
    """The device chosen, or none for a new one at `location`; a reason code where more than one answer was possible."""

    tag: str = ""
    location: str = ""
    reason: str = ""
    remark: Prose = ""


@router.post("/inspections", response={200: InspectedOut, **NO}, summary="Take up an inspection where it belongs")
def settle(request: HttpRequest, file: File[UploadedFile], payload: Form[SettleIn]) -> dict[str, Any]:
    """The second step: the same file, and the choice."""
    actor = actor_of(request)
    data, name = bytes_of(file)
    found = recognise(data, name, actor=actor)
    return _inspected(settle_inspection(found.inspection, found.sha256, actor=actor, **payload.dict()))


def _inspected(done: Inspected) -> dict[str, Any]:
    return {
        "device": done.device,
        "media_added": [medium.code for medium in done.added],
        "warnings": [str(warning) for warning in done.inspection.warnings],
    }
