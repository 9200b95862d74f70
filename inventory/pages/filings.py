"""What one can do about a request, on line and at the counter, from one table; and the forms on paper for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from inventory.allocation.complaints import complaints
from inventory.associations import queries
from inventory.associations.facts import CHANNELS
from inventory.associations.filings import ask_for_more, lodge, read_back
from inventory.associations.forms import form_pdf, forms
from inventory.associations.questions import PROCEDURES, Procedure
from inventory.devices.gatekeepers import require
from inventory.lifecycle import Word
from inventory.pages.asking import actor_of, bytes_of, page_of, posted
from inventory.pages.filing_forms import CounterFilingForm, MemberFilingForm, MissingForm
from inventory.reports.whereabouts import told_in


@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, reference: str, procedure: str) -> HttpResponse:
    """A member does something about their own request; a clerk is led to the counter's screen of the same."""
    actor, asked = actor_of(request), _procedure(procedure)
    found = queries.request_of(reference, actor)
    if actor.holds(Word.REQUEST_FOR_OTHERS):
        response = redirect("filing_enter", procedure)
        response["Location"] += f"?reference={found.reference}"
        return response
    require(actor, Word.REQUEST)
    form = MemberFilingForm(asked, *posted(request))
    if request.method == "POST" and form.is_valid():
        lodge(
            found.reference,
            procedure,
            actor=actor,
            channel="online",
            answers=form.answers,
            paper=_paper(form),
            standing=told_in(found) if procedure == "follow" else (),
        )
        messages.success(request, str(asked.answer))
        return redirect("request", found.reference)
    context = {"form": form, "procedure": asked, "request_": found}
    return render(request, "inventory/filings/file.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once more, then withdraw a request that is not decided."""
    return file(request, reference, "withdraw")


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, procedure: str) -> HttpResponse:
    """The clerk types in what came by the counter, telephone or post, with the numbers of the paper form."""
    actor, asked = actor_of(request), _procedure(procedure)
    require(actor, Word.REQUEST_FOR_OTHERS)
    form = CounterFilingForm(asked, *posted(request), initial={"reference": request.GET.get("reference", "")})
    if request.method == "POST" and form.is_valid():
        found = queries.request_of(form.cleaned_data["reference"], actor)
        filed = lodge(
            found.reference,
            procedure,
            actor=actor,
            answers=form.answers,
            paper=_paper(form),
            standing=told_in(found) if procedure == "follow" else (),
            **form.stamp,
        )
        messages.success(request, _("%(number)s is entered, and its letter is written.") % {"number": filed.number})
        return redirect("request", found.reference)
    context = {"form": form, "procedure": asked}
    return render(request, "inventory/filings/enter.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def missing(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what a request still needs; the association gets a letter."""
    actor = actor_of(request)
    require(actor, Word.REQUEST_FOR_OTHERS)
    found = queries.request_of(reference, actor)
    form = MissingForm(request.POST or None)
    if form.is_valid():
        ask_for_more(found.reference, actor=actor, **form.cleaned_data)
        messages.success(request, _("The letter that asks for it is written."))
        return redirect("request", found.reference)
    context = {"form": form, "request_": found}
    return render(request, "inventory/filings/missing.html", context, status=422 if form.errors else 200)


@require_GET
def filings(request: HttpRequest) -> HttpResponse:
    """What came in about requests, latest first; the filter stands in the address."""
    actor = actor_of(request)
    wanted = request.GET.get("procedure", "")
    page = page_of(request, queries.filings(actor, procedure=wanted))
    context = {
        "page": page,
        "rows": [(one, PROCEDURES[one.procedure].title, CHANNELS[one.channel], read_back(one)) for one in page],
        "wanted": wanted,
        "procedures": {code: one.title for code, one in PROCEDURES.items()},
    }
    return render(request, "inventory/filings/filings.html", context)


@require_GET
def counter(request: HttpRequest) -> HttpResponse:
    """The counter's morning: what to enter, what to post, whom to call."""
    actor = actor_of(request)
    require(actor, Word.REQUEST_FOR_OTHERS)
    context = {
        "procedures": PROCEDURES.values(),
        "to_post": queries.letters_to_send("post", actor).count(),
        "to_call": queries.letters_to_send("telephone", actor).count(),
        "to_check": queries.to_check(actor).count(),
        "complaints": complaints(actor, state="open").count(),
    }
    return render(request, "inventory/filings/counter.html", context)


@require_GET
def papers(request: HttpRequest) -> HttpResponse:
    """Every form to fill in by hand: French, Dutch, large print."""
    return render(request, "inventory/filings/papers.html", {"forms": forms()})


@require_safe
def paper(request: HttpRequest, code: str, language: str, size: str) -> HttpResponse:
    """One form as PDF."""
    actor_of(request)
    response = HttpResponse(form_pdf(code, language, size), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{code}-{language}-{size}.pdf"'
    return response


def _procedure(code: str) -> Procedure:
    if code not in PROCEDURES:
        raise Http404
    return PROCEDURES[code]


def _paper(form: Any) -> tuple[bytes, str] | None:
    upload = form.cleaned_data["paper"]
    return bytes_of(upload) if upload else None


urls = [
    path("counter/", counter, name="counter"),
    path("filings/", filings, name="filings"),
    path("filings/new/<slug:procedure>/", enter, name="filing_enter"),
    path("forms/<slug:code>/<slug:language>/<slug:size>.pdf", paper, name="form_pdf"),
    path("requests/form/", papers, name="request_form"),
    path("requests/<str:reference>/file/<slug:procedure>/", file, name="filing"),
    path("requests/<str:reference>/withdraw/", withdraw, name="request_withdraw"),
    path("requests/<str:reference>/missing/", missing, name="request_missing"),
]
