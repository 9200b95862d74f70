"""Every label of every paper is read by two readers with nothing in common, worn by a tenth and held askew."""

from __future__ import annotations

import io
import subprocess
from dataclasses import replace

import pytest
from PIL import Image

from inventory.devices.tags import tag_url
from inventory.errors import BadInput
from inventory.scanning.models import ActName
from labels.contents import ACTS, CITY_LINES, MODE_LINES
from labels.designs import Label
from labels.render import _drawing, fits, label_image, sheet_pdf
from labels.stocks import STOCKS
from tests.documents import needs_poppler
from tests.labels.marks import by_opencv, by_zxing, crooked, worn

HOST = "relais.brussels.example"
TAGS = ("7K3QX9M21", "00000012J", "ZZZZZZZZM")
RESOLUTIONS = (203, 300, 600)
SAMPLE = [(key, dpi) for key in ("L7160", "DK-11209", "18939") for dpi in RESOLUTIONS]
EVERYTHING = [(key, dpi) for key in STOCKS for dpi in RESOLUTIONS]


def device(tag=TAGS[0]):
    return Label(tag, tag_url(tag, HOST), "Écran · Beeldscherm", *CITY_LINES, "02 000 00 00", logo=True)


def designs():
    shelf = Label("W1", f"HTTPS://{HOST}/M/MOVE/W1-A-03".upper(), "Dépôt · Magazijn", *CITY_LINES, "", (("W1-A-03",),))
    cards = [Label(act, f"HTTPS://{HOST}/M/{act}".upper(), "", *MODE_LINES, "", (ACTS[act],)) for act in ActName]
    return [device(tag) for tag in TAGS] + [shelf, *cards]


def code_of(label, stock, dpi):
    place = _drawing(label, stock, dpi)[0].qr
    dots, quiet = dpi / 25.4, 4 * place.module
    return (place.box.x + quiet) * dots, (place.box.y + quiet) * dots, (place.box.width - 2 * quiet) * dots, 0.0


def refused(label, stock, dpi=None):
    """Whether a card's words have no room beside its code: said with the reason. A device's label always has room."""
    try:
        _drawing(label, stock, dpi)
    except BadInput:
        return bool(label.rows)
    return False


def read_all(label, key, dpi):
    stock = STOCKS[key]
    if not fits(label.url, stock, dpi=dpi):
        return
    if refused(label, stock, dpi):
        return
    picture = label_image(label, stock, dpi=dpi)
    scratched = worn(picture, code_of(label, stock, dpi))
    for seen in (crooked(picture, 0), crooked(scratched, 0), crooked(picture), crooked(scratched)):
        assert by_zxing(seen) == [label.url]
        assert by_opencv(seen) == [label.url]


def test_a_scratch_takes_a_tenth_of_the_code():
    label, stock = device(), STOCKS["L7160"]
    left, top, side, _none = code_of(label, stock, 600)
    area = (round(left), round(top), round(left + side), round(top + side))
    white = Image.new("L", (1600, 1000), 0)
    after = worn(white, (left, top, side, 0.0)).crop(area)
    assert sum(after.histogram()[128:]) / (after.width * after.height) == pytest.approx(0.10, abs=0.01)


@pytest.mark.parametrize(("key", "dpi"), SAMPLE)
def test_the_usual_papers_are_read_by_both_worn_and_askew(key, dpi):
    read_all(device(), key, dpi)


@pytest.mark.long
@pytest.mark.parametrize(("key", "dpi"), EVERYTHING)
def test_every_label_of_every_paper_is_read_by_both_worn_and_askew(key, dpi):
    for label in designs():
        read_all(label, key, dpi)


def rasterised(pdf, dpi):
    run = subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-singlefile", "-"], input=pdf, capture_output=True, check=True
    )
    return Image.open(io.BytesIO(run.stdout))


def read_sheet(key, dpi):
    stock = STOCKS[key]
    labels = [replace(label, logo=True) for label in designs() if fits(label.url, stock) and not refused(label, stock)]
    for label in labels:
        page = rasterised(sheet_pdf([label], stock), dpi)
        wide = page.crop((0, 0, min(page.width, round(stock.label[0] * dpi / 25.4) + 300), page.height))
        wide = wide.crop(
            (0, 0, wide.width, min(page.height, round((stock.label[1] + stock.margin[1]) * dpi / 25.4) + 60))
        )
        assert by_zxing(crooked(wide)) == [label.url]
        assert by_opencv(crooked(wide)) == [label.url]


@needs_poppler
@pytest.mark.parametrize("dpi", RESOLUTIONS)
def test_a_printed_sheet_is_read_by_both(dpi):
    read_sheet("70x37", dpi)


@needs_poppler
@pytest.mark.long
@pytest.mark.parametrize(("key", "dpi"), EVERYTHING)
def test_every_printed_sheet_is_read_by_both(key, dpi):
    read_sheet(key, dpi)
