"""Empty lists to fill in: the headings that our own reader knows, in the reader's language."""

from __future__ import annotations

import csv
import io

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

HEADINGS: dict[str, Promise] = {
    "inventory_number": _("Inventory number"),
    "category": _("Category"),
    "manufacturer": _("Manufacturer"),
    "model": _("Model"),
    "serial": _("Serial number"),
    "department": _("Department"),
    "act_reference": _("Act of decommissioning"),
    "decommissioned_on": _("Date of decommissioning"),
    "weight_kg": _("Weight (kg)"),
}
_TEXT_COLUMNS = {"inventory_number", "serial", "act_reference"}
_ROOM = 500


def template_csv() -> bytes:
    """The headings as CSV that Excel opens by a double click: UTF-8 with its mark, semicolons."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow([str(heading) for heading in HEADINGS.values()])
    return out.getvalue().encode("utf-8-sig")


def template_xlsx() -> bytes:
    """The headings as a workbook whose number columns are text, so that Excel keeps zeros and long numbers."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    for column, (field, heading) in enumerate(HEADINGS.items(), start=1):
        cell = sheet.cell(1, column, str(heading))
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = max(16, len(str(heading)) + 4)
        form = "@" if field in _TEXT_COLUMNS else "dd/mm/yyyy" if field == "decommissioned_on" else "General"
        for line in range(2, _ROOM + 2):
            if form != "General":
                sheet.cell(line, column).number_format = form
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
