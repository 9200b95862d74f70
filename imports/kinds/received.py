"""Devices received: what came through the door, by tag, serial or inventory number, in what state and where it went."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports.kinds import cells
from imports.kinds.shape import Field, Kind
from imports.vocabulary import TAG_WORDS
from inventory.lifecycle import Word

CONDITIONS: dict[str, Promise] = {
    "intact": _("Intact"),
    "damaged": _("Damaged"),
    "incomplete": _("Incomplete"),
    "dangerous_battery": _("Dangerous battery"),
}


@dataclass(frozen=True, slots=True)
class ReceivedDevice:
    """One device that came; `condition` is a key of `CONDITIONS` or empty, `location` the code of a place."""

    line: int
    tag: str = ""
    serial: str = ""
    inventory_number: str = ""
    condition: str = ""
    location: str = ""
    notices: tuple[str, ...] = ()


RECEIVED = Kind(
    name="receive",
    label=_("Devices received"),
    row=ReceivedDevice,
    fields=(
        Field("tag", _("Tag"), cells.tag, text=True, words=TAG_WORDS),
        Field("serial", _("Serial number"), cells.serial, text=True),
        Field("inventory_number", _("Inventory number"), cells.number, text=True),
        Field("condition", _("Condition"), cells.choice("condition", CONDITIONS), labels=CONDITIONS),
        Field(
            "location",
            _("Location"),
            cells.words(20),
            words=("Location", "Place", "Lieu", "Emplacement", "Locatie", "Plaats"),
        ),
    ),
    identity=("tag", "serial", "inventory_number"),
    unique=("tag", "serial", "inventory_number"),
    telling=("condition",),
    needs=Word.RECEIVE,
    no_way_back=_("What came through the door has come: no step leads back from “received”."),
)
