"""Custody by its pages: two sign on one phone, crates travel sealed, and exceptions find their end."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from backend.accounts.pins import choose_pin
from inventory.collection.models import CustodySignature, Manifest
from inventory.collection.planning import register_vehicle
from inventory.devices.commands import reserve_tags
from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.lifecycle import Status
from tests.inventory.collection.test_custody import brought, crate, planned, taken
from tests.inventory.pages.seen import words
from tests.journeys import PICTURE, declared, location, make
from tests.people import People

pytestmark = pytest.mark.django_db

DRAWN = "data:image/png;base64," + base64.b64encode(PICTURE).decode()


def address(name: str, manifest: Manifest) -> str:
    return reverse(name, args=[manifest.number])


def test_the_department_draws_its_signature_on_the_drivers_phone(desk, people: People):
    device = declared()
    manifest = planned(people, device)
    fields = {"tags": device.tag, "released_function": "accueil", "place": "Quai 1", "how": "drawn"}
    answer = desk("driver").post(address("collection_pick_up", manifest), fields)
    assert answer.status_code == 422
    assert "Draw it, or add a photo of it" in words(answer)
    answer = desk("driver").post(address("collection_pick_up", manifest), {**fields, "drawn": DRAWN, "counted": 1})
    assert answer.status_code == 302, words(answer)
    page = words(desk("driver").get(answer["Location"]))
    assert "accueil, drawn on the screen" in page
    assert "by being signed in" in page
    assert "Counted by hand: 1" in page
    assert CustodySignature.objects.get(side="released").drawing.sha256


def test_the_driver_signs_the_delivery_with_a_pin(desk, people: People):
    choose_pin(people.driver, "493027", actor=people.driver)
    device = declared()
    manifest = taken(people, planned(people, device), device.tag)
    fields = {"tags": device.tag, "released_by": "driss", "how": "pin", "pin": "111222"}
    keeper = desk("warehouse_keeper")
    answer = keeper.post(address("collection_deliver", manifest), fields)
    assert answer.status_code == 422
    text = words(answer)
    assert "4 tries are left" in text
    # What was scanned is still there to be sent again; the PIN is not.
    assert grouped(device.tag) in text or device.tag in text
    assert b"111222" not in answer.content
    answer = keeper.post(address("collection_deliver", manifest), {**fields, "pin": "493027"})
    assert "by PIN" in words(keeper.get(answer["Location"]))


def test_a_wrong_form_never_costs_a_try_of_the_pin(desk, people: People):
    choose_pin(people.driver, "493027", actor=people.driver)
    manifest = taken(people, planned(people, declared()), declared().tag)
    fields = {"tags": "?", "released_by": "driss", "how": "pin", "pin": "111222"}
    for _ in range(6):
        assert desk("warehouse_keeper").post(address("collection_deliver", manifest), fields).status_code == 422
    people.driver.refresh_from_db()
    assert people.driver.pin_failures == 0


def test_a_paper_comes_later(desk, people: People):
    device = declared()
    manifest = planned(people, device)
    fields = {"tags": device.tag, "released_function": "accueil", "place": "Quai 1", "how": "paper"}
    driver = desk("driver")
    driver.post(address("collection_pick_up", manifest), fields)
    page = words(driver.get(address("collection", manifest)))
    assert "The signed paper is not kept yet" in page
    assert "Add the signed paper" in page
    keep = reverse("collection_keep_paper", args=[manifest.number, "pickup"])
    assert driver.get(keep).status_code == 200
    assert driver.post(keep).status_code == 422
    assert driver.post(keep, {"paper": SimpleUploadedFile("bon.png", PICTURE)}).status_code == 302
    assert "Add the signed paper" not in words(driver.get(address("collection", manifest)))


def test_sealed_crates_are_received_by_reading_their_seals(desk, people: People):
    inside = [declared(), declared()]
    whole, opened = crate(people, inside[0], seal="S-1"), crate(people, inside[1], seal="S-2")
    manifest = taken(people, planned(people, *inside), whole.code, opened.code)
    keeper = desk("warehouse_keeper")
    page = words(keeper.get(address("collection_deliver", manifest)))
    assert f"Seal of {grouped(whole.code)}" in page
    fields = {
        "tags": "",
        "released_by": "driss",
        "how": "drawn",
        "drawn": DRAWN,
        f"seal_{whole.code}": "S 1",
        f"seal_{opened.code}": "S-9",
    }
    answer = keeper.post(address("collection_deliver", manifest), fields)
    assert answer.status_code == 302, words(answer)
    page = words(keeper.get(answer["Location"]))
    assert "The seal is not the one that was put on" in page
    assert "another one was read" in page
    assert list(Device.objects.filter(status=Status.RECEIVED)) == [inside[0]]


def test_an_exception_is_given_away_and_settled(desk, people: People):
    device, other = declared(), declared()
    manifest = brought(people, taken(people, planned(people, device, other), other.tag, counted=2))
    keeper = desk("warehouse_keeper")
    page = words(keeper.get(reverse("custody_exceptions")))
    assert "3 exceptions" in page
    assert "counted 2, scanned 1" in page
    one = manifest.exceptions.get(kind="not_taken")
    own = reverse("custody_exception", args=[one.number])
    until = (timezone.localdate() + dt.timedelta(days=20)).isoformat()
    assert keeper.post(f"{own}assign/", {"owner": "driss", "due_on": until}).status_code == 302
    assert keeper.post(f"{own}assign/", {"owner": "nobody", "due_on": until}).status_code == 422
    assert one.number in words(desk("driver").get(reverse("custody_exceptions"), {"mine": "1"}))
    assert keeper.post(f"{own}resolve/", {"outcome": "reported_lost"}).status_code == 422
    assert keeper.post(f"{own}resolve/", {"outcome": "kept_by_department"}).status_code == 302
    assert "The department keeps it" in words(keeper.get(own))
    assert one.number in words(keeper.get(reverse("custody_exceptions"), {"state": "resolved"}))
    assert keeper.get(reverse("custody_exception", args=["X-2026-99999"])).status_code == 404


def test_where_nothing_is_open_the_list_says_so(desk):
    page = words(desk("driver").get(reverse("custody_exceptions")))
    assert "Nothing is open" in page
    assert "No exception fits" in words(desk("driver").get(reverse("custody_exceptions"), {"state": "late"}))


def test_a_collection_is_moved_to_another_day_and_called_off(desk, people: People):
    register_vehicle("VAN-1", actor=people.warehouse_keeper)
    manifest = planned(people)
    keeper = desk("warehouse_keeper")
    fields = {"planned_on": "2026-12-01", "vehicle": "VAN-1", "stop": "2"}
    assert keeper.post(address("collection_when", manifest), fields).status_code == 302
    assert "stop 2" in words(keeper.get(address("collection", manifest)))
    assert keeper.post(address("collection_call_off", manifest), {}).status_code == 422
    assert keeper.post(address("collection_call_off", manifest), {"reason": "mistake"}).status_code == 302
    assert "Called off" in words(keeper.get(address("collection", manifest)))
    assert keeper.post(address("collection_call_off", manifest), {"reason": "mistake"}).status_code == 409


def test_a_crate_is_made_packed_sealed_printed_opened_and_moved(desk, people: People):
    location("W1")
    (tag,) = reserve_tags(1, actor=people.technician)
    device = make(Status.RECEIVED)
    keeper = desk("warehouse_keeper")
    assert "No crate or pallet yet" in words(keeper.get(reverse("containers")))
    answer = keeper.post(reverse("container_new"), {"kind": "crate", "tag": grouped(tag), "location": "W1"})
    own = answer["Location"]
    assert keeper.post(f"{own}put/", {"codes": "?"}).status_code == 422
    assert keeper.post(f"{own}put/", {"codes": device.tag}).status_code == 302
    assert grouped(device.tag) in words(keeper.get(f"{own}paper/"))
    assert keeper.post(f"{own}seal/", {"seal": "S-77"}).status_code == 302
    assert keeper.post(f"{own}put/", {"codes": device.tag}).status_code == 409
    paper = words(keeper.get(f"{own}paper/"))
    assert "S-77" in paper
    assert device.serial in paper
    assert "S-77" in words(keeper.get(reverse("containers"), {"q": device.tag}))
    assert keeper.post(f"{own}break/", {"found": ""}).status_code == 422
    answer = keeper.post(f"{own}break/", {"found": "S-78"})
    assert "you read S-78" in words(keeper.get(answer["Location"]))
    assert keeper.post(f"{own}move/", {"location": "W1"}).status_code == 302
    assert keeper.post(f"{own}take/", {"codes": device.tag}).status_code == 302
    assert "Nothing yet" in words(keeper.get(own))
    assert "No crate or pallet fits" in words(keeper.get(reverse("containers"), {"kind": "bag"}))


def test_who_only_reads_is_offered_no_deed(desk, people: People):
    packed = crate(people, make(Status.RECEIVED), seal="S-1")
    window = desk("auditor")
    page = words(window.get(reverse("container", args=[packed.code])))
    assert "S-1" in page
    assert "Break the seal" not in page
    assert window.get(reverse("container_new")).status_code == 403
    assert window.post(reverse("container_break", args=[packed.code]), {"found": "S-1"}).status_code == 403
    assert desk("counter_clerk").get(reverse("containers")).status_code == 403
