"""What somebody fills in to describe a paper they measured."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.errors import Refusal
from labels.commands import Measures
from labels.models import LabelPaper
from labels.stocks import A4


def _mm(label: Any, usual: float | None = None, hint: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, initial=usual, help_text=hint, min_value=Decimal(0), max_digits=6, decimal_places=2
    )


class MeasuresForm(forms.Form):
    """The measures of a paper, in millimetres."""

    roll = forms.TypedChoiceField(
        label=_("What is it?"),
        choices=[("sheet", _("A sheet for an office printer")), ("roll", _("A roll for a label printer"))],
        coerce=lambda kind: kind == "roll",
        initial="sheet",
        help_text=_("On a roll the page is the label itself: one column, one row, no margin and no gap."),
    )
    page_width = _mm(_("Width of the page (mm)"), A4[0])
    page_height = _mm(_("Height of the page (mm)"), A4[1])
    label_width = _mm(_("Width of a label (mm)"), None, _("From edge to edge of one label, such as 63.5."))
    label_height = _mm(_("Height of a label (mm)"))
    columns = forms.IntegerField(label=_("Labels across"), initial=1, min_value=1, max_value=100)
    rows = forms.IntegerField(label=_("Labels down"), initial=1, min_value=1, max_value=200)
    left = _mm(_("Left margin (mm)"), 0, _("From the edge of the page to the first label."))
    top = _mm(_("Upper margin (mm)"), 0)
    gap_x = _mm(_("Gap between two columns (mm)"), 0)
    gap_y = _mm(_("Gap between two rows (mm)"), 0)
    edge_x = _mm(_("Left and right edge the printer cannot reach (mm)"), 4.3, _("Office printers: 4.3; rolls: 1.5."))
    edge_y = _mm(_("Upper and lower edge the printer cannot reach (mm)"), 4.3)

    def clean(self) -> dict[str, Any]:
        """Say beside the field what cannot be."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.measures.refuse()
            except Refusal as refusal:
                self.add_error(_field_of(refusal), str(refusal))
        return cleaned

    @property
    def measures(self) -> Measures:
        """What was filled in."""
        return Measures(**{field: self.cleaned_data[field] for field in Measures.__slots__})


class PaperDefinitionForm(MeasuresForm):
    """A new paper: its name and its measures."""

    field_order = ("name",)
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("As it stands on the box, with the maker: Herma 4677.")
    )


def measures_of(paper: LabelPaper) -> dict[str, Any]:
    """What the form shows of a paper that is known."""
    shown = {field: getattr(paper, field) for field in Measures.__slots__}
    return shown | {"roll": "roll" if paper.roll else "sheet"}


def _field_of(refusal: Refusal) -> str:
    # The refusal of paper that is too small speaks of the paper; here that is the label's height.
    field = str(refusal.facts.get("field", ""))
    return field if field in MeasuresForm.base_fields else "label_height"
