"""The one door to every file format: a file goes to a child process that can be killed, its rows come back."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import count, repeat
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self, cast

import orjson
from django.conf import settings

from imports.readers.limits import AT_ONCE, LIMITS, Limits, column_letters
from imports.readers.refusals import NO_END, refusal, wrong_name
from inventory.errors import BadFile

__all__ = ["AT_ONCE", "LIMITS", "Limits", "OpenTable", "Row", "Table", "Written"]
__all__ += ["allowed", "column_letters", "open_table", "read_table"]

_CHILD = Path(__file__).with_name("child.py")
_SOURCE = bytes | str | BinaryIO
_PIECE = 1 << 18
# Longer than any batch: a row of 256 cells that are as long as allowed, every letter escaped.
_LONGEST_ANSWER = 400_000_000


class Row(NamedTuple):
    """One row: `line` as the spreadsheet numbers it; positions of cells typed as numbers, and as dates."""

    line: int
    cells: tuple[str, ...]
    numbers: tuple[int, ...] = ()
    dates: tuple[int, ...] = ()

    def cell(self, position: int) -> str:
        """The text at a column's position, empty where the row is shorter than the header."""
        return self.cells[position] if position < len(self.cells) else ""


class Written(NamedTuple):
    """How a list was written: its format and what one had to find out to read it.

    `kind`: csv, jsonl, xlsx, ods or xls. `line`: where the headings stand. `since_1904`: whether Excel's day numbers
    count from 1904. `other_sheets`: visible sheets with something in them that were not read.
    """

    kind: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    line: int = 1
    since_1904: bool = False
    other_sheets: tuple[str, ...] = ()


