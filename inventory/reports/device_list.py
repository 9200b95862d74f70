"""The list of devices to take along, as CSV or Excel: whole, and such that our own import understands every cell."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES
from inventory.devices.models import Device
from inventory.lifecycle import LegalStatus, Status
from inventory.reports.long_sheet import Column, LongSheet
from inventory.reports.package import Package

# Spreadsheets calculate a text that begins so; an apostrophe keeps them from it (OWASP, CSV injection).
_ARMED = ("=", "+", "-", "@", "\t", "\r")
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class _Told:
    """A column: its heading, the field it shows, how the workbook holds it, and how a value is told."""

    heading: Promise
    field: str
    kind: str = "text"
    width: int = 16
    told: Callable[[Any], Any] = lambda value: value


COLUMNS = (
    _Told(_("Relais tag"), "tag", width=12),
    _Told(_("Relais status"), "status", width=18, told=lambda value: str(Status(value).label)),
    _Told(_("Category"), "category", told=lambda value: str(CATEGORIES.get(value, value))),
    _Told(_("Manufacturer"), "manufacturer"),
    _Told(_("Model"), "model", width=24),
    _Told(_("Serial number"), "serial", width=20),
    _Told(_("Inventory number"), "inventory_number", width=18),
    _Told(_("Department"), "department", width=20),
    _Told(_("Act of decommissioning"), "act_reference", width=20),
    _Told(_("Date of decommissioning"), "decommissioned_on", kind="date"),
    _Told(_("Weight (kg)"), "weight_kg", kind="decimal", width=10),
    _Told(_("Grade"), "grade", width=8),
    _Told(_("Location"), "location__code"),
    _Told(_("Legal status"), "legal_status", width=22, told=lambda value: str(LegalStatus(value).label)),
    _Told(_("Processor"), "processor", width=24),
    _Told(_("Memory (MB)"), "memory_mb", kind="int", width=12),
    _Told(_("Changed on"), "changed_at", kind="date", told=lambda value: timezone.localtime(value).date()),
)


def device_csv(found: QuerySet[Device]) -> Iterator[bytes]:
    """The devices as CSV that Excel opens by a double click: UTF-8 with its mark, semicolons, days as yyyy-mm-dd."""
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\r\n").writerow
    out.write("\ufeff")
    write([str(column.heading) for column in COLUMNS])
    for count, row in enumerate(_rows(found), start=1):
        write([harmless(cell) if isinstance(cell, str) else cell for cell in row])
        if count % 500 == 0:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def device_workbook(found: QuerySet[Device]) -> IO[bytes]:
    """The devices as a workbook in a temporary file, at its beginning; the numbers of devices are text.

    Refuses (RuleBroken) more devices than a sheet holds.
    """
    handle = tempfile.TemporaryFile()  # noqa: SIM115  # the caller streams and closes it
    columns = [Column(str(column.heading), column.kind, column.width) for column in COLUMNS]
    with LongSheet(now("Devices"), columns) as sheet:
        sheet.extend(_rows(found))
        package = Package()
        package.long(sheet)
        package.write(handle)
    handle.seek(0)
    return handle


def _rows(found: QuerySet[Device]) -> Iterator[list[Any]]:
    rows = found.select_related(None).values_list(*(column.field for column in COLUMNS))
    for row in rows.iterator(chunk_size=_AT_ONCE):
        yield ["" if value is None else column.told(value) for column, value in zip(COLUMNS, row, strict=True)]


def harmless(text: str) -> str:
    """A text as a CSV may hold it: what a spreadsheet would calculate begins with an apostrophe (R-10.4)."""
    return f"'{text}" if text.startswith(_ARMED) else text
