"""Who declared an interest sees nothing of the file: requests, agreements, appointments, papers, lists, by any door."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from backend.api import api
from inventory.allocation.commands import reserve
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.filings import lodge
from inventory.associations.interests import declare_interest, end_interest
from inventory.associations.models import Association
from inventory.devices.models import Device
from inventory.errors import RuleBroken
from inventory.handover.aftercare import note_after, remind_of_reports
from inventory.handover.aftercare_models import AfterEvent
from inventory.handover.afterwards import recalled, reports_due
from inventory.handover.appointments import move, note_no_show
from inventory.handover.commands import cancel_agreement, hand_over, keep_scan, prepare_agreement, take_back
from inventory.handover.models import Agreement
from inventory.handover.queries import agreements, waiting
from inventory.handover.valuing import value_devices
from inventory.lifecycle import Status
from tests import journeys
from tests.api.handover_calls import year_old
from tests.api.programs import Program
from tests.browser.pages import links_of
from tests.inventory.handover.visits import booked, open_week
from tests.people import People, person

pytestmark = pytest.mark.django_db

ROLES = ("warehouse_keeper", "counter_clerk", "programme_officer", "approver")
CLOSED = {302, 403, 404, 405, 409, 422}


@pytest.fixture
def file(people: People) -> dict[str, str]:
    """An association with everything: a signed agreement, a prepared one, an appointment, a complaint, a defect."""
    given = journeys.make(Status.HANDED_OVER)
    signed = given.agreement_items.get().agreement
    body = signed.association
    Association.objects.filter(pk=body.pk).update(street="Rue Cachée 7", postcode="1000", municipality="Bruxelles")
    asked = journeys.request(body)
    journeys.award(asked)
    kept = [journeys.make(Status.READY) for _ in range(2)]
    reserve([one.tag for one in kept], actor=people.programme_officer, reference=asked.reference, position=1)
    prepared = prepare_agreement(body.code, [kept[0].tag], actor=people.warehouse_keeper)
    said = {"words": "Personne n’a répondu."}
    complaint = lodge(asked.reference, "complain", actor=people.counter_clerk, channel="post", answers=said)
    event = note_after(signed.number, "visit", actor=people.warehouse_keeper, channel="counter", words="Tout va bien.")
    return {
        "association": body.code,
        "request": asked.reference,
        "signed": signed.number,
        "prepared": prepared.number,
        "visit": booked(open_week()[0], asked.reference).number,
        "complaint": complaint.number,
        "letter": Letter.objects.filter(request=asked, kind="decision").get().number,
        "event": event.number,
        "given": given.tag,
        "kept": kept[1].tag,
    }


def numbers(file: dict[str, str]) -> list[str]:
    return [file[what] for what in ("request", "signed", "prepared", "visit", "complaint", "letter", "event")]


def routes() -> list[str]:
    """Every page of the desk with exactly one paper in its address."""
    found = []
    for pattern in get_resolver().url_patterns:
        for one in getattr(pattern, "url_patterns", [pattern]):
            address = str(one.pattern)
            if re.search(r"<str:(number|reference)>", address) and address.startswith(
                ("requests/", "handovers/", "appointments/", "letters/", "complaints/")
            ):
                found.append(address)
    return found


FILL = {"position": "1", "procedure": "complain", "kind": "visit", "tag": "", "code": ""}


@pytest.mark.parametrize("role", ROLES)
def test_no_address_of_the_file_opens(desk: Callable[[str], Client], file: dict[str, str], role: str) -> None:
    declare_interest(file["association"], actor=person(role), kind="board")
    window, seen = desk(role), 0
    for address in routes():
        for number in numbers(file):
            filled = re.sub(r"<str:(number|reference)>", number, address)
            filled = re.sub(r"<str:tag>", file["kept"], filled)
            path = "/" + re.sub(r"<\w+:(\w+)>", lambda found: FILL.get(found[1], "1"), filled)
            answer = window.get(path)
            assert answer.status_code in CLOSED, path
            if answer.status_code != 302:
                assert "Rue Cachée" not in answer.content.decode(), path
            seen += 1
    for what in ("agreement.pdf", "signed/", "words/"):
        assert window.get(f"/handovers/{file['signed']}/{what}").status_code == 404
    assert seen > 100


@pytest.mark.parametrize("role", ROLES)
def test_no_operation_of_the_api_gives_the_file_away(file: dict[str, str], role: str) -> None:
    declare_interest(file["association"], actor=person(role), kind="board")
    caller, seen = Program(person(role)), 0
    for path, operations in api.get_openapi_schema()["paths"].items():
        if "get" not in operations or not set(re.findall(r"{(\w+)}", path)) <= {"number", "reference", "position"}:
            continue
        there = path.removeprefix("/api").replace("{position}", "1")
        given = numbers(file) if "{" in there else [""]
        for number in given:
            answer = caller.get(re.sub(r"{\w+}", number, there))
            if "{" in there:
                assert answer.status_code in CLOSED, path
            told = answer.content.decode(errors="replace")
            for secret in numbers(file) if "{" not in there else ["Rue Cachée"]:
                assert secret not in told, path
            seen += 1
    assert seen > 50


@pytest.mark.parametrize("role", ROLES)
def test_no_page_within_reach_names_the_file(desk: Callable[[str], Client], file: dict[str, str], role: str) -> None:
    declare_interest(file["association"], actor=person(role), kind="board")
    window, waiting_, seen = desk(role), ["/", f"/associations/{file['association']}/"], set()
    while waiting_ and len(seen) < 80:
        path = waiting_.pop(0)
        # What is public, such as the yearly inventory of subsidies, is public for everybody.
        shape = re.sub(r"[A-Z0-9-]{8,}", "…", path)
        if shape in seen or path.startswith(("/api", "/static", "/accounts", "/forms", "/public")):
            continue
        seen.add(shape)
        answer = window.get(path)
        if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            continue
        html = answer.content.decode()
        for secret in numbers(file):
            assert secret not in html, path
        waiting_ += links_of(html)
    assert len(seen) > 15


def test_the_device_does_not_say_for_whom_it_is_kept(desk: Callable[[str], Client], file: dict[str, str]) -> None:
    page = reverse("device", args=[file["kept"]])
    assert file["request"] in desk("warehouse_keeper").get(page).content.decode()
    declare_interest(file["association"], actor=person("warehouse_keeper"), kind="family")
    assert file["request"] not in desk("warehouse_keeper").get(page).content.decode()


def test_nothing_is_done_about_the_file_by_who_has_an_interest(people: People, file: dict[str, str]) -> None:
    keeper, clerk = people.warehouse_keeper, people.counter_clerk
    for actor in (keeper, clerk, people.approver):
        declare_interest(file["association"], actor=actor, kind="business")
    picture = {"signed_how": "screen", "scan": (journeys.PICTURE, "s.png")}
    value: dict[str, Any] = {"cents": 900, "dated": timezone.localdate(), "method": "expert", "source": "Rapport 4"}
    deeds: list[Callable[[], object]] = [
        lambda: prepare_agreement(file["association"], [file["kept"]], actor=keeper),
        lambda: hand_over(file["prepared"], actor=keeper, association_function="présidence", **picture),
        lambda: keep_scan(file["signed"], (journeys.PICTURE, "s.png"), actor=keeper),
        lambda: cancel_agreement(file["prepared"], actor=keeper, reason="mistake"),
        lambda: take_back(file["given"], actor=keeper, reason="defective", location="W1"),
        lambda: value_devices([file["kept"]], actor=keeper, **value),
        lambda: move(file["visit"], open_week()[1], actor=clerk, channel="telephone"),
        lambda: note_no_show(file["visit"], actor=keeper),
        lambda: note_after(file["signed"], "visit", actor=keeper, channel="counter", words="Vu sur place."),
        lambda: recalled(keeper, make="Fictor"),
    ]
    for deed in deeds:
        with pytest.raises(RuleBroken, match="declared an interest"):
            deed()
    assert Device.objects.get(tag=file["given"]).status == Status.HANDED_OVER
    assert Agreement.objects.get(number=file["prepared"]).cancelled_at is None
    assert AfterEvent.objects.count() == 1
    assert Filing.objects.count() == 1


def test_others_see_it_and_who_has_an_interest_again_when_it_has_ended(people: People, file: dict[str, str]) -> None:
    keeper = people.warehouse_keeper
    known = {one.number for one in agreements(keeper)}
    assert {file["signed"], file["prepared"]} <= known
    declare_interest(file["association"], actor=keeper, kind="member")
    assert not {file["signed"], file["prepared"]} & {one.number for one in agreements(keeper)}
    assert not waiting(keeper).filter(device__tag=file["kept"]).exists()
    assert {one.number for one in agreements(person("warehouse_keeper", "walter"))} == known
    end_interest(file["association"], keeper.username, actor=people.approver)
    assert {one.number for one in agreements(keeper)} == known


def test_a_report_that_is_due_is_reminded_of_by_somebody_else(people: People) -> None:
    number = year_old()
    body = Agreement.objects.get(number=number).association
    declare_interest(body.code, actor=people.counter_clerk, kind="board")
    assert number not in [one.number for one in reports_due(people.counter_clerk)]
    assert remind_of_reports([number], actor=people.warehouse_keeper) == 1
