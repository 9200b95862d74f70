"""Inspections by `dmidecode`: the text in which it prints the firmware's own account of a machine."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from inventory.devices.inspections.contents import CHASSIS, Node, identity, is_unnumbered, plain, uuid_of, word
from inventory.devices.inspections.seen import Inspection
from inventory.devices.placeholders import identifying
from inventory.errors import BadFile

_NO_SYSTEM = _(
    "The text does not describe a whole machine. Run `dmidecode` as administrator, without options,"
    " and upload its whole output."
)
_HANDLE = re.compile(r"Handle 0x[0-9A-Fa-f]+, DMI type (\d{1,3})\b")
_MARK = re.compile(rb"^(?:# dmidecode \d|Handle 0x[0-9A-Fa-f]+, DMI type \d)", re.MULTILINE)
_SETTING = re.compile(r"\t([^\t:][^:]*):[ \t]*(.*)")
_SIZE = re.compile(r"(\d{1,9}) ?(k|M|G|T)i?B")
_UNITS = {"k": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
# The structure types of the SMBIOS specification (DSP0134, §7).
_SYSTEM, _BOARD, _CHASSIS, _PROCESSOR, _MEMORY = 1, 2, 3, 4, 17


def recognises(data: bytes) -> bool:
    """Whether a text is what dmidecode prints."""
    return not data.startswith((b"{", b"[", b"<")) and _MARK.search(data) is not None


def read(data: bytes) -> Inspection:
    """The machine in dmidecode's text; it knows nothing of storage media, which a warning says.

    Refuses (`BadFile`) a text without the system's own structure: another text, or printed without the rights to look.
    """
    structures = _structures(plain(data).decode("utf-8", errors="replace"))
    if not structures.get(_SYSTEM):
        raise BadFile(_NO_SYSTEM)
    system = structures[_SYSTEM][0]
    board, chassis, processor = (structures.get(kind, [{}])[0] for kind in (_BOARD, _CHASSIS, _PROCESSOR))
    warnings = ["dmidecode lists no storage media: they are still to be listed"]
    maker = identifying(word(system, "Manufacturer")) or identifying(word(board, "Manufacturer")) or ""
    model = word(system, "Product Name")
    if maker.casefold() == "lenovo" and identifying(word(system, "Version")):
        # Lenovo keeps the machine type in the product and the name people know in the version.
        model = word(system, "Version")
    return Inspection(
        tool="dmidecode",
        manufacturer=maker,
        model=identifying(model) or identifying(word(board, "Product Name")) or "",
        serial=identity(word(system, "Serial Number"), "the system's serial number", warnings),
        unnumbered=is_unnumbered(word(system, "Serial Number")),
        # Older versions follow the UUID with a remark.
        uuid=uuid_of(word(system, "UUID").partition(" ")[0], warnings),
        board_serial=identity(word(board, "Serial Number"), "the board's serial number", warnings),
        category=CHASSIS.get(word(chassis, "Type").casefold(), "other"),
        memory_bytes=sum(_bytes(word(module, "Size")) for module in structures.get(_MEMORY, [])) or None,
        processor=" ".join(word(processor, "Version").split()),
        warnings=tuple(warnings),
        board_manufacturer=identifying(word(board, "Manufacturer")) or "",
        board_model=identifying(word(board, "Product Name")) or "",
    )


def _structures(text: str) -> dict[int, list[Node]]:
    """The settings of each structure, by type, in the order printed; of a repeated setting the first."""
    found: dict[int, list[Node]] = {}
    settings: Node = {}
    for line in text.splitlines():
        if handle := _HANDLE.match(line):
            settings = {}
            found.setdefault(int(handle[1]), []).append(settings)
        elif setting := _SETTING.fullmatch(line.rstrip()):
            settings.setdefault(setting[1].strip(), setting[2].strip())
    return {kind: [one for one in structures if one] for kind, structures in found.items() if any(structures)}


def _bytes(printed: str) -> int:
    size = _SIZE.fullmatch(printed)
    return int(size[1]) * _UNITS[size[2]] if size else 0
