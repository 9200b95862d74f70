"""Kinds of list: one module a kind, one line here."""

from __future__ import annotations

from imports.kinds.associations import ASSOCIATIONS
from imports.kinds.collect import COLLECT
from imports.kinds.counts import COUNTS
from imports.kinds.received import RECEIVED
from imports.kinds.shape import Field, Kind, Look

__all__ = ["COLLECT", "KINDS", "Field", "Kind", "Look"]

KINDS: dict[str, Kind] = {
    "declare": COLLECT,
    "receive": RECEIVED,
    "associations": ASSOCIATIONS,
    "count": COUNTS,
}
