"""Labels become paper and pixels here: the one module that knows Pillow and ReportLab."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from pathlib import Path
from typing import Final

import reportlab
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageChops, ImageDraw, ImageFont
from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pdfgeom import bezierArc

from inventory.devices.tags import ALPHABET
from inventory.errors import BadInput
from labels.composing import composed
from labels.designs import Drawing, Label, TextLine, device_label
from labels.layout import INCH, MOST_COPIES, Box, Face, Symbol, WidthOf, boxes, ink_area, places, symbols_for
from labels.rasters import Cut, Raster
from labels.stocks import LabelStock

# Vera comes with ReportLab and has every letter of French and Dutch; DejaVu Sans Mono is its monospaced
# sister: 0 and O, 1 and I differ, and every tag is equally wide. Both may be embedded freely.
_VERA: Final = Path(reportlab.__file__).parent / "fonts"
_FACES: Final[dict[Face, Path]] = {
    "text": _VERA / "Vera.ttf",
    "strong": _VERA / "VeraBd.ttf",
    "tag": Path(__file__).parent / "fonts" / "DejaVuSansMono-Bold.ttf",
}

# Pages are compressed as they are: spelling them in ASCII besides costs a fifth in size and more in time.
rl_config.useA85 = 0
# To the right and down, in mm.
Nudge = tuple[float, float]
NO_NUDGE: Final[Nudge] = (0.0, 0.0)
# The length of the rule on a test page, in mm.
RULE: Final = 100.0
_ANY_TAG: Final = "8" * 9
_SYMBOLS: Final = f"{ALPHABET}-"
_SYMBOL_SET: Final = frozenset(_SYMBOLS)
# Pillow keeps a byte a dot even in black and white: what was 1 would be 254 turned round, which is no black.
_WHITE: Final = 255


@dataclass(frozen=True, slots=True)
class Matrix:
    """The modules of a QR code, no quiet zone: a row is an integer of `size` bits, left highest, 1 dark."""

    size: int
    rows: tuple[int, ...]

    def hexadecimal(self) -> str:
        """Its rows in whole bytes, dark ones 1, spelt in hexadecimal."""
        digits = (self.size + 7) // 8 * 2
        spare = digits * 4 - self.size
        return "".join([f"{row << spare:0{digits}x}" for row in self.rows])

    def image(self) -> Image.Image:
        """One pixel a module, dark ones black."""
        stride = (self.size + 7) // 8
        light = (1 << self.size) - 1
        spare = stride * 8 - self.size
        data = b"".join(((row ^ light) << spare).to_bytes(stride, "big") for row in self.rows)
        return Image.frombytes("1", (self.size, self.size), data)


def matrix(text: str, symbol: Symbol | None = None) -> Matrix:
    """The QR code of `text` (capitals and digits) in the given size, else in the strongest usual one."""
    symbol = symbol or symbols_for(text)[0]
    return Matrix(symbol.modules, composed(text, symbol.version, symbol.level))


def sheet_pdf(
    labels: Iterable[Label], stock: LabelStock, *, first: int = 1, copies: int = 1, nudge: Nudge = NO_NUDGE
) -> bytes:
    """A PDF of labels on this paper, beginning at the first free place (from 1), each label `copies` times.

    `nudge` moves everything to the right and down, in mm. Refuses no labels at all, a place the sheet does not have,
    copies outside 1 to 50, and paper too small.
    """
    wanted = chain.from_iterable(repeat(label, _copies(copies)) for label in labels)
    height = stock.page[1]
    canvas, target = _canvas(stock)
    setter = _Setter(canvas, {}, {})
    turned = -1
    for label, (page, box) in zip(wanted, places(stock, first), strict=False):
        while turned < page:
            if turned >= 0:
                canvas.showPage()
            canvas.translate(nudge[0] * mm, -nudge[1] * mm)
            turned += 1
        setter.draw(label, stock, box.x, height - box.y)
    if turned < 0:
        raise BadInput(_("There is nothing to print: give at least one tag."), field="tags")
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def label_image(label: Label, stock: LabelStock, *, dpi: int, nudge: Nudge = NO_NUDGE) -> Image.Image:
    """One label in black and white for a printer of `dpi` dots an inch, every QR module a whole number of dots.

    Refuses a resolution outside 150 to 1200, and paper too small for whole dots.
    """
    if not 150 <= dpi <= 1200:
        raise BadInput(_("Choose between 150 and 1200 dots an inch."), field="dpi")
    drawing, heading = _drawing(label, stock, dpi)
    right, down = (round(way * dpi / INCH) for way in nudge)
    picture = _blank(stock, dpi)
    place = drawing.qr
    code = matrix(label.url, place.symbol)
    dots = round(place.module * dpi / INCH)
    quiet = (place.symbol.modules_with_quiet - place.symbol.modules) // 2 * dots
    side = code.size * dots
    corner = (round(place.box.x * dpi / INCH) + quiet + right, round(place.box.y * dpi / INCH) + quiet + down)
    picture.paste(code.image().resize((side, side), Image.Resampling.NEAREST), corner)
    pen = _pen(picture)
    for text, line in _texts(drawing, heading):
        at = (line.x * dpi / INCH + right, line.baseline * dpi / INCH + down)
        pen.text(at, text, fill=0, font=_face(line.face, line.size * dpi / INCH), anchor="ls")
    if drawing.logo:
        _draw_mark_in_dots(pen, drawing.logo, dpi / INCH, (right, down))
    return picture


def label_png(label: Label, stock: LabelStock, *, dpi: int = 300, nudge: Nudge = NO_NUDGE) -> bytes:
    """The same as a 1-bit PNG that knows its size. Refuses as `label_image` does."""
    return png(label_image(label, stock, dpi=dpi, nudge=nudge), dpi)


def png(picture: Image.Image, dpi: int) -> bytes:
    """A picture as PNG."""
    target = io.BytesIO()
    picture.save(target, "PNG", dpi=(dpi, dpi), optimize=True)
    return target.getvalue()


def raster(picture: Image.Image, cut: Cut | None = None) -> Raster:
    """The dots of a picture, whole or as a print head takes them."""
    if cut is not None:
        picture = picture.transpose(Image.Transpose.ROTATE_90) if cut.turned else picture
        left, top = (picture.width - cut.width) // 2, (picture.height - cut.height) // 2
        # What the head takes may be a dot larger than the label; there it is white.
        area = Image.new("1", (cut.width, cut.height), _WHITE)
        area.paste(picture, (-left, -top))
        picture = area.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if cut.mirrored else area
    return Raster(picture.width, picture.height, ImageChops.invert(picture).tobytes())


def trial_sheet_pdf(stock: LabelStock, *, nudge: Nudge = NO_NUDGE) -> bytes:
    """A page with the border of every label, its number, and a rule of known length: to be held against the paper."""
    canvas, target = _canvas(stock)
    width, height = stock.page
    canvas.translate(nudge[0] * mm, -nudge[1] * mm)
    canvas.setLineWidth(0.15 * mm)
    for number, box in enumerate(boxes(stock), start=1):
        canvas.rect(box.x * mm, (height - box.bottom) * mm, box.width * mm, box.height * mm)
        canvas.setFont("Relais-text", min(4.0, 0.3 * box.height) * mm)
        canvas.drawCentredString((box.x + box.width / 2) * mm, (height - box.y - box.height * 0.8) * mm, str(number))
    rule = RULE if width > RULE + 30 else RULE / 5
    left, middle = (width - rule) / 2, height / 2
    canvas.setLineWidth(0.3 * mm)
    canvas.line(left * mm, middle * mm, (left + rule) * mm, middle * mm)
    for end in (left, left + rule):
        canvas.line(end * mm, (middle - 2) * mm, end * mm, (middle + 2) * mm)
    canvas.setFont("Relais-text", 2.4 * mm)
    canvas.drawCentredString(width / 2 * mm, (middle + 1) * mm, f"{rule:g} mm")
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def trial_image(stock: LabelStock, *, dpi: int, nudge: Nudge = NO_NUDGE) -> Image.Image:
    """A label's printable border, its diagonals and a rule of 20 mm."""
    picture = _blank(stock, dpi)
    pen = _pen(picture)
    scale = dpi / INCH
    area = ink_area(stock)
    right, down = nudge
    corners = [(x + right, y + down) for x in (area.x, area.right) for y in (area.y, area.bottom)]
    ends = [(x * scale, y * scale) for x, y in corners]
    pen.rectangle((*ends[0], *ends[3]), outline=0, width=2)
    pen.line((*ends[0], *ends[3]), fill=0)
    pen.line((*ends[1], *ends[2]), fill=0)
    left, middle = (stock.label[0] - RULE / 5) / 2 + right, stock.label[1] / 2 + down
    pen.rectangle((left * scale, middle * scale - 2, (left + RULE / 5) * scale, middle * scale + 2), fill=0)
    return picture


