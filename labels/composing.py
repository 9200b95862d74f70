"""QR codes at the speed of paper: composed from parts that `qrcode` made once, bit for bit what it would make.

Placing, Reed–Solomon and interleaving are linear over GF(2), masking adds a constant: for a fixed version and error
correction a symbol is a constant XOR one precomputed picture for each four bits of its data (ISO/IEC 18004 §7).
A picture is an integer of one bit a module, row by row, the upper left module highest, 1 dark; above those bits stands
the same once more with rows and columns changed places, so that one pass judges lines both ways.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from itertools import accumulate, product
from operator import getitem, xor
from typing import Final

import qrcode
from qrcode import base, util

LEVELS: Final = {
    "L": qrcode.constants.ERROR_CORRECT_L,
    "M": qrcode.constants.ERROR_CORRECT_M,
    "Q": qrcode.constants.ERROR_CORRECT_Q,
    "H": qrcode.constants.ERROR_CORRECT_H,
}
# Larger symbols stand on no label, and their parts would take seconds to make.
_LARGEST: Final = 10
_MASKS: Final = range(8)
_HEX: Final = "0123456789abcdef"
_LETTERS: Final = util.ALPHA_NUM.decode()
# Two characters in 11 bits, a last single one in 6 (ISO/IEC 18004 §7.4.4).
_SPELLING: Final = {
    **{one: f"{value:06b}" for value, one in enumerate(_LETTERS)},
    **{f"{a}{b}": f"{45 * i + j:011b}" for (i, a), (j, b) in product(enumerate(_LETTERS), repeat=2)},
}
_MODE: Final = f"{util.MODE_ALPHA_NUM:04b}"
_PADDING: Final = f"{util.PAD0:08b}{util.PAD1:08b}"


@dataclass(frozen=True, slots=True)
class _Field:
    """Where in a symbol of `size` modules the patterns lie that cost a mask points (ISO/IEC 18004 §7.8.3)."""

    size: int
    everywhere: int
    # Modules with a neighbour to the left, with ten of them, and (of the lower half) with one above.
    left: int
    ten_left: int
    above: int
    # Points by the number of dark modules.
    balance: tuple[int, ...]

    @classmethod
    def of(cls, size: int) -> _Field:
        rows = sum(1 << size * row for row in range(2 * size))
        area = size * size
        return cls(
            size=size,
            everywhere=(1 << 2 * area) - 1,
            left=rows * ((1 << size - 1) - 1),
            ten_left=rows * ((1 << size - 10) - 1),
            above=(1 << size * (size - 1)) - 1,
            # Spelt as qrcode spells it, so that rounding falls the same way.
            balance=tuple(int(abs(float(dark) / area * 100 - 50) / 5) * 10 for dark in range(area + 1)),
        )

    def lost_points(self, dark: int) -> int:
        """The penalty of a masked picture: what qrcode's `lost_point` says of it."""
        size, left, above = self.size, self.left, self.above
        same = (dark ^ dark >> 1 ^ left) & left
        squares = (dark ^ dark >> size ^ above) & above & same & same >> size
        # Three points for five equal modules in a line and one for each more.
        fives = same & same >> 1
        fives &= fives >> 2
        # Eleven modules that look like a finder: 1011101 with four light ones before or after.
        light = dark ^ self.everywhere
        third = dark & light >> 1 & dark >> 2
        finder = third & dark >> 3 & third >> 4
        four = light & light >> 1
        four &= four >> 2
        finders = (finder & four >> 7 | four & finder >> 4) & self.ten_left
        return (
            self.balance[dark.bit_count() >> 1]
            + 3 * (squares.bit_count() + fives.bit_count())
            - 2 * (fives & fives >> 1).bit_count()
            + 40 * finders.bit_count()
        )


@dataclass(frozen=True, slots=True)
class _Parts:
    """What every symbol of one version and error correction is composed of."""

    field: _Field
    # How many bits tell the length of the text, and how many there are for data.
    length: int
    capacity: int
    # Per hexadecimal digit of the data, the picture of each of its values.
    digits: tuple[dict[str, int], ...]
    # Per mask, the picture of no data: without the format, as masks are judged, and with it.
    drafts: tuple[int, ...]
    blanks: tuple[int, ...]


