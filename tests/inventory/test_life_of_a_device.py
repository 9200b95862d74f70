"""The whole law, walked: every pair of status and step, and the promises that stand apart from the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from inventory.allocation.commands import release, reserve, reserve_instead
from inventory.devices.commands import bind_tag, move, quarantine, receive, register_found, reserve_tags
from inventory.devices.media import declare_no_data, list_medium, remove_medium
from inventory.devices.models import Device, Medium
from inventory.devices.queries import device_of, possible_steps
from inventory.devices.steps import take, take_step, take_steps
from inventory.devices.tags import grouped
from inventory.disposal.commands import find_again, recycle, report_lost
from inventory.errors import Conflict, NotAllowed, Refusal, RuleBroken, StepRefused
from inventory.handover.commands import hand_over, prepare_agreement, take_back
from inventory.ledger.models import Entry
from inventory.lifecycle import LIFECYCLE, PROVEN_CLEAN, Status, lawful
from inventory.wiping.commands import destroy, record_manual_sanitisation, validate, verify
from tests import journeys
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", list(Status))
def test_every_status_can_be_reached_by_commands_alone(status: Status, people: People) -> None:
    device = journeys.make(status)
    assert device.status == status
    entries = list(Entry.objects.filter(subject_kind="device", subject_key=device.tag).order_by("subject_seq"))
    assert [entry.subject_seq for entry in entries] == list(range(1, device.seq + 1))
    assert entries[-1].to_status == status


def _try(step: str, device: Device, people: People) -> None:
    """Take a step by its own command, with sensible facts."""
    tag = device.tag
    keeper, technician, officer = people.warehouse_keeper, people.technician, people.programme_officer
    ways: dict[str, Callable[[], Any]] = {
        "collect": lambda: take(device, "collect", actor=people.driver, facts={"manifest": "C-2026-00001"}),
        "receive": lambda: receive(tag, actor=technician, location=journeys.location().code),
        "reopen_sanitisation": lambda: take(
            device, "reopen_sanitisation", actor=technician, facts={"reason": "damaged"}
        ),
        "make_ready": lambda: _bench_and_ready(device, people),
        "reserve": lambda: _reserve(device, people),
        "reserve_instead": lambda: _reserve_instead(device, people),
        "release": lambda: release(tag, actor=officer, reason="mistake"),
        "hand_over": lambda: _hand_over(device, people),
        "take_back": lambda: take_back(tag, actor=keeper, reason="defective", location=journeys.location().code),
        "quarantine": lambda: quarantine(tag, actor=technician, reason="damaged"),
        "recycle": lambda: recycle(
            tag,
            actor=keeper,
            collector="C1",
            document="D1",
            kilograms=Decimal("3"),
            recycled_on=timezone.localdate(),
        ),
        "report_lost": lambda: report_lost(tag, actor=keeper, reason="stolen"),
        "find_again": lambda: find_again(tag, actor=keeper, location=journeys.location().code),
    }
    actor = keeper if step in {"scrap", "lift_quarantine"} else technician
    ways.get(step, lambda: take_step(tag, step, actor=actor))()


def _bench_and_ready(device: Device, people: People) -> None:
    from inventory.refurbishment.commands import make_ready

    if device.status == Status.IN_REFURBISHMENT:
        journeys.pass_tests(device)
    make_ready(device.tag, actor=people.technician, grade="A")


def _reserve(device: Device, people: People) -> None:
    wanted = journeys.request()
    journeys.award(wanted)
    reserve([device.tag], actor=people.programme_officer, reference=wanted.reference, position=1)


def _reserve_instead(device: Device, people: People) -> None:
    wanted = journeys.request()
    journeys.award(wanted)
    line = wanted.lines.get()
    reserve_instead(device.tag, actor=people.warehouse_keeper, line=line, instead_of="7K3QX9M21")


def _hand_over(device: Device, people: People) -> None:
    held = device.reservations.filter(released_at__isnull=True).select_related("line__request__association").first()
    body = held.line.request.association if held else journeys.association()
    agreement = prepare_agreement(body.code, [device.tag], actor=people.warehouse_keeper)
    hand_over(
        agreement.number,
        actor=people.warehouse_keeper,
        association_function="présidence",
        signed_how="screen",
        scan=(journeys.PICTURE, "signature.png"),
    )


@pytest.mark.parametrize("step", [row.name for row in LIFECYCLE])
@pytest.mark.parametrize("status", list(Status))
def test_a_step_is_taken_just_where_the_law_has_it(status: Status, step: str, people: People) -> None:
    device = journeys.make(status)
    if step == "inspect" and status is Status.RECEIVED:
        journeys.with_medium(device)
        device.refresh_from_db()
    if step == "confirm_sanitised" and status is Status.AWAITING_SANITISATION:
        medium = device.media.get()
        remove_medium(medium.code, actor=people.technician, place="sac 4")
        device.refresh_from_db()
    before = Entry.objects.count()
    if lawful(step, status):
        _try(step, device, people)
        device.refresh_from_db()
        assert device.status == next(row.target for row in LIFECYCLE if row.name == step)
        last = Entry.objects.get(subject_kind="device", subject_key=device.tag, subject_seq=device.seq)
        assert last.to_status == device.status
        assert Entry.objects.count() > before
    else:
        with pytest.raises(Refusal), transaction.atomic():
            _try(step, device, people)
        device.refresh_from_db()
        assert device.status == status
        assert Entry.objects.count() == before


@pytest.mark.parametrize("row", LIFECYCLE, ids=lambda row: row.name)
def test_whoever_lacks_the_word_is_refused(row: Any, people: People) -> None:
    device = journeys.make(sorted(row.origin)[0])
    with pytest.raises(NotAllowed):
        take(device, row.name, actor=people.data_protection_officer)


def _by_orm(device: Device, status: str) -> None:
    Device.objects.filter(pk=device.pk).update(status=status)


def _by_save(device: Device, status: str) -> None:
    device.status = status
    device.save()


def _by_sql(device: Device, status: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inventory_device SET status = %s WHERE id = %s", [status, device.pk])


def _by_sql_with_a_forged_entry(device: Device, status: str) -> None:
    now = timezone.now()
    Entry.objects.create(
        event="device.forged",
        subject_kind="device",
        subject_key=device.tag,
        subject_seq=device.seq + 1,
        from_status=device.status,
        to_status=status,
        actor_key="nobody",
        channel="sql",
        occurred_at=now,
        recorded_at=now,
        body="{}",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inventory_device SET status = %s, grade = 'A', seq = seq + 1 WHERE id = %s", [status, device.pk]
        )


@pytest.mark.parametrize("way", [_by_orm, _by_save, _by_sql, _by_sql_with_a_forged_entry])
@pytest.mark.parametrize("status", sorted(PROVEN_CLEAN))
def test_no_device_with_an_unproven_medium_passes_whatever_way_is_tried(
    way: Callable[[Device, str], None], status: str, people: People
) -> None:
    device = journeys.make(Status.AWAITING_SANITISATION)
    with pytest.raises(IntegrityError), transaction.atomic():
        way(device, status)
    device.refresh_from_db()
    assert device.status == Status.AWAITING_SANITISATION


@pytest.mark.parametrize("status", sorted(PROVEN_CLEAN))
def test_an_empty_list_of_media_is_no_declaration_for_the_database_either(status: str, people: People) -> None:
    device = journeys.make(Status.RECEIVED)
    with pytest.raises(IntegrityError), transaction.atomic():
        _by_sql_with_a_forged_entry(device, status)


def test_a_bulk_step_over_devices_with_one_unproven_disk_changes_nothing(people: People) -> None:
    clean = [journeys.make(Status.SANITISED) for _ in range(2)]
    dirty = journeys.make(Status.AWAITING_SANITISATION)
    with pytest.raises(StepRefused, match="Nothing was changed: 1 of 3"):
        take_steps([device.tag for device in [*clean, dirty]], "start_refurbishment", actor=people.technician)
    assert {Device.objects.get(pk=device.pk).status for device in clean} == {"sanitised"}


def test_a_proof_cannot_be_conjured_by_changing_the_medium(people: People) -> None:
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    for state in ("validated", "destroyed", "removed"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Medium.objects.filter(pk=medium.pk).update(state=state)


def test_a_medium_pulled_out_by_sql_still_keeps_its_device_back(people: People) -> None:
    device = journeys.make(Status.AWAITING_SANITISATION)
    Medium.objects.filter(device=device).update(device=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        device.stays.update(until=timezone.now(), removed_by=people.technician)
    with pytest.raises(RuleBroken):
        take_step(device.tag, "confirm_sanitised", actor=people.technician)


def test_a_new_disk_in_a_ready_device_sends_it_back(people: People) -> None:
    device = journeys.make(Status.READY)
    journeys.with_medium(device)
    device.refresh_from_db()
    assert device.status == Status.AWAITING_SANITISATION
    with pytest.raises(IntegrityError), transaction.atomic():
        _by_sql_with_a_forged_entry(device, "handed_over")


def test_nobody_validates_their_own_work_and_the_database_agrees(people: People) -> None:
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    both = people.verifier
    record = record_manual_sanitisation(
        medium.code, actor=both, method="ata_sanitize_crypto", tool="hdparm", data=b"log", name="log.txt"
    )
    verify(medium.code, actor=people.technician, how="device_status")
    with pytest.raises(RuleBroken, match="yourself"):
        validate(medium.code, actor=both)
    with pytest.raises(IntegrityError), transaction.atomic():
        type(record).objects.filter(pk=record.pk).update(validated_at=timezone.now(), validated_by=both)


def test_clear_leaves_only_with_a_written_exception(people: People) -> None:
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    record_manual_sanitisation(
        medium.code, actor=people.technician, method="overwrite", tool="dd", data=b"log", name="log.txt"
    )
    verify(medium.code, actor=people.technician, how="full_read_back")
    with pytest.raises(RuleBroken, match="Clear"):
        validate(medium.code, actor=people.verifier)
    validate(medium.code, actor=people.verifier, exception_reference=journeys.exception())
    medium.refresh_from_db()
    assert medium.state == "validated"


def test_what_comes_back_is_unknown_again(people: People) -> None:
    device = journeys.make(Status.HANDED_OVER)
    take_back(device.tag, actor=people.warehouse_keeper, reason="defective", location=journeys.location().code)
    device.refresh_from_db()
    medium = device.media.get()
    assert (device.status, device.grade, medium.state, medium.cycle) == ("received", "", "pending", 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Medium.objects.filter(pk=medium.pk).update(state="validated", seq=medium.seq + 1)


def test_three_failures_mean_destroy(people: People) -> None:
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    for attempt in range(3):
        record_manual_sanitisation(
            medium.code,
            actor=people.technician,
            method="ata_secure_erase",
            tool="hdparm",
            data=f"failed {attempt}".encode(),
            name="log.txt",
            succeeded=False,
        )
    with pytest.raises(RuleBroken, match="three times"):
        record_manual_sanitisation(
            medium.code, actor=people.technician, method="ata_secure_erase", tool="hdparm", data=b"x", name="log.txt"
        )
    destroy(
        medium.code, actor=people.technician, witness=people.verifier, method="shred", data=b"photo", name="photo.jpg"
    )
    device = Device.objects.get(pk=medium.device_id)
    assert device.status == Status.SANITISED


def test_a_declaration_that_there_is_no_data_is_a_persons(people: People) -> None:
    device = journeys.make(Status.RECEIVED)
    with pytest.raises(RuleBroken, match="Nobody has listed"):
        take_step(device.tag, "inspect", actor=people.technician)
    declare_no_data(device.tag, actor=people.technician, checked_how="no_storage_by_design")
    take_step(device.tag, "inspect", actor=people.technician)
    take_step(device.tag, "confirm_sanitised", actor=people.technician)
    list_medium(device.tag, actor=people.technician, kind="card", serial="SD1")
    device.refresh_from_db()
    assert device.status == Status.AWAITING_SANITISATION
    assert device.no_data_declared_at is None


def test_a_device_is_reserved_once(people: People) -> None:
    device = journeys.make(Status.RESERVED)
    wanted = journeys.request()
    journeys.award(wanted)
    with pytest.raises(Conflict):
        reserve([device.tag], actor=people.programme_officer, reference=wanted.reference, position=1)


def test_a_tag_printed_beforehand_opens_the_device_it_was_stuck_on(people: People) -> None:
    first, second = reserve_tags(2, actor=people.technician)
    device = journeys.make(Status.RECEIVED)
    bind_tag(device.tag, first, actor=people.technician)
    assert device_of(first, people.technician) == device
    with pytest.raises(Conflict):
        bind_tag(journeys.declared().tag, first, actor=people.technician)
    found = register_found(
        journeys.announced("screen"), actor=people.technician, location=journeys.location().code, tag=second
    )
    assert found.tag == second


def test_nothing_is_deleted(people: People) -> None:
    device = journeys.make(Status.HANDED_OVER)
    for thing in (Entry.objects.all(), Device.objects.filter(pk=device.pk), Medium.objects.all()):
        with pytest.raises(IntegrityError), transaction.atomic():
            thing._raw_delete(thing.db)


def test_a_moment_to_come_is_refused(people: People) -> None:
    device = journeys.declared()
    with pytest.raises(Refusal, match="still to come"):
        receive(
            device.tag,
            actor=people.technician,
            location=journeys.location().code,
            occurred_at=timezone.now() + dt.timedelta(days=1),
        )


def test_what_can_be_done_next_is_drawn_from_the_law_with_what_blocks_it(people: People) -> None:
    device = journeys.make(Status.AWAITING_SANITISATION)
    steps = {possible.step.name: possible for possible in possible_steps(device, people.technician)}
    assert not steps["confirm_sanitised"].allowed
    assert grouped(device.media.get().code) in steps["confirm_sanitised"].why_not
    assert steps["quarantine"].allowed


def test_a_device_that_left_cannot_be_moved(people: People) -> None:
    device = journeys.make(Status.HANDED_OVER)
    with pytest.raises(Conflict, match="not in the warehouse"):
        move(device.tag, actor=people.warehouse_keeper, location=journeys.location().code)
