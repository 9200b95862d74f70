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
        "Merk", "Fabrikant", "Manufacturers", "Marca", "Manufactuer",
    ),
    "model": (
        "Model", "Model name", "Asset model", "Product", "Model0", "Modèle", "Nom du modèle", "Modelnaam",
        "Naam model", "Modelo",
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
    "condition": ("Condition", "State", "État", "État à la réception", "Toestand", "Staat", "Staat bij ontvangst"),
    "seen": ("Seen", "Counted", "Present", "Vu", "Compté", "Présent", "Gezien", "Geteld", "Aanwezig"),
    "enterprise_number": (
        "Enterprise number", "Company number", "CBE number", "VAT number", "Numéro d'entreprise", "N° d'entreprise",
        "N° entreprise", "BCE", "N° BCE", "TVA", "Ondernemingsnummer", "Ondernemingsnr", "KBO", "KBO-nummer", "BTW",
    ),
    "legal_form": ("Legal form", "Forme juridique", "Forme légale", "Rechtsvorm"),
    "official_language": ("Language", "Official language", "Langue", "Langue officielle", "Taal", "Officiële taal"),
    "street": ("Street", "Street and number", "Address", "Rue", "Rue et numéro", "Adresse", "Straat",
        "Straat en nummer", "Adres"),
    "postcode": ("Postcode", "Postal code", "Zip", "Zip code", "Code postal", "CP"),
    "municipality": ("Municipality", "City", "Town", "Commune", "Ville", "Localité", "Gemeente", "Stad", "Plaatsnaam"),
    "channel": ("Channel", "Canal", "Kanaal"),
}  # fmt: skip

# A tag of ours, in lists that speak of our devices.
TAG_WORDS: tuple[str, ...] = (
    "Tag", "Relais tag", "Étiquette", "Étiquette Relais", "Code d'étiquette", "Label", "Labelcode", "Relais-label",
)  # fmt: skip

