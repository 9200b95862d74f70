"""Acts for the Region, for people: what is still to be sent, what was, and the day and reference of each sending."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory.devices.gatekeepers import require
from inventory.errors import NotFound
from inventory.handover import supervision
from inventory.handover.valuing import euro
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, page_of


class SentForm(forms.Form):
    """When it was sent, and under which reference."""

    sent_on = forms.DateField(label=gettext_lazy("Sent on"), widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=100,
        help_text=gettext_lazy("Of the registered letter, or of the Region’s counter."),
    )


@require_safe
def supervised(request: HttpRequest) -> HttpResponse:
    """Decisions to be sent, oldest first; those that were sent on their own filter."""
    actor = actor_of(request)
    state = request.GET.get("state", "open")
    page = page_of(request, supervision.acts(actor, state=state))
    context = {
        "page": page,
        "rows": [(one, euro(one.cents or 0, request.LANGUAGE_CODE)) for one in page],
        "state": state if state in supervision.STATES else "open",
        "states": supervision.STATES,
        "least": euro(supervision.least_cents(), request.LANGUAGE_CODE),
        "may_send": actor.holds(Word.ALLOCATE),
    }
    return render(request, "inventory/handover/supervised.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def send_on(request: HttpRequest, number: str) -> HttpResponse:
    """Write down that one was sent."""
    actor = actor_of(request)
    require(actor, Word.ALLOCATE)
    found = supervision.acts(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("Decision %(number)s does not wait to be sent.") % {"number": number})
    form = SentForm(request.POST or None, initial={"sent_on": timezone.localdate()})
    if form.is_valid():
        supervision.note_sent(found.number, actor=actor, **form.cleaned_data)
        messages.success(request, _("It is on record that %(number)s was sent.") % {"number": found.number})
        return redirect("supervised")
    context = {"decision": found, "value": euro(found.cents, request.LANGUAGE_CODE), "form": form}
    return render(request, "inventory/handover/send_on.html", context, status=422 if form.errors else 200)


urls = [
    path("decisions/region/", supervised, name="supervised"),
    path("decisions/<str:number>/region/", send_on, name="send_on"),
]
