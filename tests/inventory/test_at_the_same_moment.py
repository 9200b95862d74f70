"""Two people act at the same moment: one is served, the other is told, and nothing happens twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from inventory.allocation.commands import reserve
from inventory.devices.commands import bind_tag, move, reserve_tags
from inventory.devices.media import list_medium
from inventory.devices.models import Device
from inventory.devices.steps import take_step
from inventory.errors import Refusal
from inventory.ledger.models import Entry, Leaf
from inventory.lifecycle import Status
from inventory.reports.verification import verify_ledger
from inventory.wiping.commands import record_manual_sanitisation, verify
from inventory.wiping.models import QuarantinedBatch, SecondCheck
from inventory.wiping.second_checks import draw_second_checks, record_second_check
from tests import journeys
from tests.people import everybody

# On SQLite the tests share one connection in memory, which has only one writer: a race needs a server.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def _race(*acts: Callable[[], Any]) -> list[Any]:
    """Do all acts at once; what each returned or raised."""
    barrier = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=20)
            answers[place] = act()
        except (Refusal, OperationalError) as no:
            answers[place] = no
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _one_served(answers: list[Any]) -> None:
    assert sum(1 for answer in answers if not isinstance(answer, Exception)) == 1, answers
    assert verify_ledger().fault is None


def test_one_device_is_reserved_for_one_request() -> None:
    people, device = everybody(), journeys.make(Status.READY)
    wanted = [journeys.request() for _ in range(4)]
    for one in wanted:
        journeys.award(one)
    _one_served(
        _race(
            *(
                lambda one=one: reserve(
                    [device.tag], actor=people.programme_officer, reference=one.reference, position=1
                )
                for one in wanted
            )
        )
    )
    assert device.reservations.filter(released_at__isnull=True).count() == 1


def test_one_step_is_taken_once() -> None:
    people, device = everybody(), journeys.make(Status.SANITISED)
    _one_served(
        _race(*[lambda: take_step(device.tag, "start_refurbishment", actor=people.technician) for _ in range(4)])
    )


def test_one_label_sticks_on_one_device() -> None:
    people = everybody()
    (tag,) = reserve_tags(1, actor=people.technician)
    first, second = journeys.declared(), journeys.declared()
    _one_served(_race(*(lambda one=one: bind_tag(one.tag, tag, actor=people.technician) for one in (first, second))))


def test_a_disk_listed_while_the_device_is_confirmed_clean_does_not_slip_through() -> None:
    people = everybody()
    for _attempt in range(5):
        device = journeys.make(Status.RECEIVED)
        journeys.no_data(device)
        take_step(device.tag, "inspect", actor=people.technician)
        _race(
            lambda device=device: take_step(device.tag, "confirm_sanitised", actor=people.technician),
            lambda device=device: list_medium(device.tag, actor=people.technician, kind="hdd", serial="LATE"),
        )
        device = Device.objects.get(pk=device.pk)
        assert device.status == Status.AWAITING_SANITISATION
        assert device.media.count() == 1
    assert verify_ledger().fault is None


def test_many_people_at_once_leave_no_gap_in_the_tree() -> None:
    people = everybody()
    devices = [journeys.make(Status.RECEIVED) for _ in range(8)]
    journeys.location("W2")

    def busy(device: Device) -> None:
        for place in ("W2", "W1", "W2"):
            move(device.tag, actor=people.warehouse_keeper, location=place)

    answers = _race(*(lambda one=one: busy(one) for one in devices))
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert verify_ledger().fault is None
    assert list(Leaf.objects.values_list("leaf_index", flat=True)) == list(range(Entry.objects.count()))
    assert connection.vendor == "postgresql"


def test_a_month_is_drawn_once_and_each_medium_checked_once() -> None:
    people = everybody()
    with journeys.last_month() as moment:
        medium = journeys.make(Status.SANITISED).media.get()
    month = f"{moment:%Y-%m}"
    _one_served(_race(*[lambda: draw_second_checks(month, actor=people.verifier) for _ in range(4)]))
    assert SecondCheck.objects.count() == 1
    looked = {"how": "recovery_software", "tool": "PhotoRec", "name": "p.log"}
    checks = [
        lambda number=number: record_second_check(
            month, medium.code, actor=people.verifier, passed=False, data=f"{number}".encode(), **looked
        )
        for number in range(4)
    ]
    _one_served(_race(*checks))
    assert QuarantinedBatch.objects.count() == 1


def test_a_batch_falls_while_one_of_it_moves_on_and_nothing_unproven_passes() -> None:
    people = everybody()
    for attempt in range(5):
        device = journeys.make(Status.SANITISED)
        bad = journeys.make(Status.AWAITING_SANITISATION).media.get()
        record_manual_sanitisation(
            bad.code,
            actor=people.technician,
            method="ata_secure_erase",
            tool="hdparm",
            data=f"race {attempt}".encode(),
            name="log.txt",
        )
        _race(
            lambda bad=bad: verify(bad.code, actor=people.verifier, how="device_status", passed=False),
            lambda tag=device.tag: take_step(tag, "start_refurbishment", actor=people.technician),
        )
        device.refresh_from_db()
        if QuarantinedBatch.objects.filter(failed__medium=bad).exists():
            assert device.status == Status.AWAITING_SANITISATION
            assert device.media.get().state == "pending"
        assert verify_ledger().fault is None
