"""The wiping bench: what waits, evidence in, and what each drive of it came to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.devices.gatekeepers import require
from inventory.devices.queries import waiting_media
from inventory.devices.tags import grouped
from inventory.documents.commands import read_file
from inventory.documents.queries import file_with
from inventory.errors import NotAllowed
from inventory.lifecycle import Actor, MediumState, Word
from inventory.pages.asking import actor_of, bytes_of, page_of, posted
from inventory.pages.medium_forms import EvidenceForm, MatchForm
from inventory.wiping.commands import match_by_hand, record_evidence_files
from inventory.wiping.queries import to_validate, to_verify

# As many of each list as one evening's work; what is longer says so.
MOST_SHOWN = 50


@require_safe
def bench(request: HttpRequest) -> HttpResponse:
    """What waits for evidence, for verification and for validation."""
    actor = actor_of(request)
    _on_the_bench(actor)
    return _bench(request, actor, EvidenceForm())


@require_POST
def evidence(request: HttpRequest) -> HttpResponse:
    """Take up evidence files and say, drive by drive, what came of them."""
    actor = actor_of(request)
    require(actor, Word.SANITISE)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _bench(request, actor, form, status=422)
    taken = record_evidence_files([bytes_of(one) for one in form.cleaned_data["logs"]], actor=actor)
    judged = [one for file in taken for one in file.judged]
    context = {
        "taken": taken,
        "drives": len(judged),
        "recorded": sum(one.recorded for one in judged),
    }
    return render(request, "inventory/wiping/evidence.html", context)


@require_http_methods(["GET", "POST"])
def match(request: HttpRequest) -> HttpResponse:
    """Say that a drive of a file is a medium; the file may be one that was taken up before (`sha256`)."""
    actor = actor_of(request)
    require(actor, Word.SANITISE)
    form = MatchForm(*posted(request), initial=request.GET.dict())
    if form.is_valid():
        asked = form.cleaned_data
        if asked["sha256"]:
            stored = file_with(asked["sha256"])
            data, name = read_file(stored), stored.name
        else:
            data, name = bytes_of(asked["file"])
        record = match_by_hand(
            asked["code"],
            actor=actor,
            data=data,
            name=name,
            device_name=asked["device_name"],
            reason=asked["reason"],
        )
        messages.success(request, _("The evidence now speaks for %(code)s.") % {"code": grouped(record.medium.code)})
        return redirect("medium", record.medium.code)
    return render(request, "inventory/wiping/match.html", {"form": form}, status=422 if form.is_bound else 200)


def _bench(request: HttpRequest, actor: Actor, form: EvidenceForm, status: int = 200) -> HttpResponse:
    validating = to_validate(actor) if actor.holds(Word.VALIDATE) else None
    verifying = to_verify(actor)
    failed = waiting_media(actor, [MediumState.FAILED])
    context = {
        "form": form if actor.holds(Word.SANITISE) else None,
        "page": page_of(request, waiting_media(actor, [MediumState.PENDING])),
        "failed": failed[:MOST_SHOWN],
        "failed_count": failed.count(),
        "verifying": verifying[:MOST_SHOWN],
        "verifying_count": verifying.count(),
        "validating": validating[:MOST_SHOWN] if validating is not None else None,
        "validating_count": validating.count() if validating is not None else 0,
    }
    return render(request, "inventory/wiping/bench.html", context, status=status)


def _on_the_bench(actor: Actor) -> None:
    if not any(actor.holds(word) for word in (Word.SANITISE, Word.VALIDATE, Word.AUDIT)):
        raise NotAllowed(_("Your role may not see the wiping bench."))


urls = [
    path("wiping/", bench, name="wiping"),
    path("wiping/evidence/", evidence, name="wiping_evidence"),
    path("wiping/match/", match, name="wiping_match"),
]
