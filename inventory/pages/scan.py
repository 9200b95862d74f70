"""Scanning: one code opens its device, several make a list, and in the cellar each scan receives a device."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from inventory.devices.commands import location_named
from inventory.devices.gatekeepers import require
from inventory.devices.queries import scanned, scanned_list
from inventory.devices.scanning import Answer, receive_scanned
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, posted
from inventory.pages.device_forms import TAG_FIELD, PlaceForm

# How many answers stay on the screen below the latest.
MOST_ANSWERS = 10


class ScansForm(forms.Form):
    """Several codes at once."""

    q = forms.CharField(
        label=_("Codes"),
        widget=forms.Textarea(attrs={"rows": 8, "class": "tag-list", "autocapitalize": "characters"}),
        help_text=_("Tags, links, serial or inventory numbers, one a line, at most 500."),
    )


class ReceiveScanForm(forms.Form):
    """The scan field of the cellar."""

    q = forms.CharField(
        label=_("Scan the label"),
        required=False,
        widget=forms.TextInput(attrs={**TAG_FIELD, "class": "", "autofocus": True, "inputmode": "text"}),
    )


@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """What was scanned: its device, its medium, a label to stick on, or a list to choose from."""
    actor = actor_of(request)
    require(actor, Word.READ_DEVICES)
    text = (request.POST if request.method == "POST" else request.GET).get("q", "")
    context: dict[str, Any] = {"form": ScansForm(), "may_inspect": actor.holds(Word.INSPECT)}
    if len(text.split("\n")) > 1:
        context |= {"results": scanned_list(text, actor), "form": ScansForm(initial={"q": text})}
        return render(request, "inventory/scan/scan.html", context)
    if not text.strip():
        return render(request, "inventory/scan/scan.html", context)
    result = scanned(text, actor)
    if result.device:
        return redirect("device", result.device.tag)
    if result.medium:
        return redirect("medium", result.medium.code)
    if result.free_tag and actor.holds(Word.RECEIVE):
        messages.info(request, _("This label is on no device yet. Register the device it is stuck on."))
        return redirect(f"{reverse('device_found')}?{urlencode({'tag': result.free_tag})}")
    messages.warning(request, str(result.refusal))
    return redirect(f"{reverse('devices')}?{urlencode({'q': result.words})}")


@require_http_methods(["GET", "POST"])
def receive_scan(request: HttpRequest) -> HttpResponse:
    """Receive by scanning: a location once, then one device after the other. The tally is kept in the session."""
    actor = actor_of(request)
    require(actor, Word.RECEIVE)
    if request.method == "POST" and "location" in request.POST:
        form = PlaceForm(*posted(request))
        if not form.is_valid():
            return render(request, "inventory/scan/where.html", {"form": form}, status=422)
        place = location_named(form.cleaned_data["location"])
        request.session["receiving"] = {"location": place.code, "count": 0, "answers": []}
        return redirect("receive_scan")
    tally: dict[str, Any] | None = request.session.get("receiving")
    if tally is None or "again" in request.GET:
        return render(request, "inventory/scan/where.html", {"form": PlaceForm()})
    if request.method == "POST":
        # An empty scan is a slip of the trigger: the field simply waits again.
        if request.POST.get("q", "").strip():
            answer = receive_scanned(request.POST["q"], actor=actor, location=tally["location"])
            _count(tally, answer, request.POST["q"])
            request.session["receiving"] = tally
        return redirect("receive_scan")
    context = {
        "form": ReceiveScanForm(),
        "place": location_named(tally["location"]),
        "count": tally["count"],
        "latest": tally["answers"][0] if tally["answers"] else None,
        "earlier": tally["answers"][1:],
    }
    return render(request, "inventory/scan/receive.html", context)


def _count(tally: dict[str, Any], answer: Answer, text: str) -> None:
    device = answer.device
    told = {
        "good": answer.good,
        "said": answer.said,
        "tag": device.tag if device else "",
        "free_tag": answer.free_tag,
        "title": device.title if device else text.strip()[:60],
        "category": device.category if device else "",
    }
    tally["count"] += answer.good
    tally["answers"] = [told, *tally["answers"]][:MOST_ANSWERS]


urls = [
    path("scan/", scan, name="scan"),
    path("scan/receive/", receive_scan, name="receive_scan"),
]
