"""What we owe every visitor: how accessible the pages are, by a data file with its audit date (R-6.1)."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadFile

SHIPPED: Final = Path(__file__).resolve().parent / "accessibility.toml"
STATUSES: Final[dict[str, Promise]] = {
    "full": _("These pages comply with EN 301 549 (WCAG, level AA)."),
    "partial": _("These pages comply in part with EN 301 549 (WCAG, level AA), with the exceptions below."),
    "none": _("These pages do not comply with EN 301 549 (WCAG, level AA)."),
}
GAPS: Final[dict[str, Promise]] = {
    "non-compliance": _("Does not comply yet"),
    "burden": _("Disproportionate burden"),
    "out_of_scope": _("Not covered by the law"),
}
CONTACTS: Final[dict[str, Promise]] = {
    "team": _("First: the team"),
    "complaints": _("Not satisfied: the complaint service"),
    "ombudsman": _("Still not satisfied: the ombudsman"),
}
LANGUAGES: Final = ("fr", "nl", "en")


@dataclass(frozen=True, slots=True)
class Gap:
    """What is not accessible, why, and what to do instead."""

    reason: Promise
    what: str
    instead: str


@dataclass(frozen=True, slots=True)
class Reachable:
    """One of the three contacts, with everything needed to reach it."""

    role: Promise
    name: str
    site: str
    email: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True)
class Statement:
    """The accessibility statement in the reader's language (model: Implementing Decision (EU) 2018/1523)."""

    prepared_on: dt.date
    audited_on: dt.date
    status: Promise
    method: str
    gaps: list[Gap]
    contacts: list[Reachable]


def accessibility_statement() -> Statement:
    """The statement, from its file. Refuses (BadFile): no such file, no TOML, something left out."""
    path = Path(settings.RELAIS_STATEMENT or SHIPPED)
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        return _read(given, (translation.get_language() or "fr")[:2])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as trouble:
        why = str(trouble)
        raise BadFile(_("The file of the accessibility statement cannot be followed: %(why)s."), why=why) from trouble


def months_old(statement: Statement, today: dt.date) -> int:
    """Whole months since the audit."""
    since = (today.year - statement.audited_on.year) * 12 + today.month - statement.audited_on.month
    return since - (today.day < statement.audited_on.day)


def _read(given: dict[str, Any], language: str) -> Statement:
    language = language if language in LANGUAGES else "fr"
    return Statement(
        prepared_on=given["prepared_on"],
        audited_on=given["audited_on"],
        status=STATUSES[given["status"]],
        method=given["method"][language],
        gaps=[Gap(GAPS[one["reason"]], one["what"][language], one["instead"][language]) for one in given["gaps"]],
        contacts=[
            Reachable(role, one[language], one["site"], one["email"], one["phone"], one["address"])
            for role, one in ((role, given["contacts"][code]) for code, role in CONTACTS.items())
        ],
    )
