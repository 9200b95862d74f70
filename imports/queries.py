"""Every read about imports: runs, their rows, and which listed devices are known already."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from imports.kinds import KINDS, Kind
from imports.models import Fate, ImportRun, SavedMapping, StagedRow, State
from inventory.associations.models import Association
from inventory.devices.gatekeepers import require
from inventory.devices.identity import serial_key
from inventory.devices.models import Device, Location
from inventory.errors import NotFound
from inventory.ledger.rows import among
from inventory.lifecycle import LEFT_CUSTODY, Actor, Status, Word

_AT_ONCE = 500


class Known(NamedTuple):
    """A device we have, as far as comparing needs it."""

    tag: str
    status: str
    serial: str
    inventory_number: str
    category: str
    manufacturer: str
    model: str
    department: str
    act_reference: str
    decommissioned_on: datetime.date | None
    weight_kg: Decimal | None

    @property
    def gone(self) -> bool:
        """Whether it is history: it has left the city's custody, or never came."""
        return self.status in _GONE


_GONE = frozenset(status.value for status in (*LEFT_CUSTODY, Status.WITHDRAWN))


def runs(*, actor: Actor) -> QuerySet[ImportRun]:
    """The runs of the kinds that the actor may bring in or audit, newest first. Refuses (NotAllowed) others."""
    found = ImportRun.objects.filter(kind__in=_kinds_read_by(actor))
    return found.select_related("uploaded_by", "settled_by").order_by("-id")


def run_coded(code: str, *, actor: Actor) -> ImportRun:
    """The run with this code. Refuses: NotAllowed; NotFound (also: of a kind that is not yours)."""
    found = runs(actor=actor).filter(code=code).first()
    if found is None:
        raise NotFound(_("There is no import %(code)s."), code=code)
    return found


def kinds_of(actor: Actor) -> list[Kind]:
    """The kinds of list that the actor may bring in."""
    return [kind for kind in KINDS.values() if actor.holds(kind.needs)]


def rows_of(run: ImportRun, *, fate: str = "") -> QuerySet[StagedRow]:
    """The rows of a run, problems first, then by line; or only those of one fate, by line."""
    # Through the run, so that each row knows it without asking.
    rows: QuerySet[StagedRow] = run.rows.all()
    if fate in set(Fate):
        return rows.filter(fate=fate).order_by("line")
    first = Case(When(fate=Fate.PROBLEM, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(first, "line")


def batches(run: ImportRun, fate: Fate, *columns: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of one fate by some hundreds, in order of their lines: of each its line and these columns."""
    last = 0
    rows = run.rows.filter(fate=fate).order_by("line").values_list("line", *columns)
    while batch := list(rows.filter(line__gt=last)[:_AT_ONCE]):
        yield batch
        last = batch[-1][0]


def problem_rows(run: ImportRun) -> Iterator[list[str]]:
    """The rows with a problem as they came (people's columns empty), headings first, and what is wrong with each."""
    headers: list[str] = run.mapping.get("headers", [])
    yield [*headers, str(_("problem"))]
    for row in run.rows.filter(fate=Fate.PROBLEM).order_by("line").iterator(chunk_size=500):
        cells = row.values.get("cells", [])
        said = " ".join(f"{one['column']}: {one['message']} {one['mend']}".strip(": ") for one in row.problems)
        yield [*cells, *[""] * (len(headers) - len(cells)), said]


def same_rows(run: ImportRun) -> ImportRun | None:
    """A list applied earlier that says the very same, in whatever order; None when there is none."""
    if not run.rows_sha256:
        return None
    same = ImportRun.objects.filter(rows_sha256=run.rows_sha256, kind=run.kind, state=State.APPLIED)
    return same.exclude(pk=run.pk).order_by("id").first()


def headings_sha256(headers: Iterable[str]) -> str:
    """The fingerprint of the headings of a list, in whatever order they stand."""
    return hashlib.sha256(orjson.dumps(sorted(header for header in headers if header))).hexdigest()


def mappings(*, actor: Actor) -> QuerySet[SavedMapping]:
    """What departments' columns mean, by department. Refuses (NotAllowed) who may bring no list in."""
    found = SavedMapping.objects.filter(kind__in=_kinds_read_by(actor))
    return found.select_related("saved_by").order_by("department", "id")


def mappings_for(headers: Iterable[str], kind: str = "") -> QuerySet[SavedMapping]:
    """What was saved for lists with these headings, of one kind or of any, the newest first."""
    found = SavedMapping.objects.filter(headings_sha256=headings_sha256(headers))
    return (found.filter(kind=kind) if kind else found).order_by("-saved_at", "-id")


def check_brings_lists(actor: Actor) -> None:
    """Refuse (NotAllowed) who may bring in no kind of list, before anything is looked for."""
    if not kinds_of(actor):
        require(actor, Word.DECLARE)


def known_devices(pairs: Iterable[tuple[str, str]], *, tags: Iterable[str] = ()) -> dict[tuple[str, str], Known]:
    """The devices behind pairs of inventory number and serial, and behind tags: the oldest where several bear one.

    By ("inventory_number", number), ("serial_key", key) and ("tag", tag).
    """
    wanted: dict[str, set[str]] = {"inventory_number": set(), "serial_key": set(), "tag": set(tags)}
    for number, serial in pairs:
        wanted["inventory_number"].add(number)
        wanted["serial_key"].add(serial_key(serial))
    known: dict[tuple[str, str], Known] = {}
    for column, values in wanted.items():
        values.discard("")
        if not values:
            continue
        found = Device.objects.filter(among(column, values)).order_by()
        if column != "tag":
            # A number that was announced by mistake is free again; a tag never is.
            found = found.exclude(status=Status.WITHDRAWN)
        # Sorted here: told to sort by its key, the database may walk through all the devices in that order.
        rows = sorted(
            found.values_list("id", "merged_into_id", column, *Known._fields), reverse=True, key=itemgetter(0)
        )
        kept = _kept({row[1] for row in rows} - {None})
        for _pk, into, value, *rest in rows:
            known[(column, value)] = kept[into] if into else Known._make(rest)
    return known


def _kept(keys: set[int]) -> dict[int, Known]:
    """By their primary key, the records that others were merged into: who looks for those is led to these."""
    if not keys:
        return {}
    rows = Device.objects.filter(among("id", keys)).order_by().values_list("id", *Known._fields)
    return {pk: Known._make(rest) for pk, *rest in rows}


def known_places(codes: Iterable[str]) -> frozenset[str]:
    """Which of these codes are those of a location."""
    return frozenset(Location.objects.filter(code__in=set(codes)).values_list("code", flat=True))


def known_associations(numbers: Iterable[str], names: Iterable[str]) -> dict[tuple[str, str], str]:
    """The codes of associations we have: by ("enterprise_number", digits), and without a number by ("name", name)."""
    known: dict[tuple[str, str], str] = {}
    for column, values, more in (("enterprise_number", numbers, {}), ("name", names, {"enterprise_number": ""})):
        for some in _slices(sorted(set(values) - {""})):
            found = Association.objects.filter(**{f"{column}__in": some}, **more).order_by("-id")
            known |= {(column, value): code for value, code in found.values_list(column, "code")}
    return known


def _kinds_read_by(actor: Actor) -> list[str]:
    if actor.holds(Word.AUDIT):
        return list(KINDS)
    kinds = [kind.name for kind in kinds_of(actor)]
    if not kinds:
        require(actor, Word.DECLARE)
    return kinds


def _slices(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
