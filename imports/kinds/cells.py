"""How the cells of any kind of list are read: numbers of devices, places, dates, choices."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from imports import columns
from imports.columns import CellRefused
from imports.kinds.shape import Look
from imports.vocabulary import CHOICES, plain
from inventory.devices.placeholders import identifying
from inventory.devices.tags import read_tag
from inventory.errors import Refusal


def words(length: int) -> Callable[[str, Look], str]:
    """A reader of text of at most so many characters."""
    return lambda cell, look: columns.text(cell, length)


def number(cell: str, look: Look) -> str:
    """An inventory number. Refuses what Excel destroyed, made a date of, or took the zeros from."""
    value = columns.identifier(cell, number=look.number, date=look.date, width=look.width)
    if look.number and value and not look.width:
        look.notices.append(str(_("“%(value)s” was typed as a number: leading zeros may be lost.")) % {"value": value})
    return value


def serial(cell: str, look: Look) -> str:
    """A serial number; a placeholder ("System Serial Number") is left out, and said."""
    value = columns.identifier(cell, number=look.number, date=look.date, width=look.width)
    if value and identifying(value) is None:
        look.notices.append(
            str(_("“%(value)s” identifies no device: the serial number is left empty.")) % {"value": value}
        )
        return ""
    if look.number and value and not look.width:
        look.notices.append(str(_("“%(value)s” was typed as a number: leading zeros may be lost.")) % {"value": value})
    return value


def tag(cell: str, look: Look) -> str:
    """A tag of ours, as typed, scanned or linked. Refuses one whose check symbol does not fit."""
    value = columns.text(cell, 200)
    if not value:
        return ""
    try:
        return read_tag(value)
    except Refusal as refusal:
        raise CellRefused(str(refusal), _("Copy the tag from the label again.")) from None


def category(cell: str, look: Look) -> str:
    """A kind of device; an unknown word is taken as "other", and said."""
    found = columns.category(cell)
    if found is None and cell.strip():
        look.notices.append(str(_("Category “%(value)s” is unknown: taken as “other”.")) % {"value": cell.strip()[:60]})
    return found or "other"


def date(cell: str, look: Look) -> Any:
    """A day; Excel's bare day number is understood in the date system of the workbook, and said."""
    value = columns.date(cell, since_1904=look.since_1904)
    if value is not None and cell.isdecimal():
        look.notices.append(
            str(_("“%(value)s” is a day as Excel counts them: read as %(date)s."))
            % {"value": cell, "date": date_format(value, "d/m/Y")}
        )
    return value


def moment(cell: str, look: Look) -> Any:
    """A date and time; a day alone means by the end of that day."""
    return columns.moment(cell)


def beginning(cell: str, look: Look) -> Any:
    """A date and time; a day alone means from the beginning of that day."""
    return columns.moment(cell, early=True)


def moment_words(value: str) -> str:
    """A moment that is kept in ISO 8601, as a page shows it."""
    return date_format(timezone.localtime(datetime.datetime.fromisoformat(value)), "d/m/Y H:i") if value else ""


def weight(cell: str, look: Look) -> Any:
    """Kilograms."""
    return columns.decimal(cell, unit="kg")


def choice(name: str, labels: Mapping[str, Any]) -> Callable[[str, Look], str]:
    """A reader of one of a few words, in French, Dutch or English. Refuses any other word, naming those we know."""
    known = {plain(word): key for key, spoken in CHOICES[name].items() for word in (key, *spoken)}

    def read(cell: str, look: Look) -> str:
        value = columns.text(cell, 100)
        if not value:
            return ""
        found = known.get(plain(value))
        if found is None:
            raise CellRefused(
                _("“%(value)s” is not one of the words that we know here."),
                _("Write one of: %(words)s."),
                value=value[:60],
                words=", ".join(str(label) for label in labels.values()),
            )
        return found

    return read
