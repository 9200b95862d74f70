"""One printing job, from codes to a file: both doors ask here, so they give the same paper and the same refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.tags import tag_url
from inventory.errors import BadInput, Refusal
from inventory.lifecycle import Actor, Word
from labels import brother, zebra
from labels.contents import USUAL_DESIGN, labels_of, public_host, sample
from labels.designs import Label
from labels.models import Printer, PrinterKind
from labels.queries import every_stock, printer_named
from labels.render import (
    NO_NUDGE,
    Nudge,
    fits,
    label_image,
    label_png,
    png,
    raster,
    refuse_too_small,
    sheet_pdf,
    trial_image,
    trial_sheet_pdf,
)
from labels.stocks import STOCKS, USUAL_STOCK, LabelStock

MOST_LABELS: Final = 5000
# A preview is shown at one and a half times its size on paper (CSS counts 96 pixels an inch).
PREVIEW_PIXELS_PER_MM: Final = 1.5 * 96 / 25.4


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants printed. With a printer its paper, resolution and nudge win over `stock` and `dpi`."""

    codes: tuple[str, ...] = ()
    design: str = USUAL_DESIGN
    stock: str = USUAL_STOCK
    first: int = 1
    copies: int = 1
    logo: bool = False
    dpi: int = 300
    printer: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """The paper under the print head."""

    key: str
    stock: LabelStock
    dpi: int
    nudge: Nudge
    first: int = 1
    copies: int = 1


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that holds labels: what it is on the screen and on the wire, and who makes it."""

    mime: str
    suffix: str
    made: Callable[[list[Label], Setting], bytes]


def stock_named(key: str) -> LabelStock:
    """The label paper with this key. Refuses (BadInput) an unknown one."""
    stock = STOCKS.get(key) or every_stock().get(key)
    if stock is None:
        raise BadInput(_("There is no label paper called “%(stock)s”."), stock=key[:40], field="stock")
    return stock


def usable_stocks() -> dict[str, LabelStock]:
    """The papers on which this installation's address fits as a QR code, by key."""
    url = tag_url("0" * 9, public_host())
    return {key: stock for key, stock in every_stock().items() if _fits(url, stock)}


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in the list: whether it is somebody's own, and why it cannot be used here, if it cannot."""

    key: str
    stock: LabelStock
    own: bool
    why_not: str


def papers(*, actor: Actor) -> list[Paper]:
    """Every paper, usable or not, people's own ones first. Refuses NotAllowed."""
    require(actor, Word.LABEL)
    url = tag_url("0" * 9, public_host())
    found = [Paper(key, stock, key not in STOCKS, _why_not(url, stock)) for key, stock in every_stock().items()]
    return sorted(found, key=lambda paper: not paper.own)


def setting_of(wish: Wish) -> Setting:
    """The paper, resolution and nudge of a wish. Refuses (BadInput) an unknown printer or paper."""
    if not wish.printer:
        return Setting(wish.stock, stock_named(wish.stock), wish.dpi, NO_NUDGE, wish.first, wish.copies)
    return setting_at(printer_named(wish.printer), first=wish.first, copies=wish.copies)


def setting_at(printer: Printer, *, first: int = 1, copies: int = 1) -> Setting:
    """The paper in a printer."""
    return Setting(printer.stock, stock_named(printer.stock), printer.dpi, printer.nudge, first, copies)


def labels_for(wish: Wish, *, actor: Actor) -> list[Label]:
    """The labels of a wish, each once. Refuses as `labels_of`; BadInput (more than 5,000 with their copies)."""
    labels = labels_of(wish.codes, actor=actor, design=wish.design, logo=wish.logo)
    if len(labels) * wish.copies > MOST_LABELS:
        raise BadInput(
            _("That makes %(count)s labels. Print at most %(most)s at once."),
            count=len(labels) * wish.copies,
            most=MOST_LABELS,
            field="copies",
        )
    return labels


def made_file(labels: list[Label], setting: Setting, kind: str) -> bytes:
    """Labels as a file of a kind of `FILES`. Refuses (BadInput) another kind, and what paper or printer cannot do."""
    return file_kind(kind).made(labels, setting)


def file_kind(kind: str) -> FileKind:
    """The kind of file with this name. Refuses (BadInput) an unknown one."""
    if kind not in FILES:
        raise BadInput(
            _("Labels come as %(kinds)s, not as “%(kind)s”."), kind=kind[:20], kinds=", ".join(FILES), field="kind"
        )
    return FILES[kind]


def file_for(printer: Printer) -> str:
    """The kind of file a printer takes."""
    return _SPOKEN[PrinterKind(printer.kind)]


