"""Refusals as the API tells them: problem documents of RFC 9457."""

from __future__ import annotations

import orjson
from django.http import HttpRequest, HttpResponse

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


def _plain(value: object) -> object:
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
