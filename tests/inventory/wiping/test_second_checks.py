"""A month's second checks: drawn by the system, done by somebody else, and not closed before all is answered."""

from __future__ import annotations

import itertools
import json

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from inventory.devices.models import Medium
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import MediumState, Status
from inventory.reports.verification import verify_ledger
from inventory.wiping.checked_periods import month_of, months, months_to_draw, to_check
from inventory.wiping.commands import destroy
from inventory.wiping.models import SecondCheck, SecondCheckPeriod
from inventory.wiping.sampling import draw, population_sha256
from inventory.wiping.second_checks import (
    close_period,
    draw_second_checks,
    excuse_second_check,
    freeze_period,
    record_second_check,
)
from tests import journeys
from tests.people import People, person

pytestmark = pytest.mark.django_db

_papers = itertools.count()


def wiped(count: int = 3, status: Status = Status.SANITISED) -> tuple[str, list[Medium]]:
    """So many devices wiped last month, and that month's name."""
    with journeys.last_month() as moment:
        media = [journeys.make(status).media.get() for _number in range(count)]
    return f"{moment:%Y-%m}", media


def look(month: str, medium: Medium, people: People, *, passed: bool = True, **other: object) -> SecondCheck:
    """The verifier's second look at a medium."""
    found: dict[str, object] = {
        "actor": people.verifier,
        "how": "recovery_software",
        "tool": "PhotoRec 7.2",
        "data": f"photorec {next(_papers)}".encode(),
        "name": "photorec.log",
        **other,
    }
    return record_second_check(month, medium.code, passed=passed, **found)  # type: ignore[arg-type]


def test_a_month_is_frozen_drawn_checked_and_closed_with_an_entry_each(people: People) -> None:
    month, media = wiped(3)
    assert [one.name for one in months_to_draw(people.verifier)] == [month]
    period = draw_second_checks(month, actor=people.verifier)
    assert period.population.split() == sorted(medium.code for medium in media)
    assert (period.population_size, period.sample_size, period.seed_source) == (3, 3, "system")
    assert months_to_draw(people.verifier) == []
    with pytest.raises(RuleBroken, match="3 of 3 drawn"):
        close_period(month, actor=people.verifier)
    for medium in media:
        look(month, medium, people)
    assert to_check(people.verifier).count() == 0
    close_period(month, actor=people.verifier)
    with pytest.raises(Conflict):
        close_period(month, actor=people.verifier)
    events = list(Entry.objects.filter(subject_kind="period").order_by("id").values_list("event", flat=True))
    assert events == ["period.freeze", "period.draw", "period.close"]
    assert Entry.objects.filter(event="second_check.record").count() == 3
    assert month_of(month, people.auditor).state == "closed"
    assert verify_ledger().fault is None


def test_the_fingerprint_is_in_the_ledger_before_the_seed_and_the_draw_can_be_redone_from_it(people: People) -> None:
    month, media = wiped(2)
    draw_second_checks(month, actor=people.verifier)
    freeze, drawn = Entry.objects.filter(subject_kind="period").order_by("id")
    frozen, told = json.loads(freeze.body)["facts"], json.loads(drawn.body)["facts"]
    codes = sorted(medium.code for medium in media)
    assert frozen["population_sha256"] == population_sha256("".join(f"{code}\n" for code in codes))
    assert "seed" not in frozen
    assert told["media"] == [one.code for one in draw(codes, told["seed"], frozen["sample"])]


def test_a_public_number_counts_only_after_the_freeze(people: People) -> None:
    month, _media = wiped(2)
    with pytest.raises(RuleBroken, match="Freeze the month first"):
        draw_second_checks(month, actor=people.verifier, seed="07 11 18 23 34 41")
    freeze_period(month, actor=people.verifier)
    with pytest.raises(Conflict):
        freeze_period(month, actor=people.verifier)
    with pytest.raises(BadInput):
        draw_second_checks(month, actor=people.verifier, seed="7")
    period = draw_second_checks(month, actor=people.verifier, seed=" 07 11  18 23 34 41 ")
    assert (period.seed, period.seed_source) == ("07 11 18 23 34 41", "public")
    with pytest.raises(Conflict, match="drawn already"):
        draw_second_checks(month, actor=people.verifier)


def test_a_month_that_is_not_over_or_has_nothing_is_not_frozen(people: People) -> None:
    journeys.make(Status.SANITISED)
    with pytest.raises(Conflict, match="not over"):
        freeze_period(f"{timezone.localdate():%Y-%m}", actor=people.verifier)
    with pytest.raises(RuleBroken, match="nothing to check"):
        freeze_period("2020-02", actor=people.verifier)
    for none in ("2026-13", "2026", "x", "0001-01", "9999-12", "2026-1"):
        with pytest.raises(BadInput):
            freeze_period(none, actor=people.verifier)
    assert months(people.verifier) == []


def test_only_a_verifier_draws_checks_and_closes(people: People) -> None:
    month, (medium,) = wiped(1)
    for who in (people.technician, people.auditor, people.approver, people.administrator):
        for deed in (
            lambda who=who: freeze_period(month, actor=who),
            lambda who=who: draw_second_checks(month, actor=who),
            lambda who=who: look(month, medium, people, actor=who),
            lambda who=who: excuse_second_check(month, medium.code, actor=who),
            lambda who=who: close_period(month, actor=who),
        ):
            with pytest.raises(NotAllowed):
                deed()


