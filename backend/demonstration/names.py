"""Who and what the demonstration city is made of; every name is invented."""

from __future__ import annotations

import datetime as dt
from typing import Any

PEOPLE: tuple[tuple[str, str, str, str, str], ...] = (
    # role, user name, first name, last name, language
    ("technician", "tine", "Tine", "Vandenbosch", "nl"),
    ("verifier", "victor", "Victor", "Lambiotte", "fr"),
    ("driver", "driss", "Driss", "Amrani", "fr"),
    ("warehouse_keeper", "wanda", "Wanda", "Peeters", "nl"),
    ("counter_clerk", "claire", "Claire", "Delvaux", "fr"),
    ("programme_officer", "pol", "Pol", "Maertens", "nl"),
    ("approver", "anouk", "Anouk", "Servais", "fr"),
    ("auditor", "aurore", "Aurore", "Quintin", "fr"),
    ("association_member", "mehdi", "Mehdi", "Lacroix", "fr"),
    ("data_protection_officer", "dora", "Dora", "Claes", "nl"),
    ("administrator", "adam", "Adam", "Wouters", "en"),
)

WAREHOUSES = (
    ("HAREN", "Dépôt de Haren", "Depot Haren"),
    ("LAEKEN", "Atelier de Laeken", "Werkplaats Laken"),
    ("CENTRE", "Réserve du Centre", "Reserve Centrum"),
)

DEPARTMENTS = (
    "Urbanisme",
    "Instruction publique",
    "Cultuur en Jeugd",
    "Démographie",
    "Openbare Werken",
    "Finances",
    "Affaires sociales",
    "Groene Ruimten",
)

# category, maker, model, kinds of media, memory in MB, weight in kg; makers and models are invented.
MODELS: tuple[tuple[str, str, str, tuple[str, ...], int | None, str], ...] = (
    ("desktop", "Hestia", "Bureau 400 G3", ("hdd",), 8192, "6.800"),
    ("desktop", "Hestia", "Bureau 600 SFF", ("sata_ssd",), 16384, "5.200"),
    ("desktop", "Norvik", "Desk N3", ("hdd", "sata_ssd"), 8192, "7.100"),
    ("laptop", "Hestia", "Nomade 14", ("nvme",), 8192, "1.540"),
    ("laptop", "Norvik", "Carry X2", ("nvme",), 16384, "1.390"),
    ("laptop", "Altair", "Pliant 13", ("sata_ssd",), 8192, "1.620"),
    ("screen", "Altair", "Vue 22", (), None, "3.900"),
    ("screen", "Norvik", "Panel 24", (), None, "4.300"),
    ("tablet", "Altair", "Ardoise 10", ("emmc",), 4096, "0.510"),
    ("printer", "Hestia", "Page 200", (), None, "9.400"),
    ("network", "Norvik", "Switch 24", (), None, "2.700"),
)

