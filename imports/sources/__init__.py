"""Where lists come from: one module a source, one line here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.listed import ListedDevice, Problem, Reading, Source, read_rows
from imports.readers.opening import Table
from imports.sources.city import CITY
from imports.sources.snipe_it import SNIPE_IT
from inventory.errors import BadInput

__all__ = ["SOURCES", "ListedDevice", "Problem", "Reading", "Source", "read_list", "recognised"]

SOURCES: dict[str, Source] = {
    "city": CITY,
    "snipe_it": SNIPE_IT,
}


def recognised(table: Table) -> Source:
    """The source whose signature the headings fit best.

    Refuses (`BadInput`) a list in which no column holds inventory or serial numbers.
    """
    best = max(SOURCES.values(), key=lambda source: source.recognise(table))
    _check_identity(table, best)
    return best


def read_list(table: Table, source: str | None = None) -> Reading:
    """Read a table as a list of devices, from the named source or from the one its headings speak of.

    Refuses (`BadInput`) an unknown source and a list without inventory and serial numbers.
    """
    if source is None:
        return read_rows(table, recognised(table))
    if source not in SOURCES:
        raise BadInput(_("There is no source of lists called “%(source)s”."), source=source, field="source")
    _check_identity(table, SOURCES[source])
    return read_rows(table, SOURCES[source])


def _check_identity(table: Table, source: Source) -> None:
    if not {"inventory_number", "serial"} & source.mapping(table).fields.keys():
        raise BadInput(
            _(
                "No column holds inventory numbers or serial numbers."
                " The headings read: %(headings)s. Name one column “Inventory number” or “Serial number”."
            ),
            headings=", ".join(header for header in table.headers if header)[:500],
            field="file",
        )
