"""What a text of the agreement still lacks before it may hold, and what it says differently from another."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as told
from django.utils.translation import gettext_lazy as _

from inventory.handover.wording import CLAUSES, LANGUAGES, PLACEHOLDERS, AgreementText

# What each clause has to settle, in its order (standards §4.2), and the facts without which it says nothing.
SUBJECTS: Final[tuple[tuple[Promise, tuple[str, ...]], ...]] = (
    (_("Parties"), ("association", "form", "enterprise", "seat")),
    (_("Object: the devices and their value"), ("count", "total", "requests", "decisions")),
    (_("Purpose"), ("purposes",)),
    (_("Free of charge"), ()),
    (_("Transfer of ownership and risk; refusal on the spot"), ()),
    (_("No resale, no lease for profit; passing on to people"), ("end_users",)),
    (_("Use in Belgium"), ()),
    (_("As is; exchange of what does not work on arrival"), ("exchange_days",)),
    (_("Sanitisation; residual data are reported"), ("certificates",)),
    (_("Software and licences"), ()),
    (_("Safety, chargers, batteries"), ()),
    (_("Liability"), ()),
    (_("Label, loss and theft"), ()),
    (_("End of life"), ()),
    (_("Register, report of use, control"), ("report_months",)),
    (_("Misuse"), ()),
    (_("Transparency"), ()),
    (_("Personal data"), ()),
    (_("Dissolution"), ()),
    (_("Language, remedies, applicable law"), ()),
    (_("Paper and electronic"), ()),
    (_("Annexes"), ()),
)
OPTIONS: Final[dict[str, Promise]] = {
    "free": _("They may be passed on for good, free of charge"),
    "loan": _("They may only be lent, free of charge"),
}
MOST_DAYS: Final = 365
MOST_MONTHS: Final = 60
_NAMES: Final[dict[str, Promise]] = {"fr": _("in French"), "nl": _("in Dutch")}
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Compared:
    """A clause beside the one in force: by language the pieces of its title and text, each `same`, `out` or `in`."""

    number: int
    subject: Promise
    changed: bool
    pieces: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]]]]
    faults: list[str]


def faults(text: AgreementText) -> list[str]:
    """Everything that keeps a text from being put in force, in the reader's language; none for a whole one."""
    found = [fault for number in range(1, CLAUSES + 1) for fault in clause_faults(text, number)]
    for option, label in OPTIONS.items():
        for tongue in LANGUAGES:
            words = text.end_users.get(option, {}).get(tongue, "")
            if not words.strip():
                facts = {"option": label, "language": _NAMES[tongue]}
                found.append(told("The words for “%(option)s” are missing %(language)s.") % facts)
            elif "{" in words or "}" in words:
                found.append(told("The words for “%(option)s” cannot have braces.") % {"option": label})
    if not 1 <= text.exchange_days <= MOST_DAYS:
        found.append(told("The days for an exchange are between 1 and %(most)s.") % {"most": MOST_DAYS})
    if not 1 <= text.report_months <= MOST_MONTHS:
        found.append(told("The months until the report of use are between 1 and %(most)s.") % {"most": MOST_MONTHS})
    return found


def clause_faults(text: AgreementText, number: int) -> list[str]:
    """The same for one clause, counted from 1."""
    found, (subject, needed) = [], SUBJECTS[number - 1]
    for tongue in LANGUAGES:
        title, words = text.clauses[tongue][number - 1]
        facts = {"number": number, "subject": subject, "language": _NAMES[tongue]}
        if not title.strip() or len(words.strip()) < 10:
            found.append(told("Clause %(number)s (%(subject)s) is missing %(language)s.") % facts)
            continue
        used = _BRACES.findall(words)
        for name in dict.fromkeys(used):
            if name not in PLACEHOLDERS:
                unknown = facts | {"name": name}
                found.append(told("Clause %(number)s %(language)s: nothing is known as {%(name)s}.") % unknown)
        if any(sign in title + _BRACES.sub("", words) for sign in "{}"):
            found.append(told("Clause %(number)s %(language)s has a brace that stands alone.") % facts)
        for name in needed:
            if name not in used:
                lacking = facts | {"name": name}
                found.append(told("Clause %(number)s %(language)s does not use {%(name)s}.") % lacking)
    return found


def compared(text: AgreementText, before: AgreementText) -> list[Compared]:
    """Clause by clause, what a text says differently from the one before."""
    return [_clause(text, before, number) for number in range(1, CLAUSES + 1)]


def _clause(text: AgreementText, before: AgreementText, number: int) -> Compared:
    pieces, changed = {}, False
    for tongue in LANGUAGES:
        new, old = text.clauses[tongue][number - 1], before.clauses[tongue][number - 1]
        changed = changed or new != old
        pieces[tongue] = (list(_pieces(old[0], new[0])), list(_pieces(old[1], new[1])))
    return Compared(number, SUBJECTS[number - 1][0], changed, pieces, clause_faults(text, number))


def _pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    was, now = re.findall(r"\s+|\S+", old), re.findall(r"\s+|\S+", new)
    for act, from_old, to_old, from_new, to_new in difflib.SequenceMatcher(None, was, now, False).get_opcodes():
        if act == "equal":
            yield "same", "".join(now[from_new:to_new])
            continue
        if to_old > from_old:
            yield "out", "".join(was[from_old:to_old])
        if to_new > from_new:
            yield "in", "".join(now[from_new:to_new])
