"""Eight associations, one for each channel in each language, go from first contact to use report in one round.

Nothing but pages is touched, by the people whose work it is; each association comes out of it with the same.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import pytest
from django.utils import timezone

from inventory.associations.facts import CHANNELS
from tests.browser.conftest import City, Visit, served
from tests.browser.test_ten_steps import _attach, _choose, _fill, _send
from tests.journeys import PICTURE

pytestmark = pytest.mark.browser

Open = Callable[..., Visit]

ASKED, GRANTED, ROUND = 3, 2, "2026-9"
CHOIR = [(channel, language) for channel in CHANNELS for language in ("fr", "nl")]
# The house's people with the demonstration's password, and two computers for each association, ready to go.
PEOPLE_AND_STOCK = f"""
from django.db import transaction
from backend.accounts.demo import DEMO_PASSWORD
from inventory.lifecycle import Status
from tests import journeys
from tests.people import NAMES, person
with transaction.atomic():
    for role in NAMES:
        user = person(role)
        user.set_password(DEMO_PASSWORD)
        user.save()
    for _ in range({GRANTED * len(CHOIR)}):
        journeys.make(Status.READY)
"""


@dataclass(slots=True)
class Served:
    """One association on its way: how it asks, in which language, and its numbers as they come."""

    channel: str
    language: str
    code: str = ""
    request: str = ""
    agreement: str = ""

    @property
    def name(self) -> str:
        return f"Atelier {self.channel} {self.language}"


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city with people and stock, in which nobody has asked for anything yet."""
    with served(tmp_path_factory.mktemp("quiet"), "shell", "-c", PEOPLE_AND_STOCK) as city:
        yield city


def test_every_channel_and_language_serves_an_association_alike(visit: Open, quiet: City) -> None:
    windows: dict[tuple[str, str], Visit] = {}

    def at(who: str, language: str = "fr") -> Visit:
        key = (who, language)
        return windows.get(key) or windows.setdefault(key, visit(who, language=language, where=quiet))

    everyone = [Served(channel, language) for channel, language in CHOIR]
    for one in everyone:
        _met(one, at("claire", one.language), at("pol", one.language), at("adam", one.language))
        _asks(one, at("mehdi" if one.channel == "online" else "claire", one.language))
    _shared_out(at("pol"), at("anouk", "nl"))
    for one in everyone:
        _handed_over(one, at("pol", one.language), at("wanda", one.language))
        _reports(one, at("mehdi" if one.channel == "online" else "claire", one.language))
    outcomes = {one.name: _outcome(one, at("pol"), at("claire", one.language)) for one in everyone}
    first = outcomes[everyone[0].name]
    assert (first["outcome"], first["devices"]) == ("partial", ["handed_over"] * GRANTED)
    assert all(first["stations"])
    assert first["seen"] == len(first["stations"])
    assert first["filed"] == ["report"]
    assert {name: outcome for name, outcome in outcomes.items() if outcome != first} == {}
    for one in everyone:
        letter = at("claire").page.request.get(f"{quiet.url}/requests/{one.request}/letter.pdf").body()
        with pikepdf.open(io.BytesIO(letter)) as paper:
            assert str(paper.Root.Lang).startswith(one.language)


def _met(one: Served, clerk: Visit, officer: Visit, administrator: Visit) -> None:
    """First contact: the clerk writes the association down, an officer finds that it may ask."""
    clerk.go("/associations/new/")
    _fill(clerk, name=one.name, street="Quai fictif 4", postcode="1000", municipality="Bruxelles")
    _choose(clerk, "legal_form", "de_facto")
    _choose(clerk, "official_language", one.language)
    _send(clerk, "legal_form")
    one.code = clerk.page.url.rstrip("/").rsplit("/", 1)[1]
    officer.go(f"/associations/{one.code}/")
    officer.page.locator("main [name='eligible']").first.check()
    _fill(officer, reasons="Un but social clair et un public éloigné du numérique.")
    _send(officer, "reasons")
    if one.channel == "online":
        administrator.go(f"/associations/{one.code}/")
        _fill(administrator, username="mehdi")
        _send(administrator, "username")


def _asks(one: Served, speaking: Visit) -> None:
    speaking.go("/requests/new/")
    if one.channel == "online":
        _asks_on_line(one, speaking)
    else:
        _fill(speaking, association=one.code, purpose="Un coin informatique.", people_served="40")
        _choose(speaking, "channel", one.channel)
        speaking.page.locator("main select[name$='-0-category']").select_option("desktop")
        for field in ("quantity", "quantity_again"):
            speaking.page.locator(f"main [name$='-0-{field}']").fill(str(ASKED))
        _send(speaking, "association")
    found = re.search(r"R-\d{4}-\d{5}", speaking.page.locator("main").inner_text())
    assert found
    one.request = found.group()


