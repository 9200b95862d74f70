"""The movements as CSV for audit tools: the same rows and headings as the workbook's sheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import IO, Any

import orjson
from django.utils import translation

from inventory.reports.device_list import harmless
from inventory.reports.period import Scope, in_language
from inventory.reports.proof import proof_of_now
from inventory.reports.selection import in_pieces
from inventory.reports.sheets.movements import movement_rows, movement_sheet
from inventory.reports.sheets.stock import Stock


def write_twin(scope: Scope, target: IO[bytes]) -> None:
    """Write the movements of a period as CSV; as `twin_chunks` gives them."""
    for chunk in twin_chunks(scope):
        target.write(chunk)


def twin_chunks(scope: Scope) -> Iterator[bytes]:
    """The movements of a period as CSV (UTF-8 with its mark, semicolons, CRLF), some hundred rows at a time.

    Moments are ISO 8601 with their offset; the same ledger and scope give the same bytes.
    """
    return in_language(scope.language, _chunks(scope))


def _chunks(scope: Scope) -> Iterator[bytes]:
    size = proof_of_now().size
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    text.write("\ufeff")
    writer.writerow([column.heading for column in movement_sheet().columns])
    for some in in_pieces(movement_rows(scope, Stock(), size)):
        writer.writerows([_spelt(value) for value in row] for row in some)
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


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
