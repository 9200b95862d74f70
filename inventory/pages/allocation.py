"""Allocation for people: decide with reasons, reserve from the stock, release, and the rounds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.allocation import commands, outcomes, queries, sharing
from inventory.allocation.letters import letters_that_wait
from inventory.allocation.organs import ORGANS
from inventory.associations.models import RequestLine
from inventory.associations.queries import lines_of, request_of
from inventory.devices.categories import CATEGORIES, GRADES
from inventory.devices.gatekeepers import require
from inventory.devices.queries import names_of
from inventory.devices.tags import grouped
from inventory.lifecycle import Actor, Word
from inventory.pages.allocation_forms import DecideForm, DrawForm, ReleaseForm, RoundForm
from inventory.pages.asking import actor_of, page_of

# Requests typed in after a closing that its page names.
_LATE = 20


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Answer a request line by line, with reasons; the stock that would fit stands beside each line."""
    actor = actor_of(request)
    require(actor, Word.DECIDE)
    found = request_of(reference, actor)
    lines = list(lines_of(found))
    proposed = outcomes.proposals(found)
    form = DecideForm(lines, queries.open_rounds(), proposed, request.POST or None)
    if form.is_valid():
        commands.decide(
            found.reference,
            actor=actor,
            granted=form.granted,
            reasons=form.cleaned_data["reasons"],
            round_number=form.cleaned_data["round_number"],
        )
        messages.success(request, _("The decision on %(reference)s is made.") % {"reference": found.reference})
        return redirect("request", found.reference)
    context = {
        "request_": found,
        "form": form,
        "rows": [{**_row(line, form, actor), "proposed": proposed.get(line.position)} for line in lines],
        "proposed": bool(proposed),
    }
    return render(request, "inventory/allocation/decide.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def reserve(request: HttpRequest, reference: str, position: int) -> HttpResponse:
    """Choose devices for one line; `?tick=5` ticks the five that are longest in stock."""
    actor = actor_of(request)
    require(actor, Word.ALLOCATE)
    found = request_of(reference, actor)
    line = queries.line_of(found, position)
    if request.method == "POST":
        kept = commands.reserve(
            request.POST.getlist("tag"), actor=actor, reference=found.reference, position=line.position
        )
        words = ngettext("%(count)s device is reserved.", "%(count)s devices are reserved.", len(kept))
        messages.success(request, words % {"count": len(kept)})
        return redirect("request", found.reference)
    words, grade = request.GET.get("q", "").strip(), request.GET.get("grade", "")
    page = page_of(request, queries.fitting_stock(line, actor, words=words, grade=grade))
    tick = request.GET.get("tick", "")
    context = {
        "request_": found,
        "line": line,
        "kind": CATEGORIES[line.category],
        "open": queries.still_to_reserve(line),
        "page": page,
        "ticked": {device.tag for device in list(page)[: int(tick) if tick.isdecimal() else 0]},
        "q": words,
        "grade": grade,
        "grades": GRADES,
    }
    return render(request, "inventory/allocation/reserve.html", context)


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, reference: str, tag: str) -> HttpResponse:
    """Give a reserved device back to the stock, with a reason."""
    actor = actor_of(request)
    require(actor, Word.ALLOCATE)
    found = request_of(reference, actor)
    device = queries.kept_device(found, tag)
    form = ReleaseForm(request.POST or None)
    if form.is_valid():
        commands.release(device.tag, actor=actor, reason=form.cleaned_data["reason"])
        messages.success(request, _("%(tag)s is back in stock.") % {"tag": grouped(device.tag)})
        return redirect("request", found.reference)
    context = {"request_": found, "device": device, "form": form}
    return render(request, "inventory/allocation/release.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds, newest first; who allocates may open the next one."""
    actor = actor_of(request)
    require(actor, Word.READ_REQUESTS)
    form = RoundForm(request.POST or None)
    if form.is_valid():
        made = commands.open_round(actor=actor, **form.cleaned_data)
        messages.success(request, _("Round %(number)s is open.") % {"number": made.number})
        return redirect("rounds")
    context = {"page": page_of(request, queries.rounds()), "form": form, "may_open": actor.holds(Word.ALLOCATE)}
    return render(request, "inventory/allocation/rounds.html", context, status=422 if form.errors else 200)


@require_GET
def one_round(request: HttpRequest, number: str) -> HttpResponse:
    """One round and its decisions."""
    actor = actor_of(request)
    require(actor, Word.READ_REQUESTS)
    found = queries.round_numbered(number)
    page = page_of(request, queries.decisions_in(found, actor))
    states, decided = outcomes.pool_states(found, actor), outcomes.decision_of(found)
    people: list[Any] = [one.decided_by for one in page]
    names = names_of([person.key for person in people], actor)
    late = queries.late_arrivals(found, actor)
    context = {
        "round": found,
        "page": page,
        "decisions": [
            (one, queries.OUTCOMES[one.outcome], names[person.key]) for one, person in zip(page, people, strict=True)
        ],
        "decision": decided,
        "organ": ORGANS[decided.organ] if decided else "",
        "may_decide": decided is None and actor.holds(Word.DECIDE) and any(state.result for state in states),
        "may_publish": decided is not None and decided.published_at is None and actor.holds(Word.ALLOCATE),
        "may_finish": actor.holds(Word.ALLOCATE) and found.finished_at is None,
        "pools": states,
        "may_share": decided is None and actor.holds(Word.ALLOCATE) and queries.is_closed(found),
        "may_freeze": found.entries_until <= timezone.now(),
        "to_send": letters_that_wait(found) if decided else {},
        "may_send": actor.holds(Word.REQUEST_FOR_OTHERS),
        "late": [(one, queries.missed_pools(one).filter(round=found).exists()) for one in late[:_LATE]],
    }
    return render(request, "inventory/allocation/round.html", context)


@require_POST
def freeze(request: HttpRequest, number: str, pool: str) -> HttpResponse:
    """Freeze what a pool is decided on."""
    frozen = sharing.freeze_pool(number, pool, actor=actor_of(request))
    messages.success(request, _("Frozen. Publish this fingerprint: %(sha256)s") % {"sha256": frozen.commitment})
    return redirect("round", number)


@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, number: str, pool: str) -> HttpResponse:
    """Enter the public numbers; the result follows from them."""
    actor = actor_of(request)
    require(actor, Word.ALLOCATE)
    frozen = outcomes.frozen_pool(number, pool, actor)
    form = DrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        sharing.draw_pool(number, pool, form.numbers, actor=actor)
        messages.success(request, _("The pool is shared out, and the certificate says yes."))
        return redirect("round", number)
    context = {"frozen": frozen, "form": form}
    return render(request, "inventory/allocation/draw.html", context, status=422 if form.errors else 200)


