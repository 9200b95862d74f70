"""Any sequence of deeds, lawful or not: never does a device pass with a medium that is not accounted for.

The safety property is written here by itself, apart from the lifecycle's table, the guards and the database's rules.
"""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from backend.demonstration.clock import clock_at
from inventory.allocation.commands import release, reserve
from inventory.devices.commands import receive
from inventory.devices.genealogy.commands import merge, split
from inventory.devices.inspections.commands import record_inspection
from inventory.devices.media import declare_no_data, fit_medium, list_medium, remove_medium
from inventory.devices.models import Device, Medium, Merge
from inventory.devices.steps import take_step
from inventory.disposal.commands import find_again, recycle, report_lost
from inventory.errors import Refusal
from inventory.handover.commands import hand_over, prepare_agreement, take_back
from inventory.lifecycle import LIFECYCLE, Status
from inventory.refurbishment.commands import make_ready
from inventory.reports.verification import verify_ledger
from inventory.wiping.commands import destroy, record_manual_sanitisation, validate, verify
from inventory.wiping.models import SecondCheck
from inventory.wiping.quarantine import send_back
from inventory.wiping.queries import checked_certificate
from inventory.wiping.second_checks import (
    close_period,
    draw_second_checks,
    excuse_second_check,
    record_second_check,
)
from tests import journeys
from tests.inventory.devices import inspection_files
from tests.people import everybody

pytestmark = pytest.mark.django_db

# What must hold for these: said once more, in plain words, not taken from the code.
BEYOND = ["sanitised", "in_refurbishment", "ready", "reserved", "handed_over", "recycled"]
ALONG_THE_WAY = [
    Status.AWAITING_SANITISATION,
    Status.SANITISED,
    Status.READY,
    Status.RESERVED,
    Status.HANDED_OVER,
    Status.TO_RECYCLE,
]
BARE = [row.name for row in LIFECYCLE if row.bare]
_papers = itertools.count()


