"""What every visitor may read: how accessible the pages are, and what is kept about people."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from inventory.privacy.register import notice
from inventory.privacy.statements import accessibility_statement


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    context = {
        "statement": accessibility_statement(),
        "controller": settings.RELAIS_CONTROLLER,
        "host": settings.RELAIS_PUBLIC_HOST,
    }
    return render(request, "inventory/public/accessibility.html", context)


@require_safe
def privacy_notice(request: HttpRequest) -> HttpResponse:
    """What is kept about whoever speaks, writes or signs for an association."""
    return render(request, "inventory/public/notice.html", notice())


urls = [
    path("public/accessibility/", accessibility, name="accessibility"),
    path("public/privacy/", privacy_notice, name="privacy_notice"),
]
