"""`./run manage read_list FILE`: says what importing a list would do, one JSON line a row, and stores nothing."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import translation

from imports.comparing import Beside, Compared, values_of
from imports.judging import judge_of
from imports.kinds import KINDS, Kind
from imports.listed import ListReader, Problem, Read
from imports.models import Fate
from imports.readers.opening import OpenTable, Row, open_table
from imports.sources import SOURCES, Recognition, open_list
from imports.staging import check_length
from inventory.errors import Refusal

REFUSED, MISUSED = 3, 2


class Command(BaseCommand):
    """Exit 0 when the list was read, whatever its rows say; 3 when it is refused; 2 when it cannot be opened."""

    help = "Preview a list without storing it: one JSON line a row, and a last one with the totals."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a list in any format that is read")
        parser.add_argument("--source", choices=list(SOURCES), help="where it comes from, if the headings do not tell")
        parser.add_argument("--kind", choices=list(KINDS), help="what it is a list of, if the headings do not tell")
        parser.add_argument("--lang", choices=["fr", "nl", "en"], help="of the sentences; else LANG, else English")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            file = open(options["file"], "rb")  # noqa: SIM115  # closed below, and its errors are the caller's
        except (OSError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or str(problem)
            raise CommandError(f"The file {options['file']} cannot be opened: {why}.", returncode=MISUSED) from problem
        with file, translation.override(options["lang"] or _language()):
            try:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                file.seek(0)
                with open_table(file, Path(options["file"]).name) as table:
                    self._read(table, options["source"], options["kind"], sha256)
            except Refusal as refusal:
                raise CommandError(str(refusal), returncode=REFUSED) from None
            except OSError as problem:
                if isinstance(problem, BrokenPipeError):
                    # Somebody looked at the first lines only: nothing more to say, and nowhere to say it.
                    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                    return
                raise CommandError(
                    f"The file {options['file']} cannot be read: {problem.strerror}.", returncode=MISUSED
                ) from problem

    def _read(self, table: OpenTable, source: str | None, kind: str | None, sha256: str) -> None:
        reader, found = open_list(table, source, kind)
        headings = {name: table.headers[place] for name, place in reader.mapping.fields.items()}
        counts: Counter[str] = Counter()
        results: Counter[str] = Counter()
        compare = _comparing(found.kind, headings, sha256)
        for position, batch in enumerate(table.batches()):
            if position == 0:
                reader.look(batch)
            check_length(found.kind, table.rows_read)
            for line in _lines(reader, batch, compare):
                counts[line["action"]] += 1
                if line.get("result"):
                    results[line["result"]] += 1
                self._say(line)
        told = {"results": dict(results)} if found.kind.results else {}
        self._say({"totals": {"rows": table.rows_read, **counts}, **told, **_said(table, reader, found, headings)})

    def _say(self, document: dict[str, Any]) -> None:
        self.stdout.write(orjson.dumps(document).decode())


def _lines(
    reader: ListReader, batch: list[Row], compare: Callable[[Iterable[Any]], dict[int, Compared]]
) -> Iterable[dict[str, Any]]:
    read = [reader.read(row) for row in batch]
    fates = compare(one.item for one in read if one.item is not None)
    return (_line(one, fates.get(one.line)) for one in read)


def _line(one: Read, fate: Compared | None) -> dict[str, Any]:
    problems = one.problems or (fate.problems if fate else ())
    if problems:
        action = str(Fate.PROBLEM)
    elif one.passed_over:
        action = "passed_over"
    else:
        action = str(fate.fate) if fate else str(Fate.NEW)
    return {
        "line": one.line,
        "action": action,
        "tag": fate.tag if fate else "",
        "values": values_of(one.item) if one.item is not None else {},
        **({"result": fate.result} if fate and fate.result else {}),
        "changes": {name: list(pair) for name, pair in fate.changes.items()} if fate else {},
        "problems": [_plain(problem) for problem in problems],
        "notices": list(fate.notices if fate else one.item.notices if one.item is not None else ()),
    }


def _plain(problem: Problem) -> dict[str, str]:
    return {"column": problem.column, "message": problem.message, "mend": problem.mend}


def _comparing(kind: Kind, headings: dict[str, str], sha256: str) -> Callable[[Iterable[Any]], dict[int, Compared]]:
    """How rows are compared with what we have: as their kind's preview does, and not where there is no database yet."""

    def compare(items: Iterable[Any]) -> dict[int, Compared]:
        rows = list(items)
        try:
            judge = judge_of(kind.name, rows, headings, Beside(sha256=sha256))
            return {one.line: judge(one) for one in rows}
        except DatabaseError:
            return {one.line: Compared(Fate.NEW, notices=one.notices) for one in rows}

    return compare


def _said(table: OpenTable, reader: ListReader, found: Recognition, headings: dict[str, str]) -> dict[str, Any]:
    written, mapping = table.written, reader.mapping
    return {
        "kind": found.kind.name,
        "source": found.source.name,
        "source_score": found.score,
        "source_reasons": list(found.reasons),
        "format": written.kind,
        "encoding": written.encoding,
        "delimiter": written.delimiter,
        "sheet": written.sheet,
        "other_sheets": list(written.other_sheets),
        "headings_line": written.line,
        "mapping": headings,
        **{
            heap: [heading.text for heading in getattr(mapping, heap) if heading.text]
            for heap in ("personal", "ignored", "unrecognised", "doubled")
        },
    }


def _language() -> str:
    """The language of the shell that calls, where it is one of ours; else English, which scripts know."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if found := re.match(r"[a-z]{2}", os.environ.get(name, "")):
            return found[0] if found[0] in dict(settings.LANGUAGES) else "en"
    return "en"
