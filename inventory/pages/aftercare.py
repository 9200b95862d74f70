"""What comes after a hand-over, for people: one list, one form for every kind, reports that are due, and recalls."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.associations.facts import CHANNELS
from inventory.associations.letters import letters_pdf
from inventory.devices.categories import TOLD
from inventory.devices.gatekeepers import require, require_one
from inventory.devices.tags import grouped
from inventory.handover import afterwards
from inventory.handover.aftercare import KINDS, Kind, note_after, remind_of_reports
from inventory.handover.models import Agreement
from inventory.handover.queries import agreement_numbered, items_of
from inventory.handover.recalling import AT_ONCE, ask_recall, letters_of_recall, write_recall
from inventory.lifecycle import Actor, Word
from inventory.pages.asking import actor_of, page_of
from inventory.pages.fields import DayField
from inventory.pages.handover_forms import EuroField


class AfterForm(forms.Form):
    """What was told or found: only what this kind asks for."""

    tags = forms.MultipleChoiceField(label=gettext_lazy("Devices"), widget=forms.CheckboxSelectMultiple)
    words = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    cents = EuroField(label=gettext_lazy("Amount (€)"))
    happened_on = DayField(label=gettext_lazy("When it happened"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("How did it reach us?"))

    def __init__(self, kind: Kind, agreement: Agreement, actor: Actor, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        tags: Any = self.fields["tags"]
        given = [item for item in items_of(agreement) if item.end_reason not in ("left_out", "cancelled")]
        tags.choices = [(one.device.tag, f"{grouped(one.device.tag)} {one.device.title}".strip()) for one in given]
        tags.required = kind.needs_devices
        self.fields["words"].label = str(kind.hint)
        self.fields["words"].required = kind.needs_words
        channel: Any = self.fields["channel"]
        channel.choices = [(code, label) for code, label in CHANNELS.items() if code != "online"]
        if not kind.needs_amount:
            del self.fields["cents"]
        if _is_member(actor):
            del self.fields["channel"]


class RecallForm(forms.Form):
    """Which machines: make, model, and the serials from and until."""

    make = forms.CharField(label=gettext_lazy("Make"), max_length=100, min_length=2)
    model = forms.CharField(label=gettext_lazy("Model"), max_length=150, required=False)
    first = forms.CharField(label=gettext_lazy("Serial from"), max_length=100, required=False)
    last = forms.CharField(label=gettext_lazy("Serial until"), max_length=100, required=False)


class RecallLetterForm(RecallForm):
    """What is wrong and what to do, in both languages."""

    words_fr = forms.CharField(
        label=gettext_lazy("What is wrong and what to do, in French"),
        min_length=20,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    words_nl = forms.CharField(
        label=gettext_lazy("What is wrong and what to do, in Dutch"),
        min_length=20,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in RecallForm.base_fields:
            self.fields[name].widget = forms.HiddenInput()


@require_safe
def aftercare(request: HttpRequest) -> HttpResponse:
    """What was told or found after hand-overs, latest first, and the reports that are due."""
    actor = actor_of(request)
    wanted = request.GET.get("kind", "")
    page = page_of(request, afterwards.after_events(actor, kind=wanted))
    clerk = actor.holds(Word.REQUEST_FOR_OTHERS) or actor.holds(Word.TAKE_BACK)
    due = afterwards.reports_due(actor) if clerk or actor.holds(Word.AUDIT) else []
    stand = afterwards.standing(actor)
    context = {
        "page": page,
        "rows": [(one, KINDS[one.kind].label, CHANNELS[one.channel]) for one in page],
        "kinds": {code: one.label for code, one in KINDS.items()},
        "wanted": wanted,
        "due": [(one, afterwards.due_on(one)) for one in due[:200]],
        "may_remind": clerk,
        "standing": stand,
        "told": [(code, TOLD[code], count) for code, count in stand.told.items()],
        "may_open_devices": actor.holds(Word.READ_DEVICES),
        "may_replace": actor.holds(Word.HAND_OVER),
        "may_recall": actor.holds(Word.TAKE_BACK) or actor.holds(Word.AUDIT),
    }
    return render(request, "inventory/aftercare/aftercare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """One form for every kind, for members and for the city alike."""
    actor = actor_of(request)
    asked = KINDS.get(kind)
    if asked is None:
        raise Http404
    if asked.word:
        require(actor, asked.word)
    found = agreement_numbered(number, actor)
    if not _is_member(actor) and asked.word is None:
        require_one(actor, Word.REQUEST_FOR_OTHERS, Word.TAKE_BACK)
    form = AfterForm(asked, found, actor, request.POST or None)
    if form.is_valid():
        facts = {"channel": "online", **form.cleaned_data}
        note_after(found.number, kind, actor=actor, **facts)
        messages.success(request, _("It is noted, and a letter is written."))
        return redirect("agreement", found.number)
    context = {"form": form, "agreement": found, "kind": asked}
    return render(request, "inventory/aftercare/tell.html", context, status=422 if form.errors else 200)


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Write to those whose report of use is due."""
    count = remind_of_reports(request.POST.getlist("number"), actor=actor_of(request))
    messages.success(request, _("%(count)s letters are written.") % {"count": count})
    return redirect("aftercare")


