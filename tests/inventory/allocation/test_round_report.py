"""The public report of a round and its replays: figures that anybody can recompute, and channels on a par or not."""

from __future__ import annotations

import datetime as dt
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from inventory.allocation.deciding import decide_round, publish_round
from inventory.allocation.models import Round
from inventory.allocation.outcomes import frozen_pool, paper_of
from inventory.allocation.points import adopt_points
from inventory.allocation.replaying import draw_influence, points_influence, replayed
from inventory.allocation.sharing import freeze_pool
from inventory.associations.models import Request
from inventory.errors import NotFound
from inventory.lifecycle import Status
from inventory.reports.fairness import Asked, gaps, gini, jain
from inventory.reports.parity import parity
from inventory.reports.rounds import commitments, published, report_of
from tests.inventory.allocation.test_deciding import ACT, drawn
from tests.inventory.allocation.test_sharing import asked, association
from tests.inventory.pages.seen import words
from tests.journeys import make
from tests.people import People

__all__ = ["drawn"]

CHANNELS = ("counter", "online", "post", "telephone")


@given(st.lists(st.floats(0.01, 1000), min_size=1, max_size=50))
def test_jain_and_gini_stay_within_their_bounds_and_see_equality(values: list[float]) -> None:
    found, other = jain(values), gini(values)
    assert found is not None
    assert other is not None
    assert 1 / len(values) - 1e-9 <= found <= 1 + 1e-9
    assert -1e-9 <= other <= 1
    assert jain([3.0] * len(values)) == pytest.approx(1)
    assert gini([3.0] * len(values)) == pytest.approx(0)


def test_jain_and_gini_of_who_has_everything_and_of_nothing() -> None:
    assert jain([5.0, 0.0, 0.0, 0.0]) == pytest.approx(0.25)
    assert gini([5.0, 0.0, 0.0, 0.0]) == pytest.approx(0.75)
    assert (jain([]), gini([]), jain([0.0]), gini([0.0])) == (None, None, None, None)


def lines(gap: float, seed: int = 7, associations: int = 200) -> list[Asked]:
    """A city's requests, 15 % by post; `gap` is what paper truly loses."""
    chance = random.Random(seed)
    made = []
    for number in range(associations):
        channel = chance.choices(CHANNELS, (30, 40, 15, 15))[0]
        band = chance.choice(("04", "08"))
        for _ in range(chance.choice((1, 2, 3, 4))):
            size = chance.choice(("1-2", "3-5"))
            base = 0.5 + chance.uniform(-0.3, 0.3) - (gap if channel == "post" else 0)
            made.append(Asked(f"A-{number}", channel, f"computers|{size}|{band}", band, min(1.0, max(0.0, base))))
    return made


def test_a_channel_that_truly_loses_is_seen_and_the_others_are_not_accused() -> None:
    told = {gap.channel: gap for gap in gaps(lines(0.15), CHANNELS, "2026")}
    assert told["post"].behind
    assert not told["post"].parity
    assert told["post"].low is not None
    assert told["post"].high is not None
    assert told["post"].low < -0.15 < told["post"].high
    assert not any(told[channel].behind for channel in ("counter", "online", "telephone"))


def test_where_nothing_is_lost_no_alarm_is_raised_and_parity_is_shown() -> None:
    false = sum(gap.behind for seed in range(6) for gap in gaps(lines(0, seed), CHANNELS, f"{seed}"))
    assert false <= 3
    assert all(gap.parity for gap in gaps(lines(0, 1), CHANNELS, "1"))
    assert gaps(lines(0), CHANNELS, "x") == gaps(lines(0), CHANNELS, "x")


def test_too_few_associations_are_not_told_apart() -> None:
    for gap in gaps(lines(0, associations=9), CHANNELS, "2026"):
        if gap.associations < 5:
            assert (gap.share, gap.difference, gap.p, gap.behind) == (None, None, None, False)
    assert [gap.difference for gap in gaps([], CHANNELS, "2026")] == [None] * 4