# Canonical choice -> the words for it, by field.
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "condition": {
        "intact": ("intact", "ok", "good", "bon", "bon état", "en ordre", "goed", "in orde", "gaaf"),
        "damaged": ("damaged", "broken", "endommagé", "abîmé", "cassé", "beschadigd", "kapot", "stuk"),
        "incomplete": ("incomplete", "incomplet", "onvolledig"),
        "dangerous_battery": (
            "dangerous battery", "swollen battery", "batterie dangereuse", "batterie gonflée",
            "gevaarlijke batterij", "opgezwollen batterij", "gezwollen batterij",
        ),
    },
    "seen": {
        # The last words of each line are those of our own exports.
        "yes": (
            "yes", "y", "x", "1", "true", "seen", "oui", "o", "vrai", "vu", "ja", "j", "waar", "gezien",
            "done", "terminé", "klaar", "scanned before", "déjà scanné", "al gescand", "found", "trouvé", "gevonden",
            "stood elsewhere in the books", "ailleurs selon les données", "staat elders volgens de gegevens",
            "not in our hands in the books", "plus chez nous selon les données", "niet bij ons volgens de gegevens",
            "seen by one of the two who count", "vu par une seule des deux personnes qui comptent",
            "gezien door één van de twee tellers",
        ),
        "no": (
            "no", "n", "0", "false", "not seen", "non", "faux", "pas vu", "nee", "neen", "onwaar", "niet gezien",
            "not scanned", "pas scanné", "niet gescand", "undone", "annulé après coup", "ongedaan gemaakt",
            "refused", "refusé", "geweigerd", "left meanwhile", "parti entre-temps", "intussen vertrokken",
        ),
    },
    "medium_kind": {
        "hdd": ("hard disk", "hard drive", "disque dur", "harde schijf", "hdd sata"),
        "sata_ssd": ("sata ssd", "ssd sata", "ssd (sata)"),
        "nvme": ("nvme ssd", "ssd nvme", "ssd (nvme)", "m.2 nvme"),
        "emmc": ("mmc",),
        "ufs": (),
        "card": ("memory card", "sd card", "carte mémoire", "carte sd", "geheugenkaart", "sd-kaart"),
        "usb": ("usb stick", "clé usb", "usb-stick"),
        "unknown": ("unknown kind", "inconnu", "onbekend", "type inconnu", "onbekende soort"),
    },
    "no_data": {
        "opened_and_looked": (
            "opened and looked", "opened it and looked", "opened it and looked: no storage medium inside",
            "ouvert et regardé", "ouvert", "opengemaakt en gekeken", "geopend en gekeken", "opengemaakt",
        ),
        "no_storage_by_design": (
            "no storage by design", "this kind of device has no storage", "pas de stockage par conception",
            "sans stockage", "geen opslag", "geen opslag van nature",
        ),
        "inspection_file": ("the inspection file lists no storage medium", "fichier d'inspection", "inspectiebestand"),
        "slot_empty": (
            "slot empty", "the slot is empty", "the slot is empty, the medium was taken out before", "emplacement vide",
            "logement vide", "slot leeg", "leeg slot",
        ),
    },
    "counter": {
        "1": ("1.", "first", "first person", "premier", "première personne", "eerste", "eerste persoon"),
        "2": ("2.", "second", "second person", "deuxième", "deuxième personne", "tweede", "tweede persoon"),
    },
    "language": {
        "fr": ("french", "français", "francophone", "frans", "franstalig"),
        "nl": ("dutch", "néerlandais", "néerlandophone", "nederlands", "nederlandstalig"),
    },
    "legal_form": {
        "asbl_vzw": ("asbl", "vzw", "asbl/vzw", "vzw/asbl", "non-profit association", "association sans but lucratif",
            "vereniging zonder winstoogmerk"),
        "aisbl_ivzw": ("aisbl", "ivzw", "aisbl/ivzw", "ivzw/aisbl"),
        "foundation": ("foundation", "fondation", "fondation d'utilité publique", "stichting"),
        "cooperative": ("cooperative", "coopérative", "société coopérative", "sc", "cv", "coöperatie",
            "coöperatieve vennootschap"),
        "public": ("public", "public body", "cpas", "ocmw", "école", "school", "organisme public",
            "openbare instelling"),
        "de_facto": ("de facto", "de-facto association", "association de fait", "feitelijke vereniging"),
    },
    "channel": {
        "online": ("online", "on line", "en ligne", "web", "site web", "website"),
        "counter": ("counter", "guichet", "loket"),
        "telephone": ("telephone", "phone", "téléphone", "tél", "telefoon", "tel"),
        "post": ("post", "letter", "poste", "courrier", "lettre", "brief", "per post"),
    },
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
    "Checked Out To: First Name", "Checked Out To: Last Name", "Checked Out To: Email", "Manager", "Employee",
    "Last user name", "Last logon user", "Management name", "Top console user", "TopConsoleUser0", "User_Name0",
    "Sold to", "Alternate username", "Technician in charge", "Employee no", "Employee no.", "National number",
    "Utilisateur", "Nom d'utilisateur", "Dernier utilisateur", "Nom", "Prénom", "Nom et prénom", "Courriel",
    "Adresse e-mail", "Téléphone", "GSM", "Détenteur", "Agent", "Matricule", "Affecté à", "Responsable",
    "Numéro national", "N° national", "Registre national", "Usager", "Technicien responsable",
    "Personne de contact", "E-mail professionnel", "Portable de contact", "Dernier utilisateur connecté",
    "Gebruiker", "Gebruikersnaam", "Laatste gebruiker", "Naam gebruiker", "Voornaam", "Achternaam",
    "Familienaam", "E-mailadres", "Telefoon", "Telefoonnummer", "Houder", "Contactpersoon", "Medewerker",
    "Personeelsnummer", "Toegewezen aan", "Verantwoordelijke", "Rijksregisternummer",
    "Laatst aangemelde gebruiker", "Alternatieve gebruikersnaam", "Verantwoordelijke technicus", "Mobiel",
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
        "réseau", "équipement réseau", "netwerk", "point d'accès", "network device", "network equipment",
        "netwerkapparatuur",
    ),
    "accessory": (
        "accessory", "accessories", "dock", "docking station", "station d'accueil", "keyboard", "clavier",
        "toetsenbord", "mouse", "souris", "muis", "headset", "webcam", "accessoire", "accessoires",
        "charger", "chargeur", "lader",
    ),
    "other": ("other", "autre", "autres", "divers", "andere", "overige", "varia"),
}  # fmt: skip

# What a person writes in a cell to empty a field of a device that we have; a cell without anything says nothing.
CLEARING: frozenset[str] = frozenset(("(vide)", "(leeg)", "(empty)"))

HEADING_OF: dict[str, str] = {plain(word): field for field, words in HEADINGS.items() for word in words}
CATEGORY_OF: dict[str, str] = {plain(word): category for category, words in CATEGORIES.items() for word in words}
PERSONAL_HEADINGS: frozenset[str] = frozenset(plain(word) for word in PERSONAL)
REMARK_HEADINGS: frozenset[str] = frozenset(plain(word) for word in REMARKS)
# Headings that may stand in a list once only: of two, one would be a guess.
SINGLE_HEADINGS: frozenset[str] = frozenset(
    word for word, field in HEADING_OF.items() if field not in {"street", "postcode", "municipality", "channel"}
)
# Every word that a heading may be, for telling the line of headings from a title above it.
KNOWN_HEADINGS: frozenset[str] = frozenset(HEADING_OF.keys() | PERSONAL_HEADINGS | REMARK_HEADINGS)
