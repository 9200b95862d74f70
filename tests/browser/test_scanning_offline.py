"""Scanning with the network cut in the middle, the browser closed, the server killed: every scan arrives, once."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from urllib.error import URLError

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, ROOT, City, Visit, server_waits
from tests.browser.test_scanning import answers, begin, tags_in

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]


def kept(window: Visit) -> None:
    """The app has all it needs to open without a network."""
    expect(window.page.locator("html")).to_have_attribute("data-kept", "yes", timeout=20_000)
    # The names of the devices are kept after everything else.
    for _try in range(100):
        if window.page.evaluate(NAMES_KEPT):
            return
        server_waits(0.1)
    raise AssertionError("the names of the devices were not kept")


NAMES_KEPT = """async () => {
  const told = (asked) => new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = asked.onblocked = () => failed(asked.error);
  });
  const base = await told(indexedDB.open("relais-scan", 1));
  const count = await told(base.transaction("names").objectStore("names").count());
  base.close();
  return count;
}"""


def scans(page: Page, *texts: str) -> None:
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Enter")


def rows(window: Visit, path: str) -> list[dict[str, str]]:
    """The session's rows on the server, oldest first."""
    found = window.page.request.get(f"{window.city.url}/api{path.replace('/scan/sessions', '/scan-sessions')}scans")
    return list(reversed(found.json()))


def unsent(window: Visit, count: int) -> None:
    notice = window.page.locator("[data-unsent]")
    if count == 0:
        expect(notice).to_be_hidden(timeout=20_000)
    else:
        expect(notice.locator("strong")).to_have_text(str(count), timeout=20_000)


def test_a_session_goes_on_without_a_network_and_arrives_whole_and_once(visit: Open) -> None:
    window = visit("wanda", language="en", size=PHONE)
    tags = tags_in(window, "status=ready&location=HAREN", most=5)
    gone = tags_in(window, "status=handed_over", most=1)[0]
    path = begin(window, "move", location="LAEKEN")
    scans(window.page, tags[0])
    answers(window, "good|warn", tags[0][:4])
    kept(window)
    window.context.set_offline(True)
    scans(window.page, tags[1])
    answers(window, "info", "No network: it waits on this phone.")
    expect(window.page.locator("[data-answer] a")).to_contain_text(tags[1][:4])
    scans(window.page, tags[1].lower(), gone, "rubbish")
    answers(window, "info", "no tag")
    unsent(window, 4)
    # The app opens with no network: the page, its act, and what waits.
    window.page.reload()
    expect(window.page.locator("h1")).to_contain_text("Move")
    unsent(window, 4)
    assert len(window.page.locator("[data-rows] li").all()) >= 4
    # The browser is closed and opened again, still without a network.
    window.page.close()
    window.page = window.context.new_page()
    window.page.goto(f"{window.city.url}/scan/sessions/")
    window.page.goto(f"{window.city.url}{path}")
    scans(window.page, tags[2])
    unsent(window, 5)
    scans(window.page, "RELAIS:MODE:ready")
    answers(window, "bad", "not for your role")
    before = time.time()
    window.context.set_offline(False)
    unsent(window, 0)
    assert time.time() - before < 20
    said = rows(window, path)
    assert [row["text"] for row in said] == [tags[0], tags[1], tags[1].lower(), gone, "rubbish", tags[2]]
    assert [row["outcome"] for row in said][2:5] == ["again", "refused", "refused"]
    moments = [row["occurred_at"] for row in said]
    assert moments == sorted(moments)
    # What was refused waits to be solved, here and after a reload; none is dropped.
    expect(window.page.locator("[data-conflicts] li")).to_have_count(2)
    expect(window.page.locator("[data-waiting]")).to_be_hidden()
    window.page.reload()
    expect(window.page.locator("[data-conflicts] li")).to_have_count(2)
    window.page.locator("[data-conflicts] li button").first.click()
    expect(window.page.locator("[data-conflicts] li")).to_have_count(1)


