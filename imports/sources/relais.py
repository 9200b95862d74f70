"""Our own list of devices, brought back: what it says of a device we have changes nothing by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.listed import Source

RELAIS = Source(
    name="relais",
    label=_("Devices exported from Relais"),
    telling=(
        "Relais tag", "Étiquette Relais", "Relais-label", "Relais status", "Statut Relais", "Relais-status",
        "Legal status", "Statut juridique", "Juridische status",
    ),
    ignored=(
        "Relais status", "Statut Relais", "Relais-status", "Legal status", "Statut juridique", "Juridische status",
        "Grade", "État (A à D)", "Staat", "Location", "Emplacement", "Locatie", "Processor", "Processeur",
        "Memory (MB)", "Mémoire (Mo)", "Geheugen (MB)", "Changed on", "Modifié le", "Gewijzigd op",
    ),
)  # fmt: skip