def refuse_too_small(url: str, stock: LabelStock, *, dpi: int | None = None) -> None:
    """Refuse (BadInput) paper without room for the QR code of `url` and a tag."""
    device_label(Label("8" * 9, url), stock, width_of=_width_in_pdf, dpi=dpi)


def fits(url: str, stock: LabelStock, *, dpi: int | None = None) -> bool:
    """Whether this paper has room for the QR code of `url` and a tag."""
    try:
        refuse_too_small(url, stock, dpi=dpi)
    except BadInput:
        return False
    return True


def _copies(copies: int) -> int:
    if not 1 <= copies <= MOST_COPIES:
        raise BadInput(_("Print between 1 and %(most)s copies."), field="copies", most=MOST_COPIES)
    return copies


def _canvas(stock: LabelStock) -> tuple[Canvas, io.BytesIO]:
    _register_fonts()
    width, height = stock.page
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(width * mm, height * mm), pageCompression=1, invariant=1)
    canvas.setTitle(f"Relais · {stock.name}")
    canvas.setAuthor("Relais")
    return canvas, target


def _blank(stock: LabelStock, dpi: int) -> Image.Image:
    return Image.new("1", (round(stock.label[0] * dpi / INCH), round(stock.label[1] * dpi / INCH)), _WHITE)


