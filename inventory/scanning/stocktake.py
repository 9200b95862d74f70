"""A stock-take: what was expected at a place against what was scanned there, and the difference turned into entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES
from inventory.devices.commands import move
from inventory.devices.models import Device
from inventory.disposal.commands import find_again, report_lost
from inventory.errors import Conflict, RuleBroken
from inventory.lifecycle import Actor, Status, lawful
from inventory.scanning.commands import open_and_locked
from inventory.scanning.models import ActName, Outcome, ScanRow, ScanSession
from inventory.scanning.queries import ELSEWHERE

# Until the count is closed nobody has lost anything: what was not scanned is only that.
GROUPS: dict[str, Promise] = {
    "found": _("Found"),
    "missing": _("Not scanned"),
    "misplaced": _("Stood elsewhere in the books"),
    "unexpected": _("Not in our hands in the books"),
    "changed": _("Left meanwhile"),
    "by_one": _("Seen by one of the two who count"),
}


@dataclass(slots=True)
class Difference:
    """What a count shows, each device once, in the groups of `GROUPS`; `by_one` repeats some of the others."""

    expected: int = 0
    found: list[Device] = field(default_factory=list)
    missing: list[Device] = field(default_factory=list)
    misplaced: list[Device] = field(default_factory=list)
    unexpected: list[Device] = field(default_factory=list)
    # Expected and not scanned, and somebody did something with it since the count began: no loss.
    changed: list[Device] = field(default_factory=list)
    by_one: list[Device] = field(default_factory=list)
    # What was scanned and is no device we know.
    unknown: list[str] = field(default_factory=list)

    def groups(self) -> Iterator[tuple[str, Promise, list[Device]]]:
        """Each group's name, label and devices."""
        for name, label in GROUPS.items():
            yield name, label, getattr(self, name)


def difference(session: ScanSession) -> Difference:
    """What the count shows so far. Devices by what the books said when they were scanned."""
    told = Difference()
    expected = {one.device_id: one for one in session.expected.select_related("device", "device__location")}
    counted = session.rows.filter(outcome=Outcome.DONE, undone_at__isnull=True)
    seen: dict[int, list[ScanRow]] = {}
    for row in counted.select_related("device", "device__location").order_by("id"):
        seen.setdefault(row.device_id or 0, []).append(row)
    told.expected = len(expected)
    for pk, rows in seen.items():
        device, books = rows[0].device, rows[0].facts
        if device is None:
            continue
        if len(rows) < session.counters:
            told.by_one.append(device)
        getattr(told, group_of(session, pk in expected, books)).append(device)
    for pk, one in expected.items():
        if pk not in seen:
            (told.missing if one.device.seq == one.seq else told.changed).append(one.device)
    unknown = session.rows.filter(outcome=Outcome.REFUSED, device__isnull=True).exclude(text="")
    told.unknown = list(dict.fromkeys(unknown.order_by("id").values_list("text", flat=True)))
    return told


def group_of(session: ScanSession, expected: bool, books: Mapping[str, Any]) -> str:
    """Where a counted device belongs, by a name of `GROUPS`; `books`: its status, and the code where it stood."""
    if expected:
        return "found"
    if books.get("status") in ELSEWHERE:
        return "unexpected"
    # It may have come here, in the books too, after the count had begun.
    return "found" if session.location and books.get("stood") == session.location.code else "misplaced"


@transaction.atomic
def settle(code: str, *, actor: Actor, lost: bool = True, moved: bool = True, found_again: bool = True) -> ScanSession:
    """Close a stock-take and turn its difference into entries, all or none, each by its own command.

    `lost`: what was not scanned is reported lost (never what is reserved: the law has no such step, it stays listed).
    `moved`: what stood elsewhere is moved here. `found_again`: what was lost is found again here.
    Refuses: NotAllowed (also: losses and finds need their own word); NotFound; Conflict (closed, or no stock-take);
    RuleBroken (the second person has not counted).
    """
    session = open_and_locked(code, actor)
    if session.act != ActName.COUNT:
        raise Conflict(_("This session is no stock-take."))
    if session.rows.filter(device__isnull=False).values("turn").distinct().count() < session.counters > 1:
        raise RuleBroken(_("Two people count here, and only one has. Let the other count too."))
    told = difference(session)
    place = session.location.code if session.location else ""
    settled: dict[str, Any] = {name: [device.tag for device in devices] for name, _label, devices in told.groups()}
    settled |= {"expected": told.expected, "unknown": told.unknown, "lost": [], "moved": [], "found_again": []}
    for device in told.missing if lost else ():
        if lawful("report_lost", device.status):
            report_lost(device.tag, actor=actor, reason="stock_take")
            settled["lost"].append(device.tag)
    for device in told.misplaced if moved else ():
        if device.status not in ELSEWHERE and device.location_id != session.location_id:
            move(device.tag, actor=actor, location=place)
            settled["moved"].append(device.tag)
    for device in told.unexpected if found_again else ():
        if device.status == Status.LOST:
            find_again(device.tag, actor=actor, location=place)
            settled["found_again"].append(device.tag)
    session.settled = settled
    session.closed_at, session.closed_by_id = timezone.now(), actor.pk
    session.save(update_fields=["settled", "closed_at", "closed_by"])
    return session


def settled_difference(session: ScanSession) -> Difference:
    """What the count showed: as it was settled, or as it stands while it is open."""
    if not session.settled:
        return difference(session)
    kept = session.settled
    tags = {tag for name in GROUPS for tag in kept[name]}
    devices = Device.objects.select_related("location").in_bulk(tags, field_name="tag")
    told = Difference(expected=kept["expected"], unknown=kept["unknown"])
    for name in GROUPS:
        setattr(told, name, [devices[tag] for tag in kept[name] if tag in devices])
    return told


def table_of_difference(session: ScanSession) -> Iterator[list[str]]:
    """The difference as rows of a table, headings included."""
    told = settled_difference(session)
    yield [str(_("Result")), str(_("Tag")), str(_("Kind")), str(_("Maker and model")), str(_("Location"))]
    for _name, label, devices in told.groups():
        for device in devices:
            place = device.location.code if device.location else ""
            kind = str(CATEGORIES.get(device.category, device.category))
            yield [str(label), device.tag, kind, device.title, place]
    for text in told.unknown:
        yield [str(_("No device we know")), text, "", "", ""]
