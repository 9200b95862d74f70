"""Agreements by programs: prepared, left out on the spot, cancelled, signed once, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db

SIGN = {"association_function": "présidence", "signed_how": "screen"}


@pytest.fixture
def keeper(people: People) -> Program:
    return Program(people.warehouse_keeper)


def _prepared(keeper: Program) -> dict[str, Any]:
    device = journeys.make(Status.RESERVED)
    body = device.reservations.get().line.request.association
    made: dict[str, Any] = done(keeper.post("/agreements", {"association": body.code, "tags": [device.tag]}), 201)
    return made


def test_what_is_signed_is_what_was_prepared(keeper: Program) -> None:
    import hashlib

    made = _prepared(keeper)
    paper = keeper.get(f"/agreements/{made['number']}/paper")
    assert paper["Content-Type"] == "application/pdf"
    assert hashlib.sha256(paper.content).hexdigest() == made["paper_sha256"]
    signed = done(keeper.upload(f"/agreements/{made['number']}/sign", journeys.PICTURE, "s.png", **SIGN))
    assert signed["paper_sha256"] == made["paper_sha256"]
    again = keeper.upload(f"/agreements/{made['number']}/sign", journeys.PICTURE, "s.png", **SIGN)
    refused(again, 409, "conflict")
    refused(keeper.post(f"/agreements/{made['number']}/cancel", {"reason": "mistake"}), 409, "conflict")


def test_a_device_stands_in_one_agreement(keeper: Program) -> None:
    made = _prepared(keeper)
    body = {"association": made["association"], "tags": made["devices"]}
    refused(keeper.post("/agreements", body), 409, "conflict")
    done(keeper.post(f"/agreements/{made['number']}/cancel", {"reason": "mistake"}))
    assert done(keeper.post("/agreements", body), 201)["number"] != made["number"]


def test_only_what_is_reserved_for_them_is_given(keeper: Program) -> None:
    other = journeys.association()
    for status in (Status.READY, Status.RESERVED):
        body = {"association": other.code, "tags": [journeys.make(status).tag]}
        refused(keeper.post("/agreements", body), 409, "rule_broken")


def test_nothing_leaves_when_everything_is_left_out(keeper: Program) -> None:
    made = _prepared(keeper)
    form = {**SIGN, "left_out": made["devices"]}
    answer = keeper.upload(f"/agreements/{made['number']}/sign", journeys.PICTURE, "s.png", **form)
    refused(answer, 422, "bad_input")
    assert done(keeper.get(f"/agreements/{made['number']}"))["signed_at"] is None


def test_an_agreement_is_in_french_or_dutch(keeper: Program) -> None:
    device = journeys.make(Status.RESERVED)
    body = {"association": device.reservations.get().line.request.association.code, "tags": [device.tag]}
    refused(keeper.post("/agreements", {**body, "language": "en"}), 422, "bad_input")
    assert done(keeper.post("/agreements", {**body, "language": "nl"}), 201)["language"] == "nl"


def test_what_comes_back_is_unknown_again(keeper: Program) -> None:
    device = journeys.make(Status.HANDED_OVER)
    body = {"reason": "defective", "location": journeys.location().code}
    back = done(keeper.post(f"/devices/{device.tag}/take-back", body))
    assert (back["status"], back["grade"]) == ("received", "")
    assert [one["state"] for one in done(keeper.get(f"/devices/{device.tag}/media"))] == ["pending"]
