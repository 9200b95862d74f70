"""The period an auditor exports, and the periods that are asked for most."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from inventory.pages.fields import DayField
from inventory.reports.period import USUAL

LANGUAGES = [("fr", _("French")), ("nl", _("Dutch")), ("en", _("English"))]


class PeriodForm(forms.Form):
    """Whole days, first and last included."""

    first = DayField(label=_("First day"))
    last = DayField(label=_("Last day"))

    def clean(self) -> dict[str, Any]:
        """The last day does not lie before the first."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return cleaned


class WorkbookForm(PeriodForm):
    """A period, and the language of the sheets."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    form = forms.ChoiceField(
        label=_("As"),
        choices=[
            ("xlsx", _("Excel workbook")),
            ("csv", _("Movements as CSV, for audit tools")),
            ("schema", _("What the columns of that CSV hold (JSON)")),
        ],
        required=False,
    )


class CheckForm(forms.Form):
    """A workbook that somebody holds."""

    file = forms.FileField(label=_("Workbook"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual period: its name and the rest of the workbook's address."""

    label: Promise
    query: str


def presets(today: dt.date, language: str) -> list[Preset]:
    """This month and this year so far, and the last whole quarter."""
    found = []
    for name in ("this_month", "last_quarter", "this_year"):
        first, last = USUAL[name].days(today)
        query = urlencode({"first": str(first), "last": str(last), "language": language})
        found.append(Preset(USUAL[name].label, query))
    return found
