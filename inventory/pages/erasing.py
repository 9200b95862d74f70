"""Erasing by page, for the data protection officer: a private text, or the person behind a key."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from inventory.devices.gatekeepers import require
from inventory.ledger.erasing import REASONS, forget_payload, forget_person
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of
from inventory.pages.audit_words import KINDS

_PLAIN = {"autocomplete": "off", "spellcheck": "false", "class": "serial"}


class PayloadForm(forms.Form):
    """Which entry, and why."""

    kind = forms.ChoiceField(label=_("Kind of thing"), choices=list(KINDS.items()))
    key = forms.CharField(label=_("Thing (tag or number)"), max_length=40, widget=forms.TextInput(attrs=_PLAIN))
    seq = forms.IntegerField(
        label=_("Number of the entry in its history"), min_value=1, max_value=10**9, help_text=_("Such as 4.")
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=list(REASONS.items()))


class PersonForm(forms.Form):
    """Whose name, and why."""

    key = forms.CharField(
        label=_("Key of the person"),
        help_text=_("As it stands in the ledger, such as u-1f2e3d4c5b6a7980."),
        max_length=40,
        widget=forms.TextInput(attrs=_PLAIN),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=list(REASONS.items()))


@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Two forms; each erases one thing, and leaves an entry that says so."""
    actor = actor_of(request)
    require(actor, Word.ERASE)
    asked = request.POST.get("what", "")
    text = PayloadForm(request.POST if asked == "text" else None, prefix="text")
    person = PersonForm(request.POST if asked == "person" else None, prefix="person")
    if text.is_valid():
        given = text.cleaned_data
        key = given["key"].strip()
        key = key.upper().replace("-", "") if given["kind"] in {"device", "medium"} else key
        forget_payload(given["kind"], key, given["seq"], actor=actor, reason=given["reason"])
        messages.success(request, _("The text is erased. The entry stays, and another says that it was erased."))
        return redirect("erase")
    if person.is_valid():
        forget_person(person.cleaned_data["key"].strip(), actor=actor, reason=person.cleaned_data["reason"])
        messages.success(request, _("The person is erased. The deeds stay, under a key that names nobody."))
        return redirect("erase")
    wrong = bool(text.errors or person.errors)
    return render(request, "inventory/audit/erase.html", {"text": text, "person": person}, status=422 if wrong else 200)


urls = [path("erase/", erase, name="erase")]
