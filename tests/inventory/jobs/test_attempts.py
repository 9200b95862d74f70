"""Long work survives whoever works on it: leases, fences, cancelling, and ends that are written once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from backend.jobs import HANDLERS
from inventory.errors import BadInput, Conflict, NotFound
from inventory.jobs import signs
from inventory.jobs.attempts import MOST_ATTEMPTS, Attempt, Cancelled, Superseded, claim, work, work_off
from inventory.jobs.commands import cancel, enqueue
from inventory.jobs.kinds import JOB_KINDS, Lane
from inventory.jobs.models import Job, JobState
from inventory.jobs.queries import job_of, jobs_of, neglected
from inventory.jobs.stopping import stop

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(people):
    return enqueue("evidence", actor=people.technician, total=10)


def lapse(job):
    """The worker died a while ago."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - dt.timedelta(seconds=1))


def state_of(job):
    job.refresh_from_db()
    return job.state


def test_every_kind_of_work_has_somebody_who_does_it():
    assert set(HANDLERS) == set(JOB_KINDS)


def test_work_is_taken_once_and_in_order(people, job):
    later = enqueue("evidence", actor=people.technician)
    first, second = claim([Lane.SHORT]), claim([Lane.SHORT])
    assert (first.job, second.job) == (job, later)
    assert claim([Lane.SHORT]) is None
    assert claim([Lane.LONG]) is None


def test_a_dead_workers_job_is_taken_over_and_the_late_first_one_writes_nothing_more(job):
    first = claim(list(Lane))
    first.progress(4)
    lapse(job)
    second = claim(list(Lane))
    assert second.number == first.number + 1
    with pytest.raises(Superseded):
        first.progress(5)
    with pytest.raises(Superseded), first.closing():
        raise AssertionError("the late one came in")
    first.end(JobState.FAILED)
    assert state_of(job) == JobState.RUNNING
    with second.closing():
        pass
    assert state_of(job) == JobState.DONE


def test_effects_and_end_stand_together_or_not_at_all(people, job):
    attempt = claim(list(Lane))

    def breaks_off(running: Attempt) -> None:
        with running.closing():
            enqueue("evidence", actor=people.driver)
            raise RuntimeError("the power went")

    work(attempt, breaks_off)
    assert state_of(job) == JobState.RUNNING
    assert not Job.objects.filter(asked_by=people.driver).exists()
    again = claim(list(Lane))
    assert again.job == job, "it is free again at once"


def test_a_job_that_kills_every_worker_ends_with_a_sentence(job):
    def breaks_off(running: Attempt) -> None:
        raise RuntimeError("again")

    assert work_off({"evidence": breaks_off}, list(Lane)) == MOST_ATTEMPTS + 1
    assert state_of(job) == JobState.FAILED
    assert f"begun {MOST_ATTEMPTS} times" in job.why


def test_a_refusal_ends_the_work_and_is_told_in_the_readers_language(job, settings):
    from django.utils import translation

    def refuses(running: Attempt) -> None:
        raise BadInput("There is no status '%(status)s'.", status="flying")

    work(claim(list(Lane)), refuses)
    assert state_of(job) == JobState.FAILED
    assert job.why == "There is no status 'flying'."
    with translation.override("fr"):
        assert job.why != "There is no status 'flying'."
        assert "flying" in job.why


def test_cancelled_before_it_began_it_never_begins(people, job):
    cancel(job.code, actor=people.technician)
    assert state_of(job) == JobState.CANCELLED
    assert claim(list(Lane)) is None
    with pytest.raises(Conflict):
        cancel(job.code, actor=people.technician)


def test_cancelled_under_way_it_stops_at_its_next_step(people, job):
    seen = []

    def handler(running: Attempt) -> None:
        seen.append(1)
        cancel(job.code, actor=people.technician)
        with pytest.raises(Cancelled):
            running.progress(2)
        with running.closing():
            seen.append(2)

    work(claim(list(Lane)), handler)
    assert state_of(job) == JobState.CANCELLED
    assert seen == [1]


def test_work_in_one_long_transaction_says_how_far_it_is_and_can_be_stopped(people, job):
    seen = []

    def handler(running: Attempt) -> None:
        with running.closing(long=True):
            signs.show(job.code, 1_004)
            Job.objects.filter(pk=job.pk).update(total=2_000)
            job.refresh_from_db()
            seen.append((job.so_far, job.percent, job.said))
            stop(job.code, actor=people.technician)
            running.tell(1_005)

    work(claim(list(Lane)), handler)
    assert state_of(job) == JobState.CANCELLED
    assert seen == [(1_004, 50, "1,004 of 2,000")]
    assert (signs.shown(job.code), signs.stop_asked(job.code)) == (0, False)


def test_work_of_somebody_else_is_nobodys_business_but_the_administrators(people, job):
    for reader in (people.verifier, people.auditor):
        with pytest.raises(NotFound):
            job_of(job.code, reader)
        with pytest.raises(NotFound):
            cancel(job.code, actor=reader)
        assert list(jobs_of(reader)) == []
    assert list(jobs_of(people.technician)) == list(jobs_of(people.administrator)) == [job]


def test_an_account_closed_meanwhile_does_nothing_more(people, job):
    people.technician.is_active = False
    people.technician.save()
    work(claim(list(Lane)), lambda running: running.actor and None)
    assert state_of(job) == JobState.FAILED
    assert "closed" in job.why


def test_work_that_nobody_does_is_noticed(job):
    assert neglected() == 0
    Job.objects.filter(pk=job.pk).update(asked_at=timezone.now() - dt.timedelta(minutes=2))
    assert neglected() == 1


def test_the_database_lets_no_ended_work_go_on(job, people):
    cancel(job.code, actor=people.technician)
    for change in ({"state": "waiting", "ended_at": None}, {"done": 3}):
        with pytest.raises(DatabaseError, match="has ended"), transaction.atomic():
            Job.objects.filter(pk=job.pk).update(**change)


def test_the_database_lets_no_attempt_go_back(job):
    claim(list(Lane))
    with pytest.raises(DatabaseError, match="earlier"), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(attempt=0)
