"""A list row by row into the table of its preview: understood, compared with the devices we have, in flat memory."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from imports.columns import holds_national_number
from imports.comparing import Beside, Compared, Progress, values_of
from imports.judging import judge_of
from imports.kinds import COLLECT, Kind, kind_named
from imports.listed import ListReader, Problem, Read
from imports.models import Fate, ImportRun, StagedRow
from imports.readers.opening import OpenTable, Row, Table
from imports.sources import open_list
from inventory.devices.identity import serial_key
from inventory.devices.tags import new_tags
from inventory.errors import BadFile
from inventory.ledger.rows import write_rows

# Rows a transaction: what others wait for while a long list is read.
BATCH = 5_000
# Rows from the top in which values are looked for that show what a column holds.
SAMPLED = 200
_COLUMNS = (
    *("line", "fate", "values", "problems", "notices", "tag"),
    *("changes", "number_key", "serial_key", "lacks_act", "result"),
)


def stage_rows(run: ImportRun, table: OpenTable | Table, progress: Progress = lambda _done: None) -> None:
    """Stage every row of a table for a run, and fill in the run's source, mapping, counts and fingerprint (unsaved).

    `progress` is told how many rows are staged, within the transaction that stages them. Refuses (BadInput, BadFile)
    what is no list of this kind.
    """
    reader, found = open_list(table, run.source or None, run.kind, doubles=False, choice=run.choice)  # type: ignore[arg-type]
    run.source, run.mapping = found.source.name, _mapping(reader)
    run.written = {
        name: getattr(table.written, name) for name in ("kind", "encoding", "delimiter", "sheet", "other_sheets")
    }
    done, fingerprint = 0, 0
    beside = Beside(run.uploaded_by, run.sha256)
    for rows in _batches(table):
        check_length(found.kind, done + len(rows))
        if not done:
            reader.look(rows)
            run.mapping["columns"] = told_columns(reader, rows)
        read = [(row, reader.read(row)) for row in rows]
        with transaction.atomic():
            done += len(rows)
            progress(done)
            items = [one.item for _row, one in read]
            judge = judge_of(run.kind, [item for item in items if item is not None], _headings(reader), beside)
            judged = (None if item is None else judge(item) for item in items)
            told = (_staged(run, row, one, what, reader) for (row, one), what in zip(read, judged, strict=True))
            staged = [one for one in told if one is not None]
            if found.kind is COLLECT:
                staged = _with_tags(staged)
            write_rows(StagedRow, _COLUMNS, staged, same={"run_id": run.pk})
        fingerprint += sum(_fingerprint(one[2]) for one in staged)
    _mark_doubles(run, reader)
    if found.kind.repeats:
        _mark_repeats(run)
    run.rows_sha256 = f"{fingerprint % (1 << 256):064x}"
    run.counts = counted(run)


def counted(run: ImportRun) -> dict[str, Any]:
    """How many rows a run has, by what applying would do with them."""
    found = dict(run.rows.order_by().values_list("fate").annotate(n=Count("id")))
    lacking = run.rows.filter(fate=Fate.NEW, lacks_act=True).count()
    counts = {"rows": sum(found.values()), **{str(fate): found.get(fate, 0) for fate in Fate}, "without_act": lacking}
    if kind_named(run.kind).results:
        told = run.rows.exclude(result="").order_by("result").values_list("result").annotate(n=Count("id"))
        counts["results"] = dict(told)
    return counts


def check_length(kind: Kind, rows: int) -> None:
    """Refuse (BadFile) a list with more rows than its kind may have."""
    if kind.most and rows > kind.most:
        raise BadFile(
            _("A list of this kind has %(most)s rows at most. Split it into several files."),
            most=kind.most,
            field="file",
        )


def _batches(table: OpenTable | Table) -> Iterator[list[Row]]:
    """The rows by `BATCH`; a table in memory is cut, one that is open is gathered."""
    pieces: Iterable[Iterable[Row]] = [table.rows] if isinstance(table, Table) else table.batches()
    rows = chain.from_iterable(pieces)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _staged(run: ImportRun, row: Row, one: Read, found: Compared | None, reader: ListReader) -> tuple[Any, ...] | None:
    if one.passed_over:
        return None
    if found is None:
        cells = _spelled({"cells": _shareable(row, reader)})
        return (one.line, "problem", cells, _told(one.problems), [], "", {}, "", "", False, "")
    values = values_of(one.item)
    # A device of ours stands in the row by its tag, which is no value to apply.
    values.pop("tag", None)
    values |= found.more
    if found.fate is Fate.PROBLEM:
        values["cells"] = _shareable(row, reader)  # type: ignore[assignment]
    # A row that bears our tag is that device, and others of ours may share its number.
    tagged = getattr(one.item, "tag", "")
    numbers = ("", "") if tagged else (values.get(name, "") for name in _keys(run))
    lacks = run.kind == COLLECT.name and found.fate is Fate.NEW
    lacks = lacks and not (values.get("act_reference") and values.get("decommissioned_on"))
    return (
        *(one.line, found.fate.value, _spelled(values), _told(found.problems), found.notices, found.tag),
        *(found.changes, *map(serial_key, numbers), lacks, found.result),
    )


def _with_tags(staged: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows, each new device with the tag it will have: written once, not again when the list is applied."""
    place, new = _COLUMNS.index("tag"), Fate.NEW.value
    # In their order: indexes grow faster so.
    tags = iter(sorted(new_tags(sum(row[1] == new for row in staged))))
    return [(*row[:place], next(tags), *row[place + 1 :]) if row[1] == new else row for row in staged]


