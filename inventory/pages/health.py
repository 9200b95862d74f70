"""Says to whoever watches the service whether it is alive."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inventory.ledger.checkpoints import overdue
from inventory.ledger.kept import loss


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The word "ok" when the database answers; a failure is an error of the server, as it should be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def ledger(request: HttpRequest) -> HttpResponse:
    """The word "ok" when every entry is sealed in time and nothing is lost; else 503 and codes of what is wrong."""
    lost, waited = loss(), overdue()
    wrong = [f"ledger {lost.kind}"] if lost else []
    wrong += [f"unsealed for {waited.total_seconds():.0f} s"] if waited else []
    return HttpResponse("; ".join(wrong) or "ok", content_type="text/plain", status=503 if wrong else 200)


urls = [path("healthz", healthz, name="healthz"), path("healthz/ledger", ledger, name="healthz_ledger")]
