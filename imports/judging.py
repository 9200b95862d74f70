"""What applying would do with a row of each kind of list: the comparison with what we have, by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from imports.comparing import Beside, Compared, Judge, compared, known_of, problem_of
from imports.counting import judge_counts
from imports.inspecting import judge_inspections
from imports.kinds.associations import ListedAssociation
from imports.kinds.received import ReceivedDevice
from imports.models import Fate
from imports.proving import judge_results
from imports.queries import Known, known_associations, known_devices, known_places
from inventory.devices.identity import serial_key
from inventory.lifecycle import Status, lawful

Headings = Mapping[str, str]


def judge_of(kind: str, rows: Sequence[Any], headings: Headings, beside: Beside) -> Judge:
    """Who compares the rows of a batch with what we have, in a few queries for all of them."""
    return _JUDGES[kind](rows, headings, beside)


def _collected(rows: Sequence[Any], headings: Headings, _beside: Beside) -> Judge:
    known = known_of(rows)
    return lambda row: compared(row, known, headings)


def _received(rows: Sequence[ReceivedDevice], headings: Headings, _beside: Beside) -> Judge:
    known = known_devices(((one.inventory_number, one.serial) for one in rows), tags=(one.tag for one in rows))
    places = known_places(one.location for one in rows)
    return lambda row: _reception(row, known, places, headings)


def _reception(
    row: ReceivedDevice, known: Mapping[tuple[str, str], Known], places: frozenset[str], headings: Headings
) -> Compared:
    keys = {"tag": row.tag, "inventory_number": row.inventory_number, "serial": row.serial}
    found: dict[str, Known] = {}
    for name, value in keys.items():
        device = known.get(("serial_key", serial_key(value)) if name == "serial" else (name, value)) if value else None
        if device:
            found[name] = device
        elif value and name == "tag":
            message = str(_("No device bears the tag %(tag)s.")) % {"tag": value}
            return problem_of(row, headings.get("tag", ""), message, str(_("Correct the tag, or remove the row.")))
    if not found:
        said = [headings.get(name, name) for name, value in keys.items() if value]
        message = str(_("No device of ours bears this number."))
        mend = str(_("Correct the number, or bring the device in with a list of devices to collect first."))
        return problem_of(row, " / ".join(said), message, mend)
    # A tag is one device; two numbers must mean the same.
    device = found.get("tag") or next(iter(found.values()))
    if "tag" not in found and any(other.tag != device.tag for other in found.values()):
        message = str(_("The inventory number and the serial number belong to two devices."))
        mend = str(_("Correct one of the two, or give the tag."))
        return problem_of(row, headings.get("inventory_number", ""), message, mend)
    return _receivable(row, device, places, headings)


def _receivable(row: ReceivedDevice, device: Known, places: frozenset[str], headings: Headings) -> Compared:
    status = Status(device.status)
    if status is Status.RECEIVED:
        return Compared(Fate.UNCHANGED, device.tag, notices=(*row.notices, str(_("Received already."))))
    if not lawful("receive", status):
        facts = {"tag": device.tag, "status": str(status.label)}
        message = str(_("%(tag)s is '%(status)s': it cannot be received.")) % facts
        return problem_of(row, "", message, str(_("Remove the row, or look at the device first.")), device.tag)
    if row.location not in places:
        message = str(_("The row says no place where the device was put."))
        if row.location:
            message = str(_("There is no location '%(location)s'.")) % {"location": row.location}
        return problem_of(row, headings.get("location", ""), message, str(_("Write the code of a place.")), device.tag)
    notices = row.notices
    if row.condition == "dangerous_battery":
        notices = (*notices, str(_("Dangerous battery: the device is received, then set in quarantine.")))
    elif row.condition and row.condition != "intact":
        notices = (*notices, str(_("The state is not kept: write it down at the inspection.")))
    return Compared(Fate.CHANGED, device.tag, {"location": ("", row.location)}, notices=notices)


def _registered(rows: Sequence[ListedAssociation], headings: Headings, _beside: Beside) -> Judge:
    known = known_associations((one.enterprise_number for one in rows), (one.name for one in rows))
    return lambda row: _registration(row, known, headings)


def _registration(row: ListedAssociation, known: Mapping[tuple[str, str], str], headings: Headings) -> Compared:
    code = known.get(("enterprise_number", row.enterprise_number)) if row.enterprise_number else None
    if code:
        return Compared(Fate.UNCHANGED, code, notices=row.notices)
    if not row.enterprise_number and (code := known.get(("name", row.name))):
        return Compared(Fate.UNCHANGED, code, notices=(*row.notices, str(_("Known by its name."))))
    mend = str(_("Fill it in."))
    for name, lacking in _LACKING.items():
        if not getattr(row, name):
            return problem_of(row, headings.get(name, ""), str(lacking), mend)
    if row.legal_form != "de_facto" and not row.enterprise_number:
        message = str(_("Every association but a de-facto one has an enterprise number."))
        return problem_of(row, headings.get("enterprise_number", ""), message, mend)
    return Compared(Fate.NEW, notices=row.notices)


_LACKING = {
    "legal_form": _("The row does not say the legal form."),
    "official_language": _("The row does not say the official language, French or Dutch."),
}
_JUDGES: dict[str, Callable[[Sequence[Any], Headings, Beside], Judge]] = {
    "declare": _collected,
    "receive": _received,
    "associations": _registered,
    "count": judge_counts,
    "evidence": judge_results,
    "inspect": judge_inspections,
}
