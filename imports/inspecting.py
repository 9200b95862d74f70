"""A list of inspections beside the devices we have: taken up as a program's inspection is, and never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from imports.bearers import Bearers, bearers, device_of_row, with_media
from imports.comparing import Beside, Compared, Judge, Progress, problem_of, values_of
from imports.kinds.cells import capacity_words
from imports.kinds.inspections import INSPECTED, MOST_DISKS, ListedInspection, seen_in
from imports.models import Fate, ImportRun
from imports.queries import batches
from inventory.devices.categories import MEDIUM_KINDS
from inventory.devices.identity import serial_key
from inventory.devices.inspections import Inspection, SeenMedium
from inventory.devices.inspections.commands import (
    check_it_is_this_one,
    device_is_clear,
    learnable_from,
    unlisted_media,
)
from inventory.devices.inspections.lists import Listed, record_list
from inventory.devices.likely import Ask, likely_among
from inventory.devices.matching import Likeness
from inventory.devices.media import in_our_hands
from inventory.devices.models import Device, Medium
from inventory.devices.tags import grouped
from inventory.errors import Conflict, Refusal
from inventory.ledger.rows import among
from inventory.lifecycle import PROVEN_CLEAN, Actor, Status

# Candidates that a problem names; more tell nobody more.
_NAMED = 5
# What the device calls otherwise than the list.
_FIELDS = {"smbios_uuid": "uuid"}
Headings = Mapping[str, str]
Holders = Mapping[str, Mapping[int, str]]


def judge_inspections(rows: Sequence[ListedInspection], headings: Headings, _beside: Beside) -> Judge:
    """Whose inspection each row is, and what it adds: facts that are missing, media not listed, a declaration."""
    found = with_media(bearers(rows))
    told = {row.line: seen_in(values_of(row)) for row in rows}
    likely = likely_among(told.values())
    holders = _holders(told.values())

    def judged(row: ListedInspection) -> Compared:
        seen = told[row.line]
        device = _device_of(row, seen, found, likely, headings)
        return device if isinstance(device, Compared) else _taken_up(row, seen, device, holders, headings)

    return judged


def enter_inspections(run: ImportRun, actor: Actor, progress: Progress) -> None:
    """Take every row up, for the device of the preview; `progress` is told how many are done.

    Refuses as `record_list`.
    """
    done = 0
    for rows in batches(run, Fate.CHANGED, "tag", "values"):
        listed = [Listed(tag, seen_in(values), values.get("no_data", "")) for _line, tag, values in rows]
        record_list(listed, run.sha256, actor=actor)
        done += len(rows)
        progress(done)


def _device_of(
    row: ListedInspection, seen: Inspection, found: Bearers, ask: Ask, headings: Headings
) -> Device | Compared:
    if row.tag or found.get(("inventory_number", row.inventory_number)):
        device = device_of_row(row, found, headings)
        if isinstance(device, Compared):
            return device
        try:
            check_it_is_this_one(seen, device, ask)
        except Refusal as refusal:
            mend = str(_("Correct the row, or take its inspection up by itself on the page of the device."))
            return problem_of(row, headings.get("tag", ""), str(refusal), mend, device.tag)
        return device
    likely = ask(seen)
    said = [name for name in INSPECTED.identity if getattr(row, name) and name in headings]
    column = " / ".join(headings[name] for name in said)
    clear = device_is_clear(likely)
    if clear is not None:
        return clear
    if not likely:
        message = str(_("No device of ours bears this number."))
        mend = str(_("Correct the number, or bring the device in with a list of devices to collect first."))
        return problem_of(row, column, message, mend)
    told = "; ".join(_candidate(device, likeness) for device, likeness in likely[:_NAMED])
    message = str(_("It is not sure which device this is: %(candidates)s")) % {"candidates": told}
    return problem_of(row, column, message, str(_("Give its tag, or the maker beside the serial number.")))


def _candidate(device: Device, likeness: Likeness) -> str:
    return f"{grouped(device.tag)} ({' '.join(map(str, likeness.reasons))})"


def _taken_up(
    row: ListedInspection, seen: Inspection, device: Device, holders: Holders, headings: Headings
) -> Compared:
    try:
        in_our_hands(device)
    except Conflict as refusal:
        mend = str(_("Receive it first, for example with a list of devices received."))
        return problem_of(row, headings.get("tag", ""), str(refusal), mend, device.tag)
    wrong = _no_data(row, seen, device, headings) or _twice(row, seen, headings)
    if wrong:
        return wrong
    changes = {
        _FIELDS.get(name, name): ("" if old is None else str(old), str(new))
        for name, (old, new) in learnable_from(device, seen).items()
    }
    notices = [*row.notices, *_kept(row, device)]
    added = unlisted_media(device, seen)
    places = [n for n in range(1, MOST_DISKS + 1) if getattr(row, f"disk{n}_serial") or _told(row, n)]
    for medium in added:
        n = places[seen.media.index(medium)]
        changes[f"disk{n}_serial"] = ("", _medium(medium))
        notices += _elsewhere(medium, device, holders)
    if added and Status(device.status) in PROVEN_CLEAN:
        notices.append(str(_("A storage medium that nobody knew: the device goes back to sanitisation.")))
    if row.no_data and device.no_data_checked_how != row.no_data:
        changes["no_data"] = (device.no_data_checked_how, row.no_data)
    return Compared(Fate.CHANGED if changes else Fate.UNCHANGED, device.tag, changes, notices=tuple(notices))


def _told(row: ListedInspection, n: int) -> bool:
    return bool(getattr(row, f"disk{n}_kind") or getattr(row, f"disk{n}_capacity"))


def _no_data(row: ListedInspection, seen: Inspection, device: Device, headings: Headings) -> Compared | None:
    """A declaration that the row itself, or what is listed, contradicts."""
    if not row.no_data:
        return None
    message = ""
    if seen.media:
        message = str(_("The row names a storage medium, and says that the device holds no data."))
    elif device.media.all():
        message = str(_("%(tag)s has storage media listed: it cannot be declared to hold no data."))
        message %= {"tag": grouped(device.tag)}
    if not message:
        return None
    mend = str(_("Keep one of the two, or look into the device."))
    return problem_of(row, headings.get("no_data", ""), message, mend, device.tag)


def _twice(row: ListedInspection, seen: Inspection, headings: Headings) -> Compared | None:
    """One serial number for two disks of a row."""
    keys = [serial_key(medium.serial) for medium in seen.media if medium.serial]
    for n in range(1, MOST_DISKS + 1):
        serial = getattr(row, f"disk{n}_serial")
        if serial and keys.count(serial_key(serial)) > 1:
            message = str(_("Two disks of this row bear the serial number “%(serial)s”.")) % {"serial": serial}
            return problem_of(row, headings.get(f"disk{n}_serial", ""), message, str(_("Correct one of the two.")))
    return None


def _kept(row: ListedInspection, device: Device) -> list[str]:
    """What the row says otherwise than we know, and what stays."""
    said = {"manufacturer": row.manufacturer, "model": row.model}
    return [
        str(_("“%(said)s” in the list, “%(known)s” with us: ours stays."))
        % {"said": value, "known": getattr(device, name)}
        for name, value in said.items()
        if value and getattr(device, name) and value.casefold() != getattr(device, name).casefold()
    ]


def _holders(seen: Iterable[Inspection]) -> Holders:
    """By the key of a storage medium's serial number, the first two devices that hold one such, oldest medium first."""
    keys = {serial_key(medium.serial) for one in seen for medium in one.media if medium.serial} - {""}
    holding = Medium.objects.filter(among("serial_key", keys), device__isnull=False).order_by("id")
    found: dict[str, dict[int, str]] = {}
    for key, pk, tag in holding.values_list("serial_key", "device_id", "device__tag"):
        holders = found.setdefault(key, {})
        if len(holders) < 2:
            holders.setdefault(pk, tag)
    return found


def _elsewhere(medium: SeenMedium, device: Device, holders: Holders) -> list[str]:
    holding = holders.get(serial_key(medium.serial or ""), {})
    tag = next((tag for pk, tag in holding.items() if pk != device.pk), "")
    if not tag:
        return []
    facts = {"serial": medium.serial, "tag": grouped(tag)}
    return [str(_("The storage medium %(serial)s is listed in %(tag)s too: take it out of there.")) % facts]


def _medium(medium: SeenMedium) -> str:
    """A storage medium in a few words."""
    told = [medium.serial or "", str(MEDIUM_KINDS.get(medium.kind, medium.kind))]
    if medium.capacity_bytes:
        told.append(capacity_words(str(medium.capacity_bytes)))
    return " · ".join(one for one in told if one)
