"""The page on which a device that did not work is exchanged for another from the stock."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.handover.queries import given_with
from inventory.handover.replacing import exchangeable, replace_device
from inventory.pages.asking import actor_of
from inventory.pages.device_forms import CameBackForm, PlaceForm

# As many as one looks through; the rest is found by the first.
MOST_SHOWN = 20


class ReplaceForm(CameBackForm, PlaceForm):
    """Which device takes its place, where the other goes, and what came back with it."""

    field_order = ("replacement", "location")
    replacement = forms.ChoiceField(label=gettext_lazy("Which device takes its place?"), widget=forms.RadioSelect)

    def __init__(self, stock: list[Device], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["replacement"]
        field.choices = [(one.tag, _said(one)) for one in stock]
        self.fields["location"].label = _("Where does the one that came back go?")


@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, tag: str) -> HttpResponse:
    """Exchange it: one step for both devices."""
    actor = actor_of(request)
    item, stock = exchangeable(tag, actor)
    shown = list(stock[:MOST_SHOWN])
    form = ReplaceForm(shown, request.POST or None, initial=given_with(item.device))
    if form.is_valid():
        made = replace_device(item.device.tag, actor=actor, **form.cleaned_data)
        said = _("%(back)s came back, %(given)s was given in its place. The letter is written.")
        messages.success(request, said % {"back": item.device, "given": made.device})
        return redirect("agreement", item.agreement.number)
    context = {"form": form, "item": item, "device": item.device, "stock": shown}
    return render(request, "inventory/handover/replace.html", context, status=422 if form.errors else 200)


def _said(device: Device) -> str:
    place = device.location.code if device.location else "–"
    memory = f"{device.memory_mb // 1024} GB" if device.memory_mb else ""
    return " · ".join(word for word in (grouped(device.tag), device.title, memory, device.grade, place) if word)


urls = [path("devices/<str:tag>/replace/", replace, name="device_replace")]
