"""Where lists come from: one module a source, one line here; and how a list is recognised by its headings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from imports.columns import holds_national_number
from imports.kinds import COLLECT, KINDS, Kind, kind_named
from imports.listed import ListedDevice, ListReader, Problem, Reading, Source, read_rows
from imports.readers.opening import OpenTable, Table
from imports.sources.city import CITY
from imports.sources.ereuse import EREUSE, EREUSE_PLACEHOLDERS
from imports.sources.glpi import GLPI
from imports.sources.homebox import HOMEBOX
from imports.sources.intune import INTUNE
from imports.sources.lansweeper import LANSWEEPER
from imports.sources.ralph import RALPH
from imports.sources.relais import RELAIS
from imports.sources.sccm import SCCM
from imports.sources.shelf import SHELF
from imports.sources.snipe_it import SNIPE_IT
from inventory.errors import BadFile, BadInput

__all__ = ["SOURCES", "ListedDevice", "Problem", "Reading", "Recognition", "Source"]
__all__ += ["open_list", "read_list", "recognised", "recognition"]

# A list that no other source is told by: it is read by the common words in French, Dutch and English.
LIST = Source(name="list", label=_("A list of any origin"), least=0)

SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        *(CITY, RELAIS, SNIPE_IT, GLPI, INTUNE, SCCM, LANSWEEPER, RALPH, SHELF, HOMEBOX),
        *(EREUSE, EREUSE_PLACEHOLDERS, LIST),
    )
}
# A source is only taken for sure when it is told by so many headings more than the next.
_AHEAD = 1


class Recognition(NamedTuple):
    """What a list is taken for, and why: the headings that tell its source, and how surely from 0 to 1."""

    kind: Kind
    source: Source
    score: float
    reasons: tuple[str, ...]


def recognition(
    headers: tuple[str, ...],
    *,
    source: str | None = None,
    kind: str | None = None,
    choice: Mapping[str, str] | None = None,
) -> Recognition:
    """The kind and the source that the headings tell of, where they are not named.

    `choice`: heading -> field where a person chose what a column means.
    Refuses (`BadInput`) an unknown source or kind, a list without a column that says what a row is about, and (as
    `BadFile`) a first line that is no line of headings.
    """
    _check_headings(headers)
    if source and source not in SOURCES:
        raise BadInput(_("There is no source of lists called “%(source)s”."), source=source, field="source")
    if source:
        origin, told = SOURCES[source], SOURCES[source].told_by(headers)
    else:
        origin, told = _told(headers)
    score = min(1.0, len(told) / max(4, origin.least)) if told else 0.0
    wanted = kind_named(kind) if kind else _kind(headers, origin)
    _check_identity(headers, origin, wanted, choice or {})
    return Recognition(wanted, origin, round(score, 2), tuple(told))


def recognised(table: Table) -> Source:
    """The source that a list's headings tell of. Refuses as `recognition` does."""
    return recognition(table.headers).source


def read_list(table: Table, source: str | None = None, kind: str | None = None) -> Reading:
    """Read a table in memory, from the named source and as the named kind or as its headings tell.

    Refuses as `recognition` does.
    """
    found = recognition(table.headers, source=source, kind=kind)
    return read_rows(table, found.source, found.kind)


def open_list(
    table: OpenTable,
    source: str | None = None,
    kind: str | None = None,
    *,
    doubles: bool = True,
    choice: Mapping[str, str] | None = None,
) -> tuple[ListReader, Recognition]:
    """A reader for the rows that an open table yields, and what the list was taken for.

    Refuses as `recognition` does.
    """
    found = recognition(table.headers, source=source, kind=kind, choice=choice)
    reader = ListReader(table.headers, table.written, found.source, found.kind, doubles=doubles, choice=choice)
    return reader, found


def _told(headers: tuple[str, ...]) -> tuple[Source, list[str]]:
    told = {name: source.told_by(headers) for name, source in SOURCES.items() if source.least}
    enough = [name for name, words in told.items() if len(words) >= SOURCES[name].least]
    enough.sort(key=lambda name: len(told[name]), reverse=True)
    if not enough or (len(enough) > 1 and len(told[enough[0]]) < len(told[enough[1]]) + _AHEAD):
        return LIST, []
    return SOURCES[enough[0]], told[enough[0]]


def _kind(headers: tuple[str, ...], source: Source) -> Kind:
    """Devices to collect, unless headings that only another kind has say more."""
    if source.name not in (LIST.name,):
        return COLLECT
    told = {
        name: len(set(kind.telling) & source.mapping(headers, kind).fields.keys())
        for name, kind in KINDS.items()
        if set(kind.identity) & source.mapping(headers, kind).fields.keys()
    }
    best = max(told, key=lambda name: told[name], default=COLLECT.name)
    return KINDS[best] if told.get(best) else COLLECT


def _check_headings(headers: tuple[str, ...]) -> None:
    if any("@" in header or holds_national_number(header) for header in headers):
        raise BadFile(
            _("The first line names people instead of columns. Write headings above the rows, one per column."),
            field="file",
        )


def _check_identity(headers: tuple[str, ...], source: Source, kind: Kind, choice: Mapping[str, str]) -> None:
    if set(kind.identity) & source.mapping(headers, kind, choice).fields.keys():
        return
    present = ", ".join(header for header in headers if header)[:500]
    if kind is COLLECT:
        raise BadInput(
            _(
                "No column holds inventory numbers or serial numbers."
                " The headings read: %(headings)s. Name one column “Inventory number” or “Serial number”."
            ),
            headings=present,
            field="file",
        )
    raise BadInput(
        _("No column says what a row is about. The headings read: %(headings)s. Name one column “%(wanted)s”."),
        headings=present,
        wanted=kind.field(kind.identity[0]).heading,
        field="file",
    )
