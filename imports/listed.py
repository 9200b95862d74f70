"""Rows of a list become what the list is of, or problems: the part that every source and kind shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Words
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports import columns
from imports.columns import CellRefused, Mapping
from imports.kinds import COLLECT, Kind, Look
from imports.kinds.collect import ListedDevice
from imports.kinds.shape import Field
from imports.readers.opening import Row, Table, Written, column_letters
from imports.vocabulary import CLEARING, plain
from inventory.devices.identity import serial_key

__all__ = ["FIELDS", "ListReader", "ListedDevice", "Problem", "Read", "Reading", "Source", "read_rows"]

# So many rows from the top are looked at for patterns, such as numbers that all have eight digits.
LOOKED_AT = 500
_REMEMBERED = 2_000
# A line below the list that begins with one of these is its sum.
_TOTALS = frozenset(
    ("total", "totaux", "total général", "grand total", "sous-total", "subtotal", "totaal", "subtotaal",
     "algemeen totaal", "eindtotaal", "somme", "som", "sum", "nombre", "aantal", "nombre total", "totaal aantal")
)  # fmt: skip

_TOTALS_BEGIN = frozenset(case(word[0]) for word in _TOTALS for case in (str.lower, str.upper))

FIELDS: tuple[str, ...] = tuple(one.name for one in COLLECT.fields if one.in_template)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be taken: line and heading as the spreadsheet shows them, and the mend."""

    line: int
    column: str
    message: str
    mend: str


def _nothing(values: dict[str, Any], notices: list[str]) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """A system or office that lists come from: its headings, and how its own words map to our fields.

    `telling`: headings, or fields in any language, that few other systems write; `least` of them tell this one.
    `own`: heading -> field where it departs from the common words; the earlier goes before the later.
    `ignored`: headings that are known and not needed. `trimmed`: takes off what it writes around its headings.
    `more`: fields that only this system writes, for `mended` to use up. `mended`: puts right, in the values of a row,
    what this system writes in its own way.
    """

    name: str
    label: Promise
    telling: tuple[str, ...] = ()
    least: int = 2
    own: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    trimmed: Callable[[str], str] = str
    more: tuple[Field, ...] = ()
    mended: Callable[[dict[str, Any], list[str]], None] = _nothing

    def told_by(self, headers: tuple[str, ...]) -> list[str]:
        """Which of the telling headings, or headings of the telling fields, stand in a list."""
        present = {plain(header): header for header in headers if header}
        fields = self.mapping(headers, COLLECT).fields
        found = []
        for word in self.telling:
            if word in COLLECT.names:
                found += [headers[fields[word]]] if word in fields else []
            elif plain(word) in present:
                found.append(present[plain(word)])
        return found

    def mapping(self, headers: tuple[str, ...], kind: Kind, choice: Words[str, str] | None = None) -> Mapping:
        """Which column feeds which field of a kind of list; a person's `choice` (heading -> field) goes first."""
        wanted = (*kind.names, *(one.name for one in self.more))
        own = {plain(heading): name for heading, name in self.own.items() if name in wanted}
        own |= {word: name for word, name in kind.words().items() if word not in own}
        told = columns.matched(headers, wanted, own=own, ignored=self.ignored, trimmed=self.trimmed)
        return columns.chosen(told, headers, choice or {})


