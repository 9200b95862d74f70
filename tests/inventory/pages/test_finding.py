"""Whoever reads a label can tell us of the device: without account or name, and without learning anything."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from inventory.devices.tags import new_tag
from inventory.disposal.finding import MOST_A_TAG, Stranger, found_reports, settle_report, tell_found
from inventory.disposal.models import FoundReport
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests import journeys
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db


def told(tag: str = "", **facts: str) -> FoundReport:
    return tell_found(tag, actor=Stranger(), **{"what": "found", **facts})


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_a_stranger_writes_from_the_label_and_it_waits_on_the_board(people: People, desk, language: str) -> None:
    device = journeys.make(Status.HANDED_OVER)
    visitor = Client(headers={"accept-language": language})
    page = visitor.get(f"/T/{device.tag}").content.decode()
    here = reverse("tell_found", args=[device.tag])
    assert f'href="{here}"' in page
    answer = visitor.post(here, {"what": "found", "place": "Tram 51", "answer_to": "lise@example.org"})
    assert answer.headers["Location"] == reverse("found_told")
    assert visitor.get(answer.headers["Location"]).status_code == 200
    report = FoundReport.objects.get()
    assert (report.device, report.place, report.answer_to) == (device, "Tram 51", "lise@example.org")
    keeper = desk("warehouse_keeper")
    assert "message about a device to answer" in words(keeper.get("/"))
    assert "Tram 51" in words(keeper.get(reverse("found_reports")))
    assert desk("technician").get(reverse("found_reports")).status_code == 403
    assert keeper.post(reverse("found_report_settle", args=[report.number]), {"outcome": "fetched"}).status_code == 302
    assert "Nothing waits" in words(keeper.get(reverse("found_reports")))


def test_an_unknown_tag_is_taken_just_the_same(people: People) -> None:
    device = journeys.make(Status.HANDED_OVER)
    visitor = Client(headers={"accept-language": "en"})
    for tag in (device.tag, new_tag(), "x", "7K3QX9M22"):
        here = reverse("tell_found", args=[tag])
        form = visitor.get(here)
        assert form.status_code == 200
        assert device.title not in form.content.decode()
        assert visitor.post(here, {"what": "broken"}).headers["Location"] == reverse("found_told")
        assert visitor.post(here, {"what": ""}).status_code == 422
    assert FoundReport.objects.count() == 4


def test_when_it_is_settled_place_and_way_to_answer_are_forgotten(people: People) -> None:
    report = told(place="Parc", answer_to="0470 12 34 56")
    settled = settle_report(report.number, actor=people.warehouse_keeper, outcome="fetched")
    settled.refresh_from_db()
    assert (settled.place, settled.answer_to, settled.outcome) == ("", "", "fetched")
    with pytest.raises(Conflict):
        settle_report(report.number, actor=people.warehouse_keeper, outcome="fetched")
    with pytest.raises(DatabaseError), transaction.atomic():
        FoundReport.objects.update(answer_to="lise@example.org")


def test_the_ledger_knows_nothing_of_who_told(people: People) -> None:
    report = told(place="Parc", answer_to="lise@example.org")
    entry = Entry.objects.get(subject_kind="found_report", subject_key=report.number)
    assert "lise" not in entry.body
    assert "Parc" not in entry.body
    assert entry.actor_key == "stranger"


@pytest.mark.parametrize(
    "facts",
    [{"what": "other"}, {"place": "chez lise@example.org"}, {"answer_to": "BE71 0961 2345 6769"}, {"place": "x" * 201}],
)
def test_what_is_too_much_or_unknown_is_refused(people: People, facts: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        told(**facts)


def test_nobody_fills_the_board_by_a_machine(people: People) -> None:
    tag = new_tag()
    for _count in range(MOST_A_TAG):
        told(tag)
    with pytest.raises(Conflict):
        told(tag)


def test_only_the_warehouse_reads_and_settles(people: People) -> None:
    report = told()
    with pytest.raises(NotAllowed):
        found_reports(people.auditor)
    with pytest.raises(NotAllowed):
        settle_report(report.number, actor=people.technician, outcome="fetched")
    with pytest.raises(NotFound):
        settle_report("M-2000-00001", actor=people.warehouse_keeper, outcome="fetched")
    with pytest.raises(BadInput):
        settle_report(report.number, actor=people.warehouse_keeper, outcome="")