class City(RuleBasedStateMachine):
    """Devices, disks and people who try everything."""

    devices = Bundle("devices")
    media = Bundle("media")

    def __init__(self) -> None:
        super().__init__()
        # What was handed over or recycled while its proof stood: it was right on the day.
        self.left_before: set[tuple[str, str, int]] = set()
        self._all = transaction.atomic()
        self._all.__enter__()
        self.people = everybody()
        self.place = journeys.location().code
        self.wanted = journeys.request(quantity=50)
        journeys.award(self.wanted)

    def teardown(self) -> None:
        assert verify_ledger().fault is None
        transaction.set_rollback(True)
        self._all.__exit__(None, None, None)

    def _try(self, deed: Any) -> Any:
        try:
            with transaction.atomic():
                return deed()
        except (Refusal, IntegrityError):
            return None

    @rule(target=devices)
    def declared(self) -> str:
        return journeys.declared().tag

    @rule(target=devices, status=st.sampled_from(ALONG_THE_WAY))
    def come_so_far_lawfully(self, status: Status) -> str:
        # By single deeds alone a run seldom gets as far as where it becomes dangerous.
        return journeys.make(status).tag

    @rule(target=media, tag=devices)
    def its_disk(self, tag: str) -> str:
        stay = Device.objects.get(tag=tag).stays.order_by("-id").first()
        return stay.medium.code if stay else ""

    @rule(tag=devices)
    def received(self, tag: str) -> None:
        self._try(lambda: receive(tag, actor=self.people.technician, location=self.place))

    @rule(target=media, tag=devices)
    def disk_found(self, tag: str) -> str:
        made = self._try(
            lambda: list_medium(tag, actor=self.people.technician, kind="hdd", serial=f"GATE{next(_papers)}")
        )
        return made.code if made else ""

    @rule(tag=devices)
    def said_to_hold_nothing(self, tag: str) -> None:
        self._try(lambda: declare_no_data(tag, actor=self.people.technician, checked_how="opened_and_looked"))

    @rule(tag=devices, step=st.sampled_from(BARE))
    def step(self, tag: str, step: str) -> None:
        for actor in (self.people.technician, self.people.warehouse_keeper):
            self._try(lambda actor=actor: take_step(tag, step, actor=actor))

    @rule(code=media, succeeded=st.booleans())
    def sanitised(self, code: str, succeeded: bool) -> None:
        self._try(
            lambda: record_manual_sanitisation(
                code,
                actor=self.people.technician,
                method="ata_sanitize_crypto",
                tool="hdparm",
                data=f"gate {next(_papers)}".encode(),
                name="log.txt",
                succeeded=succeeded,
            )
        )

    @rule(code=media, own=st.booleans())
    def judged(self, code: str, own: bool) -> None:
        self._try(lambda: verify(code, actor=self.people.technician, how="device_status"))
        person = self.people.technician if own else self.people.verifier
        self._try(lambda: validate(code, actor=person))

    @rule(code=media)
    def verification_failed(self, code: str) -> None:
        self._try(lambda: verify(code, actor=self.people.verifier, how="read_back_sample", passed=False))

    @rule(code=media, passed=st.booleans())
    def checked_a_second_time(self, code: str, passed: bool) -> None:
        # Once for each month there is: the clock runs on by two months, so that today's month is over.
        month = f"{timezone.localdate():%Y-%m}"
        found = {"data": f"second {next(_papers)}".encode(), "name": "photorec.log"}
        with clock_at(timezone.now() + dt.timedelta(days=62)):
            self._try(lambda: draw_second_checks(month, actor=self.people.verifier))
            self._try(
                lambda: record_second_check(
                    month,
                    code,
                    actor=self.people.verifier,
                    passed=passed,
                    how="recovery_software",
                    tool="PhotoRec",
                    **found,  # type: ignore[arg-type]
                )
            )
            self._try(lambda: excuse_second_check(month, code, actor=self.people.verifier))
            self._try(lambda: close_period(month, actor=self.people.verifier))

    @rule(code=media)
    def sent_back(self, code: str) -> None:
        self._try(lambda: send_back(code, actor=self.people.technician))

    @rule(code=media)
    def withdrawal_undone_by_hand(self, code: str) -> None:
        self._try(lambda: Medium.objects.filter(code=code).update(proof_withdrawn=False))

    @rule(code=media)
    def shredded(self, code: str) -> None:
        self._try(
            lambda: destroy(
                code,
                actor=self.people.technician,
                witness=self.people.verifier,
                method="shred",
                data=f"photo {next(_papers)}".encode(),
                name="photo.jpg",
            )
        )

    @rule(code=media)
    def taken_out(self, code: str) -> None:
        self._try(lambda: remove_medium(code, actor=self.people.technician, place="étagère 3"))

    @rule(code=media, tag=devices)
    def put_into_another(self, code: str, tag: str) -> None:
        self._try(lambda: fit_medium(code, tag, actor=self.people.technician))

    @rule(tag=devices)
    def made_ready(self, tag: str) -> None:
        self._try(lambda: journeys.pass_tests(Device.objects.get(tag=tag)))
        self._try(lambda: make_ready(tag, actor=self.people.technician, grade="B"))

    @rule(tag=devices)
    def given(self, tag: str) -> None:
        officer, keeper = self.people.programme_officer, self.people.warehouse_keeper
        self._try(lambda: reserve([tag], actor=officer, reference=self.wanted.reference, position=1))
        code = self.wanted.association.code
        made = self._try(lambda: prepare_agreement(code, [tag], actor=keeper))
        if made:
            signed = {"association_function": "présidence", "signed_how": "screen"}
            scan = (journeys.PICTURE, "signature.png")
            self._try(lambda: hand_over(made.number, actor=keeper, scan=scan, **signed))

    @rule(tag=devices)
    def released(self, tag: str) -> None:
        self._try(lambda: release(tag, actor=self.people.programme_officer, reason="mistake"))

    @rule(tag=devices)
    def came_back(self, tag: str) -> None:
        self._try(lambda: take_back(tag, actor=self.people.warehouse_keeper, reason="defective", location=self.place))

    @rule(tag=devices)
    def lost_and_found(self, tag: str) -> None:
        self._try(lambda: report_lost(tag, actor=self.people.warehouse_keeper, reason="stolen"))
        self._try(lambda: find_again(tag, actor=self.people.warehouse_keeper, location=self.place))

    @rule(tag=devices)
    def recycled(self, tag: str) -> None:
        self._try(
            lambda: recycle(
                tag,
                actor=self.people.warehouse_keeper,
                collector="C1",
                document="D1",
                kilograms=Decimal("2"),
                recycled_on=timezone.localdate(),
            )
        )

    @rule(tag=devices, anyway=st.booleans())
    def inspected_anew(self, tag: str, anyway: bool) -> None:
        """An inspection file shows a disk that nobody had listed."""
        disk = f"LATE{next(_papers)}"
        data = inspection_files.lshw(serial=f"LATE{tag}", uuid="", board="", disk=disk)
        person = self.people.technician
        self._try(lambda: record_inspection(tag, data, "lshw.json", actor=person, anyway=anyway))

    @rule(kept=devices, absorbed=devices)
    def merged(self, kept: str, absorbed: str) -> None:
        self._try(lambda: merge(kept, absorbed, actor=self.people.technician, reason="seen_twice"))

    @rule(tag=devices)
    def split_again(self, tag: str) -> None:
        self._try(lambda: split(tag, actor=self.people.technician, reason="not_the_same"))

    @rule(kept=devices, absorbed=devices)
    def merged_by_hand(self, kept: str, absorbed: str) -> None:
        """Somebody with an SQL prompt hides a device behind another."""
        other = Device.objects.get(tag=kept)
        self._try(lambda: Device.objects.filter(tag=absorbed).update(merged_into=other))

    @rule(kept=devices, absorbed=devices)
    def stays_closed_by_hand(self, kept: str, absorbed: str) -> None:
        """A merge pretended, so that a disk may seem to have gone elsewhere."""
        one, other = Device.objects.get(tag=kept), Device.objects.get(tag=absorbed)
        facts = {"reason": "other", "merged_at": timezone.now(), "merged_by": self.people.technician}
        self._try(lambda: Merge.objects.create(kept=one, absorbed=other, status_before=one.status, **facts))
        self._try(lambda: Medium.objects.filter(device=other).update(device=one))
        closed = {"until": timezone.now(), "removed_by": self.people.technician}
        self._try(lambda: other.stays.filter(until__isnull=True).update(**closed))
        undone = {"split_at": timezone.now(), "split_by": self.people.technician}
        self._try(lambda: Merge.objects.filter(absorbed=other).update(**undone))

    @rule(tag=devices, status=st.sampled_from(BEYOND))
    def pushed_by_hand(self, tag: str, status: str) -> None:
        self._try(lambda: Device.objects.filter(tag=tag).update(status=status, grade="A"))

    @rule(code=media, state=st.sampled_from(["validated", "destroyed", "removed", "pending"]))
    def medium_pushed_by_hand(self, code: str, state: str) -> None:
        self._try(lambda: Medium.objects.filter(code=code).update(state=state))
        self._try(lambda: Medium.objects.filter(code=code).update(device=None))

    @invariant()
    def a_merged_record_holds_nothing_and_counts_nowhere(self) -> None:
        for device in Device.objects.filter(merged_into__isnull=False):
            assert not device.media.exists()
            assert not device.stays.filter(until__isnull=True).exists()
            assert device.merged_into is not None
            assert device.merged_into.merged_into_id is None
            assert device.status not in ("reserved", "handed_over", "recycled", "lost")

    @invariant()
    def nothing_unproven_passes(self) -> None:
        for device in Device.objects.filter(status__in=BEYOND):
            seen = list(device.stays.select_related("medium"))
            assert seen or device.no_data_declared_by_id, f"{device.tag}: nobody said what is in it"
            for stay in seen:
                if stay.until is not None:
                    assert stay.removed_by_id, f"{device.tag}: a disk vanished"
                    where = stay.medium.device
                    assert where is None or where.stays.filter(medium=stay.medium, until__isnull=True).exists(), (
                        f"{device.tag}: a disk went to {where} without arriving there"
                    )
                    continue
                medium = stay.medium
                proofs = medium.sanitisations.filter(cycle=medium.cycle, validated_at__isnull=False)
                proven = medium.state == "validated" and any(
                    proof.validated_by_id != proof.sanitised_by_id for proof in proofs
                )
                gone = medium.state == "destroyed" and hasattr(medium, "destruction")
                self._left_with_its_proof(device, medium)
                assert proven or gone, f"{device.tag} is {device.status} with {medium.code} {medium.state}"

    def _left_with_its_proof(self, device: Device, medium: Medium) -> None:
        """A device may be beyond while the proof is withdrawn, but it does not go on from there."""
        seen = (device.tag, device.status, medium.pk)
        if not medium.proof_withdrawn:
            self.left_before.add(seen)
        else:
            # Released from its reservation it stands in the stock for a moment, and may only go back.
            assert seen in self.left_before or device.status == "ready", f"{device.tag} went on to {device.status}"

    @invariant()
    def no_withdrawn_paper_is_called_good(self) -> None:
        for medium in Medium.objects.exclude(state="validated"):
            for paper in medium.certificates.filter(sanitisation__isnull=False, sanitisation__cycle=medium.cycle):
                told = checked_certificate(paper.number)
                assert told is not None
                assert told.withdrawn_on or told.superseded_by or medium.state == "destroyed", paper.number

    @invariant()
    def no_month_is_closed_with_a_check_undone(self) -> None:
        assert not SecondCheck.objects.filter(period__closed_at__isnull=False, checked_at__isnull=True).exists()
        assert not SecondCheck.objects.filter(checked_by=F("sanitisation__sanitised_by")).exists()


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        City,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_sequence_of_deeds_lets_an_unproven_disk_out(people: Any) -> None:
    _run(12, 40)


@pytest.mark.long
def test_no_long_sequence_of_deeds_lets_an_unproven_disk_out(people: Any) -> None:
    _run(240, 60)
