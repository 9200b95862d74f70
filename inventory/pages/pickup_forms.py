"""What a department fills in to ask for a pickup, by its link or through a clerk; numbered as on the paper form."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.collection.pickup_models import PickupChannel
from inventory.collection.pickups import MOST_DAYS, MOST_PIECES, Asked
from inventory.devices.categories import CATEGORIES
from inventory.pages.fields import DayField, PastMomentField, ReasonField


class LinkedPickupForm(forms.Form):
    """What a department says through its link: where, whom to ask for, about how many of what, and which days."""

    place = forms.CharField(
        label=_("Where do the devices stand?"),
        max_length=200,
        help_text=_("Street, number, floor, room."),
    )
    access = forms.CharField(
        label=_("How do we get there?"),
        max_length=300,
        required=False,
        help_text=_("A lift, a loading bay, opening hours, a door code to ring for."),
    )
    contact_function = forms.CharField(
        label=_("Whom does the driver ask for?"),
        max_length=100,
        help_text=_("A function, no name. For example: reception, head of logistics."),
    )
    contact_phone = forms.CharField(
        label=_("Telephone of the service"),
        max_length=40,
        required=False,
        help_text=_("A number of the service rather than of a person."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    earliest_on = DayField(label=_("From which day?"))
    latest_on = DayField(
        label=_("Until which day?"), required=False, help_text=_("Leave it empty if it is not urgent.")
    )
    form_mark = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind, label in CATEGORIES.items():
            self.fields[f"of_{kind}"] = forms.IntegerField(
                label=label,  # type: ignore[arg-type]  # lazily translated
                required=False,
                min_value=0,
                max_value=MOST_PIECES,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @property
    def counts(self) -> list[Any]:
        """The fields of the third question, one a kind of device."""
        return [self[f"of_{kind}"] for kind in CATEGORIES]

    def clean(self) -> dict[str, Any]:
        """Something must be there to fetch, and the days follow each other."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(f"of_{kind}") for kind in CATEGORIES):
            self.add_error("of_laptop", _("Say about how many devices there are, of at least one kind."))
        first, last = cleaned.get("earliest_on"), cleaned.get("latest_on")
        if first and last and last < first:
            self.add_error("latest_on", _("The last possible day comes before the first."))
        return cleaned

    def asked(self, department: str) -> Asked:
        """What was asked, of a valid form."""
        said = self.cleaned_data
        return Asked(
            department=department,
            place=said["place"],
            contact_function=said["contact_function"],
            contact_phone=said["contact_phone"],
            access=said["access"],
            quantities={kind: said[f"of_{kind}"] or 0 for kind in CATEGORIES},
            earliest_on=said["earliest_on"],
            latest_on=said["latest_on"],
        )


class ClerkPickupForm(LinkedPickupForm):
    """The same through a clerk: for which department, how it reached us, and when."""

    department = forms.CharField(
        label=_("Department"), max_length=150, help_text=_("Which department gives the devices, for example: Urbanism.")
    )
    channel = forms.ChoiceField(
        label=_("How did it reach us?"),
        choices=[(one.value, one.label) for one in PickupChannel if one is not PickupChannel.LINK],
        widget=forms.RadioSelect,
    )
    received_at = PastMomentField(
        label=_("When did it reach us?"), help_text=_("The date stamp. Leave it empty for now.")
    )


class InviteForm(forms.Form):
    """For whom a link is, and until when."""

    department = forms.CharField(label=_("Department"), max_length=150)
    valid_until = DayField(
        label=_("The link opens until"), initial=lambda: timezone.localdate() + dt.timedelta(days=180)
    )

    def clean_valid_until(self) -> dt.date:
        """From today to a year from now."""
        day: dt.date = self.cleaned_data["valid_until"]
        today = timezone.localdate()
        if not today <= day <= today + dt.timedelta(days=MOST_DAYS):
            raise forms.ValidationError(_("Choose a day from today to a year from now."))
        return day


class DeclineForm(forms.Form):
    """Why a pickup is declined."""

    reason = ReasonField("no_longer_needed", "mistake", "other")


class VehicleForm(forms.Form):
    """A vehicle of the city."""

    code = forms.CharField(label=_("Short name"), max_length=20, help_text=_("For example its number plate."))
    name = forms.CharField(label=_("What it is"), max_length=100, required=False)
    capacity = forms.IntegerField(
        label=_("How many devices it takes"),
        required=False,
        min_value=1,
        max_value=10_000,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
