"""What every operation asks of its request: who asks, and the bytes of an uploaded file."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja import Schema
from ninja.files import UploadedFile

from inventory.lifecycle import Actor


class Problem(Schema):
    """A refusal (RFC 9457): a stable code, a sentence, and the facts behind it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    facts: dict[str, Any]


# The refusals every operation may answer with; spread into `response=`.
NO: dict[int, type[Problem]] = dict.fromkeys((400, 401, 403, 404, 409, 422), Problem)


def actor_of(request: HttpRequest) -> Actor:
    """The user whom the API's door has let in."""
    return cast(Actor, request.auth)  # type: ignore[attr-defined]  # ninja puts it there


def bytes_of(upload: UploadedFile) -> tuple[bytes, str]:
    """Content and name of an uploaded file."""
    return upload.read(), upload.name or "file"
