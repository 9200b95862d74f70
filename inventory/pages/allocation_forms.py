"""What people fill in to decide on a request, to release a device, and to open a round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.allocation.commands import MOST_GRACE, POSTAL_GRACE
from inventory.allocation.models import Round
from inventory.associations.models import RequestLine
from inventory.devices.categories import CATEGORIES
from inventory.pages.fields import DayField, MomentField, ReasonField


class DecideForm(forms.Form):
    """How many of each line, and why."""

    reasons = forms.CharField(
        label=_("Reasons"),
        min_length=20,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_(
            "For yes and no alike, in full sentences: the facts of this request, the criterion, and how it led here. "
            "The association reads them."
        ),
    )
    round_number = forms.ChoiceField(label=_("Round"), required=False)

    def __init__(
        self,
        lines: list[RequestLine],
        rounds: Iterable[Round],
        proposed: Mapping[int, dict[str, Any]],
        *args: Any,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        round_field: Any = self.fields["round_number"]
        round_field.choices = [("", _("Outside a round")), *((one.number, one.number) for one in rounds)]
        self._positions = [line.position for line in lines]
        for line in lines:
            kind: Any = CATEGORIES[line.category]
            self.fields[f"granted_{line.position}"] = forms.IntegerField(
                label=kind,
                min_value=0,
                max_value=line.quantity,
                initial=proposed.get(line.position, {}).get("got", line.quantity),
            )

    @property
    def granted(self) -> dict[int, int]:
        """Position of each line → how many are granted."""
        return {position: self.cleaned_data[f"granted_{position}"] for position in self._positions}


class ReleaseForm(forms.Form):
    """Why a device goes back to the stock."""

    reason = ReasonField(
        "not_collected", "request_withdrawn", "wrong_device", "defective", "no_longer_needed", "mistake", "other"
    )


class DrawForm(forms.Form):
    """The public numbers that were drawn after the pool was frozen, from two sources."""

    first_source = forms.CharField(label=_("First source"), max_length=200, help_text=_("For example: drand 4200000."))
    first_value = forms.CharField(label=_("Its number"), max_length=200)
    second_source = forms.CharField(
        label=_("Second source"), max_length=200, help_text=_("For example: Lotto of 28 November 2026.")
    )
    second_value = forms.CharField(label=_("Its numbers"), max_length=200)

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """Pairs of source and value, of a valid form."""
        said = self.cleaned_data
        return [(said["first_source"], said["first_value"]), (said["second_source"], said["second_value"])]


class RoundForm(forms.Form):
    """The next round: its number, and when it gathers requests."""

    number = forms.SlugField(label=_("Number"), max_length=20, help_text=_("For example: 2026-3."))
    opens_on = DayField(label=_("Opens on"), initial=timezone.localdate)
    closes_at = MomentField(label=_("Closes at"), help_text=_("Requests stamped before this moment take part."))
    grace_days = forms.IntegerField(
        label=_("Days for the post"),
        min_value=0,
        max_value=MOST_GRACE,
        initial=POSTAL_GRACE,
        required=False,
        help_text=_("So long after the closing, what was posted or stamped before it is still taken in."),
    )

    def clean_grace_days(self) -> int:
        """Left empty: as many as usual."""
        days: int | None = self.cleaned_data["grace_days"]
        return POSTAL_GRACE if days is None else days

    def clean(self) -> dict[str, Any]:
        """A round closes on a later day than it opens."""
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("opens_on"), cleaned.get("closes_at")
        if first and last and timezone.localtime(last).date() <= first:
            self.add_error("closes_at", _("A round closes on a later day than it opens."))
        return cleaned
