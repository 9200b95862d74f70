"""Devices that a line does not take, for people: how many and why, then who is next, then the confirmation."""

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

from inventory.allocation.continuing import REASONS, Continuation, continuation, give_up
from inventory.allocation.queries import line_of
from inventory.associations.queries import names_of_requests, request_of
from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of


class GiveUpForm(forms.Form):
    """How many devices are not taken, and why."""

    count = forms.IntegerField(label=gettext_lazy("Devices that are not taken"), min_value=1, max_value=65_535)
    reason = forms.ChoiceField(
        label=gettext_lazy("Why they are not taken"),
        choices=list(REASONS.items()),
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Not wanted any more, without another reason: half a device each in the next round, and the second time "
            "the line is closed."
        ),
    )


@require_http_methods(["GET", "POST"])
def give_up_page(request: HttpRequest, reference: str, position: int) -> HttpResponse:
    """First who would be next; with that in sight, the confirmation."""
    actor = actor_of(request)
    require(actor, Word.DECIDE)
    asked = request_of(reference, actor)
    line = line_of(asked, position)
    sent = request.POST if request.method == "POST" else request.GET
    form = GiveUpForm(sent if "count" in sent else None)
    found: Continuation | None = None
    if form.is_valid():
        count, reason = form.cleaned_data["count"], form.cleaned_data["reason"]
        if request.method == "POST":
            seen = request.POST.get("seen", "")
            made = give_up(asked.reference, position, count, actor=actor, reason=reason, seen=seen)
            messages.success(request, _("%(count)s decisions are made.") % {"count": len(made)})
            return redirect("request", asked.reference)
        found = continuation(asked.reference, position, count, actor=actor, reason=reason)
    context: dict[str, Any] = {
        "request_": asked,
        "line": line,
        "kind": CATEGORIES.get(line.category, line.category),
        "form": form,
        "found": found,
    }
    if found:
        names = names_of_requests([one.reference for one in found.followers])
        context["followers"] = [(one, names.get(one.reference, "")) for one in found.followers]
    return render(request, "inventory/allocation/give_up.html", context, status=422 if form.errors else 200)


urls = [path("requests/<str:reference>/lines/<int:position>/give-up/", give_up_page, name="request_give_up")]