def preview(wish: Wish, *, actor: Actor, code: str = "") -> bytes:
    """The PNG of one label of a wish as it will look, of something invented where no code is given.

    Refuses as `labels_of` and `label_png` do.
    """
    require(actor, Word.LABEL)
    setting = setting_of(wish)
    if not code:
        label = sample(wish.design, logo=wish.logo)
    else:
        label = labels_of([code], actor=actor, design=wish.design, logo=wish.logo)[0]
    return label_png(label, setting.stock, dpi=setting.dpi)


def why_no_preview(wish: Wish, *, actor: Actor, code: str = "") -> str:
    """Why `preview` refuses, for the page to say it in its place; empty where it does not."""
    try:
        preview(wish, actor=actor, code=code)
    except Refusal as refusal:
        return str(refusal)
    return ""


def preview_size(wish: Wish, actor: Actor, code: str) -> tuple[str, int, int]:
    """The key of the paper, and the preview's width and height in CSS pixels. Refuses as `preview` does."""
    preview(wish, actor=actor, code=code)
    setting = setting_of(wish)
    width, height = (round(side * PREVIEW_PIXELS_PER_MM) for side in setting.stock.label)
    return setting.key, width, height


def trial(wish: Wish, kind: str, *, actor: Actor) -> bytes:
    """A test page: the borders of the labels with the printer's nudge, as PDF, or of one label for a label printer.

    Refuses: NotAllowed; BadInput (paper, printer, kind of file).
    """
    require(actor, Word.LABEL)
    setting = setting_of(wish)
    if kind == "pdf":
        return trial_sheet_pdf(setting.stock, nudge=setting.nudge)
    picture = trial_image(setting.stock, dpi=setting.dpi, nudge=setting.nudge)
    if kind == "zpl":
        return zebra.zpl(raster(picture))
    if kind == "brother":
        tape = brother.tape_of(setting.key)
        return brother.raster_commands([raster(picture, brother.cut_for(tape))], tape)
    return png(picture, setting.dpi)


def sheet(tags: Iterable[str], stock: str, *, actor: Actor, first: int = 1, copies: int = 1) -> bytes:
    """The PDF of these tags' labels to look at, from the first free place of the first page on; nothing is counted.

    Refuses: NotAllowed; BadInput (tags, paper, first place, copies, more than 5,000 labels); NotFound (a tag
    never given out).
    """
    wish = Wish(tuple(tags), stock=stock, first=first, copies=copies)
    setting = setting_of(wish)
    return made_file(labels_for(wish, actor=actor), setting, "pdf")


def _pdf(labels: list[Label], setting: Setting) -> bytes:
    return sheet_pdf(labels, setting.stock, first=setting.first, copies=setting.copies, nudge=setting.nudge)


def _png(labels: list[Label], setting: Setting) -> bytes:
    if len(labels) != 1:
        raise BadInput(_("A picture holds one label. Choose the PDF for several."), field="kind")
    return label_png(labels[0], setting.stock, dpi=setting.dpi, nudge=setting.nudge)


def _zpl(labels: list[Label], setting: Setting) -> bytes:
    pictures = (label_image(label, setting.stock, dpi=setting.dpi, nudge=setting.nudge) for label in labels)
    return b"".join(zebra.zpl(raster(picture), setting.copies) for picture in pictures)


def _brother(labels: list[Label], setting: Setting) -> bytes:
    tape = brother.tape_of(setting.key)
    pages = []
    for label in labels:
        picture = label_image(label, setting.stock, dpi=brother.DPI, nudge=setting.nudge)
        pages += [raster(picture, brother.cut_for(tape))] * setting.copies
    return brother.raster_commands(pages, tape)


def _why_not(url: str, stock: LabelStock) -> str:
    if _fits(url, stock):
        return ""
    try:
        refuse_too_small(url, stock)
    except BadInput as refusal:
        return str(refusal)
    return ""


@lru_cache(maxsize=256)
def _fits(url: str, stock: LabelStock) -> bool:
    return fits(url, stock)


FILES: Final[dict[str, FileKind]] = {
    "pdf": FileKind("application/pdf", "pdf", _pdf),
    "png": FileKind("image/png", "png", _png),
    "zpl": FileKind("application/octet-stream", "zpl", _zpl),
    "brother": FileKind("application/octet-stream", "bin", _brother),
}
_SPOKEN: Final = {PrinterKind.OFFICE: "pdf", PrinterKind.ZEBRA: "zpl", PrinterKind.BROTHER: "brother"}
