"""How long records are kept: read from the archivist's file, and refused with the line where it makes no sense.

The file: `inventory/privacy/retention.toml`, or the one that `RELAIS_RETENTION` names (R-5.4).
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from inventory.errors import BadFile

SHIPPED: Final = Path(__file__).resolve().parent / "retention.toml"
FATES: Final[dict[str, Promise]] = {
    "keep": _("kept for good"),
    "sample": _("one of ten is kept"),
    "destroy": _("destroyed"),
}
TRIGGERS: Final[dict[str, Promise]] = {
    "created": _("it was made"),
    "closed": _("the file was closed"),
    "replaced": _("it was replaced"),
    "last_use": _("it was last used"),
}
# What the shipped file holds in the place of a reference that the archivist has still to give.
PLACEHOLDER: Final = "à compléter / in te vullen"
_KEYS = {"fr", "nl", "en", "table", "years", "days", "trigger", "fate", "archival"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One class of records: what it is (by language), how many days it is kept from its trigger, its final fate."""

    code: str
    names: dict[str, str]
    table: str
    years: int
    days: int
    trigger: str
    fate: str
    archival: bool

    def name(self, language: str) -> str:
        """What it is, in a language (`fr`, `nl` or `en`)."""
        return self.names.get(language, self.names["en"])

    @property
    def frozen(self) -> dict[str, str | int | bool]:
        """What a decision to destroy rests on, as plain values that can be kept and hashed; not how it is called."""
        return {
            "code": self.code,
            "table": self.table,
            "years": self.years,
            "days": self.days,
            "trigger": self.trigger,
            "fate": self.fate,
            "archival": self.archival,
        }

    @property
    def referenced(self) -> bool:
        """Whether the archivist has given the reference of the sorting table."""
        return bool(self.table) and self.table.casefold() not in {PLACEHOLDER, *PLACEHOLDER.split(" / ")}

    def over_before(self, today: dt.date) -> dt.date:
        """The day before which a record was closed whose term is over today: the same day so many years ago."""
        if self.days:
            return today - dt.timedelta(days=self.days)
        last = 28 if (today.month, today.day) == (2, 29) else today.day
        return today.replace(year=max(today.year - self.years, 1), day=last)

    @property
    def term(self) -> str:
        """How long and from when, in the reader's language."""
        if self.years:
            span = ngettext("%(years)s year", "%(years)s years", self.years) % {"years": self.years}
        else:
            span = ngettext("%(days)s day", "%(days)s days", self.days) % {"days": self.days}
        return str(_("%(span)s after %(trigger)s, then %(fate)s")) % {
            "span": span,
            "trigger": TRIGGERS[self.trigger],
            "fate": FATES[self.fate],
        }


def rules() -> dict[str, Rule]:
    """Every rule in use, by its code. Refuses (BadFile) a file that cannot be followed, with the line."""
    path = Path(settings.RELAIS_RETENTION or SHIPPED)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        raise BadFile(_("The file of retention rules cannot be read: %(path)s."), path=path.name) from trouble
    return read_rules(text)


def read_rules(text: str) -> dict[str, Rule]:
    """The rules in a text. Refuses (BadFile): no TOML, a class missing or unknown, a value without meaning."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as trouble:
        found = re.search(r"line (\d+)", str(trouble))
        _refuse(int(found[1]) if found else text.count("\n") + 1, _("this is not TOML"))
    known = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    for code in given:
        if code not in known:
            _refuse(_line(text, code), _("there is no such class of records"))
    for code in known:
        if code not in given:
            _refuse(text.count("\n") + 1, _("a class of records is missing: %(what)s"), what=code)
    return {code: _rule(code, values, text) for code, values in given.items()}


def _rule(code: str, values: Any, text: str) -> Rule:
    if not isinstance(values, dict):
        _refuse(_line(text, code), _("there is no such class of records"))
    for key in values:
        if key not in _KEYS:
            _refuse(_line(text, code, key), _("there is no such setting: %(what)s"), what=key)
    for key in ("fr", "nl", "en", "table"):
        least = 0 if key == "table" else 1
        if not isinstance(values.get(key), str) or len(values[key].strip()) < least:
            _refuse(_line(text, code, key), _("a text is missing: %(what)s"), what=key)
    spans = {key: values[key] for key in ("years", "days") if key in values}
    if len(spans) != 1:
        _refuse(_line(text, code), _("give either years or days"))
    for key, span in spans.items():
        if type(span) is not int or not 1 <= span <= 1000:
            _refuse(_line(text, code, key), _("a whole number from 1 to 1000 is needed: %(what)s"), what=key)
    for key, choices in (("trigger", TRIGGERS), ("fate", FATES)):
        if values.get(key) not in choices:
            _refuse(_line(text, code, key), _("choose one of: %(what)s"), what=", ".join(choices))
    if type(values.get("archival")) is not bool:
        _refuse(_line(text, code, "archival"), _("true or false is needed: %(what)s"), what="archival")
    if values["archival"] and not values["table"].strip():
        _refuse(_line(text, code, "table"), _("archives need the reference of their sorting table"))
    names = {language: values[language] for language in ("fr", "nl", "en")}
    return Rule(
        code=code,
        names=names,
        table=values["table"].strip(),
        years=spans.get("years", 0),
        days=spans.get("days", 0),
        trigger=values["trigger"],
        fate=values["fate"],
        archival=values["archival"],
    )


def _line(text: str, code: str, key: str = "") -> int:
    """The line of a key, or of its class where the key is missing; counted from 1."""
    place, within = 1, False
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            within = bare.partition("#")[0].strip() == f"[{code}]"
            place = number if within else place
            continue
        # A value outside of any class is named like a class.
        wanted = key if within else code
        if wanted and re.match(rf"{re.escape(wanted)}\s*=", bare):
            return number
    return place


def _refuse(line: int, why: Promise, **facts: str) -> NoReturn:
    said = str(why) % facts if facts else str(why)
    raise BadFile(_("The file of retention rules, line %(line)s: %(why)s."), line=line, why=said)