def _shareable(row: Row, reader: ListReader) -> list[str]:
    """The cells of a row that is given back to be mended, without those that name people."""
    personal = {heading.position for heading in reader.mapping.personal}
    return [
        "" if place in personal or (len(cell) >= 11 and holds_national_number(cell)) else cell
        for place, cell in enumerate(row.cells)
    ]


def _headings(reader: ListReader) -> dict[str, str]:
    return {name: reader.headers[position] for name, position in reader.mapping.fields.items()}


def _told(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{"column": one.column, "message": one.message, "mend": one.mend} for one in problems] if problems else []


def _spelled(values: dict[str, Any]) -> bytes:
    """The values of a row as JSON, for its column and for its fingerprint."""
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS)


def _fingerprint(values: bytes) -> int:
    # A sum does not mind the order of the rows.
    return int.from_bytes(hashlib.sha256(values).digest(), "big")


def _mapping(reader: ListReader) -> dict[str, Any]:
    mapping, headers = reader.mapping, reader.headers
    personal = {heading.position for heading in mapping.personal}
    heaps = ("personal", "ignored", "unrecognised", "doubled")
    return {
        "fields": {field: headers[position] for field, position in mapping.fields.items() if position not in personal},
        **{heap: [heading.text for heading in getattr(mapping, heap) if heading.text] for heap in heaps},
        # All of them, for the rows that are given back.
        "headers": ["" if place in personal else header for place, header in enumerate(headers)],
    }


def told_columns(reader: ListReader, rows: list[Row]) -> list[dict[str, Any]]:
    """Each column: its heading, the field it feeds, why it feeds none, and two values of it where none names people."""
    mapping = reader.mapping
    feeds = {place: name for name, place in mapping.fields.items()}
    heaps = ("personal", "ignored", "unrecognised", "doubled")
    why = {one.position: heap for heap in heaps for one in getattr(mapping, heap)}
    return [
        {
            "heading": header,
            "field": feeds.get(place, ""),
            "why": why.get(place, ""),
            # Remarks and what is not needed are not shown: names stand in them sooner or later.
            "samples": [] if why.get(place) in ("personal", "ignored") else _samples(rows[:SAMPLED], place),
        }
        for place, header in enumerate(reader.headers)
        if header
    ]


def _samples(rows: list[Row], place: int) -> list[str]:
    found: dict[str, None] = {}
    for row in rows:
        cell = row.cell(place).strip()
        if cell and "@" not in cell and not holds_national_number(cell):
            found[cell[:60]] = None
            if len(found) == 2:
                break
    return list(found)


_KEYS = ("number_key", "serial_key")
# Kinds in which one device of ours may stand once, by whichever of its numbers.
_ONCE = ("receive", "inspect")


def _keys(run: ImportRun) -> tuple[str, str]:
    """The fields by which two rows of a list are seen to say the same."""
    if kind_named(run.kind).repeats:
        return "", ""
    return ("enterprise_number", "") if run.kind == "associations" else ("inventory_number", "serial")


def _mark_doubles(run: ImportRun, reader: ListReader) -> None:
    """A number that stands twice makes every row but the first a problem; found by the database, at any length."""
    for column, field in zip((*_KEYS, "tag"), (*_keys(run), "tag"), strict=True):
        # One device of ours may stand in a list under two numbers; it comes through the door once.
        if not field or (column == "tag" and run.kind not in _ONCE):
            continue
        heading = reader.mapping.heading(field, reader.headers)
        bearing = run.rows.exclude(**{column: ""}).exclude(fate=Fate.PROBLEM).order_by()
        doubled = bearing.values(column).annotate(rows=Count("id"), first=Min("line")).filter(rows__gt=1)
        for one in list(doubled.values_list(column, "first").iterator(chunk_size=2000)):
            key, first = one
            for row in bearing.filter(Q(**{column: key}), line__gt=first):
                message = _("“%(value)s” stands on line %(first)s too.") % {
                    "value": row.values.get(field, "") or key,
                    "first": first,
                }
                mend = _("Keep one of the two rows, or correct the number.")
                row.tag = "" if row.fate == Fate.NEW else row.tag
                row.fate = Fate.PROBLEM
                row.problems = [*row.problems, {"column": heading, "message": message, "mend": mend}]
                row.save(update_fields=["fate", "problems", "tag"])


def _mark_repeats(run: ImportRun) -> None:
    """A device that stands twice in a list that may repeat it is taken once: the later rows change nothing."""
    bearing = run.rows.filter(fate=Fate.CHANGED).exclude(tag="").order_by()
    doubled = bearing.values("tag").annotate(rows=Count("id"), first=Min("line")).filter(rows__gt=1)
    for tag, first in list(doubled.values_list("tag", "first")):
        # Every later row of one device is told the same.
        told = _("It stands on line %(first)s too, and counts once.") % {"first": first}
        later = bearing.filter(tag=tag, line__gt=first)
        later.update(fate=Fate.UNCHANGED, result="counted", changes={}, notices=[told])


@lru_cache(maxsize=64)
def day_of(text: str) -> datetime.date | None:
    """A day as a staged row keeps it, None when it says none."""
    return datetime.date.fromisoformat(text) if text else None
