"""Associations: who may ask for devices. No person's name, mail or telephone is read."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from imports import columns
from imports.columns import CellRefused
from imports.kinds import cells
from imports.kinds.shape import Field, Kind, Look
from inventory.associations.facts import CHANNELS, LEGAL_FORMS, read_enterprise_number
from inventory.errors import Refusal
from inventory.lifecycle import Word

LANGUAGES = {"fr": _("French"), "nl": _("Dutch")}


@dataclass(frozen=True, slots=True)
class ListedAssociation:
    """One association; keys of `LEGAL_FORMS` and `CHANNELS`, language fr or nl, the number as ten digits."""

    line: int
    name: str = ""
    enterprise_number: str = ""
    legal_form: str = ""
    official_language: str = ""
    street: str = ""
    postcode: str = ""
    municipality: str = ""
    channel: str = ""
    notices: tuple[str, ...] = ()


def _enterprise_number(cell: str, look: Look) -> str:
    value = columns.identifier(cell, number=look.number, date=look.date)
    if not value:
        return ""
    try:
        return read_enterprise_number(value)
    except Refusal as refusal:
        raise CellRefused(
            str(refusal), _("Look the number up in the Crossroads Bank for Enterprises, and correct it.")
        ) from None


ASSOCIATIONS = Kind(
    name="associations",
    label=_("Associations"),
    row=ListedAssociation,
    fields=(
        Field(
            "name",
            _("Name of the association"),
            cells.words(200),
            needed=True,
            words=(
                *("Name", "Association", "Name of the association", "Nom", "Nom de l'association", "Dénomination"),
                *("Naam", "Vereniging", "Naam van de vereniging", "Benaming"),
            ),
        ),
        Field("enterprise_number", _("Enterprise number"), _enterprise_number, text=True),
        Field("legal_form", _("Legal form"), cells.choice("legal_form", LEGAL_FORMS), labels=LEGAL_FORMS),
        Field("official_language", _("Official language"), cells.choice("language", LANGUAGES), labels=LANGUAGES),
        Field("street", _("Street and number"), cells.words(150)),
        Field("postcode", _("Postcode"), cells.words(10), text=True),
        Field("municipality", _("Municipality"), cells.words(100)),
        Field("channel", _("Channel"), cells.choice("channel", CHANNELS), labels=CHANNELS),
    ),
    identity=("enterprise_number", "name"),
    unique=("enterprise_number",),
    telling=("enterprise_number", "legal_form", "municipality", "postcode"),
    needs=Word.REGISTER_ASSOCIATION,
    no_way_back=_("An association that is registered stays on the register; decide that it is not eligible instead."),
)
