"""Data protection on pages: the register of processing and its paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from inventory.lifecycle import Word
from inventory.pages.asking import actor_of
from inventory.privacy.register import register_of_processing, register_pdf


@require_safe
def processing_register(request: HttpRequest) -> HttpResponse:
    """Every processing, with the fields that are behind it."""
    actor = actor_of(request)
    context = {"register": register_of_processing(actor), "may_erase": actor.holds(Word.ERASE)}
    return render(request, "inventory/privacy/register.html", context)


@require_safe
def register_paper(request: HttpRequest, language: str) -> HttpResponse:
    """The register as a PDF, in French or Dutch."""
    register_of_processing(actor_of(request))
    headers = {"Content-Disposition": f'inline; filename="register-{language}.pdf"'}
    return HttpResponse(register_pdf(language), content_type="application/pdf", headers=headers)


urls = [
    path("privacy/register/", processing_register, name="processing_register"),
    path("privacy/register/<str:language>.pdf", register_paper, name="processing_register_paper"),
]
