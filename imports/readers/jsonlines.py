"""JSON lines, one object a line: its keys are headings, its values cells. Runs in the child."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from itertools import count
from operator import itemgetter
from typing import Any, BinaryIO, cast

import orjson

from imports.readers.limits import Limits, Unreadable
from imports.readers.sifting import Piece, Plain, RawRow, cells_of, plain_rows

# From here on a float may be a whole number that was rounded.
_ROUNDED = 1e15
# A file of so many bytes is parsed once and kept; a longer one is parsed twice, in flat memory.
_KEPT = 24_000_000
# Bytes that are looked at together.
_BLOCK = 1 << 17
_MARK = b"\xef\xbb\xbf"
# Space between a key and its colon.
_SPACED = re.compile(rb'"[ \t\r\n]+:')
_ONLY_TEXT = {str}


class Objects:
    """The objects of a file: `heading` has every key that occurs, in the order of their coming.

    Refuses what is no object, doubled keys, lists and objects as values, and broken JSON, with line and key.
    """

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file, self._limits = file, limits
        self._keys: dict[str, int] = {}
        is_short = file.seek(0, io.SEEK_END) <= _KEPT
        self._kept = [piece for piece in self._read() if is_short]
        if not self._keys:
            raise Unreadable("empty")
        self.heading = RawRow(0, tuple(self._keys))

    def pieces(self, width: int) -> Iterator[Piece]:
        """The objects as rows, some hundreds at a time."""
        for piece in self._kept or self._read():
            if isinstance(piece, Plain) and piece.width != width:
                # A key that came later, or one that is blank: every row is looked at.
                piece = list(map(RawRow, piece.lines, cells_of(piece)))
            yield piece

    def _read(self) -> Iterator[Piece]:
        self._file.seek(0)
        line = 1
        while block := self._file.read(_BLOCK):
            if not block.endswith(b"\n"):
                block += self._file.readline(self._limits.line_bytes + 1)
            yield self._all_text(line, block) or list(self._one_by_one(line, block))
            line += block.count(b"\n")

    def _all_text(self, line: int, block: bytes) -> Plain | None:
        """Clean rows, where every line is an object with the keys that are known and texts; else None."""
        lines = block.removesuffix(b"\n").split(b"\n")
        if len(block) > self._limits.line_bytes or {line[:1] for line in lines} != {b"{"}:
            return None
        try:
            # Nothing spans two lines: a text may not hold the line end, an object no object without key, and a list
            # is no text. So there are as many objects as lines only where each line has one.
            records = orjson.loads(b"[%s]" % b"\n,".join(lines))
        except (ValueError, RecursionError):
            return None
        if not self._keys and len(records[0]) <= self._limits.columns:
            self._keys.update(zip(records[0], count()))
        width = len(self._keys)
        if width < 2 or len(records) != len(lines) or set(map(len, records)) != {width}:
            return None
        # Each key brings one colon; one more may be the same key twice, or stand in a text.
        keys = len(lines) * width
        if block.count(b":") != keys and (block.count(b'":') != keys or _SPACED.search(block)):
            return None
        try:
            texts = list(map("\t".join, map(itemgetter(*self._keys), records)))
        except (KeyError, TypeError):
            return None
        return plain_rows(line, texts, "\t", width, self._limits)

    def _one_by_one(self, line: int, block: bytes) -> Iterator[RawRow]:
        for number, raw in enumerate(block.split(b"\n"), start=line):
            if len(raw) > self._limits.line_bytes:
                raise Unreadable("line_length", limit=self._limits.line_bytes)
            raw = raw.removeprefix(_MARK).strip()
            if not raw:
                continue
            record = _object(raw, number)
            if not record.keys() <= self._keys.keys():
                for key in record:
                    self._keys.setdefault(key, len(self._keys))
                if len(self._keys) > self._limits.columns:
                    raise Unreadable("columns_on_line", line=number, limit=self._limits.columns)
            yield _row(number, raw, record, self._keys)


def _object(raw: bytes, line: int) -> dict[str, Any]:
    if raw[:1] != b"{":
        raise Unreadable("json_no_object", line=line)
    try:
        found = orjson.loads(raw)
        # Each key brings one `":`; another count may be the same key twice.
        if raw.count(b'":') != len(found) or _SPACED.search(raw):
            found = _exact(raw, line)
    except (ValueError, RecursionError):
        raise Unreadable("json_broken", line=line) from None
    return cast(dict[str, Any], found)


def _exact(raw: bytes, line: int) -> dict[str, Any]:
    """As Python's own parser reads it: every digit of a whole number, and every key told."""
    return cast(dict[str, Any], json.loads(raw, object_pairs_hook=lambda pairs: _once(pairs, line)))


def _row(line: int, raw: bytes, record: dict[str, Any], keys: dict[str, int]) -> RawRow:
    cells = list(map(record.get, keys))
    if set(map(type, cells)) == _ONLY_TEXT:
        return RawRow(line, cast(list[str], cells))
    if any(type(value) is float and abs(value) >= _ROUNDED for value in cells):
        try:
            cells = list(map(_exact(raw, line).get, keys))
        except (ValueError, RecursionError):
            raise Unreadable("json_broken", line=line) from None
    # A whole number keeps all its digits here; a float is rounded, as Excel rounds.
    numbers = [place for place, value in enumerate(cells) if type(value) is float]
    names = list(keys)
    texts = [v if isinstance(v, str) else _text(v, line, names[place]) for place, v in enumerate(cells)]
    return RawRow(line, texts, numbers)


def _once(pairs: list[tuple[str, Any]], line: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Unreadable("json_key_twice", line=line, key=key[:60])
        found[key] = value
    return found


def _text(value: Any, line: int, key: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:.15G}"
    raise Unreadable("json_nested", line=line, key=key[:60])