def _pen(picture: Image.Image) -> ImageDraw.ImageDraw:
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "1"
    return pen


def _drawing(label: Label, stock: LabelStock, dpi: int | None) -> tuple[Drawing, tuple[str, ...]]:
    """Where things stand, and the rows of this label's own heading: tags are all equally wide."""
    if label.rows:
        drawing = _arranged(label, stock, dpi)
    else:
        like = Label(_ANY_TAG, label.url[:-9] + _ANY_TAG, label.kind, label.fr, label.nl, label.phone, (), label.logo)
        drawing = _arranged(like, stock, dpi)
    rows = sum(line.face == "tag" for line in drawing.lines)
    return drawing, next(heading for heading in label.headings if len(heading) == rows)


@lru_cache(maxsize=512)
def _arranged(label: Label, stock: LabelStock, dpi: int | None) -> Drawing:
    width_of = _width_in_pdf if dpi is None else _width_in_dots(dpi)
    return device_label(label, stock, width_of=width_of, dpi=dpi)


def _texts(drawing: Drawing, heading: tuple[str, ...]) -> Iterable[tuple[str, TextLine]]:
    texts = (*heading, *(line.text for line in drawing.lines[len(heading) :]))
    return zip(texts, drawing.lines, strict=True)


@dataclass(frozen=True, slots=True)
class _Setter:
    """Sets labels on a canvas: what they have in common once, of each its own only QR code and heading."""

    canvas: Canvas
    # By the drawing's identity, which it holds on to: hashing all of it for each label would take longer than setting.
    blocks: dict[int, tuple[Drawing, str]]
    headings: dict[tuple[float, float, float], str]

    def draw(self, label: Label, stock: LabelStock, x: float, y: float) -> None:
        """Draws at the label's upper left corner, given in mm from the page's lower left one."""
        drawing, heading = _drawing(label, stock, None)
        if id(drawing) not in self.blocks:
            self.blocks[id(drawing)] = (drawing, self._common(drawing, len(heading)))
        common = self.blocks[id(drawing)][1]
        own = "".join([self._heading(text, line) for text, line in zip(heading, drawing.lines, strict=False)])
        place = drawing.qr
        code = matrix(label.url, place.symbol)
        side = place.symbol.modules * place.module
        quiet = (place.symbol.modules_with_quiet - place.symbol.modules) / 2 * place.module
        left, foot = (place.box.x + quiet) * mm, -(place.box.y + quiet + side) * mm
        # The code is a mask of one bit a module, as large as it is to be.
        self.canvas.addLiteral(
            f"q 1 0 0 1 {x * mm:.2f} {y * mm:.2f} cm {common}{own}"
            f"{side * mm:.3f} 0 0 {side * mm:.3f} {left:.3f} {foot:.3f} cm "
            f"BI /W {code.size} /H {code.size} /IM true /BPC 1 /D [1 0] /F /AHx ID {code.hexadecimal()}> EI Q"
        )

    def _common(self, drawing: Drawing, headings: int) -> str:
        words = "".join(_set(self.canvas, line.text, line) for line in drawing.lines[headings:])
        return words + (_mark_in_pdf(drawing.logo) if drawing.logo else "")

    def _heading(self, text: str, line: TextLine) -> str:
        key = (line.size, line.x, line.baseline)
        if key not in self.headings:
            # A font's first subset spells these as ASCII does: set once, they are exchanged for a tag's own.
            spelt = _set(self.canvas, _SYMBOLS, line)
            self.headings[key] = spelt if f"({_SYMBOLS})" in spelt else ""
        if self.headings[key] and _SYMBOL_SET.issuperset(text):
            return self.headings[key].replace(_SYMBOLS, text)
        return _set(self.canvas, text, line)