def test_nobody_checks_their_own_sanitisation_and_the_database_agrees(people: People) -> None:
    month, (medium,) = wiped(1)
    draw_second_checks(month, actor=people.verifier)
    both = person("technician")
    both.groups.set(people.verifier.groups.all())
    with pytest.raises(RuleBroken, match="yourself"):
        look(month, medium, people, actor=type(both).objects.get(pk=both.pk))
    check = SecondCheck.objects.get()
    stored = check.sanitisation.evidence
    with pytest.raises(DatabaseError, match="own sanitisation"), transaction.atomic():
        SecondCheck.objects.filter(pk=check.pk).update(
            outcome="passed", how="laboratory", evidence=stored, checked_at=timezone.now(), checked_by=both
        )


def test_a_second_check_needs_another_tool_and_its_proof(people: People) -> None:
    month, (medium,) = wiped(1)
    draw_second_checks(month, actor=people.verifier)
    for wrong in ({"tool": "HDPARM "}, {"tool": " "}, {"how": "guessed"}, {"data": b""}):
        with pytest.raises(BadInput):
            look(month, medium, people, **wrong)
    with pytest.raises(NotFound):
        look(month, journeys.make(Status.SANITISED).media.get(), people)
    look(month, medium, people)
    with pytest.raises(Conflict):
        look(month, medium, people)


@pytest.mark.parametrize("status", [Status.HANDED_OVER, Status.RECYCLED])
def test_what_has_left_is_excused_by_what_the_ledger_knows(people: People, status: Status) -> None:
    month, (medium,) = wiped(1, status)
    draw_second_checks(month, actor=people.verifier)
    with pytest.raises(RuleBroken, match="cannot be checked any more"):
        look(month, medium, people)
    assert excuse_second_check(month, medium.code, actor=people.verifier).excuse == status
    close_period(month, actor=people.verifier)
    assert month_of(month, people.verifier).excused == 1


def test_what_was_destroyed_is_excused_and_what_is_here_is_not(people: People) -> None:
    month, (gone, here) = wiped(2)
    draw_second_checks(month, actor=people.verifier)
    photo = {"data": b"photo", "name": "p.jpg", "method": "shred"}
    destroy(gone.code, actor=people.technician, witness=people.verifier, **photo)  # type: ignore[arg-type]
    assert excuse_second_check(month, gone.code, actor=people.verifier).excuse == "destroyed"
    with pytest.raises(RuleBroken, match="has to be checked"):
        excuse_second_check(month, here.code, actor=people.verifier)


def test_what_was_put_in_doubt_before_the_freeze_is_not_drawn(people: People) -> None:
    month, (first, second) = wiped(2)
    Medium.objects.get(pk=first.pk)
    photo = {"data": b"photo", "name": "p.jpg", "method": "shred"}
    destroy(first.code, actor=people.technician, witness=people.verifier, **photo)  # type: ignore[arg-type]
    assert freeze_period(month, actor=people.verifier).population.split() == [second.code]


def test_the_database_holds_the_draw_and_the_close(people: People) -> None:
    month, media = wiped(2)
    draw_second_checks(month, actor=people.verifier)
    look(month, media[0], people)
    now, who = timezone.now(), people.verifier
    done = SecondCheck.objects.get(medium=media[0])
    for deed in (
        lambda: SecondCheckPeriod.objects.update(closed_at=now, closed_by=who),
        lambda: SecondCheckPeriod.objects.update(seed="another"),
        lambda: SecondCheckPeriod.objects.update(drawn_at=now),
        lambda: SecondCheckPeriod.objects.update(population="AAAAAAAAA\n"),
        lambda: SecondCheckPeriod.objects.update(sample_size=1),
        lambda: SecondCheckPeriod.objects.all().delete(),
        lambda: SecondCheck.objects.filter(pk=done.pk).update(outcome="failed"),
        lambda: SecondCheck.objects.exclude(pk=done.pk).update(medium=media[0]),
        lambda: SecondCheck.objects.exclude(pk=done.pk).update(outcome="passed", checked_at=now, checked_by=who),
        lambda: SecondCheck.objects.all().delete(),
        lambda: SecondCheck.objects.create(
            period=done.period, medium=media[0], sanitisation=done.sanitisation, place=3, rank_sha256="0" * 64
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    look(month, media[1], people)
    close_period(month, actor=people.verifier)
    with pytest.raises(DatabaseError), transaction.atomic():
        SecondCheckPeriod.objects.update(closed_at=None, closed_by=None)


def test_a_failed_second_check_sends_the_batch_back_and_excuses_what_was_drawn_of_it(people: People) -> None:
    month, (bad, other) = wiped(2)
    draw_second_checks(month, actor=people.verifier)
    look(month, bad, people, passed=False)
    bad.refresh_from_db()
    other.refresh_from_db()
    assert (bad.state, bad.failures, other.state) == (MediumState.FAILED, 1, MediumState.PENDING)
    assert excuse_second_check(month, other.code, actor=people.verifier).excuse == "wiped_again"
    close_period(month, actor=people.verifier)
    found = month_of(month, people.auditor)
    assert (found.done, found.failed, found.excused) == (2, 1, 1)
    assert verify_ledger().fault is None
