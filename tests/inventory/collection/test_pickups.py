"""Departments ask for pickups by a signed link or through a clerk, and see what becomes of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.collection.pickup_models import PickupInvitation, PickupRequest
from inventory.collection.pickups import (
    Asked,
    Visitor,
    ask_by_link,
    decline_pickup,
    enter_pickup,
    invitation_of,
    invite,
    put_on_manifest,
    signed_code,
    withdraw_invitation,
    withdraw_pickup,
)
from inventory.collection.planning import cancel_collection, plan_collection
from inventory.collection.queries import pickup_requests, pickups_of
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.ledger.models import Entry
from tests.journeys import location
from tests.people import People

pytestmark = pytest.mark.django_db


def asked(**more: object) -> Asked:
    facts = {
        "department": "Urbanisme",
        "place": "Rue de la Loi fictive 1, 3e étage",
        "contact_function": "accueil",
        "contact_phone": "02 000 00 01",
        "quantities": {"laptop": 12, "screen": 4, "other": 0},
        "earliest_on": timezone.localdate(),
        **more,
    }
    return Asked(**facts)  # type: ignore[arg-type]


@pytest.fixture
def link(people: People) -> PickupInvitation:
    until = timezone.localdate() + dt.timedelta(days=60)
    return invite("Urbanisme", actor=people.warehouse_keeper, valid_until=until)


def test_a_department_asks_by_its_link_without_an_account(people: People, link: PickupInvitation) -> None:
    signed = signed_code(link)
    request = ask_by_link(signed, asked(), actor=Visitor(invitation_of(signed)), form_mark="a" * 32)
    assert (request.reference[:2], request.pieces, request.channel) == ("P-", 16, "link")
    assert request.quantities == {"laptop": 12, "screen": 4}
    again = ask_by_link(signed, asked(), actor=Visitor(link), form_mark="a" * 32)
    assert again == request
    assert list(pickups_of(link)) == [request]
    entry = Entry.objects.get(subject_kind="pickup_request")
    assert (entry.actor_key, entry.channel) == (f"link-{link.code}", "link")
    for secret in ("accueil", "02 000 00 01", "Loi fictive"):
        assert secret not in entry.body


def test_a_forged_a_withdrawn_and_an_old_link_open_nothing_alike(people: People, link: PickupInvitation) -> None:
    signed = signed_code(link)
    said = set()
    forged = [link.code, f"{link.code}:x", signed[:-1] + ("A" if signed[-1] != "A" else "B"), "", "?" * 500]
    for wrong in forged:
        with pytest.raises(NotFound) as refusal:
            invitation_of(wrong)
        said.add(str(refusal.value))
    with clock_at(timezone.now() + dt.timedelta(days=61)), pytest.raises(NotFound) as refusal:
        invitation_of(signed)
    said.add(str(refusal.value))
    withdraw_invitation(link.code, actor=people.technician)
    with pytest.raises(NotFound) as refusal:
        invitation_of(signed)
    assert {*said, str(refusal.value)} == {str(refusal.value)}
    with pytest.raises(Conflict):
        withdraw_invitation(link.code, actor=people.technician)


def test_a_clerk_enters_what_came_by_telephone_with_its_moment(people: People) -> None:
    called = timezone.now() - dt.timedelta(days=2)
    request = enter_pickup(asked(), actor=people.technician, channel="telephone", received_at=called)
    assert (request.received_at, request.recorded_by) == (called, people.technician)
    earlier = enter_pickup(asked(), actor=people.technician, channel="post", received_at=called - dt.timedelta(days=3))
    assert list(pickup_requests(people.driver)) == [earlier, request]
    with pytest.raises(BadInput, match="still to come"):
        enter_pickup(
            asked(), actor=people.technician, channel="post", received_at=timezone.now() + dt.timedelta(hours=1)
        )
    with pytest.raises(BadInput, match="how the department asked"):
        enter_pickup(asked(), actor=people.technician, channel="link")
    with pytest.raises(NotAllowed):
        enter_pickup(asked(), actor=people.auditor, channel="post")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("department", {"department": " "}),
        ("place", {"place": ""}),
        ("contact_function", {"contact_function": ""}),
        ("quantities", {"quantities": {}}),
        ("quantities", {"quantities": {"laptop": 0}}),
        ("quantities", {"quantities": {"laptop": -1, "screen": 3}}),
        ("quantities", {"quantities": {"laptop": 9_999}}),
        ("quantities", {"quantities": {"spaceship": 1}}),
        ("latest_on", {"latest_on": dt.date(2020, 1, 1)}),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(people: People, field: str, wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput) as refusal:
        enter_pickup(asked(**wrong), actor=people.technician, channel="post")
    assert refusal.value.facts["field"] == field
    assert not PickupRequest.objects.exists()


def test_a_request_is_planned_and_waits_again_when_its_collection_is_called_off(people: People) -> None:
    request = enter_pickup(asked(), actor=people.technician, channel="counter")
    manifest = plan_collection(
        actor=people.warehouse_keeper,
        department="Urbanisme",
        place="Quai 1",
        planned_on=timezone.localdate(),
        destination=location("W1").code,
    )
    put_on_manifest(request.reference, manifest, actor=people.warehouse_keeper)
    with pytest.raises(Conflict, match="does not wait"):
        decline_pickup(request.reference, actor=people.warehouse_keeper, reason="other")
    cancel_collection(manifest.number, actor=people.warehouse_keeper, reason="mistake")
    request.refresh_from_db()
    assert (request.state, request.manifest) == ("asked", None)
    decline_pickup(request.reference, actor=people.warehouse_keeper, reason="other")
    assert Entry.objects.filter(subject_key=request.reference).latest("id").to_status == "declined"


def test_whoever_holds_the_link_withdraws_their_own_and_no_other(people: People, link: PickupInvitation) -> None:
    own = ask_by_link(signed_code(link), asked(), actor=Visitor(link))
    other = enter_pickup(asked(), actor=people.technician, channel="post")
    with pytest.raises(NotFound):
        withdraw_pickup(other.reference, actor=Visitor(link))
    assert withdraw_pickup(own.reference, actor=Visitor(link)).state == "withdrawn"


@pytest.mark.parametrize("days", [-1, 400])
def test_a_link_is_for_a_year_at_most(people: People, days: int) -> None:
    with pytest.raises(BadInput):
        invite("Urbanisme", actor=people.technician, valid_until=timezone.localdate() + dt.timedelta(days=days))
