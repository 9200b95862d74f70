"""Which pages there are and who may open them: found by following links, as each role."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.browser.conftest import Visit

# Files and acts, not pages.
NOT_PAGES = ("import_template", "openapi", "agreement_paper", "audit_workbook")
_LINK = re.compile(r'<a [^>]*?href="([^"]*)"([^>]*)>')
ROLES = ("aurore", "wanda", "tine", "victor", "driss", "pol", "anouk", "claire", "mehdi", "adam", "dora")


def links_of(html: str) -> list[str]:
    """Paths of our own that a page links to, in its order."""
    found = (unescape(link) for tag in _LINK.findall(html) if "download" not in tag[1] for link in [tag[0]])
    return [urlsplit(link).path for link in found if link.startswith("/")]


def route_of(path: str) -> str:
    """The pattern of an address, the same for every device; empty for what is no page of ours."""
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    if path.startswith(("/api/", "/admin/", "/static/")) or (match.url_name or "") in NOT_PAGES:
        return ""
    return match.route


def pages_of(visit: Visit, most: int = 120) -> dict[str, tuple[str, int]]:
    """One address for each pattern that this person reaches from the first page, by links alone, and its status."""
    pages: dict[str, tuple[str, int]] = {}
    waiting = ["/"]
    while waiting and len(pages) < most:
        path = waiting.pop(0)
        route = route_of(path)
        if (not route and path != "/") or route in pages:
            continue
        answer = visit.page.request.get(visit.city.url + path)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        pages[route] = (path, answer.status)
        waiting += [link for link in links_of(answer.text()) if route_of(link) not in pages]
    return pages
