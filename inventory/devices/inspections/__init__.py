"""Inspections: files in which a program lists what is inside a machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from inventory.devices.inspections import dmidecode, ereuse, glpi, lshw
from inventory.devices.inspections.contents import plain
from inventory.devices.inspections.seen import Inspection, SeenMedium
from inventory.errors import BadFile

__all__ = ["INSPECTIONS", "LARGEST", "Inspection", "Reader", "SeenMedium", "read_inspection"]

# Bytes. The longest lshw listing of a two-socket server is under 1 MB.
LARGEST = 5_000_000


class Reader(NamedTuple):
    """A tool's reader: whether a file is the tool's, and the machine in it."""

    recognises: Callable[[bytes], bool]
    read: Callable[[bytes], Inspection]


# Asked in this order when nobody says which tool. lshw bears no mark: it comes last.
INSPECTIONS: dict[str, Reader] = {
    "ereuse": Reader(ereuse.recognises, ereuse.read),
    "glpi": Reader(glpi.recognises, glpi.read),
    "dmidecode": Reader(dmidecode.recognises, dmidecode.read),
    "lshw": Reader(lshw.recognises, lshw.read),
}


def read_inspection(data: bytes, name: str, tool: str = "") -> Inspection:
    """Read an inspection file, of the tool named or of the one its content shows.

    Personal data (host name, users, software) is never taken up. Refuses (`BadFile`) an empty file, one above
    `LARGEST` bytes, and one that no reader, or not the tool's, can read.
    """
    if not data.strip():
        raise BadFile(_("The inspection file is empty. Run the inspection again and upload its file."))
    if len(data) > LARGEST:
        raise BadFile(
            _("The inspection file is larger than %(limit)s megabytes. Check that you chose the right file."),
            limit=LARGEST // 1_000_000,
        )
    data = plain(data)
    if tool:
        return INSPECTIONS[tool].read(data)
    for reader in INSPECTIONS.values():
        if reader.recognises(data):
            return reader.read(data)
    raise BadFile(
        _(
            "The file is not an inspection that Relais can read: an lshw listing, a snapshot of the eReuse workbench,"
            " an inventory of the GLPI agent, or the text of dmidecode."
        )
    )
