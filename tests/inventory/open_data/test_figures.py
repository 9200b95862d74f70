"""The public figures of a year: a range with its set of factors, the same as the tables, and nobody ranked."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from backend.demonstration.clock import clock_at
from inventory.handover.commands import take_back
from inventory.lifecycle import Status
from inventory.reports.figures import figures_of
from inventory.reports.open_data.co2 import CO2, factor_sets, factors_of
from inventory.reports.open_data.commands import freeze_statement
from inventory.reports.plots import ranges
from tests import journeys
from tests.inventory.pages.seen import words
from tests.people import People

THIS = timezone.localdate().year
SET = factor_sets()[0]


@given(st.sampled_from(sorted(SET.kinds)), st.integers(1, 5000))
def test_what_is_avoided_is_always_a_range(kind: str, devices: int) -> None:
    low, high = SET.avoided(kind, devices)
    assert low < high
    assert high <= devices * SET.kinds[kind].high


def test_a_laptop_is_reckoned_as_the_method_says() -> None:
    # 0.25 × 182.3 × 3/5 - 5 and 0.75 × 265.3 × 3/5 - 2, for ten of them.
    assert SET.avoided("laptop", 10) == (Decimal(223), Decimal(1174))


def test_a_year_keeps_the_set_that_held_at_its_end() -> None:
    assert factors_of(1999) is None
    assert all(one.name and one.dated and one.sources and one.licence for one in factor_sets())
    assert len({one.name for one in factor_sets()}) == len(factor_sets())


@pytest.mark.django_db
def test_what_came_back_avoided_nothing(people: People) -> None:
    journeys.make(Status.HANDED_OVER)
    back = journeys.make(Status.HANDED_OVER, "screen")
    assert [row[1:3] for row in CO2.rows(THIS)] == [("desktop", 1), ("screen", 1)]
    take_back(back.tag, actor=people.warehouse_keeper, reason="defective", location="W1")
    assert [row[1:3] for row in CO2.rows(THIS)] == [("desktop", 1)]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_page_tells_range_set_and_counts_and_ranks_no_association(people: People, language: str) -> None:
    device = journeys.make(Status.HANDED_OVER)
    visitor = Client(headers={"accept-language": language})
    answer = visitor.get(f"/public/figures/{THIS}/")
    page = words(answer)
    low, high = (f"{value:f}" for value in SET.avoided("desktop", 1))
    assert re.search(rf"{low}\D+{high}\s+kg CO2e", page)
    assert SET.name in page
    assert device.agreement_items.get().agreement.association.name not in page
    assert answer.content.count(b'class="plot"') == 4
    assert "style=" not in answer.content.decode()


@pytest.mark.django_db
def test_the_figures_are_those_of_the_frozen_tables(people: People) -> None:
    with clock_at(timezone.make_aware(dt.datetime.combine(dt.date(THIS - 1, 7, 1), dt.time(10)))):
        journeys.make(Status.HANDED_OVER)
    for code in ("subsidies", "movements", "kilograms", "co2"):
        freeze_statement(code, THIS - 1, actor=people.programme_officer)
    found = figures_of(THIS - 1)
    assert (found.frozen, found.devices, found.associations) == (True, 1, 1)
    assert dict(found.months)["07"] == 1
    assert found.factors == SET
    with clock_at(timezone.make_aware(dt.datetime.combine(dt.date(THIS - 1, 8, 1), dt.time(10)))):
        journeys.make(Status.HANDED_OVER)
    assert figures_of(THIS - 1).devices == 1
    assert Client().get("/public/figures/").status_code == 200
    assert Client().get("/public/figures/1991/").status_code == 404


def test_ranges_are_drawn_on_a_scale_that_holds_nought() -> None:
    plot = ranges([("a", -5.0, 10.0), ("b", 2.0, 3.0)])
    assert plot.rows[0].low_x < plot.zero < plot.rows[1].low_x < plot.rows[1].high_x < plot.rows[0].high_x
    assert ranges([]).rows == ()
