"""What somebody fills in to print labels, parsed once for every page that asks for it."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from inventory.errors import Refusal
from labels.contents import DESIGNS, USUAL_DESIGN, codes_in, design_named
from labels.jobs import Wish, setting_of, usable_stocks
from labels.layout import MOST_COPIES, places
from labels.queries import printer_choices
from labels.stocks import USUAL_STOCK, LabelStock

RESOLUTIONS = (180, 203, 300, 360, 600)


def stock_choices() -> list[tuple[Promise, list[tuple[str, Promise]]]]:
    """The papers to choose from: sheets for an office printer, rolls for a label printer."""
    usable = usable_stocks()
    sheets = [(key, _sheet_name(stock)) for key, stock in usable.items() if stock.is_sheet]
    rolls = [(key, _roll_name(stock)) for key, stock in usable.items() if not stock.is_sheet]
    return [(_("A4 sheets"), sheets), (_("Rolls for a label printer"), rolls)]


def _printers() -> list[tuple[str, Any]]:
    return [("", _("None: a file to print myself")), *printer_choices()]


class PaperForm(forms.Form):
    """Printer or paper, first free label, copies."""

    printer = forms.ChoiceField(
        label=_("Printer"),
        required=False,
        choices=_printers,
        help_text=_("With a printer, its own paper, resolution and correction count."),
    )
    stock = forms.ChoiceField(label=_("Label paper"), initial=USUAL_STOCK, choices=stock_choices)
    first = forms.IntegerField(
        label=_("First free label"),
        initial=1,
        min_value=1,
        help_text=_("For a sheet already begun: count row by row from the upper left."),
    )
    copies = forms.IntegerField(label=_("Copies of each"), initial=1, min_value=1, max_value=MOST_COPIES)
    dpi = forms.TypedChoiceField(
        label=_("Resolution of the label printer"),
        coerce=int,
        initial=300,
        choices=[(dpi, format_lazy(_("{dpi} dots an inch"), dpi=dpi)) for dpi in RESOLUTIONS],
        help_text=_("For pictures and label printers only."),
    )
    logo = forms.BooleanField(label=_("With the mark of the city, where there is room"), required=False)
    # Sent twice by a double click, it prints once.
    ticket = forms.CharField(
        widget=forms.HiddenInput, required=False, max_length=40, initial=lambda: secrets.token_hex(10)
    )

    def clean(self) -> dict[str, Any]:
        """Say beside the field when the paper has no such place."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                next(places(setting_of(self.wish).stock, cleaned["first"]))
            except Refusal as refusal:
                self.add_error("first", str(refusal))
        return cleaned

    @property
    def wish(self) -> Wish:
        """What was filled in."""
        given = self.cleaned_data
        return Wish(
            codes=tuple(given.get("tags", ())),
            design=given.get("design", USUAL_DESIGN),
            stock=given["stock"],
            first=given["first"],
            copies=given["copies"],
            logo=given["logo"],
            dpi=given["dpi"],
            printer=given["printer"],
        )


class SheetForm(PaperForm):
    """Labels of one design for codes that were scanned, typed or pasted."""

    field_order = ("design", "tags", "printer", "stock", "first", "copies", "logo", "dpi")
    design = forms.ChoiceField(
        label=_("What are the labels for?"),
        initial=USUAL_DESIGN,
        choices=lambda: [(key, design.label) for key, design in DESIGNS.items()],
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "tag-list", "autocapitalize": "characters"}),
        help_text=_(
            "One a line. Scan them one after the other, or paste a list. Links and any spelling will do. For shelves "
            "and mode cards: leave it empty for all of them."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """The codes as the design wants them: tags of nine symbols, or words."""
        cleaned = super().clean()
        if "design" in cleaned and "tags" in cleaned:
            try:
                cleaned["tags"] = codes_in(cleaned["tags"], cleaned["design"])
            except Refusal as refusal:
                self.add_error("tags", str(refusal))
            if not cleaned.get("tags") and "tags" not in self.errors and not design_named(cleaned["design"]).everything:
                self.add_error("tags", _("Give at least one tag: scan, type or paste it."))
        return cleaned


class OneLabelForm(PaperForm):
    """One label: its design comes with the page."""

    design = forms.ChoiceField(
        widget=forms.HiddenInput,
        initial=USUAL_DESIGN,
        choices=lambda: [(key, design.label) for key, design in DESIGNS.items()],
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
