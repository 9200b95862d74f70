"""Devices of eReuse DeviceHub: its export, and the sheet of placeholders that it takes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.listed import Source

EREUSE = Source(
    name="ereuse",
    label=_("Devices from eReuse DeviceHub"),
    telling=(
        "PHID", "DHID", "Temporary Lots", "Incoming Lots", "Outgoing Lots", "Placeholder Pallet",
        "Placeholder Id Internal", "Placeholder Serial Number", "Device Hardware ID", "Device Serial Number",
        "Device Chassis", "Physical state", "Allocate state", "Lifecycle state", "Registered (process)",
    ),
    least=3,
    own={
        "Device Serial Number": "serial", "Placeholder Serial Number": "serial", "Device Model": "model",
        "Placeholder Model": "model", "Device Manufacturer": "manufacturer",
        "Placeholder Manufacturer": "manufacturer", "Device Type": "category", "Placeholder Type": "category",
        "Placeholder Id Internal": "inventory_number",
    },
    ignored=("PHID", "DHID", "Device Hardware ID", "Public Link", "DocumentID", "Device Chassis"),
)  # fmt: skip

EREUSE_PLACEHOLDERS = Source(
    name="ereuse_placeholders",
    label=_("Placeholders for eReuse DeviceHub"),
    telling=("Id device Supplier", "Id device Internal", "Pallet", "Part Number"),
    least=2,
    own={"Id device Internal": "inventory_number"},
    ignored=("Part Number", "Id device Supplier", "Pallet"),
)
