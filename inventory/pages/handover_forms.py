"""What people fill in to draw up an agreement, to sign it and to cancel it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.devices.models import Device
from inventory.devices.tags import grouped
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
    """Signed on paper: the scan is as good."""

    field_order = ("association_function", "left_out", "scan", "occurred_at")
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
