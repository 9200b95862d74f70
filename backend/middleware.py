"""What every page passes: sign-in first, refusals as pages of their own, and no powers for the browser beyond need."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from backend.errors import status_of
from inventory.errors import Refusal

Answer = Callable[[HttpRequest], HttpResponse]

# Whoever is not signed in may open these: signing in, the public page of a device, liveness, static files, the API
# (which has its own door keeper).
OPEN_PREFIXES = ("/accounts/", "/t/", "/T/", "/static/", "/healthz", "/api/", "/i18n/", "/admin/")


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
        if not isinstance(exception, Refusal):
            return None
        referer = request.headers.get("Referer", "")
        back = referer if referer.startswith(f"{request.scheme}://{request.get_host()}/") else reverse("board")
        return render(
            request,
            "web/refusal.html",
            {"refusal": exception, "back": back},
            status=status_of(exception),
        )
