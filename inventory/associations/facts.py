"""What is known of an association: the tables to choose from, and the checks before a fact is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.be import nn, vat

from inventory.associations import municipalities
from inventory.errors import BadInput

LEGAL_FORMS: Final[dict[str, Any]] = {
    "asbl_vzw": _("Non-profit association (asbl/vzw)"),
    "aisbl_ivzw": _("International non-profit association (aisbl/ivzw)"),
    "foundation": _("Foundation"),
    "cooperative": _("Cooperative with a social purpose"),
    "public": _("Public body (school, public welfare centre)"),
    "de_facto": _("De-facto association, without enterprise number"),
}
CHANNELS: Final[dict[str, Any]] = {
    "online": _("On line"),
    "counter": _("Counter"),
    "telephone": _("Telephone"),
    "post": _("Post"),
}
# The label "Espace public numérique" of the Region (standards §3.1).
EPN_LABELS: Final[dict[str, Promise]] = {
    "none": _("No label"),
    "requested": _("Label asked for"),
    "recognised": _("Recognised digital public space (EPN)"),
}
# Whom it serves: counts only, never names.
PUBLICS: Final[dict[str, Promise]] = {
    "children": _("Children and young people"),
    "seniors": _("Older people"),
    "job_seekers": _("People looking for work"),
    "newcomers": _("Newcomers"),
    "disability": _("People with a disability"),
    "poverty": _("People in poverty"),
    "everybody": _("Anybody from the neighbourhood"),
}
UI_LANGUAGES: Final[dict[str, Promise]] = {"fr": _("French"), "nl": _("Dutch"), "en": _("English")}
MOST_PEOPLE: Final = 2_000_000
# Below it no number is in use (standards §3.1): the check passes, a person has to look.
_FIRST_IN_USE: Final = 200_000_000


def read_enterprise_number(text: str) -> str:
    """The ten digits of a Belgian enterprise number, checked modulo 97 (Crossroads Bank for Enterprises).

    Refuses (BadInput), each in words of its own: an establishment number (beginning with 2 to 8), a national register
    number, a wrong length, a wrong check.
    """
    facts = {"number": text.strip(), "field": "enterprise_number"}
    refuse_national_number(text, "enterprise_number")
    digits = "".join(sign for sign in text.upper().strip().removeprefix("BE") if sign in "0123456789")
    if len(digits) == 9:
        digits = "0" + digits
    if len(digits) == 10 and digits[0] in "2345678":
        raise BadInput(
            _("%(number)s is the number of an establishment. Give the enterprise number: it begins with 0 or 1."),
            **{**facts, "number": digits},
        )
    if len(digits) != 10:
        raise BadInput(
            _("'%(number)s' is not an enterprise number: it has %(count)s digits, and ten are needed."),
            **facts,
            count=len(digits),
        )
    if digits[0] not in "01" or not vat.is_valid(digits):
        raise BadInput(
            _("'%(number)s' is not an enterprise number: its last two digits do not fit the others. Check each one."),
            **facts,
        )
    return digits


def is_doubtful(number: str) -> bool:
    """Whether a number that passes its check is lower than any in use (`0000.000.097` passes too)."""
    return bool(number) and int(number) < _FIRST_IN_USE


def dotted(number: str) -> str:
    """An enterprise number as it is shown: 0123.456.749; nothing for none."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}" if number else ""


def refuse_national_number(text: str, field: str) -> str:
    """The text as it came. Refuses (BadInput) one that holds a national register number: we may not keep it (R-3.3)."""
    pieces = "".join(sign if sign in "0123456789.-/ " else "\n" for sign in text).split("\n")
    for piece in pieces:
        digits = "".join(sign for sign in piece if sign.isdigit())
        if len(digits) == 11 and nn.is_valid(digits):
            raise BadInput(
                _("This looks like a national register number. We may not keep it: leave it out."), field=field
            )
    return text


def checked_facts(given: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The facts beside name, form and number, as they are kept; those that are not given stay away.

    A municipality named in words is found by its NIS code; a postcode never decides it (R-3.5).
    Refuses (BadInput): a code that is none of its table, a count that is none.
    """
    kept = {name: _plain(name, value) for name, value in given.items()}
    for name, table in _TABLES.items():
        if kept.get(name) and kept[name] not in table:
            raise BadInput(_("Choose from the list."), field=name)
    if kept.get("publics"):
        _check_publics(kept["publics"])
    if "nis_code" in kept or "municipality" in kept:
        typed = municipalities.named(kept.get("municipality", ""))
        chosen = municipalities.MUNICIPALITIES.get(kept.get("nis_code", "")) or typed
        kept["nis_code"] = chosen.nis if chosen else ""
        if chosen and not kept.get("municipality"):
            kept["municipality"] = chosen.name(language)
    if kept.get("epn_label", "none") == "none" and "epn_label" in kept:
        kept["epn_since"] = None
    return kept


_TABLES: Final[dict[str, Any]] = {
    "nis_code": municipalities.MUNICIPALITIES,
    "epn_label": EPN_LABELS,
    "preferred_channel": CHANNELS,
    "ui_language": UI_LANGUAGES,
}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return refuse_national_number(value.strip(), name)
    return value


def _check_publics(publics: Any) -> None:
    for public, count in publics.items():
        if public not in PUBLICS or not isinstance(count, int) or not 0 <= count <= MOST_PEOPLE:
            raise BadInput(_("Say about how many people: a number for each public, never names."), field="publics")


def day_or_none(value: dt.date | None) -> str:
    """A day as the ledger keeps it."""
    return value.isoformat() if value else ""
