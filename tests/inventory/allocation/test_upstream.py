"""What a report tells beside the sharing: time until complete by channel, tenths, no small group, who pays why."""

from __future__ import annotations

import datetime as dt
import math
import random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from backend.demonstration.clock import clock_at
from inventory.allocation.commands import open_round
from inventory.allocation.deciding import decide_round, publish_round
from inventory.allocation.explanations import explained
from inventory.allocation.models import Round
from inventory.allocation.pins import PIN_REASONS, bill, set_pin
from inventory.allocation.sharing import draw_pool, freeze_pool
from inventory.associations.filing_models import Letter
from inventory.associations.filings import ask_for_more, lodge
from inventory.associations.models import Request
from inventory.lifecycle import Status
from inventory.reports.breakdown import cells, deciles
from inventory.reports.fairness import SMALL
from inventory.reports.rounds import report_of
from inventory.reports.upstream import Course, fisher, log_rank, scores, upstream
from tests.api.programs import Program, done
from tests.inventory.allocation.test_deciding import ACT, body, decided, drawn
from tests.inventory.allocation.test_sharing import NUMBERS, asked
from tests.inventory.pages.seen import words
from tests.journeys import make
from tests.people import People

__all__ = ["drawn"]

CHANNELS = ("counter", "online", "post", "telephone")


def courses(delay: float, seed: int = 7, associations: int = 160) -> list[Course]:
    """Days until a request is complete in a city; `delay` is what paper truly loses, in days."""
    chance = random.Random(seed)
    made = []
    for number in range(associations):
        channel = chance.choices(CHANNELS, (30, 30, 25, 15))[0]
        band = chance.choice(("04", "08"))
        for _ in range(chance.choice((1, 2, 3))):
            days = chance.expovariate(1 / 5) + (delay if channel == "post" else 0)
            made.append(Course(f"A-{number}", channel, band, days, chance.random() < 0.9))
    return made


def test_a_channel_that_is_slower_is_seen_and_the_others_are_not_accused() -> None:
    told = log_rank(courses(4), CHANNELS, "2026")
    assert told["post"] is not None
    assert told["post"] < 0.05
    assert all((told[channel] or 0) > 0.05 for channel in ("counter", "online", "telephone"))
    assert told == log_rank(courses(4), CHANNELS, "2026")


def test_where_no_channel_is_slower_alarms_are_rare() -> None:
    told = [p for seed in range(8) for p in log_rank(courses(0, seed), CHANNELS, f"{seed}").values()]
    assert sum(p is not None and p < 0.05 for p in told) <= 4
    assert log_rank([], CHANNELS, "x") == dict.fromkeys(CHANNELS)
    assert log_rank(courses(0, associations=8), CHANNELS, "x")["post"] is None


@given(st.integers(0, 10**6))
def test_the_scores_of_each_stratum_sum_to_nothing(seed: int) -> None:
    """Observed less expected over everybody is nought: the definition of the log-rank test."""
    for stratum in ("04", "08"):
        some = [one for one in courses(0, seed, 20) if one.stratum == stratum]
        assert sum(score for _name, _channel, score in scores(some)) == pytest.approx(0, abs=1e-9)


@given(st.integers(0, 12), st.integers(1, 12), st.integers(0, 12), st.integers(1, 12))
def test_fishers_test_counts_every_table_with_the_same_totals(a: int, n: int, b: int, m: int) -> None:
    a, b = min(a, n), min(b, m)
    every = [(k, math.comb(n, k) * math.comb(m, a + b - k)) for k in range(n + 1) if 0 <= a + b - k <= m]
    exact = sum(ways for k, ways in every if k <= a) / sum(ways for _k, ways in every)
    assert fisher(a, n, b, m) == pytest.approx(exact)
    assert 0 < fisher(a, n, b, m) <= 1


@given(st.lists(st.sampled_from(["1000", "1020", "1080", ""]), max_size=40))
def test_no_group_is_told_that_is_small_or_that_leaves_a_small_rest(places: list[str]) -> None:
    group = {f"A-{number}": place for number, place in enumerate(places)}
    shares = dict.fromkeys(group, (4, 2))
    told = cells(group, shares)
    assert all(cell.associations >= SMALL for cell in told)
    left = len(places) - sum(cell.associations for cell in told)
    assert left == 0 or not told


def test_tenths_are_told_of_ten_associations_and_more() -> None:
    assert deciles([0.5] * 9) == ()
    assert deciles([number / 10 for number in range(11)]) == (10, 20, 30, 40, 50, 60, 70, 80, 90)


