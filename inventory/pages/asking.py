"""What every page asks of its request: who asks, which page of a list, and the bytes of uploaded files."""

from __future__ import annotations

from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from inventory.lifecycle import Actor

# Rows a page of a list, and what else people may choose.
PAGE_SIZE = 50
PAGE_SIZES = (25, 50, 100, 200)


def actor_of(request: HttpRequest) -> Actor:
    """The person who asks. The middleware lets nobody come to a page of the desk without signing in."""
    return cast(Actor, request.user)


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page of a list that the address names (`page`, `size`); the nearest there is when it names none."""
    asked = request.GET.get("size", "")
    size = int(asked) if asked.isdecimal() and int(asked) in PAGE_SIZES else PAGE_SIZE
    return Paginator(rows, size).get_page(request.GET.get("page"))


def posted(request: HttpRequest) -> tuple[Any, Any]:
    """What a form was sent with, and its files; None and None when it is only to be shown."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def bytes_of(upload: UploadedFile[Any]) -> tuple[bytes, str]:
    """Content and name of an uploaded file."""
    return upload.read(), upload.name or "file"
