"""The ledger as an Excel workbook for auditors: read me, summary that calculates, and the sheets behind them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import IO

from django.utils.translation import gettext as _

from inventory.reports.package import Package
from inventory.reports.period import Scope, in_language
from inventory.reports.proof import proof_of_now, rows
from inventory.reports.selection import movements_of
from inventory.reports.sheets.awards import award_rows, award_sheet
from inventory.reports.sheets.codes import code_rows, code_sheet
from inventory.reports.sheets.counts import count_rows, count_sheet
from inventory.reports.sheets.exceptions import exception_rows, exception_sheet
from inventory.reports.sheets.items import device_rows, device_sheet, medium_rows, medium_sheet
from inventory.reports.sheets.movements import movement_rows, movement_sheets
from inventory.reports.sheets.others import proof_sheet
from inventory.reports.sheets.read_me import read_me
from inventory.reports.sheets.sample import sample_rows, sample_sheet
from inventory.reports.sheets.stock import Stock
from inventory.reports.sheets.summary import summary
from inventory.reports.sheets.waste import waste_rows, waste_sheet


def write_workbook(scope: Scope, target: IO[bytes]) -> None:
    """Write the workbook of a period. The same ledger and scope give the same bytes, whenever it is asked."""
    for chunk in workbook_chunks(scope):
        target.write(chunk)


def workbook_chunks(scope: Scope) -> Iterator[bytes]:
    """The workbook as it comes into being: whoever waits has its beginning at once, and nobody holds it whole."""
    return in_language(scope.language, _chunks(scope))


def _chunks(scope: Scope) -> Iterator[bytes]:
    proof = proof_of_now()
    stock = Stock()
    package = Package(f"{scope.first} – {scope.last}", proof.root[:16])
    first, second = package.short(_("Read me")), package.short(_("Summary"))
    moving = movement_rows(scope, stock, proof.size)
    moved = []
    for sheet, count in movement_sheets(movements_of(scope, proof.size).count()):
        package.long(sheet, islice(moving, count))
        moved.append(sheet)
    devices = device_sheet()
    filled = [
        (devices, device_rows(scope, stock, proof.size)),
        (medium_sheet(), medium_rows(scope)),
        (award_sheet(), award_rows(scope)),
        (waste_sheet(), waste_rows(scope)),
        (count_sheet(), count_rows(scope)),
        (exception_sheet(), exception_rows(scope)),
        (sample_sheet(), sample_rows(scope)),
        (code_sheet(), code_rows()),
        (proof_sheet(), rows(scope, proof.size)),
    ]
    for sheet, content in filled:
        package.long(sheet, content)

    def finish() -> None:
        read_me(package, first, scope, proof, [*moved, *(sheet for sheet, _content in filled)])
        summary(package, second, stock.balances(), moved, devices)

    yield from package.chunks(finish)
