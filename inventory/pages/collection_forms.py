"""What people fill in to plan a collection, take devices and receive them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.queries import locations
from inventory.devices.tags import read_tag
from inventory.errors import Refusal
from inventory.pages.fields import DayField, PaperField, PastMomentField, TagsField


def location_choices() -> list[tuple[str, str | Promise]]:
    """Every location of the city, by code."""
    return [("", _("Choose a place")), *((one.code, f"{one.code} – {one}") for one in locations())]


class PlanForm(forms.Form):
    """From whom, where, when, to which warehouse, and which devices."""

    department = forms.CharField(
        label=_("Department"), max_length=150, help_text=_("Which department gives the devices, for example: Urbanism.")
    )
    place = forms.CharField(
        label=_("Where they stand"),
        max_length=200,
        required=False,
        help_text=_("Street, number, floor, and whom to ring for."),
    )
    planned_on = DayField(label=_("Day"))
    destination = forms.ChoiceField(label=_("Warehouse they go to"), choices=location_choices)
    all_declared = forms.BooleanField(
        label=_("Expect every declared device of this department"),
        required=False,
        help_text=_("Those that no other planned collection expects."),
    )
    tags = TagsField(
        label=_("Tags of devices"),
        required=False,
        help_text=_("One a line, if you know them. More can be added until the driver leaves."),
    )


class ExpectForm(forms.Form):
    """More devices for a planned collection."""

    tags = TagsField(label=_("Tags of devices"))


class PickUpForm(forms.Form):
    """What the driver takes, and who lets it go."""

    tags = TagsField(label=_("What you take"))
    released_function = forms.CharField(
        label=_("Function of the person who releases them"),
        max_length=100,
        help_text=_("No name: it stands on the signed paper. For example: head of logistics."),
    )
    place = forms.CharField(label=_("Place"), max_length=200)
    seal = forms.CharField(
        label=_("Seal number"), max_length=60, required=False, help_text=_("If the load or the crate is sealed.")
    )
    occurred_at = PastMomentField()
    paper = PaperField(
        label=_("Signed paper"), required=False, help_text=_("A photo or scan of the manifest that both signed.")
    )


class DeliverForm(forms.Form):
    """What arrives, and the driver who brings it."""

    tags = TagsField(label=_("What arrives"))
    released_by = forms.TypedChoiceField(
        label=_("Driver"), help_text=_("Two people sign: the driver releases, you receive.")
    )
    seal = forms.CharField(
        label=_("Seal number"), max_length=60, required=False, help_text=_("As you found it, before you broke it.")
    )
    occurred_at = PastMomentField()
    paper = PaperField(
        label=_("Signed paper"), required=False, help_text=_("A photo or scan of the manifest that both signed.")
    )

    def __init__(self, drivers: list[Any], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = {person.get_username(): person for person in drivers}
        named = [(name, person.get_full_name() or name) for name, person in people.items()]
        field: Any = self.fields["released_by"]
        field.choices = [("", _("Choose the driver")), *named]
        field.coerce = people.__getitem__


class LateForm(forms.Form):
    """One device that turned up after the delivery."""

    tag = forms.CharField(
        label=_("Tag"),
        widget=forms.TextInput(
            attrs={"class": "tag", "autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def clean_tag(self) -> str:
        """The tag as nine symbols."""
        try:
            return read_tag(self.cleaned_data["tag"])
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
