"""What people fill in to plan a collection, take devices and receive them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.collection.models import SignedHow
from inventory.collection.queries import fleet
from inventory.devices.queries import locations
from inventory.devices.tags import grouped, read_tag
from inventory.errors import Refusal
from inventory.pages.fields import DayField, PaperField, PastMomentField, ReasonField, TagsField
from inventory.pages.signing_forms import SecondSignatureForm


def location_choices() -> list[tuple[str, str | Promise]]:
    """Every location of the city, by code."""
    return [("", _("Choose a place")), *((one.code, f"{one.code} – {one}") for one in locations())]


def vehicle_choices() -> list[tuple[str, str | Promise]]:
    """Every vehicle that drives, by code."""
    return [("", _("None yet")), *((one.code, str(one)) for one in fleet())]


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
    vehicle = forms.ChoiceField(label=_("Vehicle"), required=False, choices=vehicle_choices)
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


class CountedField(forms.IntegerField):
    """What two people counted by hand: it is held against what was scanned."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Counted by hand"))
        options.setdefault("required", False)
        options.setdefault("min_value", 0)
        options.setdefault("max_value", 100_000)
        options.setdefault("help_text", _("How many devices both of you count. Leave it empty if nobody counted."))
        options.setdefault("widget", forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}))
        super().__init__(**options)


class PickUpForm(SecondSignatureForm):
    """What the driver takes, and who lets it go."""

    ways = (SignedHow.DRAWN, SignedHow.PAPER)
    tags = TagsField(label=_("What you take"), help_text=_("One a line. A crate's tag stands for all that lies in it."))
    counted = CountedField()
    released_function = forms.CharField(
        label=_("Function of the person who releases them"),
        max_length=100,
        help_text=_("No name: it stands on the signed paper. For example: head of logistics."),
    )
    place = forms.CharField(label=_("Place"), max_length=200)
    seal = forms.CharField(
        label=_("Seal number"), max_length=60, required=False, help_text=_("If the whole load is sealed.")
    )
    occurred_at = PastMomentField()


class DeliverForm(SecondSignatureForm):
    """What arrives, and the driver who brings it."""

    tags = TagsField(
        label=_("What arrives"),
        required=False,
        help_text=_("One a line. What you scanned in before need not be scanned again."),
    )
    counted = CountedField()
    released_by = forms.TypedChoiceField(
        label=_("Driver"), help_text=_("Two people sign: the driver releases, you receive.")
    )
    seal = forms.CharField(
        label=_("Seal number"), max_length=60, required=False, help_text=_("As you found it, before you broke it.")
    )
    occurred_at = PastMomentField()

    def __init__(self, drivers: list[Any], crates: list[Any], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        driver_field(self.fields["released_by"], drivers)
        self.seal_fields = [f"seal_{crate.code}" for crate in crates]
        for crate in crates:
            self.fields[f"seal_{crate.code}"] = forms.CharField(
                label=_("Seal of %(crate)s") % {"crate": grouped(crate.code)},
                max_length=60,
                required=False,
                help_text=_("As you read it. Leave it empty if the crate has not arrived."),
                widget=forms.TextInput(attrs={"class": "serial", "autocomplete": "off"}),
            )

    @property
    def seals_asked(self) -> list[Any]:
        """The fields of the seals, for the page."""
        return [self[name] for name in self.seal_fields]

    def second_person(self, cleaned: dict[str, Any]) -> Any:
        """The driver."""
        return cleaned["released_by"]

    def clean(self) -> dict[str, Any]:
        """A seal that was read says that its crate is here; something must be here."""
        cleaned = super().clean()
        read = {name.removeprefix("seal_"): cleaned.get(name, "") for name in self.seal_fields}
        cleaned["seals"] = {code: seal for code, seal in read.items() if seal}
        cleaned["tags"] = list(dict.fromkeys([*cleaned.get("tags", []), *cleaned["seals"]]))
        return cleaned


def driver_field(field: Any, drivers: list[Any]) -> None:
    """Let a field choose among these drivers, and give the person."""
    people = {person.get_username(): person for person in drivers}
    named = [(name, person.get_full_name() or name) for name, person in people.items()]
    field.choices = [("", _("Choose the driver")), *named]
    field.coerce = people.__getitem__


class WhenForm(forms.Form):
    """Day, vehicle and stop of a planned collection."""

    planned_on = DayField(label=_("Day"))
    vehicle = forms.ChoiceField(label=_("Vehicle"), required=False, choices=vehicle_choices)
    stop = forms.IntegerField(
        label=_("Stop"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_("Which stop of that vehicle's day it is, from 1."),
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
    )


class CallOffForm(forms.Form):
    """Why a planned collection is called off."""

    reason = ReasonField("no_longer_needed", "mistake", "other")


class KeepPaperForm(forms.Form):
    """The photo or scan of what was signed on paper, afterwards."""

    paper = PaperField(label=_("Photo or scan of what was signed"))


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
