"""A delivery scanned in: each device on its line, crates whole under their seals, strangers told at once."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.lifecycle import Status
from inventory.scanning.batches import Sent, scan_all
from inventory.scanning.commands import close_session, open_session, scan, undo_last
from inventory.scanning.models import ScanRow, ScanSession
from inventory.scanning.queries import said, scanners_of, session_of
from tests.inventory.collection.test_custody import brought, crate, open_kinds, planned, taken
from tests.inventory.pages.seen import words
from tests.journeys import declared, make
from tests.people import People

pytestmark = pytest.mark.django_db


def begun(people: People, number: str) -> ScanSession:
    return open_session("receive", actor=people.warehouse_keeper, manifest=number)


def test_a_delivery_is_counted_against_what_was_taken(people: People) -> None:
    devices = [declared() for _number in range(3)]
    manifest = taken(people, planned(people, *devices), *[device.tag for device in devices])
    session = begun(people, manifest.number)
    assert session.location == manifest.destination
    keeper = people.warehouse_keeper
    for device in devices[:2]:
        assert scan(session.code, device.tag, actor=keeper).outcome == "done"
    assert scan(session.code, devices[0].tag, actor=keeper).outcome == "again"
    found = session_of(session.code, keeper)
    assert (found.arrived, found.taken, found.strangers) == (2, 3, 0)
    scan(session.code, devices[2].tag, actor=people.technician)
    assert scanners_of(found) == [(keeper.key, 2), (people.technician.key, 1)]
    assert open_kinds(brought(people, manifest, counted=3)) == []


def test_whoever_scans_it_in_too_joins_the_same_session(people: People) -> None:
    device = declared()
    manifest = taken(people, planned(people, device), device.tag)
    session = begun(people, manifest.number)
    assert open_session("receive", actor=people.technician, manifest=manifest.number) == session
    with pytest.raises(IntegrityError), transaction.atomic():
        ScanSession.objects.create(
            act="receive", manifest=manifest, opened_by=people.technician, opened_at=session.opened_at
        )
    close_session(session.code, actor=people.warehouse_keeper)
    assert begun(people, manifest.number) != session


def test_only_a_delivery_under_way_is_scanned_in(people: People) -> None:
    device = declared()
    manifest = planned(people, device)
    with pytest.raises(Conflict, match="not at this point"):
        begun(people, manifest.number)
    with pytest.raises(NotFound):
        begun(people, "M-2099-99999")
    with pytest.raises(BadInput, match="comes with a delivery"):
        open_session("move", actor=people.warehouse_keeper, location="W1", manifest=manifest.number)


def test_a_stranger_is_received_and_told_at_once(people: People) -> None:
    device, stranger, other = declared(), declared(), declared()
    manifest = taken(people, planned(people, device), device.tag)
    elsewhere = taken(people, planned(people, other), other.tag)
    code = begun(people, manifest.number).code
    row = scan(code, stranger.tag, actor=people.warehouse_keeper)
    assert (row.outcome, row.facts["unexpected"]) == ("done", True)
    assert "put it aside" in said(row)
    row = scan(code, other.tag, actor=people.warehouse_keeper)
    assert elsewhere.number in said(row)
    assert elsewhere.lines.get().arrived_at is not None
    refused = scan(code, make(Status.READY).tag, actor=people.warehouse_keeper)
    assert refused.outcome == "refused"
    assert session_of(code, people.auditor).strangers == 1
    scan(code, device.tag, actor=people.warehouse_keeper)
    assert open_kinds(brought(people, manifest)) == ["arrived_untaken"]
    # After the delivery was signed too: whoever scans it has it on the list of exceptions at once.
    late = declared()
    scan(code, late.tag, actor=people.warehouse_keeper)
    assert open_kinds(manifest) == ["arrived_untaken", "arrived_untaken"]


@pytest.mark.parametrize(("read", "opened", "kinds"), [("s 77", False, []), ("S-78", True, ["not_arrived"] * 2)])
def test_a_sealed_crate_arrives_by_its_seal(people: People, read: str, opened: bool, kinds: list[str]) -> None:
    inside, loose = [declared(), declared()], declared()
    box = crate(people, *inside, seal="S-77")
    manifest = taken(people, planned(people, *inside, loose), box.code, loose.tag)
    code, keeper = begun(people, manifest.number).code, people.warehouse_keeper
    row = scan(code, box.code, actor=keeper)
    assert (row.outcome, row.container) == ("refused", box)
    assert "Read the number on the seal" in said(row)
    mark = uuid.uuid4()
    row = scan(code, box.code, actor=keeper, client_id=mark, seal=read)
    assert (row.outcome, row.facts["opened"]) == ("done", opened)
    assert scan(code, box.code, actor=keeper, client_id=mark, seal=read) == row
    assert scan(code, box.code, actor=keeper, seal=read).outcome == "again"
    assert session_of(code, keeper).arrived == (0 if opened else 2)
    assert ("Open the crate" in said(row)) is opened
    with pytest.raises(Conflict, match="nothing to undo"):
        undo_last(code, actor=keeper)
    scan_all(code, [Sent(loose.tag)], actor=keeper)
    with pytest.raises(RuleBroken, match="no way back"):
        undo_last(code, actor=keeper)
    assert open_kinds(brought(people, manifest)) == sorted([*kinds, *(["seal_differs"] if opened else [])])


def test_an_open_crate_stands_for_what_lies_in_it(people: People) -> None:
    inside = [declared(), declared()]
    box = crate(people, *inside)
    manifest = taken(people, planned(people, *inside), box.code)
    code = begun(people, manifest.number).code
    assert "2 devices in it" in said(scan(code, box.code, actor=people.warehouse_keeper))
    assert open_kinds(brought(people, manifest)) == []


def test_a_crate_in_any_other_session_is_answered_helpfully(people: People) -> None:
    device = declared()
    box, other = crate(people, device), crate(people, declared())
    manifest = taken(people, planned(people, device), box.code)
    keeper = people.warehouse_keeper
    receiving = open_session("receive", actor=keeper, location="W1").code
    row = scan(receiving, box.code, actor=keeper)
    assert (row.outcome, row.container) == ("refused", box)
    assert manifest.number in said(row)
    for act in ("receive", "move", "count"):
        row = scan(open_session(act, actor=keeper, location="W1").code, other.code, actor=keeper)
        assert "crate or pallet" in said(row)
    row = scan(begun(people, manifest.number).code, other.code, actor=keeper)
    assert "does not travel" in said(row)
    assert ScanRow.objects.filter(outcome="done").count() == 0


def test_the_page_leads_to_the_scanner_and_back_to_the_two_signatures(desk, people: People) -> None:
    inside, loose = declared(), declared()
    box = crate(people, inside, seal="S-9")
    manifest = taken(people, planned(people, inside, loose), box.code, loose.tag)
    keeper = desk("warehouse_keeper")
    for name in ("collection", "collection_deliver"):
        assert (
            reverse("collection_scan", args=[manifest.number])
            in keeper.get(reverse(name, args=[manifest.number])).content.decode()
        )
    page = keeper.post(reverse("collection_scan", args=[manifest.number]), follow=True)
    html, text = page.content.decode(), words(page)
    assert "0 of 2 are here" in text
    assert reverse("collection_deliver", args=[manifest.number]) in html
    assert f'data-crate="{box.code}" data-sealed="yes"' in html
    assert "S-9" not in html, "whoever reads the seal must not be told what it says"
    # Without script the field is the same; a crate asks for its seal in words.
    address = page.redirect_chain[0][0]
    keeper.post(address, {"q": loose.tag})
    answer = keeper.post(address, {"q": box.code}, follow=True)
    assert "1 of 2 are here" in words(answer)
    assert "Read the number on the seal" in words(answer)
    brought(people, manifest, box.code, seals={box.code: "S-9"})
    assert "This delivery is signed" in words(keeper.get(address))
    assert desk("driver").post(reverse("collection_scan", args=[manifest.number])).status_code == 403
