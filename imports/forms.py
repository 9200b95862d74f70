"""What somebody fills in to bring a list in, parsed once for the pages."""

from __future__ import annotations

from io import BytesIO
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imports.choosing import fields_of
from imports.kinds import Kind
from imports.models import ImportRun
from imports.runs import read_upload
from imports.sources import SOURCES
from inventory.errors import Refusal

# What follows a label of two of which one is filled in: neither is called optional.
EITHER = ""


def source_choices() -> list[tuple[str, str | Promise]]:
    """Where lists come from, after "find out by the headings"."""
    return [("", _("Find out by the headings")), *((source.name, source.label) for source in SOURCES.values())]


class UploadForm(forms.Form):
    """A list, and where it comes from if the headings do not tell."""

    file = forms.FileField(
        label=_("List"),
        help_text=_(
            "Excel (.xlsx, .xls), OpenDocument (.ods) or CSV, at most 100 megabytes. Choose it or drop it here."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.tsv,.txt,.json,.jsonl"}),
        max_length=255,
        required=False,
        label_suffix=EITHER,
    )
    pasted = forms.CharField(
        label=_("Or paste the cells here"),
        help_text=_("Copied from a spreadsheet, with the line of headings."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
        required=False,
        label_suffix=EITHER,
        strip=False,
    )
    kind = forms.ChoiceField(label=_("What it is a list of"), required=False)
    source = forms.ChoiceField(label=_("Where it comes from"), choices=source_choices, required=False)

    def __init__(self, kinds: list[Kind], *given: Any) -> None:
        super().__init__(*given)
        choice = cast(forms.ChoiceField, self.fields["kind"])
        choice.choices = [("", _("Find out by the headings")), *((kind.name, kind.label) for kind in kinds)]

    def clean(self) -> dict[str, Any]:
        """Read the list, and say beside the field why it cannot be read."""
        cleaned = super().clean() or self.cleaned_data
        file, pasted = cleaned.get("file"), cleaned.get("pasted") or ""
        if not {"file", "source", "kind"} <= cleaned.keys():
            return cleaned
        if bool(file) == bool(pasted.strip()):
            self.add_error("file", _("Choose a file, or paste the cells of a list: one of the two."))
            return cleaned
        field = "file" if file else "pasted"
        name = file.name if isinstance(file, UploadedFile) else str(_("pasted list"))
        try:
            given = file or BytesIO(pasted.encode("utf-8", "replace"))
            cleaned["upload"] = read_upload(given, name or "", source=cleaned["source"], kind=cleaned["kind"])
        except Refusal as refusal:
            self.add_error(field, str(refusal))
        return cleaned


class ColumnsForm(forms.Form):
    """Which field each column of a list feeds; columns that name people are not asked about."""

    department = forms.CharField(
        label=_("Keep this for the lists of the department"),
        help_text=_("Lists with the same headings are then read like this at once. Leave empty for this list only."),
        max_length=150,
        required=False,
    )

    def __init__(self, run: ImportRun, given: QueryDict | None = None) -> None:
        super().__init__(given, initial={"department": run.mapped_for})
        self.run = run
        choices = [("", _("Leave out")), *((one.name, one.heading) for one in fields_of(run))]
        for place, column in enumerate(run.mapping.get("columns", [])):
            if column["why"] != "personal":
                self.fields[f"column_{place}"] = forms.ChoiceField(
                    label=column["heading"],
                    choices=choices,
                    required=False,
                    initial=column["field"],
                    help_text=" · ".join(column["samples"]),
                )
        self.order_fields([name for name in self.fields if name != "department"])

    @property
    def columns(self) -> list[forms.BoundField]:
        """The fields of the form that stand for columns."""
        return [self[name] for name in self.fields if name != "department"]

    @property
    def choice(self) -> dict[str, str]:
        """What was chosen otherwise than the headings tell, now or before: heading -> field."""
        said = {str(one.label): self.cleaned_data[one.name] for one in self.columns}
        told = {column["heading"]: column["field"] for column in self.run.mapping["columns"]}
        before: dict[str, str] = self.run.choice
        return before | {heading: name for heading, name in said.items() if name != told[heading]}

    def clean(self) -> dict[str, Any]:
        """A field is fed by one column."""
        cleaned = super().clean() or self.cleaned_data
        fed: dict[str, str] = {}
        for one in self.columns:
            name = cleaned.get(one.name)
            if name and fed.setdefault(name, one.name) != one.name:
                self.add_error(one.name, _("Another column feeds this field already. Choose one of them."))
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
