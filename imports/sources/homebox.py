"""Items of Homebox, whose every heading begins with "HB."."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.listed import Source

_HEADINGS = (
    "import_ref", "parent_import_ref", "location", "labels", "tags", "asset_id", "archived", "url", "name", "quantity",
    "description", "insured", "notes", "purchase_price", "purchase_from", "purchase_date", "purchase_time",
    "manufacturer", "model_number", "serial_number", "lifetime_warranty", "warranty_expires", "warranty_details",
    "sold_to", "sold_price", "sold_date", "sold_time", "sold_notes",
)  # fmt: skip
_TAKEN = {"location", "asset_id", "name", "manufacturer", "model_number", "serial_number"}


def _bare(heading: str) -> str:
    return heading.removeprefix("HB.").removeprefix("field.")


HOMEBOX = Source(
    name="homebox",
    label=_("Items from Homebox"),
    telling=tuple(f"HB.{name}" for name in _HEADINGS),
    least=2,
    own={
        "asset_id": "inventory_number",
        "serial_number": "serial",
        "model_number": "model",
        "name": "model",
        "location": "department",
    },
    ignored=tuple(name for name in _HEADINGS if name not in _TAKEN and name != "sold_to"),
    trimmed=_bare,
)