def _asks_on_line(one: Served, member: Visit) -> None:
    """One question a page, until the receipt."""
    answers = {"purpose": "Un coin informatique.", "desktop": str(ASKED), "people_served": "40"}
    for _page in range(10):
        mine = member.page.locator(f"main [name=association][value='{one.code}']")
        if mine.count():
            mine.check()
        for name, value in answers.items():
            field = member.page.locator(f"main form [name='{name}']:visible")
            if field.count():
                field.fill(value)
        member.page.locator("main form[method=post] button[type=submit]").first.click()
        member.page.wait_for_load_state()
        if re.search(r"/requests/R-\d{4}-\d{5}/", member.page.url):
            return
    raise AssertionError(member.page.locator("main").inner_text()[:600])


def _shared_out(officer: Visit, approver: Visit) -> None:
    """One round for everybody: opened, frozen, drawn, decided by the organ, published."""
    now = timezone.localtime()
    officer.go("/rounds/")
    _fill(officer, number=ROUND, opens_on=(now.date() - dt.timedelta(days=9)).isoformat(), grace_days="0")
    _fill(officer, closes_at=now.strftime("%Y-%m-%dT%H:%M:%S"))
    _send(officer, "number")
    officer.go(f"/rounds/{ROUND}/")
    _press(officer, f"/rounds/{ROUND}/computers/freeze/")
    officer.go(f"/rounds/{ROUND}/computers/draw/")
    _fill(officer, first_source="drand 4200000", first_value="77", second_source="Lotto", second_value="3 9 27")
    _send(officer, "first_source")
    approver.go(f"/rounds/{ROUND}/decide/")
    _choose(approver, "organ", "college")
    _fill(approver, decision="CC-2026-7", reasons_fr="Le collège suit la proposition du tour.")
    _fill(approver, reasons_nl="Het college volgt het voorstel van de ronde.")
    _send(approver, "decision")
    officer.go(f"/rounds/{ROUND}/")
    _press(officer, f"/rounds/{ROUND}/publish/")


def _handed_over(one: Served, officer: Visit, keeper: Visit) -> None:
    officer.go(f"/requests/{one.request}/lines/1/reserve/?tick={GRANTED}")
    _send(officer, "tag")
    keeper.go(f"/handovers/new/{one.code}/")
    _send(keeper, "tag")
    one.agreement = keeper.page.url.rstrip("/").rsplit("/", 1)[1]
    keeper.go(f"/handovers/{one.agreement}/sign/paper/")
    _fill(keeper, association_function="coordination")
    _attach(keeper, "scan", "signed.png", PICTURE)
    _send(keeper, "association_function")


def _reports(one: Served, speaking: Visit) -> None:
    if one.channel == "online":
        speaking.go(f"/requests/{one.request}/file/report/")
    else:
        speaking.go(f"/filings/new/report/?reference={one.request}")
        _choose(speaking, "channel", one.channel)
    _fill(speaking, in_use=GRANTED, idle=0, gone=0, people_served=40, words="Un cours chaque semaine.")
    _send(speaking, "in_use")


def _outcome(one: Served, officer: Visit, clerk: Visit) -> dict[str, Any]:
    """What the association and an auditor see of it, but for its name, its numbers and its language."""

    def api(path: str) -> Any:
        answer = officer.page.request.get(f"{officer.city.url}/api{path}")
        assert answer.ok, answer.text()
        return answer.json()

    agreed = api(f"/agreements/{one.agreement}")
    (decision,) = api(f"/requests/{one.request}/decisions")
    clerk.go(f"/requests/{one.request}/")
    return {
        "state": api(f"/requests/{one.request}")["state"],
        "outcome": decision["outcome"],
        "devices": [api(f"/devices/{tag}")["status"] for tag in agreed["devices"]],
        "cents": agreed["cents"],
        "signed": agreed["signed_how"],
        "stations": [station["done"] for station in api(f"/requests/{one.request}/stations")],
        "seen": clerk.page.locator("main .stations li.done").count(),
        "filed": [filed["procedure"] for filed in api(f"/requests/{one.request}/filings")],
    }


def _press(window: Visit, action: str) -> None:
    window.page.locator(f"main form[action='{action}'] button").click()
    window.page.wait_for_load_state()
    assert window.page.locator("main .notice.bad, main .error-summary").count() == 0, window.page.content()[:600]
