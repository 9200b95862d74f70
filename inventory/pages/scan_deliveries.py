"""A delivery scanned in on a phone: what is still to come, the seals of its crates, and the two signatures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from inventory.collection import queries
from inventory.collection.models import Manifest
from inventory.lifecycle import Actor, Word
from inventory.pages.asking import actor_of
from inventory.pages.collection_forms import CountedField, driver_field
from inventory.pages.fields import PaperField, SignatureField
from inventory.scanning import commands


class SignHereForm(forms.Form):
    """What is asked when a delivery is signed without a network; a PIN cannot be checked there, so none is offered."""

    released_by = forms.TypedChoiceField(
        label=_("Driver"), help_text=_("The driver signs below, you with your account.")
    )
    counted = CountedField()
    seal = forms.CharField(
        label=_("Seal number"), max_length=60, required=False, help_text=_("As you found it, before you broke it.")
    )
    drawn = SignatureField()
    paper = PaperField(
        label=_("Photo"),
        required=False,
        help_text=_("Of the signed paper or of the load, if it helps."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def __init__(self, people: list[Any], driver: str) -> None:
        super().__init__(initial={"released_by": driver}, auto_id="sign_%s")
        driver_field(self.fields["released_by"], people)


@require_POST
def scan_in(request: HttpRequest, number: str) -> HttpResponse:
    """Begin to scan a delivery in, or join those who do."""
    session = commands.open_session("receive", actor=actor_of(request), manifest=number)
    return redirect("scan_session", session.code)


def delivery_of(manifest: Manifest, actor: Actor) -> dict[str, Any]:
    """What the scan page of a delivery shows beside the scans."""
    may_sign = manifest.state == "under_way" and actor.holds(Word.RECEIVE)
    pickup = queries.custody_of(manifest).filter(leg="pickup").last()
    sealed = {crate.code for crate in queries.sealed_crates(manifest)}
    return {
        "manifest": manifest,
        "lines": [{"line": line, "crate": crate} for line, crate in queries.on_the_way(manifest)],
        "crates": [{"carried": one, "sealed": one.container.code in sealed} for one in queries.crates_of(manifest)],
        "pickup": pickup,
        "sign_form": SignHereForm(queries.drivers(actor), pickup.received_by.get_username() if pickup else "")
        if may_sign
        else None,
    }


urls = [path("collections/<str:number>/scan/", scan_in, name="collection_scan")]
