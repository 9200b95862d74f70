"""The page of the disks that nobody can answer for."""

from __future__ import annotations

import pytest

from inventory.devices.media import remove_medium
from inventory.disposal.commands import report_lost
from inventory.lifecycle import Status
from tests.inventory.pages.seen import words
from tests.journeys import make

pytestmark = pytest.mark.django_db


def test_both_tables_say_where_since_when_and_why(desk, people):
    shelved, lost = make(Status.AWAITING_SANITISATION), make(Status.AWAITING_SANITISATION)
    disk, gone = shelved.media.get(), lost.media.get()
    remove_medium(disk.code, actor=people.technician, place="sac 14")
    report_lost(lost.tag, actor=people.warehouse_keeper, reason="stolen")
    page = desk("auditor").get("/media/")
    told = words(page)
    for said in ("sac 14", "tine", "Its device is lost"):
        assert said in told
    for code in (disk.code, gone.code, shelved.tag, lost.tag):
        assert code in page.content.decode()
    narrowed = desk("auditor").get("/media/", {"q": "étagère"}).content.decode()
    assert disk.code not in narrowed
    assert "Show all" in narrowed


def test_nothing_to_trace_says_so(desk):
    told = words(desk("technician").get("/media/"))
    assert "every medium outside a device is proven or destroyed" in told
    assert "no listed medium is missing or left waiting" in told
    assert desk("technician").get("/media/", {"days": "x"}).status_code == 422


def test_the_page_is_linked_from_the_bench_and_the_audit(desk):
    assert 'href="/media/"' in desk("technician").get("/wiping/").content.decode()
    assert 'href="/media/"' in desk("auditor").get("/audit/").content.decode()


def test_a_medium_tells_where_it_has_been_and_who_took_it_out(desk, people):
    device = make(Status.AWAITING_SANITISATION)
    disk = device.media.get()
    remove_medium(disk.code, actor=people.technician, place="sac 14")
    told = words(desk("auditor").get(f"/media/{disk.code}/"))
    for said in ("In the hands of The city", "taken out by tine", "sac 14"):
        assert said in told
