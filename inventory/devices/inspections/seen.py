"""What an inspection has seen of a machine, whatever program looked: no user, no host name, no software."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["hdd", "sata_ssd", "nvme", "emmc", "card", "unknown"]
# The tool of what a person wrote into a list: it names what was looked at, and says of nothing that it is gone.
LISTED = "list"


@dataclass(frozen=True, slots=True)
class SeenMedium:
    """A storage medium inside the machine; serial None when missing or a placeholder, capacity in bytes."""

    kind: Kind
    model: str = ""
    serial: str | None = None
    capacity_bytes: int | None = None
    interface: str = ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A machine as an inspection saw it. Identifiers are None when missing or placeholders, with a warning.

    `uuid` is the SMBIOS UUID in lower case and in the byte order of the program that printed it. `replaceable_macs`
    are those of `macs` that sit on a card (Wi-Fi). `snapshot_uuid` names the file, never the machine. `unnumbered` when
    the firmware was asked for the serial number and gave a placeholder: another thing than a file that does not tell.
    """

    tool: str
    manufacturer: str = ""
    model: str = ""
    serial: str | None = None
    uuid: str | None = None
    board_serial: str | None = None
    category: str = "other"
    memory_bytes: int | None = None
    processor: str = ""
    media: tuple[SeenMedium, ...] = ()
    macs: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    board_manufacturer: str = ""
    board_model: str = ""
    replaceable_macs: tuple[str, ...] = ()
    snapshot_uuid: str | None = None
    unnumbered: bool = False
