"""The arithmetic of labels, numbers in, numbers out: nothing off the paper, nothing too small to scan.

Lengths are millimetres; x runs right and y down from the upper left corner of the page or of the label.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final, Literal

from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput
from labels.stocks import LabelStock

INCH: Final = 25.4
# IEC 61406-1 asks for 0.35 mm, ISO/IEC 18004 for four clear modules around; a printer draws a module cleanly
# from four dots on.
LEAST_MODULE: Final = 0.35
LEAST_DOTS: Final = 4
QUIET_MODULES: Final = 4
# A link that people can still type, and whose code stays small.
MOST_CHARACTERS: Final = 60
# How far a sheet may slip in the printer before a label suffers.
DRIFT: Final = 0.5
MOST_COPIES: Final = 50

# ISO/IEC 18004 table 7: alphanumeric characters that versions 1 to 10 hold, by error correction.
_CAPACITY: Final = {
    "Q": (16, 29, 47, 67, 87, 108, 125, 157, 189, 221),
    "M": (20, 38, 61, 90, 122, 154, 178, 221, 262, 311),
}
_ALPHANUMERIC: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")

Face = Literal["text", "strong", "tag"]
# Width in mm of a text set at a size (em, in mm) in a face.
WidthOf = Callable[[str, float, Face], float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Symbol:
    """A size of QR code: version (1 to 10) and error correction ("Q" mends 25 %, "M" 15 %)."""

    version: int
    level: str

    @property
    def modules(self) -> int:
        """Modules a side, without the quiet zone."""
        return 17 + 4 * self.version

    @property
    def modules_with_quiet(self) -> int:
        """Modules a side, with the quiet zone on both sides."""
        return self.modules + 2 * QUIET_MODULES


def boxes(stock: LabelStock) -> list[Box]:
    """The labels of one page, row by row from the upper left; refuses paper whose numbers cannot be true."""
    (width, height), (gap_x, gap_y), (left, top) = stock.label, stock.gap, stock.margin
    page = [
        Box(left + column * (width + gap_x), top + row * (height + gap_y), width, height)
        for row in range(stock.rows)
        for column in range(stock.columns)
    ]
    # A hundredth of a millimetre is rounding, not a fault of the paper.
    last = page[-1] if page else None
    if (
        last is None
        or min(width, height) <= 0
        or min(gap_x, gap_y, left, top) < 0
        or last.right > stock.page[0] + 0.01
        or last.bottom > stock.page[1] + 0.01
    ):
        raise BadInput(
            _("The labels of “%(stock)s” do not fit on their page: correct the measures of this paper."),
            field="stock",
            stock=stock.name,
        )
    return page


def places(stock: LabelStock, first: int) -> Iterator[tuple[int, Box]]:
    """Page (from 0) and box of one label after the other without end, the first at the free place `first` (from 1).

    Refuses a place that the page does not have.
    """
    if not 1 <= first <= stock.count:
        raise BadInput(
            _("The first free label must be between 1 and %(count)s on “%(stock)s”."),
            field="first",
            count=stock.count,
            stock=stock.name,
        )
    page = boxes(stock)
    for number in count(first - 1):
        yield number // stock.count, page[number % stock.count]


def ink_area(stock: LabelStock) -> Box:
    """Where ink may lie on each label: clear of the cut and of what the printer cannot reach."""
    page = boxes(stock)
    width, height = stock.label
    inset = 1.5 if min(width, height) > 20 else 1.0
    across = max(inset, stock.edge[0] - min(page[0].x, stock.page[0] - page[-1].right))
    down = max(inset, stock.edge[1] - min(page[0].y, stock.page[1] - page[-1].bottom))
    return Box(across, down, width - 2 * across, height - 2 * down)


# A scratch over a tenth of a smaller code takes more than level M mends: measured, with both of two readers.
_LEAST_WEAK: Final = 3


def symbols_for(text: str) -> list[Symbol]:
    """The QR sizes that hold `text`, the best mending first, the weaker one only where it is smaller.

    Refuses what QR's alphanumeric mode does not have, and more than 60 characters.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadInput(
            _("The link in the QR code has %(length)s characters. Choose a public host with which it has at most 60."),
            field="url",
            length=len(text),
        )
    if not text or not set(text) <= _ALPHANUMERIC:
        raise BadInput(
            _("“%(text)s” cannot be a QR code here: use capital letters, digits and $%%*+-./: only."),
            field="url",
            text=text[:80],
        )
    found: list[Symbol] = []
    for level, capacities in _CAPACITY.items():
        least = 1 if not found else _LEAST_WEAK
        version = next(
            number for number, room in enumerate(capacities, start=1) if room >= len(text) and number >= least
        )
        if not found or version < found[-1].version:
            found.append(Symbol(version, level))
    return found


