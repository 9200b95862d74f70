"""What a QR code opens for somebody without an account: never who has the device, its serial or where it is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path
from django.views.decorators.http import require_safe

from inventory.devices.queries import scanned
from inventory.lifecycle import Word
from inventory.wiping.queries import public_facts


@require_safe
def public_device(request: HttpRequest, tag: str) -> HttpResponse:
    """The same page for every tag, known or not; colleagues go to the device's own page."""
    user = request.user
    if user.is_authenticated and user.holds(Word.READ_DEVICES):
        medium = scanned(tag, user).medium
        return redirect("medium", medium.code) if medium else redirect("device", tag)
    return render(request, "inventory/public/device.html", {"facts": public_facts(tag), "tag": tag})


urls = [
    path("t/<str:tag>/", public_device, name="public_device"),
    # Codes say /T/<TAG>; people type what they like.
    re_path(r"^[tT]/(?P<tag>[^/]+)/?$", public_device),
]
