"""The ten steps in a real browser, in French, each by the person whose work it is; nothing but pages is touched."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pikepdf
import pytest
import zxingcpp
from PIL import Image

from tests.browser.conftest import PHONE, Visit
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]

LIST = """\
N° d'inventaire;Catégorie;Marque;Modèle;N° de série;Service;Référence de l'acte;Date de déclassement;Poids (kg)
NAV-9001;PC;Hestia;Bureau 400;NAVHB9001;Logement;CBE-2026-90;02/03/2026;6,8
NAV-9002;PC;Hestia;Bureau 400;NAVHB9002;Logement;CBE-2026-90;02/03/2026;6,8
"""
LSHW = """\
{"id": "atelier", "class": "system", "description": "Desktop Computer", "vendor": "Hestia", "product": "Bureau 400",
 "serial": "NAVHB9001", "children": [{"id": "core", "class": "bus", "children": [
  {"id": "memory", "class": "memory", "description": "System Memory", "size": 8589934592, "units": "bytes"},
  {"id": "sata", "class": "storage", "businfo": "pci@0000:00:17.0", "children": [
   {"id": "disk", "class": "disk", "description": "ATA Disk", "product": "Relais Disk 128", "serial": "NAVDISK9001",
    "logicalname": "/dev/sda", "size": 128035676160, "units": "bytes",
    "capabilities": {"7200rpm": "7200 rotations per minute"}}]}]}]}
"""


def _fill(window: Visit, **values: Any) -> None:
    """Fill fields of the page's main form by name."""
    for name, value in values.items():
        window.page.locator(f"main [name='{name}']").first.fill(str(value))


def _choose(window: Visit, name: str, value: str) -> None:
    field = window.page.locator(f"main [name='{name}']").first
    if field.evaluate("one => one.tagName") == "SELECT":
        field.select_option(value)
    else:
        window.page.locator(f"main [name='{name}'][value='{value}']").check()


def _attach(window: Visit, name: str, file: str, data: bytes) -> None:
    window.page.locator(f"main input[type=file][name='{name}']").set_input_files(
        {"name": file, "mimeType": "application/octet-stream", "buffer": data}
    )


def _send(window: Visit, holding: str = "") -> None:
    """Press the main button of the form that holds a field, and see no error on the page that follows."""
    form = f"main form:has([name='{holding}'])" if holding else "main form[method=post]"
    window.page.locator(f"{form} button[type=submit]").first.click()
    window.page.wait_for_load_state()
    shown = window.page.locator("main").inner_text()
    assert window.page.locator(".error-summary").count() == 0, shown[:600]
    assert "refusal" not in (window.page.locator("body").get_attribute("class") or ""), shown[:600]


def _press_step(window: Visit, tag: str, step: str) -> None:
    window.go(f"/devices/{tag}/")
    window.page.locator(f"form[action='/devices/{tag}/steps/{step}/'] button").click()
    window.page.wait_for_load_state()


def _status(window: Visit, tag: str) -> str:
    answer = window.page.request.get(f"{window.city.url}/api/devices/{tag}")
    assert answer.ok, answer.text()
    return str(answer.json()["status"])


def test_a_device_goes_from_a_list_to_an_association_and_comes_back(visit: Open, tmp_path: Path) -> None:
    technician = visit("tine")
    tags = _in(technician)
    tag = tags[0]
    _collected(visit, tags)
    assert _status(technician, tag) == "received"
    _labelled(technician, tag, tmp_path)
    _inspected(technician, tag)
    _sanitised(technician, visit("victor"), tag)
    assert _status(technician, tag) == "sanitised"
    _refurbished(technician, tag)
    assert _status(technician, tag) == "ready"
    clerk = visit("claire")
    reference = _asked_at_the_counter(clerk, visit("anouk"))
    _allocated(visit("anouk"), visit("pol"), reference, tag)
    keeper = visit("wanda")
    _handed_over(keeper, tag, tmp_path)
    assert _status(keeper, tag) == "handed_over"
    keeper.go(f"/devices/{tag}/take_back/")
    _choose(keeper, "reason", "defective")
    _choose(keeper, "location", "HAREN")
    _send(keeper, "reason")
    assert _status(keeper, tag) == "received"
    _audited(visit("aurore"), tag, tmp_path)


def _in(window: Visit) -> list[str]:
    window.go("/imports/")
    _attach(window, "file", "déclassement.csv", LIST.encode("cp1252"))
    _send(window, "file")
    assert "NAVHB9001" in window.page.content()
    run = window.page.url
    window.page.locator("form[action$='/apply/'] button[type=submit]").first.click()
    window.page.wait_for_load_state()
    tags = re.findall(r'href="/devices/([0-9A-Z]{9})/"', window.page.content())
    assert len(set(tags)) == 2
    # The same file again: nothing new.
    window.go("/imports/")
    _attach(window, "file", "déclassement.csv", LIST.encode("cp1252"))
    _send(window, "file")
    assert window.page.url.split("?")[0] == run
    return list(dict.fromkeys(tags))


