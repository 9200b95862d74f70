"""Inspections: a device a row, with what is inside it, as somebody wrote it down or another system exports it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports.kinds import cells
from imports.kinds.shape import Field, Kind
from imports.vocabulary import TAG_WORDS
from inventory.devices.categories import MEDIUM_KINDS, NO_DATA_CHECKS
from inventory.devices.inspections.seen import LISTED, Inspection, SeenMedium
from inventory.lifecycle import Word

# Storage media that one row may name; a machine with more is inspected by a program.
MOST_DISKS = 4


@dataclass(frozen=True, slots=True)
class ListedInspection:
    """One device as it was looked at; memory in MB, capacities in bytes, kinds of media by their code."""

    line: int
    tag: str = ""
    serial: str = ""
    inventory_number: str = ""
    uuid: str = ""
    board_serial: str = ""
    manufacturer: str = ""
    model: str = ""
    processor: str = ""
    memory_mb: int | None = None
    disk1_kind: str = ""
    disk1_serial: str = ""
    disk1_capacity: int | None = None
    disk2_kind: str = ""
    disk2_serial: str = ""
    disk2_capacity: int | None = None
    disk3_kind: str = ""
    disk3_serial: str = ""
    disk3_capacity: int | None = None
    disk4_kind: str = ""
    disk4_serial: str = ""
    disk4_capacity: int | None = None
    no_data: str = ""
    notices: tuple[str, ...] = ()


def seen_in(values: Mapping[str, str]) -> Inspection:
    """A row, its values as text by field, in the shape in which every inspection is compared and taken up."""
    media = tuple(
        SeenMedium(
            values.get(f"disk{n}_kind") or "unknown",  # type: ignore[arg-type]
            serial=values.get(f"disk{n}_serial") or None,
            capacity_bytes=int(values[f"disk{n}_capacity"]) if values.get(f"disk{n}_capacity") else None,
        )
        for n in range(1, MOST_DISKS + 1)
        if any(values.get(f"disk{n}_{name}") for name in ("kind", "serial", "capacity"))
    )
    memory = values.get("memory_mb")
    return Inspection(
        tool=LISTED,
        manufacturer=values.get("manufacturer", ""),
        model=values.get("model", ""),
        serial=values.get("serial") or None,
        uuid=values.get("uuid") or None,
        board_serial=values.get("board_serial") or None,
        memory_bytes=int(memory) * 1_048_576 if memory else None,
        processor=values.get("processor", ""),
        media=media,
    )


def _disk(n: int, kind: Promise, serial: Promise, capacity: Promise) -> tuple[Field, Field, Field]:
    """The three fields of a disk; the first one's headings may go without their number."""
    bare = ("",) if n == 1 else ()
    numbers = (f" {n}", *bare)

    def words(*known: str) -> tuple[str, ...]:
        return tuple(one.replace("#", number) for one in known for number in numbers)

    shown = n <= 2
    return (
        Field(
            f"disk{n}_kind",
            kind,
            cells.medium_kind,
            labels=MEDIUM_KINDS,
            in_template=shown,
            words=words(
                *("Disk#: kind", "Disk# kind", "Disk# type", "Drive# type", "Storage# type", "Disque# : type"),
                *("Type de disque#", "Type disque#", "Schijf#: soort", "Soort schijf#", "Type schijf#"),
            ),
        ),
        Field(
            f"disk{n}_serial",
            serial,
            cells.serial,
            text=True,
            in_template=shown,
            words=words(
                *("Disk#: serial number", "Disk# serial", "Disk# serial number", "Drive# serial", "Storage# serial"),
                *("Disque# : numéro de série", "N° de série du disque#", "Numéro de série du disque#", "Série disque#"),
                *("Schijf#: serienummer", "Serienummer schijf#", "Serienummer van schijf#"),
            ),
        ),
        Field(
            f"disk{n}_capacity",
            capacity,
            cells.capacity,
            shown=cells.capacity_words,
            in_template=shown,
            words=words(
                *(
                    "Disk#: capacity",
                    "Disk# capacity",
                    "Disk# size",
                    "Drive# size",
                    "Storage# size",
                    "Disque# : capacité",
                ),
                *("Capacité du disque#", "Capacité disque#", "Taille du disque#", "Schijf#: capaciteit"),
                *("Capaciteit schijf#", "Capaciteit van schijf#", "Grootte schijf#"),
            ),
        ),
    )


INSPECTED = Kind(
    name="inspect",
    label=_("Inspections"),
    row=ListedInspection,
    fields=(
        Field("tag", _("Tag"), cells.tag, text=True, words=TAG_WORDS),
        Field("serial", _("Serial number"), cells.serial, text=True),
        Field("inventory_number", _("Inventory number"), cells.number, text=True),
        Field(
            "uuid",
            _("System UUID"),
            cells.uuid,
            text=True,
            words=("System UUID", "UUID", "SMBIOS UUID", "UUID du système", "Systeem-UUID"),
        ),
        Field(
            "board_serial",
            _("Serial number of the mainboard"),
            cells.serial,
            text=True,
            words=(
                *("Serial number of the mainboard", "Board serial", "Board serial number", "Motherboard serial"),
                *("Numéro de série de la carte mère", "N° de série carte mère"),
                *("Serienummer van het moederbord", "Serienummer moederbord"),
            ),
        ),
        Field("manufacturer", _("Manufacturer"), cells.words(100)),
        Field("model", _("Model"), cells.words(150)),
        Field(
            "processor",
            _("Processor"),
            cells.words(150),
            words=("Processor", "CPU", "Processeur", "Processeur (CPU)"),
        ),
        Field(
            "memory_mb",
            _("Memory"),
            cells.memory,
            shown=cells.memory_words,
            words=(
                *("Memory", "RAM", "Memory (GB)", "Memory (MB)", "Mémoire", "Mémoire (Go)", "Mémoire (Mo)"),
                *("Mémoire vive", "Geheugen", "Geheugen (GB)", "Geheugen (MB)", "Werkgeheugen"),
            ),
        ),
        *_disk(1, _("Disk 1: kind"), _("Disk 1: serial number"), _("Disk 1: capacity")),
        *_disk(2, _("Disk 2: kind"), _("Disk 2: serial number"), _("Disk 2: capacity")),
        *_disk(3, _("Disk 3: kind"), _("Disk 3: serial number"), _("Disk 3: capacity")),
        *_disk(4, _("Disk 4: kind"), _("Disk 4: serial number"), _("Disk 4: capacity")),
        Field(
            "no_data",
            _("Holds no data"),
            cells.choice("no_data", NO_DATA_CHECKS),
            labels=NO_DATA_CHECKS,
            words=(
                "Holds no data",
                "No data",
                "No disk",
                "Ne contient pas de données",
                "Ne contient aucune donnée",
                "Sans données",
                "Sans disque",
                "Bevat geen gegevens",
                "Geen gegevens",
                "Zonder schijf",
            ),
        ),
    ),
    identity=("tag", "serial", "inventory_number", "uuid", "board_serial"),
    unique=("tag", "serial", "inventory_number", "uuid"),
    telling=("disk1_serial", "disk1_capacity", "no_data"),
    needs=Word.INSPECT,
    beforehand=_(
        "What we know of a maker, a model or a serial number stays; what is missing is filled in, and storage media"
        " that are not listed yet are listed. A list never says that a storage medium is gone."
    ),
    no_way_back=_(
        "What an inspection showed stands in the history of the device. If a row is wrong, correct the device on its"
        " page or with a list of devices to collect, and take the storage medium out of it."
    ),
)
