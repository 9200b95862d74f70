"""A pallet of sixty received on a phone: camera, a scanner on the wrong layout, half of it off line, two sign."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from inventory.devices.tags import grouped
from tests.browser.conftest import PHONE, SWITCHES, City, Visit
from tests.browser.test_scanning import US_KEYS, answers, waits
from tests.browser.test_scanning_camera import film_of
from tests.browser.test_scanning_offline import kept, rows, unsent
from tests.browser.test_ten_steps import _choose, _fill, _send, _sign
from tests.conftest import CHROMIUM
from tests.journeys import PICTURE

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]

DEVICES, FILMED, ON_LINE, IN_CRATE = 60, 3, 27, 10
SEAL = "S-60 4711"


def ask(window: Visit, path: str, body: dict[str, Any] | None = None) -> Any:
    """An operation of the API, as the person of this window."""
    address = f"{window.city.url}/api{path}"
    if body is None:
        return window.page.request.get(address).json()
    ready = window.page.request.get(f"{window.city.url}/scan/ready/").json()
    answer = window.page.request.post(
        address, data=body, headers={"X-CSRFToken": ready["token"], "Referer": window.city.url}
    )
    assert answer.ok, answer.text()
    return answer.json()


def declared(window: Visit, *serials: str) -> list[str]:
    """Devices of one department's list; their tags."""
    act = {"department": "Mobilité", "act_reference": "CBE-2026-60", "decommissioned_on": "2026-03-02"}
    wanted = [{"category": "laptop", "manufacturer": "Fictor", "serial": serial, **act} for serial in serials]
    return [device["tag"] for device in ask(window, "/devices", {"devices": wanted})]


def under_way(keeper: Visit, driver: Visit, count: int, series: str, in_crate: int = 0) -> tuple[str, list[str], str]:
    """Devices declared and picked up, some of them in a sealed crate: the manifest, their tags, the crate's tag."""
    tags = declared(keeper, *(f"{series}{number:04d}" for number in range(count)))
    today = {"department": "Mobilité", "planned_on": "2026-11-20", "destination": "HAREN", "tags": tags}
    number = ask(keeper, "/collections", today)["number"]
    crate, taken = "", tags
    if in_crate:
        (crate,) = ask(keeper, "/tags", {"count": 1})
        ask(driver, "/containers", {"kind": "crate", "tag": crate})
        ask(driver, f"/containers/{crate}/put", {"codes": tags[-in_crate:]})
        ask(driver, f"/containers/{crate}/seal", {"seal": SEAL})
        taken = [*tags[:-in_crate], crate]
    driver.go(f"/collections/{number}/pick-up/")
    _fill(driver, tags="\n".join(taken), released_function="responsable logistique", place="Quai 1", counted=count)
    _sign(driver)
    _send(driver, "released_function")
    return number, tags, crate


def wedge(window: Visit, tag: str) -> None:
    """A scanner that believes in a US keyboard, on a Belgian PC."""
    window.page.keyboard.type("".join(US_KEYS.get(key, key) for key in f"HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/{tag}"))
    window.page.keyboard.press("Enter")


class Phone:
    """A browser with a camera and a profile of its own, which can be closed and opened again."""

    def __init__(self, chromium: Browser, city: City, folder: Path) -> None:
        self.film = folder / "camera.mjpeg"
        self._chromium, self._city, self._folder = chromium, city, folder
        self.context: BrowserContext | None = None
        self.faults: list[str] = []

    def open(self, offline: bool = False) -> Visit:
        self.context = self._chromium.browser_type.launch_persistent_context(
            self._folder / "profile",
            executable_path=CHROMIUM,
            args=[
                *SWITCHES,
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={self.film}",
            ],
            viewport=PHONE,  # type: ignore[arg-type]
            permissions=["camera"],
            locale="fr-BE",
            timezone_id="Europe/Brussels",
            offline=offline,
        )
        window = Visit(self._city, self.context, self.context.new_page(), self.faults)
        window.page.on("pageerror", lambda error: self.faults.append(str(error)))
        window.speak("fr")
        return window

    def close(self) -> None:
        if self.context is not None:
            self.context.close()
            self.context = None


@pytest.fixture
def phone(chromium: Browser, city: City, tmp_path: Path) -> Iterator[Phone]:
    """A phone with a camera."""
    held = Phone(chromium, city, tmp_path)
    yield held
    held.close()
    assert held.faults == []


