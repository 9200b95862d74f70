"""Data protection on pages: requests of people with their deadlines, what we hold about them, the register."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, page_of
from inventory.pages.privacy_forms import AnswerForm, RectifyForm, SearchForm, SubjectRequestForm
from inventory.privacy import commands, queries
from inventory.privacy.commands import GROUNDS, IDENTITIES, KINDS, OUTCOMES
from inventory.privacy.processings import PROCESSINGS
from inventory.privacy.register import register_of_processing, register_pdf, retention

# Days before the deadline from which it is marked.
NEAR = 7


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Requests of people, the most urgent first, and the ways to what else data protection needs."""
    actor = actor_of(request)
    page = page_of(request, queries.requests_about_data(actor))
    today = timezone.localdate()
    rows = [{"made": one, "kind": KINDS[one.kind], "left": (one.due_on - today).days} for one in page]
    context = {"page": page, "rows": rows, "outcomes": OUTCOMES, "near": NEAR, "officer": actor.holds(Word.ERASE)}
    return render(request, "inventory/privacy/requests.html", context)


@require_http_methods(["GET", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """Log a request from paper, telephone, counter or page."""
    actor = actor_of(request)
    queries.open_requests(actor)
    form = SubjectRequestForm(request.POST or None)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        made = commands.log_request(facts.pop("kind"), actor=actor, **facts)
        messages.success(request, _("The request is logged. The answer is due by the day shown below."))
        return redirect("privacy_request", made.number)
    return render(request, "inventory/privacy/log.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def subject_request(request: HttpRequest, number: str) -> HttpResponse:
    """One request: its clock, and for the data protection officer what we hold and what can be done."""
    return _show(request, number, AnswerForm())


@require_POST
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Erase what is ticked, or let one contact person or account rest."""
    actor = actor_of(request)
    for field, lift in (("restrict", False), ("lift", True)):
        if place := request.POST.get(field, ""):
            commands.restrict(number, place, actor=actor, lift=lift)
            done = _("It is used again.") if lift else _("It rests: kept, but neither shown nor used.")
            messages.success(request, done)
            return redirect("privacy_request", number)
    commands.erase_places(number, request.POST.getlist("places"), actor=actor)
    messages.success(request, _("What was ticked is erased. The ledger says in which fields, and nothing else."))
    return redirect("privacy_request", number)


@require_http_methods(["GET", "POST"])
def rectify(request: HttpRequest, number: str) -> HttpResponse:
    """Put the right text at one place."""
    actor = actor_of(request)
    place = request.POST.get("place", request.GET.get("place", ""))
    form = RectifyForm(request.POST or None, initial={"value": queries.text_at(number, place, actor)})
    if form.is_valid():
        commands.rectify(number, place, form.cleaned_data["value"], actor=actor)
        messages.success(request, _("The text is corrected."))
        return redirect("privacy_request", number)
    context = {"form": form, "number": number, "place": place}
    return render(request, "inventory/privacy/rectify.html", context, status=422 if form.errors else 200)


@require_POST
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Say what came of it."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, number, form)
    commands.answer_request(number, actor=actor_of(request), **form.cleaned_data)
    messages.success(request, _("The answer is kept."))
    return redirect("privacy_request", number)


@require_safe
def export(request: HttpRequest, number: str) -> HttpResponse:
    """What the person gets, as a file."""
    given = queries.handed_out(number, actor_of(request), request.GET.get("q", ""))
    headers = {"Content-Disposition": f'attachment; filename="{given["number"]}.json"'}
    return JsonResponse(given, headers=headers, json_dumps_params={"ensure_ascii": False, "indent": 2})


@require_safe
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """What the person gets, as a PDF in their language."""
    pdf = queries.handed_out_pdf(number, actor_of(request), request.GET.get("q", ""))
    return HttpResponse(pdf, content_type="application/pdf")


@require_safe
def processing_register(request: HttpRequest) -> HttpResponse:
    """Every processing, with the fields that are behind it."""
    actor = actor_of(request)
    context = {"register": register_of_processing(actor), "may_answer": actor.holds(Word.ERASE)}
    return render(request, "inventory/privacy/register.html", context)


@require_safe
def retention_rules(request: HttpRequest) -> HttpResponse:
    """How long each class of records is kept, and how it ends."""
    actor = actor_of(request)
    context = {"rules": retention(actor), "may_answer": actor.holds(Word.ERASE)}
    return render(request, "inventory/privacy/retention.html", context)


@require_safe
def register_paper(request: HttpRequest, language: str) -> HttpResponse:
    """The register as a PDF, in French or Dutch."""
    register_of_processing(actor_of(request))
    headers = {"Content-Disposition": f'inline; filename="register-{language}.pdf"'}
    return HttpResponse(register_pdf(language), content_type="application/pdf", headers=headers)


def _show(request: HttpRequest, number: str, form: AnswerForm) -> HttpResponse:
    actor = actor_of(request)
    made = queries.request_numbered(number, actor)
    officer = actor.holds(Word.ERASE)
    asked = request.GET.get("q", "").strip()
    hits = queries.hits_of(number, actor, asked) if officer and not made.answered_at else []
    context = {
        "made": made,
        "kind": KINDS[made.kind],
        "identity": IDENTITIES.get(made.identity, ""),
        "outcome": OUTCOMES.get(made.outcome, ""),
        "ground": GROUNDS.get(made.ground, ""),
        "left": (made.due_on - timezone.localdate()).days,
        "officer": officer and not made.answered_at,
        "search": SearchForm(initial={"q": asked or made.name}),
        "asked": asked,
        "groups": [
            {"name": one.name, "code": code, "hits": [hit for hit in hits if hit.processing == code]}
            for code, one in PROCESSINGS.items()
            if any(hit.processing == code for hit in hits)
        ],
        "form": form,
    }
    return render(request, "inventory/privacy/request.html", context, status=422 if form.errors else 200)


urls = [
    path("privacy/", privacy, name="privacy"),
    path("privacy/requests/log/", log, name="privacy_log"),
    path("privacy/requests/<str:number>/", subject_request, name="privacy_request"),
    path("privacy/requests/<str:number>/act/", act, name="privacy_act"),
    path("privacy/requests/<str:number>/rectify/", rectify, name="privacy_rectify"),
    path("privacy/requests/<str:number>/answer/", answer, name="privacy_answer"),
    path("privacy/requests/<str:number>/export.json", export, name="privacy_export"),
    path("privacy/requests/<str:number>/paper.pdf", paper, name="privacy_paper"),
    path("privacy/retention/", retention_rules, name="privacy_retention"),
    path("privacy/register/", processing_register, name="processing_register"),
    path("privacy/register/<str:language>.pdf", register_paper, name="processing_register_paper"),
]
