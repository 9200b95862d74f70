"""Computers as GLPI's search exports them in French, Dutch or English, and as its data injection takes them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from imports.listed import Source

GLPI = Source(
    name="glpi",
    label=_("Computers from GLPI"),
    telling=(
        # French
        "Dernière modification", "Entité", "Usager", "Usager numéro", "Technicien responsable",
        "Groupe responsable", "Système d'exploitation - Nom", "Système d'exploitation - Version",
        "Composants - Processeur", "Composants - Mémoire", "Type d'élément",
        # Dutch
        "Laatste wijziging", "Laatste update", "Entiteit", "Besturingssysteem - Naam", "Onderdelen - Processor",
        "Componenten - Processor", "Alternatieve gebruikersnaam", "Verantwoordelijke technicus", "Itemtype",
        # English
        "Last update", "Entity", "Operating System - Name", "Operating System - Version", "Components - Processor",
        "Alternate username", "Alternate username number", "Technician in charge", "Group in charge", "Item type",
    ),
    least=2,
    own={
        "Lieu": "department", "Location": "department", "Locatie": "department",
        "Manufacturers": "manufacturer", "Type": "category",
    },
    ignored=(
        "Name", "Nom", "Naam", "Statut", "Status", "Entité", "Entity", "Entiteit", "Dernière modification",
        "Last update", "Laatste wijziging", "Laatste update", "Système d'exploitation - Nom",
        "Système d'exploitation - Version", "Operating System - Name", "Operating System - Version",
        "Besturingssysteem - Naam", "Composants - Processeur", "Composants - Mémoire", "Components - Processor",
        "Onderdelen - Processor", "Componenten - Processor", "Item type", "Type d'élément", "Itemtype",
        "Groupe", "Group", "Groep", "Groupe responsable", "Group in charge", "ID", "UUID",
    ),
)  # fmt: skip
