"""Pickup requests and the week's planning by their pages: a department without an account, a clerk, a planner."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.collection.models import Manifest, Vehicle
from inventory.collection.pickup_models import PickupInvitation, PickupRequest
from inventory.collection.pickups import MOST_WAITING, invite, signed_code
from tests.inventory.collection.test_custody import planned
from tests.inventory.pages.seen import words
from tests.journeys import declared, location
from tests.people import People

pytestmark = pytest.mark.django_db

ASKED = {
    "place": "Rue de la Loi fictive 1",
    "contact_function": "accueil",
    "of_laptop": "12",
    "earliest_on": "2026-12-01",
}


@pytest.fixture
def link(people: People) -> str:
    made = invite("Urbanisme", actor=people.warehouse_keeper, valid_until=timezone.localdate() + dt.timedelta(days=9))
    return reverse("pickup_ask", args=[signed_code(made)])


def test_a_department_asks_and_follows_without_an_account(desk, link: str, people: People):
    visitor = Client(headers={"Accept-Language": "en"})
    assert "Urbanisme" in words(visitor.get(link))
    answer = visitor.post(link, {**ASKED, "place": "", "of_laptop": ""})
    assert answer.status_code == 422
    assert "This field is required" in words(answer)
    answer = visitor.post(link, {**ASKED, "form_mark": "a" * 32})
    visitor.post(link, {**ASKED, "form_mark": "a" * 32})
    (request,) = PickupRequest.objects.all()
    page = words(visitor.get(answer["Location"]))
    assert request.reference in page
    assert "Waits to be planned" in page

    keeper = desk("warehouse_keeper")
    location("W1")
    device = declared()
    plan = f"{reverse('collection_new')}?pickup={request.reference}"
    assert "Rue de la Loi fictive 1" in keeper.get(plan).content.decode()
    fields = {"department": "Urbanisme", "planned_on": "2026-12-03", "destination": "W1", "all_declared": "on"}
    assert keeper.post(plan, fields).status_code == 302
    assert Manifest.objects.get().lines.get().device == device
    assert "We come on" in words(visitor.get(link))


def test_a_department_takes_its_own_request_back(link: str):
    visitor = Client()
    visitor.post(link, ASKED)
    request = PickupRequest.objects.get()
    assert visitor.post(f"{link}{request.reference}/withdraw/").status_code == 302
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_a_wrong_link_opens_nothing_and_tells_nothing():
    answer = Client().get(reverse("pickup_ask", args=["0123456789abcdef:forged"]))
    assert answer.status_code == 404


def test_a_link_in_wrong_hands_fills_no_list(link: str):
    visitor = Client()
    for _ in range(MOST_WAITING):
        assert visitor.post(link, ASKED).status_code == 302
    assert visitor.post(link, ASKED).status_code == 409
    assert PickupRequest.objects.count() == MOST_WAITING


def test_a_clerk_enters_what_was_told_by_telephone(desk):
    window = desk("technician")
    assert "No pickup request yet" in words(window.get(reverse("pickups")))
    fields = {**ASKED, "department": "Finances", "channel": "telephone", "received_at": "2026-02-27T09:00"}
    answer = window.post(reverse("pickup_new"), fields)
    page = words(window.get(answer["Location"]))
    assert "12 × Laptop" in page
    assert "By telephone" in page
    own = answer["Location"]
    assert window.post(f"{own}decline/", {}).status_code == 422
    assert window.post(f"{own}decline/", {"reason": "other"}).status_code == 302
    assert "Declined" in words(window.get(own))
    assert "No request fits" in words(window.get(reverse("pickups"), {"state": "asked"}))
    assert window.post(f"{own}withdraw/").status_code == 409


@pytest.mark.parametrize(("language", "title"), [("fr", "Demande d’enlèvement"), ("nl", "Ophaalaanvraag")])
def test_the_paper_form_asks_the_same_in_both_languages(desk, language: str, title: str):
    page = desk("technician").get(reverse("pickup_on_paper"), {"language": language})
    assert f'lang="{language}"' in page.content.decode()
    for number in "12345":
        assert f'<span class="number">{number}</span>' in page.content.decode()
    assert title in words(page)


def test_links_are_made_copied_and_withdrawn(desk):
    window = desk("warehouse_keeper")
    until = timezone.localdate() + dt.timedelta(days=30)
    assert window.post(reverse("pickup_links"), {"department": "X", "valid_until": "2020-01-01"}).status_code == 422
    assert window.post(reverse("pickup_links"), {"department": "Urbanisme", "valid_until": until}).status_code == 302
    made = PickupInvitation.objects.get()
    assert signed_code(made) in window.get(reverse("pickup_links")).content.decode()
    assert window.post(reverse("pickup_link_withdraw", args=[made.code])).status_code == 302
    page = window.get(reverse("pickup_links"))
    assert "opens nothing any more" in words(page)
    assert signed_code(made) not in page.content.decode()
    assert desk("driver").get(reverse("pickup_links")).status_code == 403


def test_the_week_shows_who_drives_where(desk, people: People):
    keeper = desk("warehouse_keeper")
    van = {"code": "van-1", "name": "Camionnette", "capacity": "1"}
    assert keeper.post(reverse("vehicles"), van).status_code == 302
    assert keeper.post(reverse("vehicles"), {"code": ""}).status_code == 422
    manifest = planned(people, declared(), declared(), planned_on=dt.date(2026, 12, 2))
    when = {"planned_on": "2026-12-02", "vehicle": "VAN-1", "stop": "1"}
    keeper.post(reverse("collection_when", args=[manifest.number]), when)
    page = words(desk("driver").get(reverse("planning"), {"from": "2026-12-04"}))
    assert manifest.number in page
    assert "VAN-1" in page
    assert "more than it takes" in page
    assert manifest.number not in words(desk("driver").get(reverse("planning"), {"from": "2026-12-10"}))
    assert keeper.get(reverse("planning"), {"from": "nonsense"}).status_code == 200
    assert keeper.post(reverse("vehicle_retire", args=["VAN-1"])).status_code == 302
    assert Vehicle.objects.get().retired_at is not None
    assert desk("counter_clerk").get(reverse("planning")).status_code == 403


def test_a_person_chooses_a_pin_with_their_password(desk, people: People):
    driver = people.driver
    driver.set_password("a good long password")
    driver.save()
    window = desk("driver")
    fields = {"password": "a good long password", "pin": "493027", "again": "493027"}
    own = reverse("account_pin")
    for wrong in ({"password": "no"}, {"again": "493028"}, {"pin": "111111", "again": "111111"}):
        assert window.post(own, {**fields, **wrong}).status_code == 422
    assert window.post(own, fields).status_code == 302
    driver.refresh_from_db()
    driver.confirm_pin("493027")
    assert "replaces it" in words(window.get(own))
    assert Client().get(own).status_code == 302