@require_GET
def pool_file(request: HttpRequest, number: str, pool: str, what: str) -> HttpResponse:
    """What was frozen, the round file, its result, or the script that checks them."""
    data, name = outcomes.paper_of(outcomes.frozen_pool(number, pool, actor_of(request)), what)
    kind = "text/x-python" if name.endswith(".py") else "application/json"
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_POST
def finish(request: HttpRequest, number: str) -> HttpResponse:
    """Finish a round whose closing moment has passed."""
    found = commands.finish_round(number, actor=actor_of(request))
    messages.success(request, _("Round %(number)s is finished.") % {"number": found.number})
    return redirect("round", found.number)


def _row(line: RequestLine, form: DecideForm, actor: Actor) -> dict[str, Any]:
    return {
        "line": line,
        "kind": CATEGORIES[line.category],
        "stock": queries.fitting_stock(line, actor).count(),
        "field": form[f"granted_{line.position}"],
    }


urls = [
    path("requests/<str:reference>/decide/", decide, name="request_decide"),
    path("requests/<str:reference>/lines/<int:position>/reserve/", reserve, name="request_reserve"),
    path("requests/<str:reference>/release/<str:tag>/", release, name="request_release"),
    path("rounds/", rounds, name="rounds"),
    path("rounds/<str:number>/", one_round, name="round"),
    path("rounds/<str:number>/<slug:pool>/freeze/", freeze, name="round_freeze"),
    path("rounds/<str:number>/<slug:pool>/draw/", draw, name="round_draw"),
    re_path(
        r"^rounds/(?P<number>[^/]+)/(?P<pool>[a-z]+)/(?P<what>inputs|round|result|certificate)/$",
        pool_file,
        name="round_file",
    ),
    path("rounds/<str:number>/finish/", finish, name="round_finish"),
]