class Read(NamedTuple):
    """One row as it was understood: an object of the kind, or the problems why there is none.

    Neither where it is a line of totals, which is passed over.
    """

    line: int
    item: Any
    problems: tuple[Problem, ...]

    @property
    def passed_over(self) -> bool:
        """Whether it is no row of the list, but its sum, or its headings once more."""
        return self.item is None and not self.problems


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole list, read: what can be taken, the problems of the rows that cannot, and the lines passed over."""

    source: str
    mapping: Mapping
    devices: tuple[Any, ...]
    problems: tuple[Problem, ...]
    passed_over: tuple[int, ...] = ()
    kind: str = COLLECT.name

    @property
    def lacks_act(self) -> bool:
        """Whether the list says nothing of the act and date, so that they must be asked once for all rows."""
        return not {"act_reference", "decommissioned_on"} <= self.mapping.fields.keys()


class ListReader:
    """Reads the rows of one list, one by one, in flat memory but for the numbers it has seen.

    Show it the first rows with `look` (for patterns), then `read` every row, the first ones too. `doubles`: tell a
    number that stands twice by keeping them all; a caller that has the rows in a table may look there instead.
    `choice`: heading -> field, as a person chose.
    """

    def __init__(
        self,
        headers: tuple[str, ...],
        written: Written,
        source: Source,
        kind: Kind = COLLECT,
        *,
        doubles: bool = True,
        choice: Words[str, str] | None = None,
    ) -> None:
        self.headers, self.source, self.kind = headers, source, kind
        self.mapping = _guarded(source.mapping(headers, kind, choice), headers, kind)
        self._look = Look(since_1904=written.since_1904)
        fields = {one.name: one for one in (*kind.fields, *source.more)}
        self._columns = [(fields[name], place, _Memory()) for name, place in self.mapping.fields.items()]
        self._needed = [one.name for one in kind.fields if one.needed]
        self._widths: dict[str, int] = {}
        # By their hash, line by line: of a million rows the numbers themselves would fill hundreds of megabytes.
        self._seen: dict[int, int] | None = {} if doubles else None

    def look(self, rows: list[Row]) -> None:
        """Find out what the first rows tell of the columns."""
        for one, place, _memory in self._columns:
            if one.text:
                self._widths[one.name] = columns.digits_of(row.cell(place) for row in rows[:LOOKED_AT])

    def read(self, row: Row) -> Read:
        """Understand one row. A national register number anywhere refuses it, and is not repeated."""
        if row.cells == self.headers or _is_total(row):
            return Read(row.line, None, ())
        problems = list(self._personal_numbers(row))
        if problems:
            return Read(row.line, None, tuple(problems))
        values: dict[str, Any] = {}
        notices: list[str] = []
        cleared: list[str] = []
        for one, place, memory in self._columns:
            cell = row.cells[place]
            if not cell:
                continue
            if cell[0] == "(" and cell.strip().casefold() in CLEARING:
                problems += self._clears(row.line, one.name, place, cell, cleared)
                continue
            if cell in memory.values:
                values[one.name] = memory.values[cell]
                continue
            try:
                values[one.name] = self._cell(one, place, cell, row, memory, notices)
            except CellRefused as refused:
                problems.append(Problem(row.line, self._heading(place), *refused.filled()))
        if not problems:
            self.source.mended(values, notices)
            problems += self._lacking(row, values)
        if not problems and self._seen is not None:
            problems += self._doubles(row.line, values, self._seen)
        if problems:
            return Read(row.line, None, tuple(problems))
        if cleared:
            values["cleared"] = tuple(cleared)
        return Read(row.line, self.kind.row(line=row.line, notices=tuple(notices), **values), ())

    def _clears(self, line: int, name: str, place: int, cell: str, cleared: list[str]) -> Iterator[Problem]:
        """Note that a row empties a field, where rows of this kind may."""
        if name in self.kind.clearable:
            cleared.append(name)
            return
        message = str(_("“%(value)s” empties a field, and this one cannot be emptied.")) % {"value": cell.strip()}
        mend = str(_("Leave the cell without anything to keep what stands there, or write what it shall hold."))
        yield Problem(line, self._heading(place), message, mend)

    def _cell(self, one: Field, place: int, cell: str, row: Row, memory: _Memory, notices: list[str]) -> Any:
        look = self._look
        look.notices, look.width = [], self._widths.get(one.name, 0)
        look.number, look.date = place in row.numbers, place in row.dates
        value = one.read(cell, look)
        if look.notices:
            notices += look.notices
        elif not one.text and len(memory.values) < _REMEMBERED:
            memory.values[cell] = value
        return value

    def _heading(self, place: int) -> str:
        return self.headers[place] or column_letters(place)

    def _personal_numbers(self, row: Row) -> Iterator[Problem]:
        if not columns.NATIONAL_NUMBER.search("\n".join(row.cells)):
            return
        for place, cell in enumerate(row.cells):
            if len(cell) >= 11 and columns.holds_national_number(cell):
                yield Problem(
                    row.line,
                    self._heading(place),
                    str(_("A national register number stands in this cell.")),
                    str(_("Remove it: numbers of persons do not belong in a list of devices.")),
                )

    def _lacking(self, row: Row, values: dict[str, Any]) -> Iterator[Problem]:
        if not any(values.get(name) for name in self.kind.identity):
            if set(self.kind.identity) >= {"inventory_number", "serial"}:
                message = _("The row has neither an inventory number nor a serial number.")
            else:
                message = _("Nothing in the row says what it is about.")
            headings = [self.mapping.heading(name, self.headers) for name in self._present(self.kind.identity)]
            mend = _("Fill in one of the two, or remove the row.")
            yield Problem(row.line, " / ".join(headings), str(message), str(mend))
            return
        for name in self._needed:
            if name not in self.mapping.fields:
                message, mend = _("No column holds this."), _("Say what the columns mean, or add one for it.")
                yield Problem(row.line, str(self.kind.field(name).heading), str(message), str(mend))
            elif not values.get(name):
                heading = self.mapping.heading(name, self.headers)
                yield Problem(row.line, heading, str(_("This cell is empty.")), str(_("Fill it in.")))

    def _present(self, names: tuple[str, ...]) -> list[str]:
        return [name for name in names if name in self.mapping.fields]

    def _doubles(self, line: int, values: dict[str, Any], seen: dict[int, int]) -> Iterator[Problem]:
        # A row that bears our tag is that device, and others of ours may share its number.
        for name in ("tag",) if values.get("tag") else self.kind.unique:
            value = values.get(name)
            if not value:
                continue
            first = seen.setdefault(hash((name, serial_key(value))), line)
            if first != line:
                yield Problem(
                    line,
                    self.mapping.heading(name, self.headers),
                    str(_("“%(value)s” stands on line %(first)s too.")) % {"value": value, "first": first},
                    str(_("Keep one of the two rows, or correct the number.")),
                )


def _guarded(mapping: Mapping, headers: tuple[str, ...], kind: Kind) -> Mapping:
    """The mapping in which columns of people that a kind reads are told and kept out like all that name people."""
    read = [mapping.fields[one.name] for one in kind.fields if one.people and one.name in mapping.fields]
    return replace(mapping, personal=(*mapping.personal, *(columns.Heading(place, headers[place]) for place in read)))


class _Memory:
    """Cells of a column that were understood before: places and dates come again and again."""

    __slots__ = ("values",)

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}


def read_rows(table: Table, source: Source, kind: Kind = COLLECT) -> Reading:
    """Read every row of the table by the source's mapping; a row with a problem yields no device.

    Nothing of a personal column reaches a device, and a national register number anywhere refuses its row.
    """
    reader = ListReader(table.headers, table.written, source, kind)
    reader.look(list(table.rows[:LOOKED_AT]))
    found = [reader.read(row) for row in table.rows]
    return Reading(
        source.name,
        reader.mapping,
        tuple(one.item for one in found if one.item is not None),
        tuple(problem for one in found for problem in one.problems),
        tuple(one.line for one in found if one.passed_over),
        kind.name,
    )


def _is_total(row: Row) -> bool:
    first = row.cells[0] or next((cell for cell in row.cells if cell), "")
    # Most rows begin otherwise.
    return (
        first[:1] in _TOTALS_BEGIN
        and first.partition(":")[0].strip().casefold() in _TOTALS
        and sum(map(bool, row.cells)) <= 4
    )
