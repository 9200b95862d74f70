"""A member asks on line, one question a page; the answers wait in the session, nothing is entered before the end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation.taking_in import take_in
from inventory.associations.commands import Wish
from inventory.associations.models import Association
from inventory.associations.queries import associations
from inventory.associations.questions import USES
from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of
from inventory.pages.request_forms import (
    NUMBERS,
    AssociationStep,
    DaysStep,
    DetailsStep,
    EquipmentStep,
    EvidenceStep,
    PeopleStep,
    PurposeStep,
)

# Each step's question, and what stands under it.
STEPS: dict[str, tuple[Promise, Promise | str]] = {
    "association": (_("For which association do you ask?"), ""),
    "purpose": (_("What is the equipment for?"), _("It helps us to understand what you do, and to choose well.")),
    "equipment": (_("What do you need?"), _("Enter a number beside each kind you need. Leave the others empty.")),
    "details": (
        _("If we cannot give everything"),
        _("There is often less equipment than wishes. What would still help you?"),
    ),
    "people": (_("How many people will it serve?"), ""),
    "days": (_("When do you need it?"), _("Both days may stay empty.")),
    "evidence": (_("How can we see that it is used?"), _("You need not answer this now.")),
    "check": (_("Check your answers"), _("Nothing is sent before you press the button below.")),
}
ORDER = tuple(STEPS)
# The place of a step on the line of stations; "details" belongs to question 3.
_PLACE = {
    "association": 1,
    "purpose": 2,
    "equipment": 3,
    "details": 3,
    "people": 4,
    "days": 5,
    "evidence": 6,
    "check": 7,
}
_KEPT = "asking"


def begin(request: HttpRequest) -> HttpResponse:
    """Begin with the first question that is not answered yet; `?association=` names one, `?anew=1` forgets."""
    own = _own(request)
    if not own:
        return render(request, "inventory/requests/no_association.html")
    if request.GET.get("anew"):
        request.session.pop(_KEPT, None)
    named = [one.code for one in own if one.code == request.GET.get("association") or len(own) == 1]
    answers = _answers(request)
    if named:
        answers["association"] = {"association": named[0]}
        request.session[_KEPT] = answers
    return redirect("request_step", _first_open(answers))


def step(request: HttpRequest, step: str) -> HttpResponse:
    """Ask one question; a right answer leads to the next one that is open, in the end to the check."""
    if step not in STEPS:
        raise Http404
    require(actor_of(request), Word.REQUEST)
    answers = _answers(request)
    if step == "association" and len(_own(request)) < 2:
        return begin(request)
    if ORDER.index(step) > ORDER.index(_first_open(answers)):
        return redirect("request_step", _first_open(answers))
    if step == "check":
        return _check(request, answers)
    form = _form(request, step, answers)
    if request.method == "POST" and form.is_valid():
        if step == "equipment" and answers.get("equipment") != form.cleaned_data:
            answers.pop("details", None)
        answers[step] = form.cleaned_data
        request.session[_KEPT] = answers
        return redirect("request_step", _first_open(answers))
    context = {**_frame(step, request), "form": form}
    template = "details" if step == "details" else "equipment" if step == "equipment" else "step"
    return render(request, f"inventory/requests/{template}.html", context, status=422 if form.errors else 200)


def _check(request: HttpRequest, answers: dict[str, Any]) -> HttpResponse:
    wishes = _wishes(answers)
    if request.method == "POST":
        made = take_in(
            actor=actor_of(request),
            association=answers["association"]["association"],
            wishes=wishes,
            purpose=answers["purpose"]["purpose"],
            channel="online",
            people_served=answers["people"]["people_served"],
            earliest_on=_day(answers["days"]["earliest_on"]),
            latest_on=_day(answers["days"]["latest_on"]),
            evidence=answers["evidence"]["evidence"],
        )
        del request.session[_KEPT]
        response = redirect("request_receipt", made.reference)
        response["Location"] += "?sent=1"
        return response
    names = {one.code: one.name for one in _own(request)}
    context = {
        **_frame("check", request),
        "association": names.get(answers["association"]["association"], ""),
        "several": len(names) > 1,
        "purpose": answers["purpose"]["purpose"],
        "wishes": [
            (wish, CATEGORIES[wish.category], USES[wish.use][0] if wish.use else "", _kinds(wish)) for wish in wishes
        ],
        "people_served": answers["people"]["people_served"],
        "earliest_on": _day(answers["days"]["earliest_on"]),
        "latest_on": _day(answers["days"]["latest_on"]),
        "evidence": answers["evidence"]["evidence"],
    }
    return render(request, "inventory/requests/check.html", context)


def _form(request: HttpRequest, step: str, answers: dict[str, Any]) -> forms.Form:
    given: Any = {"data": request.POST} if request.method == "POST" else {"initial": answers.get(step)}
    if step == "association":
        return AssociationStep(_own(request), **given)
    if step == "details":
        return DetailsStep(answers["equipment"], **given)
    plain: dict[str, type[forms.Form]] = {
        "purpose": PurposeStep,
        "equipment": EquipmentStep,
        "people": PeopleStep,
        "days": DaysStep,
        "evidence": EvidenceStep,
    }
    return plain[step](**given)


def _wishes(answers: dict[str, Any]) -> list[Wish]:
    details = answers["details"]
    return [
        Wish(
            category,
            count,
            least_useful=details[f"least_{category}"],
            use=details.get(f"use_{category}", ""),
            substitutes=details.get(f"instead_{category}", []),
            all_or_nothing=details[f"together_{category}"],
        )
        for category, count in answers["equipment"].items()
    ]


def _kinds(wish: Wish) -> str:
    return ", ".join(str(CATEGORIES[kind]) for kind in wish.substitutes)


def _day(kept: str) -> dt.date | None:
    return dt.date.fromisoformat(kept) if kept else None


def _frame(step: str, request: HttpRequest) -> dict[str, Any]:
    question, hint = STEPS[step]
    names = [*NUMBERS.values(), ("", _("Check and send"))]
    here = _PLACE[step]
    before = ORDER.index(step) - 1
    alone = before == 0 and len(_own(request)) == 1
    return {
        "question": question,
        "hint": hint,
        "stations": [
            {"name": name, "number": number, "done": place < here, "here": place == here}
            for place, (number, name) in enumerate(names, start=1)
        ],
        "back": "" if before < 0 or alone else ORDER[before],
    }


def _own(request: HttpRequest) -> list[Association]:
    require(actor_of(request), Word.REQUEST)
    return list(associations(actor_of(request)).filter(memberships__user_id=actor_of(request).pk))


def _answers(request: HttpRequest) -> dict[str, Any]:
    answers: dict[str, Any] = request.session.get(_KEPT, {})
    return dict(answers)


def _first_open(answers: dict[str, Any]) -> str:
    return next((step for step in ORDER if step not in answers), "check")
