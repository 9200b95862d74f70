"""A list in a real browser from upload to undone: by mouse, by keyboard alone and by thumb, its progress seen."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Error, Locator, Page

from tests.browser.conftest import PHONE, ROOT, Visit

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]

HEADINGS = (
    *("Inventarisnummer", "Categorie", "Merk", "Model", "Serienummer", "Dienst"),
    *("Akte", "Datum van buitengebruikstelling", "Gewicht (kg)", "Gebruiker"),
)
# Large enough for the worker, both to read and to apply.
ROWS = 4_000
LONG = 100_000
RUN = re.compile(r"/imports/[0-9a-f]{10}/$")
# Presses of Tab from where the page put the focus to what a person does next.
NEAR = 4
OUTCOME = "[data-outcome]:focus"


class Mouse:
    """A hand on a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # Playwright is told of choosers from the first listener on, and a key is quicker than its telling.
        page.on("filechooser", lambda _chooser: None)

    def press(self, what: Locator, _most: int = 0) -> None:
        """Click it."""
        what.click()

    def choose(self, field: Locator, path: Path) -> None:
        """Choose a file in the window that the field opens."""
        with self.page.expect_file_chooser() as chooser:
            field.click()
        chooser.value.set_files(path)


class Thumb(Mouse):
    """A thumb on a phone."""

    def press(self, what: Locator, _most: int = 0) -> None:
        """Tap it."""
        what.tap()


class Keys(Mouse):
    """Two hands on a keyboard: Tab, Enter and Space."""

    def press(self, what: Locator, most: int = 90) -> None:
        """Tab to it, from where the focus is, within so many presses; then Enter."""
        self._reach(what, most)
        self.page.keyboard.press("Enter")

    def choose(self, field: Locator, path: Path) -> None:
        """A file field opens its window at the space bar."""
        self._reach(field, 90)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(path)

    def _reach(self, what: Locator, most: int) -> None:
        # Before the page has been painted once, Chromium throws keys away.
        self.page.wait_for_load_state()
        self.page.evaluate("() => new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")
        for _press in range(most):
            self.page.keyboard.press("Tab")
            if what.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab does not reach {what} in {most} presses")


