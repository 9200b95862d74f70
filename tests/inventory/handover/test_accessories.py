"""Accessories go with their device: counted, on the pick list, in the agreement, and again when it comes back."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from inventory.devices.accessories import ACCESSORIES, counts_of, note_accessories
from inventory.devices.models import Device
from inventory.documents.commands import read_file
from inventory.errors import BadInput, NotAllowed, RuleBroken
from inventory.handover.appointment_models import Appointment
from inventory.handover.calendar import pick_list_pdf
from inventory.handover.commands import hand_over, prepare_agreement, take_back
from inventory.handover.models import AgreementItem
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests import journeys
from tests.documents import needs_poppler, text_of
from tests.inventory.handover.visits import booked, open_week
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db

GIVEN = {"charger": 1, "video_cable": 2}


def _given(people: People, counts: dict[str, int]) -> Device:
    device = journeys.make(Status.RESERVED)
    note_accessories(device.tag, actor=people.warehouse_keeper, counts=counts)
    body = device.reservations.get().line.request.association
    made = prepare_agreement(body.code, [device.tag], actor=people.warehouse_keeper)
    scan = (journeys.PICTURE + device.tag.encode(), "s.png")
    hand_over(
        made.number, actor=people.warehouse_keeper, association_function="présidence", signed_how="screen", scan=scan
    )
    device.refresh_from_db()
    return device


def test_what_goes_with_a_device_is_in_its_agreement_and_its_ledger(people: People) -> None:
    device = _given(people, {"video_cable": 2, "charger": 1, "mouse": 0})
    item = AgreementItem.objects.get(device=device)
    assert item.accessories == GIVEN
    told = {one.event: one.body for one in Entry.objects.filter(subject_kind="device", subject_key=device.tag)}
    assert '"charger":1' in told["device.accessories"]
    assert '"video_cable":2' in told["device.hand_over"]


@needs_poppler
@pytest.mark.parametrize(
    ("language", "said"), [("fr", "1 × chargeur, 2 × câble vidéo"), ("nl", "1 × lader, 2 × videokabel")]
)
def test_the_annex_and_the_pick_list_name_them(language: str, said: str, people: People) -> None:
    device = journeys.make(Status.RESERVED)
    note_accessories(device.tag, actor=people.technician, counts=GIVEN)
    request = device.reservations.get().line.request
    made = prepare_agreement(request.association.code, [device.tag], actor=people.warehouse_keeper, language=language)
    assert said in " ".join(text_of(read_file(made.paper)).split())
    appointment = Appointment(request=request, slot=booked(open_week()[0]).slot, number="V-2026-00009")
    assert said in " ".join(text_of(pick_list_pdf(appointment, language)).split())


def test_what_came_back_is_counted_and_what_is_missing_is_seen(desk: Any, people: People) -> None:
    device = _given(people, GIVEN)
    page = desk("warehouse_keeper").get(reverse("device_take_back", args=[device.tag]))
    assert "<fieldset><legend>Accessories that came back</legend>" in page.content.decode()
    assert page.context["form"]["video_cable"].value() == 2
    facts = {"reason": "no_longer_needed", "location": "W1", "charger": "1", "video_cable": ""}
    assert desk("warehouse_keeper").post(reverse("device_take_back", args=[device.tag]), facts).status_code == 302
    item = AgreementItem.objects.select_related("agreement").get(device=device)
    assert item.accessories_back == {"charger": 1}
    assert counts_of([device]) == {device.pk: {"charger": 1}}
    assert "came back: 1 × charger" in words(
        desk("warehouse_keeper").get(reverse("agreement", args=[item.agreement.number]))
    )


def test_the_page_of_the_device_writes_them_down(desk: Any, people: People) -> None:
    device, window = journeys.make(Status.READY), desk("warehouse_keeper")
    address = reverse("device_accessories", args=[device.tag])
    assert window.post(address, {"charger": "-1"}).status_code == 422
    assert window.post(address, {"charger": "1", "bag": "1"}).status_code == 302
    assert "1 × charger, 1 × bag or sleeve" in words(window.get(reverse("device", args=[device.tag])))
    assert window.post(address, {}).status_code == 302
    assert counts_of([device]) == {}


def test_only_known_kinds_in_our_hands_are_counted(people: People) -> None:
    device = journeys.make(Status.READY)
    for wrong in ({"horse": 1}, {"charger": 21}, {"charger": True}):
        with pytest.raises(BadInput):
            note_accessories(device.tag, actor=people.technician, counts=wrong)
    with pytest.raises(NotAllowed):
        note_accessories(device.tag, actor=people.counter_clerk, counts=GIVEN)
    gone = _given(people, GIVEN)
    with pytest.raises(RuleBroken):
        note_accessories(gone.tag, actor=people.technician, counts={})
    take_back(gone.tag, actor=people.warehouse_keeper, reason="other", location="W1")
    assert counts_of([gone]) == {}
    assert len(ACCESSORIES) == 10
