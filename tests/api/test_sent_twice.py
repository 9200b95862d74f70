"""A write sent twice with one `Idempotency-Key` counts once, whoever is in a hurry."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client

from backend.accounts.models import RememberedAnswer, User
from inventory.devices.models import IssuedTag
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.people import People, everybody


@pytest.fixture
def technician(program: Callable[[User], Program], people: People) -> Program:
    return program(people.technician)


@pytest.mark.django_db
def test_the_second_sending_gives_the_first_answer_and_changes_nothing(technician: Program) -> None:
    first = technician.post("/tags", {"count": 2}, Idempotency_Key="a-key")
    tags, entries = IssuedTag.objects.count(), Entry.objects.count()
    again = technician.post("/tags", {"count": 2}, Idempotency_Key="a-key")
    assert done(first, 201) == done(again, 201)
    assert "Idempotent-Replayed" not in first.headers
    assert again["Idempotent-Replayed"] == "true"
    assert again["Content-Type"] == first["Content-Type"]
    assert (IssuedTag.objects.count(), Entry.objects.count()) == (tags, entries)


@pytest.mark.django_db
def test_another_body_or_address_needs_another_key(technician: Program) -> None:
    done(technician.post("/tags", {"count": 2}, Idempotency_Key="a-key"), 201)
    refused(technician.post("/tags", {"count": 3}, Idempotency_Key="a-key"), 409, "conflict")
    refused(technician.post("/labels/tags", {"count": 2}, Idempotency_Key="a-key"), 409, "conflict")
    done(technician.post("/tags", {"count": 3}, Idempotency_Key="b-key"), 201)


@pytest.mark.django_db
def test_keys_of_two_people_are_two_keys(technician: Program, people: People) -> None:
    first = done(technician.post("/tags", {"count": 1}, Idempotency_Key="a-key"), 201)
    second = done(Program(people.warehouse_keeper).post("/tags", {"count": 1}, Idempotency_Key="a-key"), 201)
    assert first != second


@pytest.mark.django_db
def test_a_refusal_is_not_remembered_and_may_be_sent_again(technician: Program) -> None:
    device = journeys.make(Status.RECEIVED)
    address = f"/devices/{device.tag}/steps/inspect"
    refused(technician.post(address, Idempotency_Key="a-key"), 409, "rule_broken")
    assert not RememberedAnswer.objects.exists()
    journeys.with_medium(device)
    assert done(technician.post(address, Idempotency_Key="a-key"))["status"] == "awaiting_sanitisation"


@pytest.mark.django_db
def test_a_file_sent_twice_is_one_file_whatever_its_boundary(technician: Program) -> None:
    medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
    form = {"method": "ata_secure_erase", "tool": "hdparm"}
    answers = []
    for boundary in ("first", "second"):
        lines = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in form.items()
        )
        file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nproof\r\n'
        answers.append(
            technician.client.post(
                f"/api/media/{medium.code}/sanitisations",
                (lines + file + f"--{boundary}--\r\n").encode(),
                content_type=f"multipart/form-data; boundary={boundary}",
                headers={"Authorization": f"Bearer {technician.token}", "Idempotency-Key": "a-key"},
            )
        )
    assert done(answers[0], 201) == done(answers[1], 201)
    assert answers[1]["Idempotent-Replayed"] == "true"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_1_to_255_characters(technician: Program, key: str) -> None:
    refused(technician.post("/tags", {"count": 1}, Idempotency_Key=key), 422, "bad_input")


@pytest.mark.django_db
def test_reading_needs_no_key_and_keeps_none(technician: Program) -> None:
    technician.client.get(
        "/api/devices", headers={"Authorization": f"Bearer {technician.token}", "Idempotency-Key": "a-key"}
    )
    assert not RememberedAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_count_once(a_database_for_two: None) -> None:
    token = Program(everybody().technician).token
    start, answers = threading.Barrier(2), []

    def send() -> None:
        start.wait()
        try:
            answers.append(
                Client().post(
                    "/api/tags",
                    json.dumps({"count": 3}),
                    content_type="application/json",
                    headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "a-key"},
                )
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert IssuedTag.objects.count() == 3
    assert {answer.headers.get("Idempotent-Replayed") for answer in answers} == {None, "true"}


@pytest.fixture
def a_database_for_two(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Two connections to one database: on SQLite a file with the same content, since one in memory has one writer."""
    if connection.vendor != "sqlite":
        yield
        return
    file = tmp_path / "two.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    in_memory, options = connections["default"], connections.settings["default"]
    name, options["NAME"] = options["NAME"], str(file)
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"], options["NAME"] = in_memory, name
