"""What an association is asked, on line and on paper: the same questions, in the same order, with the same numbers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from inventory.associations.commands import Wish
from inventory.associations.facts import CHANNELS, MOST_PEOPLE
from inventory.associations.models import Association
from inventory.associations.queries import association_meant
from inventory.associations.questions import (
    DATED_BY,
    FORM_LINES,
    OFFICE_QUESTIONS,
    REQUEST_QUESTIONS,
    SUBSTITUTES,
    USES,
    WITH_USE,
)
from inventory.devices.categories import CATEGORIES
from inventory.errors import Refusal
from inventory.lifecycle import Actor
from inventory.pages.fields import DayField, MomentField, choices_of

MOST_OF_A_KIND = 500
_ASKED = {one.code: one for one in (*REQUEST_QUESTIONS, *OFFICE_QUESTIONS)}
# The questions on the line of stations of who asks on line; the days share one.
NUMBERS: dict[str, tuple[str, Promise]] = {
    "association": ("1", _("Association")),
    "purpose": ("2", _("Purpose")),
    "equipment": ("3", _("Equipment")),
    "people": ("4", _("People served")),
    "days": ("5–6", _("Days")),
    "evidence": ("7", _("How it is used")),
}


def asked(code: str) -> Any:
    """A question of the request with its number, as it stands on the paper."""
    return format_lazy("{}. {}", _ASKED[code].number, _ASKED[code].label)


def use_choices() -> list[tuple[str, Any]]:
    """What a machine is for: no wish first."""
    return [("", _("No wish")), *((code, label) for code, (label, _memory) in USES.items())]


def substitute_choices(category: str) -> list[tuple[str, Any]]:
    """Kinds that would do instead of this one."""
    return [(kind, CATEGORIES[kind]) for kind in SUBSTITUTES.get(category, ())]


def _purpose(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A few sentences. For example: a weekly workshop where older people learn to write e-mails."),
    )


def _people(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        help_text=_("About how many in a year. A number only: never names."),
    )


def _evidence(label: Any) -> forms.CharField:
    hint: Any = _ASKED["evidence"].hint
    return forms.CharField(
        label=label,
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=hint,
    )


def _days_in_order(form: forms.Form, cleaned: dict[str, Any]) -> dict[str, Any]:
    first, last = cleaned.get("earliest_on"), cleaned.get("latest_on")
    if first and last and last < first:
        form.add_error("latest_on", _("The last useful day lies before the first. Check both."))
    return cleaned


class OfficeForm(forms.Form):
    """The part for the office on every form: how it came, and the stamp or postmark that dates it."""

    channel = forms.ChoiceField(
        label=asked("channel"),
        choices=[(code, label) for code, label in CHANNELS.items() if code != "online"],
        widget=forms.RadioSelect,
    )
    received_at = MomentField(
        label=asked("received_at"),
        initial=lambda: timezone.localtime().replace(second=0, microsecond=0),
        help_text=_("When it reached the city, not when you type it in: the place in the queue depends on it."),
    )
    dated_by = forms.ChoiceField(
        label=_("How do you read the date?"), choices=lambda: choices_of(DATED_BY), initial="arrival", required=False
    )

    def clean_dated_by(self) -> str:
        """Nothing chosen: as it was said."""
        return self.cleaned_data["dated_by"] or "arrival"

    def clean_received_at(self) -> Any:
        """A stamp lies in the past."""
        stamp = self.cleaned_data["received_at"]
        if stamp > timezone.now():
            raise forms.ValidationError(_("The date stamp is still to come. Check the date and time."))
        return stamp


class CounterForm(OfficeForm):
    """What came by the counter, telephone or post, as it stands on the paper."""

    association = forms.CharField(
        label=asked("association"), help_text=_("Its code, enterprise number or name."), max_length=200
    )
    purpose = _purpose(asked("purpose"))
    people_served = _people(asked("people_served"))
    earliest_on = DayField(label=asked("earliest_on"), required=False)
    latest_on = DayField(label=asked("latest_on"), required=False)
    evidence = _evidence(asked("evidence"))

    def __init__(self, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._actor = actor

    def clean_association(self) -> Association:
        """The one association that is meant."""
        try:
            return association_meant(self.cleaned_data["association"], self._actor)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        """The days stand in order."""
        return _days_in_order(self, super().clean() or self.cleaned_data)


class LineForm(forms.Form):
    """One row of question 3: so many of a kind, and how few would still help."""

    category = forms.ChoiceField(label=_("Kind"), choices=lambda: choices_of(CATEGORIES, nothing="–"), required=False)
    quantity = forms.IntegerField(label=_("How many"), min_value=1, max_value=MOST_OF_A_KIND, required=False)
    quantity_again = forms.IntegerField(
        label=_("The number once more"), min_value=1, max_value=MOST_OF_A_KIND, required=False
    )
    least_useful = forms.IntegerField(
        label=_("Fewest that help"), min_value=1, max_value=MOST_OF_A_KIND, required=False
    )
    use = forms.ChoiceField(label=_("What for"), choices=use_choices, required=False)
    substitute = forms.ChoiceField(
        label=_("Would do too"), choices=lambda: choices_of(CATEGORIES, nothing="–"), required=False
    )
    all_or_nothing = forms.BooleanField(label=_("All or nothing"), required=False)

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        """A row is empty, or has a kind and a number; the fewest are not more than the number."""
        cleaned = super().clean() or self.cleaned_data
        category, quantity = cleaned.get("category"), cleaned.get("quantity")
        if category and not quantity and "quantity" not in self.errors:
            self.add_error("quantity", _("How many? Enter a number."))
        if quantity and not category:
            self.add_error("category", _("Choose a kind of device."))
        if quantity and cleaned.get("quantity_again") != quantity and "quantity_again" not in self.errors:
            self.add_error("quantity_again", _("Not the same number. Look at the paper again, and type it twice."))
        substitute = cleaned.pop("substitute", "")
        cleaned["substitutes"] = [substitute] if substitute else []
        if category and substitute and substitute not in SUBSTITUTES.get(category, ()):
            self.add_error(None, _("The kind that would do too does not replace the first."))
        if quantity and (cleaned.get("least_useful") or 1) > quantity:
            self.add_error("least_useful", _("Not more than the number asked for."))
        return cleaned


class _LineForms(BaseFormSet):  # type: ignore[type-arg]  # not subscriptable when it runs
    def clean(self) -> None:
        """At least one row says something."""
        if not any(self.errors) and not self.wishes:
            raise forms.ValidationError(_("3. Enter at least one kind of device and how many."))

    @property
    def wishes(self) -> list[Wish]:
        """The rows that say something, in order."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("category")]
        return [Wish(**{**row, "least_useful": row["least_useful"] or 1}) for row in rows]


