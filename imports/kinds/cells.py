"""How the cells of any kind of list are read: numbers of devices, places, dates, choices."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext_lazy as _

from imports import columns
from imports.columns import CellRefused
from imports.kinds.shape import Look
from imports.vocabulary import CHOICES, plain
from inventory.devices.categories import MEDIUM_KINDS
from inventory.devices.placeholders import identifying, identifying_uuid
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


_SIZES = {"mb": 1, "mo": 1, "gb": 1_000, "go": 1_000, "tb": 1_000_000, "to": 1_000_000}
_EXACT = {"mib": 1, "mio": 1, "gib": 1_024, "gio": 1_024, "tib": 1_048_576, "tio": 1_048_576}
_SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]*)", re.ASCII)
# Bytes: beyond this a bare number is one of bytes.
_BYTES = 1_000_000_000


def memory(cell: str, look: Look) -> Any:
    """Memory in MB of 1,048,576 bytes. A bare number up to 128 is in GB, from 512 in MB; between them it is refused."""
    value, unit = _size(cell, look)
    if value is None:
        return None
    if not unit:
        if 128 < value < 512:
            raise CellRefused(
                _("“%(value)s” does not say its unit."), _("Write it such as 8 GB."), value=cell.strip()[:40]
            )
        unit = "gb" if value <= 128 else "mb"
    factors = {"mb": 1, "mo": 1, "gb": 1_024, "go": 1_024, "tb": 1_048_576, "to": 1_048_576} | _EXACT
    return _whole(value * factors[unit], cell, most=64 * 1_048_576)


def memory_words(value: str) -> str:
    """MB of memory as a page shows them."""
    if not value:
        return ""
    count = int(value)
    if count % 1_024 == 0:
        return str(_("%(size)s GB")) % {"size": count // 1_024}
    return str(_("%(size)s MB")) % {"size": count}


def capacity(cell: str, look: Look) -> Any:
    """The capacity of a medium in bytes. A bare number up to 100,000 is in GB, from a thousand million in bytes."""
    value, unit = _size(cell, look)
    if value is None:
        return None
    if unit in _EXACT:
        return _whole(value * _EXACT[unit] * 1_048_576, cell, most=10**15)
    if not unit:
        if value >= _BYTES:
            return _whole(value, cell, most=10**15)
        if value > 100_000:
            raise CellRefused(
                _("“%(value)s” does not say its unit."), _("Write it such as 500 GB."), value=cell.strip()[:40]
            )
    return _whole(value * _SIZES[unit or "gb"] * 1_000_000, cell, most=10**15)


def capacity_words(value: str) -> str:
    """Bytes of capacity as a page shows them, in units of a thousand as makers count."""
    if not value:
        return ""
    gigabytes = int(value) / 1_000_000_000
    if gigabytes >= 1_000:
        return str(_("%(size)s TB")) % {"size": number_format(f"{gigabytes / 1_000:.3g}")}
    return str(_("%(size)s GB")) % {"size": f"{gigabytes:.3g}"}


def medium_kind(cell: str, look: Look) -> str:
    """A kind of storage medium by its code; "SSD" alone tells no bus, and is kept as unknown."""
    value = columns.text(cell, 60)
    if value and plain(value) in ("ssd", "flash", "flashdisk"):
        look.notices.append(
            str(_("“%(value)s” tells neither SATA nor NVMe: kept as an unknown kind.")) % {"value": value}
        )
        return "unknown"
    return _MEDIUM_KIND(value, look)


def uuid(cell: str, look: Look) -> str:
    """An SMBIOS UUID in lower case; one that many machines share is left out, and said."""
    value = columns.text(cell, 60)
    if not value:
        return ""
    bare = value.strip("{}").casefold()
    if not _UUID.fullmatch(bare):
        raise CellRefused(
            _("“%(value)s” is not a UUID."), _("Copy it again: 32 signs in five groups."), value=value[:60]
        )
    if identifying_uuid(bare) is None:
        look.notices.append(str(_("“%(value)s” identifies no device: it is left out.")) % {"value": value})
        return ""
    return bare


def _size(cell: str, look: Look) -> tuple[float | None, str]:
    value = columns.text(cell, 40)
    if not value:
        return None, ""
    found = _SIZE.fullmatch(value.casefold().replace("\N{NO-BREAK SPACE}", " "))
    unit = found[2] if found else ""
    if found is None or (unit and unit not in _SIZES and unit not in _EXACT):
        raise CellRefused(_("“%(value)s” is not a size."), _("Write it such as 8 GB or 500 GB."), value=value)
    if not unit:
        look.notices.append(
            str(_("“%(value)s” does not say its unit: look at how it was understood.")) % {"value": value}
        )
    return float(found[1].replace(",", ".")), unit


def _whole(value: float, cell: str, *, most: int) -> int:
    if not 0 < value <= most:
        raise CellRefused(_("“%(value)s” is too large a number."), _("Correct the number."), value=cell.strip()[:40])
    return round(value)


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
        found = known.get(plain(value)) or _labelled(labels).get(plain(value))
        if found is None:
            raise CellRefused(
                _("“%(value)s” is not one of the words that we know here."),
                _("Write one of: %(words)s."),
                value=value[:60],
                words=", ".join(str(label) for label in labels.values()),
            )
        return found

    return read


def _labelled(labels: Mapping[str, Any]) -> dict[str, str]:
    """The choices by the very words that our pages and sentences call them, in each language."""
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {plain(str(label)): key for key, label in labels.items()}
    return found


_MEDIUM_KIND = choice("medium_kind", MEDIUM_KINDS)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
