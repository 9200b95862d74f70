"""What does not work on arrival is exchanged in one deed; what is lost, stolen or passed on says so on the device."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from inventory.associations.filing_models import Letter
from inventory.devices.accessories import note_accessories
from inventory.devices.models import Device
from inventory.devices.queries import DeviceFilter, devices
from inventory.devices.tags import grouped
from inventory.errors import NotAllowed, Refusal, RuleBroken
from inventory.handover.aftercare import note_after
from inventory.handover.afterwards import standing
from inventory.handover.commands import take_back
from inventory.handover.models import AgreementItem
from inventory.handover.queries import total_of
from inventory.handover.replacing import replace_device
from inventory.handover.valuing import year_sum
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.verification import verify_ledger
from tests import journeys
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db


def _events(device: Device) -> list[str]:
    entries = Entry.objects.filter(subject_kind="device", subject_key=device.tag).order_by("subject_seq")
    return list(entries.values_list("event", flat=True))


def test_a_defective_device_is_replaced_in_one_deed(people: People) -> None:
    device, other = journeys.make(Status.HANDED_OVER), journeys.make(Status.READY)
    note_accessories(other.tag, actor=people.technician, counts={"charger": 1})
    agreement = device.agreement_items.get().agreement
    value, year = total_of(agreement), agreement.signed_at.year
    given = year_sum(agreement.association, year).cents
    made = replace_device(device.tag, actor=people.warehouse_keeper, replacement=other.tag, location="W1")
    device.refresh_from_db()
    other.refresh_from_db()
    assert (device.status, other.status, other.location) == (Status.RECEIVED, Status.HANDED_OVER, None)
    assert made.agreement == agreement
    assert made.accessories == {"charger": 1}
    assert _events(device)[-1] == "device.take_back"
    assert _events(other)[-2:] == ["device.reserve_instead", "device.hand_over"]
    assert device.tag in Entry.objects.get(event="device.hand_over", subject_key=other.tag).body
    assert Entry.objects.filter(event="agreement.replace", subject_key=agreement.number).count() == 1
    letter = Letter.objects.get(kind="replacement")
    assert {grouped(device.tag), grouped(other.tag)} <= set(str(letter.content["rows"]).replace("'", " ").split())
    assert (total_of(agreement), year_sum(agreement.association, year).cents) == (value, given)
    assert standing(people.warehouse_keeper).replaced == 1
    assert verify_ledger().fault is None


def test_nothing_is_exchanged_by_halves(people: People) -> None:
    device, screen = journeys.make(Status.HANDED_OVER), journeys.make(Status.READY, "screen")
    clean = journeys.make(Status.SANITISED)
    before = Entry.objects.count()
    for wrong in (screen.tag, clean.tag, device.tag):
        with pytest.raises(Refusal):
            replace_device(device.tag, actor=people.warehouse_keeper, replacement=wrong, location="W1")
    with pytest.raises(RuleBroken):
        replace_device(clean.tag, actor=people.warehouse_keeper, replacement=screen.tag, location="W1")
    with pytest.raises(NotAllowed):
        replace_device(device.tag, actor=people.programme_officer, replacement=clean.tag, location="W1")
    device.refresh_from_db()
    assert (device.status, Entry.objects.count()) == (Status.HANDED_OVER, before)
    assert AgreementItem.objects.get(device=device).ended_at is None


def test_the_page_offers_what_fits_and_exchanges_it(desk: Any, people: People) -> None:
    device, window = journeys.make(Status.HANDED_OVER), desk("warehouse_keeper")
    address = reverse("device_replace", args=[device.tag])
    assert "Nothing in stock could take its place" in words(window.get(address))
    other = journeys.make(Status.READY)
    assert address in window.get(reverse("device", args=[device.tag])).content.decode()
    assert grouped(other.tag) in words(window.get(address))
    assert window.post(address, {"location": "W1"}).status_code == 422
    assert window.post(address, {"replacement": other.tag, "location": "W1"}).status_code == 302
    agreement = AgreementItem.objects.get(device=other).agreement
    assert "Replaced" in words(window.get(reverse("agreement", args=[agreement.number])))
    assert desk("programme_officer").get(address).status_code == 403


@pytest.mark.parametrize(
    ("kind", "said", "where"),
    [("lost", "Lost, its holder says", "Lost by"), ("stolen", "Stolen, its holder says", "Stolen from")],
)
def test_what_its_holder_tells_stands_on_the_device_until_it_is_found(
    kind: str, said: str, where: str, desk: Any, people: People
) -> None:
    device = journeys.make(Status.HANDED_OVER)
    number = device.agreement_items.get().agreement.number
    how = {"actor": people.counter_clerk, "channel": "telephone", "tags": [device.tag], "words": "Depuis lundi."}
    note_after(number, kind, **how)  # type: ignore[arg-type]
    page = words(desk("warehouse_keeper").get(reverse("device", args=[device.tag])))
    assert said in page
    assert where in page
    keeper = people.warehouse_keeper
    assert [one.tag for one in devices(keeper, DeviceFilter(told=kind))] == [device.tag]
    assert standing(keeper).told[kind] == 1
    assert said in words(desk("warehouse_keeper").get(reverse("devices"), {"told": kind}))
    assert _events(device)[-1] == "device.told"
    note_after(number, "in_use", **how)  # type: ignore[arg-type]
    device.refresh_from_db()
    assert (device.told, standing(keeper).told[kind]) == ("", 0)
    note_after(number, "transfer", **how)  # type: ignore[arg-type]
    take_back(device.tag, actor=keeper, reason="other", location=journeys.location().code)
    device.refresh_from_db()
    assert (device.status, device.told) == (Status.RECEIVED, "")


def test_the_database_lets_only_a_holder_tell(people: People) -> None:
    device = journeys.make(Status.READY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Device.objects.filter(pk=device.pk).update(told="lost")
