"""Reads one list in a process of its own, which may abort, hang or be killed without harm to ours.

Started by `opening.py` as a script, with the limits as JSON in its argument and the file as standard input. Answers
in JSON lines: the head, then batches of `[lines, cells, numbers, dates]` or of clean text as it stands
(`{"plain": text, "by": separator, "line": first}`), then `{"end": rows}`; or, at any moment,
`{"refused": reason, "facts": {...}}` as the last line. It imports nothing of the project but the modules beside it
and the vocabulary.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

if __name__ == "__main__":
    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

import orjson

from imports.readers.jsonlines import json_rows, looks_like_json
from imports.readers.limits import Limits, Unreadable
from imports.readers.old_excel import MARK
from imports.readers.sifting import Head, Piece, Plain, batches, columns_of, find_head, some_rows
from imports.readers.text import text_rows

_WORKBOOKS = (b"PK", MARK)


def main() -> None:
    """Limit this process, read the file, and say why if it cannot be read."""
    # Rows are no cycles, and looking for cycles among them takes a third of the time.
    gc.disable()
    limits = Limits(**json.loads(sys.argv[1]))
    file = os.fdopen(0, "rb")
    if file.peek(8).startswith(_WORKBOOKS):
        import imports.readers.workbook  # noqa: F401  # loads its libraries before memory is limited
    _limit_process(limits)
    out = os.fdopen(1, "wb", buffering=1 << 18)

    def write(document: Any) -> None:
        out.write(orjson.dumps(document))
        out.write(b"\n")

    try:
        read_list(file, limits, write)
    except Unreadable as refusal:
        write({"refused": refusal.reason, "facts": refusal.facts, "peak": _peak()})
    except MemoryError:
        write({"refused": "too_big", "facts": {}})
    except RecursionError:
        write({"refused": "corrupt", "facts": {}})
    out.flush()


def read_list(file: BinaryIO, limits: Limits, write: Callable[[Any], None]) -> None:
    """Write the head, the batches and the end of a list. Refuses (`Unreadable`) what is no list."""
    beginning = file.read(4096)
    if beginning.startswith(_WORKBOOKS):
        _read_workbook(file, limits, write)
    else:
        _read_text(file, beginning, limits, write)


def _limit_process(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds,) * 2)
    # No trace of a crash, no file written, nothing else opened: no link and no entity leads anywhere.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _read_workbook(file: BinaryIO, limits: Limits, write: Callable[[Any], None]) -> None:
    from imports.readers.workbook import workbook_list

    kind, found = workbook_list(file, limits)
    head = {"kind": kind, "sheet": found.sheet, "other_sheets": found.other_sheets, "since_1904": found.since_1904}
    write({**head, "headers": found.head.headers, "line": found.head.line})
    _write_rows(found.head, some_rows(found.rows), limits, write)


def _read_text(file: BinaryIO, beginning: bytes, limits: Limits, write: Callable[[Any], None]) -> None:
    if not beginning:
        raise Unreadable("empty")
    if looks_like_json(beginning):
        objects = json_rows(file, limits)
        found = find_head(objects, limits, lines=1)
        pieces: Iterator[Piece] = some_rows(objects)
        how: dict[str, Any] = {"kind": "jsonl", "encoding": "utf-8"}
    else:
        text, encoding = text_rows(file, limits)
        found = find_head(text.rows, limits)
        pieces = text.pieces(len(found.headers)) if found else iter(())
        how = {"kind": "csv", "encoding": encoding, "delimiter": text.by}
    if found is None:
        raise Unreadable("empty")
    write({**how, "headers": found.headers, "line": found.line})
    _write_rows(found, pieces, limits, write)


def _write_rows(head: Head, pieces: Iterator[Piece], limits: Limits, write: Callable[[Any], None]) -> None:
    count = 0
    for batch in batches(head, pieces, limits):
        if isinstance(batch, Plain):
            write({"plain": batch.text, "by": batch.by, "line": batch.line})
            count += batch.lines
        else:
            write(columns_of(batch))
            count += len(batch)
    write({"end": count, "peak": _peak()})


def _peak() -> int:
    """Bytes that this process held at its most; what its parent held when it forked does not count."""
    try:
        with open("/proc/self/status", "rb") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith(b"VmHWM")), 0)
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