# name, legal form, language, postcode, municipality
ASSOCIATIONS = (
    ("Le Fil Numérique", "asbl_vzw", "fr", "1000", "Bruxelles"),
    ("Digipunt Marollen", "asbl_vzw", "nl", "1000", "Brussel"),
    ("Clic & Quartier", "asbl_vzw", "fr", "1020", "Laeken"),
    ("Buurthuis De Schakel", "asbl_vzw", "nl", "1020", "Laken"),
    ("Open Keyboard Brussels", "aisbl_ivzw", "fr", "1040", "Etterbeek"),
    ("Atelier des Aînés connectés", "asbl_vzw", "fr", "1050", "Ixelles"),
    ("Leren met Letters", "asbl_vzw", "nl", "1080", "Sint-Jans-Molenbeek"),
    ("École de devoirs du Canal", "asbl_vzw", "fr", "1080", "Molenbeek-Saint-Jean"),
    ("Maison de quartier des Quatre-Vents", "asbl_vzw", "fr", "1030", "Schaerbeek"),
    ("Women Code Together", "asbl_vzw", "fr", "1060", "Saint-Gilles"),
    ("Repair Café Noordwijk", "de_facto", "nl", "1000", "Brussel"),
    ("Écrivains publics de Bruxelles", "asbl_vzw", "fr", "1000", "Bruxelles"),
    ("Jeugdhuis De Brug", "asbl_vzw", "nl", "1070", "Anderlecht"),
    ("Passerelle emploi", "asbl_vzw", "fr", "1070", "Anderlecht"),
    ("Taalcafé Zonder Drempel", "asbl_vzw", "nl", "1060", "Sint-Gillis"),
    ("Radio Trottoir", "asbl_vzw", "fr", "1050", "Ixelles"),
    ("New Roots Learning Hub", "asbl_vzw", "fr", "1210", "Saint-Josse-ten-Noode"),
    ("Les Mains dans le clavier", "asbl_vzw", "fr", "1120", "Neder-Over-Heembeek"),
    ("Ouderencomité Haren", "de_facto", "nl", "1130", "Haren"),
    ("Fondation Seconde Main numérique", "foundation", "fr", "1000", "Bruxelles"),
    ("Coopérative du Lien", "cooperative", "fr", "1090", "Jette"),
    ("Onderwijsatelier Kiem", "asbl_vzw", "nl", "1090", "Jette"),
    ("Centre de jour Le Tilleul", "asbl_vzw", "fr", "1180", "Uccle"),
    ("Accueil des Nouveaux Arrivants", "asbl_vzw", "fr", "1000", "Bruxelles"),
    ("Mediatheek op Wielen", "asbl_vzw", "nl", "1082", "Sint-Agatha-Berchem"),
)

# Those that asked for a screen in the pilot year: name, language, seat.
PILOT: tuple[tuple[str, str, str, str], ...] = (
    ("Écran Partagé", "fr", "1000", "Bruxelles"),
    ("Buurtcomputer Noord", "nl", "1000", "Brussel"),
    ("La Souris verte", "fr", "1000", "Bruxelles"),
    ("Atelier du Quai", "fr", "1080", "Molenbeek-Saint-Jean"),
    ("Leeshoek Kanaal", "nl", "1080", "Sint-Jans-Molenbeek"),
    ("Maison des Rencontres", "fr", "1030", "Schaerbeek"),
    ("Digitale Huiskamer", "nl", "1030", "Schaarbeek"),
    ("Le Coin des Seniors", "fr", "1000", "Bruxelles"),
    ("Toetsenbord voor Iedereen", "nl", "1020", "Laken"),
    ("Point d’appui Marolles", "fr", "1000", "Bruxelles"),
    ("Clic et Papier", "fr", "1060", "Saint-Gilles"),
    ("Samen Online Anderlecht", "nl", "1070", "Anderlecht"),
    ("Devoirs et Compagnie", "fr", "1070", "Anderlecht"),
    ("Les Ateliers du Midi", "fr", "1060", "Saint-Gilles"),
    ("Open Deur Laken", "nl", "1020", "Laken"),
    ("Paroles de quartier", "fr", "1080", "Molenbeek-Saint-Jean"),
    ("Wegwijs in de Wijk", "nl", "1000", "Brussel"),
    ("Un Toit, un Écran", "fr", "1030", "Schaerbeek"),
)

# By place in the list: what is known of an association beyond its name and seat.
MORE: dict[int, dict[str, Any]] = {
    0: {
        "email": "bonjour@filnumerique.example",
        "preferred_channel": "online",
        "epn_label": "recognised",
        "epn_since": dt.date(2024, 3, 1),
        "publics": {"seniors": 120, "job_seekers": 60},
    },
    5: {"preferred_channel": "telephone", "large_print": True, "publics": {"seniors": 80}},
    7: {"preferred_channel": "telephone"},
    # Partly the City's own territory, though the postcode suggests Ixelles: somebody looked it up.
    15: {"nis_code": "21004"},
    16: {"ui_language": "en", "publics": {"newcomers": 150}},
    18: {"large_print": True, "publics": {"seniors": 40}},
}
TOGETHER = "Hetzelfde dagelijks bestuur en dezelfde rekening, volgens de statuten van beide."

