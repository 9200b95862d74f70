"""One spelling for every entry: canonical JSON, so that the same facts always hash the same."""

from __future__ import annotations

import datetime as dt
import decimal
import hashlib
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from django.utils.functional import Promise


def canonical(facts: dict[str, Any]) -> bytes:
    """The facts as RFC 8785 canonical JSON (sorted ASCII keys, no spaces, no floats), UTF-8 bytes.

    Dates become ISO 8601, decimals strings. Raises TypeError for a float or any other type: two machines may spell
    a float differently, and a ledger cannot.
    """
    if set(map(type, facts.values())) <= _BY_ITSELF and set(map(type, facts)) <= _WORDS:
        return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)
    return orjson.dumps(_plain(facts), option=orjson.OPT_SORT_KEYS)


def canonical_text(text: str) -> str:
    """One text as it stands in canonical JSON, with its quotes."""
    return orjson.dumps(text).decode()


# What JSON says by itself; `str` only, since an enum's member is a string with a spelling of its own.
_BY_ITSELF = frozenset({str, int, bool, type(None)})
_WORDS = frozenset({str})


@lru_cache(maxsize=16)
def instant(moment: dt.datetime) -> str:
    """An aware moment as UTC with microseconds: `2026-03-01T09:30:00.000000Z`."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commitment(salt: str, payload: str) -> str:
    """SHA-256 over salt and payload: binds an entry to private text that can later be erased."""
    return hashlib.sha256(f"{salt}\n{payload}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    if type(value) in _BY_ITSELF:
        return value
    if isinstance(value, dict):
        return {str(key): inner if type(inner) in _BY_ITSELF else _plain(inner) for key, inner in value.items()}
    if isinstance(value, bool | int | str):
        return str(value) if isinstance(value, str) else int(value)
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [_plain(inner) for inner in items]
    if isinstance(value, dt.datetime):
        return instant(value)
    if isinstance(value, dt.date | decimal.Decimal | UUID | Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no canonical spelling: {value!r}")
