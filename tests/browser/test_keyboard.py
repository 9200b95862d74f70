"""The desk by keyboard alone: nothing here ever touches a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.browser.conftest import PHONE, Visit

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]


def _focused(window: Visit) -> str:
    return str(window.page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))


def _tab_to(window: Visit, wanted: str, most: int = 80) -> None:
    for _press in range(most):
        window.page.keyboard.press("Tab")
        if re.search(wanted, _focused(window)):
            return
    raise AssertionError(f"Tab never reaches {wanted}")


def test_the_first_tab_skips_to_the_content(visit: Open) -> None:
    window = visit("tine")
    window.go("/devices/")
    window.page.keyboard.press("Tab")
    assert 'href="#' in _focused(window)
    window.page.keyboard.press("Enter")
    assert window.page.evaluate("document.activeElement.closest('main') !== null || location.hash !== ''")


def test_a_slash_a_tag_and_enter_open_a_device(visit: Open) -> None:
    window = visit("tine")
    window.go("/devices/?status=received")
    tag = re.search(r'href="/devices/([0-9A-Z]{9})/"', window.page.content())
    assert tag
    window.page.keyboard.press("/")
    # As a scanner types: fast, and with Enter at the end.
    window.page.keyboard.type(f"https://relais.brussels.example/t/{tag.group(1).lower()}")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/devices/{tag.group(1)}/")
    assert tag.group(1)[:4] in window.page.locator("h1").inner_text()


def test_a_device_is_moved_without_a_mouse(visit: Open) -> None:
    window = visit("wanda", size=PHONE)
    window.go("/devices/?status=ready&location=HAREN")
    tag = re.search(r'href="/devices/([0-9A-Z]{9})/"', window.page.content())
    assert tag
    window.go(f"/devices/{tag.group(1)}/")
    _tab_to(window, rf"/devices/{tag.group(1)}/move/")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/move/")
    _tab_to(window, r'name="location"')
    # One key: more are one word only if they come within a second, which a busy machine does not promise.
    window.page.keyboard.press("l")
    _tab_to(window, r'type="submit"')
    window.page.keyboard.press("Enter")
    window.page.wait_for_url(f"**/devices/{tag.group(1)}/")
    assert "LAEKEN" in window.page.locator("main").inner_text()


def test_what_has_the_focus_is_seen(visit: Open) -> None:
    window = visit("tine")
    window.go("/")
    for _press in range(12):
        window.page.keyboard.press("Tab")
        seen = window.page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " const p = getComputedStyle(document.activeElement.parentElement);"
            " return parseFloat(s.outlineWidth) >= 2 || parseFloat(p.outlineWidth) >= 2"
            " || s.boxShadow !== 'none' || p.boxShadow !== 'none' }"
        )
        assert seen, _focused(window)
