"""What printers are told is what was drawn: ZPL and Brother raster are read back dot by dot."""

from __future__ import annotations

import io
import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from inventory.devices.tags import tag_url
from inventory.errors import BadInput
from labels.brother import TAPES, cut_for, raster_commands, tape_of
from labels.contents import CITY_LINES
from labels.designs import Label
from labels.rasters import Raster
from labels.render import label_image, label_png, raster, sheet_pdf, trial_image, trial_sheet_pdf
from labels.stocks import STOCKS
from labels.zebra import zpl
from tests.labels.marks import by_zxing

LABEL = Label(
    "7K3QX9M21", tag_url("7K3QX9M21", "relais.brussels.example"), "Laptop", *CITY_LINES, "02 000 00 00", logo=True
)


def unfolded(words, stride, height):
    """ZPL's compressed hexadecimal, undone by the programming guide."""
    counts = {letter: number for number, letter in enumerate("GHIJKLMNOPQRSTUVWXY", start=1)}
    counts |= {letter: 20 * number for number, letter in enumerate("ghijklmnopqrstuvwxyz", start=1)}
    rows, row, times = [], "", 0
    for sign in words:
        if sign in counts:
            times += counts[sign]
        elif sign == ":":
            rows.append(rows[-1])
        elif sign in ",!":
            rows.append(row.ljust(2 * stride, "0" if sign == "," else "F"))
            row = ""
        else:
            row += sign * max(1, times)
            times = 0
            if len(row) == 2 * stride:
                rows.append(row)
                row = ""
    assert len(rows) == height
    return bytes.fromhex("".join(rows))


def read_zpl(content):
    found = re.fullmatch(
        r"\^XA\^PW(\d+)\^LL(\d+)\^LH0,0\^LT0\^FO0,0\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS\^PQ(\d+)\^XZ\n",
        content.decode("ascii"),
    )
    width, height, total, again, stride = map(int, found.groups()[:5])
    assert total == again == stride * height
    return Raster(width, height, unfolded(found[6], stride, height)), int(found[7])


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_zpl_says_dot_by_dot_what_the_picture_shows(dpi):
    dots = raster(label_image(LABEL, STOCKS["18939"], dpi=dpi))
    content = zpl(dots, 3)
    assert read_zpl(content) == (dots, 3)
    assert len(content) < len(dots.bits)


@given(st.integers(1, 40), st.lists(st.integers(0, 2**40 - 1), min_size=1, max_size=12))
def test_any_picture_survives_zpl(width, rows):
    stride = (width + 7) // 8
    bits = b"".join(((row & ((1 << width) - 1)) << (stride * 8 - width)).to_bytes(stride, "big") for row in rows)
    dots = Raster(width, len(rows), bits)
    assert read_zpl(zpl(dots)) == (dots, 1)


def read_brother(content):
    """The pages of a print job, as rows of 720 pins, by the command reference."""
    stream = io.BytesIO(content)
    assert stream.read(400) == bytes(400)
    assert stream.read(2) == b"\x1b@"
    assert stream.read(4) == b"\x1bia\x01"
    pages, rows, told = [], [], None
    while sign := stream.read(1):
        if sign == b"\x1b":
            assert stream.read(1) == b"i"
            kind = stream.read(1)
            length = {b"z": 10, b"M": 1, b"A": 1, b"K": 1, b"d": 2}[kind]
            value = stream.read(length)
            told = value if kind == b"z" else told
        elif sign == b"M":
            assert stream.read(1) == b"\x00"
        elif sign == b"Z":
            rows.append(bytes(90))
        elif sign == b"g":
            assert stream.read(2) == b"\x00\x5a"
            rows.append(stream.read(90))
        else:
            assert sign in (b"\x0c", b"\x1a")
            assert struct.unpack("<I", told[4:8])[0] == len(rows)
            pages.append((sign, told, rows))
            rows = []
    return pages


@pytest.mark.parametrize("key", [key for key in TAPES if key in STOCKS])
def test_brother_raster_bears_the_label_where_the_tape_is(key):
    tape, stock = TAPES[key], STOCKS[key]
    picture = label_image(LABEL, stock, dpi=300)
    dots = raster(picture, cut_for(tape))
    assert (dots.width, dots.height) == (tape.across, tape.down)
    pages = read_brother(raster_commands([dots, dots], tape))
    assert [sign for sign, _told, _rows in pages] == [b"\x0c", b"\x1a"]
    for number, (_sign, told, rows) in enumerate(pages):
        assert tuple(told[1:4]) == (0x0B if tape.length else 0x0A, tape.width, tape.length)
        assert told[8] == (0 if number == 0 else 1)
        seen = ImageChops.invert(Image.frombytes("1", (720, len(rows)), b"".join(rows)))
        left = tape.right
        beside = seen.copy()
        beside.paste(255, (left, 0, left + tape.across, len(rows)))
        assert beside.getextrema() == (255, 255)
        # Its pins count from the right, so on paper it is the other way round.
        on_paper = seen.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        assert by_zxing(on_paper.convert("L")) == [LABEL.url]


def test_no_ink_of_a_label_is_lost_to_the_edges_of_a_brother():
    for key, tape in TAPES.items():
        picture = label_image(LABEL, STOCKS[key], dpi=300)
        whole, kept = raster(picture), raster(picture, cut_for(tape))
        assert sum(byte.bit_count() for byte in kept.bits) == sum(byte.bit_count() for byte in whole.bits), key


def test_paper_that_no_brother_takes_is_refused():
    with pytest.raises(BadInput, match="does not take"):
        tape_of("18939")


def test_a_nudge_moves_everything_by_its_millimetres():
    stock = STOCKS["99014"]
    still = ImageChops.invert(label_image(LABEL, stock, dpi=300)).getbbox()
    moved = ImageChops.invert(label_image(LABEL, stock, dpi=300, nudge=(2.0, -1.5))).getbbox()
    assert [after - before for before, after in zip(still, moved, strict=True)] == [24, -18, 24, -18]
    assert sheet_pdf([LABEL], STOCKS["L7160"]) != sheet_pdf([LABEL], STOCKS["L7160"], nudge=(1.0, 0.0))


def test_a_test_page_shows_the_borders_of_every_label():
    assert trial_sheet_pdf(STOCKS["L7160"]).startswith(b"%PDF")
    picture = trial_image(STOCKS["18939"], dpi=300, nudge=(0.0, 0.0))
    left, top, right, bottom = ImageChops.invert(picture).getbbox()
    assert (left, top) == pytest.approx((1.5 * 300 / 25.4, 1.5 * 300 / 25.4), abs=2)
    assert (right, bottom) == pytest.approx((74.7 * 300 / 25.4, 23.9 * 300 / 25.4), abs=3)


def test_the_mark_stands_where_no_word_gives_way_to_it():
    with_mark = label_png(LABEL, STOCKS["L7165"])
    plain = Label(LABEL.tag, LABEL.url, LABEL.kind, LABEL.fr, LABEL.nl, LABEL.phone)
    assert with_mark != label_png(plain, STOCKS["L7165"])
    assert label_png(LABEL, STOCKS["H4201"]) == label_png(plain, STOCKS["H4201"])
