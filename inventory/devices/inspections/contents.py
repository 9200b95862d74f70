"""What every reader of inspections does with bytes and loose JSON, so that no odd file breaks any of them."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.functional import Promise

from inventory.devices.placeholders import identifying, identifying_uuid
from inventory.errors import BadFile

Node = dict[str, Any]

CHASSIS = {
    "notebook": "laptop", "laptop": "laptop", "netbook": "laptop", "portable": "laptop", "sub-notebook": "laptop",
    "convertible": "laptop", "detachable": "tablet", "tablet": "tablet", "desktop": "desktop",
    "low-profile": "desktop", "low profile desktop": "desktop", "mini": "desktop", "microtower": "desktop",
    "pizzabox": "desktop", "pizza box": "desktop", "mini-tower": "desktop", "mini tower": "desktop",
    "tower": "desktop", "all-in-one": "desktop", "all in one": "desktop", "space-saving": "desktop",
    "lunchbox": "desktop", "lunch box": "desktop", "mini-pc": "desktop", "mini pc": "desktop",
    "stick-pc": "desktop", "stick pc": "desktop", "server": "server", "rackmount": "server",
    "rack mount chassis": "server", "main server chassis": "server", "blade": "server", "multi-system": "server",
}  # fmt: skip
MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_SSD = re.compile(r"SSD|\bMZ[-7N]|^KINGSTON S[AKUV]|^CT\d+[BM]X|^SanDisk S|SOLID STATE", re.IGNORECASE)
_HDD = re.compile(
    r"^ST\d{3,}|^(?:WDC )?WD\d+[A-Z]|^Hitachi H|^HGST|^TOSHIBA (?:MK|MQ|DT|HD)|^SAMSUNG (?:HD|HM|SP)|^MAXTOR",
    re.IGNORECASE,
)
OPTICAL = re.compile(r"\b(?:CD|DVD|BD)(?:-|\b)|optical|Blu-?ray", re.IGNORECASE)
WIRELESS = re.compile(r"802\.11|wireless|wi-?fi|wlan|bluetooth", re.IGNORECASE)


def plain(data: bytes) -> bytes:
    """The same text in UTF-8 without a mark in front."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        # PowerShell and some editors save it so.
        data = data.decode("utf-16", errors="replace").encode(errors="replace")
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()


def parsed_json(data: bytes, broken: Promise, foreign: Promise) -> object:
    """The JSON of a file. Refuses (`BadFile`) with `broken`, which names the `line`, or with `foreign`."""
    try:
        return json.loads(plain(data).decode("utf-8", errors="replace"), parse_constant=str)
    except json.JSONDecodeError as error:
        raise BadFile(broken, line=error.lineno) from None
    except (RecursionError, ValueError):
        raise BadFile(foreign) from None


def word(node: Node, key: str) -> str:
    """A short text or whole number as text: printable, trimmed, at most 150 signs; of a list the first."""
    value = node.get(key)
    if isinstance(value, list):
        value = value[0] if value else ""
    text = ""
    if isinstance(value, str):
        text = value
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**128:
        text = str(value)
    return "".join(letter for letter in text[:1000] if letter.isprintable()).strip()[:150]


def group(node: Node, key: str) -> Node:
    """An object inside an object; empty when it is missing or something else."""
    value = node.get(key)
    return value if isinstance(value, dict) else {}


def rows(node: Node, key: str) -> list[Node]:
    """The objects of a list inside an object, at most 1,000; a lone object counts as a list of one."""
    value = node.get(key)
    if isinstance(value, dict):
        return [value]
    return [row for row in value[:1000] if isinstance(row, dict)] if isinstance(value, list) else []


def size(node: Node, key: str = "size", unit: int = 1) -> int | None:
    """Bytes, from a positive number in units of `unit` bytes; None when it is no such number."""
    value = node.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**62:
        return None
    # Fractions of a megabyte are exact to the byte in some files.
    count = round(value * unit)
    return count if 0 < count < 2**62 else None


def identity(serial: str, what: str, warnings: list[str]) -> str | None:
    """A serial number that identifies; a placeholder gives None and a warning."""
    found = identifying(serial)
    if serial and found is None:
        warnings.append(f"{what} is a placeholder: “{serial}”")
    return found


def is_unnumbered(serial: str) -> bool:
    """Whether the firmware was asked for the machine's number and gave a placeholder."""
    return bool(serial) and identifying(serial) is None


def uuid_of(uuid: str, warnings: list[str]) -> str | None:
    """An SMBIOS UUID that identifies, in lower case; another gives None and a warning."""
    found = identifying_uuid(uuid)
    if uuid and found is None:
        warnings.append(f"the SMBIOS UUID identifies no machine: “{uuid}”")
    return found


def medium_serial(serial: str, name: str, warnings: list[str]) -> str | None:
    """A medium's serial number; none, or a placeholder, gives None and a warning."""
    if not serial:
        warnings.append(f"a storage medium without serial number: {name or 'without name'}")
        return None
    return identity(serial, "a storage medium's serial number", warnings)


def is_ssd(words: str) -> bool:
    """Whether a model's name says that it is flash."""
    return bool(_SSD.search(words))


def is_hdd(product: str) -> bool:
    """Whether a model's name is one of a turning disk."""
    return bool(_HDD.search(product))
