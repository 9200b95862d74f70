"""How identifiers compare: serial numbers and search words reduced to what cannot differ by accident."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from uuid import UUID

from inventory.devices.placeholders import identifying_uuid

# Of a UUID's 32 digits; a random one has 9 alike once in 20,000 times, 17 never.
_MOST_ALIKE = 16
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


@lru_cache(maxsize=4096)
def both_orders(uuid: str | None) -> tuple[str, ...]:
    """An SMBIOS UUID as it is and with its first three fields turned round; empty when it identifies nothing.

    So is a number most of whose digits are one: firmware's filling, that many machines share.

    SMBIOS stores those fields little-endian (DSP0134 §7.2.1); lshw prints them as they lie, dmidecode turns them.
    """
    value = identifying_uuid(uuid)
    if value is None or max(map(value.count, set(value) - {"-"})) > _MOST_ALIKE:
        return ()
    number = UUID(value)
    # Python keeps both readings of the sixteen bytes.
    turned = str(UUID(bytes=number.bytes_le))
    return (value, turned) if identifying_uuid(turned) else ()


def uuid_key(uuid: str | None) -> str:
    """An SMBIOS UUID as it compares, the same for both byte orders; empty when it identifies nothing."""
    orders = both_orders(uuid)
    return min(orders) if orders else ""