def test_a_mode_card_begins_a_session_without_a_network(visit: Open) -> None:
    window = visit("wanda", language="en", size=PHONE)
    tags = tags_in(window, "status=ready", most=3)
    path = begin(window, "count", location="LAEKEN")
    scans(window.page, tags[0])
    answers(window, "good", tags[0][:4])
    kept(window)
    window.context.set_offline(True)
    scans(window.page, tags[1])
    unsent(window, 1)
    scans(window.page, "HTTPS://RELAIS.BRUSSELS.EXAMPLE/M/COUNT/HAREN")
    answers(window, "info", "begins on this phone")
    expect(window.page.locator("h1")).to_have_text("Stock-take · HAREN")
    scans(window.page, tags[2], tags[1])
    unsent(window, 3)
    # A place that nobody knows: the server will not have it, and its scan waits with the reason.
    scans(window.page, "RELAIS:MODE:move:NOWHERE", tags[0])
    unsent(window, 4)
    window.context.set_offline(False)
    unsent(window, 0)
    expect(window.page.locator("[data-conflicts] li")).to_have_count(1)
    found = window.page.request.get(f"{window.city.url}/api/scan-sessions").json()
    opened = next(one for one in found if one["code"] not in path)
    assert (opened["act"], opened["location"], opened["done"]) == ("count", "HAREN", 2)
    assert [row["text"] for row in rows(window, path)] == tags[:2]
    assert [row["text"] for row in rows(window, f"/scan/sessions/{opened['code']}/")] == [tags[2], tags[1]]


def test_a_page_that_is_not_kept_says_which_are(visit: Open) -> None:
    window = visit("wanda", language="en", size=PHONE)
    path = begin(window, "count", location="HAREN")
    kept(window)
    window.context.set_offline(True)
    window.go("/scan/begin/move/")
    expect(window.page.locator("h1")).to_have_text("No network")
    window.page.locator(f"[data-kept-pages] a[href='{path}']").click()
    expect(window.page.locator("h1")).to_contain_text("Stock-take")
    window.context.set_offline(False)


@pytest.fixture
def mortal(city: City) -> Iterator[tuple[City, Callable[[], subprocess.Popen[bytes]]]]:
    """Another server on the same city, that may be killed and started again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started: list[subprocess.Popen[bytes]] = []
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"]

    def start() -> subprocess.Popen[bytes]:
        server = subprocess.Popen(
            [*command, "--log-level", "critical", "backend.wsgi"],
            cwd=ROOT,
            env=city.environment,
            start_new_session=True,
        )
        started.append(server)
        for _try in range(200):
            try:
                urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=5).close()
            except (URLError, OSError):
                server_waits(0.1)
            else:
                return server
        raise AssertionError("the server does not answer")

    yield City(f"http://localhost:{port}", city.environment), start
    for server in started:
        _kill(server)


def _kill(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        os.killpg(server.pid, 9)
        server.wait(timeout=20)


def test_the_server_is_killed_and_comes_back(
    visit: Open, mortal: tuple[City, Callable[[], subprocess.Popen[bytes]]]
) -> None:
    city, start = mortal
    server = start()
    window = visit(language="en", size=PHONE)
    window.city = city
    window.faults.clear()
    window.sign_in("wanda")
    tags = tags_in(window, "status=received", most=4) or tags_in(window, "status=ready", most=4)
    path = begin(window, "count", location="HAREN")
    scans(window.page, tags[0])
    answers(window, "good", tags[0][:4])
    kept(window)
    _kill(server)
    scans(window.page, *tags[1:3])
    unsent(window, 2)
    window.page.reload()
    expect(window.page.locator("[data-unsent]")).to_contain_text(re.compile("server does not answer"))
    scans(window.page, tags[3])
    unsent(window, 3)
    start()
    window.page.locator("[data-send]").click()
    unsent(window, 0)
    assert [row["text"] for row in rows(window, path)] == tags
    # This window asked another server on purpose.
    window.faults[:] = [fault for fault in window.faults if "third party" not in fault or city.url not in fault]
