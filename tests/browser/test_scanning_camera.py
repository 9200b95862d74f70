"""The phone's camera in a real Chromium that is shown one of our own labels; what reads it is ours, and unchanged."""

from __future__ import annotations

import hashlib
import io
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE, ROOT, SWITCHES, Visit
from tests.browser.test_scanning import answers, begin, tags_in, waits
from tests.conftest import CHROMIUM

VENDOR = ROOT / "inventory/static/inventory/vendor/barcode-detector"
pytestmark = pytest.mark.browser

Open = Callable[..., Visit]


def film_of(label: bytes, path: Path) -> None:
    """A film of a label held before the camera, a little askew, as Motion-JPEG."""
    picture = Image.open(io.BytesIO(label)).convert("RGB")
    picture.thumbnail((560, 400))
    frames = io.BytesIO()
    for number in range(30):
        scene = Image.new("RGB", (640, 480), (96, 92, 88))
        turned = picture.rotate(
            1.5 - number / 10, expand=True, fillcolor=(255, 255, 255), resample=Image.Resampling.BICUBIC
        )
        scene.paste(turned, ((640 - turned.width) // 2, (480 - turned.height) // 2))
        scene.save(frames, "JPEG", quality=85)
    path.write_bytes(frames.getvalue())


@pytest.fixture
def filmed(chromium: Browser, tmp_path: Path) -> Iterator[tuple[Browser, Path]]:
    """A browser whose camera shows the film at this path."""
    film = tmp_path / "camera.mjpeg"
    film_of(_blank(), film)
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM,
        args=[
            *SWITCHES,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    yield browser, film
    browser.close()


def _blank() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(held, "PNG")
    return held.getvalue()


def test_a_label_before_the_camera_is_scanned_once(visit: Open, filmed: tuple[Browser, Path]) -> None:
    browser, film = filmed
    desk = visit("wanda")
    tag = tags_in(desk, "status=ready")[0]
    label = desk.page.request.get(f"{desk.city.url}/api/labels/{tag}/label.png?stock=L7160&dpi=300")
    film_of(label.body(), film)
    context = browser.new_context(viewport=PHONE, permissions=["camera"], locale="en-GB")  # type: ignore[arg-type]
    window = Visit(desk.city, context, context.new_page())
    window.page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((desk.city.url, "data:", "blob:"))
            else window.faults.append(f"asks a third party: {asked.url}")
        ),
    )
    window.page.on("pageerror", lambda error: window.faults.append(str(error)))
    window.speak("en")
    window.sign_in("wanda")
    begin(window, "count", location="HAREN")
    button = window.page.locator("[data-camera-button]")
    button.click()
    expect(window.page.locator("[data-camera] video")).to_be_visible()
    answers(window, "good", f"{tag[:4]}-{tag[4:8]}-{tag[8:]}")
    # It stays in view and is not scanned again.
    expect(window.page.locator("[data-rows] li")).to_have_count(1)
    expect(button).to_have_text(re.compile("Stop"))
    # This camera has no light, so no button promises one.
    expect(window.page.locator("[data-torch]")).to_be_hidden()
    button.click()
    expect(window.page.locator("[data-camera]")).to_be_hidden()
    window.page.locator("[data-scan-session] [name=q]").focus()
    waits(window)
    assert window.faults == []
    context.close()


def test_the_reader_of_codes_is_served_as_what_it_is_and_only_its_page_may_run_it(visit: Open) -> None:
    window = visit("wanda")
    answer = window.page.request.get(f"{window.city.url}/static/inventory/vendor/barcode-detector/zxing_reader.wasm")
    assert answer.headers["content-type"] == "application/wasm"
    path = begin(window, "count", location="HAREN")
    policy = re.sub(r"'nonce-[^']+'", "", _scripts(window, path)).split()
    assert sorted(policy) == ["'self'", "'wasm-unsafe-eval'", "script-src"]
    assert "wasm" not in _scripts(window, "/scan/sessions/")


def _scripts(window: Visit, path: str) -> str:
    policy = window.page.request.get(window.city.url + path).headers["content-security-policy"]
    return next(part.strip() for part in policy.split(";") if part.strip().startswith("script-src"))


def test_what_we_did_not_write_is_as_it_was_published() -> None:
    listed = tomllib.loads((VENDOR / "vendor.toml").read_text())["file"]
    assert {one["path"] for one in listed} == {
        path.name for path in VENDOR.glob("*") if path.suffix in {".js", ".wasm"}
    }
    for one in listed:
        assert hashlib.sha256((VENDOR / one["path"]).read_bytes()).hexdigest() == one["sha256"], one["path"]
        assert (VENDOR / one["licence_file"]).read_text().strip()
    # The reader names the wasm that fits it.
    wasm = next(one for one in listed if one["path"].endswith(".wasm"))
    assert wasm["sha256"] in (VENDOR / "zxing-exported.js").read_text()