def test_sixty_devices_are_received_half_of_them_without_a_network(visit: Open, phone: Phone) -> None:
    keeper, driver = visit("wanda"), visit("driss")
    number, tags, crate = under_way(keeper, driver, DEVICES, "SIXTY", IN_CRATE)
    loose = tags[:-IN_CRATE]
    labels = [
        keeper.page.request.get(f"{keeper.city.url}/api/labels/{tag}/label.png?stock=L7160&dpi=300").body()
        for tag in loose[:FILMED]
    ]
    frames = b""
    for label in labels:
        film_of(label, phone.film)
        frames += phone.film.read_bytes()
    phone.film.write_bytes(frames)
    window = phone.open()
    window.sign_in("wanda")
    window.go(f"/collections/{number}/")
    window.page.locator(f"form[action='/collections/{number}/scan/'] button").click()
    window.page.wait_for_url("**/scan/sessions/*/")
    path = urlsplit(window.page.url).path
    waits(window)
    arrived = window.page.locator("[data-arrived-count]")
    expect(window.page.locator("[data-expected-count]")).to_have_text(str(DEVICES))
    # A few by the camera, which is shown their real labels.
    window.page.locator("[data-camera-button]").click()
    expect(arrived).to_have_text(str(FILMED), timeout=20_000)
    window.page.locator("[data-camera-button]").click()
    expect(window.page.locator("[data-camera]")).to_be_hidden()
    for tag in loose[FILMED:ON_LINE]:
        wedge(window, tag)
    expect(arrived).to_have_text(str(ON_LINE), timeout=20_000)
    kept(window)
    # The network is gone: the rest waits on the phone, the browser is closed in the middle of it.
    window.context.set_offline(True)
    middle = ON_LINE + 12
    for tag in loose[ON_LINE:middle]:
        wedge(window, tag)
    unsent(window, 12)
    expect(arrived).to_have_text(str(middle))
    phone.close()
    window = phone.open(offline=True)
    window.page.goto(f"{window.city.url}{path}")
    unsent(window, 12)
    arrived = window.page.locator("[data-arrived-count]")
    expect(arrived).to_have_text(str(middle))
    wedge(window, loose[0])
    for tag in loose[middle:]:
        wedge(window, tag)
    unsent(window, 12 + 1 + len(loose) - middle)
    # The crate asks for the number on its seal; what lies in it counts when the server has compared it.
    wedge(window, crate)
    window.page.keyboard.type(SEAL.lower())
    window.page.keyboard.press("Enter")
    unsent(window, 12 + 2 + len(loose) - middle)
    expect(arrived).to_have_text(str(len(loose)))
    # The driver signs on the phone, and somebody takes a photo of the load.
    window.page.locator("[data-sign-link]").click()
    here = window.page.locator("[data-sign-here]")
    expect(here).to_be_visible()
    assert here.locator("input[type=password]").count() == 0, "a PIN cannot be checked here"
    here.locator("button[type=submit]").click()
    expect(here.locator("[data-missing]")).to_be_visible()
    here.locator("[name=counted]").fill(str(DEVICES))
    _choose(window, "released_by", "driss")
    _sign(window)
    here.locator("summary").click()
    here.locator("input[type=file]").set_input_files(
        {"name": "palette.png", "mimeType": "image/png", "buffer": labels[0]}
    )
    here.locator("button[type=submit]").click()
    expect(here).to_be_hidden()
    unsent(window, 12 + 3 + len(loose) - middle)
    # The network is back: everything is sent in its order, and counts once.
    window.context.set_offline(False)
    # A browser that was closed is signed out; what waits waits for this person.
    expect(window.page.locator("[data-unsent]")).to_contain_text("Reconnectez-vous", timeout=20_000)
    window.sign_in("wanda")
    window.go(path)
    expect(window.page.locator(".notice.good")).to_be_visible(timeout=20_000)
    unsent(window, 0)
    expect(window.page.locator("[data-conflicts]")).to_be_hidden()
    expect(window.page.locator("[data-arrived-count]")).to_have_text(str(DEVICES))
    _received_once(window, number, path, tags)


