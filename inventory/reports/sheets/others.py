"""The subtrees that stand for every entry that is not in the sheet of movements."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inventory.reports.long_sheet import Column, LongSheet


def proof_sheet() -> LongSheet:
    """The sheet of the proof, empty."""
    return LongSheet(
        _("Proof"),
        [Column(_("First entry"), "int", 14), Column(_("Entries"), "int", 14), Column(_("Hash (SHA-256)"), width=70)],
        code="proof",
    )
