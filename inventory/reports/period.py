"""What a report is about: whole days in Brussels, the language of its readers, and what it leaves out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.errors import BadInput
from inventory.reports.filters import EVERYTHING, Filter

LANGUAGES = ("fr", "nl", "en")


@dataclass(frozen=True, slots=True)
class Scope:
    """A period of whole days in Brussels, first and last included, the language of the readers, and a filter."""

    first: dt.date
    last: dt.date
    language: str
    filter: Filter = EVERYTHING
    # Number, version and name of the saved definition it comes from.
    report: str = ""

    @property
    def start(self) -> dt.datetime:
        """The first moment of the period."""
        return timezone.make_aware(dt.datetime.combine(self.first, dt.time()))

    @property
    def end(self) -> dt.datetime:
        """The first moment after the period."""
        return timezone.make_aware(dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time()))


def scope_of(
    first: dt.date, last: dt.date, language: str = "fr", wanted: Filter = EVERYTHING, report: str = ""
) -> Scope:
    """A checked period. Refuses (BadInput) days that make no period, a language that is not fr, nl or en."""
    if last < first:
        raise BadInput(translation.gettext_lazy("The last day lies before the first."), field="last")
    if not 1990 <= first.year <= last.year < 2100:
        raise BadInput(translation.gettext_lazy("Choose a period between 1990 and 2099."), field="first")
    if language not in LANGUAGES:
        raise BadInput(translation.gettext_lazy("Choose French, Dutch or English."), field="language")
    return Scope(first, last, language, wanted, report)


def in_language(language: str, coming: Iterator[bytes]) -> Iterator[bytes]:
    """Pieces of a file, each made in a language: between two of them others work on this thread in theirs."""
    while True:
        with translation.override(language):
            piece = next(coming, None)
        if piece is None:
            return
        yield piece


Days = tuple[dt.date, dt.date]


@dataclass(frozen=True, slots=True)
class Usual:
    """A period that moves along with the calendar: its name, and its first and last day as seen from a day."""

    label: Promise
    days: Callable[[dt.date], Days]


def _month(today: dt.date) -> Days:
    last = today.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last


def _quarter(today: dt.date) -> Days:
    last = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1) - dt.timedelta(days=1)
    return last.replace(month=last.month - 2, day=1), last


def _year(today: dt.date) -> Days:
    return dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31)


# Whole periods that are over come first: they are the same whenever they are asked for.
USUAL: Final[dict[str, Usual]] = {
    "last_month": Usual(_("Last month"), _month),
    "last_quarter": Usual(_("Last quarter"), _quarter),
    "last_year": Usual(_("Last year"), _year),
    "this_month": Usual(_("This month"), lambda today: (today.replace(day=1), today)),
    "this_year": Usual(_("This year"), lambda today: (today.replace(month=1, day=1), today)),
}
# Two days that somebody chose.
FIXED: Final = "fixed"
