"""What people fill in about one storage medium: evidence, how it was verified, who witnessed its end."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.pages.device_forms import TAG_FIELD, FilesField, GraveForm
from inventory.wiping.commands import DESTRUCTION_METHODS, MANUAL_METHODS, VERIFICATIONS
from inventory.wiping.policy import exceptions_at
from inventory.wiping.techniques import DESTRUCTION_LABELS, METHOD_LABELS, VERIFICATION_LABELS


class RemoveForm(forms.Form):
    """Where a medium goes."""

    place = forms.CharField(
        label=_("Where does it go?"), max_length=60, help_text=_("A shelf, a crate, a shredder bag: bag 14.")
    )


class FitForm(forms.Form):
    """The device a medium goes into."""

    tag = forms.CharField(label=_("Tag of the device"), max_length=200, widget=forms.TextInput(attrs=TAG_FIELD))


class ByHandForm(forms.Form):
    """A sanitisation by a tool whose files are not read by themselves."""

    method = forms.ChoiceField(label=_("Method"), choices=[(code, METHOD_LABELS[code]) for code in MANUAL_METHODS])
    tool = forms.CharField(label=_("Tool"), max_length=60, help_text=_("hdparm, nvme-cli, the firmware's own menu"))
    tool_version = forms.CharField(label=_("Version of the tool"), required=False, max_length=40)
    succeeded = forms.TypedChoiceField(
        label=_("How did it end?"),
        choices=[("yes", _("The tool says it succeeded")), ("no", _("It failed or was stopped"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
    )
    file = forms.FileField(label=_("Evidence"), help_text=_("A log, a photo of the screen, a report. It is kept."))


class VerifyForm(forms.Form):
    """How somebody saw that the technique completed as intended."""

    how = forms.ChoiceField(
        label=_("How did you verify it?"),
        choices=[(code, VERIFICATION_LABELS[code]) for code in VERIFICATIONS],
        widget=forms.RadioSelect,
    )
    passed = forms.TypedChoiceField(
        label=_("Did it complete as intended?"),
        choices=[("yes", _("Yes")), ("no", _("No: it failed, and everything wiped the same way goes back"))],
        coerce=lambda answer: answer != "no",
        initial="yes",
        widget=forms.RadioSelect,
    )


class VerifyTogetherForm(forms.Form):
    """How somebody saw it of many media at once; what failed is recorded one by one."""

    how = VerifyForm.base_fields["how"]


class ValidateForm(forms.Form):
    """Whether the outcome is good enough; Clear needs a written exception valid today for these kinds of media."""

    exception_reference = forms.ChoiceField(
        label=_("Written exception"),
        required=False,
        help_text=_("Only where the category reached is Clear: what leaves the city is Purge or Destroy."),
    )

    def __init__(self, *args: Any, kinds: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.now()
        found = [[one.reference for one in exceptions_at(now, kind)] for kind in sorted(kinds)]
        valid = [reference for reference in found[0] if all(reference in others for others in found)] if found else []
        field = self.fields["exception_reference"]
        field.choices = [("", _("None")), *zip(valid, valid, strict=True)]  # type: ignore[attr-defined]


class DestroyForm(GraveForm):
    """How a medium was destroyed, before whom, with which proof."""

    method = forms.ChoiceField(
        label=_("Method"), choices=[(code, DESTRUCTION_LABELS[code]) for code in DESTRUCTION_METHODS]
    )
    witness = forms.CharField(
        label=_("Witness"), max_length=150, help_text=_("The user name of the colleague who saw it. Not yourself.")
    )
    file = forms.FileField(label=_("Photo or certificate"))
    particle_mm = forms.DecimalField(
        label=_("Size of the particles in millimetres"), required=False, min_value=0, max_digits=5, decimal_places=1
    )
    batch = forms.CharField(label=_("Batch or bag"), required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["confirmed"].label = _("Yes, I have checked that it is this storage medium.")


class EvidenceForm(forms.Form):
    """Logs of wiping tools."""

    logs = FilesField(
        label=_("Evidence files"),
        help_text=_(
            "Logs and reports of nwipe, ShredOS, Blancco, nvme-cli and others; thousands at once, or packed in a .zip. "
            "Each drive in them is judged by itself."
        ),
    )


class MatchForm(forms.Form):
    """Which drive of which file is which medium, and why a person says so."""

    code = forms.CharField(
        label=_("Storage medium"),
        widget=forms.TextInput(attrs=TAG_FIELD),
        help_text=_("Its code, as on its page or its bag."),
    )
    device_name = forms.CharField(
        label=_("Drive in the file"), max_length=60, help_text=_("As the log names it: /dev/sda")
    )
    reason = forms.CharField(
        label=_("Why does this evidence belong to this storage medium?"),
        max_length=200,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence: it was the only disk on the bench, the sticker bears the same number."),
    )
    file = forms.FileField(label=_("Evidence file"))
    sha256 = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A file that was taken up before is named by its fingerprint and need not be sent again.
        if self["sha256"].value():
            del self.fields["file"]
