"""Empty lists to fill in: the headings that our own reader knows, in the reader's language."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.utils.translation import gettext as _

from imports.kinds import COLLECT, Field, Kind, cells

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

_ROOM = 500


def template_csv(kind: Kind = COLLECT) -> bytes:
    """The headings of a kind of list as CSV that Excel opens by a double click: UTF-8 with its mark, semicolons."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow([str(one.heading) for one in _fields(kind)])
    return out.getvalue().encode("utf-8-sig")


def template_xlsx(kind: Kind = COLLECT) -> bytes:
    """The same as a workbook whose number columns are text, so that Excel keeps zeros and long numbers."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    for column, one in enumerate(_fields(kind), start=1):
        heading = str(one.heading)
        cell = sheet.cell(1, column, heading)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = max(16, len(heading) + 4)
        form = "@" if one.text else "dd/mm/yyyy" if one.read is cells.date else "General"
        for line in range(2, _ROOM + 2):
            if form != "General":
                sheet.cell(line, column).number_format = form
        if one.name in kind.clearable:
            _hint(sheet, get_column_letter(column), heading)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _hint(sheet: Any, letter: str, heading: str) -> None:
    """What Excel shows beside a cell of the column while somebody fills it in."""
    from openpyxl.worksheet.datavalidation import DataValidation

    said = _("Without anything: what we know stays. (empty): the field is emptied.")
    hint = DataValidation(allow_blank=True, showInputMessage=True, promptTitle=heading[:32], prompt=said)
    hint.add(f"{letter}2:{letter}{_ROOM + 1}")
    sheet.add_data_validation(hint)


def _fields(kind: Kind) -> list[Field]:
    return [one for one in kind.fields if one.in_template]
