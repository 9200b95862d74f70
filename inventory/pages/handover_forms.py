"""What people fill in to draw up an agreement, to sign it and to cancel it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.collection.signing import by_pin
from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.errors import Refusal
from inventory.handover.valuing import METHODS, MOST_EURO
from inventory.pages.fields import (
    DayField,
    PaperField,
    PastMomentField,
    ReasonField,
    SignatureField,
    choices_of,
)


class EuroField(forms.DecimalField):
    """An amount in euro; cleaned to cents."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=MOST_EURO, decimal_places=2, **options)

    def clean(self, value: Any) -> Any:
        """The cents."""
        return int(super().clean(value) * 100)


class PrepareForm(forms.Form):
    """The language of the agreement; the devices are ticked in the list."""

    language = forms.ChoiceField(
        label=_("Language of the agreement"), choices=[("fr", _("French")), ("nl", _("Dutch"))]
    )
    end_users = forms.ChoiceField(
        label=_("May the association pass devices on?"),
        choices=[("free", _("Yes, for good and free of charge")), ("loan", _("No, only lend them free of charge"))],
        help_text=_("Clause 6 of the agreement says it."),
    )


class ValueForm(forms.Form):
    """What the ticked devices are worth, and on whose word."""

    cents = EuroField(label=_("Value of each device (€)"))
    method = forms.ChoiceField(label=_("Method"), choices=choices_of(METHODS))
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("For example: account 24-1107, or the report of the expert with its number."),
    )
    dated = DayField(label=_("Day of the source"))
    reason = forms.CharField(
        label=_("Why is it worth nothing?"), max_length=200, required=False, help_text=_("Only for a value of zero.")
    )


class SignForm(forms.Form):
    """What both ways of signing ask: who signs for the association, what stays here, and when."""

    association_function = forms.CharField(
        label=_("Function of the person who signs for the association"),
        max_length=100,
        help_text=_("No name: it stands on the paper. For example: chairperson, treasurer, coordinator."),
    )
    left_out = forms.MultipleChoiceField(
        label=_("Devices that stay here"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what the association does not take after all. It stays reserved."),
    )
    occurred_at = PastMomentField(label=_("When it was signed"))

    def __init__(self, devices: list[Device], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["left_out"]
        field.choices = [(one.tag, f"{grouped(one.tag)} {one.title}".strip()) for one in devices]

    def clean_left_out(self) -> list[str]:
        """Something must leave."""
        chosen: list[str] = self.cleaned_data["left_out"]
        field: Any = self.fields["left_out"]
        if chosen and len(chosen) == len(field.choices):
            raise forms.ValidationError(_("Everything stays here: cancel the agreement instead."))
        return chosen


class ScreenSignForm(SignForm):
    """The signature is drawn; without JavaScript, a photo of it is sent."""

    field_order = ("association_function", "left_out", "drawn", "scan", "occurred_at")
    drawn = SignatureField()
    scan = PaperField(
        label=_("Photo of the signature"),
        required=False,
        help_text=_("When it cannot be drawn here: let the person sign on a sheet and take a photo."),
    )

    def clean(self) -> dict[str, Any]:
        """Drawn or photographed, one of both."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("drawn") and not cleaned.get("scan") and "drawn" not in self.errors:
            self.add_error("scan", _("The signature is missing. Draw it, or add a photo of it."))
        return cleaned


class PaperSignForm(SignForm):
    """Signed on paper: the scan is as good, and may come later."""

    field_order = ("association_function", "left_out", "scan", "scan_later", "occurred_at")
    scan = PaperField(
        label=_("Scan of the signed agreement"),
        required=False,
        help_text=_("A PDF, or a photo on which both signatures can be read."),
    )
    scan_later = forms.BooleanField(
        label=_("The paper lies before me, and is scanned within a week"),
        required=False,
        help_text=_("For when power or network was down. Until the scan is there, the board reminds you."),
    )

    def clean(self) -> dict[str, Any]:
        """The scan, or the promise of it."""
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("scan") and not cleaned.get("scan_later") and "scan" not in self.errors:
            self.add_error("scan", _("Add the scan, or say that it comes later."))
        return cleaned


class PinSignForm(SignForm):
    """A member of the association signs with their PIN."""

    field_order = ("association_function", "left_out", "signatory", "pin", "occurred_at")
    signatory = forms.ChoiceField(label=_("Who signs for the association?"))
    pin = forms.CharField(
        label=_("Their PIN"),
        max_length=12,
        help_text=_("Six digits that the other person types. You look away."),
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, devices: list[Device], *args: Any, members: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(devices, *args, **options)
        self.members = {person.get_username(): person for person in members}
        field: Any = self.fields["signatory"]
        field.choices = [(name, person.get_full_name() or name) for name, person in self.members.items()]

    def clean(self) -> dict[str, Any]:
        """The PIN is only tried when all else is right."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            cleaned["signature"] = by_pin(self.members[cleaned["signatory"]], cleaned["pin"])
        except Refusal as refusal:
            self.add_error("pin", str(refusal))
        return cleaned


class ScanForm(forms.Form):
    """The scan of an agreement that was signed on paper, after the hand-over."""

    scan = PaperField(
        label=_("Scan of the signed agreement"), help_text=_("A PDF, or a photo on which both signatures can be read.")
    )


class CancelForm(forms.Form):
    """Why an agreement is not signed after all."""

    reason = ReasonField(
        "not_collected",
        "request_withdrawn",
        "wrong_device",
        "no_longer_needed",
        "association_closed",
        "mistake",
        "other",
    )
