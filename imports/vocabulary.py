"""The words that lists use, in French, Dutch and English: headings, categories, and what names people."""

from __future__ import annotations

import re
import unicodedata

_NO_LETTER = re.compile(r"[^a-z0-9]+")


def plain(words: str) -> str:
    """Words as they compare: lower case, without accents, spaces or signs ("N° de série" -> "ndeserie")."""
    decomposed = unicodedata.normalize("NFKD", words.replace("°", "o ")).casefold()
    return _NO_LETTER.sub("", decomposed)


# Canonical field -> headings seen in lists of cities, Snipe-IT, GLPI, Intune, SCCM, Lansweeper and Ralph.
HEADINGS: dict[str, tuple[str, ...]] = {
    "inventory_number": (
        "Inventory number", "Inventory no", "Inventory no.", "Inventory nr", "Asset tag", "Asset number",
        "Asset ID", "AssetID", "Barcode", "Numéro d'inventaire", "N° d'inventaire", "N° inventaire",
        "No inventaire", "Num inventaire", "Inventaire", "Inventarisnummer", "Inventarisnr",
        "Inventarisnr.", "Inventaris", "Id device internal",
    ),
    "category": (
        "Category", "Type", "Device type", "Asset type", "AssetType", "Kind", "Catégorie", "Genre",
        "Type d'appareil", "Type de matériel", "Categorie", "Soort", "Type toestel", "Soort toestel",
    ),
    "manufacturer": (
        "Manufacturer", "Make", "Brand", "Vendor", "Manufacturer0", "Fabricant", "Marque", "Constructeur",
        "Merk", "Fabrikant",
    ),
    "model": (
        "Model", "Model name", "Asset model", "Product", "Model0", "Modèle", "Nom du modèle", "Modelnaam",
        "Naam model",
    ),
    "serial": (
        "Serial number", "Serialnumber", "Serial", "Serial no", "Serial no.", "SerialNumber0",
        "BIOSSerialNumber", "Service tag", "sn", "S/N", "N° de série", "No de série", "Numéro de série",
        "Num série", "N° série", "Serienummer", "Serienr", "Serienr.",
    ),
    "department": (
        "Department", "Service", "Unit", "Location", "Département", "Direction", "Lieu", "Site",
        "Departement", "Dienst", "Afdeling", "Locatie",
    ),
    "act_reference": (
        "Act reference", "Act", "Decision", "Reference of the act", "Decommissioning act", "Act of decommissioning",
        "Akte van buitengebruikstelling", "Akte buitengebruikstelling", "Besluit tot buitengebruikstelling",
        "Décision de déclassement",
        "Référence de l'acte", "Réf. acte", "Acte", "Acte de déclassement", "Décision",
        "Référence décision", "Referentie akte", "Referentie van de akte", "Akte", "Besluit",
        "Referentie besluit",
    ),
    "decommissioned_on": (
        "Decommissioning date", "Decommissioned on", "Date of decommissioning", "Date de déclassement",
        "Déclassé le", "Date déclassement", "Datum buitengebruikstelling", "Buiten gebruik op",
        "Datum van buitengebruikstelling",
    ),
    "weight_kg": (
        "Weight", "Weight (kg)", "Weight kg", "Poids", "Poids (kg)", "Poids kg", "Gewicht", "Gewicht (kg)",
        "Gewicht kg",
    ),
}  # fmt: skip

# Columns that are free text: somebody's name or telephone number stands in one of them sooner or later.
REMARKS: tuple[str, ...] = (
    "Remarks", "Remark", "Notes", "Note", "Asset notes", "Model notes", "Comment", "Comments", "Info",
    "Description", "Remarques", "Remarque", "Commentaire", "Commentaires", "Observations", "Opmerking",
    "Opmerkingen", "Nota", "Commentaar",
)  # fmt: skip

