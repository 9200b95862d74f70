"""What is posted before the closing and typed in after it: in the round while the post has time, never lost."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from backend.demonstration.clock import clock_at
from inventory.allocation.commands import finish_round, open_round
from inventory.allocation.models import Round
from inventory.allocation.outcomes import paper_of
from inventory.allocation.queries import missed_pools, round_taking
from inventory.allocation.round_models import FrozenPool
from inventory.allocation.sharing import draw_pool, freeze_pool
from inventory.allocation.taking_in import take_in
from inventory.associations.commands import Wish
from inventory.associations.models import Association, Request
from inventory.errors import BadInput, Conflict
from inventory.lifecycle import Status
from inventory.reports.whereabouts import stations
from tests.inventory.allocation.test_sharing import NUMBERS, asked, association
from tests.inventory.pages.seen import words
from tests.journeys import make
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def closing(people: People) -> dt.datetime:
    """A round that closed yesterday; the post has three days more."""
    for _ in range(2):
        make(Status.READY)
    moment = timezone.now() - dt.timedelta(days=1)
    with clock_at(moment - dt.timedelta(days=5)):
        asked(people, association(people, "À temps"), 3, 10)
    open_round(
        "2026-9",
        actor=people.programme_officer,
        opens_on=timezone.localdate(moment) - dt.timedelta(days=9),
        closes_at=moment,
        grace_days=3,
    )
    return moment


def posted(people: People, body: Association, day: dt.datetime, **more: Any) -> Request:
    facts: dict[str, Any] = {"channel": "post", "dated_by": "postmark", "received_at": day, **more}
    return take_in(
        actor=people.counter_clerk,
        association=body.code,
        purpose="Un atelier hebdomadaire.",
        people_served=10,
        wishes=[Wish("desktop", 3)],
        **facts,
    )


def frozen(people: People, number: str = "2026-9") -> FrozenPool:
    return freeze_pool(number, "computers", actor=people.programme_officer)


def waited(pool: FrozenPool) -> dict[str, int]:
    return {one["id"]: one["waited"] for one in json.loads(paper_of(pool, "inputs")[0])["associations"]}


def test_a_letter_posted_before_the_closing_and_typed_in_after_it_takes_part(
    people: People, closing: dt.datetime
) -> None:
    body = association(people, "Par la poste")
    made = posted(people, body, closing - dt.timedelta(days=2))
    assert round_taking(made) == Round.objects.get(number="2026-9")
    with clock_at(closing + dt.timedelta(days=3, minutes=1)):
        assert body.code in waited(frozen(people))
    letter = made.letters.get(kind="late_entry")
    assert letter.language == "fr"
    assert ["Participe à", "2026-9"] in letter.content["rows"]


def test_nothing_is_frozen_nor_finished_while_the_post_has_time(people: People, closing: dt.datetime) -> None:
    with pytest.raises(Conflict, match="may still come until"):
        frozen(people)
    with pytest.raises(Conflict):
        finish_round("2026-9", actor=people.programme_officer)
    with clock_at(closing + dt.timedelta(days=3, minutes=1)):
        made = frozen(people)
    fields = {name: getattr(made, name) for name in ("round", "policy", "inputs", "commitment", "frozen_by")}
    with pytest.raises(IntegrityError, match="may still come"), transaction.atomic():
        FrozenPool.objects.create(pool="screens", frozen_at=closing + dt.timedelta(hours=1), **fields)
    with pytest.raises(IntegrityError, match="does not move"), transaction.atomic():
        Round.objects.filter(number="2026-9").update(closes_at=closing - dt.timedelta(days=2))


def test_what_is_typed_in_after_the_freeze_keeps_its_date_and_counts_a_round_waited(
    people: People, closing: dt.datetime
) -> None:
    late, fresh = association(people, "Trop tard"), association(people, "Nouvelle")
    with clock_at(closing + dt.timedelta(days=3, minutes=1)):
        assert late.code not in waited(frozen(people))
        draw_pool("2026-9", "computers", NUMBERS, actor=people.programme_officer)
    make(Status.READY)
    with clock_at(closing + dt.timedelta(days=6)):
        made = posted(people, late, closing - dt.timedelta(days=1))
        assert [one.pool for one in missed_pools(made)] == ["computers"]
        assert round_taking(made) is None
        asked(people, fresh, 1, 10)
        with translation.override("en"):
            here = next(one for one in stations(made) if one.here)
        assert "2026-9" in here.said
        assert "its date" in here.said
    letter = made.letters.get(kind="late_entry")
    assert "figé" in " ".join(letter.content["paragraphs"])
    stamp = Request.objects.get(pk=made.pk).received_at
    assert timezone.localdate(stamp) == timezone.localdate(closing - dt.timedelta(days=1))
    with clock_at(closing + dt.timedelta(days=30)):
        open_round(
            "2026-10",
            actor=people.programme_officer,
            opens_on=timezone.localdate() - dt.timedelta(days=9),
            closes_at=timezone.now(),
            grace_days=0,
        )
        told = waited(frozen(people, "2026-10"))
    assert (told[late.code], told[fresh.code]) == (1, 0)


def test_who_asks_in_time_gets_no_second_letter_and_who_asks_late_neither(people: People, closing: dt.datetime) -> None:
    body = association(people, "Demain")
    made = posted(people, body, timezone.now(), channel="counter", dated_by="stamp")
    assert [one.kind for one in made.letters.all()] == ["receipt"]


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_the_letter_is_in_the_language_of_its_association(people: People, closing: dt.datetime, language: str) -> None:
    body = association(people, "La Poste")
    Association.objects.filter(pk=body.pk).update(official_language=language)
    made = posted(people, body, closing - dt.timedelta(days=2))
    title = made.letters.get(kind="late_entry").content["title"]
    assert (
        title == {"fr": "À quel tour participe votre demande", "nl": "Aan welke ronde uw aanvraag deelneemt"}[language]
    )


def test_the_round_says_who_came_late_and_when_it_can_be_frozen(desk, people: People, closing: dt.datetime) -> None:
    made = posted(people, association(people, "Par la poste"), closing - dt.timedelta(days=2))
    window = desk("programme_officer")
    page = words(window.get(reverse("round", args=["2026-9"])))
    assert "the post has until" in page
    assert "Freeze it once the post has had its time" in page
    assert made.reference in page
    assert "takes part" in page
    assert "its date lies before the closing" in words(window.get(reverse("request_receipt", args=[made.reference])))
    with clock_at(closing + dt.timedelta(days=3, minutes=1)):
        frozen(people)
        later = posted(people, association(people, "Encore"), closing - dt.timedelta(days=2))
    page = words(window.get(reverse("round", args=["2026-9"])))
    assert "next round, with its date" in page
    receipt = words(window.get(reverse("request_receipt", args=[later.reference])))
    assert "Round 2026-9 was frozen before your request was typed in" in receipt


def test_the_closing_and_the_days_of_the_post_are_public(people: People) -> None:
    open_round(
        "2026-11",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=1),
        closes_at=timezone.now() + dt.timedelta(days=3),
    )
    page = words(Client().get(reverse("public_rounds")))
    assert "Round 2026-11 closes for every way of asking at the same moment" in page
    assert "is taken in until" in page


def test_the_days_of_the_post_are_counted(people: People) -> None:
    facts = {"opens_on": dt.date(2026, 1, 1), "closes_at": timezone.now()}
    for wrong in (-1, 31):
        with pytest.raises(BadInput, match="between 0 and 30"):
            open_round("2026-12", actor=people.programme_officer, grace_days=wrong, **facts)
