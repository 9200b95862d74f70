"""Reads one list in a process of its own, which may abort, hang or be killed without harm to ours.

Started by `opening.py` as a script, with the limits as JSON in its argument and the file as standard input. Answers
in JSON lines: the head, then batches of `[lines, cells, numbers, dates]` or of clean rows
(`{"plain": bytes, "by": separator, "lines": [...], "numbers": [...], "dates": [...]}`, and after the line so many bytes
of text), then `{"end": rows}`; or, at any moment, `{"refused": reason, "facts": {...}}` as the last line. It imports
nothing of the project but the modules beside it and the vocabulary, and a library only for the format at hand: to start
takes a third of the time that a middling list takes.
"""

from __future__ import annotations

import gc
import json
import os
import re
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

if __name__ == "__main__":
    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from imports.readers.limits import MARK, Limits, Unreadable
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
        head, text = _framed(document) if isinstance(document, Plain) else (document, b"")
        out.write(json.dumps(head).encode() + b"\n" + text)

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
    pieces: Iterator[Piece]
    if _looks_like_json(beginning):
        from imports.readers.jsonlines import Objects

        objects = Objects(file, limits)
        found = find_head(iter([objects.heading]), limits, lines=1)
        pieces = objects.pieces(len(found.headers)) if found else iter(())
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
            write(batch)
            count += len(batch.lines)
        else:
            write(columns_of(batch))
            count += len(batch)
    write({"end": count, "peak": _peak()})


def _looks_like_json(beginning: bytes) -> bool:
    """Whether a file begins as a JSON object or list would."""
    begun = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:20]
    return bool(re.match(rb'\{\s*["}]|\{$|\[\s*[\[{"\d\]]', begun))


def _framed(plain: Plain) -> tuple[dict[str, Any], bytes]:
    """What stands before clean rows, and their text. What is the same for all rows is said once."""
    text = plain.text.encode()
    lines = plain.lines
    # The lines of a list go up: nothing is left out between these two.
    follow = lines[-1] - lines[0] == len(lines) - 1
    return {
        "plain": len(text),
        "by": plain.by,
        "lines": lines[0] if follow else list(lines),
        "numbers": _said_once(plain.numbers),
        "dates": _said_once(plain.dates),
    }, text


def _said_once(marks: Sequence[Sequence[int]]) -> Sequence[Sequence[int]]:
    return marks[:1] if marks and marks.count(marks[0]) == len(marks) else marks


def _peak() -> int:
    """Bytes that this process held at its most; what its parent held when it forked does not count."""
    try:
        with open("/proc/self/status", "rb") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith(b"VmHWM")), 0)
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    main()
