"""Requests for people: find them, see where each stands like a parcel, withdraw, and enter what came on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inventory.allocation.queries import OUTCOMES, decisions_of, reservations_of, round_gathering
from inventory.associations import commands, queries
from inventory.associations.facts import CHANNELS
from inventory.associations.models import Request, RequestLine
from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require
from inventory.devices.queries import names_of
from inventory.handover.queries import Standing, agreements, standing_of
from inventory.lifecycle import Word
from inventory.pages import asking_online
from inventory.pages.asking import actor_of, page_of
from inventory.pages.request_forms import FORM_LINES, CounterForm, LineForms


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """Requests, latest date stamp first; the filters stand in the address. A member sees their own."""
    actor = actor_of(request)
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "channel", "q")}
    found = queries.requests(actor, state=asked["state"], channel=asked["channel"], words=asked["q"])
    context = {
        "page": page_of(request, found),
        "asked": asked,
        "filtered": any(asked.values()),
        "states": commands.REQUEST_STATES,
        "channels": CHANNELS,
        "member": not actor.holds(Word.READ_REQUESTS),
        "may_enter": actor.holds(Word.REQUEST_FOR_OTHERS) or actor.holds(Word.REQUEST),
    }
    return render(request, "inventory/requests/requests.html", context)


@require_GET
def one_request(request: HttpRequest, reference: str) -> HttpResponse:
    """One request: where it stands, its lines with asked, granted and kept, the decision with its reasons."""
    actor = actor_of(request)
    found = queries.request_of(reference, actor)
    decisions = list(decisions_of(found))
    people: list[Any] = [one.decided_by for one in decisions]
    names = names_of([person.key for person in people], actor)
    kept = list(reservations_of(found))
    may_allocate = bool(decisions) and actor.holds(Word.ALLOCATE)
    standing = standing_of(found)
    context = {
        "request_": found,
        "channel": CHANNELS[found.channel],
        "stations": stations(found, standing),
        "standing": standing,
        "lines": _lines(found, decisions),
        "decisions": [
            (one, OUTCOMES[one.outcome], names[person.key]) for one, person in zip(decisions, people, strict=True)
        ],
        "kept": kept if actor.holds(Word.READ_DEVICES) else [],
        "agreements": agreements(actor, request=found.reference),
        "may_decide": found.state == "received" and actor.holds(Word.DECIDE),
        "may_allocate": may_allocate,
        "may_withdraw": found.state == "received"
        and (actor.holds(Word.REQUEST) or actor.holds(Word.REQUEST_FOR_OTHERS)),
        "may_open_devices": actor.holds(Word.READ_DEVICES),
        "may_prepare": actor.holds(Word.HAND_OVER) and standing.reserved > standing.prepared,
    }
    return render(request, "inventory/requests/request.html", context)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once more, then withdraw a request that is not decided."""
    actor = actor_of(request)
    found = queries.request_of(reference, actor)
    if request.method == "POST":
        commands.withdraw_request(found.reference, actor=actor)
        messages.success(request, _("Request %(reference)s is withdrawn.") % {"reference": found.reference})
        return redirect("request", found.reference)
    return render(request, "inventory/requests/withdraw.html", {"request_": found})


@require_GET
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """What somebody takes home: the reference, what was asked, what happens next."""
    actor = actor_of(request)
    found = queries.request_of(reference, actor)
    context = {
        "may_enter": actor.holds(Word.REQUEST_FOR_OTHERS) or actor.holds(Word.REQUEST),
        "request_": found,
        "lines": [(line, CATEGORIES[line.category]) for line in queries.lines_of(found)],
        "channel": CHANNELS[found.channel],
        "round": round_gathering(),
        "fresh": request.GET.get("sent") == "1",
    }
    return render(request, "inventory/requests/receipt.html", context)


@require_http_methods(["GET", "POST"])
def new_request(request: HttpRequest) -> HttpResponse:
    """The clerk types in what came by the counter, telephone or post; a member asks on line, question by question."""
    actor = actor_of(request)
    if not actor.holds(Word.REQUEST_FOR_OTHERS) and actor.holds(Word.REQUEST):
        return asking_online.begin(request)
    require(actor, Word.REQUEST_FOR_OTHERS)
    form = CounterForm(actor, request.POST or None, initial={"association": request.GET.get("association", "")})
    lines = LineForms(request.POST or None, prefix="line")
    if request.method == "POST" and form.is_valid() & lines.is_valid():
        facts = form.cleaned_data
        facts["association"] = facts["association"].code
        made = commands.enter_request(actor=actor, wishes=lines.wishes, **facts)
        return redirect("request_receipt", made.reference)
    wrong = request.method == "POST"
    context = {"form": form, "lines": lines}
    return render(request, "inventory/requests/counter.html", context, status=422 if wrong else 200)


@require_GET
def form_on_paper(request: HttpRequest) -> HttpResponse:
    """The paper twin of the request in French or Dutch: same questions, same order, same numbers."""
    asked = request.GET.get("language") or translation.get_language() or "fr"
    language = asked if asked in {"fr", "nl"} else "fr"
    with translation.override(language):
        context = {"language": language, "rows": range(1, FORM_LINES + 1), "categories": list(CATEGORIES.values())}
        return render(request, "inventory/requests/on_paper.html", context)


def stations(found: Request, standing: Standing) -> list[dict[str, Any]]:
    """Where a request stands, like a parcel: each station with `name`, `said`, and `done` or `here`."""
    decided = found.state == "decided"
    withdrawn = found.state == "withdrawn"
    refused = decided and not standing.granted
    done = [
        True,
        decided or withdrawn,
        decided and 0 < standing.granted <= standing.reserved,
        0 < standing.granted <= standing.prepared,
        0 < standing.granted <= standing.given,
    ]
    counts = {"granted": standing.granted}
    of = _("%(count)s of %(granted)s")
    names = [
        (_("Received"), ""),
        (_("Withdrawn") if withdrawn else _("Refused") if refused else _("Decided") if decided else _("Decision"), ""),
        (_("Reserved"), of % {**counts, "count": standing.reserved} if standing.granted else ""),
        (_("Agreement"), of % {**counts, "count": standing.prepared} if standing.granted else ""),
        (_("Handed over"), of % {**counts, "count": standing.given} if standing.granted else ""),
    ]
    if withdrawn or refused:
        names, done = names[:2], done[:2]
    here = done.index(False) if False in done else -1
    return [
        {"name": name, "said": said, "done": done[place], "here": place == here}
        for place, (name, said) in enumerate(names)
    ]


def _lines(found: Request, decisions: list[Any]) -> list[dict[str, Any]]:
    granted = {one.line_id: one.granted for one in decisions[0].lines.all()} if decisions else {}
    return [_line(line, granted.get(line.pk)) for line in queries.lines_of(found)]


def _line(line: RequestLine, granted: int | None) -> dict[str, Any]:
    kept: int = line.kept  # type: ignore[attr-defined]  # counted by the query
    return {"line": line, "kind": CATEGORIES[line.category], "granted": granted, "open": max(0, (granted or 0) - kept)}


urls = [
    path("requests/", requests, name="requests"),
    path("requests/new/", new_request, name="request_new"),
    path("requests/new/<slug:step>/", asking_online.step, name="request_step"),
    path("requests/form/", form_on_paper, name="request_form"),
    path("requests/<str:reference>/", one_request, name="request"),
    path("requests/<str:reference>/withdraw/", withdraw, name="request_withdraw"),
    path("requests/<str:reference>/receipt/", receipt, name="request_receipt"),
]
