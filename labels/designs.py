"""What stands where on a label: QR left, tag in groups, then kind, FR, NL and telephone as room allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from labels.layout import (
    DRIFT,
    QUIET_MODULES,
    Box,
    Face,
    Symbol,
    WidthOf,
    ink_area,
    least_module,
    module_within,
    shortened,
    symbols_for,
    too_small,
    wrapped,
)
from labels.stocks import LabelStock

# All faces are of the Vera family: the height of a capital as a part of the em.
CAPITAL: Final = 0.729
# Tags are read at arm's length: capitals at least 3 mm high; other text never below 5.4 points.
TAG_SIZE: Final = 3.0 / CAPITAL
# The words of a card are read more easily than nine symbols: they give way before the QR code does.
WORD_SIZE: Final = 2.0 / CAPITAL
TAG_SIZE_MOST: Final = 5.2 / CAPITAL
LEAST_TEXT: Final = 1.9
SIZES: Final = (3.2, 3.0, 2.8, 2.6, 2.4, 2.3, 2.2, 2.1, 2.0, LEAST_TEXT)
# Five dots at 300 an inch; below it a tag on two lines leaves the QR code more room.
COMFORTABLE_MODULE: Final = 0.42
# The city's mark: below 4 mm it is a blot.
LOGO_LEAST: Final = 4.0
LOGO_MOST: Final = 10.0


@dataclass(frozen=True, slots=True)
class Label:
    """What one label says: tag (nine symbols), link for the QR code (in capitals), four lines for people.

    What is no tag (a shelf, a card) stands in `rows` instead: the same words set on one row or on two.
    """

    tag: str
    url: str
    kind: str = ""
    fr: str = ""
    nl: str = ""
    phone: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    logo: bool = False

    @property
    def headings(self) -> tuple[tuple[str, ...], ...]:
        """The ways to set what stands largest on it, the best first."""
        if self.rows:
            return self.rows
        one, two, check = self.tag[:4], self.tag[4:8], self.tag[8:]
        return ((f"{one}-{two}-{check}",), (f"{one}-", f"{two}-{check}"))

    @property
    def sizes(self) -> tuple[float, ...]:
        """The least em sizes in mm of what stands largest on it, the best first."""
        return (TAG_SIZE, WORD_SIZE) if self.rows else (TAG_SIZE,)


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text: left end of its baseline and em size, in mm from the label's upper left corner."""

    text: str
    x: float
    baseline: float
    size: float
    face: Face


@dataclass(frozen=True, slots=True)
class QrPlace:
    """A QR code: its box with the quiet zone, and its module, in mm."""

    box: Box
    module: float
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything on one label, black on white."""

    qr: QrPlace
    lines: tuple[TextLine, ...]
    logo: Box | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the four lines, set: its rows of text, and the air above it as a part of the text size."""

    rows: tuple[str, ...]
    face: Face
    air: float


def device_label(label: Label, stock: LabelStock, *, width_of: WidthOf, dpi: int | None = None) -> Drawing:
    """What stands where on this paper; `dpi` (dots an inch) makes QR modules whole printer dots.

    Where there is little room the logo goes first, then the kind, then FR and NL together (neither language without
    the other), then the telephone; never the QR code or the tag. Refuses paper too small for those two.
    """
    area = ink_area(stock)
    symbol, rows, module = _qr_and_tag(label, stock, area, width_of, dpi)
    side = symbol.modules_with_quiet * module
    qr = Box(max(DRIFT, area.x - QUIET_MODULES * module), (stock.label[1] - side) / 2, side, side)
    column = Box(qr.right, area.y, area.right - qr.right, area.height)
    ink = Box(qr.x, qr.y + QUIET_MODULES * module, side, side - 2 * QUIET_MODULES * module)
    lines = _text(label, rows, column, ink, width_of, column.width)
    drawing = Drawing(QrPlace(qr, module, symbol), lines)
    return _with_logo(drawing, label, rows, column, ink, width_of) if label.logo else drawing


def _with_logo(
    drawing: Drawing, label: Label, rows: tuple[str, ...], column: Box, ink: Box, width_of: WidthOf
) -> Drawing:
    """The same with the city's mark in the lower right corner, where no word has to give way to it."""
    side = min(LOGO_MOST, 0.32 * column.height)
    logo = Box(column.right - side, min(ink.bottom, column.bottom) - side, side, side)
    lines = _text(label, rows, column, ink, width_of, column.width - side - 1.0)
    # A telephone number is read in one breath.
    phone = not label.phone or lines[-1].text == drawing.lines[-1].text
    whole = phone and _letters(lines) == _letters(drawing.lines)
    if side < LOGO_LEAST or not whole or lines[len(rows) - 1].baseline + 0.5 > logo.y:
        return drawing
    return Drawing(drawing.qr, lines, logo)


def _letters(lines: tuple[TextLine, ...]) -> str:
    # A line that breaks elsewhere says the same.
    return "".join(line.text for line in lines).replace(" ", "").replace("·", "")


def _qr_and_tag(
    label: Label, stock: LabelStock, area: Box, width_of: WidthOf, dpi: int | None
) -> tuple[Symbol, tuple[str, ...], float]:
    """The first comfortable pair of QR code and rows of the tag, else the one with the largest modules."""
    symbols = symbols_for(label.url)
    most = max(0.5, least_module(dpi), min(1.0, 0.02 * stock.label[1]))
    possible: list[tuple[Symbol, tuple[str, ...], float]] = []
    for symbol, size in ((symbol, size) for symbol in symbols for size in label.sizes):
        for rows in label.headings:
            if _tag_height(rows, size) > area.height:
                continue
            module = module_within(min(most, _room(stock, area, symbol, _widest(rows, size, width_of))), dpi)
            if module is not None:
                possible.append((symbol, rows, module))
        if possible:
            break
    if not possible:
        raise too_small(stock, symbols[-1], dpi)
    comfortable = (choice for choice in possible if choice[2] >= min(COMFORTABLE_MODULE, most))
    return next(comfortable, None) or max(possible, key=lambda choice: choice[2])


