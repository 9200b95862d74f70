"""The movements as CSV for audit tools: the same rows and headings as the workbook's sheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from typing import IO, Any

import orjson
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
        for row in movement_rows(scope, stock_before(scope)):
            writer.writerow([_spelt(value) for value in row])
            count += 1
    text.flush()
    text.detach()
    return count


def twin_file(scope: Scope) -> IO[bytes]:
    """The twin in a temporary file, at its beginning."""
    handle = tempfile.TemporaryFile()  # noqa: SIM115  # the caller streams and closes it
    write_twin(scope, handle)
    handle.seek(0)
    return handle


def schema_of(scope: Scope) -> bytes:
    """What the twin's columns hold, as a Frictionless data resource (JSON): the same scope gives the same bytes."""
    with translation.override(scope.language), movement_sheet() as sheet:
        fields = [{"name": column.heading, **_TYPES[column.kind]} for column in sheet.columns]
    resource = {
        "name": f"movements-{scope.first}-{scope.last}",
        "profile": "tabular-data-resource",
        "encoding": "utf-8-sig",
        "dialect": {"delimiter": ";", "lineTerminator": "\r\n", "doubleQuote": True, "header": True},
        "schema": {"fields": fields, "missingValues": [""], "primaryKey": fields[0]["name"]},
    }
    return orjson.dumps(resource, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


# Kinds of columns of our sheets as Frictionless names them.
_TYPES: dict[str, dict[str, str]] = {
    "text": {"type": "string"},
    "int": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": {"type": "date"},
    "moment": {"type": "datetime", "format": "any"},
}


def _spelt(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="seconds")
    return harmless(value) if isinstance(value, str) else value