def _collected(visit: Open, tags: list[str]) -> None:
    keeper = visit("wanda")
    keeper.go("/collections/new/")
    _fill(keeper, department="Logement", place="Quai 3", planned_on="2026-12-01", tags="\n".join(tags))
    _choose(keeper, "destination", "HAREN")
    _send(keeper, "department")
    path = re.sub(r"^https?://[^/]+", "", keeper.page.url)
    driver = visit("driss", size=PHONE)
    driver.go(f"{path}pick-up/")
    # As a hand-held scanner types them: links, one a line.
    _fill(driver, tags="\n".join(f"HTTPS://RELAIS.BRUSSELS.EXAMPLE/T/{tag}" for tag in tags))
    _fill(driver, released_function="responsable logistique", place="Quai 3", seal="S-77")
    _sign(driver)
    _send(driver, "released_function")
    technician = visit("tine", size=PHONE)
    technician.go(f"{path}deliver/")
    _fill(technician, tags=tags[0])
    _choose(technician, "released_by", "driss")
    _sign(technician)
    _send(technician, "released_by")
    technician.go(path)
    assert tags[1][:4] in technician.page.locator("main").inner_text()


def _sign(window: Visit) -> None:
    """The other person draws on this screen; where nothing can be drawn, they sign on the paper."""
    pad = window.page.locator("canvas.signature")
    if not pad.is_visible():
        window.page.locator("input[name=how][value=paper]").check()
        return
    pad.scroll_into_view_if_needed()
    frame = pad.bounding_box()
    assert frame is not None
    mouse = window.page.mouse
    mouse.move(frame["x"] + 30, frame["y"] + 80)
    mouse.down()
    for step in range(8):
        mouse.move(frame["x"] + 30 + 20 * step, frame["y"] + 80 + (20 if step % 2 else -20))
    mouse.up()


def _labelled(window: Visit, tag: str, folder: Path) -> None:
    window.go(f"/labels/{tag}/")
    answer = window.page.request.get(f"{window.city.url}/api/labels/{tag}/label.png?stock=L7160&dpi=300")
    (folder / "label.png").write_bytes(answer.body())
    (code,) = zxingcpp.read_barcodes(Image.open(folder / "label.png").convert("L"))
    assert code.text.endswith(f"/T/{tag}")
    window.go(f"/labels/?tag={tag}")
    with window.page.expect_download() as waiting:
        window.page.locator("main details:has(button[value=save]) summary").click()
        window.page.locator("main button[name=act][value=save]").first.click()
    waiting.value.save_as(folder / "sheet.pdf")
    assert (folder / "sheet.pdf").read_bytes().startswith(b"%PDF")


def _inspected(window: Visit, tag: str) -> None:
    window.go(f"/devices/{tag}/inspection/")
    _attach(window, "file", "lshw.json", LSHW.encode())
    _send(window, "file")
    assert "NAVDISK9001" in window.page.content()
    _press_step(window, tag, "inspect")


def _sanitised(technician: Visit, verifier: Visit, tag: str) -> None:
    technician.go("/wiping/")
    disk = Disk(path="/dev/sda", serial="NAVDISK9001", model="Relais Disk 128", size=128_035_676_160)
    _attach(technician, "logs", "nwipe.log", nwipe_log(disk).encode())
    _send(technician, "logs")
    (medium,) = set(re.findall(r'href="/media/([0-9A-Z]{9})/"', technician.page.content()))
    technician.go(f"/media/{medium}/validate/")
    assert "/media/" in technician.page.url
    assert technician.page.locator("main [name='exception_reference']").count() == 0
    verifier.go(f"/media/{medium}/validate/")
    _choose(verifier, "exception_reference", "DPO-2026-004")
    _send(verifier, "exception_reference")


def _refurbished(window: Visit, tag: str) -> None:
    _press_step(window, tag, "start_refurbishment")
    window.go(f"/devices/{tag}/tests/")
    for radio in window.page.locator("main input[type=radio][value=pass]").all():
        radio.check()
    _send(window)
    window.go(f"/devices/{tag}/make_ready/")
    _choose(window, "grade", "B")
    _send(window, "grade")


def _asked_at_the_counter(clerk: Visit, approver: Visit) -> str:
    clerk.go("/associations/new/")
    _fill(clerk, name="Navigateurs du Canal", street="Quai fictif 4", postcode="1000", municipality="Bruxelles")
    _choose(clerk, "legal_form", "de_facto")
    _choose(clerk, "official_language", "fr")
    _send(clerk, "legal_form")
    code = clerk.page.url.rstrip("/").rsplit("/", 1)[1]
    approver.go(f"/associations/{code}/")
    approver.page.locator("main [name='eligible']").first.check()
    _fill(approver, reasons="L’association mène un projet de médiation numérique.")
    _send(approver, "reasons")
    clerk.go("/requests/new/")
    _fill(clerk, association=code, purpose="Un atelier du samedi.", people_served="30")
    _choose(clerk, "channel", "counter")
    clerk.page.locator("main select[name$='-0-category']").select_option("desktop")
    clerk.page.locator("main [name$='-0-quantity']").fill("1")
    clerk.page.locator("main [name$='-0-quantity_again']").fill("1")
    _send(clerk, "association")
    found = re.search(r"R-\d{4}-\d{5}", clerk.page.content())
    assert found
    return found.group()