# Columns that name or reach a person: dropped before anything is stored (GDPR art. 5(1)(c)).
PERSONAL: tuple[str, ...] = (
    "User", "Username", "User name", "UserName0", "UserId", "Last user", "Last logged on user",
    "Lastloggeduser", "Primary user UPN", "Primary user email address", "Primary user display name", "UPN",
    "User principal name", "Full name", "First name", "Last name", "Surname", "Email", "E-mail", "Mail",
    "Email address", "Phone", "Phone number", "Telephone", "Mobile", "Subscriber carrier", "Contact",
    "Custodian", "Owner", "Assigned to", "Checked out to", "Checked Out To: Username",
    "Checked Out To: First Name", "Checked Out To: Last Name", "Checked Out To: Email", "Manager",
    "Employee", "Employee no", "Employee no.", "National number", "Utilisateur", "Nom d'utilisateur",
    "Dernier utilisateur", "Nom", "Prénom", "Nom et prénom", "Courriel", "Adresse e-mail", "Téléphone",
    "GSM", "Détenteur", "Agent", "Matricule", "Affecté à", "Responsable", "Numéro national", "N° national",
    "Registre national", "Gebruiker", "Gebruikersnaam", "Laatste gebruiker", "Naam gebruiker", "Voornaam",
    "Achternaam", "Familienaam", "E-mailadres", "Telefoon", "Telefoonnummer", "Houder", "Contactpersoon",
    "Medewerker", "Personeelsnummer", "Toegewezen aan", "Verantwoordelijke", "Rijksregisternummer",
)  # fmt: skip

# Canonical category -> the words for it.
CATEGORIES: dict[str, tuple[str, ...]] = {
    "laptop": (
        "laptop", "laptops", "notebook", "notebooks", "portable", "portables", "pc portable",
        "ordinateur portable", "draagbare computer", "chromebook", "macbook", "ultrabook",
    ),
    "desktop": (
        "desktop", "desktops", "desktop computer", "computer", "pc", "tower", "workstation", "mini pc",
        "unité centrale", "ordinateur", "ordinateur de bureau", "pc fixe", "pc de bureau", "tour",
        "station de travail", "vaste pc", "vaste computer", "bureaucomputer", "all in one", "all-in-one",
        "thin client", "client léger",
    ),
    "screen": (
        "screen", "screens", "monitor", "monitors", "display", "écran", "écrans", "moniteur", "scherm",
        "schermen", "beeldscherm", "tft", "lcd",
    ),
    "tablet": ("tablet", "tablets", "tablette", "tablettes", "ipad"),
    "phone": (
        "phone", "phones", "smartphone", "smartphones", "mobile phone", "mobile", "téléphone", "gsm",
        "telefoon", "téléphone portable", "iphone",
    ),
    "printer": (
        "printer", "printers", "imprimante", "imprimantes", "multifunction", "multifonction",
        "multifunctional", "mfp", "copier", "copieur", "photocopieur", "scanner",
    ),
    "server": ("server", "servers", "serveur", "serveurs", "nas", "storage array"),
    "network": (
        "network", "switch", "switches", "router", "routeur", "access point", "firewall", "modem",
        "réseau", "netwerk", "point d'accès", "network device", "netwerkapparatuur",
    ),
    "accessory": (
        "accessory", "accessories", "dock", "docking station", "station d'accueil", "keyboard", "clavier",
        "toetsenbord", "mouse", "souris", "muis", "headset", "webcam", "accessoire", "accessoires",
        "charger", "chargeur", "lader",
    ),
    "other": ("other", "autre", "autres", "divers", "andere", "overige", "varia"),
}  # fmt: skip

HEADING_OF: dict[str, str] = {plain(word): field for field, words in HEADINGS.items() for word in words}
CATEGORY_OF: dict[str, str] = {plain(word): category for category, words in CATEGORIES.items() for word in words}
PERSONAL_HEADINGS: frozenset[str] = frozenset(plain(word) for word in PERSONAL)
REMARK_HEADINGS: frozenset[str] = frozenset(plain(word) for word in REMARKS)
# Every word that a heading may be, for telling the line of headings from a title above it.
KNOWN_HEADINGS: frozenset[str] = frozenset(HEADING_OF.keys() | PERSONAL_HEADINGS | REMARK_HEADINGS)
