"""The wiping bench: what waits, evidence in, and what each drive of it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.devices.gatekeepers import require
from inventory.devices.queries import waiting_media
from inventory.devices.tags import grouped
from inventory.documents.commands import read_file
from inventory.documents.queries import file_with
from inventory.errors import NotAllowed
from inventory.lifecycle import Actor, MediumState, Word
from inventory.pages.asking import actor_of, bytes_of, page_of, posted
from inventory.pages.files import csv_file
from inventory.pages.medium_forms import EvidenceForm, MatchForm, ValidateForm, VerifyTogetherForm
from inventory.wiping.batches import take_up_together
from inventory.wiping.checked_periods import held_media
from inventory.wiping.commands import match_by_hand
from inventory.wiping.models import Sanitisation
from inventory.wiping.queries import SHOWS, batch_of, counts_of, items_of, lines_of, to_validate, to_verify
from inventory.wiping.together import validate_all, verify_all


@dataclass(frozen=True, slots=True)
class TogetherAct:
    """One act on many media: its form, what does it, which records it may be done with, and what is said."""

    name: str
    label: Promise
    words: Promise
    # Of what was sent and the records it is about.
    form: Callable[[tuple[Any, Any], list[Sanitisation]], forms.Form]
    command: Callable[..., int]
    records: Callable[[Actor, list[str]], QuerySet[Sanitisation]]
    done: Callable[[int], str]


TOGETHER = (
    TogetherAct(
        "verify",
        gettext_lazy("Verify"),
        gettext_lazy("You say of each of these that the technique completed as intended."),
        lambda sent, _records: VerifyTogetherForm(*sent),
        verify_all,
        lambda actor, codes: to_verify(actor).filter(medium__code__in=codes),
        lambda count: ngettext("%(count)s storage medium is verified.", "%(count)s storage media are verified.", count),
    ),
    TogetherAct(
        "validate",
        gettext_lazy("Validate"),
        gettext_lazy("You decide, by the evidence, that no data can come back. You answer for it with your name."),
        lambda sent, records: ValidateForm(*sent, kinds={one.medium.kind for one in records}),
        validate_all,
        lambda actor, codes: to_validate(actor).filter(medium__code__in=codes),
        lambda count: ngettext(
            "%(count)s storage medium is validated, with its certificate.",
            "%(count)s storage media are validated, each with its certificate.",
            count,
        ),
    ),
)

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
    batch = take_up_together(
        [bytes_of(one) for one in form.cleaned_data["logs"]],
        actor=actor,
        place=lambda code: reverse("wiping_batch", args=[code]),
    )
    return redirect("wiping_batch", batch.job.code)


@require_safe
def batch_page(request: HttpRequest, code: str) -> HttpResponse:
    """How far the files brought in together are, and what came of each drive in them."""
    actor = actor_of(request)
    batch = batch_of(code, actor)
    shown = request.GET.get("show", "")
    context = {
        "job": batch.job,
        "counts": counts_of(batch),
        "show": shown if shown in SHOWS else "",
        "page": page_of(request, items_of(batch, shown)),
    }
    return render(request, "inventory/wiping/batch.html", context)


@require_safe
def batch_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    """What came of each drive, a line each, to go on with elsewhere."""
    rows = lines_of(batch_of(code, actor_of(request)))
    return csv_file(f"evidence-{code}", rows)


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


@require_http_methods(["GET", "POST"])
def act_together(request: HttpRequest, act: TogetherAct) -> HttpResponse:
    """The picked media and the form of one act on all of them; then the act, for all or for none."""
    actor = actor_of(request)
    codes = (request.POST if request.method == "POST" else request.GET).getlist("code")
    if request.method == "GET" and not codes:
        messages.warning(request, _("Nothing was picked."))
        return redirect("wiping")
    records = list(act.records(actor, codes))
    form = act.form(posted(request), records)
    if form.is_valid():
        count = act.command(codes, actor=actor, **form.cleaned_data)
        messages.success(request, act.done(count) % {"count": count})
        return redirect("wiping")
    context = {"act": act.label, "words": act.words, "form": form, "records": records}
    return render(request, "inventory/wiping/together.html", context, status=422 if form.is_bound else 200)


def _bench(request: HttpRequest, actor: Actor, form: EvidenceForm, status: int = 200) -> HttpResponse:
    validating = to_validate(actor) if actor.holds(Word.VALIDATE) else None
    verifying = to_verify(actor)
    failed = waiting_media(actor, [MediumState.FAILED])
    context = {
        "held_count": held_media(actor).count(),
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
    path("wiping/evidence/<str:code>/", batch_page, name="wiping_batch"),
    path("wiping/evidence/<str:code>.csv", batch_csv, name="wiping_batch_csv"),
    *(path(f"wiping/{act.name}/", act_together, {"act": act}, name=f"wiping_{act.name}") for act in TOGETHER),
    path("wiping/match/", match, name="wiping_match"),
]