def _received_once(window: Visit, number: str, path: str, tags: list[str]) -> None:
    manifest = ask(window, f"/collections/{number}")
    assert (manifest["state"], manifest["exceptions"], manifest["not_arrived"]) == ("arrived", [], [])
    assert [line["tag"] for line in manifest["lines"] if line["arrived_at"]] == tags
    said = rows(window, path)
    done = [row["tag"] for row in said if row["outcome"] == "done" and row["tag"]]
    assert sorted(done) == sorted(tags[:-IN_CRATE])
    # As moments: a whole second is spelt shorter, and sorts otherwise as text.
    moments = [dt.datetime.fromisoformat(row["occurred_at"]) for row in said]
    assert moments == sorted(moments)
    for tag in (tags[0], tags[ON_LINE], tags[-1]):
        steps = [entry["event"] for entry in ask(window, f"/devices/{tag}/history")]
        assert len([event for event in steps if "receive" in event]) == 1, steps
    window.go(f"/collections/{number}/")
    hands = window.page.locator("section[aria-labelledby=custody]")
    assert len(re.findall("dessin", hands.inner_text())) == 2
    assert str(DEVICES) in hands.inner_text()
    picture = window.page.request.get(f"{window.city.url}/collections/{number}/signed/delivery/")
    assert picture.body().startswith(b"\xff\xd8\xff")


def test_what_somebody_else_delivered_meanwhile_waits_with_all_that_was_signed(visit: Open) -> None:
    keeper, driver = visit("wanda", language="en", size=PHONE), visit("driss")
    number, tags, _crate = under_way(keeper, driver, 2, "TWICE")
    other = visit("tine")
    keeper.go(f"/collections/{number}/")
    keeper.page.locator(f"form[action='/collections/{number}/scan/'] button").click()
    waits(keeper)
    kept(keeper)
    keeper.context.set_offline(True)
    for tag in tags:
        wedge(keeper, tag)
    keeper.page.locator("[data-sign-link]").click()
    _choose(keeper, "released_by", "driss")
    _sign(keeper)
    keeper.page.locator("[data-sign-form] button[type=submit]").click()
    unsent(keeper, 3)
    ask(other, f"/collections/{number}/deliver", {"tags": tags, "released_by": "driss", "signature": _drawn()})
    keeper.context.set_offline(False)
    unsent(keeper, 0)
    refused = keeper.page.locator("[data-conflicts] li")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("not at this point any more")
    expect(refused.locator("img")).to_be_visible()
    refused.get_by_role("button", name="Send again").click()
    expect(refused).to_have_count(1)
    expect(refused.locator("img")).to_be_visible()
    keeper.page.reload()
    expect(refused.locator("img")).to_be_visible()
    refused.get_by_role("button", name="Solved").click()
    expect(keeper.page.locator("[data-conflicts]")).to_be_hidden()


def test_a_signed_delivery_whose_answer_is_lost_is_sent_again_and_counts_once(visit: Open) -> None:
    keeper, driver = visit("wanda", language="en", size=PHONE), visit("driss")
    number, tags, _crate = under_way(keeper, driver, 1, "LOST")
    keeper.go(f"/collections/{number}/deliver/")
    keeper.page.locator(f"form[action='/collections/{number}/scan/'] button").click()
    waits(keeper)
    kept(keeper)
    keeper.context.set_offline(True)
    wedge(keeper, tags[0])
    keeper.page.locator("[data-sign-link]").click()
    _choose(keeper, "released_by", "driss")
    _sign(keeper)
    keeper.page.locator("[data-sign-form] button[type=submit]").click()
    unsent(keeper, 2)
    lost: list[int] = []

    def lose(route: Any) -> None:
        answer = route.fetch()
        lost.append(answer.status)
        route.abort() if len(lost) == 1 else route.fulfill(response=answer)

    keeper.page.route("**/deliver", lose)
    keeper.context.set_offline(False)
    expect(keeper.page.locator(".notice.good")).to_be_visible(timeout=20_000)
    assert lost == [200, 200]
    expect(keeper.page.locator("[data-conflicts]")).to_be_hidden()
    assert ask(keeper, f"/collections/{number}")["exceptions"] == []


