"""What people fill in to draw up an agreement, to sign it and to cancel it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.pages.fields import PaperField, PastMomentField, ReasonField, SignatureField


class PrepareForm(forms.Form):
    """The language of the agreement; the devices are ticked in the list."""

    language = forms.ChoiceField(
        label=_("Language of the agreement"), choices=[("fr", _("French")), ("nl", _("Dutch"))]
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
