"""The look keeps its promises: contrast, a mark for every status, and nothing that the security policy forbids."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from backend.web.icons import ICONS
from backend.web.marks import DEVICE_MARKS, MEDIUM_MARKS
from inventory.lifecycle import MediumState, Status

ROOT = Path(__file__).resolve().parents[3]
CSS = (ROOT / "backend" / "web" / "static" / "web" / "relais.css").read_text()
TEMPLATES = sorted(path for path in ROOT.glob("*/**/templates/**/*.html") if ".venv" not in path.parts)
TONES = ("good", "warn", "bad", "info", "brand", "plain")
# Text on ground: at least 4.5 : 1; the edge of a field or a focus ring: at least 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11).
TEXT = [
    *(("ink", ground) for ground in ("paper", "card", "sunk", "brand-ground")),
    *(("soft", ground) for ground in ("paper", "card", "sunk", "plain-ground")),
    *(("brand", ground) for ground in ("paper", "card")),
    *((tone, f"{tone}-ground") for tone in TONES),
    *(("ink", f"{tone}-ground") for tone in TONES),
    *((tone, "card") for tone in TONES),
    *[("on-brand", "brand"), ("on-brand", "brand-deep"), ("on-bad", "bad"), ("paper", "good"), ("paper", "bad")],
]
EDGES = [
    ("line", "card"),
    ("line", "paper"),
    ("focus", "card"),
    ("focus", "paper"),
    ("dot", "paper"),
    ("brand", "paper"),
]


def tokens(dark: bool) -> dict[str, str]:
    """The colours by name, as the style sheet sets them in the light or in the dark."""
    light, night = re.findall(r":root \{(.*?)\}", CSS, re.S)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", light))
    return found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", night)) if dark else found


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("least", "pairs"), [(4.5, TEXT), (3.0, EDGES)], ids=["text", "edges"])
def test_everything_can_be_read(dark: bool, least: float, pairs: list[tuple[str, str]]) -> None:
    colours = tokens(dark)
    weak = [(one, on) for one, on in pairs if contrast(colours[one], colours[on]) < least]
    assert weak == []


def test_every_place_in_a_life_has_a_mark_that_can_be_drawn() -> None:
    assert set(DEVICE_MARKS) == set(Status)
    assert set(MEDIUM_MARKS) == set(MediumState)
    for tone, icon in [*DEVICE_MARKS.values(), *MEDIUM_MARKS.values()]:
        assert tone in TONES
        assert icon in ICONS


def test_every_icon_is_a_drawing() -> None:
    for name, inner in ICONS.items():
        shapes = list(ElementTree.fromstring(f"<g>{inner}</g>"))
        assert shapes, name


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_carries_no_style_and_no_script_of_its_own(path: Path) -> None:
    html = path.read_text()
    assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*type=\"(importmap|application/json)\")", html)
    assert not re.search(r"(src|href)=\"(https?:)?//", html)


def test_the_style_sheet_fetches_nothing() -> None:
    assert not re.search(r"url\(|@import", CSS)
