"""The summary: opening + in − out ± corrections = closing, by kind and status, in formulas that anybody can follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from inventory.devices.categories import CATEGORIES
from inventory.lifecycle import Status
from inventory.reports.long_sheet import LongSheet
from inventory.reports.package import Package, head
from inventory.reports.sheets import items, movements
from inventory.reports.sheets.stock import Balance, Cell

_LETTERS = "ABCDEFGHIJK"
_WIDTHS = (20, 14, 26, 24, 13, 10, 10, 13, 13, 12, 12)
# Which part of a balance stands in which column.
_PARTS = {"E": "opening", "F": "came", "G": "left", "H": "corrected", "I": "closing", "J": "counted"}


def summary(
    package: Package, page: Worksheet, counted: dict[Cell, Balance], moved: Sequence[LongSheet], devices: LongSheet
) -> None:
    """Fill the sheet. Each formula bears the result that it has now; the check column turns red where it is not 0."""
    headings = (
        *(_("Kind"), _("Kind (code)"), _("Status"), _("Status (code)"), _("Opening"), _("In"), _("Out")),
        *(_("Corrections"), _("Closing"), _("Counted"), _("Check")),
    )
    for letter, heading, width in zip(_LETTERS, headings, _WIDTHS, strict=True):
        page[f"{letter}1"] = heading
        head(page[f"{letter}1"], number=letter > "D")
        page.column_dimensions[letter].width = width
    page.row_dimensions[1].height = 20
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    ordered = sorted(counted, key=_place)
    for row, cell in enumerate(ordered, start=2):
        page.cell(row, 1, str(CATEGORIES.get(cell.kind, cell.kind)))
        page.cell(row, 2, cell.kind)
        page.cell(row, 3, str(Status(cell.status).label))
        page.cell(row, 4, cell.status)
        page.cell(row, 5, counted[cell].opening)
        _balance(package, page, row, counted[cell], moved, devices)
    total = len(ordered) + 2
    page.cell(total, 1, _("All")).font = Font(bold=True)
    for letter, name in _PARTS.items():
        result = sum(getattr(one, name) for one in counted.values())
        last = max(total - 1, 2)
        package.formula(page, f"{letter}{total}", f"=SUM({letter}2:{letter}{last})" if ordered else "=0", result)
        page[f"{letter}{total}"].font = Font(bold=True)
    package.formula(page, f"K{total}", f"=I{total}-J{total}", _whole(counted))
    red = PatternFill("solid", start_color="F6C9C4", end_color="F6C9C4")
    page.conditional_formatting.add(f"K2:K{total}", CellIsRule(operator="notEqual", formula=["0"], fill=red))


def _balance(
    package: Package, page: Any, row: int, balance: Balance, moved: Sequence[LongSheet], devices: LongSheet
) -> None:
    kind, status = f"$B{row}", f"$D{row}"
    same = {movements.FROM: status, movements.TO: status, movements.KIND: kind}
    parts = {
        "F": _moves(moved, {movements.TO: status, movements.KIND: kind}, same),
        "G": _moves(moved, {movements.FROM: status, movements.KIND: kind}, same),
        "H": _moves(
            moved,
            {movements.TO: status, movements.KIND: kind, movements.KIND_BEFORE: '"<>"'},
            {movements.TO: status, movements.KIND_BEFORE: kind},
        ),
        "I": f"=E{row}+F{row}-G{row}+H{row}",
        "J": f"=COUNTIFS({_span(devices, items.STATUS)},{status},{_span(devices, items.KIND)},{kind})",
    }
    for letter, formula in parts.items():
        package.formula(page, f"{letter}{row}", formula, getattr(balance, _PARTS[letter]))
    package.formula(page, f"K{row}", f"=I{row}-J{row}", balance.closing - balance.counted)


def _moves(sheets: Sequence[LongSheet], all_of: dict[str, str], but: dict[str, str]) -> str:
    """A formula that counts the movements of devices where these columns hold this, less those where others do."""
    return "=" + "".join(f"+{_counted(sheet, all_of)}-{_counted(sheet, but)}" for sheet in sheets).removeprefix("+")


def _counted(sheet: LongSheet, wanted: dict[str, str]) -> str:
    criteria = {movements.THING: '"device"', **wanted}
    return f"COUNTIFS({','.join(f'{_span(sheet, column)},{value}' for column, value in criteria.items())})"


def _span(sheet: LongSheet, column: str) -> str:
    return f"'{sheet.title}'!${column}$2:${column}${max(sheet.rows + 1, 2)}"


def _place(cell: Cell) -> tuple[int, int]:
    kinds = list(CATEGORIES)
    return (kinds.index(cell.kind) if cell.kind in kinds else len(kinds), list(Status).index(Status(cell.status)))


def _whole(counted: dict[Cell, Balance]) -> int:
    return sum(one.closing - one.counted for one in counted.values())
