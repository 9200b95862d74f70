"""What is good enough to leave: the policy of the day, by kind of medium, and written exceptions that end."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.devices.categories import MEDIUM_KINDS
from inventory.devices.models import Medium
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.verification import verify_ledger
from inventory.wiping.commands import destroy, record_manual_sanitisation, validate, verify
from inventory.wiping.deciding import adopt_policy, grant_exception, withdraw_exception
from inventory.wiping.models import Sanitisation
from inventory.wiping.policy import exceptions_at, policies, policy_on
from inventory.wiping.policy_models import ClearException, SanitisationPolicy
from tests import journeys
from tests.people import People

pytestmark = pytest.mark.django_db


def reached(people: People, category: str = "clear", kind: str = "hdd") -> Medium:
    """A verified medium of a kind that reached a category."""
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    Medium.objects.filter(pk=medium.pk).update(kind=kind)
    record_manual_sanitisation(
        medium.code,
        actor=people.technician,
        method="overwrite" if category == "clear" else "ata_sanitize_crypto",
        tool="hdparm",
        data=medium.code.encode(),
        name="log.txt",
    )
    verify(medium.code, actor=people.technician, how="full_read_back")
    return medium


def test_the_first_policy_comes_with_the_software_and_asks_purge_of_everything(people: People) -> None:
    first = SanitisationPolicy.objects.get()
    assert first.suffices == dict.fromkeys(MEDIUM_KINDS, "purge")
    assert policy_on(dt.date(2001, 1, 1)) == policy_on(timezone.localdate()) == first


@pytest.mark.django_db(transaction=True)
def test_the_first_policy_is_there_after_the_tables_were_emptied() -> None:
    assert SanitisationPolicy.objects.count() == 1


def test_clear_needs_an_exception_that_is_valid_today_for_this_kind(people: People) -> None:
    medium = reached(people)
    today, day = timezone.localdate(), dt.timedelta(days=1)
    journeys.exception("E-PAST", valid_from=today - 9 * day, valid_to=today - day)
    journeys.exception("E-LATER", valid_from=today + day, valid_to=today + 9 * day)
    journeys.exception("E-KIND", medium_kind="emmc")
    journeys.exception("E-GONE")
    withdraw_exception("E-GONE", actor=people.data_protection_officer)
    for reference in ("", "  ", "E-PAST", "E-LATER", "E-KIND", "E-GONE", "E-NEVER", "a memo of 2019"):
        with pytest.raises(RuleBroken):
            validate(medium.code, actor=people.verifier, exception_reference=reference)
    journeys.exception("E-TODAY", valid_from=today, valid_to=today, medium_kind="hdd")
    assert [one.reference for one in exceptions_at(timezone.now(), "hdd")] == ["E-TODAY"]
    assert (
        validate(medium.code, actor=people.verifier, exception_reference=" E-TODAY ").exception_reference == "E-TODAY"
    )


def test_an_exception_begins_and_ends_at_midnight_in_brussels(people: People) -> None:
    medium = reached(people)
    day = timezone.localdate() - dt.timedelta(days=3)
    journeys.exception("E-DAY", valid_from=day, valid_to=day)
    midnight = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    outside = (midnight - dt.timedelta(seconds=1), midnight + dt.timedelta(days=1))
    for moment in outside:
        with clock_at(moment), pytest.raises(RuleBroken):
            validate(medium.code, actor=people.verifier, exception_reference="E-DAY")
    with clock_at(midnight):
        assert validate(medium.code, actor=people.verifier, exception_reference="E-DAY").validated_at
    (found,) = ClearException.objects.all()
    assert (found.valid_from, found.valid_to, found.state) == (day, day, "ended")


def test_purge_needs_none_and_records_none(people: People) -> None:
    reference = journeys.exception()
    medium = reached(people, "purge")
    assert validate(medium.code, actor=people.verifier, exception_reference=reference).exception_reference == ""


def test_the_database_asks_for_the_exception_too(people: People) -> None:
    medium = reached(people)
    reference = journeys.exception("E-EMMC", medium_kind="emmc")
    record = Sanitisation.objects.get(medium=medium)
    for given in (reference, "a memo", ""):
        with pytest.raises(DatabaseError), transaction.atomic():
            Sanitisation.objects.filter(pk=record.pk).update(
                validated_at=timezone.now(), validated_by=people.verifier, exception_reference=given
            )
    record.pk, record.cycle = None, 7
    record.validated_at, record.validated_by = timezone.now(), people.verifier
    record.exception_reference = "a memo"
    with pytest.raises(DatabaseError), transaction.atomic():
        record.save(force_insert=True)
    ClearException.objects.get()
    for change in ({"ends_at": timezone.now() + dt.timedelta(days=999)}, {"medium_kind": ""}, {"reference": "X"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            ClearException.objects.update(**change)
    for rows in (ClearException.objects.all(), SanitisationPolicy.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        SanitisationPolicy.objects.update(edition="none")


def test_nobody_validates_by_an_exception_of_their_own(people: People) -> None:
    medium = reached(people)
    people.verifier.groups.add(*people.approver.groups.all())
    both = type(people.verifier).objects.get(pk=people.verifier.pk)
    today = timezone.localdate()
    grant_exception("E-OWN", actor=both, reason="soldered", data_class="public", valid_from=today, valid_to=today)
    with pytest.raises(RuleBroken, match="yourself"):
        validate(medium.code, actor=both, exception_reference="E-OWN")


def test_a_stricter_policy_counts_from_its_day_and_not_before(people: People) -> None:
    today = timezone.localdate()
    later = today + dt.timedelta(days=2)
    adopt_policy(
        actor=people.data_protection_officer,
        valid_from=later,
        edition="NIST SP 800-88 Rev. 3",
        suffices={"hdd": "destroy"},
        reference="BC-2026-77",
    )
    before, after = reached(people, "purge"), reached(people, "purge")
    validate(before.code, actor=people.verifier)
    journeys.exception("E-ALL", valid_to=later)
    with clock_at(timezone.make_aware(dt.datetime.combine(later, dt.time(9)))):
        with pytest.raises(RuleBroken, match="Destroy"):
            validate(after.code, actor=people.verifier, exception_reference="E-ALL")
        gone = destroy(
            after.code, actor=people.technician, witness=people.verifier, method="shred", data=b"photo", name="p.jpg"
        )
    assert before.certificates.get().facts["standard"] == policy_on(today).edition
    assert gone.medium.certificates.get().facts["standard"] == "NIST SP 800-88 Rev. 3"
    assert policy_on(later).suffices["nvme"] == "purge"
    newest = policies(people.auditor).first()
    assert newest is not None
    assert newest.valid_from == later


def test_a_policy_is_adopted_forward_only_and_never_lets_clear_suffice(people: People) -> None:
    given = {"edition": "NIST", "reference": "BC-1", "suffices": {"hdd": "purge"}, "valid_from": timezone.localdate()}
    for wrong in (
        {"valid_from": timezone.localdate() - dt.timedelta(days=1)},
        {"edition": " "},
        {"reference": "?"},
        {"suffices": {"hdd": "clear"}},
        {"suffices": {"floppy": "purge"}},
    ):
        with pytest.raises(BadInput):
            adopt_policy(actor=people.approver, **{**given, **wrong})  # type: ignore[arg-type]
    adopt_policy(actor=people.approver, **given)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        adopt_policy(actor=people.approver, **given)  # type: ignore[arg-type]


def test_an_exception_is_written_down_whole_or_refused(people: People) -> None:
    today = timezone.localdate()
    given = {"reason": "soldered", "data_class": "public", "valid_from": today, "valid_to": today}
    for wrong in (
        {"reason": "because"},
        {"data_class": "secret"},
        {"medium_kind": "floppy"},
        {"valid_to": today - dt.timedelta(days=1)},
        {"valid_to": today + dt.timedelta(days=366)},
    ):
        with pytest.raises(BadInput):
            grant_exception("DPO-1", actor=people.approver, **{**given, **wrong})  # type: ignore[arg-type]
    for reference in ("", "a b", "x" * 41, "../.."):
        with pytest.raises(BadInput):
            grant_exception(reference, actor=people.approver, **given)  # type: ignore[arg-type]
    grant_exception("DPO-1", actor=people.approver, **given)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        grant_exception("dpo-1", actor=people.approver, **given)  # type: ignore[arg-type]
    withdraw_exception("DPO-1", actor=people.data_protection_officer)
    with pytest.raises(Conflict):
        withdraw_exception("DPO-1", actor=people.data_protection_officer)
    with pytest.raises(NotFound):
        withdraw_exception("DPO-2", actor=people.data_protection_officer)
    events = Entry.objects.filter(subject_kind="exception").order_by("id").values_list("event", flat=True)
    assert list(events) == ["exception.grant", "exception.withdraw"]
    assert verify_ledger().fault is None


def test_only_the_approver_and_the_data_protection_officer_decide(people: People) -> None:
    today = timezone.localdate()
    for who in (people.technician, people.verifier, people.auditor, people.administrator, people.programme_officer):
        with pytest.raises(NotAllowed):
            grant_exception(
                "DPO-1", actor=who, reason="soldered", data_class="public", valid_from=today, valid_to=today
            )
        with pytest.raises(NotAllowed):
            adopt_policy(actor=who, valid_from=today, edition="NIST", suffices={}, reference="BC-1")
        with pytest.raises(NotAllowed):
            withdraw_exception("DPO-1", actor=who)
