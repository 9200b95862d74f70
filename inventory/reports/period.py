"""The period of a report: whole days in Brussels, and the language of its readers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone, translation

from inventory.errors import BadInput

LANGUAGES = ("fr", "nl", "en")


@dataclass(frozen=True, slots=True)
class Scope:
    """A period of whole days in Brussels, first and last included, and the language of the readers."""

    first: dt.date
    last: dt.date
    language: str

    @property
    def start(self) -> dt.datetime:
        """The first moment of the period."""
        return timezone.make_aware(dt.datetime.combine(self.first, dt.time()))

    @property
    def end(self) -> dt.datetime:
        """The first moment after the period."""
        return timezone.make_aware(dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time()))


def scope_of(first: dt.date, last: dt.date, language: str = "fr") -> Scope:
    """A checked period. Refuses (BadInput) days that make no period, a language that is not fr, nl or en."""
    if last < first:
        raise BadInput(translation.gettext_lazy("The last day lies before the first."), field="last")
    if not 1990 <= first.year <= last.year < 2100:
        raise BadInput(translation.gettext_lazy("Choose a period between 1990 and 2099."), field="first")
    if language not in LANGUAGES:
        raise BadInput(translation.gettext_lazy("Choose French, Dutch or English."), field="language")
    return Scope(first, last, language)
