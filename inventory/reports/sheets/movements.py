"""The movements: every entry of the period as it is hashed, in the order of the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.reports.package import MOST_ROWS, Column, LongSheet
from inventory.reports.period import Scope
from inventory.reports.selection import movements_of
from inventory.reports.sheets.stock import Stock

# Where the summary's formulas look: kind of thing, from, to, kind of device, kind before.
THING, FROM, TO, KIND, KIND_BEFORE = "D", "H", "I", "O", "P"

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


def movement_rows(scope: Scope, stock: Stock) -> Iterator[tuple[Any, ...]]:
    """The rows, in the order of the ledger; the stock, as it was before the period, follows them to its end."""
    for row in movements_of(scope).order_by("leaf_index").values_list(*_FIELDS).iterator(chunk_size=2000):
        index, recorded, occurred, thing, key, seq, event, before, after, *rest = row
        kinds = stock.take(index, key, event, before, after, rest[-1]) if thing == "device" else ("", "")
        yield (index, _local(recorded), _local(occurred), thing, key, seq, event, before, after, *rest, *kinds)


def movement_sheets(rows: Iterable[tuple[Any, ...]], kept: ExitStack, most: int = MOST_ROWS - 1) -> list[LongSheet]:
    """The rows on as many sheets as they need, `most` rows on each; one empty sheet where there are none."""
    coming = iter(rows)
    sheets: list[LongSheet] = []
    following = next(coming, None)
    while following is not None or not sheets:
        sheet = kept.enter_context(movement_sheet(len(sheets) + 1))
        if following is not None:
            sheet.extend(islice(chain([following], coming), most))
        sheets.append(sheet)
        following = next(coming, None)
    return sheets


def _local(moment: dt.datetime) -> dt.datetime:
    return timezone.localtime(moment)
