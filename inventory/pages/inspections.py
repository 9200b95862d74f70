"""An inspection file is dropped, and finds its device: at once, by a person's choice, or as a new one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from inventory.devices.categories import RECOGNITION_REASONS
from inventory.devices.gatekeepers import require
from inventory.devices.inspections import Inspection, SeenMedium
from inventory.devices.inspections.commands import Inspected, settle_inspection
from inventory.devices.models import Device
from inventory.devices.recognition import Recognised, recognise, recognised
from inventory.errors import BadInput
from inventory.lifecycle import LEFT_CUSTODY, Status, Word
from inventory.pages.asking import actor_of, bytes_of, posted
from inventory.pages.device_forms import location_choices, reasons

# A file is looked at and decided on within a working day; what was read of it travels sealed, for it is not kept.
SEALED_FOR_SECONDS = 10 * 3600
_SALT = "relais.inspection"
NEW = "new"


class DropForm(forms.Form):
    """What a program saw inside a machine."""

    file = forms.FileField(
        label=_("Inspection file"),
        help_text=_("Made on the machine with: sudo lshw -json > inspection.json"),
    )


class ChoiceForm(forms.Form):
    """Which device the file is of, why, and where it stands when it is not in our hands yet."""

    choice = forms.CharField(label=_("Which device is it?"))
    location = forms.ChoiceField(
        label=_("Where does it stand?"),
        choices=location_choices,
        required=False,
        help_text=_("For a new device, and for one that was only announced."),
    )
    reason = forms.ChoiceField(
        label=_("How do you know?"),
        choices=reasons(RECOGNITION_REASONS),
        widget=forms.RadioSelect,
        initial="looked_at_machine",
    )
    remark = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept apart from the ledger. No names of people, please."),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: dict[str, bool], **kwargs: Any) -> None:
        """`places`: for each possible answer whether it needs a location."""
        super().__init__(*args, **kwargs)
        self.places = places
        self.fields["location"].required = all(places.values())

    def clean(self) -> dict[str, Any]:
        """A device that is new, or was only announced, is received somewhere."""
        cleaned = super().clean() or self.cleaned_data
        choice = cleaned.get("choice", "")
        if choice and choice not in self.places:
            self.add_error("choice", gettext("Choose one of the answers."))
        elif self.places.get(choice) and not cleaned.get("location"):
            self.add_error("location", gettext("Say where the device stands."))
        return cleaned


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest) -> HttpResponse:
    """Take a file; go on to its device, or ask which one it is."""
    actor = actor_of(request)
    require(actor, Word.INSPECT)
    form = DropForm(*posted(request))
    if not form.is_valid():
        return render(request, "inventory/devices/drop.html", {"form": form}, status=422 if form.is_bound else 200)
    data, name = bytes_of(form.cleaned_data["file"])
    found = recognise(data, name, actor=actor)
    if found.decision == "same" and _is_here(found.candidates[0][0]):
        device, likeness = found.candidates[0]
        done = settle_inspection(found.inspection, found.sha256, actor=actor, tag=device.tag)
        said = gettext("The file is of %(tag)s. %(reasons)s") % {"tag": device, "reasons": _sentences(likeness.reasons)}
        messages.success(request, said)
        return _done(request, done)
    return _ask(request, found, ChoiceForm(initial={"seen": _sealed(found)}, places=_places(found)))


@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Take the file up where the person said that it belongs."""
    actor = actor_of(request)
    require(actor, Word.INSPECT)
    found = _unsealed(request.POST.get("seen", ""))
    form = ChoiceForm(request.POST, places=_places(found))
    if not form.is_valid():
        return _ask(request, found, form, status=422)
    asked = form.cleaned_data
    done = settle_inspection(
        found.inspection,
        found.sha256,
        actor=actor,
        tag="" if asked["choice"] == NEW else asked["choice"],
        location=asked["location"],
        reason=asked["reason"],
        remark=asked["remark"],
    )
    return _done(request, done)


def _ask(request: HttpRequest, found: Recognised, form: ChoiceForm, status: int = 200) -> HttpResponse:
    context = {
        "found": found,
        "candidates": [(device, likeness, _is_gone(device)) for device, likeness in found.candidates],
        "form": form,
        "chosen": form["choice"].value() or ("" if found.candidates else NEW),
        "new": NEW,
        "needs_place": any(form.places.values()),
    }
    return render(request, "inventory/devices/recognised.html", context, status=status)


def _done(request: HttpRequest, done: Inspected) -> HttpResponse:
    count = len(done.added)
    said = ngettext(
        "The file is taken up. %(count)s storage medium was added.",
        "The file is taken up. %(count)s storage media were added.",
        count,
    )
    messages.success(request, said % {"count": count})
    for warning in done.inspection.warnings:
        messages.warning(request, str(warning))
    return redirect("device", done.device.tag)


def _places(found: Recognised) -> dict[str, bool]:
    """Each answer that can be given, and whether it needs a place: what has left us is no answer yet."""
    here = {device.tag: not _is_here(device) for device, _likeness in found.candidates if not _is_gone(device)}
    return {**here, NEW: True}


def _is_here(device: Device) -> bool:
    return Status(device.status) not in {
        *(Status.DECLARED, Status.IN_TRANSIT, Status.LOST, Status.WITHDRAWN),
        *LEFT_CUSTODY,
    }


def _is_gone(device: Device) -> bool:
    return Status(device.status) in {Status.LOST, Status.WITHDRAWN, *LEFT_CUSTODY}


def _sentences(told: Any) -> str:
    return " ".join(str(one) for one in told)


def _sealed(found: Recognised) -> str:
    return signing.dumps([asdict(found.inspection), found.sha256], salt=_SALT, compress=True)


def _unsealed(text: str) -> Recognised:
    try:
        facts, sha256 = signing.loads(text, salt=_SALT, max_age=SEALED_FOR_SECONDS)
    except signing.BadSignature:
        raise BadInput(_("The file was looked at too long ago. Upload it again."), field="seen") from None
    media = tuple(SeenMedium(**one) for one in facts.pop("media"))
    lists = {name: tuple(value) for name, value in facts.items() if isinstance(value, list)}
    return recognised(Inspection(**{**facts, **lists, "media": media}), sha256)


urls = [
    path("inspections/", drop, name="inspections"),
    path("inspections/settle/", settle, name="inspection_settle"),
]
