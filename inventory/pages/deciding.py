"""A round is decided by the competent organ, its letters are printed, its waiting list read, and it is published."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.allocation import deciding, explanations, letters, outcomes, queries
from inventory.allocation.organs import ORGANS
from inventory.allocation.pools import POOLS, described
from inventory.associations.queries import request_of
from inventory.devices.gatekeepers import require
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of
from inventory.pages.fields import DayField, choices_of


class RoundDecisionForm(forms.Form):
    """What the organ decided: which organ, number, day and reasons."""

    organ = forms.ChoiceField(
        label=gettext_lazy("Which organ decided?"), choices=choices_of(ORGANS), widget=forms.RadioSelect
    )
    decision = forms.CharField(
        label=gettext_lazy("Number of the decision"), max_length=40, help_text=gettext_lazy("For example: CC-2026-118.")
    )
    decided_on = DayField(label=gettext_lazy("Day of the decision"), initial=timezone.localdate)
    reasons_fr = forms.CharField(
        label=gettext_lazy("Reasons in French"),
        min_length=20,
        widget=forms.Textarea(attrs={"rows": 5, "lang": "fr"}),
        help_text=gettext_lazy(
            "General ones, as in the decision: they stand in each letter in its language. The reasons of each request "
            "are added from its turns."
        ),
    )
    reasons_nl = forms.CharField(
        label=gettext_lazy("Reasons in Dutch"), min_length=20, widget=forms.Textarea(attrs={"rows": 5, "lang": "nl"})
    )


@require_http_methods(["GET", "POST"])
def decide_round(request: HttpRequest, number: str) -> HttpResponse:
    """Record the decision; every request that waits gets its answer."""
    actor = actor_of(request)
    require(actor, Word.DECIDE)
    found = queries.round_numbered(number)
    form = RoundDecisionForm(request.POST or None)
    if form.is_valid():
        deciding.decide_round(number, actor=actor, **form.cleaned_data)
        messages.success(request, _("The round is decided. Print the letters, then publish it."))
        return redirect("round", number)
    pools = [state for state in outcomes.pool_states(found, actor) if state.frozen]
    context = {"round": found, "form": form, "pools": pools}
    return render(request, "inventory/allocation/decide_round.html", context, status=422 if form.is_bound else 200)


@require_POST
def publish(request: HttpRequest, number: str) -> HttpResponse:
    """Publish a decided round; the certificate runs first."""
    deciding.publish_round(number, actor=actor_of(request))
    messages.success(request, _("The certificate says yes: the round is published."))
    return redirect("round", number)


@require_POST
def print_letters(request: HttpRequest, number: str) -> HttpResponse:
    """Every letter of a round: a few as one PDF at once, more by a worker."""
    actor = actor_of(request)
    made = letters.letters_of(number, actor)
    if len(made) <= letters.AT_ONCE:
        return _pdf(letters.letters_pdf(made), f"{number}-letters")
    return redirect("job", letters.print_letters(number, actor=actor).code)


@require_safe
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter of one request's latest decision."""
    found = request_of(reference, actor_of(request))
    return _pdf(letters.letter_of(found), found.reference)


@require_safe
def waiting(request: HttpRequest, number: str) -> HttpResponse:
    """Who gets the next devices of each group, and who waits for the next round."""
    actor = actor_of(request)
    found = queries.round_numbered(number)
    require(actor, Word.READ_REQUESTS)
    hidden = outcomes.hidden_from(actor)
    pools = [
        {"label": POOLS[frozen.pool][0], "groups": _places(explanations.queues(frozen), hidden)}
        for frozen in outcomes.frozen_pools(found)
        if frozen.drawn_at is not None
    ]
    waits = [one for one in queries.decisions_in(found, actor) if one.outcome == "waiting"]
    context = {"round": found, "pools": pools, "waiting": waits}
    return render(request, "inventory/allocation/waiting.html", context)


@require_safe
def why(request: HttpRequest, reference: str) -> HttpResponse:
    """Why each line of a request got what it got, and what would have changed it; members see it once decided."""
    actor = actor_of(request)
    found = request_of(reference, actor)
    told = explanations.explained(found, what_if=True) if queries.may_see_why(found, actor) else []
    context = {"request_": found, "told": told, "decided": found.purpose and queries.decisions_of(found).first()}
    return render(request, "inventory/allocation/why.html", context)


def _places(queues: dict[str, list[str]], hidden: set[str]) -> list[dict[str, Any]]:
    names = queries.names_of_associations([code for codes in queues.values() for code in codes])
    return [
        {
            "group": described(group),
            "names": [_("hidden from you") if code in hidden else names.get(code, code) for code in codes],
        }
        for group, codes in sorted(queues.items())
    ]


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


urls = [
    path("rounds/<str:number>/decide/", decide_round, name="round_decide"),
    path("rounds/<str:number>/publish/", publish, name="round_publish"),
    path("rounds/<str:number>/letters/", print_letters, name="round_letters"),
    path("rounds/<str:number>/waiting/", waiting, name="round_waiting"),
    path("requests/<str:reference>/letter.pdf", letter, name="request_letter"),
    path("requests/<str:reference>/why/", why, name="request_why"),
]
