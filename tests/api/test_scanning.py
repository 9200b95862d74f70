"""The scan page's own doors: a batch in its order, each answered by itself, sent as often as the network likes."""

from __future__ import annotations

import random
import threading
import uuid
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.verification import verify_ledger
from inventory.scanning.batches import Sent, scan_all
from inventory.scanning.commands import open_session
from inventory.scanning.models import ScanRow
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People, everybody


def _batch(count: int) -> list[dict[str, Any]]:
    tags = [journeys.make(Status.RECEIVED).tag for _number in range(count)]
    when = timezone.now().isoformat()
    return [{"id": str(uuid.uuid4()), "text": tag, "occurred_at": when} for tag in [*tags, "rubbish", tags[0]]]


@pytest.mark.django_db
def test_a_batch_sent_again_gets_the_same_bytes(program: Any, people: People) -> None:
    keeper: Program = program(people.warehouse_keeper)
    journeys.location("W2")
    session = done(keeper.post("/scan-sessions", {"act": "move", "location": "W2"}), 201)
    scans = _batch(4)
    address = f"/scan-sessions/{session['code']}/scans"
    first = keeper.post(address, {"scans": scans})
    assert [row["outcome"] for row in done(first)["rows"]] == ["done"] * 4 + ["refused", "again"]
    before = Entry.objects.count()
    again = keeper.post(address, {"scans": scans})
    assert again.content == first.content
    assert Entry.objects.count() == before
    assert done(first)["session"]["done"] == 4
    assert [row["text"] for row in reversed(done(keeper.get(address)))] == [scan["text"] for scan in scans]


@pytest.mark.django_db
def test_a_mark_used_for_another_scan_is_told_beside_the_others(program: Any, people: People) -> None:
    keeper: Program = program(people.warehouse_keeper)
    code = open_session("move", actor=people.warehouse_keeper, location=journeys.location("W2").code).code
    scans = _batch(2)[:2]
    keeper.post(f"/scan-sessions/{code}/scans", {"scans": scans[:1]})
    scans[1]["id"] = scans[0]["id"]
    rows = done(keeper.post(f"/scan-sessions/{code}/scans", {"scans": scans}))["rows"]
    assert [row["outcome"] for row in rows] == ["done", "refused"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        {"scans": []},
        {"scans": [{"text": "x"}] * 501},
        {"scans": [{"text": "x", "id": "no"}]},
        {"scans": [{"text": "x", "occurred_at": "2026-01-01T10:00"}]},
        {"scans": [{"text": "x" * 2001}]},
    ],
)
def test_what_is_no_batch_is_refused_whole(program: Any, people: People, body: Any) -> None:
    code = open_session("move", actor=people.technician, location=journeys.location("W2").code).code
    refused(program(people.technician).post(f"/scan-sessions/{code}/scans", body), 422, "not_understood")
    assert ScanRow.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_one_batch_sent_by_four_at_once_in_any_order_counts_once() -> None:
    keeper = everybody().warehouse_keeper
    code = open_session("move", actor=keeper, location=journeys.location("W2").code).code
    sent = [Sent(journeys.make(Status.RECEIVED).tag, uuid.uuid4()) for _number in range(25)]
    before = Entry.objects.count()
    troubles: list[BaseException] = []

    def send(seed: int) -> None:
        shuffled = sent[:]
        random.Random(seed).shuffle(shuffled)
        try:
            for _time in range(3):
                scan_all(code, shuffled, actor=keeper)
        except BaseException as trouble:
            troubles.append(trouble)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert ScanRow.objects.count() == Entry.objects.count() - before == len(sent)
    assert set(ScanRow.objects.values_list("outcome", flat=True)) == {"done"}
    assert verify_ledger().fault is None