class Wizard:
    """One person on the way: `figures` is what the progress said meanwhile, `seconds` how long it took."""

    def __init__(self, window: Visit, hand: type[Mouse], within: float = 60.0) -> None:
        self.window, self.page, self.hand, self.within = window, window.page, hand(window.page), within
        self.figures: list[str] = []
        self.seconds: dict[str, float] = {}
        window.page.set_default_timeout(within * 1000)
        window.go("/imports/")

    def upload(self, path: Path) -> None:
        """Choose the file and ask for its rows."""
        self.hand.choose(self.page.locator("main input[type=file]"), path)
        self.hand.press(self.page.locator("main form:has(input[type=file]) button[type=submit]"))
        self.page.wait_for_url(RUN)
        self.told()

    def apply(self) -> None:
        """Near the focus: the page has put it on what applying would do."""
        self.hand.press(self.page.locator("form[action$='/apply/'] button[type=submit]").first, NEAR)
        self.told("main:not(:has(form[action$='/apply/']))")

    def undo(self) -> None:
        """Open what explains the undoing, and undo."""
        self.hand.press(self.page.locator("main details:has(form[action$='/undo/']) summary"), NEAR)
        self.hand.press(self.page.locator("form[action$='/undo/'] button"), NEAR)
        self.told("main:not(:has(form[action$='/undo/']))")

    def see_to_its_end(self, what: str) -> None:
        """Look at the progress until the page comes anew by itself, whole, with the focus on the outcome."""
        began = time.monotonic()
        said = self.page.locator("[data-said]")
        while not self.page.locator(f"main:not(:has([data-job])) {OUTCOME}").count():
            # The page may come anew in the very moment it is looked at.
            with suppress(Error):
                self.figures += [text for text in said.all_inner_texts() if text and text not in self.figures]
            assert time.monotonic() - began < self.within, self.page.locator("main").inner_text()[:600]
            self.page.wait_for_timeout(100)
        self.seconds[what] = round(time.monotonic() - began, 1)
        assert self.fits(), what

    def told(self, where: str = "main") -> None:
        """Wait for the page on which who sees nothing is told what came of it: the focus stands there."""
        self.page.locator(f"{where} {OUTCOME}").wait_for()

    def fits(self) -> bool:
        """Whether nothing sticks out sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    def step(self) -> str:
        """Where the line of steps stands."""
        return self.page.locator("ol.steps [aria-current=step]").inner_text()

    def main(self) -> str:
        """The words of the page."""
        return self.page.locator("main").inner_text()


def _cells(batch: str, number: int, weight: str = "6,8") -> tuple[str, ...]:
    numbers = (f"{batch}-{number:06d}", "PC", "Hestia", "Bureau 400", f"{batch}HB{number:07d}")
    return (*numbers, "Stedenbouw", "BC-26-7", "02/03/2026", weight, "Bo Onbekend")


def _csv(folder: Path, batch: str, rows: int, *more: tuple[str, ...]) -> Path:
    path = folder / f"{batch}.csv"
    cells = (HEADINGS, *(_cells(batch, number) for number in range(rows)), *more)
    path.write_text("\n".join(map(";".join, cells)), encoding="utf-8")
    return path


def _xlsx(folder: Path, batch: str, rows: int) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADINGS)
    for number in range(rows):
        sheet.append(_cells(batch, number))
    path = folder / f"{batch}.xlsx"
    book.save(path)
    return path


@contextmanager
def _worker(window: Visit) -> Iterator[None]:
    command = [sys.executable, "-m", "django", "work", "--lane", "long"]
    process = subprocess.Popen(command, cwd=ROOT, env=window.city.environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


WAYS = [
    pytest.param("tine", "fr", {}, Mouse, "Annulé après coup", "Écartée", id="by mouse in French"),
    pytest.param(
        "wanda", "nl", {"size": PHONE}, Keys, "Ongedaan gemaakt", "Verworpen", id="by keyboard alone in Dutch"
    ),
]
LONG_WAYS = [
    *WAYS,
    pytest.param(
        "tine", "fr", {"size": PHONE, "touch": True}, Thumb, "Annulé après coup", "Écartée", id="by thumb on a phone"
    ),
]


@pytest.mark.parametrize(("who", "language", "how", "hand", "undone", "cancelled"), WAYS)
def test_a_list_is_mended_brought_in_and_undone(
    visit: Open,
    tmp_path: Path,
    who: str,
    language: str,
    how: dict[str, object],
    hand: type[Mouse],
    undone: str,
    cancelled: str,
) -> None:
    window = visit(who, language=language, **how)
    wizard, batch = Wizard(window, hand), language.upper() * 2
    destroyed = (*_cells(batch, 7)[:4], "6,37702E+15", *_cells(batch, 7)[5:])
    wizard.upload(_csv(tmp_path, batch, 2, destroyed))
    assert window.page.locator("tr.wrong th").inner_text() == "4"
    with window.page.expect_download() as rejected:
        wizard.hand.press(window.page.locator("a[href$='/problems.csv']"), NEAR)
    headings, row = rejected.value.path().read_text("utf-8-sig").splitlines()[:2]
    assert "6,37702E+15" in row
    assert "Serienummer:" in row
    assert "Onbekend" not in headings + row
    wizard.hand.press(window.page.locator("main a.button[href='/imports/']"))
    window.page.wait_for_url("**/imports/")

    whole = _csv(tmp_path, batch, ROWS)
    wizard.upload(whole)
    wizard.hand.press(window.page.locator("form[action$='/cancel/'] button"), NEAR)
    wizard.told("main:not(:has([data-job]))")
    assert wizard.step() == cancelled
    window.go("/imports/")

    with _worker(window):
        wizard.upload(whole)
        wizard.see_to_its_end("read")
        assert f"{batch}HB0000000" in wizard.main()
        assert "Gebruiker" in wizard.main()
        assert "Onbekend" not in wizard.main()
        chosen = window.page.locator("select[name=column_0] option:checked")
        assert chosen.get_attribute("value") == "inventory_number"
        wizard.apply()
        wizard.see_to_its_end("applied")
        assert re.search(r"4[\s.]000 (appareils|toestellen)", window.page.locator("main .notice.good").inner_text())
        wizard.undo()
        wizard.see_to_its_end("undone")
    assert wizard.step() == undone


@pytest.mark.long
@pytest.mark.parametrize(("who", "language", "how", "hand", "undone", "cancelled"), LONG_WAYS)
def test_a_hundred_thousand_rows_are_brought_in_and_undone(
    visit: Open,
    tmp_path: Path,
    who: str,
    language: str,
    how: dict[str, object],
    hand: type[Mouse],
    undone: str,
    cancelled: str,
) -> None:
    window = visit(who, language=language, **how)
    path = _xlsx(tmp_path, f"{hand.__name__}{language}".upper(), LONG)
    wizard = Wizard(window, hand, within=300)
    with _worker(window):
        began = time.monotonic()
        wizard.upload(path)
        wizard.seconds["uploaded"] = round(time.monotonic() - began, 1)
        wizard.see_to_its_end("read")
        assert len(wizard.figures) >= 2, wizard.figures
        wizard.apply()
        wizard.see_to_its_end("applied")
        wizard.undo()
        wizard.see_to_its_end("undone")
    assert wizard.step() == undone
    sys.stdout.write(f"{hand.__name__}, {language}: {wizard.seconds}, {wizard.figures}\n")
