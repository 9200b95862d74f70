"""The ledger as an Excel workbook for auditors: read me, summary that calculates, and the sheets behind them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from typing import IO, Any

from django.utils import translation

from inventory.reports.package import LongSheet, Package
from inventory.reports.period import Scope
from inventory.reports.proof import proof_of, rows
from inventory.reports.sheets.awards import award_rows, award_sheet
from inventory.reports.sheets.codes import code_rows, code_sheet
from inventory.reports.sheets.counts import count_rows, count_sheet
from inventory.reports.sheets.exceptions import exception_rows, exception_sheet
from inventory.reports.sheets.items import device_rows, device_sheet, medium_rows, medium_sheet
from inventory.reports.sheets.movements import movement_rows, movement_sheets
from inventory.reports.sheets.others import proof_sheet
from inventory.reports.sheets.read_me import read_me
from inventory.reports.sheets.sample import sample_rows, sample_sheet
from inventory.reports.sheets.stock import balances, stock_before
from inventory.reports.sheets.summary import summary
from inventory.reports.sheets.waste import waste_rows, waste_sheet


def write_workbook(scope: Scope, target: IO[bytes]) -> None:
    """Write the workbook of a period. The same ledger and scope give the same bytes, whenever it is asked."""
    proof = proof_of(scope)
    with translation.override(scope.language), ExitStack() as kept:

        def filled(sheet: LongSheet, content: Iterable[tuple[Any, ...]]) -> LongSheet:
            kept.enter_context(sheet).extend(content)
            return sheet

        stock = stock_before(scope)
        opening = stock.cells()
        # The stock follows the movements to the end of the period while they are written.
        moved = movement_sheets(movement_rows(scope, stock), kept)
        devices = filled(device_sheet(), device_rows(stock))
        sheets = [
            *moved,
            devices,
            filled(medium_sheet(), medium_rows(scope)),
            filled(award_sheet(), award_rows(scope)),
            filled(waste_sheet(), waste_rows(scope)),
            filled(count_sheet(), count_rows(scope)),
            filled(exception_sheet(), exception_rows(scope)),
            filled(sample_sheet(), sample_rows(scope)),
            filled(code_sheet(), code_rows()),
            filled(proof_sheet(), rows(proof)),
        ]
        package = Package(f"{scope.first} – {scope.last}", proof.root[:16])
        read_me(package, scope, proof, sheets)
        summary(package, balances(opening, stock), moved, devices)
        for sheet in sheets:
            package.long(sheet)
        package.write(target)


def workbook_file(scope: Scope) -> IO[bytes]:
    """The workbook in a temporary file, at its beginning."""
    handle = tempfile.TemporaryFile()  # noqa: SIM115  # the caller streams and closes it
    write_workbook(scope, handle)
    handle.seek(0)
    return handle
