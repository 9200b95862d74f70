"""What every operation asks of its request: who asks, and the bytes of an uploaded file."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, cast

from django.http import HttpRequest
from ninja import Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime, Field, StringConstraints

from inventory.lifecycle import Actor

# Days and moments within the life of anything we hold; a moment says its offset, or it is no moment.
Day = Annotated[dt.date, Field(ge=dt.date(1990, 1, 1), lt=dt.date(2100, 1, 1))]
Moment = Annotated[
    AwareDatetime,
    Field(ge=dt.datetime(1990, 1, 1, tzinfo=dt.UTC), lt=dt.datetime(2100, 1, 1, tzinfo=dt.UTC)),
]
Kilograms = Annotated[Decimal, Field(gt=0, le=1000, decimal_places=3)]
# So many entries, or the number of one.
Count = Annotated[int, Field(ge=0, lt=10**9)]
# As wide as the tables' columns: SQLite would keep more, PostgreSQL refuses it.
Text20 = Annotated[str, StringConstraints(max_length=20)]
Text100 = Annotated[str, StringConstraints(max_length=100)]
Text150 = Annotated[str, StringConstraints(max_length=150)]
Text200 = Annotated[str, StringConstraints(max_length=200)]
# Reasons, purposes, remarks: some pages of prose.
Prose = Annotated[str, StringConstraints(max_length=10_000)]


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
