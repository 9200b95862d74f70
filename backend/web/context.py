"""Gives every page what its frame needs: the sections this person may see, and whether all is invented."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from backend.web.sections import SECTIONS
from inventory.lifecycle import Word


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context for the frame: `nav` (dicts of label, url, current), `may_scan` and `demo`.

    Asks the user's roles once a page; nobody signed in means no sections.
    """
    user: Any = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    nav = []
    for section in SECTIONS if signed_in else ():
        if section.words and not any(user.holds(word) for word in section.words):
            continue
        url = _address(section.route)
        if url:
            places = [url, *filter(None, map(_address, section.more))]
            current = any(_stands_in(request.path, place) for place in places)
            nav.append({"label": section.label, "url": url, "current": current})
    return {
        "nav": nav,
        "may_scan": bool(signed_in and user.holds(Word.READ_DEVICES) and _address("scan")),
        "demo": bool(getattr(settings, "RELAIS_DEMO", False)),
    }


def _address(route: str) -> str:
    # A deployment may leave a section's addresses out; its entry then leaves the navigation with them.
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def _stands_in(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
