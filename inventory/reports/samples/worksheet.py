"""The worksheet of a sample: a list to fill in, which our own upload understands when it comes back."""

from __future__ import annotations

import csv
import io

from django.utils.translation import gettext as _

from inventory.reports.device_list import harmless
from inventory.reports.samples.models import Sample


def worksheet_csv(sample: Sample) -> bytes:
    """Place, thing, result and note of every thing drawn, as CSV (UTF-8 with its mark, semicolons, CRLF)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Place"), _("Thing"), _("Result (code)"), _("Note")])
    for item in sample.items.order_by("place"):
        writer.writerow([item.place, harmless(item.key), item.result, ""])
    return text.getvalue().encode("utf-8-sig")
