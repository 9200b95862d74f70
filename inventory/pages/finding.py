"""Telling us of a device without an account, and what colleagues do with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.disposal import finding
from inventory.pages.asking import actor_of, page_of


class FoundForm(forms.Form):
    """What, where, and an answer only for who wants one."""

    what = forms.ChoiceField(
        label=gettext_lazy("What do you want to tell us?"), choices=list(finding.WHAT.items()), widget=forms.RadioSelect
    )
    place = forms.CharField(
        label=gettext_lazy("Where is the device?"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example: tram 51, stop Lemonnier. No names, please."),
    )
    answer_to = forms.CharField(
        label=gettext_lazy("How can we answer you?"),
        max_length=100,
        required=False,
        help_text=gettext_lazy(
            "Only if you want an answer: a telephone number or an e-mail address. We erase it when this is settled."
        ),
    )


@require_http_methods(["GET", "POST"])
def tell_found(request: HttpRequest, tag: str) -> HttpResponse:
    """The same page for every tag, known or not; nothing is kept of who tells but what they choose."""
    form = FoundForm(request.POST or None)
    if form.is_valid():
        finding.tell_found(tag, actor=finding.Stranger(), **form.cleaned_data)
        return redirect(f"{reverse('found_told')}")
    return render(request, "inventory/public/tell.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """Thank you, and what happens next."""
    return render(request, "inventory/public/told.html")


@require_safe
def found_reports(request: HttpRequest) -> HttpResponse:
    """What strangers told: what waits first."""
    actor = actor_of(request)
    every = request.GET.get("all") == "1"
    context: dict[str, Any] = {
        "page": page_of(request, finding.found_reports(actor, waiting=not every)),
        "every": every,
        "what": finding.WHAT,
        "outcomes": finding.OUTCOMES,
    }
    return render(request, "inventory/disposal/found_reports.html", context)


@require_POST
def settle(request: HttpRequest, number: str) -> HttpResponse:
    """What came of one."""
    finding.settle_report(number, actor=actor_of(request), outcome=request.POST.get("outcome", ""))
    messages.success(request, _("Settled. Place and way to answer are erased."))
    return redirect("found_reports")


urls = [
    path("t/<str:tag>/tell/", tell_found, name="tell_found"),
    path("public/told/", told, name="found_told"),
    path("found/", found_reports, name="found_reports"),
    path("found/<str:number>/settle/", settle, name="found_report_settle"),
]
