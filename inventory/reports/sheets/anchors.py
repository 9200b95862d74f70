"""What ties a row to the ledger: the last sealed entry about its thing, by index and leaf."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from inventory.ledger.models import Leaf
from inventory.ledger.rows import among
from inventory.reports.long_sheet import Column

_AT_ONCE = 2_000

Row = tuple[Any, ...]
# Index and hash of a leaf; nothing where the ledger does not know the thing.
Anchor = tuple[int | None, str]
NO_ANCHOR: Anchor = (None, "")


def anchor_columns() -> list[Column]:
    """The two last columns of a sheet whose rows are tied to the ledger."""
    return [Column(_("Entry"), "int", 10), Column(_("Leaf (SHA-256)"), width=20)]


def anchored(kind: str, rows: Iterable[Row], end: dt.datetime, key: int = 0) -> Iterator[Row]:
    """The rows, each with the last entry before `end` about the thing whose key stands in column `key`."""
    yield from _tied(rows, lambda some: last_leaves(kind, {row[key] for row in some}, end), key)


def last_leaves(kind: str, keys: set[str], end: dt.datetime) -> dict[str, Anchor]:
    """By key, the last sealed entry about each of these things recorded before a moment."""
    found = Leaf.objects.filter(
        among("entry__subject_key", keys), entry__subject_kind=kind, entry__recorded_at__lt=end
    ).order_by("leaf_index")
    return {key: (index, digest) for key, index, digest in found.values_list("entry__subject_key", "pk", "leaf_hash")}


def _tied(rows: Iterable[Row], look: Callable[[Sequence[Row]], dict[str, Anchor]], key: int) -> Iterator[Row]:
    coming = iter(rows)
    while some := list(islice(coming, _AT_ONCE)):
        anchors = look(some)
        yield from ((*row, *anchors.get(row[key], NO_ANCHOR)) for row in some)
