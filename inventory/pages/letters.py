"""Letters for people: what to print and post today, whom to call, and every letter as PDF."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from inventory.associations import queries
from inventory.associations.facts import UI_LANGUAGES
from inventory.associations.letters import MOST, letters_pdf, mark_sent, unmark_sent
from inventory.pages.asking import actor_of, page_of

_LATELY = 20


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """Letters to print and post, for who has no e-mail."""
    return _waiting(request, "post")


@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """Whom to call: people without a postal address, or who wish to hear a letter."""
    return _waiting(request, "telephone")


@require_safe
def to_post(request: HttpRequest) -> HttpResponse:
    """Today's post as one PDF, oldest first."""
    return _pdf(letters_pdf(list(queries.letters_to_send("post", actor_of(request))[:MOST])), "letters")


@require_safe
def letter(request: HttpRequest, number: str) -> HttpResponse:
    """One letter as PDF."""
    found = queries.letter_numbered(number, actor_of(request))
    return _pdf(letters_pdf([found]), found.number)


@require_POST
def sent(request: HttpRequest) -> HttpResponse:
    """Say that letters were posted or told."""
    done = mark_sent(request.POST.getlist("number"), actor=actor_of(request))
    told = ngettext("%(count)s letter is marked as sent.", "%(count)s letters are marked as sent.", len(done))
    messages.success(request, told % {"count": len(done)})
    return redirect("calls" if done[0].way == "telephone" else "letters")


@require_POST
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """A letter was not sent after all."""
    found = unmark_sent(number, actor=actor_of(request))
    return redirect("calls" if found.way == "telephone" else "letters")


def _waiting(request: HttpRequest, way: str) -> HttpResponse:
    actor = actor_of(request)
    page = page_of(request, queries.letters_to_send(way, actor))
    context = {
        "way": way,
        "page": page,
        "rows": [(one, UI_LANGUAGES[one.association.ui_language or one.language]) for one in page],
        "done": queries.letters_sent(way, actor)[:_LATELY],
    }
    return render(request, "inventory/filings/letters.html", context)


def _pdf(made: bytes, name: str) -> HttpResponse:
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


urls = [
    path("letters/", letters, name="letters"),
    path("letters/calls/", calls, name="calls"),
    path("letters/to-post.pdf", to_post, name="letters_to_post"),
    path("letters/sent/", sent, name="letters_sent"),
    path("letters/<str:number>/undo/", undo, name="letter_undo"),
    path("letters/<str:number>.pdf", letter, name="letter"),
]
