"""Many letters of a recall are written once by a worker, and set in volumes, whatever happens on the way."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from django.urls import reverse

from inventory.associations.filing_models import Letter
from inventory.documents import spool
from inventory.errors import BadInput, NotAllowed, NotFound
from inventory.handover import recalling
from inventory.jobs.attempts import claim, work_off
from inventory.jobs.kinds import Lane
from inventory.jobs.models import Job, JobState
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests import journeys
from tests.people import People

pytestmark = pytest.mark.django_db

WORDS = {"words_fr": "Ne chargez plus la batterie, rapportez-la.", "words_nl": "Laad de batterij niet, breng ze terug."}


@pytest.fixture
def held() -> None:
    for _each in range(3):
        journeys.make(Status.HANDED_OVER)


def _asked(people: People) -> Job:
    return recalling.ask_recall(actor=people.warehouse_keeper, make="Fictor", **WORDS)


def test_a_worker_writes_them_once_and_sets_them_in_volumes(held: None, people: People, monkeypatch: Any) -> None:
    monkeypatch.setattr(recalling, "VOLUME", 2)
    job = _asked(people)
    assert not Letter.objects.filter(kind="recall").exists()
    work_off({"recall": recalling.set_recall}, list(Lane))
    job.refresh_from_db()
    assert (job.state, job.total) == (JobState.DONE, 3)
    numbers = list(Letter.objects.filter(kind="recall").order_by("number").values_list("number", flat=True))
    with spool.laid(job.code) as archive:
        pages = {name: len(pikepdf.open(io.BytesIO(archive.read(name))).pages) for name in archive.namelist()}
    assert pages == {f"{numbers[0]}_{numbers[1]}.pdf": 2, f"{numbers[2]}_{numbers[2]}.pdf": 1}
    assert Entry.objects.filter(event="recall.write").count() == 1


def test_begun_anew_it_writes_no_letter_twice(held: None, people: People, monkeypatch: Any) -> None:
    job = _asked(people)
    setting = recalling.letters_pdf

    def died(_letters: Any) -> bytes:
        raise OSError("the disk is full")

    monkeypatch.setattr(recalling, "letters_pdf", died)
    attempt = claim(list(Lane))
    assert attempt is not None
    with pytest.raises(OSError, match="full"):
        recalling.set_recall(attempt)
    attempt.give_back()
    monkeypatch.setattr(recalling, "letters_pdf", setting)
    work_off({"recall": recalling.set_recall}, list(Lane))
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert Letter.objects.filter(kind="recall").count() == 3


def test_too_many_for_one_page_go_to_the_worker(held: None, desk: Any, people: People, monkeypatch: Any) -> None:
    monkeypatch.setattr("inventory.pages.aftercare.AT_ONCE", 2)
    answer = desk("warehouse_keeper").post(reverse("recall_letters"), {"make": "Fictor", **WORDS})
    job = Job.objects.get(kind="recall")
    assert answer["Location"] == reverse("job", args=[job.code])
    with pytest.raises(BadInput):
        recalling.write_recall(actor=people.warehouse_keeper, make="Fictor", most=2, **WORDS)
    with pytest.raises(NotAllowed):
        recalling.ask_recall(actor=people.counter_clerk, make="Fictor", **WORDS)
    with pytest.raises(NotFound):
        recalling.ask_recall(actor=people.warehouse_keeper, make="Nobody", **WORDS)
