"""How the second person signs a change of hands on one phone: drawn, by their PIN, or on paper."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.collection.models import SignedHow
from inventory.collection.signing import Signature, Signer, by_pin, drawn, on_paper
from inventory.errors import Refusal
from inventory.pages.fields import PaperField, SignatureField

WAYS: dict[SignedHow, Promise] = {
    SignedHow.DRAWN: _("With a finger on this screen"),
    SignedHow.PIN: _("With their PIN"),
    SignedHow.PAPER: _("On the printed manifest"),
}


class SecondSignatureForm(forms.Form):
    """Asks for the other person's signature; `signature` gives it once the form is valid."""

    how = forms.ChoiceField(
        label=_("How does the other person sign?"), widget=forms.RadioSelect, initial=SignedHow.DRAWN
    )
    drawn = SignatureField()
    pin = forms.CharField(
        label=_("Their PIN"),
        required=False,
        strip=True,
        max_length=12,
        help_text=_("Six digits that the other person types. You look away."),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    paper = PaperField(
        label=_("Photo or scan of what was signed"),
        required=False,
        help_text=_("It may come later: until then an exception reminds you."),
    )

    # The ways that make sense here; somebody without an account has no PIN.
    ways: tuple[SignedHow, ...] = (SignedHow.DRAWN, SignedHow.PIN, SignedHow.PAPER)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["how"]
        field.choices = [(way.value, WAYS[way]) for way in self.ways]
        if SignedHow.PIN not in self.ways:
            del self.fields["pin"]

    def second_person(self, cleaned: dict[str, Any]) -> Signer | None:
        """Who signs, if they have an account; the form that knows says so."""
        return None

    def second_function(self, cleaned: dict[str, Any]) -> str:
        """What somebody without an account is at the department."""
        return str(cleaned.get("released_function", ""))

    def clean(self) -> dict[str, Any]:
        """One signature, or what is missing of it beside its field. A PIN is only tried when all else is right."""
        cleaned = super().clean() or self.cleaned_data
        how = cleaned.get("how")
        if how == SignedHow.DRAWN and not cleaned.get("drawn") and not cleaned.get("paper"):
            self.add_error("how", _("The signature is missing. Draw it, or add a photo of it."))
        if self.errors:
            return cleaned
        person, function = self.second_person(cleaned), self.second_function(cleaned)
        if how == SignedHow.PIN and person is not None:
            try:
                cleaned["signature"] = by_pin(person, cleaned["pin"])
            except Refusal as refusal:
                self.add_error("pin", str(refusal))
        elif how == SignedHow.DRAWN and cleaned["drawn"]:
            cleaned["signature"] = drawn(cleaned["drawn"], person=person, function=function)
        else:
            cleaned["signature"] = on_paper(person=person, function=function)
        return cleaned

    @property
    def signature(self) -> Signature:
        """The other person's signature, of a valid form."""
        given: Signature = self.cleaned_data["signature"]
        return given