def _set(canvas: Canvas, text: str, line: TextLine) -> str:
    written = canvas.beginText(line.x * mm, -line.baseline * mm)
    written.setFont(f"Relais-{line.face}", line.size * mm)
    written.textOut(text)
    return f"{written.getCode()} "


# The mark on a field of 32 × 32: a dot handed from one arc to the next. Angles clockwise from three o'clock.
_CENTRE, _RADIUS, _STROKE = (16.75, 16.0), 11.0, 4.5
_ARCS = ((88.0, 272.0), (-5.0, 42.0))
_DOT, _DOT_RADIUS = (24.5, 8.0), 4.0


def _mark_in_pdf(box: Box) -> str:
    scale = box.width / 32 * mm
    left, top = box.x * mm, -box.y * mm
    strokes = [
        _arc_in_pdf(left + _CENTRE[0] * scale, top - _CENTRE[1] * scale, _RADIUS * scale, -end, end - start) + "S"
        for start, end in _ARCS
    ]
    dot = _arc_in_pdf(left + _DOT[0] * scale, top - _DOT[1] * scale, _DOT_RADIUS * scale, 0, 360) + "f"
    return f"q {_STROKE * scale:.3f} w 1 J {' '.join(strokes)} {dot} Q "


def _arc_in_pdf(x: float, y: float, radius: float, start: float, extent: float) -> str:
    """A path along a circle, in points and degrees, counterclockwise."""
    pieces = bezierArc(x - radius, y - radius, x + radius, y + radius, start, extent)
    path = f"{pieces[0][0]:.3f} {pieces[0][1]:.3f} m "
    return path + "".join(f"{' '.join(f'{value:.3f}' for value in piece[2:])} c " for piece in pieces)


def _draw_mark_in_dots(pen: ImageDraw.ImageDraw, box: Box, dots: float, moved: tuple[int, int]) -> None:
    scale = box.width / 32

    def square(centre: tuple[float, float], radius: float) -> tuple[float, float, float, float]:
        x = (box.x + centre[0] * scale) * dots + moved[0]
        y = (box.y + centre[1] * scale) * dots + moved[1]
        reach = radius * scale * dots
        return (x - reach, y - reach, x + reach, y + reach)

    # Pillow draws a stroke inside its circle, ReportLab on it.
    for start, end in _ARCS:
        pen.arc(square(_CENTRE, _RADIUS + _STROKE / 2), start, end, fill=0, width=round(_STROKE * scale * dots))
    pen.ellipse(square(_DOT, _DOT_RADIUS), fill=0)


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    for face, path in _FACES.items():
        pdfmetrics.registerFont(TTFont(f"Relais-{face}", path))


def _width_in_pdf(text: str, size: float, face: Face) -> float:
    return size * _ems(text, face)


@lru_cache(maxsize=4096)
def _ems(text: str, face: Face) -> float:
    # The lines of a sheet repeat from label to label and are tried in many sizes.
    _register_fonts()
    return float(pdfmetrics.stringWidth(text, f"Relais-{face}", 1))


def _width_in_dots(dpi: int) -> WidthOf:
    """Hinted letters are whole dots wide, so a printer's text is measured with its own dots."""

    def width_of(text: str, size: float, face: Face) -> float:
        return _face(face, size * dpi / INCH).getlength(text, mode="1") * INCH / dpi

    return width_of


@lru_cache(maxsize=64)
def _face(face: Face, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FACES[face], pixels, layout_engine=ImageFont.Layout.BASIC)
