"""Kinds of list: one module a kind, one line here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.kinds.associations import ASSOCIATIONS
from imports.kinds.collect import COLLECT
from imports.kinds.counts import COUNTS
from imports.kinds.inspections import INSPECTED
from imports.kinds.received import RECEIVED
from imports.kinds.results import RESULTS
from imports.kinds.shape import Field, Kind, Look, Result
from inventory.errors import BadInput

__all__ = ["COLLECT", "KINDS", "Field", "Kind", "Look", "Result", "kind_named"]

KINDS: dict[str, Kind] = {
    "declare": COLLECT,
    "receive": RECEIVED,
    "associations": ASSOCIATIONS,
    "count": COUNTS,
    "evidence": RESULTS,
    "inspect": INSPECTED,
}


def kind_named(name: str) -> Kind:
    """The kind of this name. Refuses (`BadInput`) an unknown one."""
    if name not in KINDS:
        raise BadInput(_("There is no kind of list called “%(kind)s”."), kind=name, field="kind")
    return KINDS[name]
