"""What an auditor fills in to freeze a population and to draw from it."""

from __future__ import annotations

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.pages.audit_forms import PeriodForm
from inventory.reports.samples.populations import POPULATIONS

METHODS: dict[str, Promise] = {
    "attribute": _("Each thing with the same chance (attribute sampling)"),
    "amount": _("Each unit with the same chance (monetary-unit sampling)"),
}
RESULTS: dict[str, Promise] = {
    "right": _("Right"),
    "wrong": _("Wrong"),
    "not_examined": _("Could not be examined"),
}


class FreezeForm(PeriodForm):
    """What is sampled, from which period, how surely, and how many errors may be tolerated."""

    population = forms.ChoiceField(
        label=_("What is sampled"), choices=[(name, one.label) for name, one in POPULATIONS.items()]
    )
    method = forms.ChoiceField(label=_("How it is drawn"), choices=list(METHODS.items()), initial="attribute")
    confidence = forms.IntegerField(label=_("Confidence (%)"), min_value=50, max_value=99, initial=95)
    tolerable = forms.IntegerField(
        label=_("Tolerable errors (‰)"), min_value=1, max_value=500, initial=50, help_text=_("50 ‰ are 5 in a hundred.")
    )
    field_order = ("population", "first", "last", "method", "confidence", "tolerable")


class SeedForm(forms.Form):
    """The seed of a draw."""

    seed = forms.CharField(
        label=_("Seed"),
        min_length=6,
        max_length=100,
        help_text=_(
            "A number that nobody knew when the population was frozen: tonight's lottery, or dice that you throw."
        ),
    )
