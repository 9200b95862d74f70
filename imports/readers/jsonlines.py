"""JSON lines, one object a line: its keys are headings, its values cells. Runs in the child."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from imports.readers.limits import Limits, Unreadable
from imports.readers.sifting import RawRow

# A whole number that a float would round.
_LONG_NUMBER = re.compile(rb"[:\s]-?\d{16}")


def looks_like_json(beginning: bytes) -> bool:
    """Whether a file begins as a JSON object or list would."""
    begun = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:20]
    return bool(re.match(rb'\{\s*["}]|\{$|\[\s*[\[{"\d\]]', begun))


def json_rows(file: BinaryIO, limits: Limits) -> Iterator[RawRow]:
    """First a row with every key that occurs, in the order of their coming, then a row an object.

    Refuses what is no object, doubled keys, lists and objects as values, and broken JSON, with line and key.
    """
    keys: dict[str, int] = {}
    for line, record in _objects(file, limits):
        for key in record:
            if key not in keys:
                keys[key] = len(keys)
                if len(keys) > limits.columns:
                    raise Unreadable("columns_on_line", line=line, limit=limits.columns)
    if not keys:
        raise Unreadable("empty")
    yield RawRow(0, tuple(keys))
    for line, record in _objects(file, limits):
        cells = [""] * len(keys)
        numbers = []
        for key, value in record.items():
            cells[keys[key]] = value if isinstance(value, str) else _text(value, line, key)
            # A whole number keeps all its digits here; a float is rounded, as Excel rounds.
            if type(value) is float:
                numbers.append(keys[key])
        yield RawRow(line, cells, numbers)


def _objects(file: BinaryIO, limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    file.seek(0)
    line = 0
    while raw := file.readline(limits.line_bytes + 1):
        line += 1
        if len(raw) > limits.line_bytes:
            raise Unreadable("line_length", limit=limits.line_bytes)
        raw = raw.removeprefix(b"\xef\xbb\xbf").strip()
        if raw:
            yield line, _object(raw, line)


def _object(raw: bytes, line: int) -> dict[str, Any]:
    if raw[:1] != b"{":
        raise Unreadable("json_no_object", line=line)
    try:
        found = json.loads(raw) if _LONG_NUMBER.search(raw) else orjson.loads(raw)
        # Each key brings one `":`; another count may be spaces before the colon, or the same key twice.
        if raw.count(b'":') != len(found):
            found = json.loads(raw, object_pairs_hook=lambda pairs: _once(pairs, line))
    except (ValueError, RecursionError):
        raise Unreadable("json_broken", line=line) from None
    return found if isinstance(found, dict) else {}


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
