"""Every page that a link leads to: accessible in three languages, whole on a phone, silent in the console."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.pages import ROLES, pages_of

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}

# A paper form is in its association's language, whoever prints it.
SPEAKS_FOR_ITSELF = {"requests/form/", "pickups/paper/"}

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def reached() -> dict[str, tuple[str, str]]:
    """Pattern → (who reached it first, its address); filled by the first test of this module."""
    return {}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_finds_its_pages_and_none_breaks(role: str, visit: Open, reached: dict[str, tuple[str, str]]) -> None:
    window = visit(role, language="en")
    pages = pages_of(window)
    assert len(pages) >= 2
    for route, (path, status) in pages.items():
        assert status < 400, f"{path} answers {role} with {status}"
        reached.setdefault(route, (role, path))


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    language: str, visit: Open, reached: dict[str, tuple[str, str]]
) -> None:
    assert len(reached) > 25
    troubles: list[str] = []
    windows: dict[str, Visit] = {}
    for route, (role, path) in sorted(reached.items(), key=lambda one: one[1]):
        window = windows.get(role) or windows.setdefault(role, visit(role, language=language))
        window.page.set_viewport_size(DESK)  # type: ignore[arg-type]
        window.go(path)
        if route not in SPEAKS_FOR_ITSELF:
            assert window.page.locator("html").get_attribute("lang") == language, path
        troubles += [f"{language} {path} ({route}): {fault}" for fault in _axe(window)]
        for size in (PHONE, {"width": 320, "height": 640}):
            window.page.set_viewport_size(size)  # type: ignore[arg-type]
            wide = window.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wide > 0:
                troubles.append(f"{language} {path}: {wide} px too wide at {size['width']}")
    assert troubles == []


def test_the_sign_in_page_and_the_public_page_are_accessible_without_an_account(visit: Open) -> None:
    for language in ("fr", "nl", "en"):
        window = visit(language=language)
        for path in ("/accounts/login/", "/accounts/password/reset/", "/t/0000", "/public/rounds/", "/nowhere/"):
            window.go(path)
            assert _axe(window) == [], path


def test_dark_pages_are_legible(visit: Open, reached: dict[str, tuple[str, str]]) -> None:
    troubles: list[str] = []
    for role in ("wanda", "tine", "mehdi", "aurore"):
        window = visit(role)
        window.page.emulate_media(color_scheme="dark")
        for _route, (who, path) in reached.items():
            if who == role:
                window.go(path)
                troubles += [f"{path}: {fault}" for fault in _axe(window) if "contrast" in fault]
    assert troubles == []


def _axe(window: Visit) -> list[str]:
    window.page.evaluate(AXE)
    found: dict[str, Any] = window.page.evaluate("rules => axe.run(document, rules)", RULES)
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]
