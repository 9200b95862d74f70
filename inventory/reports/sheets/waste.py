"""The papers of the end of life: which device went to which collector, with which document and how many kilograms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.devices.categories import CATEGORIES
from inventory.disposal import codes
from inventory.disposal.models import RecyclingRecord
from inventory.reports.long_sheet import Column, LongSheet
from inventory.reports.period import Scope
from inventory.reports.selection import devices_of
from inventory.reports.sheets.anchors import anchor_columns, anchored


def waste_sheet() -> LongSheet:
    """The sheet of waste documents, empty: one row a device."""
    return LongSheet(
        _("Waste"),
        [
            Column(_("Device"), width=12),
            Column(_("Kind"), width=18),
            Column(_("Collector"), width=28),
            Column(_("Document"), width=24),
            Column(_("Weight (kg)"), "decimal", 12),
            Column(_("Recycled on"), "date", 13),
            Column(_("WEEE category"), width=12),
            Column(_("Waste code"), width=13),
            Column(_("Recorded (Brussels time)"), "moment", 21),
            *anchor_columns(),
        ],
        code="waste",
        printed=9,
        checked=True,
    )


def waste_rows(scope: Scope) -> Iterator[tuple[Any, ...]]:
    """What was recorded in the period, by document."""
    yield from anchored("device", _records(scope), scope.end)


def _records(scope: Scope) -> Iterator[tuple[Any, ...]]:
    found = RecyclingRecord.objects.filter(recorded_at__gte=scope.start, recorded_at__lt=scope.end)
    if scope.filter:
        found = found.filter(device__in=devices_of(scope).values("pk"))
    fields = (
        *("device__tag", "device__category"),
        *("collector", "document", "kilograms", "recycled_on"),
        *("weee_category", "waste_code", "recorded_at"),
    )
    for row in found.order_by("document", "id").values_list(*fields).iterator(chunk_size=2000):
        kind, day = row[1], row[5]
        told = (row[6] or codes.category_on(kind, day), row[7] or codes.waste_code_on(kind, day))
        yield (row[0], str(CATEGORIES.get(kind, kind)), *row[2:6], *told, timezone.localtime(row[8]))
