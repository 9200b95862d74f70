"""A server of its own process with the demonstration city, and a Chromium that reports every fault it sees."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from backend.accounts.demo import DEMO_PASSWORD
from tests.conftest import CHROMIUM

ROOT = Path(__file__).resolve().parents[2]
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


# Seconds after which a browser that a test waits for is taken to have stopped answering; a long test has its own.
PATIENCE, LONG_PATIENCE = 420.0, 570.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test whose Chromium ended under it says nothing of us: it is tried once more, and the summary counts it."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TargetClosedError"]))


@dataclass(frozen=True, slots=True)
class City:
    """Where the demonstration is served, and the environment of its process."""

    url: str
    environment: dict[str, str]

    def manage(self, *command: str) -> str:
        """Run a management command of the city's own installation; its output."""
        done = subprocess.run(
            [sys.executable, "-m", "django", *command],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The demonstration city, served on a free port of this machine from the database the tests are run on."""
    with served(tmp_path_factory.mktemp("city"), "load_demo") as city:
        yield city


@contextmanager
def served(var: Path, *prepare: str) -> Iterator[City]:
    """An installation of its own in this folder, migrated and prepared by a management command, and its server."""
    environment = {**os.environ, "RELAIS_VAR": str(var), "RELAIS_FILES": str(var / "files"), "RELAIS_DEMO": "1"}
    if os.environ.get("DATABASE_URL"):
        environment["DATABASE_URL"] = _database_of_its_own(os.environ["DATABASE_URL"], var.name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    city = City(f"http://localhost:{port}", environment)
    city.manage("migrate", "--verbosity", "0")
    city.manage(*prepare)
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"]
    log = (var / "server.log").open("w")
    server = subprocess.Popen(
        [*command, "--log-level", "warning", "backend.wsgi"], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    try:
        _answers(city.url, server)
        yield city
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def _database_of_its_own(url: str, folder: str) -> str:
    import psycopg

    base, _, options = url.partition("?")
    name = f"{folder}_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[call-overload]
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
    return f"{base.rsplit('/', 1)[0]}/{name}?{options}"


def _answers(url: str, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(200):
        assert server.poll() is None, "the server ended at once"
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
        except (URLError, OSError):
            server_waits(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


def server_waits(seconds: float) -> None:
    """Give another process a moment (select on nothing: the tests themselves never sleep)."""
    import select

    select.select([], [], [], seconds)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, which drives Chromium."""
    # It keeps an event loop in this thread; Django would refuse its tables to the tests that follow.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium, one for each test.

    Its windows are not closed one by one, it is ended: now and then Chromium never answers that it has closed one
    (the protocol's Target.disposeBrowserContext), after scanning without a network above all, and would be waited for.
    """
    yield playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
    _end_browsers(os.getpid())


@pytest.fixture(autouse=True)
def _no_browser_is_waited_for_without_end(request: pytest.FixtureRequest) -> Iterator[None]:
    # Most of Playwright's calls give up after half a minute; `evaluate` and `close` never do. When Chromium ends,
    # they fail where they wait, and the traceback tells where.
    patience = LONG_PATIENCE if request.node.get_closest_marker("long") else PATIENCE
    watch = threading.Timer(patience, _end_browsers, [os.getpid()])
    watch.daemon = True
    watch.start()
    yield
    watch.cancel()


def _end_browsers(parent: int) -> None:
    for pid in _children(parent):
        _end_browsers(pid)
        with suppress(OSError):
            if b"chromium" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]:
                os.kill(pid, signal.SIGKILL)


def _children(parent: int) -> list[int]:
    with suppress(OSError):
        tasks = Path(f"/proc/{parent}/task").iterdir()
        return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]
    return []


@dataclass(slots=True)
class Visit:
    """One person in a browser window; everything the browser complains of is kept."""

    city: City
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a page of the city."""
        self.page.goto(self.city.url + path)

    def sign_in(self, username: str) -> None:
        """Sign in with a demonstration account."""
        self.go("/accounts/login/")
        self.page.locator("#id_login").fill(username)
        self.page.locator("#id_password").fill(DEMO_PASSWORD)
        self.page.locator("#id_password").press("Enter")
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)

    def speak(self, language: str) -> None:
        """Switch the language of every page to come."""
        self.context.add_cookies([{"name": "django_language", "value": language, "url": self.city.url}])


@pytest.fixture
def visit(city: City, chromium: Browser) -> Iterator[Any]:
    """A function that opens a window for a person: `visit("tine", language="fr", size=PHONE)`."""
    visits: list[Visit] = []

    def open_window(
        username: str = "",
        language: str = "fr",
        size: dict[str, int] = DESK,
        script: bool = True,
        touch: bool = False,
        where: City = city,
    ) -> Visit:
        context = chromium.new_context(
            viewport=size,  # type: ignore[arg-type]
            java_script_enabled=script,
            has_touch=touch,
            is_mobile=touch,
            locale={"fr": "fr-BE", "nl": "nl-BE", "en": "en-GB"}[language],
            timezone_id="Europe/Brussels",
        )
        page = context.new_page()
        opened = Visit(where, context, page)
        page.on("console", lambda said: opened.faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: opened.faults.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((where.url, "data:", "blob:"))
                else opened.faults.append(f"asks a third party: {asked.url}")
            ),
        )
        visits.append(opened)
        opened.speak(language)
        if username:
            opened.sign_in(username)
        return opened

    yield open_window
    # A wrong form and a refused step are answered with 4xx on purpose; Chromium notes those as errors too.
    faults = [fault for one in visits for fault in one.faults if "Failed to load resource" not in fault]
    assert faults == []
