"""Devices to collect: what a department announces, and what other systems say of the devices we shall get."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from imports.kinds import cells
from imports.kinds.shape import Field, Kind


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """One device as a list announces it; `line` as the spreadsheet numbers it, weight in kilograms.

    `tag` stands in our own exports only: that device is here already. `cleared`: fields that the row empties.
    """

    line: int
    inventory_number: str = ""
    category: str = "other"
    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    department: str = ""
    act_reference: str = ""
    decommissioned_on: datetime.date | None = None
    weight_kg: Decimal | None = None
    tag: str = ""
    cleared: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


COLLECT = Kind(
    name="declare",
    label=_("Devices to collect"),
    row=ListedDevice,
    fields=(
        Field("inventory_number", _("Inventory number"), cells.number, text=True),
        Field("category", _("Category"), cells.category),
        Field("manufacturer", _("Manufacturer"), cells.words(100)),
        Field("model", _("Model"), cells.words(150)),
        Field("serial", _("Serial number"), cells.serial, text=True),
        Field("department", _("Department"), cells.words(150)),
        Field("act_reference", _("Act of decommissioning"), cells.words(100), text=True),
        Field("decommissioned_on", _("Date of decommissioning"), cells.date),
        Field("weight_kg", _("Weight (kg)"), cells.weight),
        Field(
            "tag",
            _("Relais tag"),
            cells.tag,
            text=True,
            words=("Relais tag", "Étiquette Relais", "Relais-label"),
            in_template=False,
        ),
    ),
    identity=("inventory_number", "serial", "tag"),
    unique=("inventory_number", "serial", "tag"),
    telling=("act_reference", "decommissioned_on"),
    # Never the category: a device of no kind could neither be wiped nor given.
    clearable=(
        *("inventory_number", "serial", "manufacturer", "model", "department"),
        *("act_reference", "decommissioned_on", "weight_kg"),
    ),
)
