"""What people fill in to register an association and to decide about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.associations.confirming import STATUSES
from inventory.associations.facts import (
    CHANNELS,
    EPN_LABELS,
    LEGAL_FORMS,
    MOST_PEOPLE,
    PUBLICS,
    UI_LANGUAGES,
    read_enterprise_number,
)
from inventory.associations.models import Association
from inventory.associations.municipalities import ROWS
from inventory.associations.register import CLUSTER_KINDS
from inventory.errors import Refusal
from inventory.pages.fields import DayField, PaperField, choices_of


class ConfirmForm(forms.Form):
    """What the Crossroads Bank said of its number."""

    standing = forms.ChoiceField(
        label=_("What does the Crossroads Bank say?"), choices=choices_of(STATUSES), widget=forms.RadioSelect
    )
    checked_on = DayField(label=_("Looked up on"))
    reference = forms.CharField(
        label=_("Reference of the look-up"),
        max_length=200,
        help_text=_("The number of the extract, or the address of the page."),
    )
    evidence = PaperField(label=_("The extract, if you keep it"), required=False)


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
    ui_language = forms.ChoiceField(
        label=_("In which language do we speak to it?"),
        required=False,
        choices=lambda: choices_of(UI_LANGUAGES, _("The same language")),
        help_text=_("On the telephone and at the counter. English is a courtesy."),
    )
    street = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    postcode = forms.CharField(
        label=_("Postcode"), max_length=10, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    municipality = forms.CharField(label=_("Town, as in the address"), max_length=100, required=False)
    nis_code = forms.ChoiceField(
        label=_("Municipality of the seat"),
        required=False,
        choices=lambda: [
            ("", _("Outside Brussels, or not known yet")),
            *((row.nis, row.fr if row.fr == row.nl else f"{row.fr} / {row.nl}") for row in ROWS),
        ],
        help_text=_("Ask, or look at a map: parts of 1040 and 1050 belong to the City. A postcode decides nothing."),
    )
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Without one, everything is sent by post."))
    telephone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    preferred_channel = forms.ChoiceField(
        label=_("How does it like to hear from us?"),
        required=False,
        choices=lambda: choices_of(CHANNELS, _("No preference")),
        help_text=_("Telephone: we call, also to read out letters."),
    )
    large_print = forms.BooleanField(label=_("Letters and forms in large print"), required=False)
    epn_label = forms.ChoiceField(
        label=_("Label of the Region"), required=False, choices=lambda: choices_of(EPN_LABELS), initial="none"
    )
    epn_since = DayField(label=_("Label since"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for public, label in PUBLICS.items():
            name: Any = label
            self.fields[f"public_{public}"] = forms.IntegerField(
                label=name,
                required=False,
                min_value=0,
                max_value=MOST_PEOPLE,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @staticmethod
    def known(association: Association) -> dict[str, Any]:
        """What the register says, to begin a correction with."""
        plain = {name: getattr(association, name) for name in RegisterForm.base_fields}
        return {**plain, **{f"public_{public}": count for public, count in association.publics.items()}}

    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        names = [*RegisterForm.base_fields]
        cuts = [names.index(first) for first in ("street", "email", "epn_label")]
        bounds = [0, *cuts, len(names)]
        titles = (_("Who it is"), _("Where it is"), _("How we reach it"), _("Recognition"))
        parts: list[tuple[Any, list[forms.BoundField]]] = [
            (title, [self[name] for name in names[bounds[place] : bounds[place + 1]]])
            for place, title in enumerate(titles)
        ]
        people = [self[f"public_{public}"] for public in PUBLICS]
        return [*parts, (_("Whom it serves: about how many people a year"), people)]

    def clean(self) -> dict[str, Any]:
        """Check the enterprise number, where the legal form has one; gather the counts of publics."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("legal_form") not in (None, "de_facto"):
            try:
                cleaned["enterprise_number"] = read_enterprise_number(cleaned.get("enterprise_number", ""))
            except Refusal as refusal:
                self.add_error("enterprise_number", str(refusal))
        counts = {public: cleaned.pop(f"public_{public}", None) for public in PUBLICS}
        cleaned["publics"] = {public: count for public, count in counts.items() if count}
        cleaned["epn_label"] = cleaned.get("epn_label") or "none"
        return cleaned


class ContactForm(forms.Form):
    """A person whom we may ask; e-mail and mobile stay optional."""

    name = forms.CharField(label=_("Name of the person"), max_length=150)
    function = forms.CharField(label=_("Function"), max_length=100, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    mobile = forms.CharField(
        label=_("Mobile telephone"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )


class ClusterForm(forms.Form):
    """Which other association, why they belong together, and how we know."""

    other = forms.CharField(
        label=_("The other association"), max_length=200, help_text=_("Its code, enterprise number or name.")
    )
    kind = forms.ChoiceField(label=_("Why do they belong together?"), choices=lambda: choices_of(CLUSTER_KINDS, "–"))
    reason = forms.CharField(
        label=_("How do we know?"),
        min_length=10,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In a sentence. Together they have the points and the history of one."),
    )


class LeaveClusterForm(forms.Form):
    """Why an association does not belong to its cluster any more."""

    reason = forms.CharField(
        label=_("Why does it stand alone?"), min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


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
