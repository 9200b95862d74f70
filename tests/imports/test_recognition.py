"""A list is recognised by its headings, for a reason that can be told, and never taken for another system's."""

from __future__ import annotations

import pytest
from django.utils import translation

from imports.kinds import KINDS
from imports.readers.opening import read_table
from imports.sources import SOURCES, read_list, recognition
from inventory.errors import BadFile, BadInput

# What each system writes above its lists: typed after their documentation, no line of anybody's file.
HEADINGS: dict[str, list[str]] = {
    "city": [
        "N° inventaire;Catégorie;Marque;Modèle;N° de série;Service;Acte de déclassement;Date de déclassement",
        "Inventarisnummer;Categorie;Merk;Model;Serienummer;Dienst;Akte;Datum buitengebruikstelling",
        "Inventory number;Category;Manufacturer;Model;Serial number;Department;Act of decommissioning",
    ],
    "relais": [
        "Relais tag;Relais status;Category;Manufacturer;Model;Serial number;Inventory number;Legal status",
        "Étiquette Relais;Statut Relais;Catégorie;Fabricant;Modèle;Numéro de série;Numéro d’inventaire",
        "Relais-label;Relais-status;Categorie;Fabrikant;Model;Serienummer;Inventarisnummer",
    ],
    "snipe_it": [
        "Company;Asset Tag;Category;Supplier;Manufacturer;Location;Model;Model Number;Purchase Date;Purchase Cost",
        "ID;Company;Asset Name;Asset Tag;Model;Model No.;Category;Manufacturer;Serial;Purchase Date;Book Value;"
        "Location;Address;Address;City;Default Location;Address;Address;City;Checked Out To;Username;Department",
        "item name;Asset Tag;Serial;Category;Supplier;Warranty;Requestable",
    ],
    "glpi": [
        "Nom;Statut;Fabricant;Numéro de série;Type;Modèle;Système d'exploitation - Nom;Lieu;Dernière modification",
        "Name;Status;Manufacturer;Serial number;Type;Model;Operating System - Name;Location;Last update",
        "Naam;Status;Fabrikant;Serienummer;Type;Model;Besturingssysteem - Naam;Locatie;Laatste wijziging;Entiteit",
    ],
    "intune": [
        "Device ID;Device name;Enrollment date;Last check-in;Microsoft Entra Device ID;OS version;Serial number;"
        "Manufacturer;Model;IMEI;Category;UserId;Primary user UPN;Compliance;Managed by;Ownership;Phone number",
        "Device ID;Device name;Enrollment date;Last check-in;Azure AD Device ID;Serial number;Model;Ownership",
    ],
    "sccm": [
        "Netbios_Name0;SerialNumber0;Manufacturer0;Model0;Version0;UserName0;LastHWScan",
        "PC Name;BIOSSerialNumber;Manufacturer;Model;Last logon user",
    ],
    "lansweeper": [
        "AssetID;AssetName;AssetType;OS;Model;Manufacturer;IPAddress;Firstseen;Lastseen;Location;BarCode;Contact;"
        "Serialnumber;OrderNumber;Custom1",
    ],
    "ralph": [
        "id;sn;model;force_depreciation;warehouse;service_env;region",
        "id;hostname;sn;barcode;model;model_str;warehouse;warehouse_str;property_of",
    ],
    "shelf": [
        "title;description;kit;category;tags;location;valuation;custodian;bookable;type;quantity;"
        '"cf: Serial number,type:text";"cf:brand, type:option"',
    ],
    "homebox": ["HB.location;HB.name;HB.asset_id;HB.manufacturer;HB.model_number;HB.serial_number;HB.sold_to"],
    "ereuse": [
        "PHID;DHID;Type;Placeholder Pallet;Placeholder Id Internal;Placeholder Serial Number;Device Hardware ID;"
        "Device Type;Device Serial Number;Device Model;Device Manufacturer;Physical state;Lifecycle state",
    ],
    "ereuse_placeholders": [
        "Model;Manufacturer;Serial Number;Part Number;Id device Supplier;Id device Internal;Pallet;Info",
    ],
    "list": [
        "Serienummer;Merk;Model",
        "Name;Type;Model;Manufactuer;serial",
        "N° de série;Statut;Lieu",
        "marca;modelo;numero de serie;type",
        "Serial number",
        # Told by two systems at once, so by none.
        "Serial number;Title;Kit;Valuation;Company;Purchase Cost;Purchase Date",
    ],
}
LINES = [(name, line) for name, lines in HEADINGS.items() for line in lines]


