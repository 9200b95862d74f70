"""One small list without fault in every format, for tests that damage it."""

from __future__ import annotations

import datetime

from tests.imports.other_workbooks import ods, xls
from tests.imports.workbooks import workbook

ROWS = [("Serial number", "Modèle"), ("RLS1", "Écran"), (12, 2.5), ("", ""), ("RLS2", 'a "b"; c')]
TEXT = '"Serial number";Modèle\r\nRLS1;"Écran\n2"\r\n\r\nRLS2;x\r\n'
# Made once: dates in them change with the second, and damage is drawn by place.
WHOLE: dict[str, bytes] = {
    "xlsx": workbook([*ROWS, (datetime.date(2026, 1, 2), True)]),
    "ods": ods(ROWS),
    "xls": xls(ROWS),
    "csv": TEXT.encode("utf-8-sig"),
    "txt": TEXT.encode("utf-16"),
    "tsv": TEXT.replace(";", "\t").encode("cp1252"),
    "jsonl": '{"serial":"RLS1","model":"Écran"}\n{"serial":12,"new":null}\n'.encode(),
}
