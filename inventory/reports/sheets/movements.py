"""The movements: every entry of the period as it is hashed, in the order of the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.reports.long_sheet import MOST_ROWS, Column, LongSheet
from inventory.reports.period import Scope
from inventory.reports.selection import in_pieces, movements_of
from inventory.reports.sheets.stock import Stock

# Where the summary's formulas look: kind of thing, from, to, kind of device, kind before.
THING, FROM, TO, KIND, KIND_BEFORE = "D", "H", "I", "O", "P"

_AT_ONCE = 2_000
_FIELDS = (
    *("leaf_index", "entry__recorded_at", "entry__occurred_at"),
    *("entry__subject_kind", "entry__subject_key", "entry__subject_seq"),
    *("entry__event", "entry__from_status", "entry__to_status", "entry__actor_key", "entry__channel"),
    *("entry__evidence_sha256", "leaf_hash", "entry__body"),
)


def movement_sheet(number: int = 1) -> LongSheet:
    """The sheet of movements in the reader's language, empty; `number` counts where one does not hold them all."""
    title = _("Movements")
    return LongSheet(
        title if number == 1 else f"{title} {number}",
        [
            Column(_("Entry"), "int", 12),
            Column(_("Recorded (Brussels time)"), "moment", 21),
            Column(_("Occurred (Brussels time)"), "moment", 21),
            Column(_("Kind of thing"), width=13),
            Column(_("Thing"), width=16),
            Column(_("Its number"), "int", 8),
            Column(_("Event"), width=26),
            Column(_("From (code)"), width=22),
            Column(_("To (code)"), width=22),
            Column(_("Actor"), width=20),
            Column(_("Channel"), width=10),
            Column(_("Evidence (SHA-256)"), width=20),
            Column(_("Leaf (SHA-256)"), width=20),
            Column(_("Hashed text"), width=40),
            Column(_("Kind of device (code)"), width=14),
            Column(_("Kind before (code)"), width=14),
        ],
        code="movements",
        printed=11,
    )


def movement_rows(scope: Scope, stock: Stock, size: int) -> Iterator[tuple[Any, ...]]:
    """The rows of a ledger of `size` entries, in its order; the stock learns what came, left and was corrected."""
    found = movements_of(scope, size).order_by("leaf_index").values_list(*_FIELDS)
    for some in in_pieces(found.iterator(chunk_size=_AT_ONCE), _AT_ONCE):
        stock.meet((row[4], row[5]) for row in some if row[3] == "device")
        for index, recorded, occurred, thing, key, seq, event, before, after, *rest in some:
            kinds = stock.take(key, event, before, after, rest[-1]) if thing == "device" else ("", "")
            yield (index, _local(recorded), _local(occurred), thing, key, seq, event, before, after, *rest, *kinds)


def movement_sheets(count: int, most: int = MOST_ROWS - 1) -> Iterator[tuple[LongSheet, int]]:
    """As many sheets as so many rows need, with how many stand on each; one empty sheet where there are none."""
    for number, first in enumerate(range(0, max(count, 1), most), start=1):
        yield movement_sheet(number), min(most, count - first)


def _local(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment)
