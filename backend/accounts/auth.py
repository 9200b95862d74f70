"""How a program or a signed-in person is known at the API's door."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer, SessionAuth

from backend.accounts.commands import user_of_token
from backend.accounts.models import User


class TokenAuth(HttpBearer):
    """`Authorization: Bearer relais_…`."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The user a valid token speaks for."""
        user = user_of_token(token)
        if user is not None:
            user.channel = "api"
        return user


class SignedIn(SessionAuth):
    """The session of a signed-in person; writes need the CSRF token."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The signed-in user."""
        if not request.user.is_authenticated:
            return None
        request.user.channel = "api"
        return request.user
