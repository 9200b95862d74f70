"""The auditor's workbook: how fast its rows are written, beside other writers, and whether its memory stays flat."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import openpyxl
import xlsxwriter
from django.utils import timezone

from inventory.devices.commands import declare_list
from inventory.devices.models import Device
from inventory.ledger.commands import seal
from inventory.ledger.growth import sealed_size
from inventory.reports.long_sheet import Column, LongSheet
from inventory.reports.package import Package
from inventory.reports.period import scope_of
from inventory.reports.sheets.movements import movement_rows, movement_sheet
from inventory.reports.sheets.stock import Stock
from tests import journeys
from tests.benchmarks.measuring import Figure, Goal, side_by_side
from tests.benchmarks.memory import MEGABYTE, url
from tests.benchmarks.proofs import grown_to
from tests.people import everybody

MOST_MEGABYTES = 150
MOST_SECONDS = 2.0
# Devices among the movements: a fifth, and at most so many.
MOST_DEVICES = 200_000
PIECE = 20_000
# Columns of the 14 that every writer can be asked for.
COLUMNS = 14
Rows = Sequence[Sequence[Any]]


def movements_to_workbook() -> Figure:
    """Movements as a sheet, beside openpyxl's write-only mode with the same cells, both from memory."""
    rows = _movements(None)
    times = side_by_side(lambda: _ours(rows), lambda: _openpyxl(rows), times=3)
    what = f"{len(rows):,} movements from memory to XLSX; openpyxl write-only"
    return Figure("workbook", what, *times, Goal(1 / 6, "at most"))


def hundred_thousand(plain: Callable[[Rows], None], name: str, other: str, bound: float) -> Figure:
    """100,000 movements of 14 columns as a sheet, beside another writer with the same cells, both from memory."""
    _stocked(100_000)
    rows = [row[:COLUMNS] for row in _movements(100_000)]
    times = side_by_side(lambda: _ours(rows), lambda: plain(rows), times=1)
    what = f"{len(rows):,} movements × {COLUMNS} columns from memory to XLSX; {other}"
    return Figure(name, what, *times, Goal(bound, "at most"))


def whole_workbook(count: int) -> Figure:
    """The whole workbook of so many movements as the service sends it, by a process of its own: what it holds."""
    told = _sent(count)
    what = (
        f"whole workbook, {told['rows']:,} movements and {told['devices']:,} devices, {told['megabytes']:.0f} MB long, "
        f"{told['seconds']:.0f} s of CPU; the limit"
    )
    ours = told["peak"] / MEGABYTE
    return Figure(f"workbook-memory-{count}", what, ours, MOST_MEGABYTES, Goal(1.0, "at most"), unit="MB")


def first_byte(count: int) -> Figure:
    """From asking to the first byte and to the first row, on the clock of the wall, beside the limit."""
    told = _sent(count)
    what = f"first byte of a workbook of {told['rows']:,} movements, first rows after {told['row']:.2f} s; the limit"
    return Figure(f"workbook-first-{count}", what, told["first"], MOST_SECONDS, Goal(1.0, "at most"))


_SENT: dict[int, dict[str, float]] = {}


def _sent(count: int) -> dict[str, float]:
    if count not in _SENT:
        _stocked(count)
        command = [sys.executable, "-m", "tests.benchmarks.sending"]
        said = subprocess.run(command, env={**os.environ, "DATABASE_URL": url()}, stdout=subprocess.PIPE, check=True)
        _SENT[count] = json.loads(said.stdout)
    return _SENT[count]


def _stocked(count: int) -> None:
    """So many movements in the ledger, a fifth of them devices that enter."""
    actor = everybody().technician
    while (have := Device.objects.count()) < min(count // 5, MOST_DEVICES):
        numbers = range(have, have + PIECE)
        declare_list([journeys.announced(serial=f"WB{n:09d}", inventory_number=f"W{n}") for n in numbers], actor=actor)
        seal()
    grown_to(count)


def _movements(count: int | None) -> Rows:
    today = timezone.localdate()
    return list(movement_rows(scope_of(today, today, "fr"), Stock(), count or sealed_size()))


def _ours(rows: Rows) -> None:
    whole = movement_sheet()
    sheet = LongSheet(whole.title, [Column(one.heading, one.kind, one.width) for one in whole.columns[: len(rows[0])]])
    package = Package()
    package.long(sheet, rows)
    package.write(io.BytesIO())


def _naive(rows: Rows) -> Iterator[list[Any]]:
    # Neither of the others takes moments with a zone.
    return ([cell.replace(tzinfo=None) if hasattr(cell, "tzinfo") else cell for cell in row] for row in rows)


def _openpyxl(rows: Rows) -> None:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Movements")
    for row in _naive(rows):
        page.append(row)
    book.save(io.BytesIO())


def _xlsxwriter(rows: Rows) -> None:
    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss", "strings_to_formulas": False}
    book = xlsxwriter.Workbook(io.BytesIO(), options)
    page = book.add_worksheet("Movements")
    for number, row in enumerate(_naive(rows)):
        page.write_row(number, 0, row)
    book.close()


WORKBOOKS: dict[str, Callable[[], Figure]] = {
    "workbook-openpyxl": partial(hundred_thousand, _openpyxl, "workbook-openpyxl", "openpyxl write-only", 1 / 6),
    "workbook-xlsxwriter": partial(
        hundred_thousand, _xlsxwriter, "workbook-xlsxwriter", "XlsxWriter, constant memory", 1 / 3
    ),
    "workbook-memory": partial(whole_workbook, 100_000),
    "workbook-first": partial(first_byte, 100_000),
    "workbook-memory-million": partial(whole_workbook, 1_000_000),
    "workbook-first-million": partial(first_byte, 1_000_000),
}
