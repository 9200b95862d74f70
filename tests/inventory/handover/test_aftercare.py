"""After the hand-over: told by any channel alike, reports reminded of, recalled machines found with their holders."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.associations.commands import add_member
from inventory.associations.filing_models import Letter
from inventory.associations.filings import lodge
from inventory.associations.queries import is_eligible
from inventory.devices.models import Device
from inventory.devices.tags import grouped
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound
from inventory.handover.aftercare import KINDS, note_after, remind_of_reports
from inventory.handover.aftercare_models import AfterEvent
from inventory.handover.afterwards import after_events, due_on, recalled, reports_due
from inventory.handover.commands import take_back
from inventory.handover.models import Agreement
from inventory.handover.recalling import write_recall
from inventory.lifecycle import Status
from tests import journeys
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def device() -> Device:
    return journeys.make(Status.HANDED_OVER)


@pytest.fixture
def agreement(device: Device, people: People) -> Agreement:
    found = device.agreement_items.get().agreement
    add_member(found.association.code, people.association_member, actor=people.administrator)
    return found


@pytest.mark.parametrize("channel", ["online", "counter", "telephone", "post"])
@pytest.mark.parametrize("kind", [code for code, kind in KINDS.items() if kind.word is None])
def test_whatever_an_association_tells_it_tells_by_any_channel(
    kind: str, channel: str, people: People, device: Device, agreement: Agreement
) -> None:
    actor = people.association_member if channel == "online" else people.counter_clerk
    told = note_after(agreement.number, kind, actor=actor, channel=channel, tags=[device.tag], words="Depuis lundi.")
    assert told.letter is not None
    assert told.letter.kind == f"after_{kind}"
    assert grouped(device.tag) in str(told.letter.content["rows"])
    assert after_events(people.association_member).get() == told


def test_the_days_for_an_exchange_are_those_of_the_agreement(
    people: People, device: Device, agreement: Agreement
) -> None:
    facts = {"actor": people.counter_clerk, "channel": "counter", "tags": [device.tag], "words": "Écran noir."}
    assert note_after(agreement.number, "defective", **facts).in_time
    with clock_at(timezone.now() + dt.timedelta(days=agreement.exchange_days + 1)):
        late = note_after(agreement.number, "defective", **facts)
    assert not late.in_time
    assert late.letter is not None
    assert len(late.letter.content["paragraphs"]) == 2


def test_what_is_missing_is_said(people: People, device: Device, agreement: Agreement) -> None:
    clerk = people.counter_clerk
    for wrong in (
        {"kind": "burnt"},
        {"kind": "lost", "words": "Perdu hier."},
        {"kind": "lost", "tags": [device.tag]},
        {"kind": "lost", "tags": [device.tag], "words": "Perdu hier.", "channel": "pigeon"},
        {"kind": "lost", "tags": [device.tag], "words": "Perdu hier.", "happened_on": dt.date(2999, 1, 1)},
    ):
        facts = {"channel": "counter", **wrong}
        with pytest.raises(BadInput):
            note_after(agreement.number, actor=clerk, **facts)  # type: ignore[arg-type]
    other = journeys.make(Status.HANDED_OVER)
    with pytest.raises(NotFound):
        note_after(agreement.number, "lost", actor=clerk, channel="counter", tags=[other.tag], words="Perdu hier.")
    theirs = other.agreement_items.get().agreement
    with pytest.raises(NotFound):
        note_after(
            theirs.number,
            "in_use",
            actor=people.association_member,
            channel="online",
            tags=[other.tag],
        )


def test_only_the_city_visits_suspends_and_asks_back(people: People, agreement: Agreement) -> None:
    said = "Les appareils ne sont pas employés."
    for kind in ("visit", "suspension", "repayment"):
        with pytest.raises(NotAllowed):
            note_after(agreement.number, kind, actor=people.association_member, channel="online", words=said, cents=100)
    officer, body = people.programme_officer, agreement.association
    note_after(agreement.number, "suspension", actor=officer, channel="post", words=said)
    assert not is_eligible(body)
    note_after(agreement.number, "lifted", actor=officer, channel="post", words="Tout est réglé depuis.")
    assert is_eligible(body)
    asked = note_after(agreement.number, "repayment", actor=officer, channel="post", words=said, cents=8500)
    assert asked.letter is not None
    assert "85,00" in str(asked.letter.content["rows"])
    with pytest.raises(BadInput):
        note_after(agreement.number, "repayment", actor=officer, channel="post", words=said)


def test_what_was_told_is_never_changed(people: People, agreement: Agreement) -> None:
    note_after(agreement.number, "visit", actor=people.warehouse_keeper, channel="counter", words="Tout est là.")
    with pytest.raises(DatabaseError), transaction.atomic():
        AfterEvent.objects.update(words="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        AfterEvent.objects.all().delete()


def test_the_report_is_due_after_twelve_months_reminded_once_and_gone_when_it_comes(people: People) -> None:
    with clock_at(timezone.now() - dt.timedelta(days=364)):
        journeys.make(Status.HANDED_OVER)
    with clock_at(timezone.now() - dt.timedelta(days=400)):
        device = journeys.make(Status.HANDED_OVER)
    old = device.agreement_items.get().agreement
    clerk = people.counter_clerk
    assert [one.number for one in reports_due(clerk)] == [old.number]
    assert due_on(old) < timezone.localdate()
    assert remind_of_reports([old.number], actor=clerk) == 1
    assert Letter.objects.filter(kind="report_due").count() == 1
    asked = device.reservations.get().line.request
    counts = {"in_use": 1, "idle": 0, "gone": 0, "people_served": 12}
    lodge(asked.reference, "report", actor=clerk, channel="telephone", answers=counts)
    assert reports_due(clerk) == []
    with pytest.raises(Conflict):
        remind_of_reports([old.number], actor=clerk)


def test_a_recall_finds_holders_by_make_model_and_serials_and_writes_to_each(people: People) -> None:
    held = [journeys.make(Status.HANDED_OVER) for _place in range(3)]
    back = journeys.make(Status.HANDED_OVER)
    take_back(back.tag, actor=people.warehouse_keeper, reason="defective", location=journeys.location().code)
    journeys.make(Status.READY)
    keeper, serials = people.warehouse_keeper, sorted(one.serial for one in held)
    assert {row.device for row in recalled(keeper, make="fictor")} == set(held)
    assert len(recalled(keeper, make="Fictor", model="bureau 300", first=serials[1])) == 2
    assert len(recalled(keeper, make="Fictor", first=serials[1], last=serials[1])) == 1
    assert recalled(keeper, make="Fictor", model="999") == []
    with pytest.raises(BadInput):
        recalled(keeper, make=" ")
    with pytest.raises(NotAllowed):
        recalled(people.counter_clerk, make="Fictor")
    both = {"words_fr": "Ne chargez plus la batterie.", "words_nl": "Laad de batterij niet meer."}
    letters = write_recall(actor=keeper, make="Fictor", last=serials[1], **both)
    assert [one.content["paragraphs"] for one in letters] == [[both["words_fr"]]] * 2
    with pytest.raises(NotFound):
        write_recall(actor=keeper, make="Nobody", **both)


def test_a_member_tells_a_theft_on_line_and_the_city_sees_it(
    desk, people: People, device: Device, agreement: Agreement
) -> None:
    member, keeper = desk("association_member"), desk("warehouse_keeper")
    page = reverse("agreement", args=[agreement.number])
    shown = words(member.get(page))
    assert "Stolen" in shown
    assert "Suspension" not in shown
    address = reverse("aftercare_tell", args=[agreement.number, "stolen"])
    assert member.post(address, {"words": "Cette nuit."}).status_code == 422
    assert member.post(address, {"tags": [device.tag], "words": "Cette nuit."}).status_code == 302
    assert "Cette nuit." in words(member.get(page))
    assert "Cette nuit." in words(keeper.get(reverse("aftercare")))
    assert member.get(reverse("aftercare_tell", args=[agreement.number, "visit"])).status_code == 403


def test_the_recall_page_lists_holders_gives_csv_and_letters(desk, device: Device, agreement: Agreement) -> None:
    window, address = desk("warehouse_keeper"), reverse("recall")
    assert agreement.association.name in words(window.get(address, {"make": "Fictor"}))
    assert "No association holds" in words(window.get(address, {"make": "Nobody"}))
    answer = window.get(address, {"make": "Fictor", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [row["serial"] for row in rows] == [device.serial]
    given = {"make": "Fictor", "words_fr": "Ne chargez plus la batterie.", "words_nl": "Laad de batterij niet meer."}
    made = window.post(reverse("recall_letters"), given)
    assert made["Content-Type"] == "application/pdf"
    assert window.post(reverse("recall_letters"), {"make": "Fictor"}).status_code == 422
    assert desk("counter_clerk").get(address).status_code == 403


def test_reports_that_are_due_are_reminded_of_from_the_page(desk) -> None:
    with clock_at(timezone.now() - dt.timedelta(days=400)):
        device = journeys.make(Status.HANDED_OVER)
    number = device.agreement_items.get().agreement.number
    window = desk("counter_clerk")
    assert number in words(window.get(reverse("aftercare")))
    assert window.post(reverse("aftercare_remind"), {"number": [number]}).status_code == 302
    assert "reminded this month" in words(window.get(reverse("aftercare")))
