"""How identifiers compare: serial numbers and search words reduced to what cannot differ by accident."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def serial_key(serial: str) -> str:
    """A serial number as it compares: NFKC, no invisible characters, case folded, single spaces; zeros kept."""
    if serial.isascii() and serial.isprintable():
        return " ".join(serial.lower().split())[:100]
    text = unicodedata.normalize("NFKC", serial)
    text = "".join(sign for sign in text if unicodedata.category(sign) not in {"Cf", "Cc"})
    return _SPACES.sub(" ", text).strip().casefold()[:100]


def folded(text: str) -> str:
    """Words as they are searched: NFKD without accents, case folded, single spaces (SQLite folds ASCII only)."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return _SPACES.sub(" ", plain).strip().casefold()


def search_text(*parts: str) -> str:
    """One searchable line of a device's identifiers, at most 700 characters."""
    return folded(" ".join(part for part in parts if part))[:700]
