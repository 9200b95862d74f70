"""Rows of a batch are judged and written together, with the answers and the entries that each would get alone."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports import queries
from imports.applying import enter_rows
from imports.comparing import Beside
from imports.judging import judge_of
from imports.kinds.counts import CountedDevice
from imports.kinds.inspections import ListedInspection
from imports.runs import importing
from inventory.devices import likely
from inventory.devices.commands import learn, location_named
from inventory.devices.gatekeepers import locked
from inventory.devices.genealogy.commands import merge
from inventory.devices.inspections import Inspection, SeenMedium
from inventory.devices.inspections.commands import record_listed
from inventory.devices.inspections.lists import Listed, record_list
from inventory.devices.likely import likely_among, likely_devices
from inventory.devices.models import Device, Medium
from inventory.devices.steps import take
from inventory.documents.models import StoredFile
from inventory.errors import Refusal
from inventory.jobs.attempts import Cancelled
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.verification import verify_ledger
from inventory.scanning.commands import Sighting, count_all, open_session, scan
from inventory.scanning.models import ScanRow, ScanSession
from inventory.wiping import commands
from inventory.wiping.commands import record_table
from inventory.wiping.speaking import medium_of_row, operators_named, spoken_of, verdicts_of_table
from tests.imports.test_kinds import brought
from tests.inventory.devices import inspection_files as files
from tests.journeys import declared, location, make, with_medium
from tests.people import People

pytestmark = pytest.mark.django_db

# Few enough that several devices bear the same.
SERIALS = ["RLS77A1", "RLS77A2", "QXW31F9", "A1", "Default string"]
UUIDS = [files.UUID, files.SWAPPED, "5f1d2c3b-7788-4a5b-9c0d-1122aabb3344"]
BOARDS = ["MBRLS0001", "mbrls0001", "MBRLS7342"]
DISKS = ["RLSD0001", "rlsd0001", "RLSD0002", "RLSD0003", "NOWHERE1"]
MAKERS = ["Relais Inc.", "Relais", "Fictor", ""]
NUMBERS = ["K-1", "K-2", "K-3"]
several = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def stored(people: People) -> list[Device]:
    """Devices that share numbers: received, announced, withdrawn, and two records of one machine."""
    location("W2")
    found = [make(Status.RECEIVED) for _ in range(7)] + [declared(), declared()]
    numbers = zip(*map(itertools.cycle, (SERIALS, UUIDS, BOARDS, MAKERS[:3], NUMBERS)), strict=True)
    for device, (serial, smbios, board, maker, number) in zip(found, numbers, strict=False):
        facts = {"serial": serial, "smbios_uuid": smbios, "board_serial": board, "manufacturer": maker}
        learn(locked(device.tag), actor=people.technician, inventory_number=number, **facts)
    for device, serial in zip(found[:6], DISKS[:4] * 2, strict=False):
        with_medium(device, serial)
    take(locked(found[8].tag), "withdraw", actor=people.technician)
    merge(found[0].tag, found[6].tag, actor=people.technician, reason="seen_twice")
    return list(Device.objects.order_by("id"))


def maybe(values: list[str]) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *values])


INSPECTIONS = st.builds(
    Inspection,
    tool=st.just("lshw"),
    manufacturer=st.sampled_from(MAKERS),
    serial=maybe(SERIALS).map(lambda one: one or None),
    uuid=maybe(UUIDS).map(lambda one: one or None),
    board_serial=maybe(BOARDS).map(lambda one: one or None),
    media=st.lists(st.sampled_from(DISKS).map(lambda one: SeenMedium("hdd", serial=one)), max_size=3).map(tuple),
    unnumbered=st.booleans(),
)


@pytest.mark.parametrize("most", [1, 2, 20])
def test_who_is_likely_among_many_is_who_is_likely_alone(stored, monkeypatch, most):
    monkeypatch.setattr(likely, "MOST_LIKELY", most)

    @several
    @given(st.lists(INSPECTIONS, max_size=6))
    def same(seen: list[Inspection]) -> None:
        ask = likely_among(seen)
        for one in seen:
            assert ask(one) == likely_devices(one)

    same()


def test_a_hundred_inspections_ask_no_more_than_ten(stored, django_assert_max_num_queries):
    for count in (10, 100):
        seen = [Inspection("lshw", "Relais", serial=f"{SERIALS[n % 4]}", uuid=UUIDS[n % 3]) for n in range(count)]
        with django_assert_max_num_queries(6):
            ask = likely_among(seen)
            assert all(map(ask, seen))


def told_together_and_alone(kind: str, rows: list[Any], beside: Beside) -> None:
    headings = {name: name for name in ("tag", "serial", "inventory_number", "place", "disk1_serial", "no_data")}
    together = judge_of(kind, rows, headings, beside)
    for row in rows:
        assert together(row) == judge_of(kind, [row], headings, beside)(row)


def numbered(build: Callable[..., Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Rows of a list, on lines of their own."""
    one = st.fixed_dictionaries(fields)
    return st.lists(one, max_size=8).map(lambda rows: [build(line=at, **row) for at, row in enumerate(rows, start=2)])


