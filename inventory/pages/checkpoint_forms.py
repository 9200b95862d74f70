"""What an auditor brings to the page of checkpoints: a note that comes back, a witness's key, two sizes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inventory.ledger.notes import MOST_BYTES


class NoteForm(forms.Form):
    """A checkpoint as a file, or as the text of its QR code."""

    file = forms.FileField(label=_("Checkpoint as a file"), required=False)
    note = forms.CharField(
        label=_("Or its text, as a phone reads it from the QR code"),
        required=False,
        max_length=MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off", "class": "serial"}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two; the file's text takes the place of the other."""
        cleaned = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file is not None and file.size <= MOST_BYTES:
            cleaned["note"] = file.read().decode("utf-8", errors="replace")
        elif file is not None:
            self.add_error("file", _("This file is too large for a checkpoint."))
        elif not cleaned.get("note"):
            self.add_error("file", _("Choose a file, or paste the text."))
        return cleaned


class WitnessForm(forms.Form):
    """A witness's public key."""

    key = forms.CharField(
        label=_("Public key of a witness"),
        help_text=_(
            "The line that verify_checkpoint.py prints for a new witness: name, plus sign, id, plus sign, key."
        ),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "serial"}),
    )


class ConsistencyForm(forms.Form):
    """Two checkpoints, by their sizes."""

    first = forms.IntegerField(label=_("Entries of the earlier checkpoint"), min_value=0, max_value=10**15)
    second = forms.IntegerField(label=_("Entries of the later checkpoint"), min_value=0, max_value=10**15)
