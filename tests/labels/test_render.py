"""What is printed is what scans: an independent decoder reads every label on every paper."""

from __future__ import annotations

import io
import subprocess
import tracemalloc

import pikepdf
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from inventory.devices.tags import new_tag, tag_url
from inventory.errors import BadInput
from labels.designs import Label
from labels.render import fits, label_png, matrix, sheet_pdf
from labels.stocks import STOCKS
from tests.documents import needs_poppler, text_of

HOST = "relais.brussels.example"
# 10 mm of paper, 5.6 mm of tape, 17 mm across: the smallest code of the city's address needs more.
TOO_SMALL = {"L4731", "DK-11221", "DK-11218", "TZe-12"}
ROOMY = {key: stock for key, stock in STOCKS.items() if key not in TOO_SMALL}
every_roomy_stock = pytest.mark.parametrize("key", ROOMY)
TOO_COARSE = {(203, key) for key in ("L4732", "H4201", "11355", "DK-11204", "TZe-18")} | {(300, "TZe-18")}


def label(tag=None):
    tag = tag or new_tag()
    return Label(
        tag,
        tag_url(tag, HOST),
        kind="Écran · Beeldscherm",
        fr="Ville de Bruxelles · réemploi",
        nl="Stad Brussel · geïnd, hergebruik",
        phone="02 000 00 00",
    )


def decoded(picture):
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def rasterised(pdf, dpi):
    run = subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-singlefile", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    return Image.open(io.BytesIO(run.stdout))


@every_roomy_stock
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_every_printed_label_decodes_to_its_own_address(key, dpi):
    one, stock = label(), ROOMY[key]
    if (dpi, key) in TOO_COARSE:
        with pytest.raises(BadInput, match="too small for a printer"):
            label_png(one, stock, dpi=dpi)
        return
    picture = Image.open(io.BytesIO(label_png(one, stock, dpi=dpi)))
    assert picture.mode == "1"
    assert picture.size == tuple(round(side * dpi / 25.4) for side in stock.label)
    assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
    # On a black case the label's own white is all the quiet zone there is.
    case = Image.new("L", (picture.width + 200, picture.height + 200), 0)
    case.paste(picture.convert("L"), (100, 100))
    assert decoded(case) == [one.url]


@needs_poppler
@every_roomy_stock
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_every_label_of_a_sheet_decodes(key, dpi):
    stock = ROOMY[key]
    labels = [label() for _place in range(min(stock.count, 12))]
    page = rasterised(sheet_pdf(labels, stock), dpi)
    assert sorted(decoded(page)) == sorted(one.url for one in labels)


@needs_poppler
def test_a_worn_and_crooked_label_still_decodes():
    one = label()
    page = rasterised(sheet_pdf([one], STOCKS["L7160"]), 300).convert("L")
    pen = ImageDraw.Draw(page)
    side = 60  # dots: a scratch over a twentieth of the code
    pen.rectangle((260, 330, 260 + side, 330 + side), fill=255)
    assert decoded(page.rotate(1.5, fillcolor=255)) == [one.url]


@needs_poppler
def test_a_sheet_is_white_but_for_its_labels():
    page = rasterised(sheet_pdf([label()], STOCKS["L7160"], first=21), 100).convert("L")
    used = page.point(lambda light: 255 if light < 250 else 0).getbbox()
    left, top, right, bottom = (dots / 100 * 25.4 for dots in used)
    assert left >= 139
    assert top >= 243
    assert right <= 203
    assert bottom <= 282


@needs_poppler
def test_the_text_layer_bears_tag_french_and_dutch_with_their_accents():
    text = text_of(sheet_pdf([label("7K3QX9M21")], STOCKS["L7160"]))
    for part in ("7K3Q-X9M2-1", "Écran · Beeldscherm", "réemploi", "geïnd, hergebruik", "02 000 00 00"):
        assert part in text


def test_fonts_are_embedded_and_the_same_labels_give_the_same_file():
    labels = [label()]
    pdf = sheet_pdf(labels, STOCKS["L7160"])
    assert pdf == sheet_pdf(labels, STOCKS["L7160"])
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.pages) == 1
        assert [float(side) for side in document.pages[0].mediabox] == pytest.approx([0, 0, 595.28, 841.89], abs=0.01)
        fonts = document.pages[0].resources.Font
        used = [font for font in fonts.values() if font.Subtype == "/TrueType"]
        assert len(used) == 3
        assert all("/FontFile2" in font.FontDescriptor for font in used)


def test_memory_stays_flat_and_a_label_takes_less_than_a_kilobyte():
    def peak_of(count):
        labels = (label() for _number in range(count))
        tracemalloc.start()
        content = sheet_pdf(labels, STOCKS["70x37"])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return len(content), peak

    sheet_pdf([label()], STOCKS["70x37"])
    small, large = peak_of(200), peak_of(1200)
    assert large[0] < 1000 * 1200
    # 10,000 labels more take less than 20 MB.
    assert large[1] - small[1] < 2000 * 1000


def test_copies_and_the_first_free_place_decide_the_number_of_pages():
    labels = [label() for _number in range(4)]
    for first, copies, pages in ((1, 1, 1), (18, 1, 1), (19, 1, 2), (21, 6, 3)):
        with pikepdf.open(io.BytesIO(sheet_pdf(labels, STOCKS["L7160"], first=first, copies=copies))) as document:
            assert len(document.pages) == pages


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"first": 22}, "between 1 and 21"),
        ({"copies": 0}, "between 1 and 50 copies"),
        ({"copies": 51}, "between 1 and 50 copies"),
    ],
)
def test_a_wish_the_paper_cannot_meet_is_refused(wish, sentence):
    with pytest.raises(BadInput, match=sentence):
        sheet_pdf([label()], STOCKS["L7160"], **wish)


def test_no_labels_impossible_paper_and_wild_resolutions_are_refused():
    with pytest.raises(BadInput, match="nothing to print"):
        sheet_pdf([], STOCKS["L7160"])
    with pytest.raises(BadInput, match="too small"):
        sheet_pdf([label()], STOCKS["L4731"])
    with pytest.raises(BadInput, match="dots an inch"):
        label_png(label(), STOCKS["L7160"], dpi=72)


def test_paper_that_is_too_small_is_known_beforehand():
    url = label().url
    assert {key for key, stock in STOCKS.items() if not fits(url, stock)} == TOO_SMALL
    for dpi in (203, 300, 600):
        coarse = {key for known, key in TOO_COARSE if known == dpi}
        assert {key for key, stock in STOCKS.items() if not fits(url, stock, dpi=dpi)} == TOO_SMALL | coarse


def test_a_matrix_is_a_code_that_reads():
    code = matrix("HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/7K3QX9M21")
    assert code.size == 29
    assert len(code.rows) == 29
    picture = Image.new("1", (370, 370), 1)
    picture.paste(code.image().resize((290, 290)), (40, 40))
    assert decoded(picture) == ["HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/7K3QX9M21"]
