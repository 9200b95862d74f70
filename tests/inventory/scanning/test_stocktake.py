"""A stock-take: what is missing is only "not scanned" until it is closed, and then each difference is an entry."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from inventory.devices.commands import move
from inventory.devices.models import Device
from inventory.disposal.commands import report_lost
from inventory.errors import Conflict, NotAllowed, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.scanning.commands import open_session, scan, undo_last
from inventory.scanning.queries import said
from inventory.scanning.stocktake import difference, settle, settled_difference, table_of_difference
from tests.inventory.pages.seen import words
from tests.journeys import declared, location, make
from tests.people import person

pytestmark = pytest.mark.django_db


def at(place: str, status: Status = Status.RECEIVED) -> Device:
    """A device in our hands that stands at this place."""
    location(place)
    device = make(status)
    return move(device.tag, actor=person("technician"), location=place)


@pytest.fixture
def shelf(people):
    """Four at W3 (one of them reserved), one at W4, one that was lost; the count of W3 has begun."""
    devices = {
        "here": at("W3"),
        "gone": at("W3"),
        "kept": at("W3", Status.RESERVED),
        "left": at("W3"),
        "other": at("W4"),
        "lost": make(Status.RECEIVED),
    }
    report_lost(devices["lost"].tag, actor=people.warehouse_keeper, reason="stolen")
    session = open_session("count", actor=people.warehouse_keeper, location="W3")
    return session, devices


def fresh(device: Device) -> Device:
    device.refresh_from_db()
    return device


def count(session, people, *devices):
    return [scan(session.code, device.tag, actor=people.warehouse_keeper) for device in devices]


def test_the_difference_has_every_device_in_its_group(people, shelf):
    session, d = shelf
    never = declared()
    count(session, people, d["here"], d["other"], d["lost"], never)
    scan(session.code, "NOT-OURS-1", actor=people.warehouse_keeper)
    move(d["left"].tag, actor=people.technician, location="W4")
    told = difference(session)
    assert told.expected == 4
    assert told.found == [d["here"]]
    assert set(told.missing) == {d["gone"], d["kept"]}
    assert told.misplaced == [d["other"]]
    assert told.unexpected == [d["lost"], never]
    assert told.changed == [d["left"]]
    assert told.unknown == ["NOT-OURS-1"]


def test_nothing_changes_before_the_count_is_closed(people, shelf):
    session, d = shelf
    before = Entry.objects.count()
    count(session, people, d["here"], d["other"])
    assert undo_last(session.code, actor=people.warehouse_keeper).device == d["other"]
    difference(session)
    assert Entry.objects.count() == before
    assert difference(session).misplaced == []


def test_closing_turns_the_difference_into_entries(people, shelf):
    session, d = shelf
    count(session, people, d["here"], d["other"], d["lost"])
    before = Entry.objects.filter(subject_kind="device").count()
    closed = settle(session.code, actor=people.warehouse_keeper)
    # One loss is refused by the law (reserved), so it stays; one is moved, one found again, two are lost.
    assert fresh(d["gone"]).status == fresh(d["left"]).status == Status.LOST
    assert fresh(d["kept"]).status == Status.RESERVED
    assert fresh(d["other"]).location.code == "W3"
    assert (fresh(d["lost"]).status, d["lost"].location.code) == (Status.RECEIVED, "W3")
    assert Entry.objects.filter(subject_kind="device").count() == before + 4
    assert closed.settled["lost"] == [d["gone"].tag, d["left"].tag]
    told = settled_difference(closed)
    assert {device.tag for device in told.missing} == {d["gone"].tag, d["kept"].tag, d["left"].tag}
    assert len(list(table_of_difference(closed))) == 1 + 1 + 3 + 1 + 1
    with pytest.raises(Conflict):
        settle(session.code, actor=people.warehouse_keeper)
    late = scan(session.code, d["gone"].tag, actor=people.warehouse_keeper, occurred_at=timezone.now())
    assert "closed" in said(late)


def test_who_may_not_write_off_closes_without_losses(people, shelf):
    session, d = shelf
    count(session, people, d["here"], d["lost"])
    with pytest.raises(NotAllowed):
        settle(session.code, actor=people.technician)
    assert fresh(d["gone"]).status == Status.RECEIVED
    settle(session.code, actor=people.technician, lost=False, found_again=False)
    assert fresh(d["gone"]).status == Status.RECEIVED


def test_two_count_each_for_themselves(people):
    one, other = at("W3"), at("W3")
    session = open_session("count", actor=people.warehouse_keeper, location="W3", counters=2)
    count(session, people, one, other)
    with pytest.raises(RuleBroken):
        settle(session.code, actor=people.warehouse_keeper)
    assert scan(session.code, one.tag, actor=people.technician).outcome == "done"
    assert scan(session.code, one.tag, actor=people.technician).outcome == "again"
    assert difference(session).by_one == [other]
    third = scan(session.code, other.tag, actor=person("warehouse_keeper", "walter"))
    assert "Two people" in said(third)
    assert settle(session.code, actor=people.warehouse_keeper).settled["found"] == [one.tag, other.tag]


def test_only_a_stock_take_is_settled(people):
    location("W3")
    session = open_session("move", actor=people.technician, location="W3")
    with pytest.raises(Conflict):
        settle(session.code, actor=people.technician)


def test_a_sheet_of_paper_is_printed_blind_and_entered_with_its_moment(desk, people, shelf):
    session, d = shelf
    keeper, place = desk("warehouse_keeper"), f"/scan/sessions/{session.code}/paper/"
    sheet = keeper.get(place).content.decode()
    assert d["gone"].tag not in sheet
    assert sheet.count("<tr>") == 41
    moment = timezone.localtime() - dt.timedelta(minutes=90)
    typed = {"q": f"{d['here'].tag}\nrubbish", "occurred_at": moment.strftime("%Y-%m-%dT%H:%M")}
    assert "1 of 2 lines are done" in words(keeper.post(place, typed, follow=True))
    assert session.rows.get(device=d["here"]).occurred_at == moment.replace(second=0, microsecond=0)
    tomorrow = (moment + dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert keeper.post(place, {**typed, "occurred_at": tomorrow}).status_code == 422


def test_the_difference_is_read_settled_and_taken_along_on_its_pages(desk, shelf, people):
    session, d = shelf
    count(session, people, d["here"], d["other"])
    place = f"/scan/sessions/{session.code}/difference/"
    assert "Nothing is lost before you close." in words(desk("auditor").get(place))
    assert "Close the stock-take" not in words(desk("auditor").get(place))
    assert "Report what was not scanned" not in words(desk("technician").get(place))
    keeper = desk("warehouse_keeper")
    assert "2 entries" in words(keeper.post(place, {"lost": "on", "moved": ""}, follow=True))
    table = b"".join(keeper.get(place.replace("difference/", "difference.csv")).streaming_content).decode()
    assert d["gone"].tag in table
