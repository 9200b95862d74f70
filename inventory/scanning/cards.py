"""Mode cards: a printed code that chooses an act, and perhaps a place, instead of a device."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from inventory.devices.tags import from_us_scanner
from inventory.scanning.models import ActName

# `HTTPS://<HOST>/M/<ACT>[/<LOCATION>]`, or plain `RELAIS:MODE:<act>[:<location>]`; a scanner in capitals or not.
_CARD: Final = re.compile(
    r"(?:(?:https?://)?[\w.:\[\]-]+/m/(?P<act>[a-z_]+)(?:/(?P<place>[^/?#\s]+))?/?"
    r"|relais:mode:(?P<plain>[a-z_]+)(?::(?P<there>[^/?#\s]+))?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Card:
    """An act, and the code of a place where the card names one."""

    act: ActName
    location: str = ""


def read_card(text: str) -> Card | None:
    """The card that was scanned; None when it is something else, or an act nobody knows."""
    typed = "".join(text.split())
    for reading in (typed, from_us_scanner(typed)):
        found = _CARD.fullmatch(reading)
        act = (found["act"] or found["plain"]).lower() if found else ""
        if found and act in set(ActName):
            return Card(ActName(act), (found["place"] or found["there"] or "").upper())
    return None