EVIDENCE = {
    "fr": "L’horaire de l’atelier est affiché et sur notre site ; vous pouvez venir voir.",
    "nl": "Het uurrooster hangt uit en staat op onze website; u mag komen kijken.",
}
MISSING = {
    "fr": "Il manque le nombre de personnes servies par an et l’horaire d’ouverture de la salle.",
    "nl": "Het aantal mensen per jaar en de openingsuren van de zaal ontbreken.",
}
COMPLETED = {
    "fr": "La salle est ouverte le mercredi et le samedi de 14 à 18 heures.",
    "nl": "De zaal is open op woensdag en zaterdag van 14 tot 18 uur.",
}

# What somebody complains of, and the answers: right, not right.
COMPLAINT = {
    "fr": (
        "Notre formulaire demandait plus d’appareils que ce que votre lettre indique.",
        "Vous avez raison : sur votre formulaire, la quantité se lit autrement que nous l’avons encodée.",
        "Nous avons relu votre formulaire : la quantité encodée est celle que vous avez écrite. Le nombre d’appareils "
        "suit de votre tour, que la lettre de décision explique.",
    ),
    "nl": (
        "Op ons formulier vroegen we meer toestellen dan uw brief vermeldt.",
        "U hebt gelijk: op uw formulier staat een andere hoeveelheid dan wij hebben ingevoerd.",
        "Wij hebben uw formulier opnieuw gelezen: de ingevoerde hoeveelheid is die welke u schreef. Het aantal "
        "toestellen volgt uit uw beurt, die de beslissingsbrief uitlegt.",
    ),
}

PURPOSES = {
    "fr": (
        "Un atelier hebdomadaire pour apprendre à remplir ses démarches en ligne.",
        "Équiper l’école de devoirs : un ordinateur pour deux enfants.",
        "Une permanence où chacun peut consulter ses courriels et imprimer.",
        "Prêter des portables aux personnes qui cherchent un emploi.",
    ),
    "nl": (
        "Een wekelijkse cursus om formulieren online in te vullen.",
        "Een computerhoek in het buurthuis, elke namiddag open.",
        "Laptops uitlenen aan jongeren die thuis geen computer hebben.",
        "Ouderen leren videobellen met hun familie.",
    ),
}

REASONS = {
    "fr": {
        "award": "La demande répond aux critères publiés et le stock suffit pour l’accorder en entier.",
        "partial": "La demande répond aux critères publiés ; le stock ne permet d’accorder qu’une partie.",
        "refuse": "Aucun appareil du genre demandé n’est disponible dans ce tour ; la demande peut être renouvelée.",
        "eligible": "L’association mène un projet de médiation numérique sur le territoire de la ville.",
        "not_eligible": "Le dossier ne montre pas d’activité contre la fracture numérique sur le territoire.",
    },
    "nl": {
        "award": "De aanvraag voldoet aan de bekendgemaakte criteria en kan volledig worden toegekend.",
        "partial": "De aanvraag voldoet aan de bekendgemaakte criteria; de voorraad laat maar een deel toe.",
        "refuse": "In deze ronde is geen toestel van de gevraagde soort beschikbaar; u kunt opnieuw aanvragen.",
        "eligible": "De vereniging werkt aan digitale inclusie op het grondgebied van de stad.",
        "not_eligible": "Uit het dossier blijkt geen werking tegen de digitale kloof op het grondgebied.",
    },
}
PIN_WORDS = (
    "Au tour précédent, la demande écrite de cette association avait été encodée avec une quantité fausse. "
    "In de vorige ronde werd een verkeerde hoeveelheid ingevoerd."
)
ROUND_WORDS = {
    "fr": "Le collège fait sienne la répartition calculée selon le barème publié avant l’ouverture du tour ; "
    "le certificat indépendant la confirme.",
    "nl": "Het college neemt de verdeling over die volgens de vóór de ronde gepubliceerde puntenschaal is berekend; "
    "het onafhankelijke certificaat bevestigt ze.",
}
# What an association told, and what the city found.
AFTER = {
    "fr": ("L’écran reste noir à l’allumage.", "Tous les appareils sont en place et utilisés."),
    "nl": ("Het scherm blijft zwart bij het opstarten.", "Alle toestellen staan er en worden gebruikt."),
}


def enterprise_number(place: int) -> str:
    """An invented enterprise number with a right check (series 0 999, which is not given out)."""
    body = 9_990_000 + place * 137
    return f"0{body:07d}{97 - body % 97:02d}"
