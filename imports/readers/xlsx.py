"""Excel workbooks, read in a child process that can be killed: one crafted cell aborts the whole process."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports.readers.table import Limits, Row, Table, build_table
from inventory.errors import BadFile

_CHILD = Path(__file__).with_name("workbook_child.py")

_CORRUPT = _(
    "The workbook is damaged and cannot be read. Open it in Excel, save it again as .xlsx and upload that file."
)
_TOO_BIG = _(
    "The workbook unpacks to more than a list of devices needs."
    " Copy the cells into a new workbook and save it as .xlsx."
)

REASONS: dict[str, str | Promise] = {
    "corrupt": _CORRUPT,
    "too_big": _TOO_BIG,
    "macros": _("Workbooks with macros are not read. Save it as an Excel workbook without macros (.xlsx)."),
    "binary": _("Binary workbooks (.xlsb) are not read. Save it as an Excel workbook (.xlsx)."),
    "opendocument": _("OpenDocument sheets (.ods) are not read yet. Save it as an Excel workbook (.xlsx) or as CSV."),
    "not_a_workbook": _("The file is not an Excel workbook. Save the list as .xlsx or as CSV UTF-8."),
    "encrypted": _("The workbook is protected by a password. Save it without a password."),
    "entities": _("The workbook holds markup that no spreadsheet writes. Save it again in Excel as .xlsx."),
    "columns": _("The sheet uses more than %(columns)s columns. Remove the columns that are not needed."),
    "rows": _("The list has more than %(rows)s rows. Split it into several files."),
    "sheets": _("The workbook has more than %(sheets)s sheets. Keep the sheet with the list only."),
    "empty": _("The workbook holds no visible sheet with something in it. Check that you chose the right file."),
}


def read_xlsx(data: bytes, limits: Limits) -> Table:
    """Read the first visible sheet that holds something; lines are numbered as Excel numbers them.

    Refuses (`BadFile`) damaged, encrypted, oversized, macro and foreign files.
    """
    allowed = {name: value for name, value in asdict(limits).items() if isinstance(value, int)}
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_CHILD), json.dumps(allowed)],
            input=data,
            capture_output=True,
            timeout=limits.wall_seconds,
            check=False,
            env={"PYTHONIOENCODING": "utf-8", "MALLOC_ARENA_MAX": "2"},
        )
    except subprocess.TimeoutExpired:
        raise BadFile(
            _("Reading the workbook took more than %(seconds)s seconds. Split the list into several files."),
            seconds=limits.wall_seconds,
        ) from None
    lines = child.stdout.splitlines()
    last = _parsed(lines[-1]) if lines else None
    if isinstance(last, dict) and "refused" in last:
        raise BadFile(REASONS[str(last["refused"])], **allowed)
    if child.returncode != 0 or not lines:
        raise BadFile(_CORRUPT)
    sheet = _parsed(lines[0])
    rows = (Row(line, tuple(cells), tuple(numbers)) for line, cells, numbers in map(json.loads, lines[1:]))
    name = str(sheet["sheet"]) if isinstance(sheet, dict) else None
    return build_table(rows, limits, kind="xlsx", sheet=name)


def _parsed(line: bytes) -> object:
    """A child that was killed in the middle of a line leaves half of one."""
    try:
        return json.loads(line)
    except ValueError:
        return None
