"""Back-office assets of Ralph: a foreign key stands where others write a model, beside it sometimes its name."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from imports.listed import Source


def _no_keys(values: dict[str, Any], notices: list[str]) -> None:
    for name in ("model", "category", "department"):
        if str(values.get(name, "")).isdecimal():
            notices.append(str(_("“%(value)s” is a key of Ralph's own, and left out.")) % {"value": values.pop(name)})


RALPH = Source(
    name="ralph",
    label=_("Assets from Ralph"),
    telling=(
        "sn", "service_env", "force_depreciation", "warehouse", "warehouse_str", "region", "region_str", "model_str",
        "hostname", "barcode", "property_of", "invoice_no", "depreciation_rate", "budget_info", "baseobject_ptr",
    ),
    least=3,
    own={"sn": "serial", "barcode": "inventory_number", "model_str": "model", "model": "model",
         "warehouse_str": "department"},
    ignored=(
        "id", "service_env", "force_depreciation", "warehouse", "region", "region_str", "hostname", "property_of",
        "invoice_no", "invoice_date", "depreciation_rate", "budget_info", "price", "provider", "status",
        "baseobject_ptr", "created", "modified",
    ),
    mended=_no_keys,
)  # fmt: skip
