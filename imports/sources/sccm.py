"""Reports of SCCM (MECM): columns are named after its tables, and Lenovo's model stands in another one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from imports.kinds import Field, cells
from imports.listed import Source


def _lenovo(values: dict[str, Any], notices: list[str]) -> None:
    # Model0 is a machine type ("20L6S"); people know the name, which Lenovo writes where others write a version.
    name = values.pop("product_version", "")
    if name and str(values.get("manufacturer", "")).casefold().startswith("lenovo"):
        values["model"] = name


SCCM = Source(
    name="sccm",
    label=_("Devices from SCCM (MECM)"),
    telling=(
        "Netbios_Name0", "Name0", "SerialNumber0", "Manufacturer0", "Model0", "UserName0", "User_Name0", "LastHWScan",
        "ResourceID", "Resource_Domain_OR_Workgr0", "Operating_System_Name_and0", "TopConsoleUser0", "SystemRole0",
        "Client_Version0", "AD_Site_Name0", "PC Name", "BIOSSerialNumber",
    ),
    least=2,
    own={"SerialNumber0": "serial", "BIOSSerialNumber": "serial", "Model0": "model", "Manufacturer0": "manufacturer",
         "Version0": "product_version"},
    ignored=(
        "Netbios_Name0", "Name0", "LastHWScan", "ResourceID", "Resource_Domain_OR_Workgr0",
        "Operating_System_Name_and0", "SystemRole0", "Client_Version0", "AD_Site_Name0", "PC Name", "Computer name",
    ),
    more=(Field("product_version", _("Model"), cells.words(150)),),
    mended=_lenovo,
)  # fmt: skip
