"""Labels become paper and pixels here: the one module that knows Pillow and ReportLab."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import reportlab
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from inventory.errors import BadInput
from labels.composing import composed
from labels.designs import Drawing, Label, device_label
from labels.layout import INCH, MOST_COPIES, Face, Symbol, WidthOf, places, symbols_for
from labels.stocks import LabelStock

# Vera comes with ReportLab and has every letter of French and Dutch; DejaVu Sans Mono is its monospaced
# sister: 0 and O, 1 and I differ, and every tag is equally wide. Both may be embedded freely.
_VERA: Final = Path(reportlab.__file__).parent / "fonts"
_FACES: Final[dict[Face, Path]] = {
    "text": _VERA / "Vera.ttf",
    "strong": _VERA / "VeraBd.ttf",
    "tag": Path(__file__).parent / "fonts" / "DejaVuSansMono-Bold.ttf",
}


@dataclass(frozen=True, slots=True)
class Matrix:
    """The modules of a QR code, no quiet zone: a row is an integer of `size` bits, left highest, 1 dark."""

    size: int
    rows: tuple[int, ...]

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


def sheet_pdf(labels: Iterable[Label], stock: LabelStock, *, first: int = 1, copies: int = 1) -> bytes:
    """A PDF of labels on this paper, beginning at the first free place (from 1), each label `copies` times.

    Refuses no labels at all, a place the sheet does not have, copies outside 1 to 50, and paper too small.
    """
    wanted = [label for label in labels for _copy in range(_copies(copies))]
    if not wanted:
        raise BadInput(_("There is nothing to print: give at least one tag."), field="tags")
    _register_fonts()
    width, height = stock.page
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(width * mm, height * mm), pageCompression=1, invariant=1)
    canvas.setTitle(f"Relais · {stock.name}")
    canvas.setAuthor("Relais")
    turned = 0
    for label, (page, box) in zip(wanted, places(stock, first, len(wanted)), strict=True):
        while turned < page:
            canvas.showPage()
            turned += 1
        drawing = device_label(label, stock, width_of=_width_in_pdf)
        _draw_on_canvas(canvas, label, drawing, box.x, height - box.y)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def label_png(label: Label, stock: LabelStock, *, dpi: int = 300) -> bytes:
    """One label as a 1-bit PNG for a printer of `dpi` dots an inch, every QR module a whole number of dots.

    Refuses a resolution outside 150 to 1200, and paper too small for whole dots.
    """
    if not 150 <= dpi <= 1200:
        raise BadInput(_("Choose between 150 and 1200 dots an inch."), field="dpi")
    drawing = device_label(label, stock, width_of=_width_in_dots(dpi), dpi=dpi)
    width, height = (round(side * dpi / INCH) for side in stock.label)
    picture = Image.new("1", (width, height), 1)
    place = drawing.qr
    code = matrix(label.url, place.symbol)
    dots = round(place.module * dpi / INCH)
    quiet = (place.symbol.modules_with_quiet - place.symbol.modules) // 2 * dots
    side = code.size * dots
    corner = (round(place.box.x * dpi / INCH) + quiet, round(place.box.y * dpi / INCH) + quiet)
    picture.paste(code.image().resize((side, side), Image.Resampling.NEAREST), corner)
    pen = ImageDraw.Draw(picture)
    pen.fontmode = "1"
    for line in drawing.lines:
        at = (line.x * dpi / INCH, line.baseline * dpi / INCH)
        pen.text(at, line.text, fill=0, font=_face(line.face, line.size * dpi / INCH), anchor="ls")
    target = io.BytesIO()
    picture.save(target, "PNG", dpi=(dpi, dpi), optimize=True)
    return target.getvalue()


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


def _draw_on_canvas(canvas: Canvas, label: Label, drawing: Drawing, left: float, top: float) -> None:
    """Draws at the label's upper left corner, given in mm from the page's lower left one."""
    place = drawing.qr
    quiet = (place.symbol.modules_with_quiet - place.symbol.modules) / 2 * place.module
    side = place.symbol.modules * place.module
    x, y = left + place.box.x + quiet, top - place.box.y - quiet - side
    image = matrix(label.url, place.symbol).image()
    canvas.drawInlineImage(image, x * mm, y * mm, side * mm, side * mm)
    for line in drawing.lines:
        canvas.setFont(f"Relais-{line.face}", line.size * mm)
        canvas.drawString((left + line.x) * mm, (top - line.baseline) * mm, line.text)


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
