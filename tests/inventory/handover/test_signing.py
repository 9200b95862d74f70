"""Signing an agreement: by a member's PIN, on a screen, on paper that is scanned now or later, with power down."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from backend.accounts.pins import choose_pin
from inventory.associations.commands import add_member
from inventory.collection.signing import Signature, by_pin
from inventory.devices.models import Device
from inventory.errors import BadInput, Conflict, RuleBroken
from inventory.handover.commands import hand_over, keep_scan, prepare_agreement
from inventory.handover.models import Agreement
from inventory.handover.queries import agreements
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests import journeys
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db

FUNCTION = {"association_function": "présidence"}
PAPER = (b"%PDF-1.7 signed", "scan.pdf")


@pytest.fixture
def device() -> Device:
    return journeys.make(Status.RESERVED)


@pytest.fixture
def agreement(people: People, device: Device) -> Agreement:
    body = device.reservations.get().line.request.association
    add_member(body.code, people.association_member, actor=people.administrator)
    return prepare_agreement(body.code, [device.tag], actor=people.warehouse_keeper)


@pytest.fixture
def pin(people: People) -> Signature:
    choose_pin(people.association_member, "493027", actor=people.association_member)
    return by_pin(people.association_member, "493027")


def test_a_member_signs_with_their_pin(people: People, device: Device, agreement: Agreement, pin: Signature) -> None:
    hand_over(agreement.number, actor=people.warehouse_keeper, signed_how="pin", pin=pin, **FUNCTION)
    agreement.refresh_from_db()
    assert agreement.association_signatory == people.association_member
    assert Device.objects.get(pk=device.pk).status == Status.HANDED_OVER
    # What was signed is the text itself.
    assert Entry.objects.get(event="device.hand_over").evidence_sha256 == agreement.paper.sha256


def test_only_a_member_signs_with_a_pin_and_never_both_with_one(people: People, agreement: Agreement) -> None:
    keeper = people.warehouse_keeper
    for person in (people.driver, keeper):
        choose_pin(person, "493027", actor=person)
        given = by_pin(person, "493027")
        with pytest.raises(RuleBroken):
            hand_over(agreement.number, actor=keeper, signed_how="pin", pin=given, **FUNCTION)
    with pytest.raises(BadInput):
        hand_over(agreement.number, actor=keeper, signed_how="pin", **FUNCTION)


def test_a_wrong_pin_signs_nothing(desk, people: People, device: Device, agreement: Agreement, pin: Signature) -> None:
    window, address = desk("warehouse_keeper"), reverse("agreement_sign", args=[agreement.number, "pin"])
    given = {"association_function": "présidence", "signatory": "mehdi", "pin": "111222"}
    answer = window.post(address, given)
    assert answer.status_code == 422
    assert "This PIN is not right" in words(answer)
    assert Device.objects.get(pk=device.pk).status == Status.RESERVED
    answer = window.post(address, {**given, "pin": "493027"})
    assert answer.status_code == 302
    assert "with a PIN" in words(window.get(answer["Location"]))


def test_with_power_down_the_paper_is_signed_and_scanned_later(
    desk, people: People, device: Device, agreement: Agreement
) -> None:
    window, address = desk("warehouse_keeper"), reverse("agreement_sign", args=[agreement.number, "paper"])
    given = {"association_function": "présidence", "occurred_at": "2026-03-02T10:00"}
    assert window.post(address, given).status_code == 422
    answer = window.post(address, {**given, "scan_later": "on"})
    assert answer.status_code == 302
    assert Device.objects.get(pk=device.pk).status == Status.HANDED_OVER
    agreement.refresh_from_db()
    assert agreement.scan_due_on == timezone.localdate() + dt.timedelta(days=7)
    entry = Entry.objects.get(event="agreement.sign")
    assert entry.occurred_at < entry.recorded_at
    assert agreements(people.warehouse_keeper, state="scan_due").get() == agreement
    assert "The scan of the signed paper is missing" in words(window.get(answer["Location"]))
    keep_scan(agreement.number, PAPER, actor=people.warehouse_keeper)
    assert not agreements(people.warehouse_keeper, state="scan_due").exists()
    with pytest.raises(Conflict):
        keep_scan(agreement.number, PAPER, actor=people.warehouse_keeper)


def test_a_scan_that_comes_later_changes_nothing_else(people: People, agreement: Agreement) -> None:
    with pytest.raises(BadInput):
        hand_over(agreement.number, actor=people.warehouse_keeper, signed_how="screen", scan_later=True, **FUNCTION)
    hand_over(agreement.number, actor=people.warehouse_keeper, signed_how="paper", scan_later=True, **FUNCTION)
    other = Agreement.objects.filter(pk=agreement.pk)
    scan = agreement.paper
    for wrong in ({"association_function": "x"}, {"signed_scan": scan, "association_function": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            other.update(**wrong)
    assert other.update(signed_scan=scan) == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        other.update(signed_scan=scan)


def test_a_scan_is_only_waited_for_after_paper(people: People, agreement: Agreement, pin: Signature) -> None:
    hand_over(agreement.number, actor=people.warehouse_keeper, signed_how="pin", pin=pin, **FUNCTION)
    with pytest.raises(Conflict):
        keep_scan(agreement.number, PAPER, actor=people.warehouse_keeper)
