"""Which certificates somebody looks for, and how they want them printed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.pages.fields import DayField
from inventory.wiping.queries import CertificateFilter
from inventory.wiping.techniques import CATEGORY_LABELS


class CertificateForm(forms.Form):
    """The filters of the list, as they stand in its address."""

    q = forms.CharField(label=_("Number, serial number or tag"), required=False, max_length=100)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Until"), required=False)
    category = forms.ChoiceField(
        label=_("Category"), choices=[("", _("All")), *CATEGORY_LABELS.items()], required=False
    )
    in_force = forms.BooleanField(label=_("In force only"), required=False)

    def wanted(self) -> CertificateFilter:
        """What the address asks for; a field that makes no sense asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        return CertificateFilter(
            given.get("q", ""),
            given.get("since"),
            given.get("until"),
            given.get("category", ""),
            given.get("in_force", False),
        )


class PaperForm(forms.Form):
    """The language and the copy of papers."""

    language = forms.ChoiceField(label=_("Language"), choices=[("fr", "Français"), ("nl", "Nederlands")])
    audience = forms.ChoiceField(
        label=_("Copy for"), choices=[("city", _("the city")), ("beneficiary", _("the beneficiary, without names"))]
    )
