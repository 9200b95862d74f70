"""What an auditor chooses for a report: its period, its language, which devices it is about, and its name."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES
from inventory.devices.queries import departments, locations
from inventory.lifecycle import Status
from inventory.pages.audit_forms import LANGUAGES
from inventory.pages.fields import DayField
from inventory.reports.definitions.commands import LONGEST_NAME
from inventory.reports.filters import PARTS, Filter, read_filter
from inventory.reports.period import FIXED, USUAL, Scope, scope_of

PERIODS = [*((name, one.label) for name, one in USUAL.items()), (FIXED, _("From day to day"))]


class ReportForm(forms.Form):
    """A period and a filter; everything stands in the address, so that it can be kept and sent."""

    period = forms.ChoiceField(label=_("Period"), choices=PERIODS, initial="last_quarter")
    first = DayField(label=_("First day"), required=False, help_text=_("Only for a period from day to day."))
    last = DayField(label=_("Last day"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    kind = forms.MultipleChoiceField(
        label=_("Kind"),
        choices=list(CATEGORIES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    status = forms.MultipleChoiceField(
        label=_("Status at the end of the period"),
        choices=[(status.value, status.label) for status in Status],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    department = forms.MultipleChoiceField(
        label=_("Department"),
        choices=lambda: [(name, name) for name in departments()],
        required=False,
        help_text=_("None chosen: all of them. Several: hold Ctrl while you click."),
        widget=forms.SelectMultiple(attrs={"size": 5}),
    )
    location = forms.MultipleChoiceField(
        label=_("Location"),
        choices=lambda: [(place.code, f"{place.code} – {place}") for place in locations()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    association = forms.CharField(
        label=_("Association"),
        required=False,
        help_text=_("Codes, such as A-2026-00012, with commas between: devices reserved for them or given to them."),
        widget=forms.TextInput(attrs={"class": "serial", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """A period from day to day has both its days."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if cleaned.get("period") == FIXED and not (first and last):
            self.add_error("first", _("Give the first and the last day of the period."))
        elif cleaned.get("period") == FIXED and first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return cleaned

    def wanted(self) -> Filter:
        """The filter that was chosen. Refuses BadInput: an association that there is not."""
        said = {name: self.cleaned_data[name] for name in PARTS if name != "association"}
        return read_filter({**said, "association": self.cleaned_data["association"].upper().replace(",", " ").split()})

    def definition(self) -> dict[str, Any]:
        """Everything but the name, as `define_report` takes it."""
        said = {name: self.cleaned_data[name] for name in ("period", "language")}
        days = {name: self.cleaned_data[name] for name in ("first", "last")} if said["period"] == FIXED else {}
        return {**said, **days, "wanted": self.wanted()}

    def scope(self) -> Scope:
        """What it is about today. Refuses BadInput."""
        said = self.definition()
        first, last = (
            (said["first"], said["last"])
            if said["period"] == FIXED
            else USUAL[str(said["period"])].days(timezone.localdate())
        )
        return scope_of(first, last, said["language"], said["wanted"])


class NameForm(forms.Form):
    """How a report is called."""

    name = forms.CharField(
        label=_("Name"), min_length=3, max_length=LONGEST_NAME, help_text=_("For example: laptops, each quarter.")
    )


def asked_for(
    period: str, language: str, first: dt.date | None, last: dt.date | None, wanted: Filter
) -> dict[str, str | list[str]]:
    """A definition as the form's address says it."""
    days = {"first": str(first), "last": str(last)} if first and last else {}
    return {"period": period, "language": language, **days, **wanted.plain()}
