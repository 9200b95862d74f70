"""What is composed is what `qrcode` makes, module for module, and an independent decoder reads it."""

from __future__ import annotations

import random

import pytest
import qrcode
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.exceptions import DataOverflowError
from qrcode.util import MODE_ALPHA_NUM, QRData

from inventory.devices.tags import new_tag, tag_url
from labels.composing import LEVELS, composed
from labels.layout import symbols_for
from labels.render import Matrix, matrix

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
HOSTS = ("relais.brussels.example", "r.be", "reemploi.hergebruik.brussels.example")


def _rows(code: qrcode.QRCode) -> tuple[int, ...]:
    return tuple(int("".join("1" if dark else "0" for dark in row), 2) for row in code.modules)


def _by_qrcode(text: str, version: int, level: str) -> tuple[int, ...]:
    code = qrcode.QRCode(version, LEVELS[level])
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM))
    code.make()
    return _rows(code)


def _read(code: Matrix) -> list[str]:
    side = code.size * 3
    picture = Image.new("1", (side + 24, side + 24), 1)
    picture.paste(code.image().resize((side, side)), (12, 12))
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def _compare(addresses: int) -> None:
    for number in range(addresses):
        url = tag_url(new_tag(), HOSTS[number % len(HOSTS)])
        symbol = symbols_for(url)[0]
        code = qrcode.QRCode(symbol.version, LEVELS[symbol.level])
        code.add_data(url)
        code.make()
        assert code.version == symbol.version
        ours = matrix(url, symbol)
        assert ours.rows == _rows(code), url
        assert _read(ours) == [url]


def test_a_hundred_addresses_are_the_symbols_that_qrcode_makes_by_default() -> None:
    _compare(102)


@pytest.mark.long
def test_thousands_of_addresses_are_the_symbols_that_qrcode_makes_by_default() -> None:
    _compare(4000)


@settings(max_examples=150, deadline=None)
@given(st.text(LETTERS, max_size=25), st.integers(2, 4), st.sampled_from("LMQ"))
def test_any_capitals_and_digits_are_the_symbol_that_qrcode_makes(text: str, version: int, level: str) -> None:
    assert composed(text, version, level) == _by_qrcode(text, version, level)


@pytest.mark.parametrize("version", range(1, 11))
def test_every_version_is_composed_right_from_empty_to_full(version: int) -> None:
    chance = random.Random(version)
    capacity = (16, 29, 47, 67, 87, 108, 125, 157, 189, 221)[version - 1]
    # The last lengths leave no room for a terminator or for padding.
    for length in (0, 1, capacity - 2, capacity - 1, capacity):
        text = "".join(chance.choices(LETTERS, k=length))
        assert composed(text, version, "Q") == _by_qrcode(text, version, "Q")


def test_other_text_and_larger_symbols_are_left_to_qrcode() -> None:
    code = qrcode.QRCode(3, LEVELS["M"])
    code.add_data("https://relais.brussels.example/é")
    code.make()
    assert composed("https://relais.brussels.example/é", 3, "M") == _rows(code)
    assert composed("ABC", 11, "M") == _by_qrcode("ABC", 11, "M")


def test_a_text_that_does_not_fit_is_refused_as_by_qrcode() -> None:
    with pytest.raises(DataOverflowError):
        composed("A" * 48, 3, "Q")
