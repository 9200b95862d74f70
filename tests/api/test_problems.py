"""Every no is a problem document (RFC 9457): a stable code, a sentence for people, facts for programs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.accounts.models import User
from inventory.devices.tags import grouped
from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def technician(program: Callable[[User], Program], people: People) -> Program:
    return program(people.technician)


def test_a_refused_step_says_what_is_possible_instead(technician: Program) -> None:
    tag = journeys.make(Status.RECEIVED).tag
    problem = refused(technician.post(f"/devices/{tag}/steps/start_refurbishment"), 409, "step_refused")
    assert problem["facts"]["tag"] == tag
    assert "inspect" in problem["facts"]["allowed"]
    assert problem["instance"] == f"/api/devices/{tag}/steps/start_refurbishment"


def test_a_broken_rule_names_what_it_hangs_on(technician: Program) -> None:
    device = journeys.make(Status.AWAITING_SANITISATION)
    problem = refused(technician.post(f"/devices/{device.tag}/steps/confirm_sanitised"), 409, "rule_broken")
    assert grouped(device.media.get().code) in problem["facts"]["media"]


def test_want_of_a_role_is_said_as_such(program: Callable[[User], Program], people: People) -> None:
    tag = journeys.make(Status.SANITISED).tag
    driver = program(people.driver)
    problem = refused(driver.post(f"/devices/{tag}/steps/start_refurbishment"), 403, "not_allowed")
    assert problem["facts"]["word"] == "refurbish"


def test_what_is_not_there_is_not_found(technician: Program) -> None:
    refused(technician.get("/devices/ZZZZZZZZM"), 404, "not_found")
    refused(technician.get("/nowhere"), 404, "not_found")
    refused(technician.get("/devices/ZZZZZZZZM/nothing"), 404, "not_found")


def test_what_is_no_tag_is_told_apart_from_what_is_unknown(technician: Program) -> None:
    refused(technician.get("/devices/ZZZZZZZZ0"), 422, "bad_input")


def test_each_place_that_cannot_be_understood_is_named(technician: Program) -> None:
    problem = refused(technician.post("/devices", {"devices": [{"weight_kg": "heavy"}]}), 422, "not_understood")
    places = {place["place"] for place in problem["facts"]["places"]}
    assert any(place.endswith("devices.0.category") for place in places)
    assert any(place.endswith("devices.0.weight_kg") for place in places)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 2000, b'{"devices": 1e999}', b"null", b'"x"'])
def test_what_is_no_json_is_told_so(technician: Program, body: bytes) -> None:
    answer = technician.post("/devices", body)
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


def test_a_moment_without_offset_is_no_moment(technician: Program) -> None:
    tag = journeys.declared().tag
    body = {"location": journeys.location().code, "occurred_at": "2026-03-02T10:00:00"}
    refused(technician.post(f"/devices/{tag}/receive", body), 422, "not_understood")


@pytest.mark.parametrize("body", [b'{"model": "a\\u0000b"}', b'{"model\\u0000": "a"}', b'{"model": "\\\\\\u0000"}'])
def test_a_nul_in_a_text_is_refused_on_every_database(technician: Program, body: bytes) -> None:
    tag = journeys.make(Status.RECEIVED).tag
    refused(technician.send("PATCH", f"/devices/{tag}", body), 422, "bad_input")
    assert done(technician.get(f"/devices/{tag}"))["model"] == "Bureau 300"


def test_the_words_of_an_escape_are_no_nul(technician: Program) -> None:
    tag = journeys.make(Status.RECEIVED).tag
    assert done(technician.send("PATCH", f"/devices/{tag}", b'{"model": "a\\\\u0000b"}'))["model"] == "a\\u0000b"


def test_a_nul_in_an_address_or_a_form_is_refused_too(technician: Program, people: People) -> None:
    refused(technician.get("/devices", q="a\x00b"), 422, "bad_input")
    refused(technician.get("/devices/%00"), 422, "bad_input")
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    form = {"method": "overwrite", "tool": "dd\x00"}
    refused(technician.upload(f"/media/{medium.code}/sanitisations", b"x", **form), 422, "bad_input")


def test_half_a_character_is_refused(technician: Program) -> None:
    tag = journeys.make(Status.RECEIVED).tag
    answer = technician.send("PATCH", f"/devices/{tag}", b'{"model": "\\ud800"}')
    assert answer.status_code in {400, 422}
    assert answer["Content-Type"] == "application/problem+json"


def test_too_much_is_refused_before_it_is_read(technician: Program, settings: object) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000  # type: ignore[attr-defined]
    answer = technician.post("/devices", {"devices": [{"category": "x" * 2000}]})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    answer = technician.post("/devices", {"devices": [{"category": "x" * 2000}]}, Idempotency_Key="k")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_the_sentence_is_in_the_readers_language(technician: Program) -> None:
    answer = technician.client.get(
        "/api/nowhere", headers={"Authorization": f"Bearer {technician.token}", "Accept-Language": "nl"}
    )
    assert refused(answer, 404, "not_found")["detail"]
