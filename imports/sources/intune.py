"""Intune's "Devices with inventory" export: only the machine is taken, everything of its user is dropped."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.listed import Source

_MACHINE = (
    "Device ID", "Device name", "Enrollment date", "Last check-in", "Microsoft Entra Device ID", "Azure AD Device ID",
    "OS version", "Microsoft Entra registered", "Azure AD registered", "EAS activation ID", "EAS activated", "IMEI",
    "Last EAS sync time", "EAS reason", "EAS status", "Compliance grace period expiration", "Security patch level",
    "Wi-Fi MAC", "MEID", "Total storage", "Free storage", "WiFiIPv4Address", "WiFiSubnetID", "Compliance",
    "Managed by", "Ownership", "Device state", "Intune registered", "Supervised", "Encrypted", "OS", "SkuFamily",
    "JoinType", "Jailbroken", "ICCID", "EthernetMAC", "CellularTechnology", "ProcessorArchitecture", "EID",
    "SystemManagementBIOSVersion", "TPMManufacturerId", "TPMManufacturerVersion",
)  # fmt: skip

INTUNE = Source(
    name="intune",
    label=_("Devices from Intune"),
    telling=(
        "Device ID", "Enrollment date", "Last check-in", "Microsoft Entra Device ID", "Azure AD Device ID",
        "EAS activation ID", "Compliance", "Managed by", "Ownership", "Jailbroken", "JoinType", "SkuFamily",
        "Primary user UPN", "Primary user display name", "TPMManufacturerId",
    ),
    least=3,
    ignored=_MACHINE,
)  # fmt: skip