def test_inspections_are_judged_together_as_alone(people, stored):
    rows = numbered(
        ListedInspection,
        tag=maybe([one.tag for one in stored]),
        serial=maybe(SERIALS),
        inventory_number=maybe(NUMBERS),
        uuid=maybe(UUIDS),
        board_serial=maybe(BOARDS),
        manufacturer=st.sampled_from(MAKERS),
        disk1_serial=maybe(DISKS),
        disk2_kind=maybe(["hdd"]),
        no_data=maybe(["opened_and_looked"]),
    )

    @several
    @given(rows)
    def same(drawn: list[ListedInspection]) -> None:
        told_together_and_alone("inspect", drawn, Beside(people.technician, "0" * 64))

    same()


@pytest.fixture
def stocktakes(people: People, stored: list[Device]) -> list[ScanSession]:
    opened = [open_session("count", actor=people.warehouse_keeper, location=place) for place in ("W1", "W2")]
    scan(opened[0].code, stored[1].tag, actor=people.warehouse_keeper)
    return opened


def test_counts_are_judged_together_as_alone(people, stored, stocktakes):
    assert location_named("W1")
    rows = numbered(
        CountedDevice,
        place=st.sampled_from(["W1", "W2", "W9", ""]),
        tag=maybe([*(one.tag for one in stored), "ZZZZZZZZ2"]),
        serial=maybe(SERIALS),
        inventory_number=maybe(NUMBERS),
        seen=maybe(["yes", "no"]),
        counter=maybe(["1", "2"]),
        counted_at=st.sampled_from([None, timezone.now(), timezone.now() - dt.timedelta(days=9)]),
    )

    @several
    @given(rows)
    def same(drawn: list[CountedDevice]) -> None:
        told_together_and_alone("count", drawn, Beside(people.warehouse_keeper))

    same()


ROWS = st.fixed_dictionaries(
    {
        "device": maybe(["ZZZZZZZZ2"]),
        "serial": maybe(DISKS),
        "kind": st.just("HDD"),
        "method": st.just("Zero fill"),
        "result": st.sampled_from(["Success", "Failed", "?"]),
        "verification": maybe(["passed"]),
        "tool": st.sampled_from(["Station 4", "Station 5"]),
        "operator": maybe(["victor", "Q. Nomen"]),
        # The second hour of these two is the one that comes twice in autumn.
        "ended_at": st.sampled_from(["2026-03-02T10:00:00", "2025-10-26T02:30:00", "2025-10-26T02:30:00+01:00"]),
    }
)


def test_results_of_wiping_are_held_against_what_we_have_together_as_alone(people, stored):
    good = {"serial": "RLSD0003", "kind": "HDD", "method": "Zero fill", "result": "Success", "tool": "Station 4"}
    record_table(b"before", "t", [{**good, "ended_at": "2025-10-26T02:30:00+01:00"}], actor=people.technician)
    (first,) = record_table(
        b"once", "t", [{**good, "serial": "RLSD0002", "ended_at": "2026-03-02T10:00:00"}], actor=people.technician
    )
    assert first.recorded
    sha256 = first.medium.sanitisations.get().evidence.sha256

    @several
    @given(st.lists(ROWS, min_size=1, max_size=8), st.sampled_from([sha256, "0" * 64]))
    def same(rows: list[dict[str, str]], file: str) -> None:
        verdicts = verdicts_of_table(rows, "t")
        operators = operators_named(row["operator"] for row in rows)
        spoken = spoken_of(verdicts, file)
        for verdict, row in zip(verdicts, rows, strict=True):
            alone = spoken_of([verdict], file)
            actor = people.technician.pk
            together = medium_of_row(verdict, row, spoken, operators, actor)
            assert together == medium_of_row(verdict, row, alone, operators, actor)

    same()


class TakenBack(Exception):
    """What was done is not kept."""


def outcome(work: Callable[[], object], told: Callable[[], object]) -> object:
    """What a piece of work leaves behind, or the sentence with which it was refused; it is taken back."""
    kept: object = None
    try:
        with transaction.atomic():
            work()
            kept = told()
            raise TakenBack
    except TakenBack:
        return kept
    except Refusal as refusal:
        return str(refusal)


def entries_since(last: int) -> list[Any]:
    """The entries of the ledger after this one, without what is made by chance."""
    found = []
    for entry in Entry.objects.filter(id__gt=last):
        body = {**json.loads(entry.body), "recorded_at": "", "occurred_at": ""}
        if entry.event == "medium.list":
            body["key"] = ""
        if entry.event == "device.withdraw_no_data":
            body["facts"] = {}
        found.append(json.dumps(body, sort_keys=True))
    return sorted(found)


