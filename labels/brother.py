"""Labels as raster commands for Brother QL printers, encoded here from the maker's public command reference.

Source: Brother, Raster Command Reference for QL-800/810W/820NWB and QL-710W/720NW: print area and margins in pins
(§2.3), command list (§4). Heads of 720 pins at 300 dots an inch; 300 dots down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput
from labels.rasters import Cut, Raster

DPI: Final = 300
_PINS: Final = 720


@dataclass(frozen=True, slots=True)
class Tape:
    """A label or tape: mm across and down (0: endless), dots of its print area, pins left free on the right."""

    width: int
    length: int
    across: int
    down: int
    right: int
    # Whether the label is read across the tape, so that its picture is turned a quarter.
    turned: bool = False


# Endless tape is fed 35 dots before and after by the printer itself: 31.5 mm are 372 dots with them.
TAPES: Final[dict[str, Tape]] = {
    "DK-11201": Tape(29, 90, 306, 991, 6, turned=True),
    "DK-11202": Tape(62, 100, 696, 1109, 12, turned=True),
    "DK-11204": Tape(17, 54, 165, 566, 0, turned=True),
    "DK-11208": Tape(38, 90, 413, 991, 12, turned=True),
    "DK-11209": Tape(62, 29, 696, 271, 12),
    "DK-52x29": Tape(52, 29, 578, 271, 0),
    "DK-22205": Tape(62, 0, 696, 302, 12),
}


def tape_of(stock: str) -> Tape:
    """The tape behind a label paper's key. Refuses (BadInput) paper that no Brother QL takes."""
    if stock not in TAPES:
        raise BadInput(
            _("A Brother QL printer does not take “%(stock)s”. Choose one of its own labels, or save the picture."),
            field="stock",
            stock=stock,
        )
    return TAPES[stock]


def cut_for(tape: Tape) -> Cut:
    """What of a label's picture the head takes. Its first pin is on the right, so the picture is mirrored."""
    return Cut(tape.across, tape.down, tape.turned)


def raster_commands(pages: Sequence[Raster], tape: Tape) -> bytes:
    """One print job of these pages, each cut to `cut_for(tape)`; the tape is cut after every label."""
    parts = [bytes(400), b"\x1b@", b"\x1bia\x01"]
    for number, page in enumerate(pages):
        parts += [
            _information(tape, page.height, first=number == 0),
            b"\x1biM\x40",  # cut by itself …
            b"\x1biA\x01",  # … after each label
            b"\x1biK\x08",  # and at the end; 300 dots an inch down
            b"\x1bid" + (35 if tape.length == 0 else 0).to_bytes(2, "little"),
            b"M\x00",  # no compression
        ]
        parts += [_line(row, page, tape) for row in page.rows()]
        parts.append(b"\x1a" if number == len(pages) - 1 else b"\x0c")
    return b"".join(parts)


def _information(tape: Tape, lines: int, *, first: bool) -> bytes:
    # Valid are kind, width and length of the medium, and quality before speed; the printer recovers by itself.
    valid = 0x80 | 0x40 | 0x08 | 0x04 | 0x02
    kind = 0x0A if tape.length == 0 else 0x0B
    head = bytes([valid, kind, tape.width, tape.length])
    return b"\x1biz" + head + lines.to_bytes(4, "little") + bytes([0 if first else 1, 0])


def _line(row: bytes, page: Raster, tape: Tape) -> bytes:
    dots = int.from_bytes(row, "big") >> (page.stride * 8 - page.width)
    if not dots:
        return b"Z"
    pins = dots << (_PINS - tape.right - page.width)
    return b"g\x00" + bytes([_PINS // 8]) + pins.to_bytes(_PINS // 8, "big")