LineForms: Any = formset_factory(
    LineForm, formset=_LineForms, extra=FORM_LINES, max_num=FORM_LINES, absolute_max=FORM_LINES
)


class AssociationStep(forms.Form):
    """For which association, when the member acts for several."""

    association = forms.ChoiceField(label=_("Association"), widget=forms.RadioSelect)

    def __init__(self, own: list[Association], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["association"]
        field.choices = [(one.code, one.name) for one in own]


class PurposeStep(forms.Form):
    """What it is for."""

    purpose = _purpose(_("Purpose"))


class EquipmentStep(forms.Form):
    """How many of each kind; an empty field means none."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for category, label in CATEGORIES.items():
            name: Any = label
            self.fields[category] = forms.IntegerField(
                label=name,
                required=False,
                min_value=0,
                max_value=MOST_OF_A_KIND,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def clean(self) -> dict[str, Any]:
        """Only what is asked for, and something must be."""
        cleaned = super().clean() or self.cleaned_data
        asked = {category: count for category, count in cleaned.items() if count}
        if not asked and not self.errors:
            raise forms.ValidationError(_("Enter a number beside at least one kind of device."))
        return asked


class DetailsStep(forms.Form):
    """For each kind asked: how few would still help, the least memory, and whether only all of them help."""

    def __init__(self, asked: dict[str, int], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._asked = asked
        for category, count in asked.items():
            self.fields[f"least_{category}"] = forms.IntegerField(
                label=_("How few would still help?"), min_value=1, max_value=count, initial=1
            )
            if category in WITH_USE:
                self.fields[f"use_{category}"] = forms.ChoiceField(
                    label=_("What will you do with it?"), choices=use_choices, required=False
                )
            if category in SUBSTITUTES:
                self.fields[f"instead_{category}"] = forms.MultipleChoiceField(
                    label=_("If there is none, would this do too?"),
                    choices=substitute_choices(category),
                    widget=forms.CheckboxSelectMultiple,
                    required=False,
                )
            self.fields[f"together_{category}"] = forms.BooleanField(
                label=_("Only all of them together help us"), required=False
            )

    def groups(self) -> list[tuple[Promise, int, list[forms.BoundField]]]:
        """The fields by kind: its name, how many were asked, its fields."""
        return [
            (CATEGORIES[category], count, [field for field in self if field.name.endswith(f"_{category}")])
            for category, count in self._asked.items()
        ]


class PeopleStep(forms.Form):
    """How many people it serves: a count, never names."""

    people_served = _people(_("Number of people"))


class DaysStep(forms.Form):
    """From when it can be taken and until when it is useful; both may stay empty."""

    earliest_on = DayField(label=_ASKED["earliest_on"].label, required=False, help_text=_ASKED["earliest_on"].hint)
    latest_on = DayField(label=_ASKED["latest_on"].label, required=False, help_text=_ASKED["latest_on"].hint)

    def clean(self) -> dict[str, Any]:
        """The days stand in order; they are kept as text until the end."""
        cleaned = _days_in_order(self, super().clean() or self.cleaned_data)
        return {name: day.isoformat() if day else "" for name, day in cleaned.items()}


class EvidenceStep(forms.Form):
    """How one can see that it is used."""

    evidence = _evidence(_("How it is used"))
