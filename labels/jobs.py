"""One printing job, from tags to a file: both doors ask here, so they give the same paper and the same refusals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.tags import tag_url
from inventory.errors import BadInput
from inventory.lifecycle import Actor, Word
from labels.queries import every_stock, labels_of, public_host
from labels.render import fits, label_png, refuse_too_small, sheet_pdf
from labels.stocks import STOCKS, LabelStock

MOST_LABELS = 5000


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
    """Every paper, usable or not. Refuses NotAllowed."""
    require(actor, Word.LABEL)
    url = tag_url("0" * 9, public_host())
    return [Paper(key, stock, key not in STOCKS, _why_not(url, stock)) for key, stock in every_stock().items()]


def sheet(tags: Iterable[str], stock: str, *, actor: Actor, first: int = 1, copies: int = 1) -> bytes:
    """The PDF of these tags' labels, from the first free place of the first page on.

    Refuses: NotAllowed; BadInput (tags, paper, first place, copies, more than 5,000 labels); NotFound (a tag
    never given out).
    """
    paper = stock_named(stock)
    labels = labels_of(tags, actor=actor)
    if len(labels) * copies > MOST_LABELS:
        raise BadInput(
            _("That makes %(count)s labels. Print at most %(most)s at once."),
            count=len(labels) * copies,
            most=MOST_LABELS,
            field="copies",
        )
    return sheet_pdf(labels, paper, first=first, copies=copies)


def picture(tag: str, stock: str, *, actor: Actor, dpi: int = 300) -> bytes:
    """The 1-bit PNG of one tag's label, for a printer of `dpi` dots an inch. Refuses as `sheet` does."""
    (label,) = labels_of([tag], actor=actor)
    return label_png(label, stock_named(stock), dpi=dpi)


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