@pytest.mark.django_db
def test_a_past_round_is_replayed_under_another_policy_and_nothing_is_stored(
    people: People, drawn: tuple[Round, dict[str, Request]]
) -> None:
    found, wanted = drawn
    frozen = frozen_pool(found.number, "computers", people.auditor)
    before = paper_of(frozen, "result")
    assert replayed(frozen).changes == ()
    flat = adopt_points(
        "2027-1",
        actor=people.approver,
        valid_from=timezone.localdate() + dt.timedelta(days=30),
        bands=[(None, 1)],
        reference="CC-2026-40",
    )
    codes = {name: one.association.shares_as for name, one in wanted.items()}
    moved = replayed(frozen, version=flat.version)
    assert {name: (was, now) for name, was, now in moved.changes} == {codes["large"]: (3, 2), codes["small"]: (1, 2)}
    assert moved.moved == 1
    assert replayed(frozen, delta=(0, 1), floor=0).before == 5
    with pytest.raises(NotFound):
        replayed(frozen, version="nowhere")
    draw, points = draw_influence(frozen), points_influence(frozen)
    assert (draw.runs, draw.associations, points.runs) == (20, 4, 20)
    assert draw.most <= 1
    assert 0 <= points.moved < 0.5
    assert paper_of(frozen, "result") == before


@pytest.mark.django_db
def test_only_a_published_round_has_a_report_and_its_files_prove_it_to_anybody(
    people: People, drawn: tuple[Round, dict[str, Request]], tmp_path: Path
) -> None:
    found, wanted = drawn
    visitor = Client()
    here = reverse("public_round", args=[found.number])
    assert visitor.get(here).status_code == 404
    assert frozen_pool(found.number, "computers", people.auditor).commitment in words(
        visitor.get(reverse("public_rounds"))
    )
    decide_round(found.number, actor=people.approver, decided_on=timezone.localdate(), **ACT)
    assert visitor.get(reverse("public_round_file", args=[found.number, "computers", "result"])).status_code == 404
    publish_round(found.number, actor=people.programme_officer)
    assert [one.round for one in published()] == [found]
    assert not commitments().exists()
    page = words(visitor.get(here))
    for text in ("CC-2026-118", "5 of 5 devices shared out among 4 associations", "Grande", "too few to tell", "< 5"):
        assert text in page
    assert "nothing is concluded" in page
    for hidden in (wanted["lot"].association.name, wanted["lot"].reference):
        assert hidden not in page
    paths = []
    for what in ("certificate", "round", "result"):
        answer = visitor.get(reverse("public_round_file", args=[found.number, "computers", what]))
        paths.append(tmp_path / what)
        paths[-1].write_bytes(answer.content)
    run = subprocess.run([sys.executable, "-I", *map(str, paths)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    report = report_of(found.number)
    result = json.loads(paths[2].read_text())
    assert sum(units for _name, units in report.pools[0].awards) == result["units"]["awarded"]
    assert sum(count for _name, count in report.pools[0].distribution) == len(result["counts"])
    assert (report.pools[0].nothing, report.pools[0].never) == (1, 1)


@pytest.mark.django_db
def test_parity_counts_what_was_handed_over_within_six_months_of_the_stamp(people: People) -> None:
    today = timezone.localdate()
    assert parity(today - dt.timedelta(days=9000)).lines == 0
    request = asked(people, association(people, "Une"), 2, 10, channel="post")
    Request.objects.filter(pk=request.pk).update(received_at=timezone.now() - dt.timedelta(days=250))
    found = parity(today + dt.timedelta(days=1))
    assert found.lines == 1
    assert not found.whole
    late = asked(people, association(people, "Tard"), 2, 10)
    assert late.received_at > timezone.now() - dt.timedelta(days=100)
    assert parity(today + dt.timedelta(days=2)).lines == 1


@pytest.mark.django_db
def test_colleagues_ask_what_if_on_its_page(desk, people: People, drawn: tuple[Round, dict[str, Request]]) -> None:
    found, _wanted = drawn
    here = reverse("round_what_if", args=[found.number, "computers"])
    window = desk("auditor")
    assert "What the outcome depends on" in words(window.get(here))
    page = words(window.get(here, {"delta": "1", "floor": "0"}))
    assert "What would change" in page
    assert window.get(here, {"floor": "-3"}).status_code == 422
    assert desk("association_member").get(here).status_code == 403
    make(Status.READY, "screen")
    screen = asked(people, association(people, "Écran"), 1, 10)
    screen.lines.update(category="screen")
    Request.objects.filter(pk=screen.pk).update(received_at=timezone.now() - dt.timedelta(days=3))
    freeze_pool(found.number, "screens", actor=people.programme_officer)
    assert window.get(reverse("round_what_if", args=[found.number, "screens"])).status_code == 404
