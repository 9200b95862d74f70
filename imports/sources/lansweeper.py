"""Reports of Lansweeper: columns are what the report's author selected, under the names of its tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.listed import Source

LANSWEEPER = Source(
    name="lansweeper",
    label=_("Assets from Lansweeper"),
    telling=(
        "AssetID", "AssetName", "AssetType", "IPLocation", "Firstseen", "Lastseen", "Lasttried", "FQDN", "DNSName",
        "LastPatched", "Warrantydate", "Branchoffice", "BarCode", "PreventCleanup", "Scanserver", "Statename",
        "Custom1", "Custom20",
    ),
    least=3,
    own={"BarCode": "inventory_number", "AssetType": "category", "Department": "department"},
    ignored=(
        "AssetID", "AssetName", "OS", "IPAddress", "IPLocation", "MACAddress", "OU", "State", "Statename",
        "Firstseen", "Lastseen", "Lasttried", "PurchaseDate", "Warrantydate", "FQDN", "DNSName", "LastPatched",
        "LastFullbackup", "LastFullimage", "Location", "Building", "Branchoffice", "OrderNumber", "PreventCleanup",
        "Scanserver", *(f"Custom{number}" for number in range(1, 21)),
    ),
)  # fmt: skip
