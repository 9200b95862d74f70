"""The fields that many forms share: a list of tags, a moment that has passed, a day, a drawn signature."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import REASONS
from inventory.devices.tags import read_tags
from inventory.errors import Refusal

# What people photograph or scan: the browser offers the camera for it on a phone.
PAPERS = "application/pdf,image/*"
_PNG = b"\x89PNG\r\n\x1a\n"
_DRAWN = "data:image/png;base64,"
# Clocks of a phone and of the server differ; a moment this much ahead is still now.
_SLACK = dt.timedelta(minutes=5)


class TagsField(forms.CharField):
    """Tags that were scanned, typed or pasted, one a line; cleaned to a list of nine symbols each."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Tags"))
        options.setdefault("help_text", _("One a line. Scan them one after the other, or paste a list."))
        attrs = {"rows": 6, "class": "serial", "autocapitalize": "characters", "spellcheck": "false"}
        options.setdefault("widget", forms.Textarea(attrs=attrs))
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """The tags, each once, in order; says beside the field which line is no tag."""
        text = super().clean(value)
        try:
            return read_tags(text)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**options)


class MomentField(forms.DateTimeField):
    """A date and time in Brussels."""

    def __init__(self, **options: Any) -> None:
        attrs = {"type": "datetime-local"}
        options.setdefault("widget", forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M"))
        super().__init__(**options)


class PastMomentField(MomentField):
    """The moment of a deed; empty means now, which is not the same as when somebody typed it in."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("When it happened"))
        options.setdefault("help_text", _("Leave it empty for now. From a paper: the moment written there."))
        options.setdefault("required", False)
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """Says beside the field when that moment is still to come."""
        moment = super().clean(value)
        if moment and moment > timezone.now() + _SLACK:
            raise forms.ValidationError(_("That moment is still to come. Check the date and time."))
        return moment


class PaperField(forms.FileField):
    """A photo or scan of a paper."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.FileInput(attrs={"accept": PAPERS}))
        options.setdefault("max_length", 255)
        super().__init__(**options)


class SignatureField(forms.CharField):
    """A signature drawn on the screen, sent as the data of a PNG picture; cleaned to its bytes, empty when none."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.HiddenInput)
        options.setdefault("required", False)
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """The bytes of the picture; refuses what is no PNG."""
        text = super().clean(value)
        if not text:
            return b""
        try:
            drawn = base64.b64decode(text.removeprefix(_DRAWN), validate=True)
        except ValueError:
            drawn = b""
        if not text.startswith(_DRAWN) or not drawn.startswith(_PNG):
            raise forms.ValidationError(_("The drawn signature did not arrive whole. Draw it again."))
        return drawn


class ReasonField(forms.ChoiceField):
    """Why something is done, as a code: `among` names the reasons that make sense here, in their order."""

    def __init__(self, *among: str, **options: Any) -> None:
        options.setdefault("label", _("Reason"))
        super().__init__(choices=[("", _("Choose a reason")), *((code, REASONS[code]) for code in among)], **options)


def choices_of(table: dict[str, Promise], nothing: Any = None) -> list[tuple[str, Any]]:
    """The choices of a select field from a table of codes and labels; `nothing` is the label of an empty choice."""
    return ([("", nothing)] if nothing is not None else []) + list(table.items())
