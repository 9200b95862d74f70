"""Assets of Shelf: its own fields in plain words, those of the customer as "cf: name, type: text"."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from imports.listed import Source

_CUSTOM = re.compile(r"^\s*cf:\s*(.*?)\s*(?:,\s*type:.*)?$", re.IGNORECASE)


def _bare(heading: str) -> str:
    return _CUSTOM.sub(r"\1", heading)


SHELF = Source(
    name="shelf",
    label=_("Assets from Shelf"),
    telling=(
        "title", "kit", "valuation", "custodian", "bookable", "assetModel", "unitOfMeasure", "consumptionType",
        "minQuantity", "barcode_Code128", "barcode_Code39", "barcode_DataMatrix", "barcode_ExternalQR",
        "barcode_EAN13",
    ),
    least=3,
    own={
        "barcode_Code128": "inventory_number", "barcode_Code39": "inventory_number",
        "barcode_DataMatrix": "inventory_number", "barcode_ExternalQR": "inventory_number",
        "assetModel": "model", "title": "model", "location": "department",
    },
    ignored=(
        "kit", "tags", "valuation", "bookable", "type", "quantity", "minQuantity", "unitOfMeasure",
        "consumptionType", "barcode_EAN13", "purchase date", "warranty cost",
    ),
    trimmed=_bare,
)  # fmt: skip
