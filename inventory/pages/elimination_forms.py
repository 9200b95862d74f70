"""What is filled in about elimination lists: the archivist's number, that it is meant, why it is given up, a hold."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.pages.fields import DayField
from inventory.privacy.dossiers import HOLDS, KINDS
from inventory.privacy.eliminations import WHY_WITHDRAWN


class AuthorisationForm(forms.Form):
    """What stands on the State Archivist's letter."""

    authorisation = forms.CharField(
        label=_("Number of the authorisation"),
        max_length=40,
        help_text=_("As it stands on the letter: it never changes."),
    )
    on = DayField(label=_("Day of the authorisation"))


class CarryOutForm(forms.Form):
    """That it is meant: nothing brings it back."""

    sure = forms.BooleanField(label=_("I have compared the list with the authorisation. What it names is destroyed."))


class WithdrawForm(forms.Form):
    """Why the list is given up."""

    why = forms.ChoiceField(label=_("Why"), choices=list(WHY_WITHDRAWN.items()))


class HoldForm(forms.Form):
    """Which record may not be destroyed for now, and why."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    key = forms.CharField(label=_("Number"), max_length=20, help_text=_("For example R-2014-00012."))
    why = forms.ChoiceField(label=_("Why"), choices=list(HOLDS.items()))
