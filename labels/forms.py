"""What somebody fills in to print labels, parsed once for every page that asks for it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from inventory.devices.tags import read_tags
from inventory.errors import Refusal
from labels.jobs import stock_named, usable_stocks
from labels.layout import MOST_COPIES, places
from labels.stocks import USUAL_STOCK, LabelStock

RESOLUTIONS = (203, 300, 600)


def stock_choices() -> list[tuple[Promise, list[tuple[str, Promise]]]]:
    """The papers to choose from: sheets for an office printer, rolls for a label printer."""
    usable = usable_stocks()
    sheets = [(key, _sheet_name(stock)) for key, stock in usable.items() if stock.is_sheet]
    rolls = [(key, _roll_name(stock)) for key, stock in usable.items() if not stock.is_sheet]
    return [(_("A4 sheets"), sheets), (_("Rolls for a label printer"), rolls)]


class PaperForm(forms.Form):
    """Paper, first free label and copies."""

    stock = forms.ChoiceField(label=_("Label paper"), initial=USUAL_STOCK, choices=stock_choices)
    first = forms.IntegerField(
        label=_("First free label"),
        initial=1,
        min_value=1,
        help_text=_("For a sheet already begun: count row by row from the upper left."),
    )
    copies = forms.IntegerField(label=_("Copies of each"), initial=1, min_value=1, max_value=MOST_COPIES)

    def clean(self) -> dict[str, Any]:
        """Say beside the field when the paper has no such place."""
        cleaned = super().clean() or self.cleaned_data
        if {"stock", "first"} <= cleaned.keys():
            try:
                next(places(stock_named(cleaned["stock"]), cleaned["first"], 1))
            except Refusal as refusal:
                self.add_error("first", str(refusal))
        return cleaned


class SheetForm(PaperForm):
    """A sheet of labels for tags that were scanned, typed or pasted."""

    field_order = ("tags", "stock", "first", "copies")
    tags = forms.CharField(
        label=_("Tags"),
        widget=forms.Textarea(attrs={"rows": 8, "class": "tag-list", "autocapitalize": "characters"}),
        help_text=_("One a line. Scan them one after the other, or paste a list. Links and any spelling will do."),
    )

    def clean_tags(self) -> list[str]:
        """The tags as nine symbols each, in order."""
        try:
            return read_tags(self.cleaned_data["tags"])
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class OneLabelForm(PaperForm):
    """One device's label: paper, and the printer's resolution for the picture."""

    dpi = forms.TypedChoiceField(
        label=_("Resolution of the label printer"),
        coerce=int,
        initial=300,
        choices=[(dpi, format_lazy(_("{dpi} dots an inch"), dpi=dpi)) for dpi in RESOLUTIONS],
        help_text=_("Only for the picture."),
    )


class BeforehandForm(forms.Form):
    """New tags to be printed before the devices come."""

    count = forms.IntegerField(
        label=_("How many new labels?"),
        initial=21,
        min_value=1,
        max_value=2000,
        help_text=_("Each gets a tag that was never used. A sheet of the usual paper holds 21."),
    )


def _sheet_name(stock: LabelStock) -> Promise:
    return format_lazy(
        _("{name} – {width} × {height} mm, {count} a sheet"),
        name=stock.name,
        width=f"{stock.label[0]:g}",
        height=f"{stock.label[1]:g}",
        count=stock.count,
    )


def _roll_name(stock: LabelStock) -> Promise:
    return format_lazy(
        _("{name} – {width} × {height} mm"),
        name=stock.name,
        width=f"{stock.label[0]:g}",
        height=f"{stock.label[1]:g}",
    )
