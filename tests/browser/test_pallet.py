"""A pallet of forty in a real browser: two disks fail, one is an SSD, one machine has none; nothing unproven leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pikepdf
import pytest

from tests.browser.conftest import PHONE, Visit
from tests.browser.test_ten_steps import _attach, _choose, _fill, _press_step, _send, _sign, _status
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]

MACHINES = 40
FAILED, SSD, DISKLESS = (7, 23), 31, 40
HEAD = "N° d'inventaire;Catégorie;Marque;Modèle;N° de série;Service;Référence de l'acte;Date de déclassement\n"


def _list() -> str:
    rows = (f"PAL-{n:02d};PC;Hestia;Bureau 400;PALHB{n:04d};Mobilité;CBE-2026-40;02/03/2026\n" for n in _numbers())
    return HEAD + "".join(rows)


def _numbers() -> range:
    return range(1, MACHINES + 1)


def _serial(number: int) -> str:
    return f"PALDISK{number:04d}"


def _inspection(number: int) -> bytes:
    disk = {
        "id": "disk",
        "class": "disk",
        "description": "ATA Disk",
        "product": "Relais Flash 256 SSD" if number == SSD else "Relais Disk 128",
        "serial": _serial(number),
        "logicalname": "/dev/sda",
        "size": 128_035_676_160,
        "units": "bytes",
        "capabilities": {} if number == SSD else {"7200rpm": "7200 rotations per minute"},
    }
    sata = {"id": "sata", "class": "storage", "businfo": "pci@0000:00:17.0", "children": [disk]}
    machine = {
        "id": "banc",
        "class": "system",
        "description": "Desktop Computer",
        "vendor": "Hestia",
        "product": "Bureau 400",
        "serial": f"PALHB{number:04d}",
        "children": [{"id": "core", "class": "bus", "children": [sata]}],
    }
    return json.dumps(machine).encode()


def _log(number: int) -> bytes:
    if number in FAILED:
        return nwipe_log(
            Disk(serial=_serial(number), status=">>> FAIL", errors=(1, 0, 4)), ending="with errors."
        ).encode()
    return nwipe_log(Disk(serial=_serial(number))).encode()


def test_a_pallet_of_forty_is_wiped_and_nothing_unproven_leaves(visit: Open) -> None:
    technician, verifier = visit("tine"), visit("victor", language="nl")
    tags = _announced(technician)
    _collected(visit("wanda"), visit("driss", size=PHONE), technician, list(tags.values()))
    for number in _numbers():
        if number == DISKLESS:
            technician.go(f"/devices/{tags[number]}/no-data/")
            technician.page.locator("main input[name=checked_how]").first.check()
            _send(technician)
        else:
            technician.go(f"/devices/{tags[number]}/inspection/")
            _attach(technician, "file", f"{number}.json", _inspection(number))
            _send(technician, "file")
    _bulk_step(technician, "inspect", list(tags.values()))
    _press_step(technician, tags[DISKLESS], "confirm_sanitised")
    _evidence(technician)
    assert _status(technician, tags[1]) == "awaiting_sanitisation"
    _validated(verifier)
    left = {number for number in _numbers() if _status(technician, tags[number]) != "sanitised"}
    assert left == {*FAILED, SSD}
    # All forty at once: refused as a whole, and the page names those without proof.
    _bulk_step(technician, "start_refurbishment", list(tags.values()), refused=True)
    for number in (1, *FAILED, SSD):
        assert _status(technician, tags[number]) != "in_refurbishment"
    _bulk_step(technician, "start_refurbishment", [tag for number, tag in tags.items() if number not in left])
    assert _status(technician, tags[DISKLESS]) == "in_refurbishment"
    _certificates(verifier)


def _announced(window: Visit) -> dict[int, str]:
    window.go("/imports/")
    _attach(window, "file", "palette.csv", _list().encode())
    _send(window, "file")
    window.page.locator("form[action$='/apply/'] button[type=submit]").first.click()
    window.page.wait_for_load_state()
    window.go("/devices/?q=PALHB&size=100&sort=oldest")
    tags: dict[int, str] = {}
    for number in _numbers():
        found = window.page.request.get(f"{window.city.url}/api/scan?q=PALHB{number:04d}").json()
        tags[number] = found["device"]["tag"]
    return tags


def _collected(keeper: Visit, driver: Visit, technician: Visit, tags: list[str]) -> None:
    keeper.go("/collections/new/")
    _fill(keeper, department="Mobilité", place="Quai 1", planned_on="2026-12-02", tags="\n".join(tags))
    _choose(keeper, "destination", "HAREN")
    _send(keeper, "department")
    path = re.sub(r"^https?://[^/]+", "", keeper.page.url)
    driver.go(f"{path}pick-up/")
    _fill(driver, tags="\n".join(tags), released_function="responsable logistique", place="Quai 1", seal="S-40")
    _sign(driver)
    _send(driver, "released_function")
    technician.go(f"{path}deliver/")
    _fill(technician, tags="\n".join(tags))
    _choose(technician, "released_by", "driss")
    _sign(technician)
    _send(technician, "released_by")


def _bulk_step(window: Visit, step: str, tags: list[str], *, refused: bool = False) -> None:
    window.go("/devices/?q=PALHB&size=100")
    for tag in tags:
        window.page.locator(f"input[name=tag][value='{tag}']").check()
    _choose(window, "step", step)
    window.page.locator("button[name=act][value=step]").click()
    window.page.wait_for_load_state()
    if window.page.locator("main form button[type=submit]").count() and "bulk" in window.page.url:
        window.page.locator("main form button[type=submit]").first.click()
        window.page.wait_for_load_state()
    said = "Rien n’a été modifié" in window.page.locator("main").inner_text()
    assert said == refused, window.page.locator("main").inner_text()[:800]


def _evidence(window: Visit) -> None:
    window.go("/wiping/")
    logs = [
        {"name": f"nwipe-{number:02d}.log", "mimeType": "text/plain", "buffer": _log(number)}
        for number in _numbers()
        if number != DISKLESS
    ]
    window.page.locator("main input[type=file][name=logs]").set_input_files(logs)  # type: ignore[arg-type]
    _send(window, "logs")
    window.page.locator("[data-job] progress").wait_for()
    window.city.manage("work", "--once")
    # The page asks by itself and comes anew when the work has ended.
    window.page.locator("[data-job]").wait_for(state="detached")
    assert window.page.locator("#files").inner_text().count("39") >= 2
    window.page.get_by_role("link", name=re.compile("à examiner")).first.wait_for()


def _validated(window: Visit) -> None:
    window.go("/wiping/")
    rows = window.page.locator("section[aria-labelledby=validate] tbody tr", has_text="PALDISK")
    assert rows.count() == 37
    for row in rows.all():
        if "SSD" not in row.inner_text() and _serial(SSD) not in row.inner_text():
            row.locator("td.pick input").check()
    window.page.locator("section[aria-labelledby=validate] .selection button").click()
    window.page.wait_for_load_state()
    _choose(window, "exception_reference", "DPO-2026-004")
    _send(window, "exception_reference")


def _certificates(window: Visit) -> None:
    window.go("/certificates/?q=PALDISK")
    assert window.page.locator("main tbody tr").count() == 36
    with window.page.expect_download() as waiting:
        window.page.locator("form[action^='/certificates/print/'] button").click()
    with pikepdf.open(waiting.value.path()) as papers:
        assert len(papers.pages) == 36
