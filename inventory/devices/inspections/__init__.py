"""Inspections: files in which a program lists what is inside a machine."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from inventory.devices.inspections import lshw
from inventory.devices.inspections.seen import Inspection, SeenMedium
from inventory.errors import BadFile

__all__ = ["INSPECTIONS", "LARGEST", "Inspection", "SeenMedium", "read_inspection"]

# Bytes. The longest lshw listing of a two-socket server is under 1 MB.
LARGEST = 5_000_000

INSPECTIONS: dict[str, Callable[[bytes], Inspection]] = {
    "lshw": lshw.read,
}


def read_inspection(data: bytes, name: str, tool: str = "lshw") -> Inspection:
    """Read an inspection file; personal data (host name, users) is never taken up.

    Refuses (`BadFile`) an empty file, one above `LARGEST` bytes, and one that is not the tool's.
    """
    if not data.strip():
        raise BadFile(_("The inspection file is empty. Run the inspection again and upload its file."))
    if len(data) > LARGEST:
        raise BadFile(
            _("The inspection file is larger than %(limit)s megabytes. Check that you chose the right file."),
            limit=LARGEST // 1_000_000,
        )
    return INSPECTIONS[tool](data)
