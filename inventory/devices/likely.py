"""Which stored devices an inspection may have seen: asked for one, or for a whole list in a few questions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from inventory.devices.identity import serial_key, uuid_key
from inventory.devices.inspections import Inspection, SeenMedium
from inventory.devices.matching import STORED, Likeness, compare
from inventory.devices.models import Device, Medium
from inventory.devices.placeholders import identifying
from inventory.ledger.rows import among
from inventory.lifecycle import Status

# A number that more devices share than this is a firmware's, not a machine's.
MOST_LIKELY = 20
# Devices that are read at once with what hangs on them.
_AT_ONCE = 500

# Stored devices with their reasons; the surest "same" first, then "ask".
Likely = list[tuple[Device, Likeness]]
Ask = Callable[[Inspection], Likely]


def likely_devices(inspection: Inspection) -> Likely:
    """Stored devices that an inspection may have seen, each with its reasons; the surest "same" first, then "ask".

    Found by equality on what is indexed (serial number, SMBIOS UUID in both byte orders, board serial, disks): as fast
    among a million devices. At most `MOST_LIKELY` for each of the four.
    """
    found: dict[int, Device] = {}
    for column, values in _marks(inspection):
        bearing = Device.objects.filter(**{f"{column}__in": values}).exclude(status=Status.WITHDRAWN)
        found |= {device.pk: device for device in _with_media(bearing.order_by("id")[:MOST_LIKELY])}
    if disks := _disks(inspection):
        # A disk proves nothing, and is a reason to ask.
        bearing_disks = Medium.objects.filter(serial_key__in=disks, device__isnull=False).order_by("id")[:MOST_LIKELY]
        rows = Device.objects.filter(pk__in=[medium.device_id for medium in bearing_disks])
        found |= {device.pk: device for device in _with_media(rows)}
    return _weighed(inspection, ((device, as_inspected(device)) for device in found.values()))


def likely_among(inspections: Iterable[Inspection]) -> Ask:
    """The same answers for each of these inspections, asked of the database in a few questions for all of them.

    They are as of now: whoever writes meanwhile asks anew.
    """
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    disks: set[str] = set()
    for one in inspections:
        for column, values in _marks(one):
            wanted[column].update(values)
        disks.update(_disks(one))
    bearing = {
        column: _first(Device.objects.filter(among(column, values)).exclude(status=Status.WITHDRAWN), column, "id")
        for column, values in wanted.items()
    }
    holding = _first(Medium.objects.filter(among("serial_key", disks), device__isnull=False), "serial_key", "device_id")
    devices: dict[int, Device] = {}
    pks = {pk for borne in (*bearing.values(), holding) for pairs in borne.values() for _id, pk in pairs}
    for some in _slices(sorted(pks)):
        devices |= {device.pk: device for device in _with_media(Device.objects.filter(among("id", some)))}

    @cache
    def stored(pk: int) -> Inspection:
        return as_inspected(devices[pk])

    def likely(inspection: Inspection) -> Likely:
        found: dict[int, None] = {}
        for column, values in _marks(inspection):
            found |= dict.fromkeys(_oldest(bearing[column], values))
        found |= dict.fromkeys(_oldest(holding, _disks(inspection)))
        # A device may have gone between two questions.
        return _weighed(inspection, ((devices[pk], stored(pk)) for pk in found if pk in devices))

    return likely


def as_inspected(device: Device) -> Inspection:
    """A stored device as if a program had just looked at it."""
    return Inspection(
        tool=STORED,
        manufacturer=device.manufacturer,
        model=device.model,
        serial=device.serial or None,
        uuid=device.smbios_uuid or None,
        board_serial=device.board_serial or None,
        category=device.category,
        media=tuple(SeenMedium("unknown", medium.model, medium.serial or None) for medium in device.media.all()),
    )


def marks_of(inspection: Inspection) -> set[tuple[str, str]]:
    """What stored devices would be found by for this inspection: columns, and what would stand in them."""
    found = {(column, value) for column, values in _marks(inspection) for value in values}
    return found | {("disk", key) for key in _disks(inspection)}


def marks_borne(device: Device) -> set[tuple[str, str]]:
    """What a stored device is found by, in the same form."""
    found = {(column, getattr(device, column)) for column in ("serial_key", "uuid_key", "board_serial")}
    return found | {("disk", medium.serial_key) for medium in device.media.all()}


def _marks(inspection: Inspection) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Columns of devices, and what this inspection would have stand in them."""
    serial, board = identifying(inspection.serial), identifying(inspection.board_serial)
    if serial:
        yield "serial_key", (serial_key(serial),)
    if key := uuid_key(inspection.uuid):
        yield "uuid_key", (key,)
    if board:
        # As the tools print it: one in capitals, another not.
        yield "board_serial", tuple({board, board.upper(), board.lower()})


def _disks(inspection: Inspection) -> set[str]:
    return {serial_key(disk) for medium in inspection.media if (disk := identifying(medium.serial))}


def _with_media(devices: QuerySet[Device]) -> QuerySet[Device]:
    return devices.select_related("merged_into").prefetch_related("media", "merged_into__media")


def _weighed(inspection: Inspection, candidates: Iterable[tuple[Device, Inspection]]) -> Likely:
    compared = ((device, compare(inspection, stored)) for device, stored in candidates)
    likely = [(device, likeness) for device, likeness in compared if likeness.decision != "different"]
    likely.sort(key=lambda one: (one[1].decision != "same", -one[1].confidence, one[0].pk))
    # A record that was merged into another speaks for that other one.
    kept: dict[int, tuple[Device, Likeness]] = {}
    for device, likeness in likely:
        answer = device.merged_into or device
        kept.setdefault(answer.pk, (answer, likeness))
    return list(kept.values())


def _first(rows: QuerySet[Any], column: str, answer: str) -> dict[str, list[tuple[int, int]]]:
    """By what stands in a column, the first rows that bear it: the key of each and what is asked of it."""
    nth = Window(RowNumber(), partition_by=F(column), order_by="id")
    first = rows.order_by().annotate(nth=nth).filter(nth__lte=MOST_LIKELY)
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for value, pk, *asked in first.values_list(column, "id", answer):
        # The same column is not told twice.
        found[value].append((pk, *asked) if asked else (pk, pk))
    return found


def _oldest(borne: dict[str, list[tuple[int, int]]], values: Iterable[str]) -> list[int]:
    pairs = sorted({pair for value in values for pair in borne.get(value, ())})
    return [asked for _id, asked in pairs[:MOST_LIKELY]]


def _slices(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
