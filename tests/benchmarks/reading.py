"""Reading alone: lists of every format beside the fastest library that reads it, the child's time counted with ours."""

from __future__ import annotations

import csv
import io
import os
import time
import zipfile
from collections.abc import Callable
from functools import partial

import orjson
import python_calamine as calamine

from imports.readers.opening import LIMITS, open_table
from tests.benchmarks.measuring import Figure, Goal, side_by_side
from tests.imports import workbooks
from tests.imports.other_workbooks import ods

ROWS = 100_000
HEADINGS = ("N° d'inventaire", "Catégorie", "Marque", "Modèle", "N° de série", "Service", "Acte", "Poids (kg)")
# Reading with every check is at least half as fast as the library reads without any.
GOAL = Goal(0.5, "at least")


def reading(form: str) -> Figure:
    """One format: from its bytes to every row handed over once, beside its library's own rows."""
    data, name, library = _LISTS[form]()

    def ours() -> None:
        with open_table(data, name, LIMITS) as table:
            assert sum(1 for batch in table.batches() for _row in batch) == ROWS

    times = side_by_side(ours, lambda: library(data), times=5, clock=_with_children)
    return Figure(f"read-{form}", f"{ROWS:,} rows checked, child included; {library.__name__}", *times, GOAL)


READING: dict[str, Callable[[], Figure]] = {
    f"read-{form}": partial(reading, form) for form in ("csv", "xlsx", "ods", "json")
}


def _with_children() -> float:
    spent = os.times()
    return time.process_time() + spent.children_user + spent.children_system


def _row(number: int) -> tuple[str, ...]:
    return (
        *(f"V{number:07d}", "PC portable", "Hestia", f"Bureau {number % 50}", f"SN{number:09d}", "Urbanisme"),
        *("CBE-2026-77", str(number % 90 / 10)),
    )


def csv_reader(data: bytes) -> int:
    """The standard library's rows."""
    return sum(1 for _row in csv.reader(io.StringIO(data.decode(), newline=""), delimiter=";"))


def python_calamine(data: bytes) -> int:
    """Calamine's rows."""
    sheet = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return sum(1 for _row in sheet.iter_rows())


def orjson_loads(data: bytes) -> int:
    """Orjson's objects, line by line."""
    return sum(1 for line in io.BytesIO(data) if orjson.loads(line))


def _csv() -> tuple[bytes, str, Callable[[bytes], int]]:
    out = io.StringIO()
    write = csv.writer(out, delimiter=";")
    write.writerow(HEADINGS)
    write.writerows(map(_row, range(ROWS)))
    return out.getvalue().encode(), "list.csv", csv_reader


def _json() -> tuple[bytes, str, Callable[[bytes], int]]:
    lines = (orjson.dumps(dict(zip(HEADINGS, _row(number), strict=True))) for number in range(ROWS))
    return b"\n".join(lines), "list.jsonl", orjson_loads


def _ods() -> tuple[bytes, str, Callable[[bytes], int]]:
    return ods([HEADINGS, *map(_row, range(ROWS))]), "list.ods", python_calamine


def _xlsx() -> tuple[bytes, str, Callable[[bytes], int]]:
    """By hand, as Excel packs it: openpyxl would take most of a minute. Half of the texts are shared, as there."""
    shared: dict[str, int] = {}
    before, after = workbooks.SHEET.split("{}")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", workbooks.CONTENT_TYPES)
        archive.writestr("_rels/.rels", workbooks.RELS)
        archive.writestr("xl/workbook.xml", workbooks.WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", workbooks.with_shared_strings())
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(before.encode())
            for line, row in enumerate((HEADINGS, *map(_row, range(ROWS))), start=1):
                cells = "".join(
                    _cell(f"{letter}{line}", text, shared) for letter, text in zip("ABCDEFGH", row, strict=True)
                )
                sheet.write(f'<row r="{line}">{cells}</row>'.encode())
            sheet.write(after.encode())
        archive.writestr("xl/sharedStrings.xml", workbooks.shared_strings(shared))
    return out.getvalue(), "list.xlsx", python_calamine


def _cell(reference: str, text: str, shared: dict[str, int]) -> str:
    if reference[0] == "H" and reference != "H1":
        return f'<c r="{reference}"><v>{text}</v></c>'
    return f'<c r="{reference}" t="s"><v>{shared.setdefault(text, len(shared))}</v></c>'


_LISTS: dict[str, Callable[[], tuple[bytes, str, Callable[[bytes], int]]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "ods": _ods,
    "json": _json,
}
