"""Inspections by eReuse's workbench: snapshots of versions 10 and 11, and those that enclose other tools' output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from inventory.devices.identity import serial_key
from inventory.devices.inspections import dmidecode, lshw
from inventory.devices.inspections.contents import (
    CHASSIS,
    MAC,
    WIRELESS,
    Node,
    group,
    identity,
    is_hdd,
    is_ssd,
    is_unnumbered,
    medium_serial,
    parsed_json,
    rows,
    size,
    word,
)
from inventory.devices.inspections.seen import Inspection, Kind, SeenMedium
from inventory.devices.placeholders import identifying
from inventory.errors import BadFile

_BROKEN = _(
    "The snapshot is not well formed: line %(line)s. Take the file from the workbench again and upload it whole."
)
_FOREIGN = _("The file is not a snapshot of the eReuse workbench. Take the file from the workbench again.")
_INCOMPLETE = _("The snapshot does not describe a machine. Run the workbench again and upload its whole file.")
_MARK = re.compile(rb'"@?type"\s*:\s*"(?:devices:)?Snapshot"')
_MEDIA = {"HardDrive", "SolidStateDrive", "DataStorage", "Mmc"}


def recognises(data: bytes) -> bool:
    """Whether a JSON file says that it is a snapshot."""
    return data.startswith(b"{") and _MARK.search(data) is not None


def read(data: bytes) -> Inspection:
    """The machine in a snapshot. Refuses (`BadFile`) what is not well formed, and a snapshot without a machine."""
    snapshot = parsed_json(data, _BROKEN, _FOREIGN)
    if not isinstance(snapshot, dict):
        raise BadFile(_FOREIGN)
    enclosed = group(snapshot, "data")
    found = _from_enclosed(enclosed) if enclosed else _from_components(snapshot)
    name = word(snapshot, "uuid") or word(snapshot, "_uuid")
    return replace(found, tool="ereuse", snapshot_uuid=name.casefold() or None)


def _from_enclosed(enclosed: Node) -> Inspection:
    """Newer snapshots carry lshw's, dmidecode's and smartctl's own output."""
    listing: object = enclosed.get("lshw")
    printed = enclosed.get("dmidecode")
    try:
        if isinstance(listing, str):
            listing = parsed_json(listing.encode(errors="replace"), _BROKEN, _FOREIGN)
        found = lshw.machine(listing)
    except BadFile:
        if not isinstance(printed, str):
            raise BadFile(_INCOMPLETE) from None
        found = dmidecode.read(printed.encode(errors="replace"))
    return replace(found, media=_with_smart(found.media, rows(enclosed, "smart") or rows(enclosed, "smartctl")))


def _with_smart(media: tuple[SeenMedium, ...], reports: list[Node]) -> tuple[SeenMedium, ...]:
    """What smartctl knows better: whole model names, whether a disk turns, and disks that lshw did not see."""
    known = {serial_key(medium.serial): medium for medium in media if medium.serial}
    for report in reports:
        serial = identifying(word(report, "serial_number"))
        protocol = word(group(report, "device"), "protocol").casefold()
        if serial is None or word(group(report, "device"), "type").casefold().startswith("usb"):
            continue
        seen = known.get(serial_key(serial), SeenMedium("unknown", serial=serial))
        kind: Kind = seen.kind
        if protocol == "nvme":
            kind = "nvme"
        elif (turning := report.get("rotation_rate")) is not None and not isinstance(turning, bool):
            kind = "sata_ssd" if turning == 0 else "hdd"
        known[serial_key(serial)] = replace(
            seen,
            kind=kind,
            model=word(report, "model_name") or seen.model,
            capacity_bytes=seen.capacity_bytes or size(group(report, "user_capacity"), "bytes"),
            interface=seen.interface or {"nvme": "nvme", "ata": "sata"}.get(protocol, ""),
        )
    return (*known.values(), *(medium for medium in media if not medium.serial))


def _from_components(snapshot: Node) -> Inspection:
    device, parts = group(snapshot, "device"), rows(snapshot, "components")
    if not device:
        raise BadFile(_INCOMPLETE)
    warnings: list[str] = []
    board = next(_of(parts, "Motherboard"), {})
    maker = identifying(word(device, "manufacturer")) or identifying(word(board, "manufacturer")) or ""
    model = word(device, "model")
    if maker.casefold() == "lenovo" and identifying(word(device, "version")):
        # Lenovo keeps the machine type in the model and the name people know in the version.
        model = word(device, "version")
    adapters = [(_mac(part), _is_wireless(part)) for part in _of(parts, "NetworkAdapter")]
    memory = [size(part, unit=1_048_576) for part in _of(parts, "RamModule")]
    return Inspection(
        tool="ereuse",
        manufacturer=maker,
        model=identifying(model) or identifying(word(board, "model")) or "",
        serial=identity(word(device, "serialNumber"), "the system's serial number", warnings),
        unnumbered=is_unnumbered(word(device, "serialNumber")),
        board_serial=identity(word(board, "serialNumber"), "the board's serial number", warnings),
        category=_category(device),
        memory_bytes=sum(filter(None, memory)) or None,
        processor=" ".join(next((word(part, "model") for part in _of(parts, "Processor")), "").split()),
        media=tuple(_medium(part, warnings) for part in parts if _type(part) in _MEDIA),
        macs=tuple(dict.fromkeys(mac for mac, _wireless in adapters if mac)),
        warnings=tuple(warnings),
        board_manufacturer=identifying(word(board, "manufacturer")) or "",
        board_model=identifying(word(board, "model")) or "",
        replaceable_macs=tuple(dict.fromkeys(mac for mac, wireless in adapters if mac and wireless)),
    )


def _type(part: Node) -> str:
    return word(part, "@type") or word(part, "type")


def _of(parts: list[Node], kind: str) -> Iterator[Node]:
    return (part for part in parts if _type(part) == kind)


def _category(device: Node) -> str:
    words = (word(device, "chassis"), word(device, "type"), word(device, "@type"))
    return next((CHASSIS[one.casefold()] for one in words if one.casefold() in CHASSIS), "other")


def _mac(part: Node) -> str:
    mac = word(part, "serialNumber").casefold()
    return mac if MAC.fullmatch(mac) else ""


def _is_wireless(part: Node) -> bool:
    return part.get("wireless") is True or bool(WIRELESS.search(word(part, "model")))


def _medium(part: Node, warnings: list[str]) -> SeenMedium:
    model = word(part, "model")
    interface = word(part, "interface").casefold()
    kind: Kind = "unknown"
    if "nvme" in f"{interface} {model}".casefold():
        kind = "nvme"
    elif _type(part) == "SolidStateDrive" or is_ssd(model):
        kind = "sata_ssd"
    elif _type(part) == "HardDrive" and is_hdd(model):
        kind = "hdd"
    # Version 10 counted in mebibytes, later ones in megabytes.
    unit = 1_048_576 if "@type" in part else 1_000_000
    serial = medium_serial(word(part, "serialNumber"), model, warnings)
    return SeenMedium(kind, model, serial, size(part, unit=unit), "sata" if interface == "ata" else interface)
