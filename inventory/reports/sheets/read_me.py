"""The first sheet: what this workbook is, how it can be checked without us, and what stands on every other sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from inventory.reports.long_sheet import LongSheet, plain_text
from inventory.reports.package import Package
from inventory.reports.period import Scope
from inventory.reports.proof import Proof

# Cells that have a name in every language, for those who calculate with them.
_NAMED = ("first_day", "last_day", "ledger_size", "ledger_root", "filter")
# Rows before the first line.
_TOP = 2


def read_me(package: Package, page: Worksheet, scope: Scope, proof: Proof, sheets: Sequence[LongSheet]) -> None:
    """Fill the sheet: one line a fact, one a sheet; the third and fourth column of these are for machines."""
    for letter, width in {"A": 38, "B": 86, "C": 13, "D": 68}.items():
        page.column_dimensions[letter].width = width
    page["A1"] = _("Relais – ledger of devices")
    page["A1"].font = Font(bold=True, size=16, color="0B5C57")
    facts = [
        (_("First day"), scope.first),
        (_("Last day"), scope.last),
        (_("Entries in the whole ledger"), proof.size),
        (_("Root of the whole ledger"), proof.root),
        (_("Filter"), "\n".join(scope.filter.words()) if scope.filter else str(_("None: the whole period"))),
    ]
    number = _TOP
    for name, (label, value) in zip(_NAMED, facts, strict=True):
        number += 1
        _line(page, number, label, value)
        # What a name shows; the sheet's own name may hold an apostrophe.
        title = page.title.replace("'", "''")
        package.book.defined_names[name] = DefinedName(name, attr_text=f"'{title}'!$B${number}")
    page.cell(number, 4, scope.filter.text())
    if scope.report:
        number += 1
        _line(page, number, _("Report"), scope.report)
    for sheet in sheets:
        number += 1
        _line(page, number, _("Rows in '%(sheet)s'") % {"sheet": sheet.title}, sheet.rows)
        page.cell(number, 3, sheet.code)
        page.cell(number, 4, sheet.sha256 if sheet.checked else "")
    for label, words in [*(_filtered(sheets) if scope.filter else []), *_explained(sheets)]:
        number += 1
        _line(page, number, label, words)
    page.print_area = f"A1:B{number}"


def _filtered(sheets: Sequence[LongSheet]) -> list[tuple[str, str]]:
    titles = {sheet.code: sheet.title for sheet in reversed(sheets)}
    return [
        (
            _("What does this filter leave out?"),
            _(
                "This workbook is about the chosen devices and their storage media only. It is not complete and does "
                "not continue another one; every row shown is in the ledger all the same. '%(awards)s' are chosen by "
                "association and kind, '%(counts)s' by location; '%(sample)s' is left out."
            )
            % {name: titles[name] for name in ("awards", "counts", "sample")},
        )
    ]


def _explained(sheets: Sequence[LongSheet]) -> list[tuple[str, str]]:
    titles = {sheet.code: sheet.title for sheet in reversed(sheets)}
    return [
        (
            _("What is a row of '%(sheet)s'?") % {"sheet": titles["movements"]},
            _("One deed done to one thing. Rows are only ever added, never changed or removed."),
        ),
        (
            _("How can I check it?"),
            _(
                "With the script verify_workbook.py, without us: python3 verify_workbook.py FILE.xlsx. The leaf is "
                "SHA-256 over a zero byte and the hashed text (RFC 6962); the rows and '%(sheet)s' give the root."
            )
            % {"sheet": titles["proof"]},
        ),
        (
            _("What ties the other sheets to the ledger?"),
            _(
                "Their rows name the last entry about their thing and its leaf; 'Check' is a fingerprint of the row. "
                "Fingerprints show a slip of the finger; whoever can write all of them anew can hide a change, but "
                "not one of the movements."
            ),
        ),
        (
            _("Whose names stand here?"),
            _("Those of associations, which are public by law. Actors are pseudonyms; reasons are codes."),
        ),
        (
            _("How does the summary add up?"),
            _(
                "Opening + in − out ± corrections = closing for every kind and status, and closing is what is counted "
                "in '%(sheet)s'; the check column shows 0, and turns red if not. A correction is a device that was "
                "taken for another kind."
            )
            % {"sheet": titles["devices"]},
        ),
    ]


def _line(page: Any, number: int, label: str, value: Any) -> None:
    page.cell(number, 1, label).font = Font(bold=True)
    cell = page.cell(number, 2, plain_text(value) if isinstance(value, str) else value)
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
    page.cell(number, 1).alignment = Alignment(wrap_text=True, vertical="top")
    # Nobody computes the height of a wrapped row for us: so many lines of 15 points.
    lines = sum(max(1, -(-len(line) // 80)) for line in str(value).split("\n"))
    page.row_dimensions[number].height = 15 * max(-(-len(label) // 34), lines)
    if isinstance(value, dt.date):
        cell.number_format = "yyyy-mm-dd"
