"""Inspections by the GLPI agent: its inventory in JSON, of which users, host names and software are never looked at."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from inventory.devices.inspections.contents import (
    CHASSIS,
    MAC,
    OPTICAL,
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
    uuid_of,
    word,
)
from inventory.devices.inspections.seen import Inspection, Kind, SeenMedium
from inventory.devices.placeholders import identifying
from inventory.errors import BadFile

_BROKEN = _(
    "The inventory is not well formed: line %(line)s. Run `glpi-agent --local` again and upload its whole file."
)
_FOREIGN = _("The file is not an inventory of the GLPI agent. Run `glpi-agent --local` and upload its JSON file.")
_NO_MACHINE = _(
    "The inventory describes no computer, tablet or telephone. Run `glpi-agent --local` on the machine itself,"
    " as administrator."
)
_WRONG = _("The inventory's part '%(part)s' is not what the GLPI agent writes. Run `glpi-agent --local` again.")
_MARK = re.compile(rb'"deviceid"\s*:')
_CONTENT = re.compile(rb'"content"\s*:\s*\{')
# The agent names a USB adapter after its way through the hubs: enp0s20u1, enx….
_USB_NAME = re.compile(r"^(?:enp\w*u\d|enx)|\busb\b", re.IGNORECASE)
_NOT_A_DISK = re.compile(r"\b(?:usb|cd-?rom|floppy|tape|virtual)\b", re.IGNORECASE)
_MACHINES = {"", "Computer", "Phone", "Unmanaged"}
# The parts we read, and what the agent's schema says they are.
_PARTS: dict[str, type] = {
    "bios": dict, "hardware": dict, "storages": list, "memories": list, "cpus": list, "networks": list,
}  # fmt: skip


def recognises(data: bytes) -> bool:
    """Whether a JSON file is laid out as the agent's inventory."""
    return data.startswith(b"{") and bool(_MARK.search(data) and _CONTENT.search(data))


def read(data: bytes) -> Inspection:
    """The machine in an inventory.

    Refuses (`BadFile`) what is not well formed, a part that breaks the agent's schema, and an inventory of something
    else than a machine (a printer seen over the network).
    """
    inventory = parsed_json(data, _BROKEN, _FOREIGN)
    content = _content(inventory)
    bios, hardware = group(content, "bios"), group(content, "hardware")
    warnings: list[str] = []
    adapters = [(_mac(row), word(row, "type") in {"wifi", "bluetooth"}) for row in rows(content, "networks")]
    processors = [word(row, "name") for row in rows(content, "cpus")]
    maker = identifying(word(bios, "smanufacturer")) or identifying(word(bios, "mmanufacturer")) or ""
    return Inspection(
        tool="glpi",
        manufacturer=maker,
        model=identifying(word(bios, "smodel")) or identifying(word(bios, "mmodel")) or "",
        serial=identity(word(bios, "ssn"), "the system's serial number", warnings),
        unnumbered=is_unnumbered(word(bios, "ssn")),
        uuid=uuid_of(word(hardware, "uuid"), warnings),
        board_serial=identity(word(bios, "msn"), "the board's serial number", warnings),
        category=_category(inventory, hardware),
        memory_bytes=_memory(content, hardware),
        processor=" ".join(next(filter(None, processors), "").split()),
        media=tuple(_medium(row, warnings) for row in rows(content, "storages") if _is_medium(row)),
        macs=tuple(dict.fromkeys(mac for mac, _wireless in adapters if mac)),
        warnings=tuple(warnings),
        board_manufacturer=identifying(word(bios, "mmanufacturer")) or "",
        board_model=identifying(word(bios, "mmodel")) or "",
        replaceable_macs=tuple(dict.fromkeys(mac for mac, wireless in adapters if mac and wireless)),
    )


def _content(inventory: object) -> Node:
    if not isinstance(inventory, dict) or not isinstance(inventory.get("content"), dict):
        raise BadFile(_FOREIGN)
    content = group(inventory, "content")
    if word(inventory, "itemtype") not in _MACHINES or not (content.get("bios") or content.get("hardware")):
        raise BadFile(_NO_MACHINE)
    for part, kind in _PARTS.items():
        if part in content and not isinstance(content[part], kind):
            raise BadFile(_WRONG, part=part)
    return content


def _category(inventory: object, hardware: Node) -> str:
    if isinstance(inventory, dict) and word(inventory, "itemtype") == "Phone":
        return "phone"
    return CHASSIS.get(word(hardware, "chassis_type").casefold(), "other")


def _memory(content: Node, hardware: Node) -> int | None:
    """Bytes: the modules' sum, for `hardware` tells what the system left over."""
    modules = [size(row, "capacity", 1_048_576) for row in rows(content, "memories")]
    return sum(filter(None, modules)) or size(hardware, "memory", 1_048_576)


def _mac(row: Node) -> str:
    mac = word(row, "mac").casefold()
    if row.get("virtualdev") is True or word(row, "type") not in {"", "ethernet", "wifi"}:
        return ""
    if _USB_NAME.search(word(row, "description")) or word(row, "pnpdeviceid").startswith("USB"):
        return ""
    return mac if MAC.fullmatch(mac) and mac.strip("0:") else ""


def _is_medium(row: Node) -> bool:
    words = " ".join(word(row, key) for key in ("description", "interface", "type", "model", "name"))
    return not (_NOT_A_DISK.search(words) or OPTICAL.search(words) or re.match(r"sr\d|fd\d", word(row, "name")))


def _medium(row: Node, warnings: list[str]) -> SeenMedium:
    model, name = word(row, "model"), word(row, "name")
    words = f"{name} {model} {word(row, 'interface')} {word(row, 'type')}"
    kind: Kind = "unknown"
    if "nvme" in words.casefold():
        kind = "nvme"
    elif name.startswith("mmcblk"):
        kind = "card" if word(row, "type") == "card" else "unknown"
    elif is_ssd(words):
        kind = "sata_ssd"
    elif is_hdd(model):
        kind = "hdd"
    interface = "nvme" if kind == "nvme" else word(row, "interface").casefold()
    serial = medium_serial(word(row, "serial"), model, warnings)
    return SeenMedium(kind, model, serial, size(row, "disksize", 1_000_000), interface)
