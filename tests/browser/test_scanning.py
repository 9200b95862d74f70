"""The scan field in a real browser: scanners of every temper, a pasted list, fingers, sound, and a field never lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from inventory.devices.tags import grouped, new_tag, read_tag, tag_url
from inventory.errors import BadInput
from tests.browser.conftest import PHONE, Visit

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]

# What a Belgian AZERTY keyboard gives for the keys that a scanner set to a US keyboard presses.
US_KEYS = dict(zip("1234567890", "&é\"'(§è!çà", strict=True)) | {
    **dict(zip("AaQqZzWw", "QqAaWwZz", strict=True)),
    "M": "?",
    "m": ",",
    ":": "M",
    "/": "=",
    ".": ":",
    "-": ")",
}


def begin(window: Visit, act: str, **facts: str) -> str:
    """Begin a session and return its path; the scan field waits."""
    window.go(f"/scan/begin/{act}/")
    for name, value in facts.items():
        field = window.page.locator(f"main [name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    window.page.locator("main form button[type=submit]").first.click()
    window.page.wait_for_url("**/scan/sessions/*/")
    waits(window)
    return urlsplit(window.page.url).path


def waits(window: Visit) -> None:
    """The field has the focus, and is empty."""
    expect(window.page.locator("[data-scan-session] [name=q]")).to_be_focused()
    expect(window.page.locator("[data-scan-session] [name=q]")).to_have_value("")


def answers(window: Visit, tone: str, text: str | re.Pattern[str]) -> None:
    """The last answer has this tone, and these words in it."""
    expect(window.page.locator("[data-answer]")).to_have_class(re.compile(rf"\b{tone}\b"))
    expect(window.page.locator("[data-answer]")).to_contain_text(text)


def tags_in(window: Visit, search: str, most: int = 12) -> list[str]:
    """Tags of devices that a search of the list of devices finds."""
    found = window.page.request.get(f"{window.city.url}/api/devices?limit={most}&{search}")
    return [str(device["tag"]) for device in found.json()["items"]]


@pytest.mark.parametrize("suffix", ["Enter", "Tab", "Control+j"])
def test_a_scanner_with_any_suffix_is_answered_in_the_field(visit: Open, suffix: str) -> None:
    window = visit("wanda", language="nl", size=PHONE)
    tag = tags_in(window, "status=ready")[0]
    begin(window, "count", location="HAREN")
    window.page.keyboard.type(f"HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/{tag}")
    window.page.keyboard.press(suffix)
    answers(window, "good", f"{tag[:4]}-{tag[4:8]}-{tag[8:]}")
    waits(window)
    window.page.keyboard.type(tag.lower())
    window.page.keyboard.press(suffix)
    answers(window, "warn", tag[:4])
    expect(window.page.locator("[data-rows] li")).to_have_count(2)
    box = window.page.locator("[data-answer]").bounding_box()
    assert box
    assert box["height"] >= PHONE["height"] / 2
    assert box["y"] + 100 < PHONE["height"], "the answer begins on the screen"


def test_a_scanner_on_the_wrong_layout_and_one_with_a_prefix_are_understood(visit: Open) -> None:
    window = visit("wanda")
    first, third, *others = tags_in(window, "status=ready")
    # One sign of the wrong layout may be a slip of the finger: a bare tag is understood from its second digit on.
    second = next(tag for tag in others if sum(symbol.isdigit() for symbol in tag) > 1)
    begin(window, "count", location="HAREN")
    for typed, tag in (
        ("".join(US_KEYS.get(key, key) for key in f"HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/{first}"), first),
        ("".join(US_KEYS.get(key, key) for key in second), second),
        (f"$https://relais.brussels.example/t/{third}", third),
    ):
        window.page.keyboard.type(typed)
        window.page.keyboard.press("Enter")
        answers(window, "good", tag[:4])
    expect(window.page.locator("[data-done]")).to_have_text("3")


def test_what_a_scanner_types_anywhere_on_the_page_reaches_the_field(visit: Open) -> None:
    window = visit("wanda")
    tag = tags_in(window, "status=ready")[0]
    begin(window, "count", location="HAREN")
    window.page.evaluate("document.activeElement.blur()")
    window.page.keyboard.type(tag)
    window.page.keyboard.press("Enter")
    answers(window, "good", tag[:4])


def test_a_pasted_list_is_answered_code_by_code_and_undone(visit: Open) -> None:
    window = visit("wanda", language="en", size=PHONE)
    tags = tags_in(window, "status=ready&location=HAREN", most=3)
    path = begin(window, "move", location="LAEKEN")
    text = "\r\n".join([*tags, "rubbish", tags[0]])
    window.page.locator("[data-scan-session] [name=q]").evaluate(
        "(field, text) => { const held = new DataTransfer(); held.setData('text', text);"
        " field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: held, bubbles: true, cancelable: true })) }",
        text,
    )
    expect(window.page.locator("[data-rows] li")).to_have_count(5)
    expect(window.page.locator("[data-refused]")).to_have_text("1")
    answers(window, "warn", "It counts once")
    window.page.keyboard.type(tags[2])
    window.page.keyboard.press("Enter")
    window.page.locator("[data-undo] button").click()
    answers(window, "bad", "nothing to undo")
    (other,) = [
        *tags_in(window, "status=reserved&location=HAREN"),
        *tags_in(window, "status=reserved&location=CENTRE"),
    ][:1]
    window.page.keyboard.type(other)
    window.page.keyboard.press("Enter")
    answers(window, "good", other[:4])
    window.page.locator("[data-undo] button").click()
    answers(window, "warn", "Undone")
    waits(window)
    table = window.page.request.get(f"{window.city.url}{path}list.csv").text()
    assert table.count("Undone") >= 1


def test_a_mode_card_begins_its_own_session(visit: Open) -> None:
    window = visit("wanda")
    begin(window, "count", location="HAREN")
    window.page.keyboard.type("HTTPS://RELAIS.BRUSSELS.EXAMPLE/M/MOVE/LAEKEN")
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/scan/begin/move/?location=LAEKEN")
    assert window.page.locator("main [name=location]").input_value() == "LAEKEN"


def test_sound_is_switched_off_once_and_stays_off(visit: Open) -> None:
    window = visit("wanda", language="en")
    path = begin(window, "count", location="HAREN")
    switch = window.page.locator("[data-sound]")
    expect(switch).to_have_text(re.compile(": on"))
    switch.click()
    expect(switch).to_have_text(re.compile(": off"))
    waits(window)
    window.go(path)
    expect(window.page.locator("[data-sound]")).to_have_attribute("aria-pressed", "false")


def test_without_script_the_same_page_takes_the_same_scans(visit: Open) -> None:
    window = visit("wanda", language="en", script=False)
    tag = tags_in(window, "status=ready")[0]
    window.go("/scan/begin/count/")
    window.page.locator("main [name=location]").select_option("HAREN")
    window.page.locator("main form button[type=submit]").first.click()
    for text, tone in ((tag, "good"), (tag, "warn"), ("rubbish", "bad")):
        window.page.locator("main [name=q]").fill(text)
        window.page.locator("main [name=q]").press("Enter")
        expect(window.page.locator("[data-answer]")).to_have_class(re.compile(tone))


def test_a_phone_reads_tags_as_the_server_does(visit: Open) -> None:
    window = visit("wanda")
    begin(window, "count", location="HAREN")
    tags = [new_tag() for _number in range(300)]
    typed = [write(tag) for tag in tags for write in SPELLINGS]
    typed += [tag[1] + tag[0] + tag[2:] for tag in tags]
    read = window.page.evaluate(
        "texts => import('/static/inventory/scan-codes.js').then((codes) => texts.map(codes.readTag))", typed
    )
    assert [text for text, tag in zip(typed, read, strict=True) if tag != _by_the_server(text)] == []


SPELLINGS: list[Callable[[str], str]] = [
    str,
    str.lower,
    grouped,
    lambda tag: f" {tag_url(tag, 'relais.example')}\r",
    lambda tag: "".join(US_KEYS.get(key, key) for key in tag_url(tag, "relais.example")),
]


def _by_the_server(text: str) -> str:
    try:
        return read_tag(text)
    except BadInput:
        return ""