def test_inspections_of_a_list_are_written_together_as_alone(people, stored):
    rows = st.lists(
        st.builds(
            Listed,
            tag=st.sampled_from([one.tag for one in stored]),
            seen=INSPECTIONS.map(lambda one: replace(one, tool="list", processor="Core i5", unnumbered=False)),
            checked_how=st.sampled_from(["", "", "opened_and_looked"]),
        ),
        max_size=6,
    )
    columns = [one.attname for one in Device._meta.concrete_fields if not one.attname.endswith("_at")]
    last = Entry.objects.latest("id").pk

    def told() -> object:
        devices = list(Device.objects.order_by("id").values_list(*columns))
        media = Medium.objects.order_by("device_id", "serial", "id")
        stays = media.filter(stays__until__isnull=True).values_list("device_id", "serial_key", "stays__device_id")
        facts = media.values_list(
            "kind", "serial", "serial_key", "model", "capacity_bytes", "state", "seq", "device_id"
        )
        return devices, list(facts), list(stays), entries_since(last)

    @several
    @given(rows)
    def same(drawn: list[Listed]) -> None:
        def alone() -> None:
            for one in drawn:
                record_listed(one.tag, one.seen, "f" * 64, actor=people.technician, checked_how=one.checked_how)

        together = outcome(lambda: record_list(drawn, "f" * 64, actor=people.technician), told)
        assert together == outcome(alone, told)

    same()


def test_devices_are_counted_together_as_alone(people, stored, stocktakes):
    code = stocktakes[0].code
    marks = [uuid.UUID(int=number) for number in range(1, 7)]
    sightings = st.builds(
        Sighting,
        tag=st.sampled_from([*(one.tag for one in stored), "ZZZZZZZZ2"]),
        mark=st.sampled_from(marks),
        occurred_at=st.sampled_from([timezone.now(), timezone.now() + dt.timedelta(days=9)]),
    )

    def told() -> object:
        rows = ScanRow.objects.filter(session__code=code).order_by("id")
        return list(rows.values_list("client_id", "text", "device", "turn", "outcome", "facts", "why", "occurred_at"))

    @several
    @given(st.lists(sightings, max_size=8))
    def same(seen: list[Sighting]) -> None:
        refused: list[list[ScanRow]] = []

        def alone() -> None:
            for one in seen:
                scan(code, one.tag, actor=people.technician, client_id=one.mark, occurred_at=one.occurred_at)

        together = outcome(lambda: refused.append(count_all(code, seen, actor=people.technician)), told)
        assert together == outcome(alone, told)
        assert all(row.outcome == "refused" for row in refused[0])

    same()


@pytest.mark.parametrize("kind", ["count", "inspect", "evidence", "receive"])
def test_whoever_waits_is_told_how_far_applying_is_and_a_cancel_leaves_nothing(people, monkeypatch, kind):
    location("W2")
    many = [make(Status.RECEIVED) for _ in range(5)] if kind != "receive" else [declared() for _ in range(5)]
    media = [with_medium(one) for one in many] if kind == "evidence" else []
    location("W1")
    open_session("count", actor=people.warehouse_keeper, location="W1")
    texts = {
        "count": "Label;Gezien\n" + "".join(f"{one.tag};ja\n" for one in many),
        "inspect": "Tag;Processor;Disk serial\n" + "".join(f"{one.tag};Core i5;D{one.tag}\n" for one in many),
        "evidence": "Disk serial;Method;Result;Tool;Finished\n"
        + "".join(f"{one.serial};Zero;OK;T;02/03/2026 10:00\n" for one in media),
        "receive": "Tag;Location\n" + "".join(f"{one.tag};W2\n" for one in many),
    }
    actor = people.warehouse_keeper if kind in ("count", "receive") else people.technician
    monkeypatch.setattr(queries, "_AT_ONCE", 2)
    monkeypatch.setattr(commands, "TOLD", 2)
    run = brought(texts[kind], actor, kind=kind)
    assert run.counts["changed"] == 5
    before = Entry.objects.count()

    def cancelled(done: int) -> None:
        if done >= 4:
            raise Cancelled

    def cancelled_work() -> None:
        with transaction.atomic():
            enter_rows(run, importing(actor), cancelled)

    with pytest.raises(Cancelled):
        cancelled_work()
    assert (Entry.objects.count(), ScanRow.objects.count(), StoredFile.objects.count()) == (before, 0, 0)
    told: list[int] = []
    enter_rows(run, importing(actor), told.append)
    assert told[:2] == [2, 4]
    assert verify_ledger().fault is None
