"""What somebody fills in to bring a list in, parsed once for the pages."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports.runs import read_upload
from imports.sources import SOURCES
from inventory.errors import Refusal


def source_choices() -> list[tuple[str, str | Promise]]:
    """Where lists come from, after "find out by the headings"."""
    return [("", _("Find out by the headings")), *((source.name, source.label) for source in SOURCES.values())]


class UploadForm(forms.Form):
    """A list, and where it comes from if the headings do not tell."""

    file = forms.FileField(
        label=_("List of devices"),
        help_text=_(
            "Excel (.xlsx, .xls), OpenDocument (.ods) or CSV, at most 100 megabytes. Choose it or drop it here."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.tsv,.txt,.json,.jsonl"}),
        max_length=255,
        required=False,
    )
    pasted = forms.CharField(
        label=_("Or paste the cells here"),
        help_text=_("Copied from a spreadsheet, with the line of headings."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        required=False,
        strip=False,
    )
    source = forms.ChoiceField(label=_("Where it comes from"), choices=source_choices, required=False)

    def clean(self) -> dict[str, Any]:
        """Read the list, and say beside the field why it cannot be read."""
        cleaned = super().clean() or self.cleaned_data
        file, pasted = cleaned.get("file"), cleaned.get("pasted") or ""
        if "file" not in cleaned or "source" not in cleaned:
            return cleaned
        if bool(file) == bool(pasted.strip()):
            self.add_error("file", _("Choose a file, or paste the cells of a list: one of the two."))
            return cleaned
        field = "file" if file else "pasted"
        name = file.name if isinstance(file, UploadedFile) else str(_("pasted list"))
        try:
            given = file or BytesIO(pasted.encode("utf-8", "replace"))
            cleaned["upload"] = read_upload(given, name or "", source=cleaned["source"])
        except Refusal as refusal:
            self.add_error(field, str(refusal))
        return cleaned


class ActForm(forms.Form):
    """Act and date for the rows that name none."""

    act_reference = forms.CharField(
        label=_("Act of decommissioning"),
        max_length=100,
        help_text=_("Its reference as the city writes it, for example: BC-2026-114."),
    )
    decommissioned_on = forms.DateField(
        label=_("Date of decommissioning"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
