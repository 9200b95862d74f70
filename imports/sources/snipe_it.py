"""Assets as Snipe-IT exports them, and as its import samples have them: no act, seldom a serial number."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.listed import Source

SNIPE_IT = Source(
    name="snipe_it",
    label=_("Assets from Snipe-IT"),
    telling=(
        "Asset Tag", "Company", "Supplier", "Purchase Date", "Purchase Cost", "Model Number", "Model No.",
        "Model Notes", "Asset Notes", "Checkout Type", "Checked Out To: Username", "Checked Out To: Email",
        "Checked Out To: Location", "Checked Out To", "Asset EOL Date", "EOL", "Book Value", "Fully Depreciated",
        "Expected Checkin Date", "Last Checkin Date", "Next Audit Date", "Warranty Expires", "item name",
        "Requestable",
    ),
    least=3,
    own={"Asset Tag": "inventory_number", "Location": "department"},
    ignored=(
        "ID", "Company", "Name", "Item name", "Asset Name", "Supplier", "Order Number", "Model Number",
        "Model No.", "Purchase Date", "Purchase Cost", "EOL", "Asset EOL Date", "Warranty",
        "Warranty Months", "Warranty Expires", "Status", "Checkout Type", "Type", "Checked Out To: Location",
        "Checkout Date", "Last Checkin Date", "Expected Checkin Date", "Default Location", "Department",
        "Book Value", "Diff", "Fully Depreciated", "Created At", "Updated At", "Deleted", "Last Audit",
        "Next Audit Date", "URL", "BYOD", "Requestable", "Image", "Address", "City", "State", "Country", "Zip",
    ),
)  # fmt: skip
