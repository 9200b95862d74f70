"""What is measured, each figure with its baseline; the goals stand beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
import qrcode
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from backend.accounts.commands import issue_token
from backend.urls import urlpatterns as ours_urlpatterns
from inventory.devices.models import Device
from inventory.ledger.models import Entry
from inventory.reports.verification import verify_ledger
from labels.render import matrix
from tests.benchmarks.importing import IMPORTING
from tests.benchmarks.judging import judged_files
from tests.benchmarks.letters import thousand_letters
from tests.benchmarks.matching import matched_inspection
from tests.benchmarks.measuring import Figure, Goal, side_by_side
from tests.benchmarks.proofs import PROOFS
from tests.benchmarks.reading import READING
from tests.benchmarks.rounds import ROUNDS
from tests.benchmarks.sheets import ten_thousand_labels, thousand_labels
from tests.benchmarks.workbooks import WORKBOOKS, movements_to_workbook
from tests.people import everybody

# They take minutes.
ONLY_BY_NAME = {"import-memory-million", "import-memory-csv-million", *PROOFS, *WORKBOOKS}
COLUMNS = (
    *("tag", "status", "category", "manufacturer", "model", "serial", "inventory_number", "department"),
    *("act_reference", "decommissioned_on", "location__code", "grade", "legal_status", "processor", "memory_mb"),
    *("weight_kg", "no_data_declared_at", "changed_at"),
)


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


# In this order: the imports make the table larger.
FIGURES: dict[str, Callable[[], Figure]] = {
    "list": page_of_fifty,
    "scan": scan_to_answer,
    "workbook": movements_to_workbook,
    "qr": codes,
    "sheet": thousand_labels,
    "sheets": ten_thousand_labels,
    "verify": verified_ledger,
    "judge": judged_files,
    "match": matched_inspection,
    "letters": thousand_letters,
    **ROUNDS,
    **READING,
    **IMPORTING,
    **PROOFS,
    **WORKBOOKS,
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