@pytest.mark.django_db
def test_a_request_that_missed_something_is_complete_when_it_was_completed(people: People) -> None:
    now = timezone.now()
    wanted = []
    with clock_at(now - dt.timedelta(days=30)):
        for number in range(12):
            channel = "post" if number < 6 else "counter"
            wanted.append(asked(people, body(people, f"Une {number}"), 1, 10, channel=channel))
    open_round(
        "2026-9",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=60),
        closes_at=now - dt.timedelta(days=20),
        grace_days=0,
    )
    with clock_at(now - dt.timedelta(days=29)):
        for one in wanted[:3]:
            ask_for_more(one.reference, actor=people.counter_clerk, what="Le nombre de personnes manque.")
    with clock_at(now - dt.timedelta(days=10)):
        lodge(
            wanted[0].reference,
            "complete",
            actor=people.counter_clerk,
            channel="post",
            answers={"words": "Environ cinquante.", "people_served": 50},
        )
        lodge(wanted[1].reference, "withdraw", actor=people.counter_clerk, channel="post", answers={})
    told = {one.channel: one for one in upstream(timezone.localdate() + dt.timedelta(days=1))}
    post, counter = told["post"], told["counter"]
    assert (post.requests, post.valid, post.asked_again) == (6, 0.5, 0.5)
    assert post.rejected == pytest.approx(1 / 6)
    assert (counter.valid, counter.asked_again, counter.rejected) == (1.0, 0.0, 0.0)
    assert post.valid_p == pytest.approx(fisher(3, 6, 6, 6))
    assert (told["online"].requests, told["online"].valid) == (0, None)


@pytest.mark.django_db
def test_the_report_stands_beside_the_last_one_and_tells_no_small_group(people: People) -> None:
    now = timezone.now()
    for _ in range(16):
        make(Status.READY)
    for number, days in (("2026-8", 20), ("2026-9", 1)):
        with clock_at(now - dt.timedelta(days=days)):
            for place in range(12):
                made = body(people, f"{number} {place}", "nl" if place < 3 else "fr")
                type(made).objects.filter(pk=made.pk).update(
                    nis_code="21004" if place < 6 else "21012",
                    publics={"seniors": 40, "children": 9} if place < 5 else {"children": 12} if place < 10 else {},
                )
                asked(people, made, 2 + place % 3, 30 * place)
            open_round(
                number,
                actor=people.programme_officer,
                opens_on=timezone.localdate() - dt.timedelta(days=9),
                closes_at=timezone.now(),
                grace_days=0,
            )
            freeze_pool(number, "computers", actor=people.programme_officer)
            draw_pool(number, "computers", NUMBERS, actor=people.programme_officer)
            decide_round(number, actor=people.approver, decided_on=timezone.localdate(), **ACT)
            publish_round(number, actor=people.programme_officer)
            Request.objects.filter(state="received").update(state="withdrawn")
    (pool,) = report_of("2026-9").pools
    assert pool.last is not None
    assert (pool.last.number, pool.last.stock) == ("2026-8", 16)
    assert report_of("2026-8").pools[0].last is None
    assert len(pool.breakdown.deciles) == 9
    assert [cell.associations for cell in pool.breakdown.places] == [6, 6]
    assert [cell.associations for cell in pool.breakdown.languages] == [12]
    # Two tell no public: they stand with the smallest group, so that nobody finds them by subtracting.
    assert sorted(cell.associations for cell in pool.breakdown.publics) == [5, 7]
    page = words(Client().get(reverse("public_round", args=["2026-9"])))
    for text in (
        "Beside the last round",
        "By municipality",
        "By the public they reach most",
        "How much of what they asked for",
        "Before the sharing",
    ):
        assert text in page
    assert "By official language" not in page
    shown = done(Program(people.auditor).get("/rounds/2026-9/report"))
    assert shown["pools"][0]["last"]["number"] == "2026-8"
    assert [one["associations"] for one in shown["pools"][0]["places"]] == [6, 6]
    assert sum(one["associations"] for one in shown["pools"][0]["publics"]) == 12


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "nl"])
def test_whoever_pays_for_a_pin_reads_its_reason_and_nothing_of_whom(people: People, language: str) -> None:
    for _ in range(2):
        make(Status.READY)
    favoured, payer = body(people, "Favorisée"), body(people, "Payante", language)
    asked(people, favoured, 2, 10)
    paying = asked(people, payer, 2, 900)
    found: Round = open_round(
        "2026-9",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
        grace_days=0,
    )
    here = (found.number, "computers", favoured.code)
    cost = bill(*here, people.approver, at_least=2)
    secret = "La présidente était malade en mars, avec certificat."
    set_pin(*here, actor=people.approver, reason="urgent", words=secret, seen=cost.fingerprint, at_least=2)
    freeze_pool(found.number, "computers", actor=people.programme_officer)
    draw_pool(found.number, "computers", NUMBERS, actor=people.programme_officer)
    decided(people)
    text = " ".join(Letter.objects.get(kind="decision", request=paying).content["paragraphs"])
    with translation.override(language):
        assert str(PIN_REASONS["urgent"]) in text
    for hidden in (secret, "Favorisée", favoured.code):
        assert hidden not in text
    (line,) = explained(paying, what_if=False)
    assert line.paid_for == ("urgent",)
