"""Our own list of devices, brought back: what it says of a device we have changes nothing by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.listed import Source

RELAIS = Source(
    name="relais",
    label=_("Devices exported from Relais"),
    telling=("Relais tag", "Étiquette Relais", "Relais-label", "Relais status", "Statut Relais", "Relais-status",
             "Legal status", "Statut légal", "Wettelijke status", "Changed on", "Modifié le", "Gewijzigd op"),
    least=2,
    ignored=("Relais status", "Statut Relais", "Relais-status", "Legal status", "Statut légal", "Wettelijke status",
             "Changed on", "Modifié le", "Gewijzigd op", "Grade", "État", "Staat", "Location", "Lieu", "Locatie",
             "Processor", "Processeur", "Memory (MB)", "Mémoire (Mo)", "Geheugen (MB)"),
)  # fmt: skip
