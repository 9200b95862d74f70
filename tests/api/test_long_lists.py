"""Long lists, page by page: everything once, in order, also while others keep writing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext

from backend.accounts.models import User
from inventory.devices.commands import declare, reserve_tags
from inventory.devices.models import Device
from inventory.ledger.models import Entry
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(program: Callable[[User], Program], people: People) -> Program:
    declare([journeys.announced() for _ in range(23)], actor=people.technician)
    return program(people.auditor)


def _all(program: Program, path: str, meanwhile: Callable[[], object] | None = None, **query: Any) -> list[Any]:
    found: list[Any] = []
    after = ""
    while True:
        page = done(program.get(path, after=after, **query))
        found += page["items"]
        if page["next"] is None:
            return found
        after = page["next"]
        if meanwhile:
            meanwhile()


@pytest.mark.parametrize("limit", [1, 5, 22, 23, 24, 200])
def test_every_device_comes_once_newest_first(auditor: Program, limit: int) -> None:
    tags = [one["tag"] for one in _all(auditor, "/devices", limit=limit)]
    assert tags == list(Device.objects.order_by("-id").values_list("tag", flat=True))


def test_a_search_is_paged_just_so(auditor: Program) -> None:
    journeys.declared("laptop")
    tags = [one["tag"] for one in _all(auditor, "/devices", limit=4, category="desktop", q="fictor")]
    assert len(tags) == len(set(tags)) == 23


def test_what_is_added_meanwhile_neither_hides_nor_repeats_anything(auditor: Program) -> None:
    before = set(Device.objects.values_list("tag", flat=True))
    tags = [one["tag"] for one in _all(auditor, "/devices", journeys.declared, limit=5)]
    assert len(tags) == len(set(tags))
    assert before <= set(tags)


def test_every_entry_of_the_ledger_comes_once(auditor: Program, people: People) -> None:
    entries = _all(auditor, "/ledger", lambda: reserve_tags(1, actor=people.technician), limit=4, kind="device")
    places = [(entry["key"], entry["seq"]) for entry in entries]
    assert len(places) == len(set(places)) == Entry.objects.filter(subject_kind="device").count()


def test_a_place_that_no_page_gave_is_refused(auditor: Program) -> None:
    for after in ("²", "-1", "9" * 5000, "x"):
        refused(auditor.get("/ledger", after=after), 422, "bad_input")
    refused(auditor.get("/devices", after="ZZZZZZZZM"), 404, "not_found")
    refused(auditor.get("/devices", after="no tag"), 422, "bad_input")


@pytest.mark.parametrize(
    "path", ["/devices", "/media", "/requests", "/agreements", "/associations", "/ledger", "/collections"]
)
def test_a_list_asks_the_database_as_often_for_one_row_as_for_twenty(
    path: str, people: People, program: Callable[[User], Program], django_assert_num_queries: Any
) -> None:
    from django.db import connection

    from inventory.lifecycle import Status

    def fill(times: int) -> None:
        for _ in range(times):
            journeys.make(Status.HANDED_OVER)
            journeys.make(Status.IN_TRANSIT)
            journeys.make(Status.AWAITING_SANITISATION)

    auditor = program(people.auditor)
    fill(1)
    done(auditor.get(path))
    with CaptureQueriesContext(connection) as few:
        done(auditor.get(path))
    fill(6)
    with CaptureQueriesContext(connection) as many:
        done(auditor.get(path))
    assert len(many) == len(few), [query["sql"][:150] for query in many.captured_queries]
