"""Lists of any length as files, row by row: what the figures of imports read."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from tests.imports import workbooks

HEADINGS = (
    *("Inventarisnummer", "Categorie", "Merk", "Model", "Serienummer", "Dienst"),
    *("Akte", "Datum van buitengebruikstelling", "Gewicht (kg)"),
)


def listed(rows: int, batch: int) -> Iterator[tuple[str, ...]]:
    """Devices of a list, other ones in every batch."""
    for number in range(rows):
        serial = f"BN{batch:03d}{number:06d}"
        yield (f"V{serial}", "PC", "Hestia", "Bureau 400", serial, "Urbanisme", "CBE-2026-77", "02/03/2026", "6,8")


def written_csv(target: BinaryIO, rows: int, *, batch: int) -> None:
    """Such a list as CSV."""
    text = io.TextIOWrapper(target, encoding="utf-8", newline="")
    out = csv.writer(text, delimiter=";")
    out.writerow(HEADINGS)
    out.writerows(listed(rows, batch))
    text.detach()


def written_xlsx(target: BinaryIO, rows: int, *, batch: int) -> None:
    """Such a list as Excel writes it, every text in the shared table; by hand: openpyxl would take minutes."""
    before, after = workbooks.SHEET.split("{}")
    shared: dict[str, int] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", workbooks.CONTENT_TYPES)
        archive.writestr("_rels/.rels", workbooks.RELS)
        archive.writestr("xl/workbook.xml", workbooks.WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", workbooks.with_shared_strings())
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(before.encode())
            for line, row in enumerate(chain([HEADINGS], listed(rows, batch)), start=1):
                sheet.write(_row(line, row, shared))
            sheet.write(after.encode())
        archive.writestr("xl/sharedStrings.xml", workbooks.shared_strings(shared))


def _row(line: int, cells: tuple[str, ...], shared: dict[str, int]) -> bytes:
    inner = "".join(
        f'<c r="{letter}{line}" t="s"><v>{shared.setdefault(text, len(shared))}</v></c>'
        for letter, text in zip("ABCDEFGHI", cells, strict=True)
    )
    return f'<row r="{line}">{inner}</row>'.encode()
