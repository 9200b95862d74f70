"""Inspections through the API: which files are of the same machine, with nothing stored."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from inventory.api.asking import NO, actor_of, bytes_of
from inventory.devices.recognition import machines_for

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
