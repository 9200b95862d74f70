"""Sharing out by the pages: decide with reasons, reserve from the stock, release, and the rounds around it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory.allocation.commands import open_round, reserve
from inventory.allocation.models import Decision, Round
from inventory.devices.tags import grouped
from inventory.lifecycle import Status
from tests.inventory.pages.seen import words
from tests.journeys import award, make, request
from tests.people import People

pytestmark = pytest.mark.django_db

REASONS = "La demande répond aux critères publiés et le stock suffit pour deux."


def test_a_request_is_decided_line_by_line_with_the_stock_beside_it(desk, people: People):
    make(Status.READY)
    asked = request(quantity=3)
    open_round(
        "2026-9", actor=people.programme_officer, opens_on=dt.date(2026, 3, 1), closes_at=timezone.now(), grace_days=0
    )
    address = reverse("request_decide", args=[asked.reference])
    window = desk("approver")
    assert "Desktop computer 1 would still help 3 1" in words(window.get(address))
    wrong = window.post(address, {"granted_1": "4", "reasons": "oui", "round_number": ""})
    assert wrong.status_code == 422
    assert "less than or equal to 3" in words(wrong)
    answer = window.post(address, {"granted_1": "2", "reasons": REASONS, "round_number": "2026-9"})
    made = Decision.objects.get()
    assert (made.outcome, made.lines.get().granted, made.round.number) == ("partial", 2, "2026-9")
    text = words(window.get(answer["Location"]))
    assert REASONS in text
    assert "Granted in part" in text
    assert window.post(address, {"granted_1": "2", "reasons": REASONS, "round_number": ""}).status_code == 409
    assert asked.reference in words(desk("auditor").get(reverse("round", args=["2026-9"])))


def test_nothing_granted_is_a_refusal_with_its_reasons(desk):
    asked = request()
    address = reverse("request_decide", args=[asked.reference])
    desk("approver").post(address, {"granted_1": "0", "reasons": REASONS, "round_number": ""})
    text = words(desk("counter_clerk").get(reverse("request", args=[asked.reference])))
    assert "Refused" in text
    assert "Handed over" not in text


@pytest.mark.parametrize("role", ["programme_officer", "counter_clerk", "auditor", "association_member"])
def test_only_an_approver_decides(desk, role: str):
    asked = request()
    address = reverse("request_decide", args=[asked.reference])
    assert desk(role).get(address).status_code == 403
    assert desk(role).post(address, {"granted_1": "1", "reasons": REASONS}).status_code == 403
    assert not Decision.objects.exists()


def test_devices_are_reserved_longest_in_stock_first(desk):
    old, new, other = make(Status.READY), make(Status.READY), make(Status.READY, "laptop")
    asked = request(quantity=2)
    award(asked)
    window = desk("programme_officer")
    page = reverse("request", args=[asked.reference])
    assert "Reserve 2 × Desktop computer" in words(window.get(page))
    address = reverse("request_reserve", args=[asked.reference, 1])
    shown = window.get(address, {"tick": "1"})
    html = shown.content.decode()
    assert 0 < html.index(old.tag) < html.index(new.tag)
    assert other.tag not in html
    assert html.count("checked") == 1
    window.post(address, {"tag": [old.tag, new.tag]})
    old.refresh_from_db()
    assert old.status == Status.RESERVED
    text = words(window.get(page))
    assert grouped(old.tag) in text
    assert "2 of 2" in text


def test_the_stock_is_filtered_in_the_address(desk):
    device = make(Status.READY)
    asked = request()
    award(asked)
    window = desk("programme_officer")
    address = reverse("request_reserve", args=[asked.reference, 1])
    assert grouped(device.tag) in words(window.get(address, {"q": "fictor", "grade": "B"}))
    assert "fits this filter" in words(window.get(address, {"grade": "A"}))
    assert window.get(reverse("request_reserve", args=[asked.reference, 7])).status_code == 404


def test_more_than_was_granted_is_refused_and_none_is_reserved(desk):
    devices = [make(Status.READY), make(Status.READY)]
    asked = request(quantity=1)
    award(asked)
    address = reverse("request_reserve", args=[asked.reference, 1])
    answer = desk("programme_officer").post(address, {"tag": [one.tag for one in devices]})
    assert answer.status_code == 409
    for device in devices:
        device.refresh_from_db()
        assert device.status == Status.READY
    assert desk("programme_officer").post(address, {}).status_code == 422


def test_a_reserved_device_is_released_with_a_reason(desk, people: People):
    device = make(Status.READY)
    asked = request()
    award(asked)
    reserve([device.tag], actor=people.programme_officer, reference=asked.reference, position=1)
    window = desk("programme_officer")
    elsewhere = reverse("request_release", args=[request().reference, device.tag])
    assert window.post(elsewhere, {"reason": "not_collected"}).status_code == 404
    address = reverse("request_release", args=[asked.reference, device.tag])
    assert window.post(address, {"reason": ""}).status_code == 422
    assert window.post(address, {"reason": "not_collected"}).status_code == 302
    device.refresh_from_db()
    assert device.status == Status.READY
    assert "0 of 3" in words(window.get(reverse("request", args=[asked.reference])))


def test_who_may_not_allocate_neither_reserves_nor_releases(desk):
    device = make(Status.READY)
    asked = request()
    award(asked)
    for role in ("approver", "warehouse_keeper", "auditor"):
        for address in (
            reverse("request_reserve", args=[asked.reference, 1]),
            reverse("request_release", args=[asked.reference, device.tag]),
        ):
            assert desk(role).get(address).status_code == 403
            assert desk(role).post(address, {"tag": device.tag, "reason": "other"}).status_code == 403
    device.refresh_from_db()
    assert device.status == Status.READY


def test_a_round_is_opened_and_finished_when_its_moment_has_passed(desk, people: People):
    window = desk("programme_officer")
    closes = (timezone.localtime() + dt.timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")
    wrong = window.post(reverse("rounds"), {"number": "2026-3", "opens_on": "2099-01-01", "closes_at": closes})
    assert wrong.status_code == 422
    window.post(reverse("rounds"), {"number": "2026-3", "opens_on": "2026-03-01", "closes_at": closes})
    assert "2026-3" in words(window.get(reverse("rounds")))
    finish = reverse("round_finish", args=["2026-3"])
    assert window.post(finish).status_code == 409
    open_round(
        "2026-1", actor=people.programme_officer, opens_on=dt.date(2026, 1, 1), closes_at=timezone.now(), grace_days=0
    )
    assert window.post(reverse("round_finish", args=["2026-1"])).status_code == 302
    assert Round.objects.get(number="2026-1").finished_at


def test_rounds_are_read_by_who_reads_requests_and_opened_by_who_allocates(desk):
    assert "Open a round" not in words(desk("auditor").get(reverse("rounds")))
    assert desk("association_member").get(reverse("rounds")).status_code == 403
    given = {"number": "2026-4", "opens_on": "2026-03-01", "closes_at": "2026-04-01T12:00"}
    assert desk("auditor").post(reverse("rounds"), given).status_code == 403
    assert not Round.objects.exists()


def test_the_receipt_names_the_round_that_gathers_now(desk, people: People):
    asked = request()
    address = reverse("request_receipt", args=[asked.reference])
    assert "waits for the next round" in words(desk("counter_clerk").get(address))
    closes = timezone.now() + dt.timedelta(days=3)
    open_round("2026-5", actor=people.programme_officer, opens_on=timezone.localdate(), closes_at=closes, grace_days=0)
    assert "takes part in the round that closes on" in words(desk("counter_clerk").get(address))


def test_a_round_past_its_closing_is_not_called_open(desk, people: People):
    closes = timezone.now() + dt.timedelta(days=1)
    opens = timezone.localdate() - dt.timedelta(days=20)
    open_round("2026-8", actor=people.programme_officer, opens_on=opens, closes_at=closes, grace_days=0)
    window, address = desk("auditor"), reverse("round", args=["2026-8"])
    assert "Still open" in words(window.get(address))
    Round.objects.update(closes_at=timezone.now(), entries_until=timezone.now())
    assert "Being shared out" in words(window.get(address))
    Round.objects.update(finished_at=timezone.now())
    assert "Finished" in words(window.get(address))
