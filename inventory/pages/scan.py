"""Looking up by scanning: one code opens its device, several make a list."""

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

from inventory.devices.gatekeepers import require
from inventory.devices.queries import scanned, scanned_list
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of
from inventory.scanning.cards import read_card


class ScansForm(forms.Form):
    """Several codes at once."""

    q = forms.CharField(
        label=_("Codes"),
        widget=forms.Textarea(attrs={"rows": 8, "class": "tag-list", "autocapitalize": "characters"}),
        help_text=_("Tags, links, serial or inventory numbers, one a line, at most 500."),
    )


@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """What was scanned: its device, its medium, a mode card, a label to stick on, or a list to choose from."""
    actor = actor_of(request)
    require(actor, Word.READ_DEVICES)
    text = (request.POST if request.method == "POST" else request.GET).get("q", "")
    context: dict[str, Any] = {"form": ScansForm(), "may_inspect": actor.holds(Word.INSPECT)}
    if len(text.split("\n")) > 1:
        context |= {"results": scanned_list(text, actor), "form": ScansForm(initial={"q": text})}
        return render(request, "inventory/scan/scan.html", context)
    if not text.strip():
        return render(request, "inventory/scan/scan.html", context)
    if card := read_card(text):
        return redirect(f"{reverse('scan_begin', args=[card.act])}?{urlencode({'location': card.location})}")
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


urls = [
    path("scan/", scan, name="scan"),
]