class Table(NamedTuple):
    """A whole list in memory: headings, rows without the blank ones, and how it was written."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    written: Written

    @property
    def kind(self) -> str:
        """The format."""
        return self.written.kind

    @property
    def encoding(self) -> str | None:
        """How its signs are written, None for workbooks."""
        return self.written.encoding

    @property
    def delimiter(self) -> str | None:
        """What separates its cells, None for workbooks."""
        return self.written.delimiter

    @property
    def sheet(self) -> str | None:
        """The sheet that was read, None for text."""
        return self.written.sheet


def allowed() -> Limits:
    """The limits of this installation (RELAIS_LIST_BYTES, RELAIS_LIST_ROWS and so on)."""
    return LIMITS._replace(**settings.RELAIS_LIST_LIMITS)


def read_table(source: _SOURCE, name: str = "", limits: Limits = AT_ONCE) -> Table:
    """Read a whole list into memory; its content decides the format, its name only helps to explain.

    Refuses (`BadFile`) with a sentence that says what is wrong, where, and how to save the file again.
    """
    with open_table(source, name, limits) as table:
        return Table(table.headers, tuple(row for batch in table.batches() for row in batch), table.written)


def open_table(source: _SOURCE, name: str = "", limits: Limits | None = None) -> OpenTable:
    """Open a list of any size: its headings at once, its rows batch by batch in flat memory.

    `source`: bytes, text that was pasted, or a file open for reading bytes. Use it in a `with`: leaving it ends the
    child. Refuses (`BadFile`) at once what is no list, and while the batches are taken what a later row breaks.
    """
    limits = limits or allowed()
    file = _on_disk(source, limits)
    try:
        if sentence := wrong_name(file.read(4096), name):
            raise BadFile(sentence)
        file.seek(0)
        return OpenTable(file, limits)
    finally:
        file.close()


class OpenTable:
    """A list being read by a child process: `headers` and `written` are known, the rows still come."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self.limits = limits
        self.rows_read = 0
        # Bytes that the child held at its most; known when it has ended. A child that could not say it itself and held
        # less than its parent did counts as 0: the system reckons what the parent held at the fork as the child's.
        self.peak_bytes = 0
        self._parent_held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        # Seconds of processor that the child took; known when it has ended.
        self.cpu_seconds = 0.0
        self._waited = 0.0
        self._buffer = bytearray()
        self._child = subprocess.Popen(
            [sys.executable, "-I", str(_CHILD), json.dumps(limits._asdict())],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"MALLOC_ARENA_MAX": "2", "LC_ALL": "C.UTF-8"},
            pipesize=_PIECE,
        )
        self._pipe = cast(BinaryIO, self._child.stdout)
        self._ready = select.poll()
        self._ready.register(self._pipe, select.POLLIN | select.POLLHUP)
        try:
            head = self._answer()
            self.headers: tuple[str, ...] = tuple(head.pop("headers"))
            head["other_sheets"] = tuple(head.get("other_sheets", ()))
            self.written = Written(**head)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def batches(self) -> Iterator[list[Row]]:
        """The rows that hold something, some hundreds or thousands at a time, in the order of the list.

        Refuses (`BadFile`) as soon as the child does: what was taken before is no list then, and must be undone.
        """
        while True:
            answer = self._answer()
            if isinstance(answer, dict) and "plain" not in answer:
                if answer.get("end") != self.rows_read:
                    raise BadFile(NO_END)
                self.close()
                return
            batch = self._plain_rows(**answer) if isinstance(answer, dict) else _rows(*answer)
            self.rows_read += len(batch)
            yield batch

    def close(self) -> None:
        """End the child, whatever it does."""
        child = self._child
        if child.returncode is not None:
            return
        # Not `child.kill()`: it would take note of a child that has just ended by itself, and of its figures nobody.
        os.kill(child.pid, signal.SIGKILL)
        self._pipe.close()
        _pid, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if not self.peak_bytes and usage.ru_maxrss > self._parent_held:
            self.peak_bytes = usage.ru_maxrss * 1024
        self.cpu_seconds = usage.ru_utime + usage.ru_stime

    def _answer(self) -> Any:
        line = self._line()
        try:
            answer = orjson.loads(line)
        except orjson.JSONDecodeError:
            # A child that was killed in the middle of a line leaves half of one.
            raise BadFile(NO_END) from None
        if isinstance(answer, dict) and "peak" in answer:
            self.peak_bytes = answer.pop("peak")
        if isinstance(answer, dict) and "refused" in answer:
            raise refusal(answer["refused"], answer["facts"])
        return answer

    def _plain_rows(
        self, plain: int, by: str, lines: int | list[int], numbers: list[list[int]], dates: list[list[int]]
    ) -> list[Row]:
        while len(self._buffer) < plain:
            if not self._more():
                raise BadFile(NO_END)
        cells = iter(self._buffer[:plain].decode().split(by))
        del self._buffer[:plain]
        rows = zip(*[cells] * len(self.headers), strict=False)
        return _made(count(lines) if isinstance(lines, int) else lines, rows, _marks(numbers), _marks(dates))

    def _line(self) -> bytes:
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > _LONGEST_ANSWER or not self._more():
                return b""
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _more(self) -> bool:
        """Take what the child has written since; False when it has ended."""
        began = time.monotonic()
        answered = self._ready.poll(max(0.0, self.limits.wall_seconds - self._waited) * 1000)
        self._waited += time.monotonic() - began
        if not answered:
            raise refusal("wall_time", {"seconds": self.limits.wall_seconds})
        piece = os.read(self._pipe.fileno(), _PIECE)
        self._buffer += piece
        return bool(piece)


def _on_disk(source: _SOURCE, limits: Limits) -> BinaryIO:
    """A file of our own with the list in it, at its beginning. Refuses (`BadFile`) one larger than the limit."""
    if isinstance(source, str):
        # A half of a pair of signs cannot be written; the child says where it stands.
        source = source.encode("utf-8", "surrogatepass")
    pieces: Iterable[bytes] = [source] if isinstance(source, bytes) else iter(lambda: source.read(1 << 20), b"")
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limits.bytes:
            file.close()
            raise refusal("bytes", {"limit": limits.bytes // 1_000_000})
        file.write(piece)
    file.seek(0)
    return file


def _rows(
    lines: list[int], cells: list[list[str]], numbers: list[list[int]] | None, dates: list[list[int]] | None
) -> list[Row]:
    nothing: list[list[int]] = [[]] * len(lines)
    marks = (map(tuple, numbers or nothing), map(tuple, dates or nothing))
    return _made(lines, map(tuple, cells), *marks)


def _marks(said: list[list[int]]) -> Iterable[tuple[int, ...]]:
    """For each row; where all have the same, they were said once."""
    return map(tuple, said) if len(said) > 1 else repeat(tuple(said[0]) if said else ())


def _made(*columns: Iterable[Any]) -> list[Row]:
    # What `Row` itself does, without a call in Python for every row.
    return list(map(tuple.__new__, repeat(Row), zip(*columns, strict=False)))