def headers(line: str) -> tuple[str, ...]:
    return read_table(line + "\n" + "x" + ";" * line.count(";")).headers


@pytest.mark.parametrize(("name", "line"), LINES)
def test_a_list_is_told_by_its_headings_and_by_no_other_system_s(name, line):
    found = recognition(headers(line))
    assert found.source.name == name
    assert found.kind.name == "declare"
    assert set(found.reasons) <= set(headers(line))
    assert (found.score > 0) is (name != "list")


def test_every_source_is_tried():
    assert HEADINGS.keys() == SOURCES.keys()


def row(line: str, *cells: str, source: str | None = None, kind: str | None = None):
    reading = read_list(read_table(f"{line}\n{';'.join(cells)}"), source, kind)
    assert reading.problems == ()
    return reading.devices[0]


def test_lenovo_s_model_is_its_name_not_its_machine_type():
    line = HEADINGS["sccm"][0]
    assert row(line, "PC1", "RLS1", "LENOVO", "20L6S1", "ThinkPad T480", "CITY\\x", "").model == "ThinkPad T480"
    assert row(line, "PC1", "RLS1", "HP", "EliteBook", "A3009", "", "").model == "EliteBook"


def test_keys_of_ralph_are_no_models():
    device = row(HEADINGS["ralph"][0], "1", "RLS1", "7", "1", "1", "a|b", "1")
    assert (device.serial, device.model, len(device.notices)) == ("RLS1", "", 1)
    assert row(HEADINGS["ralph"][1], "1", "pc1", "RLS1", "B7", "7", "Latitude", "1", "Depot", "x").model == "Latitude"


def test_own_fields_of_shelf_and_homebox_are_understood():
    device = row(HEADINGS["shelf"][0], "Book", "", "", "Laptop", "", "Depot", "1", "J.", "yes", "", "", "RLS1", "Dell")
    assert (device.serial, device.manufacturer, device.model, device.category) == ("RLS1", "Dell", "Book", "laptop")
    device = row(HEADINGS["homebox"][0], "Depot", "Book", "000-123", "Dell", "Latitude", "RLS1", "J.")
    assert (device.serial, device.inventory_number, device.model, device.department) == (
        "RLS1",
        "000-123",
        "Latitude",
        "Depot",
    )


def test_nothing_of_a_user_is_taken_from_intune():
    line = HEADINGS["intune"][0]
    reading = read_list(read_table(line + "\n" + ";".join(f"v{place}" for place in range(line.count(";") + 1))))
    assert {heading.text for heading in reading.mapping.personal} == {"UserId", "Primary user UPN", "Phone number"}
    assert reading.mapping.unrecognised == ()
    assert reading.devices[0].serial == "v6"


@pytest.mark.parametrize(
    "heading",
    ["User", "UPN", "Mail", "E-mail", "Phone", "Last logged on user", "Utilisateur", "Courriel", "Téléphone", "GSM"]
    + ["Dernier utilisateur connecté", "Gebruiker", "E-mailadres", "Telefoon", "Laatst aangemelde gebruiker"],
)
def test_columns_of_people_are_dropped_and_told(heading):
    reading = read_list(read_table(f"Serial;{heading}\nRLS1;somebody"))
    assert [one.text for one in reading.mapping.personal] == [heading]
    assert "somebody" not in str(reading)


