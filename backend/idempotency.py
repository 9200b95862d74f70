"""A write sent twice counts once: answers to API writes with an `Idempotency-Key` are kept and given again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from backend.accounts.commands import user_of_token
from backend.accounts.models import RememberedAnswer, User
from backend.problems import problem
from inventory.errors import BadInput, Conflict

WRITES = {"POST", "PUT", "PATCH", "DELETE"}


class AnswerOnce:
    """Keep the answer in the very transaction of the deed, so that neither can exist without the other.

    Only successes are kept: a refused write changed nothing and may be sent again (draft-ietf-httpapi-
    idempotency-key-header; keys are the client's, at most 255 characters).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None or request.method not in WRITES or not request.path.startswith("/api/"):
            return self.get_response(request)
        user = _asker(request)
        if user is None:
            return self.get_response(request)
        if not key or len(key) > 255:
            return problem(request, BadInput("An Idempotency-Key has 1 to 255 characters.", field="Idempotency-Key"))
        return self._once(request, user, key)

    def _once(self, request: HttpRequest, user: User, key: str) -> HttpResponse:
        fingerprint = _fingerprint(request)
        with transaction.atomic():
            kept, fresh = RememberedAnswer.objects.get_or_create(
                user=user, key=key, defaults={"request_sha256": fingerprint}
            )
            if not fresh:
                return _again(request, kept, fingerprint)
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
                return response
            kept.status = response.status_code
            kept.content_type = response.get("Content-Type", "")
            kept.body = response.content
            kept.save()
        return response


def _again(request: HttpRequest, kept: RememberedAnswer, fingerprint: str) -> HttpResponse:
    if kept.request_sha256 != fingerprint:
        return problem(
            request,
            Conflict("This Idempotency-Key was used for another request. Take a new key.", field="Idempotency-Key"),
        )
    response = HttpResponse(bytes(kept.body), status=kept.status, content_type=kept.content_type)
    response["Idempotent-Replayed"] = "true"
    return response


def _asker(request: HttpRequest) -> User | None:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        return user_of_token(header[7:].strip())
    return request.user if isinstance(request.user, User) else None


def _fingerprint(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    # A multipart body carries a random boundary: two sendings of one file must still look the same.
    if (request.content_type or "").startswith("multipart/"):
        for name, values in sorted(request.POST.lists()):
            digest.update(f"{name}={values!r}\n".encode())
        for name in sorted(request.FILES):
            for upload in request.FILES.getlist(name):
                digest.update(f"{name}:{hashlib.sha256(upload.read()).hexdigest()}\n".encode())
                upload.seek(0)
    else:
        digest.update(request.body)
    return digest.hexdigest()