def _allocated(approver: Visit, officer: Visit, reference: str, tag: str) -> None:
    approver.go(f"/requests/{reference}/decide/")
    _fill(approver, reasons="La demande répond aux critères publiés et le stock suffit.")
    _send(approver, "reasons")
    officer.go(f"/requests/{reference}/lines/1/reserve/?q={tag}")
    officer.page.locator(f"main input[name=tag][value='{tag}']").check()
    _send(officer, "tag")
    assert _status(officer, tag) == "reserved"


def _handed_over(keeper: Visit, tag: str, folder: Path) -> None:
    keeper.go("/handovers/")
    keeper.page.get_by_role("link", name="Navigateurs du Canal").first.click()
    keeper.page.wait_for_load_state()
    code = re.search(r"A-\d{4}-\d{5}", keeper.page.url)
    assert code
    keeper.go(f"/handovers/new/{code.group()}/")
    _send(keeper, "tag")
    number = keeper.page.url.rstrip("/").rsplit("/", 1)[1]
    pdf = keeper.page.request.get(f"{keeper.city.url}/handovers/{number}/agreement.pdf").body()
    (folder / "agreement.pdf").write_bytes(pdf)
    with pikepdf.open(folder / "agreement.pdf") as paper:
        assert str(paper.Root.Lang).startswith("fr")
    keeper.go(f"/handovers/{number}/sign/screen/")
    _fill(keeper, association_function="présidente")
    _draw(keeper)
    _send(keeper, "association_function")


def _draw(window: Visit) -> None:
    pad = window.page.locator("canvas.signature")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    window.page.mouse.move(box["x"] + 20, box["y"] + 40)
    window.page.mouse.down()
    for step in range(1, 12):
        window.page.mouse.move(box["x"] + 20 + step * 15, box["y"] + 40 + (step % 3) * 18)
    window.page.mouse.up()


def _audited(auditor: Visit, tag: str, folder: Path) -> None:
    auditor.go("/audit/")
    auditor.page.locator("form[action='/audit/verify/'] button").click()
    auditor.page.wait_for_load_state()
    assert auditor.page.locator(".notice.good").count() >= 1, auditor.page.locator("main").inner_text()[:500]
    auditor.go("/audit/")
    with auditor.page.expect_download() as waiting:
        auditor.page.locator("a[href*='/audit/workbook/']").first.click()
    waiting.value.save_as(folder / "ledger.xlsx")
    book = openpyxl.load_workbook(folder / "ledger.xlsx", data_only=True)
    assert len(book.sheetnames) == 12
    assert {row[10] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)} == {0}
    assert auditor.page.request.get(f"{auditor.city.url}/devices/{tag}/").ok


def test_a_member_asks_on_line_one_thing_a_page(visit: Open) -> None:
    member = visit("mehdi", language="nl", size=PHONE)
    member.go("/requests/new/")
    for _page in range(8):
        if member.page.locator("main textarea").count():
            member.page.locator("main textarea").first.fill("Een cursus op woensdag.")
        numbers = member.page.locator("main input[type=number]")
        if numbers.count() and not numbers.first.input_value():
            numbers.first.fill("3")
        member.page.locator("main form[method=post] button[type=submit]").first.click()
        member.page.wait_for_load_state()
        if re.search(r"/requests/R-\d{4}-\d{5}/", member.page.url):
            break
    assert re.search(r"R-\d{4}-\d{5}", member.page.locator("main").inner_text())


def test_everything_a_technician_does_works_without_javascript(visit: Open) -> None:
    window = visit("tine", script=False)
    window.go("/devices/declare/")
    _choose(window, "category", "screen")
    _fill(window, manufacturer="Altair", model="Vue 22", serial="NOSCRIPT1", act_reference="CBE-2026-91")
    _fill(window, decommissioned_on="2026-03-02")
    _send(window, "act_reference")
    tag = re.search(r"/devices/([0-9A-Z]{9})/", window.page.url)
    assert tag
    window.go(f"/scan/?q={tag.group(1).lower()}")
    assert window.page.url.endswith(f"/devices/{tag.group(1)}/")
    window.go(f"/devices/{tag.group(1)}/receive/")
    _choose(window, "location", "CENTRE")
    _send(window, "location")
    assert _status(window, tag.group(1)) == "received"