def test_a_list_without_headings_is_refused_before_a_name_is_kept():
    with pytest.raises(BadFile, match="names people"):
        recognition(("RLS1", "somebody@example.org"))
    with pytest.raises(BadFile, match="names people"):
        recognition(("Serial", "85.07.30-033.28"))


# --- kinds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("receive", "Tag;Condition;Location"),
        ("receive", "N° de série;État;Lieu"),
        ("associations", "Nom;Numéro d'entreprise;Commune"),
        ("associations", "Naam;Ondernemingsnummer;Rechtsvorm;Postcode;E-mail"),
        ("count", "Plaats;Serienummer;Gezien"),
        ("declare", "Serienummer;Locatie"),
    ],
)
def test_the_kind_of_a_list_is_told_by_the_fields_that_only_it_has(kind, line):
    assert recognition(headers(line)).kind.name == kind


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_template_is_a_list_of_its_kind(kind, language):
    with translation.override(language):
        line = ";".join(str(one.heading) for one in KINDS[kind].fields if one.in_template)
        found = recognition(headers(line))
        mapping = found.source.mapping(headers(line), found.kind)
    assert found.kind.name == kind
    assert set(mapping.fields) == {one.name for one in KINDS[kind].fields if one.in_template}
    assert (mapping.personal, mapping.unrecognised, mapping.doubled) == ((), (), ())


def test_received_devices_say_their_condition_and_their_place():
    device = row("N° de série;État;Lieu", "RLS1", "batterie gonflée", "DEP-1")
    assert (device.serial, device.condition, device.location) == ("RLS1", "dangerous_battery", "DEP-1")
    (problem,) = read_list(read_table("Serial;Condition\nRLS1;splendid")).problems
    assert "splendid" in problem.message
    assert "Intact, Damaged" in problem.mend


def test_associations_are_checked_and_no_person_is_read():
    line = "Nom;Numéro d'entreprise;Forme juridique;Commune;Personne de contact"
    association = row(line, "Les Claviers", "BE 0123.456.749", "asbl", "Ixelles", "J. Peeters")
    assert (association.name, association.enterprise_number, association.legal_form) == (
        "Les Claviers",
        "0123456749",
        "asbl_vzw",
    )
    assert "Peeters" not in str(association)
    reading = read_list(read_table(line + "\nA;0123.456.700;;;\nB;;;;\n;0123456749;;;"))
    assert [(problem.line, problem.column) for problem in reading.problems] == [
        (2, "Numéro d'entreprise"),
        (4, "Nom"),
    ]


def test_counts_need_one_number():
    reading = read_list(read_table("Plaats;Serienummer;Gezien\nDEP-1;RLS1;ja\n;RLS2;nee\nDEP-1;;ja"))
    assert [(one.place, one.seen) for one in reading.devices] == [("DEP-1", "yes"), ("", "no")]
    assert [(problem.line, problem.column) for problem in reading.problems] == [(4, "Serienummer")]


def test_an_unknown_kind_is_refused():
    with pytest.raises(BadInput, match="nothing"):
        recognition(("Serial",), kind="nothing")


# --- Excel's damage ---------------------------------------------------------------------------------------------


def test_zeros_that_excel_dropped_are_named_where_a_pattern_tells():
    lines = "Inventory number\n00012345\n00012346\n12347\n00012348\n"
    (problem,) = read_list(read_table(lines)).problems
    assert (problem.line, problem.column) == (4, "Inventory number")
    assert "dropped its zeros" in problem.message
    assert read_list(read_table("Inventory number\n12345\n12346\n347\n")).problems == ()


def test_a_line_of_totals_is_passed_over():
    reading = read_list(read_table("Serial;Model;Weight\nRLS1;A;2\nRLS2;B;3\nTotal :;;5"))
    assert (len(reading.devices), reading.problems, reading.passed_over) == (2, (), (4,))
