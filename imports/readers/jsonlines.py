"""JSON lines, one object a line: its keys are headings, its values cells. Runs in the child."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import orjson

from imports.readers.limits import Limits, Unreadable
from imports.readers.sifting import RawRow

# From here on a float may be a whole number that was rounded.
_ROUNDED = 1e15
# A file of so many bytes is parsed once and kept; a longer one is parsed twice, in flat memory.
_KEPT = 24_000_000
_ONLY_TEXT = {str}


def looks_like_json(beginning: bytes) -> bool:
    """Whether a file begins as a JSON object or list would."""
    begun = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:20]
    return bool(re.match(rb'\{\s*["}]|\{$|\[\s*[\[{"\d\]]', begun))


def json_rows(file: BinaryIO, limits: Limits) -> Iterator[RawRow]:
    """First a row with every key that occurs, in the order of their coming, then a row an object.

    Refuses what is no object, doubled keys, lists and objects as values, and broken JSON, with line and key.
    """
    keys: dict[str, int] = {}
    known = keys.keys()
    size = file.seek(0, io.SEEK_END)
    kept: list[RawRow] = []
    for line, raw in _lines(file, limits):
        record = _object(raw, line)
        if not record.keys() <= known:
            for key in record:
                keys.setdefault(key, len(keys))
            if len(keys) > limits.columns:
                raise Unreadable("columns_on_line", line=line, limit=limits.columns)
        if size <= _KEPT:
            kept.append(_row(line, raw, record, keys))
    if not keys:
        raise Unreadable("empty")
    yield RawRow(0, tuple(keys))
    if size <= _KEPT:
        yield from kept
        return
    for line, raw in _lines(file, limits):
        yield _row(line, raw, _object(raw, line), keys)


def _lines(file: BinaryIO, limits: Limits) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    line = 0
    while raw := file.readline(limits.line_bytes + 1):
        line += 1
        if len(raw) > limits.line_bytes:
            raise Unreadable("line_length", limit=limits.line_bytes)
        raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
        if raw:
            yield line, raw


def _object(raw: bytes, line: int) -> dict[str, Any]:
    if raw[:1] != b"{":
        raise Unreadable("json_no_object", line=line)
    try:
        found = orjson.loads(raw)
        # Each key brings one `":`; another count may be spaces before the colon, or the same key twice.
        if raw.count(b'":') != len(found):
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
