"""A wiping station's token does one thing, and stops with its account."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from backend.accounts.commands import issue_token, user_of_token
from inventory.errors import BadInput
from inventory.lifecycle import Status
from tests import journeys
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log
from tests.people import People

pytestmark = pytest.mark.django_db


def _client(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def test_a_station_sends_its_log_and_can_do_nothing_else(people: People) -> None:
    device = journeys.make(Status.RECEIVED)
    medium = journeys.with_medium(device, serial="STATION1")
    token = issue_token(people.technician, "station 2", actor=people.technician, only=["sanitise"])
    station = _client(token)
    log = SimpleUploadedFile("nwipe.log", nwipe_log(Disk(serial="STATION1")).encode())
    answer = station.post("/api/evidence", {"file": log}, headers={"Idempotency-Key": "one"})
    assert answer.status_code == 200, answer.content
    assert answer.json()[0]["recorded"]
    medium.refresh_from_db()
    assert medium.state == "verified"
    assert station.get("/api/devices").status_code == 403
    assert station.post(f"/api/devices/{device.tag}/steps/inspect").status_code == 403
    assert (
        _client(issue_token(people.technician, "all", actor=people.technician)).get("/api/devices").status_code == 200
    )


def test_a_token_never_gives_what_its_user_lacks(people: People) -> None:
    token = issue_token(people.driver, "odd", actor=people.driver, only=["validate", "collect"])
    user = user_of_token(token)
    assert user is not None
    assert user.words == {"collect"}


def test_a_word_that_does_not_exist_is_refused(people: People) -> None:
    with pytest.raises(BadInput, match="fly"):
        issue_token(people.driver, "odd", actor=people.driver, only=["fly"])
    with pytest.raises(CommandError, match="fly"):
        call_command("issue_token", people.driver.username, "odd", "--only", "fly")


def test_a_token_stops_with_its_account(people: People, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("issue_token", people.driver.username, "van")
    token = capsys.readouterr().out.strip()
    assert user_of_token(token) == people.driver
    people.driver.is_active = False
    people.driver.save()
    assert user_of_token(token) is None