def module_within(most: float, dpi: int | None) -> float | None:
    """The largest module (mm) up to `most` that scans well, in whole dots where the printer's `dpi` is known.

    `None` where even the least one (0.35 mm and four dots) is larger than `most`.
    """
    if dpi is None:
        return most if most >= LEAST_MODULE else None
    dots = math.floor(most * dpi / INCH + 1e-6)
    module = dots * INCH / dpi
    return module if dots >= LEAST_DOTS and module >= LEAST_MODULE else None


def least_module(dpi: int | None) -> float:
    """The smallest module (mm) allowed on a printer of `dpi` dots an inch."""
    if dpi is None:
        return LEAST_MODULE
    return max(LEAST_DOTS, math.ceil(LEAST_MODULE * dpi / INCH - 1e-6)) * INCH / dpi


def too_small(stock: LabelStock, symbol: Symbol, dpi: int | None) -> BadInput:
    """The refusal for paper on which the QR code and the tag find no room."""
    needed = symbol.modules_with_quiet * least_module(dpi)
    facts: dict[str, object] = {"field": "stock", "stock": stock.name, "needed": f"{needed:.1f}", "dpi": dpi}
    if dpi is None:
        return BadInput(
            _(
                "“%(stock)s” is too small: the QR code needs %(needed)s mm a side, with the tag beside it. "
                "Choose larger labels."
            ),
            **facts,
        )
    return BadInput(
        _(
            "“%(stock)s” is too small for a printer of %(dpi)s dots an inch: the QR code needs %(needed)s mm "
            "a side, with the tag beside it. Choose larger labels or a finer printer."
        ),
        **facts,
    )


def wrapped(text: str, width: float, size: float, face: Face, width_of: WidthOf) -> list[str] | None:
    """`text` on one or two lines no wider than `width`, or `None` if that cannot be."""
    if width_of(text, size, face) <= width:
        return [text]
    # A no-break space holds its words together.
    words = text.split(" ")
    # The most even break reads best; a separating dot is not needed where the line ends.
    breaks = [
        (" ".join(words[:place]).removesuffix(" ·"), " ".join(words[place:]).removeprefix("· "))
        for place in range(1, len(words))
    ]
    fitting = [pair for pair in breaks if all(width_of(line, size, face) <= width for line in pair)]
    if not fitting:
        return None
    # Where two languages meet is the best place of all.
    between = [pair for pair in fitting if set(pair) <= set(text.split(" · "))]
    if between:
        return list(between[0])
    return list(min(fitting, key=lambda pair: max(width_of(line, size, face) for line in pair)))


def shortened(text: str, width: float, size: float, face: Face, width_of: WidthOf) -> str:
    """`text` cut to `width` with an ellipsis; the whole of it if it fits, "" if not even a letter does."""
    if width_of(text, size, face) <= width:
        return text
    for end in range(len(text) - 1, 0, -1):
        short = text[:end].rstrip() + "…"
        if width_of(short, size, face) <= width:
            return short
    return ""
