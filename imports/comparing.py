"""What applying would do with a listed device: enter it, nothing because it is known, or a problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from imports.kinds.collect import ListedDevice
from imports.listed import Problem
from imports.models import Fate
from imports.queries import Known, known_devices
from inventory.devices.identity import serial_key

KnownDevices = Mapping[tuple[str, str], Known]


@dataclass(frozen=True, slots=True)
class Compared:
    """A listed device beside those we have; `tag` is the device it is."""

    fate: Fate
    tag: str = ""
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()


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
    serialled = known.get(("serial_key", serial_key(device.serial)))
    if device.tag and tagged is None:
        message = str(_("No device bears the tag %(tag)s.")) % {"tag": device.tag}
        mend = str(_("Leave the tag out for a new device, or correct it."))
        return _problem(device, headings.get("tag", ""), message, mend)
    found = tagged or numbered or serialled
    if found is None:
        return Compared(Fate.NEW, notices=device.notices)
    if tagged and tagged.tag == found.tag:
        return Compared(Fate.UNCHANGED, found.tag, notices=device.notices)
    other_serial = numbered and device.serial and serial_key(numbered.serial) not in ("", serial_key(device.serial))
    if numbered and (other_serial or (serialled and serialled.tag != numbered.tag)):
        message = str(_("“%(number)s” belongs to another device: %(tag)s.")) % {
            "number": device.inventory_number,
            "tag": numbered.tag,
        }
        mend = str(_("Correct the inventory number or the serial number, or remove the row."))
        return _problem(device, headings.get("inventory_number", ""), message, mend, numbered.tag)
    notices = device.notices
    if serialled and device.inventory_number and serialled.inventory_number not in ("", device.inventory_number):
        told = str(_("Known under the inventory number %(number)s.")) % {"number": serialled.inventory_number}
        notices = (*notices, told)
    return Compared(Fate.UNCHANGED, found.tag, notices=notices)


def values_of(item: Any) -> dict[str, str]:
    """What a row says, as text, by field; what it does not say is left out."""
    return {
        one.name: str(value)
        for one in fields(item)
        if one.name not in ("line", "notices") and (value := getattr(item, one.name))
    }


def _problem(device: ListedDevice, heading: str, message: str, mend: str, tag: str = "") -> Compared:
    return Compared(Fate.PROBLEM, tag, (Problem(device.line, heading, message, mend),), device.notices)
