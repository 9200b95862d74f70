"""What applying would do with a listed device: enter it, nothing because it is known, or a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from imports.kinds.collect import ListedDevice
from imports.listed import Problem
from imports.models import Fate
from imports.queries import Known, known_devices
from inventory.devices.identity import serial_key
from inventory.lifecycle import Actor

KnownDevices = Mapping[tuple[str, str], Known]


@dataclass(frozen=True, slots=True)
class Compared:
    """A listed device beside those we have; `tag` is the device it is.

    `result`: what comes of it, by a name of its kind's `results`. `more`: what applying it needs beside its values.
    """

    fate: Fate
    tag: str = ""
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    result: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beside:
    """What judging a row needs to know beside the list: who brings it in, and the fingerprint of its file."""

    actor: Actor | None = None
    sha256: str = ""


# Told how many rows are done.
Progress = Callable[[int], None]
# Rows of a batch -> what applying would do with one of them.
Judge = Callable[[Any], Compared]


_NEW = Compared(Fate.NEW)


def known_of(devices: Iterable[ListedDevice]) -> KnownDevices:
    """The devices we have that some listed ones may be, in a few queries for all."""
    listed = list(devices)
    return known_devices(
        ((one.inventory_number, one.serial) for one in listed), tags=(one.tag for one in listed if one.tag)
    )


def compared(device: ListedDevice, known: KnownDevices, headings: Mapping[str, str]) -> Compared:
    """What applying would do. `headings`: the headings of the fields in the list, for a problem's place."""
    tagged = known.get(("tag", device.tag)) if device.tag else None
    numbered = known.get(("inventory_number", device.inventory_number))
    serialled = known.get(("serial_key", serial_key(device.serial))) if known else None
    if device.tag and tagged is None:
        message = str(_("No device bears the tag %(tag)s.")) % {"tag": device.tag}
        mend = str(_("Leave the tag out for a new device, or correct it."))
        return problem_of(device, headings.get("tag", ""), message, mend)
    found = tagged or numbered or serialled
    if found is None:
        return Compared(Fate.NEW, notices=device.notices) if device.notices else _NEW
    if {"inventory_number", "serial"} <= set(device.cleared):
        message = str(_("A device keeps its inventory number or its serial number: both would be emptied."))
        mend = str(_("Leave one of the two cells as it is."))
        return problem_of(device, headings.get("inventory_number", ""), message, mend, found.tag)
    if tagged and tagged.tag == found.tag:
        return _known(device, found, device.notices)
    other_serial = numbered and device.serial and serial_key(numbered.serial) not in ("", serial_key(device.serial))
    if numbered and (other_serial or (serialled and serialled.tag != numbered.tag)):
        message = str(_("“%(number)s” belongs to another device: %(tag)s.")) % {
            "number": device.inventory_number,
            "tag": numbered.tag,
        }
        mend = str(_("Correct the inventory number or the serial number, or remove the row."))
        return problem_of(device, headings.get("inventory_number", ""), message, mend, numbered.tag)
    notices = device.notices
    if serialled and device.inventory_number and serialled.inventory_number not in ("", device.inventory_number):
        told = str(_("Known under the inventory number %(number)s.")) % {"number": serialled.inventory_number}
        notices = (*notices, told)
    return _known(device, found, notices)


# What a list may correct in a device that is known, where the list says something; numbers only where we have none.
_CORRECTED = ("category", "manufacturer", "model", "department", "act_reference", "decommissioned_on", "weight_kg")


def _known(device: ListedDevice, found: Known, notices: tuple[str, ...]) -> Compared:
    """A device we have: unchanged, or with what the list says otherwise. What has left is history, and stays."""
    changes = {} if found.gone else dict(_changes(device, found))
    return Compared(Fate.CHANGED if changes else Fate.UNCHANGED, found.tag, changes, notices=notices)


def _changes(device: ListedDevice, found: Known) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in _CORRECTED:
        said, kept = getattr(device, name), getattr(found, name)
        # "Other" is what a list says that does not know the kind.
        if said and said != kept and not (name == "category" and said == "other"):
            yield name, (_written(kept), _written(said))
    for name in device.cleared:
        if getattr(found, name) not in ("", None):
            yield name, (_written(getattr(found, name)), "")
    for name in ("inventory_number", "serial"):
        if getattr(device, name) and not getattr(found, name):
            yield name, ("", getattr(device, name))


def differing(known: Known, expected: Mapping[str, str]) -> bool:
    """Whether a device we have is otherwise than expected, fields as text as `Compared.changes` spells them."""
    return any(_written(getattr(known, name)) != value for name, value in expected.items())


def _written(value: Any) -> str:
    # 6.8 and 6.800 kilograms are the same.
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def values_of(item: Any) -> dict[str, str]:
    """What a row says, as text, by field; what it empties is "", what it does not say is left out."""
    kind = type(item)
    names = _NAMES.get(kind) or _NAMES.setdefault(kind, tuple(_fields(kind)))
    values = {name: str(value) for name in names if (value := getattr(item, name))}
    for name in getattr(item, "cleared", ()):
        values[name] = ""
    return values


# Asking a dataclass for its fields costs more than all the rest of a row.
_NAMES: dict[type[Any], tuple[str, ...]] = {}


def _fields(kind: type[Any]) -> Iterator[str]:
    return (one.name for one in fields(kind) if one.name not in ("line", "notices", "cleared", "operator"))


def problem_of(device: Any, heading: str, message: str, mend: str, tag: str = "") -> Compared:
    """A row (of any kind) that cannot be applied; `heading`: the column to look at."""
    told = (Problem(device.line, heading, message, mend),)
    return Compared(Fate.PROBLEM, tag, problems=told, notices=device.notices)
