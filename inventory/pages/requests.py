"""Requests for people: find them, see where each stands like a parcel, and enter what came on paper."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from inventory.allocation.queries import OUTCOMES, decisions_of, missed_pools, reservations_of, round_taking
from inventory.allocation.refusing import closed_positions
from inventory.allocation.taking_in import take_in
from inventory.associations import commands, queries
from inventory.associations.facts import CHANNELS
from inventory.associations.filings import read_back
from inventory.associations.models import Request, RequestLine
from inventory.associations.questions import DATED_BY, PROCEDURES
from inventory.associations.receipts import wishes_in_words
from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require
from inventory.devices.queries import names_of
from inventory.handover import supervision
from inventory.handover.calendar import booked_for
from inventory.handover.queries import agreements, standing_of
from inventory.lifecycle import Word
from inventory.pages import asking_online
from inventory.pages.asking import actor_of, page_of
from inventory.pages.request_forms import CounterForm, LineForms
from inventory.privacy.listed import list_that_destroyed
from inventory.reports.whereabouts import stations


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
        "may_supervise": any(actor.holds(word) for word in supervision.READERS),
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
    may_file = actor.holds(Word.REQUEST) or actor.holds(Word.REQUEST_FOR_OTHERS)
    may_book = any(actor.holds(word) for word in (Word.REQUEST, Word.REQUEST_FOR_OTHERS, Word.HAND_OVER))
    context = {
        "request_": found,
        "channel": CHANNELS[found.channel],
        "stations": stations(found),
        "standing": standing,
        "lines": _lines(found, decisions),
        "decisions": [
            (one, OUTCOMES[one.outcome], names[person.key]) for one, person in zip(decisions, people, strict=True)
        ],
        "supervised": supervision.standings([one.number for one in decisions])
        if actor.holds(Word.READ_REQUESTS)
        else {},
        "kept": kept if actor.holds(Word.READ_DEVICES) else [],
        "agreements": agreements(actor, request=found.reference),
        "may_decide": found.state == "received" and actor.holds(Word.DECIDE),
        "may_allocate": may_allocate,
        # By a round only: what it granted and is not taken goes on by its own rule.
        "may_give_up": actor.holds(Word.DECIDE) and bool(decisions and decisions[0].round_id),
        "procedures": [one for one in PROCEDURES.values() if found.state in one.states]
        if may_file and found.purpose
        else [],
        "may_ask_for_more": found.state == "received" and actor.holds(Word.REQUEST_FOR_OTHERS),
        "filings": [
            (one, PROCEDURES[one.procedure].title, CHANNELS[one.channel], read_back(one))
            for one in queries.filings(actor, request=found.reference)
        ],
        "letters": queries.letters(actor, request=found.reference),
        "dated_by": DATED_BY[found.dated_by],
        # Of a destroyed request only the bones stand here.
        "destroyed_by": None if found.purpose else list_that_destroyed("request", found.reference),
        "may_open_devices": actor.holds(Word.READ_DEVICES),
        "appointment": booked_for(found),
        "may_book": may_book and standing.reserved > standing.given,
        "may_prepare": actor.holds(Word.HAND_OVER) and standing.reserved > standing.prepared,
    }
    return render(request, "inventory/requests/request.html", context)


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
        "round": round_taking(found),
        "missed": list(dict.fromkeys(one.round.number for one in missed_pools(found))),
        "now": timezone.now(),
        "letter": queries.letters(actor, request=found.reference).filter(kind="receipt").first()
        if found.purpose
        else None,
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
        made = take_in(actor=actor, wishes=lines.wishes, **facts)
        return redirect("request_receipt", made.reference)
    wrong = request.method == "POST"
    context = {"form": form, "lines": lines}
    return render(request, "inventory/requests/counter.html", context, status=422 if wrong else 200)


def _lines(found: Request, decisions: list[Any]) -> list[dict[str, Any]]:
    granted = {one.line_id: one.granted for one in decisions[0].lines.all()} if decisions else {}
    closed = closed_positions(found)
    return [_line(line, granted.get(line.pk), line.position in closed) for line in queries.lines_of(found)]


def _line(line: RequestLine, granted: int | None, closed: bool) -> dict[str, Any]:
    kept: int = line.kept  # type: ignore[attr-defined]  # counted by the query
    return {
        "line": line,
        "kind": CATEGORIES[line.category],
        "said": wishes_in_words(line),
        "granted": granted,
        "open": 0 if closed else max(0, (granted or 0) - kept),
        "closed": closed,
    }


urls = [
    path("requests/", requests, name="requests"),
    path("requests/new/", new_request, name="request_new"),
    path("requests/new/<slug:step>/", asking_online.step, name="request_step"),
    path("requests/<str:reference>/", one_request, name="request"),
    path("requests/<str:reference>/receipt/", receipt, name="request_receipt"),
]