def test_two_people_scan_one_delivery_in_and_see_who_scanned_what(visit: Open) -> None:
    keeper, driver, technician = visit("wanda", language="en", size=PHONE), visit("driss"), visit("tine")
    number, tags, _crate = under_way(keeper, driver, 3, "PAIR")
    for window in (keeper, technician):
        window.go(f"/collections/{number}/")
        window.page.locator(f"form[action='/collections/{number}/scan/'] button").click()
        waits(window)
    expect(keeper.page.locator("[data-scanners]")).to_be_hidden()
    wedge(technician, tags[0])
    answers(technician, "good", grouped(tags[0]))
    for tag in tags[1:]:
        wedge(keeper, tag)
    expect(keeper.page.locator("[data-arrived-count]")).to_have_text("3")
    expect(keeper.page.locator("[data-scanners] li strong")).to_have_text(["1", "2"])
    # A device of no delivery is told at once.
    wedge(keeper, *declared(keeper, "PAIRSTRANGER"))
    answers(keeper, "warn", "put it aside")
    expect(keeper.page.locator("[data-strangers] strong")).to_have_text("1")


def test_making_ready_begins_on_the_phone_without_a_network(visit: Open) -> None:
    window = visit("tine", language="en", size=PHONE)
    found = ask(window, "/devices?limit=2&status=in_refurbishment")["items"]
    window.go("/scan/begin/wipe/")
    window.page.locator("main form button[type=submit]").first.click()
    waits(window)
    kept(window)
    window.context.set_offline(True)
    window.page.keyboard.type("RELAIS:MODE:ready")
    window.page.keyboard.press("Enter")
    form = window.page.locator("[data-another]")
    expect(form.locator("[name=grade]")).to_be_focused()
    form.locator("button[type=submit]").click()
    expect(form.locator("[data-another-missing]")).to_be_visible()
    form.locator("[name=grade]").select_option("B")
    form.locator("button[type=submit]").click()
    answers(window, "info", "begins on this phone")
    window.page.keyboard.type(found[0]["tag"])
    window.page.keyboard.press("Enter")
    unsent(window, 1)
    window.context.set_offline(False)
    window.page.wait_for_url(re.compile("/scan/sessions/"))
    unsent(window, 0)
    session = ask(window, "/scan-sessions?act=ready")[0]
    assert (session["grade"], session["done"] + session["refused"]) == ("B", 1)


def test_picking_for_a_hand_over_begins_and_goes_on_without_a_network(visit: Open) -> None:
    keeper = visit("wanda", language="nl", size=PHONE)
    (reference, ours), (_other, theirs), *_rest = _by_request(visit("pol"))
    keeper.go("/scan/begin/move/")
    keeper.page.locator("[name=location]").select_option("LAEKEN")
    keeper.page.locator("main form button[type=submit]").first.click()
    waits(keeper)
    kept(keeper)
    keeper.context.set_offline(True)
    keeper.page.keyboard.type("RELAIS:MODE:pick")
    keeper.page.keyboard.press("Enter")
    form = keeper.page.locator("[data-another]")
    form.locator("[name=request]").fill(reference.lower())
    form.locator("[name=location]").select_option("CENTRE")
    form.locator("button[type=submit]").click()
    answers(keeper, "info", "begint op deze telefoon")
    for tag in (*ours[:2], theirs[0]):
        wedge(keeper, tag)
    unsent(keeper, 3)
    keeper.context.set_offline(False)
    keeper.page.wait_for_url(re.compile("/scan/sessions/"))
    unsent(keeper, 0)
    session = ask(keeper, "/scan-sessions?act=pick")[0]
    assert (session["request"], session["done"], session["refused"]) == (reference, 2, 1)
    assert all(ask(keeper, f"/devices/{tag}")["location"] == "CENTRE" for tag in ours[:2])


def _by_request(officer: Visit) -> list[tuple[str, list[str]]]:
    """The tags of reserved devices by the request they are for, most first."""
    reserved = [one["tag"] for one in ask(officer, "/devices?limit=200&status=reserved")["items"]]
    found = {}
    for one in ask(officer, "/requests?limit=200"):
        page = officer.page.request.get(f"{officer.city.url}/requests/{one['reference']}/").text()
        found[one["reference"]] = [tag for tag in reserved if grouped(tag) in page]
    return sorted(found.items(), key=lambda one: -len(one[1]))


def _drawn() -> str:
    import base64

    return base64.b64encode(PICTURE).decode()
