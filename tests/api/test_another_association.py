"""A member sees their own association and nothing whatever of another: absent and not yours look the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backend.accounts.models import User
from inventory.associations.commands import add_member
from inventory.handover.commands import prepare_agreement
from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db

WISH = {"channel": "online", "purpose": "Un coin.", "lines": [{"category": "desktop", "quantity": 1}]}


@pytest.fixture
def member(program: Callable[[User], Program], people: People) -> Program:
    own = journeys.association(name="La Nôtre")
    add_member(own.code, people.association_member, actor=people.administrator)
    journeys.request(own)
    return program(people.association_member)


def test_lists_show_only_their_own(member: Program, people: People) -> None:
    device = journeys.make(Status.RESERVED)
    other = device.reservations.get().line.request.association
    prepare_agreement(other.code, [device.tag], actor=people.warehouse_keeper)
    assert [one["name"] for one in done(member.get("/associations"))] == ["La Nôtre"]
    assert [one["name"] for one in done(member.get("/associations", q=other.name))] == []
    assert {one["association"] for one in done(member.get("/requests"))}.isdisjoint({other.code})
    assert len(done(member.get("/requests"))) == 1
    assert done(member.get("/requests", q=other.name)) == []
    assert done(member.get("/agreements")) == []


def test_what_is_anothers_is_not_there(member: Program, people: People) -> None:
    device = journeys.make(Status.RESERVED)
    wanted = device.reservations.get().line.request
    other = wanted.association
    agreement = prepare_agreement(other.code, [device.tag], actor=people.warehouse_keeper)
    for real, absent in (
        (f"/associations/{other.code}", "/associations/A-2000-00001"),
        (f"/requests/{wanted.reference}", "/requests/R-2000-00001"),
        (f"/requests/{wanted.reference}/decisions", "/requests/R-2000-00001/decisions"),
        (f"/requests/{wanted.reference}/lines/1/stock", "/requests/R-2000-00001/lines/1/stock"),
        (f"/agreements/{agreement.number}", "/agreements/G-2000-00001"),
        (f"/agreements/{agreement.number}/paper", "/agreements/G-2000-00001/paper"),
    ):
        assert _without_names(member.get(real)) == _without_names(member.get(absent))


def test_nobody_asks_or_withdraws_for_another(member: Program) -> None:
    theirs = journeys.request()
    refused(member.post("/requests", {**WISH, "association": theirs.association.code}), 404, "not_found")
    first = refused(member.post(f"/requests/{theirs.reference}/withdraw"), 404, "not_found")
    second = refused(member.post("/requests/R-2000-00001/withdraw"), 404, "not_found")
    assert first["detail"].replace(theirs.reference, "…") == second["detail"].replace("R-2000-00001", "…")
    theirs.refresh_from_db()
    assert theirs.state == "received"


def test_they_ask_and_withdraw_for_their_own(member: Program) -> None:
    (own,) = done(member.get("/associations"))
    made = done(member.post("/requests", {**WISH, "association": own["code"]}), 201)
    assert done(member.post(f"/requests/{made['reference']}/withdraw"))["state"] == "withdrawn"
    refused(member.post(f"/requests/{made['reference']}/withdraw"), 409, "conflict")


def test_a_member_may_not_say_that_a_request_came_by_post(member: Program) -> None:
    (own,) = done(member.get("/associations"))
    refused(member.post("/requests", {**WISH, "association": own["code"], "channel": "post"}), 403, "not_allowed")


def _without_names(answer: object) -> tuple[int, str]:
    problem = refused(answer, 404, "not_found")  # type: ignore[arg-type]
    words = problem["detail"].split()
    return problem["status"], " ".join(word for word in words if not any(sign.isdigit() for sign in word))
