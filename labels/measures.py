"""What a paper that people measured themselves must be: each fault is told at its field, with its mend."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput
from labels.stocks import LabelStock

# The largest sheet an office printer takes (A3), the largest label worth its tape; millimetres.
MOST_PAGE: Final = 420.0
LEAST_SIDE: Final = 8.0
MOST_LABELS_A_PAGE: Final = 400
# A hundredth of a millimetre is rounding, not a fault of the paper.
ROUNDING: Final = 0.01


def refuse_impossible(stock: LabelStock) -> None:
    """Refuse (BadInput, with `field` and the mend) paper whose measures cannot be true; lengths in mm.

    Fields are those of `LabelPaper`. Whether the city's QR code finds room is asked of `designs.device_label`.
    """
    across, down = 0, 1
    _sides(stock)
    _many(stock)
    _within(stock, across, stock.columns, ("label_width", "columns", "left"), _TOO_WIDE)
    _within(stock, down, stock.rows, ("label_height", "rows", "top"), _TOO_HIGH)


_TOO_WIDE: Final = _(
    "The labels need %(needed)s mm across and the page is %(page)s mm wide. Take fewer columns, or measure label, gap "
    "and left margin again."
)
_TOO_HIGH: Final = _(
    "The labels need %(needed)s mm down and the page is %(page)s mm high. Take fewer rows, or measure label, gap and "
    "upper margin again."
)


def _sides(stock: LabelStock) -> None:
    for field, side, least in (
        ("page_width", stock.page[0], LEAST_SIDE),
        ("page_height", stock.page[1], LEAST_SIDE),
        ("label_width", stock.label[0], LEAST_SIDE),
        ("label_height", stock.label[1], LEAST_SIDE),
        ("gap_x", stock.gap[0], 0.0),
        ("gap_y", stock.gap[1], 0.0),
        ("left", stock.margin[0], 0.0),
        ("top", stock.margin[1], 0.0),
        ("edge_x", stock.edge[0], 0.0),
        ("edge_y", stock.edge[1], 0.0),
    ):
        if not least <= side <= MOST_PAGE:
            raise BadInput(
                _("%(given)s mm cannot be: give between %(least)s and %(most)s mm."),
                field=field,
                given=f"{side:g}",
                least=f"{least:g}",
                most=f"{MOST_PAGE:g}",
            )


def _many(stock: LabelStock) -> None:
    for field, number in (("columns", stock.columns), ("rows", stock.rows)):
        if number < 1:
            raise BadInput(_("A page has at least one label across and one down."), field=field)
    if stock.count > MOST_LABELS_A_PAGE:
        raise BadInput(
            _("That makes %(count)s labels on a page; %(most)s are the most. Count columns and rows again."),
            field="rows",
            count=stock.count,
            most=MOST_LABELS_A_PAGE,
        )
    if stock.roll and stock.count > 1:
        raise BadInput(
            _("On a roll a page is one label. Say it is a sheet, or give one column and one row."), field="columns"
        )


def _within(stock: LabelStock, axis: int, number: int, fields: tuple[str, ...], sentence: Promise) -> None:
    label, many, margin = fields
    before, side, between = stock.margin[axis], stock.label[axis], stock.gap[axis]
    needed = before + number * side + (number - 1) * between
    if needed <= stock.page[axis] + ROUNDING:
        return
    field = many if number > 1 else margin if side <= stock.page[axis] else label
    raise BadInput(sentence, field=field, needed=f"{needed:.2f}", page=f"{stock.page[axis]:.2f}")
