"""What people fill in to register an association and to decide about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.associations.commands import LEGAL_FORMS, read_enterprise_number
from inventory.errors import Refusal
from inventory.pages.fields import choices_of

LANGUAGES = [("fr", _("French")), ("nl", _("Dutch"))]


class RegisterForm(forms.Form):
    """An association: its name and number; e-mail and telephone stay optional."""

    name = forms.CharField(
        label=_("What is the association called?"), max_length=200, help_text=_("As in its statutes.")
    )
    legal_form = forms.ChoiceField(
        label=_("Which kind is it?"), choices=lambda: choices_of(LEGAL_FORMS, _("Choose a legal form"))
    )
    enterprise_number = forms.CharField(
        label=_("Enterprise number"),
        max_length=30,
        required=False,
        help_text=_("Ten digits, for example 0123.456.749. Leave it empty for a de-facto association."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    official_language = forms.ChoiceField(
        label=_("In which language do we write to it?"),
        choices=LANGUAGES,
        widget=forms.RadioSelect,
        help_text=_("Letters and agreements come in this language."),
    )
    street = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    postcode = forms.CharField(
        label=_("Postcode"), max_length=10, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    municipality = forms.CharField(label=_("Municipality"), max_length=100, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Without one, everything is sent by post."))
    telephone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )

    def clean(self) -> dict[str, Any]:
        """Check the enterprise number, where the legal form has one."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("legal_form") not in (None, "de_facto"):
            try:
                cleaned["enterprise_number"] = read_enterprise_number(cleaned.get("enterprise_number", ""))
            except Refusal as refusal:
                self.add_error("enterprise_number", str(refusal))
        return cleaned


class EligibilityForm(forms.Form):
    """May it receive, and why."""

    eligible = forms.TypedChoiceField(
        label=_("May this association receive equipment?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In full sentences: the association reads them, and a court may."),
    )


class MemberForm(forms.Form):
    """A user who will act for the association."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        help_text=_("The person needs an account with the role of association member."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
