"""The stock-takes: what the books expected at a place, what was counted there, and how the difference was settled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.reports.long_sheet import Column, LongSheet
from inventory.reports.period import Scope
from inventory.scanning.models import ActName, ScanSession

_COUNTED = ("found", "missing", "misplaced", "unexpected", "changed", "by_one")
_SETTLED = ("lost", "moved", "found_again")


def count_sheet() -> LongSheet:
    """The sheet of stock-takes, empty: one row a count that was settled."""
    return LongSheet(
        _("Stock-takes"),
        [
            Column(_("Stock-take"), width=14),
            Column(_("Location"), width=14),
            Column(_("Begun (Brussels time)"), "moment", 21),
            Column(_("Settled (Brussels time)"), "moment", 21),
            Column(_("People who count"), "int", 10),
            Column(_("Expected"), "int", 10),
            Column(_("Found"), "int", 10),
            Column(_("Not found"), "int", 10),
            Column(_("Stood elsewhere in the books"), "int", 12),
            Column(_("Not in our hands in the books"), "int", 12),
            Column(_("Left meanwhile"), "int", 12),
            Column(_("Seen by one of the two"), "int", 12),
            Column(_("Reported lost"), "int", 10),
            Column(_("Moved here"), "int", 10),
            Column(_("Found again"), "int", 10),
            Column(_("No device we know"), "int", 12),
        ],
        code="counts",
        checked=True,
    )


def count_rows(scope: Scope) -> Iterator[tuple[Any, ...]]:
    """Every count settled in the period, in the order of settling."""
    found = ScanSession.objects.filter(act=ActName.COUNT, closed_at__gte=scope.start, closed_at__lt=scope.end)
    # A count is of a place, not of some of the devices there.
    if scope.filter.location:
        found = found.filter(location__code__in=scope.filter.location)
    for session in found.select_related("location").order_by("closed_at", "id").iterator(chunk_size=500):
        settled: dict[str, Any] = session.settled or {}
        yield (
            session.code,
            session.location.code if session.location else "",
            timezone.localtime(session.opened_at),
            timezone.localtime(session.closed_at) if session.closed_at else None,
            session.counters,
            settled.get("expected", 0),
            *(len(settled.get(name, ())) for name in (*_COUNTED, *_SETTLED)),
            len(settled.get("unknown", ())),
        )
