"""What is filled in about requests of people: who asks what, and what came of it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.associations.facts import CHANNELS
from inventory.pages.fields import PastMomentField
from inventory.privacy.commands import GROUNDS, IDENTITIES, KINDS, OUTCOMES


class SubjectRequestForm(forms.Form):
    """A request, as it came by whatever channel."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=list(KINDS.items()))
    name = forms.CharField(label=_("Who asks"), max_length=150, help_text=_("First name and name."))
    reach = forms.CharField(
        label=_("How the answer reaches them"), max_length=200, help_text=_("A postal address, a number or an e-mail.")
    )
    language = forms.ChoiceField(label=_("Language of the answer"), choices=[("fr", _("French")), ("nl", _("Dutch"))])
    channel = forms.ChoiceField(label=_("How it came"), choices=list(CHANNELS.items()), initial="telephone")
    received_at = PastMomentField(
        label=_("When it came"), help_text=_("Empty means now. On a letter: the date stamp. The month runs from here.")
    )
    identity = forms.ChoiceField(
        label=_("How we know that it is them"),
        choices=[("", _("Not yet known")), *IDENTITIES.items()],
        required=False,
        help_text=_("Never copy an identity card."),
    )


class SearchForm(forms.Form):
    """Another spelling of a name."""

    q = forms.CharField(label=_("Name, address or number"), max_length=150, required=False)


class AnswerForm(forms.Form):
    """What came of a request."""

    outcome = forms.ChoiceField(label=_("What came of it"), choices=list(OUTCOMES.items()))
    ground = forms.ChoiceField(
        label=_("Ground of a refusal, whole or in part"), choices=[("", "–"), *GROUNDS.items()], required=False
    )
    identity = forms.ChoiceField(
        label=_("How we know that it is them"), choices=[("", _("As logged")), *IDENTITIES.items()], required=False
    )


class RectifyForm(forms.Form):
    """The right text."""

    value = forms.CharField(label=_("What should stand there"), max_length=400, required=False)
