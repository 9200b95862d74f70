"""A table of a data set as files: CSV for machines and for people, and a workbook; the same rows, the same bytes."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils import translation

from inventory.reports.device_list import harmless
from inventory.reports.long_sheet import Column, LongSheet
from inventory.reports.open_data.datasets import Dataset, Field, Rows
from inventory.reports.package import Package

# The files of each table: its name's end, the language of its words ("" is for machines), its form.
FORMS: Final = (
    ("", "", "csv"),
    ("-fr", "fr", "csv"),
    ("-nl", "nl", "csv"),
    ("-fr", "fr", "xlsx"),
    ("-nl", "nl", "xlsx"),
)
MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def made(dataset: Dataset, year: int, rows: Rows, language: str, form: str) -> bytes:
    """One file of a table. The same rows give the same bytes."""
    if form == "xlsx":
        with translation.override(language):
            return _workbook(dataset, year, rows)
    if not language:
        return _csv([field.name for field in dataset.fields], rows, ",", "")
    with translation.override(language):
        told = [tuple(field.told(value) for field, value in zip(dataset.fields, row, strict=True)) for row in rows]
        return _csv([str(field.title) for field in dataset.fields], told, ";", "\ufeff")


def _csv(heads: list[str], rows: Sequence[tuple[Any, ...]], sign: str, mark: str) -> bytes:
    """RFC 4180 for machines: UTF-8, commas, CRLF, ISO days, decimal points. For Excel: its mark and semicolons."""
    out = io.StringIO()
    out.write(mark)
    write = csv.writer(out, delimiter=sign, lineterminator="\r\n").writerow
    write(heads)
    for row in rows:
        write([spelt(value) for value in row])
    return out.getvalue().encode()


def spelt(value: Any) -> str:
    """A value as a CSV spells it; nothing for what is not known."""
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return harmless(value) if isinstance(value, str) else str(value)


def _workbook(dataset: Dataset, year: int, rows: Rows) -> bytes:
    out = io.BytesIO()
    columns = [Column(str(field.title), field.kind, _width(field)) for field in dataset.fields]
    with LongSheet(str(year), columns, code=dataset.code.replace("-", "_")) as sheet:
        sheet.extend([field.told(value) for field, value in zip(dataset.fields, row, strict=True)] for row in rows)
        package = Package(str(dataset.title), str(year))
        package.long(sheet)
        package.write(out)
    return out.getvalue()


def _width(field: Field) -> int:
    return 13 if field.kind != "text" else 34 if field.name in {"beneficiary", "legal_form"} else 20
