"""Paper of one's own: measured, checked as the makers' papers are, refused at its field, corrected, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from inventory.devices.tags import tag_url
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.ledger.models import Entry
from labels.commands import Measures, correct_paper, define_paper, withdraw_paper
from labels.designs import Label, device_label
from labels.jobs import stock_named, usable_stocks
from labels.layout import LEAST_DOTS, LEAST_MODULE, QUIET_MODULES, boxes
from labels.measures import refuse_impossible
from labels.models import LabelPaper
from labels.outlines import page_svg
from labels.paper_forms import MeasuresForm
from labels.render import _width_in_pdf, fits, refuse_too_small
from labels.stocks import STOCKS, LabelStock
from tests.journeys import declared

HERMA = Measures(
    page_width=Decimal(210),
    page_height=Decimal(297),
    label_width=Decimal("63.5"),
    label_height=Decimal("33.9"),
    columns=3,
    rows=8,
    gap_x=Decimal("2.5"),
    left=Decimal("7.25"),
    top=Decimal("12.9"),
)
URL = tag_url("7K3QX9M21", "relais.brussels.example")
LABEL = Label("7K3QX9M21", URL, "Écran · Beeldscherm", "Ville de Bruxelles", "Stad Brussel", "02 000 00 00")

papers = st.builds(
    LabelStock,
    name=st.just("own"),
    label=st.tuples(st.floats(5, 120), st.floats(5, 120)),
    columns=st.integers(0, 6),
    rows=st.integers(0, 12),
    gap=st.tuples(st.floats(-1, 5), st.floats(-1, 5)),
    margin=st.tuples(st.floats(-1, 20), st.floats(-1, 20)),
    page=st.sampled_from([(210.0, 297.0), (148.0, 210.0), (62.0, 29.0), (90.0, 38.0)]),
    edge=st.tuples(st.floats(0, 6), st.floats(0, 6)),
    roll=st.booleans(),
)


def hold(stock, dpi):
    """What must be true of every label that is printed at all."""
    page = boxes(stock)
    for box in page:
        assert box.x >= 0
        assert box.y >= 0
        assert box.right <= stock.page[0] + 0.011
        assert box.bottom <= stock.page[1] + 0.011
    for one, other in combinations(page[: stock.columns * 2], 2):
        assert one.right <= other.x + 1e-6 or one.bottom <= other.y + 1e-6 or other.right <= one.x + 1e-6
    if not fits(URL, stock, dpi=dpi):
        with pytest.raises(BadInput, match="too small") as caught:
            refuse_too_small(URL, stock, dpi=dpi)
        assert caught.value.facts["needed"]
        return
    drawing = device_label(LABEL, stock, width_of=_width_in_pdf, dpi=dpi)
    code, module = drawing.qr.box, drawing.qr.module
    assert module >= LEAST_MODULE - 1e-9
    assert code.width == pytest.approx((drawing.qr.symbol.modules + 2 * QUIET_MODULES) * module)
    assert QUIET_MODULES >= 4
    assert code.x >= 0
    assert code.y >= 0
    assert code.right <= stock.label[0]
    assert code.bottom <= stock.label[1]
    assert all(line.x >= code.right - 1e-6 for line in drawing.lines)
    assert drawing.qr.symbol.level in {"Q", "M"}
    if dpi:
        dots = module * dpi / 25.4
        assert dots == pytest.approx(round(dots))
        assert round(dots) >= LEAST_DOTS


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
@pytest.mark.parametrize("dpi", [None, 180, 203, 300, 600])
def test_every_paper_in_the_list_holds_or_is_refused_with_the_reason(stock, dpi):
    refuse_impossible(stock)
    hold(stock, dpi)


@given(papers, st.sampled_from([None, 203, 300, 600]))
def test_any_paper_somebody_measures_holds_or_is_refused_at_its_field(stock, dpi):
    try:
        refuse_impossible(stock)
        fault = ""
    except BadInput as refusal:
        fault = refusal.facts["field"]
    if fault:
        assert fault in MeasuresForm.base_fields
    else:
        hold(stock, dpi)


@pytest.mark.parametrize(
    ("change", "field", "mend"),
    [
        ({"columns": 4}, "columns", "fewer columns"),
        ({"rows": 9}, "rows", "fewer rows"),
        ({"columns": 1, "left": Decimal(200)}, "left", "left margin"),
        ({"columns": 1, "label_width": Decimal(250)}, "label_width", "measure label"),
        ({"label_height": Decimal(2)}, "label_height", "between 8 and 420"),
        ({"gap_x": Decimal(-1)}, "gap_x", "between 0 and 420"),
        ({"columns": 0}, "columns", "at least one label"),
        ({"roll": True}, "columns", "On a roll"),
        ({"label_width": Decimal(20), "label_height": Decimal(10)}, "stock", "too small"),
    ],
)
def test_measures_that_cannot_be_are_refused_with_field_and_mend(people, change, field, mend):
    with pytest.raises(BadInput, match=mend) as caught:
        define_paper("Herma 4677", replace(HERMA, **change), actor=people.technician)
    assert caught.value.facts["field"] == field
    assert not LabelPaper.objects.exists()


def test_a_paper_of_ones_own_is_used_like_any_other(client, people):
    paper = define_paper("Herma 4677", HERMA, actor=people.technician)
    assert (paper.key, paper.stock.count) == ("herma-4677", 24)
    assert usable_stocks()["herma-4677"].label == (63.5, 33.9)
    client.force_login(people.technician)
    tag = declared().tag
    asked = {"tags": tag, "stock": "herma-4677", "first": 24, "copies": 1, "dpi": 300, "design": "device"}
    assert client.post(reverse("label_sheet"), asked).content.startswith(b"%PDF")
    entry = Entry.objects.get(subject_kind="paper")
    assert (entry.event, entry.subject_key) == ("paper.define", "herma-4677")


def test_a_name_is_given_once_and_needs_something_to_be_called_by(people):
    define_paper("Herma 4677", HERMA, actor=people.technician)
    with pytest.raises(Conflict, match="already"):
        define_paper("HERMA  4677", HERMA, actor=people.technician)
    with pytest.raises(Conflict, match="already"):
        define_paper("L7160", HERMA, actor=people.technician)
    with pytest.raises(BadInput, match="letters or digits"):
        define_paper("–", HERMA, actor=people.technician)


def test_a_paper_is_measured_again_and_withdrawn_by_those_who_label(people):
    define_paper("Herma 4677", HERMA, actor=people.technician)
    with pytest.raises(NotAllowed):
        correct_paper("herma-4677", HERMA, actor=people.auditor)
    again = correct_paper("herma-4677", replace(HERMA, top=Decimal("12.75")), actor=people.warehouse_keeper)
    assert again.stock.margin == (7.25, 12.75)
    withdraw_paper("herma-4677", actor=people.technician)
    assert "herma-4677" not in usable_stocks()
    with pytest.raises(BadInput, match="no label paper"):
        stock_named("herma-4677")
    for act in (
        lambda: withdraw_paper("herma-4677", actor=people.technician),
        lambda: correct_paper("L7160", HERMA, actor=people.technician),
    ):
        with pytest.raises(NotFound):
            act()
    assert [entry.event for entry in Entry.objects.filter(subject_kind="paper").order_by("id")] == [
        "paper.define",
        "paper.correct",
        "paper.withdraw",
    ]


@pytest.mark.parametrize("change", [{"columns": 4}, {"label_width": -1}, {"roll": True}, {"top": 200}])
def test_the_database_refuses_it_too(people, change):
    paper = define_paper("Herma 4677", HERMA, actor=people.technician)
    with pytest.raises(IntegrityError), transaction.atomic():
        LabelPaper.objects.filter(pk=paper.pk).update(**change)


def test_the_pages_show_measure_correct_and_withdraw(client, people):
    client.force_login(people.technician)
    listed = client.get(reverse("label_papers")).content.decode()
    assert "Avery L7160" in listed
    assert "too small: the QR code needs" in listed
    facts = {name: str(getattr(HERMA, name)) for name in Measures.__slots__} | {"roll": "sheet", "name": "Herma 4677"}
    wrong = client.post(reverse("label_paper_new"), {**facts, "columns": "4"})
    assert wrong.status_code == 422
    assert "Take fewer columns" in wrong.content.decode()
    small = client.post(reverse("label_paper_new"), {**facts, "label_height": "10"})
    assert "too small" in small.content.decode()
    client.post(reverse("label_paper_new"), facts)
    address = reverse("label_paper", args=["herma-4677"])
    assert 'value="63.50"' in client.get(address).content.decode()
    assert client.post(address, {**facts, "rows": "7"}).status_code == 302
    assert LabelPaper.objects.get().rows == 7
    drawing = client.get(reverse("label_outline", args=["herma-4677"]), {"first": 3, "count": 2})
    assert drawing["Content-Type"] == "image/svg+xml"
    assert drawing.content.decode().count("<rect") == 1 + 21
    client.post(reverse("label_paper_withdraw", args=["herma-4677"]))
    assert client.get(address).status_code == 404
    client.force_login(people.auditor)
    assert client.get(reverse("label_papers")).status_code == 403
    assert client.get(reverse("label_paper_new")).status_code == 403
    assert client.get(reverse("label_outline", args=["L7160"])).status_code == 403


def test_the_api_takes_the_same_measures_and_gives_the_same_refusals(client, people):
    client.force_login(people.technician)
    facts = {name: str(getattr(HERMA, name)) for name in Measures.__slots__ if name != "roll"} | {"name": "Herma 4677"}
    made = client.post("/api/labels/stocks", facts, content_type="application/json")
    assert (made.status_code, made.json()["labels"]) == (201, 24)
    wrong = client.put("/api/labels/stocks/herma-4677", {**facts, "columns": 4}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["facts"]["field"]) == (422, "columns")
    assert client.post("/api/labels/stocks/herma-4677/withdraw").status_code == 200
    assert client.post("/api/labels/stocks/L7160/withdraw").status_code == 404


def test_a_drawing_shows_what_is_used_up_and_what_will_be_printed():
    drawing = page_svg(STOCKS["L7160"], first=3, count=2)
    assert (drawing.count("#D9DCE1"), drawing.count("#CFE6E3")) == (2, 2)
