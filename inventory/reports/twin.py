"""The movements as CSV for audit tools: the same rows and headings as the workbook's sheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import IO, Any

from django.utils import translation

from inventory.ledger.commands import seal
from inventory.reports.device_list import harmless
from inventory.reports.period import Scope
from inventory.reports.sheets.movements import movement_rows, movement_sheet
from inventory.reports.sheets.stock import stock_before


def write_twin(scope: Scope, target: IO[bytes]) -> int:
    """Write the movements of a period as CSV (UTF-8 with its mark, semicolons, CRLF). Returns how many rows.

    Moments are ISO 8601 with their offset; the same ledger and scope give the same bytes.
    """
    seal()
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    count = 0
    with translation.override(scope.language), movement_sheet() as sheet:
        writer.writerow([column.heading for column in sheet.columns])
        for row in movement_rows(scope, stock_before(scope.start)):
            writer.writerow([_spelt(value) for value in row])
            count += 1
    text.flush()
    text.detach()
    return count


def _spelt(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    return harmless(value) if isinstance(value, str) else value
