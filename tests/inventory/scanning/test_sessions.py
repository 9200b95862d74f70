"""A session does one act with everything that is scanned; what is sent twice, in any order of retries, counts once."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.devices.commands import move, reserve_tags
from inventory.devices.models import Device
from inventory.devices.tags import tag_url
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.scanning.acts import ACTS
from inventory.scanning.batches import Sent, lines_of, scan_all
from inventory.scanning.cards import Card, read_card
from inventory.scanning.commands import close_session, open_session, scan, undo_last
from inventory.scanning.models import ActName, Outcome, ScanRow
from inventory.scanning.queries import said, session_of, stock
from tests.journeys import declared, location, make, pass_tests, with_medium

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    return location("W1"), location("W2")


@pytest.fixture
def moving(people, places):
    return open_session("move", actor=people.warehouse_keeper, location="W2").code


def entries(device: Device) -> int:
    return Entry.objects.filter(subject_kind="device", subject_key=device.tag).count()


def test_every_act_has_its_name_and_its_place_in_the_table():
    assert set(ACTS) == set(ActName)
    assert all(act.undo or act.no_way_back for act in ACTS.values())


def test_each_scan_is_one_command_and_one_entry(people, places):
    keeper = people.warehouse_keeper
    devices = [declared(), make(Status.IN_TRANSIT)]
    session = open_session("receive", actor=keeper, location="W2")
    before = Entry.objects.count()
    rows = [scan(session.code, tag_url(device.tag, "any.example"), actor=keeper) for device in devices]
    assert [row.outcome for row in rows] == ["done", "done"]
    assert Entry.objects.count() == before + 2
    assert [said(row) for row in rows] == ["Received at Dépôt W2."] * 2
    assert set(Device.objects.filter(location__code="W2", status=Status.RECEIVED)) == set(devices)


def test_what_is_scanned_again_is_noticed_and_not_done_twice(people, moving):
    device = make(Status.RECEIVED)
    scan(moving, device.tag, actor=people.warehouse_keeper)
    before = entries(device)
    row = scan(moving, device.serial, actor=people.technician)
    assert row.outcome == Outcome.AGAIN
    assert "once" in said(row)
    assert entries(device) == before
    other = open_session("move", actor=people.technician, location="W2").code
    row = scan(other, device.tag, actor=people.technician)
    assert (row.outcome, said(row)) == ("again", "It stands at Dépôt W2 already.")
    found = session_of(moving, people.auditor)
    assert (found.done, found.again, found.refused) == (1, 1, 0)


def test_a_refused_scan_is_a_row_with_its_reason_and_holds_nothing_up(people, places):
    session = open_session("wipe", actor=people.technician)
    free = reserve_tags(1, actor=people.technician)[0]
    medium = make(Status.AWAITING_SANITISATION).media.get()
    good = make(Status.RECEIVED)
    with_medium(good)
    texts = ["rubbish", declared().tag, free, medium.code, "RELAIS:MODE:move", "", good.tag]
    rows = scan_all(session.code, [Sent(text) for text in texts], actor=people.technician)
    assert [row.outcome for row in rows] == ["refused"] * 6 + ["done"]
    assert all(said(row) for row in rows)
    assert rows[2].why["facts"]["free_tag"] == free
    good.refresh_from_db()
    assert good.status == Status.AWAITING_SANITISATION


@pytest.mark.parametrize("act", ["receive", "move"])
def test_the_same_batch_sent_again_counts_once_and_answers_the_same(people, places, act):
    keeper = people.warehouse_keeper
    devices = [declared() if act == "receive" else make(Status.RECEIVED) for _number in range(4)]
    sent = [Sent(device.tag, uuid.uuid4(), timezone.now()) for device in devices] + [Sent("nothing", uuid.uuid4())]
    code = open_session(act, actor=keeper, location="W2").code
    first = scan_all(code, sent[:2], actor=keeper)  # the answer to these was lost
    whole = scan_all(code, sent, actor=keeper)
    before = Entry.objects.count()
    again = scan_all(code, list(reversed(sent)), actor=keeper)[::-1]
    assert [(row.pk, row.outcome, said(row)) for row in again] == [(row.pk, row.outcome, said(row)) for row in whole]
    assert [row.pk for row in whole[:2]] == [row.pk for row in first]
    assert Entry.objects.count() == before
    assert ScanRow.objects.count() == len(sent)


def test_one_mark_for_two_scans_is_told_and_nothing_is_done(people, moving):
    mark, one, other = uuid.uuid4(), make(Status.RECEIVED), make(Status.RECEIVED)
    scan(moving, one.tag, actor=people.warehouse_keeper, client_id=mark)
    before = entries(other)
    row = scan(moving, other.tag, actor=people.warehouse_keeper, client_id=mark)
    assert row.pk is None
    assert "another scan" in said(row)
    assert entries(other) == before


def test_a_scan_made_off_line_counts_at_its_own_moment(people, moving):
    keeper, device = people.warehouse_keeper, make(Status.RECEIVED)
    when = timezone.now()
    row = scan(moving, device.tag, actor=keeper, occurred_at=when)
    assert row.occurred_at == when
    assert Entry.objects.filter(subject_key=device.tag).latest("id").occurred_at == when
    # Somebody moved the other one after it was scanned: the late scan must not bring it back.
    late, moment = make(Status.RECEIVED), timezone.now()
    move(late.tag, actor=people.technician, location="W1")
    row = scan(moving, late.tag, actor=keeper, occurred_at=moment)
    assert row.outcome == "refused"
    assert "later than that" in said(row)
    late.refresh_from_db()
    assert late.location.code == "W1"
    tomorrow = timezone.now() + dt.timedelta(days=1)
    assert "still to come" in said(scan(moving, late.tag, actor=keeper, occurred_at=tomorrow))


def test_the_last_scan_is_undone_where_the_law_has_a_way_back(people, moving):
    keeper, device = people.warehouse_keeper, make(Status.RECEIVED)
    stood = device.location.code
    scan(moving, device.tag, actor=keeper)
    row = undo_last(moving, actor=keeper)
    device.refresh_from_db()
    assert (device.location.code, said(row)) == (stood, "Undone.")
    assert '"corrects"' in Entry.objects.filter(subject_key=device.tag).latest("id").body
    # It may be done again, and what happened since forbids the way back.
    assert scan(moving, device.tag, actor=keeper).outcome == "done"
    move(device.tag, actor=people.technician, location="W1")
    with pytest.raises(Conflict, match="since"):
        undo_last(moving, actor=keeper)
    with pytest.raises(Conflict, match="nothing to undo"):
        undo_last(moving, actor=people.technician)


def test_a_receipt_has_no_way_back_and_says_so(people, places):
    code = open_session("receive", actor=people.technician, location="W1").code
    scan(code, declared().tag, actor=people.technician)
    with pytest.raises(RuleBroken, match="no way back"):
        undo_last(code, actor=people.technician)


def test_ready_is_given_with_the_session_s_grade_and_taken_back(people):
    device = make(Status.IN_REFURBISHMENT)
    code = open_session("ready", actor=people.technician, grade="B").code
    assert "tests" in said(scan(code, device.tag, actor=people.technician))
    pass_tests(device)
    assert said(scan(code, device.tag, actor=people.technician)) == "In stock with grade B."
    undo_last(code, actor=people.technician)
    device.refresh_from_db()
    assert device.status == Status.IN_REFURBISHMENT


def test_only_what_is_reserved_for_the_request_is_picked(people, places):
    keeper, device, other = people.warehouse_keeper, make(Status.RESERVED), make(Status.RESERVED)
    request = device.reservations.get().line.request
    code = open_session("pick", actor=keeper, location="W2", request=request.reference).code
    assert said(scan(code, device.tag, actor=keeper)) == f"Picked for {request.reference}, now at Dépôt W2."
    row = scan(code, other.tag, actor=keeper)
    assert "reserved for another request" in said(row)
    assert "reserved for nobody" in said(scan(code, make(Status.READY).tag, actor=keeper))


def test_who_may_not_do_the_act_may_not_scan_for_it(people, moving):
    with pytest.raises(NotAllowed):
        open_session("ready", actor=people.warehouse_keeper, grade="A")
    with pytest.raises(NotAllowed):
        scan(moving, make(Status.RECEIVED).tag, actor=people.driver)
    with pytest.raises(NotFound):
        scan("0000000000", "x", actor=people.technician)
    with pytest.raises(NotAllowed):
        session_of(moving, people.association_member)


def test_a_session_asks_for_what_its_act_needs(people, places):
    keeper = people.warehouse_keeper
    for wrong in ({"act": "dance"}, {"act": "move", "location": "W1", "code": "x"}, {"act": "count", "counters": 3}):
        with pytest.raises(BadInput):
            open_session(actor=keeper, **{"location": "W1", **wrong})
    with pytest.raises(BadInput):
        open_session("ready", actor=people.technician, grade="E")
    for missing in ({"act": "move"}, {"act": "pick", "location": "W1", "request": "R-1"}):
        with pytest.raises(NotFound):
            open_session(actor=keeper, **missing)


def test_a_session_opened_off_line_is_opened_once(people, places):
    keeper = people.warehouse_keeper
    first = open_session("move", actor=keeper, location="W1", code="0123456789")
    assert open_session("move", actor=keeper, location="W1", code="0123456789") == first
    for other in ({"location": "W2", "actor": keeper}, {"location": "W1", "actor": people.technician}):
        with pytest.raises(Conflict):
            open_session("move", code="0123456789", **other)


def test_a_closed_session_takes_only_what_was_scanned_before(people, moving):
    keeper, moment = people.warehouse_keeper, timezone.now()
    close_session(moving, actor=keeper)
    assert "closed" in said(scan(moving, make(Status.RECEIVED).tag, actor=keeper))
    with pytest.raises(Conflict):
        close_session(moving, actor=keeper)
    with pytest.raises(Conflict):
        undo_last(moving, actor=keeper)
    other = open_session("move", actor=keeper, location="W2").code
    device = make(Status.RECEIVED)
    moment = timezone.now()
    close_session(other, actor=keeper)
    assert scan(other, device.tag, actor=keeper, occurred_at=moment).outcome == "done"


def test_the_database_keeps_a_device_from_being_done_twice(people, moving):
    row = scan(moving, make(Status.RECEIVED).tag, actor=people.warehouse_keeper)
    row.pk, row.client_id = None, uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_batch_has_one_to_five_hundred_scans(people, moving):
    for wrong in ([], [Sent("x")] * 501):
        with pytest.raises(BadInput):
            scan_all(moving, wrong, actor=people.technician)
    assert [one.text for one in lines_of("A\r\nB;C\tD\n\n ")] == ["A", "B", "C", "D"]


def test_what_a_phone_keeps_names_what_is_in_our_hands(people):
    here, gone = make(Status.READY), make(Status.HANDED_OVER)
    kept = {row[0]: row[1:] for row in stock(people.driver)}
    assert kept[here.tag] == ["desktop", here.title, here.serial, here.location.code]
    assert gone.tag not in kept
    with pytest.raises(NotAllowed):
        stock(people.association_member)


def test_mode_cards_are_read_in_every_spelling():
    for text in ("HTTPS://RELAIS.EXAMPLE/M/MOVE/W1", "https://any.example:8000/m/move/w1", "RELAIS:MODE:move:W1\r\n"):
        assert read_card(text) == Card(ActName.MOVE, "W1")
    assert read_card("relais:mode:WIPE") == Card(ActName.WIPE)
    # A US scanner on a Belgian AZERTY keyboard.
    assert read_card("HTTPSM==R:EXQ?PLE=?=PICK=Z&") == Card(ActName.PICK, "W1")
    for text in ("", "7K3QX9M21", "HTTPS://R.EXAMPLE/T/7K3QX9M21", "RELAIS:MODE:dance", "x"):
        assert read_card(text) is None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_no_text_breaks_a_card_s_reader(text):
    card = read_card(text)
    assert card is None or card.act in ActName
