"""A page of label paper as a small drawing: where its labels lie, which are used up, which will be printed."""

from __future__ import annotations

from labels.layout import boxes
from labels.stocks import LabelStock

_INK = "#1B2430"
_FREE, _TAKEN, _PRINTED = "#FFFFFF", "#D9DCE1", "#CFE6E3"


def page_svg(stock: LabelStock, *, first: int = 1, count: int = 0) -> str:
    """The first page as SVG, numbers in its labels: before `first` (from 1) used up, `count` from there printed.

    Refuses (BadInput) paper whose labels do not fit on their page.
    """
    width, height = stock.page
    shapes = []
    for number, box in enumerate(boxes(stock), start=1):
        fill = _TAKEN if number < first else _PRINTED if number < first + count else _FREE
        shapes.append(
            f'<rect x="{box.x:.2f}" y="{box.y:.2f}" width="{box.width:.2f}" height="{box.height:.2f}" rx="1.5" '
            f'fill="{fill}" stroke="{_INK}" stroke-width=".35"/>'
        )
        size = min(9.0, 0.5 * box.height)
        shapes.append(
            f'<text x="{box.x + box.width / 2:.2f}" y="{box.y + box.height / 2 + 0.35 * size:.2f}" '
            f'font-size="{size:.1f}" text-anchor="middle">{number}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {width + 2:g} {height + 2:g}" '
        f'width="{width + 2:g}mm" height="{height + 2:g}mm" font-family="sans-serif" fill="{_INK}">'
        f'<rect width="{width:g}" height="{height:g}" fill="#FFFFFF" stroke="{_INK}" stroke-width=".5"/>'
        f"{''.join(shapes)}</svg>"
    )
