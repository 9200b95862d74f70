"""What people fill in about one device: places, reasons, facts, tests, papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.accessories import ACCESSORIES, MOST
from inventory.devices.categories import CATEGORIES, GRADES, MEDIUM_KINDS, NO_DATA_CHECKS, REASONS
from inventory.devices.queries import locations
from inventory.disposal.codes import labels, waste_codes

Choices = list[tuple[str, str | Promise]]

# A tag's field on a phone and with a scanner.
TAG_FIELD = {"class": "tag", "autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}


def location_choices() -> Choices:
    """Every location, by its code."""
    return [("", _("Choose a location")), *((place.code, f"{place.code} – {place}") for place in locations())]


def reasons(codes: Sequence[str]) -> Choices:
    """These reasons of `REASONS`, in this order."""
    return [(code, REASONS[code]) for code in codes]


def _kinds() -> Choices:
    return [("", _("Choose a kind")), *CATEGORIES.items()]


class GraveForm(forms.Form):
    """Asked before a step that cannot simply be taken back; a form that adds to it keeps the question last."""

    confirmed = forms.BooleanField(label=_("Yes, I have checked that it is this device."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "confirmed"])

    def clean(self) -> dict[str, Any]:
        """Without the question's answer: commands do not ask it."""
        cleaned = super().clean() or self.cleaned_data
        return {name: value for name, value in cleaned.items() if name != "confirmed"}


class PlaceForm(forms.Form):
    """Where a device goes."""

    location = forms.ChoiceField(label=_("Location"), choices=location_choices)


class AccessoriesForm(forms.Form):
    """How many of each accessory; a form that adds to it keeps them last."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label in ACCESSORIES.items():
            # No first value from the table: what is not there is nought.
            self.fields[kind] = forms.IntegerField(
                label=label,  # type: ignore[arg-type]  # a lazy sentence
                min_value=0,
                max_value=MOST,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def clean(self) -> dict[str, Any]:
        """The counts under one name, beside what else was asked."""
        cleaned = super().clean() or self.cleaned_data
        counts = {kind: cleaned.pop(kind) or 0 for kind in ACCESSORIES if kind in cleaned}
        return {**cleaned, self.counts_name: counts}

    # What the command calls them.
    counts_name = "counts"


class CameBackForm(AccessoriesForm):
    """What came back with a device, under a heading of its own, after whatever else is asked."""

    template_name = "inventory/devices/came_back.html"
    counts_name = "accessories"

    @property
    def asked(self) -> list[forms.BoundField]:
        """The questions before them."""
        return [field for field in self if field.name not in ACCESSORIES]

    @property
    def came_back(self) -> list[forms.BoundField]:
        """How many of each kind."""
        return [field for field in self if field.name in ACCESSORIES]


class ReceiveForm(PlaceForm):
    """Where it is received, and when if not now."""

    occurred_at = forms.DateTimeField(
        label=_("When, if not now"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("For a paper list that is entered later."),
    )


class QuarantineForm(forms.Form):
    """Why a device is set apart."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=reasons(("dangerous_battery", "damaged", "missing_paper", "wrong_device", "other")),
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept apart from the ledger. No names of people, please."),
    )


class ReopenForm(forms.Form):
    """Why a device goes back to sanitisation."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=reasons(("second_check_failed", "new_medium_found", "mistake", "other")),
        widget=forms.RadioSelect,
    )


class ReleaseForm(forms.Form):
    """Why a reserved device goes back to the stock."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=reasons(
            (
                "request_withdrawn",
                "not_collected",
                "second_check_failed",
                "defective",
                "wrong_device",
                "mistake",
                "other",
            )
        ),
        widget=forms.RadioSelect,
    )


class TakeBackForm(CameBackForm, PlaceForm):
    """Why a device comes back, where to, and what came with it."""

    field_order = ("reason", "location")
    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=reasons(("no_longer_needed", "defective", "association_closed", "wrong_device", "other")),
        widget=forms.RadioSelect,
    )


class LostForm(GraveForm):
    """Why a device counts as lost."""

    reason = forms.ChoiceField(
        label=_("What happened?"),
        choices=reasons(("stock_take", "lost_in_transit", "stolen", "other")),
        widget=forms.RadioSelect,
    )


