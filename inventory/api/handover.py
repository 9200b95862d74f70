"""Agreements, hand-over and take-back through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from inventory.api.asking import NO, Moment, actor_of, bytes_of
from inventory.api.devices import DeviceOut
from inventory.associations.interests import refuse_interest
from inventory.associations.queries import association_of
from inventory.collection.signing import by_pin
from inventory.devices.gatekeepers import require
from inventory.devices.models import Device
from inventory.documents.commands import read_file
from inventory.errors import NotFound
from inventory.handover import commands, queries
from inventory.handover.models import Agreement
from inventory.handover.valuing import MOST_EURO, value_devices, year_sum
from inventory.lifecycle import Word

router = Router()


class AgreementIn(Schema):
    """Reserved devices of one association; its language unless told otherwise."""

    association: str
    tags: list[str] = Field(min_length=1, max_length=1000)
    language: str = ""
    # Clause 6: may the association pass devices on for good (`free`), or only lend them (`loan`)?
    end_users: str = "free"


class ValueIn(Schema):
    """What each of these devices is worth, in cents, by which method (book, market, expert) and on whose word."""

    tags: list[str] = Field(min_length=1, max_length=1000)
    cents: int = Field(ge=0, le=MOST_EURO * 100)
    method: str
    source: str
    dated: dt.date
    reason: str = ""


class ValueOut(Schema):
    """The value of a device."""

    tag: str
    cents: int
    method: str
    source: str
    dated: dt.date
    reason: str


class YearOut(Schema):
    """What a beneficiary receives in a calendar year, and its class: none, partial, full (law of 14 November 1983)."""

    year: int
    cents: int
    code: str
    words: str
    source: str
    above_hand_to_hand: bool


class AgreementOut(Schema):
    """An agreement and its devices."""

    number: str
    association: str
    language: str
    paper_sha256: str
    template_version: str
    template_sha256: str
    end_users: str
    cents: int
    prepared_at: dt.datetime
    signed_at: dt.datetime | None
    signed_how: str
    scan_due_on: dt.date | None
    cancelled_at: dt.datetime | None
    devices: list[str]
    # What goes with them: the tag of the device, and its accessories by kind.
    accessories: dict[str, dict[str, int]]


class SignIn(Schema):
    """Who signs for the association, and how."""

    association_function: str
    signed_how: str
    # Signed on paper while it could not be scanned: the scan comes later.
    scan_later: bool = False
    # With `pin`: the user name of the member who signs, and their PIN.
    signatory: str = ""
    pin: str = ""
    left_out: list[str] = Field(default_factory=list)
    occurred_at: Moment | None = None


class CancelIn(Schema):
    """A reason code."""

    reason: str


class TakeBackIn(Schema):
    """Why it comes back, and to which location."""

    reason: str
    location: str
    # Accessories that came back with it, by kind.
    accessories: dict[str, int] = Field(default_factory=dict, max_length=20)


@router.get("/agreements", response={200: list[AgreementOut], **NO}, summary="Agreements, newest first")
def list_agreements(request: HttpRequest, limit: int = 50) -> list[dict[str, Any]]:
    """Those you may see; at most 200."""
    found = queries.with_items(queries.agreements(actor_of(request)))
    return [_shown(one) for one in found[: min(max(limit, 1), 200)]]


@router.post("/agreements", response={201: AgreementOut, **NO}, summary="Prepare an agreement")
def prepare(request: HttpRequest, payload: AgreementIn) -> Status[dict[str, Any]]:
    """The PDF is made and its fingerprint kept."""
    made = commands.prepare_agreement(
        payload.association,
        payload.tags,
        actor=actor_of(request),
        language=payload.language,
        end_users=payload.end_users,
    )
    return Status(201, _shown(made))


@router.get("/agreements/{number}", response={200: AgreementOut, **NO}, summary="One agreement")
def get_agreement(request: HttpRequest, number: str) -> dict[str, Any]:
    """With its devices."""
    return _shown(queries.agreement_numbered(number, actor_of(request)))


@router.get("/agreements/{number}/paper", response={200: bytes, **NO}, summary="The agreement as PDF")
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The very bytes that are signed."""
    agreement = queries.agreement_numbered(number, actor_of(request))
    response = HttpResponse(read_file(agreement.paper), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{agreement.paper.name}"'
    return response


@router.get("/agreements/{number}/words", response={200: bytes, **NO}, summary="The words it was drawn up by")
def words(request: HttpRequest, number: str) -> HttpResponse:
    """The file as the lawyers wrote it, in French and Dutch."""
    agreement = queries.agreement_numbered(number, actor_of(request))
    if agreement.template is None:
        raise NotFound(_("There is no file with this fingerprint."), sha256="")
    return HttpResponse(read_file(agreement.template), content_type="application/toml")


@router.post("/valuations", response={201: list[ValueOut], **NO}, summary="Value devices")
def value(request: HttpRequest, payload: ValueIn) -> Status[list[dict[str, Any]]]:
    """Zero needs a reason; the latest value counts in the next agreement."""
    made = value_devices(actor=actor_of(request), **payload.dict())
    return Status(
        201,
        [
            {
                "tag": one.device.tag,
                **{name: getattr(one, name) for name in ("cents", "method", "source", "dated", "reason")},
            }
            for one in made
        ],
    )


@router.get("/associations/{code}/gifts/{year}", response={200: YearOut, **NO}, summary="Value given in a year")
def gifts(request: HttpRequest, code: str, year: int) -> dict[str, Any]:
    """The sum of a beneficiary's calendar year before the thresholds of the law."""
    actor = actor_of(request)
    require(actor, Word.HAND_OVER)
    body = association_of(code, actor)
    refuse_interest(actor, body.pk)
    found = year_sum(body, min(max(year, 2002), 2200))
    names = ("year", "cents", "code", "source", "above_hand_to_hand")
    return {**{name: getattr(found, name) for name in names}, "words": str(found.words)}


@router.post("/agreements/{number}/sign", response={200: AgreementOut, **NO}, summary="Sign and hand over")
def sign(
    request: HttpRequest, number: str, payload: Form[SignIn], file: File[UploadedFile | None] = None
) -> dict[str, Any]:
    """`file` is the drawn signature or the scan of the signed paper; none with a PIN, or while the scan is to come."""
    actor = actor_of(request)
    facts = payload.dict()
    signatory, pin = facts.pop("signatory"), facts.pop("pin")
    require(actor, Word.HAND_OVER)
    signature = None
    if pin:
        found = queries.agreement_numbered(number, actor)
        signature = by_pin(queries.member_named(found.association, signatory), pin)
    return _shown(
        commands.hand_over(number, actor=actor, scan=bytes_of(file) if file else None, pin=signature, **facts)
    )


@router.post("/agreements/{number}/scan", response={200: AgreementOut, **NO}, summary="Keep the signed paper")
def scan(request: HttpRequest, number: str, file: File[UploadedFile]) -> dict[str, Any]:
    """Of an agreement that was signed on paper while it could not be scanned."""
    return _shown(commands.keep_scan(number, bytes_of(file), actor=actor_of(request)))


@router.post("/agreements/{number}/cancel", response={200: AgreementOut, **NO}, summary="Cancel an unsigned agreement")
def cancel(request: HttpRequest, number: str, payload: CancelIn) -> dict[str, Any]:
    """Its devices stay reserved."""
    return _shown(commands.cancel_agreement(number, actor=actor_of(request), reason=payload.reason))


@router.post("/devices/{tag}/take-back", response={200: DeviceOut, **NO}, summary="Take back")
def take_back(request: HttpRequest, tag: str, payload: TakeBackIn) -> Device:
    """Received again; its media count as unknown again."""
    return commands.take_back(tag, actor=actor_of(request), **payload.dict())


def _shown(agreement: Agreement) -> dict[str, Any]:
    return {
        "number": agreement.number,
        "association": agreement.association.code,
        "language": agreement.language,
        "paper_sha256": agreement.paper.sha256,
        "template_version": agreement.template_version,
        "template_sha256": agreement.template.sha256 if agreement.template else "",
        "end_users": agreement.end_users,
        "cents": queries.cents_of(agreement),
        "prepared_at": agreement.prepared_at,
        "signed_at": agreement.signed_at,
        "signed_how": agreement.signed_how,
        "scan_due_on": None if agreement.signed_scan_id else agreement.scan_due_on,
        "cancelled_at": agreement.cancelled_at,
        "devices": queries.tags_of(agreement),
        "accessories": queries.extras_of(agreement),
    }
