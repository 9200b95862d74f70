"""Counts of a stock-take: which device was seen at a place, when, and by which of those who count."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports.kinds import cells
from imports.kinds.shape import Field, Kind, Result
from imports.vocabulary import TAG_WORDS
from inventory.lifecycle import Word

SEEN: dict[str, Promise] = {"yes": _("Yes"), "no": _("No")}
COUNTERS: dict[str, Promise] = {"1": _("First person"), "2": _("Second person")}


@dataclass(frozen=True, slots=True)
class CountedDevice:
    """One device that was looked for; `place` is the code of a location, `seen` is yes, no or empty.

    `counter`: 1 or 2 where two people count. Without a place it is of the only stock-take that is open.
    """

    line: int
    place: str = ""
    tag: str = ""
    serial: str = ""
    inventory_number: str = ""
    seen: str = ""
    counter: str = ""
    counted_at: datetime.datetime | None = None
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
            words=("Place", "Location", "Lieu", "Emplacement", "Plaats", "Locatie"),
        ),
        Field("tag", _("Tag"), cells.tag, text=True, words=TAG_WORDS),
        Field("serial", _("Serial number"), cells.serial, text=True),
        Field("inventory_number", _("Inventory number"), cells.number, text=True),
        Field(
            "seen",
            _("Seen"),
            cells.choice("seen", SEEN),
            labels=SEEN,
            words=("Result", "Résultat", "Resultaat"),
        ),
        Field(
            "counter",
            _("Counter (1 or 2)"),
            cells.choice("counter", COUNTERS),
            labels=COUNTERS,
            words=(
                *("Counter", "Counter (1 or 2)", "Compteur", "Compteur (1 ou 2)", "Compté par (1 ou 2)"),
                *("Teller", "Teller (1 of 2)", "Geteld door (1 of 2)"),
            ),
        ),
        Field(
            "counted_at",
            _("Counted at"),
            cells.moment,
            shown=cells.moment_words,
            words=(
                *("Counted at", "Counted on", "Scanned at", "When it happened", "Time", "Moment"),
                *("Compté le", "Compté à", "Scanné le", "Quand cela s’est passé", "Date et heure", "Heure"),
                *("Geteld op", "Geteld om", "Gescand op", "Wanneer het is gebeurd", "Datum en tijd", "Tijdstip"),
            ),
        ),
    ),
    identity=("tag", "serial", "inventory_number"),
    unique=(),
    telling=("seen", "counter", "counted_at"),
    needs=Word.STORE,
    way_back=_("What this list counted is not counted any more, as long as the stock-take is open."),
    repeats=True,
    results={
        "found": Result(_("Found"), "good", "check"),
        "misplaced": Result(_("Stood elsewhere in the books"), "warn", "place"),
        "unexpected": Result(_("Not in our hands in the books"), "warn", "warning"),
        "counted": Result(_("Counted already"), "plain", "minus"),
        "not_seen": Result(_("Not seen"), "plain", "minus"),
    },
)
