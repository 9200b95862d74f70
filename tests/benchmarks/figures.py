"""What is measured, each figure with its baseline; the goals stand beside them."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
from collections.abc import Callable
from typing import Any

import openpyxl
import orjson
import qrcode
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from backend.accounts.commands import issue_token
from backend.urls import urlpatterns as ours_urlpatterns
from imports.runs import apply, read_upload, stage
from inventory.devices.models import Device
from inventory.ledger.models import Entry
from inventory.reports import workbook
from inventory.reports.package import Package
from inventory.reports.verification import verify_ledger
from labels.render import matrix
from tests.benchmarks.judging import judged_files
from tests.benchmarks.matching import matched_inspection
from tests.benchmarks.measuring import Figure, Goal, side_by_side
from tests.benchmarks.reading import READING
from tests.people import everybody

COLUMNS = (
    *("tag", "status", "category", "manufacturer", "model", "serial", "inventory_number", "department"),
    *("act_reference", "decommissioned_on", "location__code", "grade", "legal_status", "processor", "memory_mb"),
    *("weight_kg", "no_data_declared_at", "changed_at"),
)
HEADINGS = (
    *("N° d'inventaire", "Catégorie", "Marque", "Modèle", "N° de série", "Service"),
    *("Référence de l'acte", "Date de déclassement", "Poids (kg)"),
)
_names = itertools.count(1)


def page_of_fifty() -> Figure:
    """A page of 50 devices through the API, beside a bare view that reads the same rows."""
    ours, bare = _asked("/api/devices?limit=50"), _asked("/api/bare/list")
    assert len(ours()["items"]) == len(bare()) == 50
    times = side_by_side(ours, bare, times=7, repeat=20)
    return Figure("list", "50 of 10,000 devices; a bare view with .values() and orjson", *times, Goal(1.3, "at most"))


def scan_to_answer() -> Figure:
    """A scanned label's answer, beside a bare view that reads one row by its primary key."""
    device = Device.objects.order_by("id")[5000:5001].get()
    ours = _asked(f"/api/scan?q=https://relais.brussels.example/T/{device.tag}")
    bare = _asked(f"/api/bare/device/{device.pk}")
    assert ours()["device"]["tag"] == bare()["tag"]
    times = side_by_side(ours, bare, times=7, repeat=40)
    return Figure("scan", "a label's link to its device; a bare view by primary key", *times, Goal(2.0, "at most"))


def list_to_devices() -> Figure:
    """A CSV list of 10,000 rows from its bytes to devices, beside the same rows by the raw driver."""
    actor = everybody().technician
    lists = [_list(10_000) for _ in range(3)]

    def ours() -> None:
        run = stage(read_upload(io.BytesIO(lists.pop()), "list.csv"), actor=actor)
        assert apply(run.code, actor=actor).state == "applied"

    rows = _raw_rows(10_000)
    times = side_by_side(ours, lambda: _insert(rows), times=3)
    what = "CSV of 10,000 devices, read, previewed, applied; devices and entries by raw executemany"
    return Figure("import", what, *times, Goal(0.35, "at least"))


def movements_to_workbook() -> Figure:
    """Movements as a sheet, beside openpyxl's write-only mode with the same cells, both from memory."""
    today = timezone.localdate()
    rows = list(workbook._movement_rows(workbook.scope_of(today, today, "fr")))
    # openpyxl takes no moments with a zone.
    naive = [[cell.replace(tzinfo=None) if hasattr(cell, "tzinfo") else cell for cell in row] for row in rows]

    def ours() -> None:
        package, sheet = Package(), workbook._movement_sheet()
        with sheet:
            sheet.extend(rows)
            package.long(sheet)
            package.write(io.BytesIO())

    def plain() -> None:
        book = openpyxl.Workbook(write_only=True)
        page = book.create_sheet("Movements")
        for row in naive:
            page.append(row)
        book.save(io.BytesIO())

    times = side_by_side(ours, plain, times=3)
    what = f"{len(rows):,} movements from memory to XLSX; openpyxl write-only"
    return Figure("workbook", what, *times, Goal(1 / 6, "at most"))


def codes() -> Figure:
    """QR matrices, beside qrcode as it comes."""
    texts = [f"HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/{number:09d}" for number in range(50)]

    def usual() -> None:
        for text in texts:
            code = qrcode.QRCode(border=0)
            code.add_data(text)
            code.make()

    times = side_by_side(lambda: [matrix(text) for text in texts], usual, times=3)
    return Figure("qr", "50 matrices; qrcode as it comes", *times, Goal(60, "at least"))


def verified_ledger() -> Figure:
    """The ledger verified, beside parsing, spelling and hashing the same bytes."""
    bodies = [body.encode() for body in Entry.objects.order_by("id").values_list("body", flat=True)]

    def ours() -> None:
        assert verify_ledger().fault is None

    def bytes_alone() -> None:
        for body in bodies:
            hashlib.sha256(orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)).digest()

    times = side_by_side(ours, bytes_alone, times=3)
    what = f"{len(bodies):,} entries; orjson and SHA-256 over the same bytes"
    return Figure("verify", what, *times, Goal(0.5, "at least"))


# In this order: the import makes the table larger.
FIGURES: dict[str, Callable[[], Figure]] = {
    "list": page_of_fifty,
    "scan": scan_to_answer,
    "workbook": movements_to_workbook,
    "qr": codes,
    "verify": verified_ledger,
    "judge": judged_files,
    "match": matched_inspection,
    **READING,
    "import": list_to_devices,
}


def _asked(address: str) -> Callable[[], Any]:
    """Ask for an address as the auditor; the answer's JSON."""
    actor = everybody().auditor
    client, headers = Client(), {"Authorization": f"Bearer {issue_token(actor, 'bench', actor=actor)}"}
    return lambda: orjson.loads(client.get(address, headers=headers).content)


def _bare_list(request: HttpRequest) -> HttpResponse:
    rows = list(Device.objects.order_by("-id").values(*COLUMNS)[:50])
    return HttpResponse(orjson.dumps(rows, default=str), content_type="application/json")


def _bare_device(request: HttpRequest, pk: int) -> HttpResponse:
    row = Device.objects.values(*COLUMNS).get(pk=pk)
    return HttpResponse(orjson.dumps(row, default=str), content_type="application/json")


# Served by the same process, behind the same middleware.
urlpatterns = [
    path("api/bare/list", _bare_list),
    path("api/bare/device/<int:pk>", _bare_device),
    *ours_urlpatterns,
]


def _list(rows: int) -> bytes:
    target = io.StringIO()
    out = csv.writer(target, delimiter=";")
    out.writerow(HEADINGS)
    batch = next(_names)
    for number in range(rows):
        serial = f"BN{batch:03d}{number:06d}"
        out.writerow(
            (f"V{serial}", "PC", "Hestia", "Bureau 400", serial, "Urbanisme", "CBE-2026-77", "02/03/2026", "6,8")
        )
    return target.getvalue().encode()


def _raw_rows(count: int) -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for table in ("inventory_device", "inventory_entry"):
            cursor.execute(f"SELECT * FROM {table} ORDER BY id LIMIT {count}")
            found[table] = [tuple(row) for row in cursor.fetchall()]
    return found


def _insert(rows: dict[str, list[tuple[Any, ...]]]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, content in rows.items():
            cursor.execute(f"CREATE TABLE raw_{table} AS SELECT * FROM {table} WHERE id < 0")
            places = ", ".join(["%s"] * len(content[0]))
            cursor.executemany(f"INSERT INTO raw_{table} VALUES ({places})", content)
            cursor.execute(f"DROP TABLE raw_{table}")
