"""Labels in ZPL for Zebra printers: a picture in one graphic field, so that no font and no text can go wrong.

Source: Zebra, ZPL II Programming Guide: ^XA, ^PW, ^LL, ^LH, ^LT, ^FO, ^GF, ^PQ, ^XZ, and its "alternative data
compression scheme" for hexadecimal graphics.
"""

from __future__ import annotations

from itertools import groupby
from typing import Final

from labels.rasters import Raster

# G to Y repeat the next digit 1 to 19 times, g to z 20 to 400 times; they add up.
_UNITS: Final = " GHIJKLMNOPQRSTUVWXY"
_TWENTIES: Final = " ghijklmnopqrstuvwxyz"


def zpl(raster: Raster, copies: int = 1) -> bytes:
    """One label, `copies` times, as ZPL in ASCII; the printer forgets earlier offsets of its own."""
    rows = []
    before = ""
    for row in raster.rows():
        spelt = _row(row.hex().upper())
        rows.append(":" if spelt == before else spelt)
        before = spelt
    total = raster.stride * raster.height
    return (
        f"^XA^PW{raster.width}^LL{raster.height}^LH0,0^LT0^FO0,0"
        f"^GFA,{total},{total},{raster.stride},{''.join(rows)}^FS^PQ{copies}^XZ\n"
    ).encode("ascii")


def _row(digits: str) -> str:
    # A comma fills the rest of the row with white, an exclamation mark with black.
    for end, mark in (("0", ","), ("F", "!")):
        kept = digits.rstrip(end)
        if len(digits) - len(kept) > 1:
            return _runs(kept) + mark
    return _runs(digits)


def _runs(digits: str) -> str:
    return "".join(_times(len(list(same))) + digit for digit, same in groupby(digits))


def _times(count: int) -> str:
    if count == 1:
        return ""
    full, rest = divmod(count, 400)
    twenties, units = divmod(rest, 20)
    return "z" * full + (_TWENTIES[twenties] if twenties else "") + (_UNITS[units] if units else "")