class RecycleForm(GraveForm):
    """Which collector took a device, with which paper."""

    collector = forms.CharField(
        label=_("Number of the collector"), max_length=60, help_text=_("As registered with the Region: BRU-COL-017.")
    )
    document = forms.CharField(
        label=_("Number of the document"), max_length=60, help_text=_("The traceability document or consignment note.")
    )
    kilograms = forms.DecimalField(label=_("Weight in kilograms"), min_value=0, max_digits=7, decimal_places=3)
    recycled_on = forms.DateField(
        label=_("Day of the movement"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    waste_code = forms.ChoiceField(
        label=_("Waste code"),
        required=False,
        choices=[("", _("The usual one for this kind of device")), *labels(waste_codes()).items()],
        help_text=_("As on the collector's document; it must hold on the day of the movement."),
    )


class GradeForm(forms.Form):
    """How the device looks and works."""

    grade = forms.ChoiceField(label=_("Grade"), choices=list(GRADES.items()), widget=forms.RadioSelect)


class BindForm(forms.Form):
    """A label printed beforehand."""

    reserved = forms.CharField(
        label=_("Tag on the label"),
        widget=forms.TextInput(attrs=TAG_FIELD),
        help_text=_("Scan it, or type it: 7K3Q-X9M2-1."),
    )


class NoDataForm(forms.Form):
    """How somebody found that there is no storage medium."""

    checked_how = forms.ChoiceField(
        label=_("How did you check?"), choices=list(NO_DATA_CHECKS.items()), widget=forms.RadioSelect
    )


class MediumForm(forms.Form):
    """A storage medium somebody sees in a device."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(MEDIUM_KINDS.items()))
    serial = forms.CharField(
        label=_("Serial number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As printed on the medium: the log of the wiping tool is matched by it."),
    )
    manufacturer = forms.CharField(label=_("Manufacturer"), required=False, max_length=100)
    model = forms.CharField(label=_("Model"), required=False, max_length=150)
    gigabytes = forms.DecimalField(
        label=_("Capacity in gigabytes"), required=False, min_value=0, max_value=1_000_000, help_text=_("256 or 0.5")
    )

    def clean(self) -> dict[str, Any]:
        """The capacity in bytes, as the medium's maker counts them."""
        cleaned = super().clean() or self.cleaned_data
        gigabytes = cleaned.pop("gigabytes", None)
        return {**cleaned, "capacity_bytes": int(gigabytes * 10**9) if gigabytes else None}


class InspectionForm(forms.Form):
    """What a program saw inside the machine."""

    file = forms.FileField(
        label=_("Inspection file"), help_text=_("Made on the machine with: sudo lshw -json > inspection.json")
    )
    anyway = forms.BooleanField(
        label=_("The file seems to be of another device, and I have checked that it is of this one"), required=False
    )


class FactsForm(forms.Form):
    """What is known of a device; what is left empty stays as it is."""

    category = forms.ChoiceField(label=_("Kind of device"), choices=_kinds)
    manufacturer = forms.CharField(label=_("Manufacturer"), required=False, max_length=100)
    model = forms.CharField(label=_("Model"), required=False, max_length=150)
    serial = forms.CharField(
        label=_("Serial number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    inventory_number = forms.CharField(label=_("Inventory number of the city"), required=False, max_length=100)
    weight_kg = forms.DecimalField(
        label=_("Weight in kilograms"),
        required=False,
        min_value=0,
        max_value=1000,
        max_digits=7,
        decimal_places=3,
        help_text=_("2.4"),
    )


class DescribeForm(FactsForm):
    """The same, with what an inspection shows."""

    processor = forms.CharField(label=_("Processor"), required=False, max_length=150)
    memory_mb = forms.IntegerField(
        label=_("Memory in megabytes"),
        required=False,
        min_value=1,
        max_value=4_000_000,
        help_text=_("8 gigabytes are 8192"),
    )


class FoundForm(FactsForm, PlaceForm):
    """A device that is simply there, on no list."""

    field_order = ("tag", "category", "location")
    tag = forms.CharField(
        label=_("Tag on its label"),
        required=False,
        widget=forms.TextInput(attrs=TAG_FIELD),
        help_text=_("If it bears a label printed beforehand. Otherwise it gets a new tag."),
    )


class DeclareForm(FactsForm):
    """A device that a department announces."""

    field_order = ("category", "department", "act_reference", "decommissioned_on")
    department = forms.CharField(label=_("Department"), required=False, max_length=150)
    act_reference = forms.CharField(
        label=_("Act of decommissioning"), max_length=100, help_text=_("Its reference: BC-2026-114")
    )
    decommissioned_on = forms.DateField(
        label=_("Date of the act"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class SeveralFiles(forms.ClearableFileInput):
    """A file field in which several files can be chosen."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """The list of files that were chosen."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Each file by itself."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]
