"""Every paper's numbers hold: nothing off the page, nothing on a neighbour, nothing too small to scan."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import BadInput
from labels.layout import (
    LEAST_DOTS,
    LEAST_MODULE,
    Symbol,
    boxes,
    ink_area,
    least_module,
    module_within,
    places,
    shortened,
    symbols_for,
    wrapped,
)
from labels.stocks import STOCKS, USUAL_STOCK, LabelStock

every_stock = pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)


def width_of(text, size, face):
    return len(text) * size


@every_stock
def test_no_label_lies_off_the_page_or_on_another(stock):
    page = boxes(stock)
    assert len(page) == stock.count == stock.columns * stock.rows
    for box in page:
        assert box.x >= 0
        assert box.y >= 0
        assert box.right <= stock.page[0] + 0.01
        assert box.bottom <= stock.page[1] + 0.01
    for one, other in combinations(page, 2):
        apart = one.right <= other.x + 1e-6 or one.bottom <= other.y + 1e-6 or other.right <= one.x + 1e-6
        assert apart


@every_stock
def test_labels_are_in_reading_order_and_the_sheet_is_centred(stock):
    page = boxes(stock)
    assert all((one.y, one.x) < (other.y, other.x) for one, other in pairwise(page))
    assert page[0].x == pytest.approx(stock.page[0] - page[-1].right, abs=0.1)
    assert page[0].y == pytest.approx(stock.page[1] - page[-1].bottom, abs=0.1)


@every_stock
def test_ink_keeps_off_the_cut_and_off_what_a_printer_cannot_reach(stock):
    area, page = ink_area(stock), boxes(stock)
    assert area.x >= 1
    assert area.y >= 1
    assert area.right <= stock.label[0] - 1
    assert area.bottom <= stock.label[1] - 1
    for box in (page[0], page[-1]):
        assert stock.edge[0] - 1e-6 <= box.x + area.x
        assert box.x + area.right <= stock.page[0] - stock.edge[0] + 1e-6
        assert stock.edge[1] - 1e-6 <= box.y + area.y
        assert box.y + area.bottom <= stock.page[1] - stock.edge[1] + 1e-6


def test_the_usual_stock_is_one_of_them_and_eighteen_are_sheets():
    assert USUAL_STOCK in STOCKS
    assert sum(stock.is_sheet for stock in STOCKS.values()) == 18


@pytest.mark.parametrize(
    "change",
    [
        {"rows": 10},
        {"columns": 4},
        {"columns": 0},
        {"margin": (20, 15)},
        {"margin": (-1, 15)},
        {"gap": (-1, 0)},
        {"label": (0, 38.1)},
    ],
)
def test_paper_whose_numbers_cannot_be_true_is_refused(change):
    with pytest.raises(BadInput, match="do not fit on their page"):
        boxes(replace(STOCKS["L7160"], **change))


def test_labels_begin_at_the_first_free_place_and_go_on_to_the_next_page():
    stock = LabelStock("two by two", (50, 50), 2, 2)
    found = [(page, box.x, box.y) for page, box in islice(places(stock, 4), 3)]
    assert found == [(0, 50, 50), (1, 0, 0), (1, 50, 0)]


@pytest.mark.parametrize("first", [0, -1, 22])
def test_a_first_place_the_sheet_does_not_have_is_refused(first):
    with pytest.raises(BadInput, match="between 1 and 21"):
        next(places(STOCKS["L7160"], first))


def test_an_address_of_the_city_is_a_version_3_code_of_level_q():
    assert symbols_for("HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/7K3QX9M21") == [Symbol(3, "Q")]
    assert symbols_for("A" * 48) == [Symbol(4, "Q"), Symbol(3, "M")]


def test_a_link_longer_than_sixty_characters_is_refused():
    assert symbols_for("A" * 60)
    with pytest.raises(BadInput, match="61 characters"):
        symbols_for("A" * 61)


@pytest.mark.parametrize("text", ["", "https://relais.example/t/7k3qx9m21", "É"])
def test_what_the_dense_mode_cannot_hold_is_refused(text):
    with pytest.raises(BadInput, match="cannot be a QR code"):
        symbols_for(text)


@given(st.floats(0.05, 2), st.sampled_from([None, 203, 300, 600, 1200]))
def test_a_module_is_whole_dots_and_never_below_the_least(most, dpi):
    module = module_within(most, dpi)
    if module is None:
        assert most < least_module(dpi) + 1e-6
    else:
        assert LEAST_MODULE <= module <= most + 1e-6
    if module is not None and dpi is not None:
        dots = module * dpi / 25.4
        assert dots == pytest.approx(round(dots))
        assert round(dots) >= LEAST_DOTS


def test_a_line_breaks_evenly_in_two_and_never_in_three():
    assert wrapped("one two", 7, 1, "text", width_of) == ["one two"]
    assert wrapped("one two three", 8, 1, "text", width_of) == ["one two", "three"]
    assert wrapped("one two three four", 5, 1, "text", width_of) is None
    assert wrapped("", 5, 1, "text", width_of) == [""]


def test_a_cut_text_says_that_it_goes_on():
    assert shortened("refurbished", 20, 1, "text", width_of) == "refurbished"
    assert shortened("refurbished", 6, 1, "text", width_of) == "refur…"
    assert shortened("refurbished", 1, 1, "text", width_of) == ""
