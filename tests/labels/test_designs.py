"""The device label keeps its order of importance on every paper, and nothing is cut off or overlaps."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from inventory.devices.tags import grouped, tag_url
from inventory.errors import BadInput
from labels.designs import CAPITAL, LEAST_TEXT, Label, device_label
from labels.layout import ink_area
from labels.stocks import STOCKS

HOST = "relais.brussels.example"
LABEL = Label(
    tag="7K3QX9M21",
    url=tag_url("7K3QX9M21", HOST),
    kind="Ordinateur portable · Laptop",
    fr="Ville de Bruxelles · réemploi",
    nl="Stad Brussel · hergebruik",
    phone="02 000 00 00",
)
# 10 mm high: the smallest QR code of the city's address with its quiet zone is 12.9 mm.
TOO_SMALL = "L4731"
# On tape of 18 mm 11.6 mm are printed: room for the code, but not in whole dots at 300 an inch.
NARROW = {TOO_SMALL, "DK-11221", "DK-11218", "TZe-12", "TZe-18"}
ROOMY = {key: stock for key, stock in STOCKS.items() if key not in NARROW}
every_roomy_stock = pytest.mark.parametrize("stock", ROOMY.values(), ids=ROOMY)
WIDTH = {"text": 0.62, "strong": 0.72, "tag": 0.602}


def width_of(text, size, face):
    return len(text) * WIDTH[face] * size


@every_roomy_stock
@pytest.mark.parametrize("dpi", [None, 300, 600])
def test_qr_left_tag_right_and_nothing_beyond_the_label_or_on_another_thing(stock, dpi):
    drawing = device_label(LABEL, stock, width_of=width_of, dpi=dpi)
    area, box = ink_area(stock), drawing.qr.box
    assert box.x >= 0.49
    assert box.y >= 0.49
    assert box.bottom <= stock.label[1] - 0.49
    assert drawing.qr.module >= 0.35
    assert box.width == pytest.approx(drawing.qr.module * (drawing.qr.symbol.modules + 8))
    for line in drawing.lines:
        assert line.x >= box.right
        assert line.x + width_of(line.text, line.size, line.face) <= area.right + 1e-6
        assert line.baseline - CAPITAL * line.size >= area.y - 1e-6
        assert line.baseline + 0.24 * line.size <= area.bottom + 1e-6 or line.baseline <= area.bottom + 1e-6
    for upper, lower in pairwise(drawing.lines):
        assert upper.baseline < lower.baseline - CAPITAL * lower.size


@every_roomy_stock
def test_the_tag_is_in_groups_three_millimetres_high_or_more(stock):
    drawing = device_label(LABEL, stock, width_of=width_of)
    rows = [line for line in drawing.lines if line.face == "tag"]
    assert "".join(row.text for row in rows) == grouped(LABEL.tag)
    assert min(row.size for row in rows) * CAPITAL >= 3 - 1e-6


@every_roomy_stock
def test_french_and_dutch_stand_together_or_not_at_all_and_the_telephone_stays(stock):
    text = " ".join(line.text for line in device_label(LABEL, stock, width_of=width_of).lines)
    assert ("réemploi" in text) == ("hergebruik" in text)
    assert LABEL.phone in text
    assert ("Laptop" not in text) or ("réemploi" in text)


@pytest.mark.parametrize("key", ["L7160", "L7161", "L7162", "L7163", "L7164", "L7165", "3490", "70x37", "1271"])
def test_the_usual_papers_say_everything(key):
    lines = device_label(LABEL, STOCKS[key], width_of=width_of).lines
    words = " ".join(line.text for line in lines).replace("· ", "")
    for part in (LABEL.kind, LABEL.fr, LABEL.nl, LABEL.phone):
        assert part.replace("· ", "") in words
    assert min(line.size for line in lines) > LEAST_TEXT


def test_a_text_too_long_for_any_label_ends_in_an_ellipsis():
    endless = replace(LABEL, kind="Station de travail de conception assistée par ordinateur " * 6)
    lines = device_label(endless, STOCKS["L7160"], width_of=width_of).lines
    assert any(line.text.endswith("…") for line in lines)
    assert "hergebruik" in " ".join(line.text for line in lines)


def test_empty_lines_leave_no_holes():
    lines = device_label(Label(LABEL.tag, LABEL.url), STOCKS["L7160"], width_of=width_of).lines
    assert [line.text for line in lines] == ["7K3Q-X9M2-1"]


def test_a_longer_address_takes_weaker_correction_only_where_the_paper_is_small():
    longer = replace(LABEL, url=tag_url(LABEL.tag, "reemploi.hergebruik.brussels.example"))
    assert device_label(longer, STOCKS["L7160"], width_of=width_of).qr.symbol.level == "Q"
    tight = replace(STOCKS["H4201"], label=(45.7, 14.2))
    assert device_label(longer, tight, width_of=width_of).qr.symbol.level == "M"


def test_paper_too_small_is_refused_with_what_the_code_needs():
    with pytest.raises(BadInput, match=r"needs 12\.9 mm a side") as caught:
        device_label(LABEL, STOCKS[TOO_SMALL], width_of=width_of)
    assert caught.value.facts["field"] == "stock"


@pytest.mark.parametrize("key", ["L4731", "L4732", "H4201"])
def test_a_coarse_printer_is_refused_where_four_dots_a_module_find_no_room(key):
    with pytest.raises(BadInput, match="203 dots an inch"):
        device_label(LABEL, STOCKS[key], width_of=width_of, dpi=203)
