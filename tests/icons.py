"""The web app's icons as PNG pictures, drawn by hand: `python -m tests.icons` writes them anew.

iPhones and older Androids take no SVG for the home screen. The mark is that of `web/mark.svg`, in its light colours.
"""

from __future__ import annotations

import struct
import zlib
from math import atan2, cos, degrees, hypot, radians, sin
from pathlib import Path

STATIC = Path(__file__).resolve().parents[1] / "inventory/static/inventory"
# Side in pixels, and how much of it the mark takes: a maskable icon may lose all but the inner four fifths.
ICONS = {
    "icon-180.png": (180, 0.72),
    "icon-192.png": (192, 0.86),
    "icon-512.png": (512, 0.86),
    "icon-mask.png": (512, 0.6),
}
PAPER, ARC, DOT = (251, 250, 247), (11, 92, 87), (196, 98, 10)
# On the 32-unit grid of the mark: a circle's centre and radius, half the stroke, the arcs in degrees, the dot.
CENTRE, RADIUS, HALF, ARCS, DOT_AT, DOT_RADIUS = (
    (16.0, 16.0),
    11.0,
    2.25,
    ((82.0, 275.0), (-5.0, 39.5)),
    (24.5, 8.0),
    4.0,
)


def drawn(side: int, part: float) -> bytes:
    """One icon as PNG: `side` pixels square, the mark over `part` of it."""
    scale = 32 / (side * part)
    shift = (1 - part) / 2 * side
    rows = bytearray()
    for down in range(side):
        rows.append(0)
        for across in range(side):
            rows += bytes(_colour((across + 0.5 - shift) * scale, (down + 0.5 - shift) * scale, scale))
    return _png(side, bytes(rows))


def _colour(x: float, y: float, pixel: float) -> tuple[int, int, int]:
    arc = _covers(min(_to_arc(x, y, *arc) for arc in ARCS) - HALF, pixel)
    dot = _covers(hypot(x - DOT_AT[0], y - DOT_AT[1]) - DOT_RADIUS, pixel)
    return _over(_over(PAPER, ARC, arc), DOT, dot)


def _to_arc(x: float, y: float, first: float, last: float) -> float:
    """How far a point is from an arc with round ends."""
    dx, dy = x - CENTRE[0], y - CENTRE[1]
    turned = (degrees(atan2(dy, dx)) - first) % 360
    if turned <= last - first:
        return abs(hypot(dx, dy) - RADIUS)
    ends = ((RADIUS * cos(radians(end)), RADIUS * sin(radians(end))) for end in (first, last))
    return min(hypot(dx - across, dy - down) for across, down in ends)


def _covers(distance: float, pixel: float) -> float:
    """How much of a pixel lies within an edge at this distance."""
    return min(1.0, max(0.0, 0.5 - distance / pixel))


def _over(below: tuple[int, int, int], above: tuple[int, int, int], part: float) -> tuple[int, int, int]:
    one, two, three = (round(under + (over - under) * part) for under, over in zip(below, above, strict=True))
    return one, two, three


def _png(side: int, rows: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


if __name__ == "__main__":
    for name, (side, part) in ICONS.items():
        (STATIC / name).write_bytes(drawn(side, part))
