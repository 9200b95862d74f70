"""A collection by its pages: planned, picked up, delivered, with every difference said."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from inventory.collection.models import Manifest
from inventory.collection.queries import drivers, uncollected
from inventory.devices.tags import grouped
from inventory.lifecycle import Status
from tests.inventory.pages.seen import words
from tests.journeys import PICTURE, declared, location
from tests.people import People, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _warehouse(people: People) -> None:
    location("W1")


def planned(desk, **more: object) -> Manifest:
    answer = desk("warehouse_keeper").post(
        reverse("collection_new"),
        {"department": "Urbanisme", "place": "Quai 1", "planned_on": "2026-03-02", "destination": "W1", **more},
    )
    assert answer.status_code == 302, words(answer)
    return Manifest.objects.latest("id")


def picked_up(desk, manifest: Manifest, tags: str):
    return desk("driver").post(
        reverse("collection_pick_up", args=[manifest.number]),
        {"tags": tags, "released_function": "responsable logistique", "place": "Quai 1", "seal": "S-1", "how": "paper"},
    )


def test_a_collection_goes_from_plan_to_arrival_with_its_differences(desk):
    first, second, third = declared(), declared(), declared()
    manifest = planned(desk, tags=f"{grouped(first.tag)}\n{second.tag.lower()}")
    page = desk("driver").get(reverse("collection", args=[manifest.number]))
    assert "2 devices are expected" in words(page)
    assert "Differences" not in words(page)

    answer = picked_up(desk, manifest, f"{first.tag}\n{third.tag}")
    assert answer.status_code == 302
    text = words(desk("driver").get(answer["Location"]))
    assert "Expected, and not taken" in text
    assert "Not on the list, and taken" in text
    assert "responsable logistique" in text
    assert "S-1" in text

    keeper = desk("warehouse_keeper")
    fields = {
        "tags": first.tag,
        "released_by": "driss",
        "how": "paper",
        "paper": SimpleUploadedFile("bon.png", PICTURE),
    }
    answer = keeper.post(reverse("collection_deliver", args=[manifest.number]), fields)
    text = words(keeper.get(answer["Location"]))
    assert "Taken, and not arrived" in text
    assert grouped(third.tag) in text
    signed = keeper.get(reverse("collection_signed_paper", args=[manifest.number, "delivery"]))
    assert signed.content == PICTURE

    answer = keeper.post(reverse("collection_late", args=[manifest.number]), {"tag": grouped(third.tag)})
    assert "has arrived after all" in words(keeper.get(answer["Location"]))
    assert manifest.exceptions.get(kind="not_arrived").outcome == "arrived"
    third.refresh_from_db()
    assert third.status == Status.RECEIVED


def test_all_declared_devices_of_a_department_are_expected_at_once(desk, people: People):
    one, two = declared(), declared(department="urbanisme")
    declared(department="Finances")
    manifest = planned(desk, all_declared="on")
    assert {line.device_id for line in manifest.lines.all()} == {one.pk, two.pk}
    assert uncollected(people.warehouse_keeper).count() == 1
    text = words(desk("warehouse_keeper").get(reverse("collection_new")))
    assert "Finances 1" in text
    assert "Urbanisme 2" not in text


def test_all_that_is_expected_can_be_filled_in(desk):
    device = declared()
    manifest = planned(desk, tags=device.tag)
    address = reverse("collection_pick_up", args=[manifest.number])
    window = desk("driver")
    assert grouped(device.tag) not in words(window.get(address))
    assert grouped(device.tag) in words(window.get(address, {"all": "1"}))


def test_a_wrong_tag_is_said_beside_the_field_and_nothing_is_taken(desk):
    device = declared()
    manifest = planned(desk, tags=device.tag)
    answer = picked_up(desk, manifest, f"{device.tag}\nABC")
    assert answer.status_code == 422
    assert "Line 2" in words(answer)
    device.refresh_from_db()
    assert device.status == Status.DECLARED


def test_more_devices_can_be_expected_until_the_driver_leaves(desk):
    device, other = declared(), declared()
    manifest = planned(desk)
    window = desk("warehouse_keeper")
    address = reverse("collection_expect", args=[manifest.number])
    assert window.post(address, {"tags": device.tag}).status_code == 302
    assert window.post(address, {"tags": "?"}).status_code == 422
    assert manifest.lines.count() == 1
    picked_up(desk, manifest, device.tag)
    assert window.post(address, {"tags": other.tag}).status_code == 409


def test_the_list_of_drivers_names_who_may_bring_and_never_oneself(people: People):
    assert {one.username for one in drivers(people.warehouse_keeper)} == {"driss"}
    assert {one.username for one in drivers(people.technician)} == {"driss", "wanda"}


def test_the_list_of_drivers_costs_the_same_for_one_and_for_many(people: People, django_assert_num_queries):
    for place in range(8):
        person("driver", f"driver{place}")
    with django_assert_num_queries(3):
        assert len(drivers(people.warehouse_keeper)) == 9


def test_the_manifest_prints_with_boxes_and_places_to_sign(desk):
    device = declared()
    manifest = planned(desk, tags=device.tag)
    text = words(desk("driver").get(reverse("collection_on_paper", args=[manifest.number])))
    assert grouped(device.tag) in text
    assert "Released by (function) and signature" in text


@pytest.mark.parametrize("role", ["association_member", "counter_clerk", "verifier"])
def test_who_has_nothing_to_do_with_collections_sees_none(desk, role: str):
    manifest = planned(desk)
    open_page = desk(role).get
    for address in ("collections", "collection_new"):
        assert open_page(reverse(address)).status_code == 403
    assert open_page(reverse("collection", args=[manifest.number])).status_code == 403


def test_the_auditor_reads_and_is_offered_no_deed(desk):
    manifest = planned(desk)
    window = desk("auditor")
    page = window.get(reverse("collection", args=[manifest.number]))
    assert page.status_code == 200
    assert "Pick up" not in words(page)
    assert "Plan a collection" not in words(window.get(reverse("collections")))
    assert window.get(reverse("collection_pick_up", args=[manifest.number])).status_code == 403
    assert (
        window.post(reverse("collection_expect", args=[manifest.number]), {"tags": declared().tag}).status_code == 403
    )


def test_filters_stand_in_the_address(desk):
    planned(desk, department="Finances")
    window = desk("driver")
    assert "Finances" in words(window.get(reverse("collections"), {"state": "planned", "q": "finan"}))
    assert "No collection fits" in words(window.get(reverse("collections"), {"state": "arrived"}))
    assert "No collection fits" in words(window.get(reverse("collections"), {"q": "urbanisme"}))


def test_a_manifest_that_does_not_exist_is_not_found(desk):
    assert desk("driver").get(reverse("collection", args=["C-2026-99999"])).status_code == 404
