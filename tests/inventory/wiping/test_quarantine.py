"""One failure, and everything wiped the same way on that day goes back; nothing else does, and nothing gets through."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.allocation.commands import release
from inventory.devices.media import fit_medium, remove_medium
from inventory.devices.models import Device, Medium
from inventory.devices.steps import take_step
from inventory.errors import Conflict, NotAllowed, Refusal, RuleBroken
from inventory.handover.commands import cancel_agreement, hand_over, prepare_agreement, take_back
from inventory.ledger.models import Entry
from inventory.lifecycle import MediumState, Status
from inventory.reports.verification import verify_ledger
from inventory.wiping.checked_periods import batch_numbered, batches, held_media, media_of_batch
from inventory.wiping.commands import destroy, record_evidence, record_manual_sanitisation, validate, verify
from inventory.wiping.models import Certificate, QuarantinedBatch, Sanitisation
from inventory.wiping.quarantine import send_back
from inventory.wiping.queries import certificates_in_force, checked_certificate, public_facts
from tests import journeys
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log
from tests.people import People

pytestmark = pytest.mark.django_db

_papers = itertools.count()


def wiped(people: People, *, tool: str = "hdparm", version: str = "9.65", model: str = "Disk 500") -> Medium:
    """A medium sanitised now, not verified yet."""
    device = journeys.make(Status.RECEIVED)
    medium = journeys.with_medium(device)
    Medium.objects.filter(pk=medium.pk).update(model=model)
    take_step(device.tag, "inspect", actor=people.technician)
    wipe(medium, people, tool=tool, version=version)
    medium.refresh_from_db()
    return medium


def wipe(medium: Medium, people: People, *, tool: str = "hdparm", version: str = "9.65") -> None:
    record_manual_sanitisation(
        medium.code,
        actor=people.technician,
        method="ata_sanitize_block_erase",
        tool=tool,
        tool_version=version,
        data=f"batch {next(_papers)}".encode(),
        name="log.txt",
    )


def fail(medium: Medium, people: People) -> QuarantinedBatch:
    """Its verification fails."""
    verify(medium.code, actor=people.verifier, how="read_back_sample", passed=False)
    return QuarantinedBatch.objects.latest("id")


def states(*media: Medium) -> list[str]:
    return [Medium.objects.get(pk=medium.pk).state for medium in media]


def test_the_batch_is_tool_version_model_and_day_and_nothing_else(people: People) -> None:
    bad, same, capitals = wiped(people), wiped(people), wiped(people, tool="HDParm", model="DISK 500")
    others = [wiped(people, tool="nwipe"), wiped(people, version="9.60"), wiped(people, model="Disk 1000")]
    with clock_at(timezone.now() - dt.timedelta(days=1)):
        yesterday = wiped(people)
    batch = fail(bad, people)
    assert states(bad, same, capitals) == ["failed", "pending", "pending"]
    assert states(*others, yesterday) == ["sanitised"] * 4
    assert {line.item.medium_id for line in media_of_batch(batch)} == {bad.pk, same.pk, capitals.pk}
    assert (batch.reason, batch.day) == ("verification_failed", timezone.localdate())


def test_midnight_is_that_of_brussels(people: People) -> None:
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0) - dt.timedelta(days=2)
    moments = [noon.replace(hour=0, minute=0), noon, noon.replace(hour=23, minute=59), noon + dt.timedelta(hours=12)]
    media = []
    for moment in moments:
        with clock_at(moment):
            media.append(wiped(people))
    fail(media[1], people)
    assert states(*media) == ["pending", "failed", "pending", "sanitised"]


@pytest.mark.parametrize(
    "status",
    [
        Status.SANITISED,
        Status.IN_REFURBISHMENT,
        Status.READY,
        Status.TO_RECYCLE,
        Status.RESERVED,
        Status.HANDED_OVER,
        Status.RECYCLED,
    ],
)
def test_wherever_the_device_is_it_goes_back_or_is_held(people: People, status: Status) -> None:
    device = journeys.make(status)
    medium = device.media.get()
    bad = journeys.make(Status.AWAITING_SANITISATION).media.get()
    wipe(bad, people, version="")
    batch = fail(bad, people)
    device.refresh_from_db()
    medium.refresh_from_db()
    stays = status in {Status.RESERVED, Status.HANDED_OVER, Status.RECYCLED}
    returns = status in {Status.SANITISED, Status.IN_REFURBISHMENT, Status.READY}
    assert device.status == (Status.AWAITING_SANITISATION if returns else status)
    assert medium.proof_withdrawn is stays
    assert medium.state == (MediumState.VALIDATED if stays else MediumState.PENDING)
    assert [line.state for line in media_of_batch(batch) if line.item.medium_id == medium.pk] == [
        "held" if stays else "waiting"
    ]
    assert list(held_media(people.auditor)) == ([medium] if stays else [])
    assert not certificates_in_force(device).exists()
    assert not public_facts(device.tag).clean
    assert verify_ledger().fault is None


def test_everything_of_it_is_one_deed_with_an_entry_each(people: People) -> None:
    ready, reserved = journeys.make(Status.READY), journeys.make(Status.RESERVED)
    bad = journeys.make(Status.AWAITING_SANITISATION).media.get()
    wipe(bad, people, version="")
    before = Entry.objects.count()
    fail(bad, people)
    told = list(Entry.objects.order_by("id")[before:].values_list("event", "subject_key"))
    medium, kept = ready.media.get(), reserved.media.get()
    numbers = [one.certificates.get().number for one in (medium, kept)]
    assert sorted(told) == sorted(
        [
            ("batch.quarantine", QuarantinedBatch.objects.get().number),
            ("medium.fail", bad.code),
            ("device.reopen_sanitisation", ready.tag),
            ("medium.doubt", medium.code),
            ("certificate.withdraw", numbers[0]),
            ("medium.withdraw_proof", kept.code),
            ("certificate.withdraw", numbers[1]),
        ]
    )


def test_a_reserved_device_whose_proof_fell_is_not_handed_over_but_released_and_wiped_again(people: People) -> None:
    device = journeys.make(Status.RESERVED)
    medium = device.media.get()
    body = device.reservations.get().line.request.association
    agreement = prepare_agreement(body.code, [device.tag], actor=people.warehouse_keeper)
    bad = journeys.make(Status.AWAITING_SANITISATION).media.get()
    wipe(bad, people, version="")
    fail(bad, people)
    sign = {"association_function": "présidence", "signed_how": "screen", "scan": (journeys.PICTURE, "s.png")}
    with pytest.raises(RuleBroken):
        hand_over(agreement.number, actor=people.warehouse_keeper, **sign)  # type: ignore[arg-type]
    with pytest.raises(RuleBroken, match="release it"):
        send_back(medium.code, actor=people.technician)
    for pushed in ({"status": "handed_over"}, {"status": "in_refurbishment"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Device.objects.filter(pk=device.pk).update(**pushed)
    with pytest.raises(DatabaseError), transaction.atomic():
        Medium.objects.filter(pk=medium.pk).update(proof_withdrawn=False)
    cancel_agreement(agreement.number, actor=people.warehouse_keeper, reason="mistake")
    release(device.tag, actor=people.programme_officer, reason="defective")
    with pytest.raises(Refusal):
        take_step(device.tag, "rework", actor=people.technician)
    with pytest.raises(NotAllowed):
        send_back(medium.code, actor=people.auditor)
    send_back(medium.code, actor=people.technician)
    device.refresh_from_db()
    assert device.status == Status.AWAITING_SANITISATION
    with pytest.raises(Conflict):
        send_back(medium.code, actor=people.technician)
    journeys.prove(medium)
    device.refresh_from_db()
    assert device.status == Status.SANITISED
    assert public_facts(device.tag).clean


def test_a_device_taken_back_is_no_longer_held(people: People) -> None:
    device = journeys.make(Status.HANDED_OVER)
    bad = journeys.make(Status.AWAITING_SANITISATION).media.get()
    wipe(bad, people, version="")
    fail(bad, people)
    take_back(device.tag, actor=people.warehouse_keeper, reason="defective", location="W1")
    medium = device.media.get()
    assert (medium.state, medium.proof_withdrawn) == (MediumState.PENDING, False)


def test_a_held_medium_moved_to_another_device_keeps_it_back_too(people: People) -> None:
    medium = journeys.make(Status.RESERVED).media.get()
    bad = journeys.make(Status.AWAITING_SANITISATION).media.get()
    wipe(bad, people, version="")
    fail(bad, people)
    remove_medium(medium.code, actor=people.technician, place="étagère 3")
    other = journeys.make(Status.READY)
    # The other device's own disk is of the same batch no more: it was made after the failure.
    fit_medium(medium.code, other.tag, actor=people.technician)
    with pytest.raises(RuleBroken):
        take_step(other.tag, "confirm_sanitised", actor=people.technician)
    send_back(medium.code, actor=people.technician)
    assert states(medium) == [MediumState.PENDING]


def test_the_old_log_proves_nothing_a_second_time(people: People) -> None:
    device = journeys.make(Status.RECEIVED)
    medium = journeys.with_medium(device, serial="AGAIN0001")
    log = nwipe_log(Disk("/dev/sda", "AGAIN0001")).encode()
    assert record_evidence(log, "n.log", actor=people.technician)[0].recorded
    record = medium.sanitisations.get()
    assert record.verified_at
    bad = wiped(people, tool=record.tool, version=record.tool_version, model=medium.model)
    Sanitisation.objects.filter(pk=bad.sanitisations.get().pk).update(sanitised_at=record.sanitised_at)
    fail(bad, people)
    assert states(medium) == [MediumState.PENDING]
    again = record_evidence(log, "n.log", actor=people.technician)[0]
    assert not again.recorded
    assert "before" in again.why


def test_a_withdrawn_certificate_says_so_and_the_new_one_supersedes_it(people: People) -> None:
    device = journeys.make(Status.SANITISED)
    medium = device.media.get()
    old = Certificate.objects.get(medium=medium)
    bad = journeys.make(Status.AWAITING_SANITISATION).media.get()
    wipe(bad, people, version="")
    fail(bad, people)
    checked = checked_certificate(old.number)
    assert checked is not None
    assert (checked.withdrawn_on, checked.superseded_by) == (timezone.localdate(), "")
    journeys.prove(medium)
    new = Certificate.objects.filter(medium=medium).latest("id")
    assert new.supersedes == old
    checked = checked_certificate(old.number)
    assert checked is not None
    assert (checked.withdrawn_on, checked.superseded_by) == (timezone.localdate(), new.number)
    fresh = checked_certificate(new.number)
    assert fresh is not None
    assert fresh.withdrawn_on is None


def test_progress_counts_what_is_proven_again_or_destroyed(people: People) -> None:
    bad, first, second = wiped(people), wiped(people), wiped(people)
    batch = fail(bad, people)
    found = batch_numbered(batch.number.lower(), people.auditor)
    assert (found.media, found.proven, found.held) == (3, 0, 0)
    journeys.prove(first)
    photo = {"data": b"photo", "name": "p.jpg", "method": "shred"}
    destroy(bad.code, actor=people.technician, witness=people.verifier, **photo)  # type: ignore[arg-type]
    wipe(second, people)
    assert [one.proven for one in batches(people.auditor)] == [2]


def test_failing_the_same_medium_three_times_leaves_destruction_only(people: People) -> None:
    bad = wiped(people)
    for _time in range(3):
        fail(bad, people)
        if Medium.objects.get(pk=bad.pk).failures < 3:
            wipe(bad, people)
    with pytest.raises(RuleBroken, match="destroy"):
        wipe(bad, people)
    assert QuarantinedBatch.objects.count() == 3


def test_a_medium_validated_once_can_be_validated_again_after_it_failed(people: People) -> None:
    device = journeys.make(Status.READY)
    medium = device.media.get()
    record_manual_sanitisation(
        medium.code,
        actor=people.technician,
        method="ata_sanitize_block_erase",
        tool="hdparm",
        data=b"it failed",
        name="log.txt",
        succeeded=False,
    )
    device.refresh_from_db()
    assert device.status == Status.AWAITING_SANITISATION
    assert not certificates_in_force(device).exists()
    wipe(medium, people)
    verify(medium.code, actor=people.verifier, how="read_back_sample")
    validate(medium.code, actor=people.verifier)
    assert states(medium) == [MediumState.VALIDATED]


def test_bad_news_of_a_reserved_device_withdraws_its_proof(people: People) -> None:
    device = journeys.make(Status.RESERVED)
    medium = device.media.get()
    record_manual_sanitisation(
        medium.code,
        actor=people.technician,
        method="ata_sanitize_block_erase",
        tool="hdparm",
        data=b"it failed",
        name="log.txt",
        succeeded=False,
    )
    medium.refresh_from_db()
    assert (medium.proof_withdrawn, medium.failures) == (True, 1)
    assert verify_ledger().fault is None


def test_batches_and_withdrawals_are_never_edited(people: People) -> None:
    medium = journeys.make(Status.SANITISED).media.get()
    bad = journeys.make(Status.AWAITING_SANITISATION).media.get()
    wipe(bad, people, version="")
    batch = fail(bad, people)
    withdrawal = medium.certificates.get().withdrawal
    for rows in (QuarantinedBatch.objects.all(), batch.items.all(), type(withdrawal).objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(id=999)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