def _room(stock: LabelStock, area: Box, symbol: Symbol, tag: float) -> float:
    """The largest module for which the quiet zone stays on the label and a tag of that width beside it."""
    right = area.right - tag
    with_quiet = symbol.modules_with_quiet
    return min(
        (stock.label[1] - 2 * DRIFT) / with_quiet,
        area.height / symbol.modules,
        (right - DRIFT) / with_quiet,
        (right - area.x) / (with_quiet - QUIET_MODULES),
    )


def _widest(rows: tuple[str, ...], size: float, width_of: WidthOf) -> float:
    return max(width_of(row, size, "tag") for row in rows)


def _tag_height(rows: tuple[str, ...], size: float) -> float:
    return size * (CAPITAL + (len(rows) - 1) * 1.1)


def _text(
    label: Label, rows: tuple[str, ...], column: Box, ink: Box, width_of: WidthOf, width: float
) -> tuple[TextLine, ...]:
    """The heading as wide as the column, and below it the lines as wide as `width`."""
    # A tag as wide as its column would look glued to the edge.
    grow = 0.96 * column.width / _widest(rows, 1.0, width_of)
    roomy = _widest(rows, TAG_SIZE, width_of) <= column.width and _tag_height(rows, TAG_SIZE) <= column.height
    tag_size = max(TAG_SIZE if roomy else label.sizes[-1], min(TAG_SIZE_MOST, grow, 0.2 * column.height / len(rows)))
    tag_height = _tag_height(rows, tag_size)
    room = column.height - tag_height
    size, parts = _parts_that_fit(label, width, 0.55 * tag_size, ink.height - tag_height, room, width_of)
    height = tag_height + _height(parts, size)
    # A short text is spread so that it begins and ends level with the QR code.
    spare = max(0.0, ink.height - height) if parts else 0.0
    air = min(spare / max(1, len(parts)), 1.5 * size)
    top = (column.y + column.bottom - height - air * len(parts)) / 2
    lines: list[TextLine] = []
    for number, row in enumerate(rows):
        baseline = top + tag_size * (CAPITAL + 1.1 * number)
        lines.append(TextLine(row, column.x, baseline, tag_size, "tag"))
    y = top + tag_height
    for part in parts:
        y += air + part.air * size
        for number, row in enumerate(part.rows):
            y += (CAPITAL if number == 0 else 1.25) * size
            lines.append(TextLine(row, column.x, y, size, part.face))
        y += 0.24 * size
    return tuple(lines)


def _parts_that_fit(
    label: Label, width: float, largest: float, level: float, room: float, width_of: WidthOf
) -> tuple[float, list[_Part]]:
    """The text size and the lines below the tag: whole if possible, else shortened, else fewer."""
    sizes = [size for size in SIZES if size <= max(largest, LEAST_TEXT)]
    # A text that ends level with the QR code looks calm, one that fills the label to its edge crowded.
    calm = [(size, level) for size in sizes if size >= 2.2]
    tries = [*calm, *((size, (level + room) / 2) for size in sizes), *((size, room) for size in sizes)]
    sentences: list[tuple[str, Face, float]] = [(label.fr, "text", 0.75), (label.nl, "text", 0.5)]
    telephone: list[tuple[str, Face, float]] = [(label.phone, "strong", 0.75)]
    kind: list[tuple[str, Face, float]] = [(label.kind, "strong", 0.85)]
    for wanted in (kind + sentences + telephone, sentences + telephone, telephone):
        texts = [text for text in wanted if text[0]]
        for size, most in tries:
            whole = [_whole(*text, width, size, width_of) for text in texts]
            parts = [part for part in whole if part]
            if len(parts) == len(texts) and _height(parts, size) <= most:
                return size, parts
        parts = [_cut(*text, width, LEAST_TEXT, width_of) for text in texts]
        enough = all(len("".join(part.rows)) >= min(24, len(text[0])) for part, text in zip(parts, texts, strict=True))
        if enough and _height(parts, LEAST_TEXT) <= room:
            return LEAST_TEXT, parts
    return LEAST_TEXT, []


def _whole(text: str, face: Face, air: float, width: float, size: float, width_of: WidthOf) -> _Part | None:
    rows = wrapped(text, width, size, face, width_of)
    return _Part(tuple(rows), face, air) if rows else None


def _cut(text: str, face: Face, air: float, width: float, size: float, width_of: WidthOf) -> _Part:
    """Two rows at most, the second one ending in an ellipsis where the text goes on."""
    rows = wrapped(text, width, size, face, width_of)
    if rows is None:
        words = text.split(" ")
        fitting = [place for place in range(1, len(words)) if width_of(" ".join(words[:place]), size, face) <= width]
        place = fitting[-1] if fitting else 0
        rows = [" ".join(words[:place])] if place else []
        rows.append(shortened(" ".join(words[place:]), width, size, face, width_of))
    return _Part(tuple(rows), face, air)


def _height(parts: list[_Part], size: float) -> float:
    """From the foot of the tag to below the last line, in mm."""
    return sum(size * (part.air + CAPITAL + 0.24 + 1.25 * (len(part.rows) - 1)) for part in parts)
