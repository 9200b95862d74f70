"""Refusals as the API tells them: problem documents of RFC 9457."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views import defaults

from backend.errors import status_of
from inventory.errors import Refusal

PROBLEM_JSON = "application/problem+json"


def problem(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The problem document of a refusal: type, title (stable code), status, detail (a sentence), facts."""
    return problem_document(
        request,
        status_of(refusal),
        refusal.code,
        str(refusal),
        {key: _plain(v) for key, v in refusal.facts.items()},
    )


def problem_document(
    request: HttpRequest, status: int, code: str, detail: str, facts: dict[str, object] | None = None
) -> HttpResponse:
    """Any problem in RFC 9457's form; `type` is a relative reference that names the code."""
    body = {
        "type": f"/api/problems/{code}",
        "title": code,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "facts": facts or {},
    }
    return HttpResponse(orjson.dumps(body, default=str), status=status, content_type=PROBLEM_JSON)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing stands at this address: a problem document for programs, a page for people."""
    if request.path.startswith("/api/"):
        return problem_document(request, 404, "not_found", _("There is nothing at this address."))
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django itself refuses (too large, too many fields): the same for both doors."""
    if request.path.startswith("/api/"):
        return problem_document(request, 400, "bad_request", _("The request is too large or not well formed."))
    return defaults.bad_request(request, exception)


def _plain(value: object) -> object:
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
