"""What every page passes: sign-in first, refusals as pages of their own, and no powers for the browser beyond need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

import orjson
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from backend.errors import status_of
from backend.problems import problem
from inventory.errors import BadInput, Refusal

Answer = Callable[[HttpRequest], HttpResponse]

# Whoever is not signed in may open these: signing in, the public page of a device, liveness, static files, the API
# (which has its own door keeper).
OPEN_PREFIXES = (
    "/accounts/",
    "/public/",
    "/t/",
    "/T/",
    "/c/",
    "/C/",
    "/p/",
    "/keys/",
    "/static/",
    "/healthz",
    "/api/",
    "/i18n/",
    "/admin/",
)


class BrowserPermissions:
    """Tell the browser which of its powers a page may use: the camera of our own pages, nothing else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"
        response["Cross-Origin-Opener-Policy"] = "same-origin"
        return response


class SignInFirst:
    """Every page but the open ones asks for a signed-in user."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated or request.path.startswith(OPEN_PREFIXES):
            return self.get_response(request)
        return redirect_to_login(request.get_full_path(), reverse("account_login"))


class RefusalPages:
    """A refusal becomes a page that says what happened, why, and what to do: so that no view needs a `try`."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a Refusal with its page; let every other exception pass."""
        return refusal_page(request, exception) if isinstance(exception, Refusal) else None


class NoNul:
    """Refuse texts that hold a NUL, whatever door they come by: PostgreSQL cannot keep one, and nobody types one."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _holds_nul(request):
            return self.get_response(request)
        refusal = BadInput(_("A text holds a sign that no text can hold (NUL). Remove it and send it again."))
        return problem(request, refusal) if request.path.startswith("/api/") else refusal_page(request, refusal)


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal, with the way back to where its reader came from."""
    referer = request.headers.get("Referer", "")
    back = referer if referer.startswith(f"{request.scheme}://{request.get_host()}/") else reverse("board")
    return render(request, "web/refusal.html", {"refusal": refusal, "back": back}, status=status_of(refusal))


def _holds_nul(request: HttpRequest) -> bool:
    if "\x00" in unquote_plus(request.get_full_path()):
        return True
    if request.content_type == "application/json":
        # The sign travels as an escape; only a body that has one is looked into.
        return b"\\u0000" in request.body and _nul_within(request.body)
    return any("\x00" in value for _name, values in request.POST.lists() for value in values)


def _nul_within(body: bytes) -> bool:
    try:
        waiting: list[Any] = [orjson.loads(body)]
    except orjson.JSONDecodeError:
        return False
    while waiting:
        value = waiting.pop()
        if isinstance(value, str) and "\x00" in value:
            return True
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
    return False
