"""Complaints for people: what waits for an answer and until when, and the answer with its reasons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from inventory.allocation import complaints as commands
from inventory.allocation.pools import POOLS
from inventory.allocation.queries import OUTCOMES, decisions_of
from inventory.allocation.refusing import refused_by
from inventory.associations.facts import CHANNELS, UI_LANGUAGES
from inventory.associations.filings import answer_due, read_back
from inventory.associations.models import Request
from inventory.devices.queries import names_of
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, page_of
from inventory.pages.fields import choices_of

STATES = {
    "open": gettext_lazy("To be answered"),
    "late": gettext_lazy("Too late already"),
    "answered": gettext_lazy("Answered"),
}


class AnswerForm(forms.Form):
    """Whether the complaint is right, why, and what repairs it."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Is the complaint right?"),
        choices=choices_of(commands.OUTCOMES),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("Why, in full sentences"),
        min_length=20,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    repair_pool = forms.ChoiceField(
        label=gettext_lazy("Is a mistake repaired by devices in the next round?"),
        required=False,
        help_text=gettext_lazy("By a pin: the association comes first there, and the report of that round says why."),
    )
    repair_units = forms.IntegerField(
        label=gettext_lazy("How many devices"), min_value=0, max_value=commands.MOST_REPAIRED, required=False
    )

    excuses = forms.BooleanField(
        label=gettext_lazy("There was a good reason to refuse the devices"),
        required=False,
        help_text=gettext_lazy("They no longer count in the next round, and no line stays closed for them."),
    )

    def __init__(self, asked: Request, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        body = asked.association
        if not refused_by(asked):
            del self.fields["excuses"]
        pool: Any = self.fields["repair_pool"]
        pool.choices = [("", gettext_lazy("No")), *((code, label) for code, (label, _kinds) in POOLS.items())]
        language = UI_LANGUAGES[body.official_language]
        self.fields["words"].help_text = _("In %(language)s: the sentences stand in a letter to the association.") % {
            "language": language
        }

    def clean_repair_units(self) -> int:
        """Left empty: none."""
        return self.cleaned_data["repair_units"] or 0


@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, soonest due first; answered ones on their own filter."""
    actor = actor_of(request)
    state = request.GET.get("state", "open")
    page = page_of(request, commands.complaints(actor, state=state))
    context = {
        "page": page,
        "rows": [(one, CHANNELS[one.channel], answer_due(one), commands.answer_to(one)) for one in page],
        "outcomes": commands.OUTCOMES,
        "state": state,
        "states": STATES,
        "today": timezone.localdate(),
        "member": not actor.holds(Word.READ_REQUESTS),
    }
    return render(request, "inventory/allocation/complaints.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest, number: str) -> HttpResponse:
    """One complaint, what was decided on the request, and the answer; or the form to answer it."""
    actor = actor_of(request)
    found = commands.complaint_numbered(number, actor)
    form = AnswerForm(found.request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        commands.answer_complaint(found.number, actor=actor, **form.cleaned_data)
        messages.success(request, _("The complaint is answered, and its letter is written."))
        return redirect("complaint", found.number)
    answer = commands.answer_to(found)
    person: Any = answer.answered_by if answer else None
    context = {
        "complaint": found,
        "channel": CHANNELS[found.channel],
        "said": read_back(found),
        "due": answer_due(found),
        "today": timezone.localdate(),
        "answer": answer,
        "outcome": commands.OUTCOMES[answer.outcome] if answer else "",
        "follows": commands.follows(answer) if answer else "",
        "by": names_of([person.key], actor)[person.key] if person else "",
        "decisions": [(one, OUTCOMES[one.outcome]) for one in decisions_of(found.request)],
        "may_answer": answer is None and (actor.holds(Word.ALLOCATE) or actor.holds(Word.DECIDE)),
        "form": form,
    }
    return render(request, "inventory/allocation/complaint.html", context, status=422 if form.errors else 200)


urls = [
    path("complaints/", complaints, name="complaints"),
    path("complaints/<str:number>/", complaint, name="complaint"),
]
