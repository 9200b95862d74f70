"""The ledger by programs: entries, root, verification, workbook."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.utils import timezone

from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(people: People) -> Program:
    return Program(people.auditor)


def test_the_root_is_what_verifying_finds(auditor: Program) -> None:
    journeys.make(Status.READY)
    root = done(auditor.get("/ledger/root"))
    verified = done(auditor.post("/ledger/verify"))
    assert verified["holds"]
    assert (verified["size"], verified["root"]) == (root["size"], root["root"])
    assert len(root["root"]) == 64


def test_a_new_deed_makes_another_root(auditor: Program) -> None:
    first = done(auditor.get("/ledger/root"))
    journeys.declared()
    second = done(auditor.get("/ledger/root"))
    assert (second["size"], second["root"] != first["root"]) == (first["size"] + 1, True)


def test_entries_name_no_person(auditor: Program, people: People) -> None:
    journeys.make(Status.READY)
    text = str(done(auditor.get("/ledger", limit=500)))
    assert people.technician.key in text
    for person in (people.technician, people.verifier):
        assert person.username not in text


def test_a_things_history_is_found_as_its_tag_is_typed(auditor: Program) -> None:
    tag = journeys.make(Status.RECEIVED).tag
    found = done(auditor.get("/ledger", kind="device", key=f"{tag[:4]}-{tag[4:].lower()}"))["items"]
    assert [entry["event"] for entry in found] == ["device.receive", "device.declare"]


def test_signs_that_the_writer_uses_itself_come_through_unchanged(auditor: Program) -> None:
    texts = ['§1§ s="§2§"', "§99§", '<c r="A2" s="§3§">', "_x0041_", "=1+1"]
    for text in texts:
        journeys.declared(model=text)
    today = timezone.localdate().isoformat()
    answer = auditor.get("/ledger/workbook", first=today, last=today, language="en")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    models = [str(row[6]).replace("_x005F", "") for row in book["Devices"].iter_rows(min_row=2, values_only=True)]
    assert sorted(models) == sorted(texts)


@pytest.mark.parametrize(
    "scope",
    [
        {"first": "2026-03-02", "last": "2026-03-01"},
        {"first": "0001-01-01", "last": "2026-03-01"},
        {"first": "2026-03-02", "last": "9999-12-31"},
        {"first": "2026-03-01", "last": "2026-03-02", "language": "de"},
    ],
)
def test_a_period_that_is_none_is_refused(auditor: Program, scope: dict[str, str]) -> None:
    refused(auditor.get("/ledger/workbook", **scope), 422, "bad_input")
