"""What somebody fills in about a printer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.errors import Refusal
from labels.commands import PrinterFacts
from labels.forms import RESOLUTIONS, stock_choices
from labels.models import KIND_LABELS, MOST_NUDGE, Printer


class PrinterFactsForm(forms.Form):
    """What a printer speaks, where it is, what lies in it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(KIND_LABELS.items()))
    host = forms.CharField(
        label=_("Address in the network"),
        required=False,
        max_length=100,
        help_text=_("Name or number, such as 10.12.0.41. Leave it empty for a printer at somebody's own computer."),
    )
    port = forms.IntegerField(label=_("Port"), initial=9100, min_value=1, max_value=65535)
    stock = forms.ChoiceField(label=_("Paper that lies in it"), choices=stock_choices)
    dpi = forms.TypedChoiceField(
        label=_("Resolution in dots an inch"), coerce=int, initial=300, choices=[(dpi, dpi) for dpi in RESOLUTIONS]
    )

    def clean(self) -> dict[str, Any]:
        """Say beside the field what is not allowed or cannot be printed."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.facts.refuse()
            except Refusal as refusal:
                self.add_error(str(refusal.facts.get("field", "stock")), str(refusal))
        return cleaned

    @property
    def facts(self) -> PrinterFacts:
        """What was filled in."""
        return PrinterFacts(**{name: self.cleaned_data[name] for name in PrinterFacts.__slots__})


class PrinterForm(PrinterFactsForm):
    """A new printer."""

    field_order = ("name",)
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("As people call it, with its place: Zebra, dock 2.")
    )


class NudgeForm(forms.Form):
    """By how much a printer misses."""

    right = forms.DecimalField(
        label=_("To the right (mm)"),
        min_value=Decimal(-MOST_NUDGE),
        max_value=Decimal(MOST_NUDGE),
        decimal_places=1,
        help_text=_("Negative: to the left."),
    )
    down = forms.DecimalField(
        label=_("Down (mm)"),
        min_value=Decimal(-MOST_NUDGE),
        max_value=Decimal(MOST_NUDGE),
        decimal_places=1,
        help_text=_("Negative: up."),
    )


def facts_of(printer: Printer) -> dict[str, Any]:
    """What the form shows of a printer that is known."""
    return {name: getattr(printer, name) for name in PrinterFacts.__slots__}