def composed(text: str, version: int, level: str) -> tuple[int, ...]:
    """The modules of a QR code with its best mask: a row is an integer, the left module highest, 1 dark.

    `version` is 1 to 40, `level` L, M, Q or H. Capitals, digits and ` $%*+-./:` in one alphanumeric segment; any
    other text, and versions over 10, go to qrcode. Raises DataOverflowError when the text does not fit.
    """
    try:
        spelt = "".join([_SPELLING[text[place : place + 2]] for place in range(0, len(text), 2)])
    except KeyError:
        return _made_by_qrcode(text, version, level)
    if not 1 <= version <= _LARGEST:
        return _made_by_qrcode(text, version, level)
    parts = _parts(version, level)
    bits = f"{_MODE}{len(text):0{parts.length}b}{spelt}"
    if len(bits) > parts.capacity:
        return _made_by_qrcode(text, version, level)
    bits += "0" * min(4, parts.capacity - len(bits))
    bits += "0" * (-len(bits) % 8)
    spare = parts.capacity - len(bits)
    bits += (_PADDING * (spare // 16 + 1))[:spare]
    data = reduce(xor, map(getitem, parts.digits, f"{int(bits, 2):0{parts.capacity // 4}x}"))
    # Of equal masks the first, as qrcode chooses.
    lost = [parts.field.lost_points(data ^ draft) for draft in parts.drafts]
    return _rows(data ^ parts.blanks[lost.index(min(lost))], parts.field.size)


def _rows(picture: int, size: int) -> tuple[int, ...]:
    row = (1 << size) - 1
    return tuple([picture >> shift & row for shift in range(size * (size - 1), -1, -size)])


@cache
def _parts(version: int, level: str) -> _Parts:
    blocks = base.rs_blocks(version, LEVELS[level])
    codewords = sum(block.total_count for block in blocks)
    bits = _pictures_of_bits(blocks, _places(version, level, codewords))
    return _Parts(
        field=_Field.of(17 + 4 * version),
        length=util.length_in_bits(util.MODE_ALPHA_NUM, version),
        capacity=len(bits),
        digits=tuple(_values(bits[start : start + 4]) for start in range(0, len(bits), 4)),
        drafts=tuple(_picture(version, level, bytes(codewords), mask, draft=True) for mask in _MASKS),
        blanks=tuple(_picture(version, level, bytes(codewords), mask) for mask in _MASKS),
    )


def _picture(version: int, level: str, codewords: bytes, mask: int, *, draft: bool = False) -> int:
    code: qrcode.QRCode[qrcode.image.base.BaseImage] = qrcode.QRCode(version, LEVELS[level])
    code.data_cache = codewords
    code.makeImpl(draft, mask)
    rows, columns = code.modules, zip(*code.modules, strict=True)
    return int("".join("1" if dark else "0" for line in (*columns, *rows) for dark in line), 2)


def _places(version: int, level: str, codewords: int) -> list[int]:
    """The module of each bit of the codewords. Symbols that spell the bits' own numbers tell all of them at once."""
    numbers = range(1, codewords * 8 + 1)
    blank = _picture(version, level, bytes(codewords), 0)
    size = 17 + 4 * version
    spelt = []
    for digit in reversed(range(numbers[-1].bit_length())):
        plane = int("".join(str(number >> digit & 1) for number in numbers), 2).to_bytes(codewords, "big")
        spelt.append(f"{_picture(version, level, plane, 0) ^ blank:0{2 * size * size}b}"[size * size :])
    found = {int("".join(digits), 2): divmod(module, size) for module, digits in enumerate(zip(*spelt, strict=True))}
    last = size * size - 1
    return [
        1 << last - row * size - column | 1 << 2 * last + 1 - column * size - row
        for row, column in (found[number] for number in numbers)
    ]


def _pictures_of_bits(blocks: list[base.RSBlock], places: list[int]) -> list[int]:
    """The modules that change with each bit of the data, those of the error correction included."""
    # qrcode cannot divide a block of zeros, so that each bit is told by its difference; no bit makes a 3 a 0, and
    # the fewer bytes follow the first that is not 0, the shorter the division.
    ends = accumulate(block.data_count for block in blocks)
    size = 8 * sum(block.data_count for block in blocks)
    plain = sum(3 << size - 8 * end for end in ends)
    reference = _codewords(plain, size, blocks)
    pictures = []
    for bit in range(size):
        lit = _codewords(plain ^ 1 << size - 1 - bit, size, blocks) ^ reference
        spelt = f"{lit:0{len(places)}b}"
        pictures.append(_together(place for place, on in zip(places, spelt, strict=True) if on == "1"))
    return pictures


def _codewords(data: int, size: int, blocks: list[base.RSBlock]) -> int:
    buffer = util.BitBuffer()
    buffer.buffer = list(data.to_bytes(size // 8, "big"))
    return int.from_bytes(util.create_bytes(buffer, blocks), "big")


def _values(bits: list[int]) -> dict[str, int]:
    return {
        digit: _together(picture for power, picture in zip((8, 4, 2, 1), bits, strict=True) if value & power)
        for value, digit in enumerate(_HEX)
    }


def _together(pictures: Iterable[int]) -> int:
    return reduce(xor, pictures, 0)


def _made_by_qrcode(text: str, version: int, level: str) -> tuple[int, ...]:
    code: qrcode.QRCode[qrcode.image.base.BaseImage] = qrcode.QRCode(version, LEVELS[level])
    letters = set(text) <= set(_LETTERS)
    code.add_data(util.QRData(text, mode=util.MODE_ALPHA_NUM) if letters else text)
    code.make(fit=False)
    return tuple(int("".join("1" if dark else "0" for dark in row), 2) for row in code.modules)
