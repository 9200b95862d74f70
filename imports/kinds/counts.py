"""Counts of a stock-take: which device was seen, or not, and where."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports.kinds import cells
from imports.kinds.shape import Field, Kind
from imports.vocabulary import TAG_WORDS
from inventory.lifecycle import Word

SEEN: dict[str, Promise] = {"yes": _("Yes"), "no": _("No")}


@dataclass(frozen=True, slots=True)
class CountedDevice:
    """One device that was looked for; `place` is the code of a location, `seen` is yes, no or empty."""

    line: int
    place: str = ""
    tag: str = ""
    serial: str = ""
    seen: str = ""
    notices: tuple[str, ...] = ()


COUNTS = Kind(
    name="count",
    label=_("Counts of a stock-take"),
    row=CountedDevice,
    fields=(
        Field(
            "place",
            _("Place"),
            cells.words(20),
            needed=True,
            words=("Place", "Location", "Lieu", "Emplacement", "Plaats", "Locatie"),
        ),
        Field("tag", _("Tag"), cells.tag, text=True, words=TAG_WORDS),
        Field("serial", _("Serial number"), cells.serial, text=True),
        Field("seen", _("Seen"), cells.choice("seen", SEEN), labels=SEEN),
    ),
    identity=("tag", "serial"),
    unique=("tag", "serial"),
    telling=("seen",),
    needs=Word.STORE,
    no_way_in=_("This is a list of counts. Take stock under “Scanning”: there its tags or serial numbers are counted."),
)