@require_safe
def recall(request: HttpRequest) -> HttpResponse:
    """Who holds machines that are recalled; as a page, or as CSV with `?format=csv`."""
    actor = actor_of(request)
    require_one(actor, Word.TAKE_BACK, Word.AUDIT)
    asked = bool(request.GET.get("make"))
    form = RecallForm(request.GET if asked else None)
    rows = afterwards.recalled(actor, **form.cleaned_data) if asked and form.is_valid() else []
    if rows and request.GET.get("format") == "csv":
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="recall.csv"'
        writer = csv.writer(response)
        writer.writerows([_plain(cell) for cell in line] for line in afterwards.recall_lines(rows))
        return response
    context = {
        "form": form,
        "asked": asked,
        "rows": rows,
        "holders": afterwards.holders(rows),
        "query": request.GET.urlencode(),
        "may_write": actor.holds(Word.TAKE_BACK),
        "letter_form": RecallLetterForm(initial=form.cleaned_data if rows else {}),
    }
    return render(request, "inventory/aftercare/recall.html", context, status=422 if form.errors else 200)


@require_POST
def recall_letters(request: HttpRequest) -> HttpResponse:
    """Write the letters of a recall; they come back as one PDF to print, and wait in the list to post."""
    actor = actor_of(request)
    require(actor, Word.TAKE_BACK)
    form = RecallLetterForm(request.POST)
    if not form.is_valid():
        context = {"form": RecallForm(request.POST), "letter_form": form, "may_write": True, "rows": [], "asked": False}
        return render(request, "inventory/aftercare/recall.html", context, status=422)
    search = {name: form.cleaned_data[name] for name in RecallForm.base_fields}
    if letters_of_recall(actor, **search) > AT_ONCE:
        job = ask_recall(actor=actor, **form.cleaned_data)
        messages.success(request, _("The letters are written and set in the background."))
        return redirect("job", job.code)
    letters = write_recall(actor=actor, **form.cleaned_data)
    response = HttpResponse(letters_pdf(letters), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="recall.pdf"'
    return response


def _is_member(actor: Actor) -> bool:
    return not any(actor.holds(word) for word in (Word.REQUEST_FOR_OTHERS, Word.TAKE_BACK, Word.DECIDE_ELIGIBILITY))


def _plain(cell: str) -> str:
    # A spreadsheet must not take a name for a formula.
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


urls = [
    path("aftercare/", aftercare, name="aftercare"),
    path("aftercare/remind/", remind, name="aftercare_remind"),
    path("recall/", recall, name="recall"),
    path("recall/letters/", recall_letters, name="recall_letters"),
    path("handovers/<str:number>/after/<slug:kind>/", tell, name="aftercare_tell"),
]
