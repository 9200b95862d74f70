"""Tokens and sessions: only a hash is kept, what ended opens nothing, a session's writes carry the CSRF token."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from backend.accounts.commands import issue_token, user_of_token
from backend.accounts.models import ApiToken
from inventory.errors import NotAllowed
from tests.api.programs import Program, done, refused
from tests.people import People

pytestmark = pytest.mark.django_db


def _get(token: str) -> object:
    return Client().get("/api/locations", headers={"Authorization": f"Bearer {token}"})


def test_only_the_hash_of_a_token_is_kept(people: People) -> None:
    token = issue_token(people.driver, "van 2", actor=people.driver)
    kept = ApiToken.objects.get()
    assert kept.sha256 == hashlib.sha256(token.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_apitoken")
        assert token.removeprefix("relais_") not in str(cursor.fetchall())
    assert token.startswith("relais_" + kept.prefix)


def test_a_token_speaks_for_its_user_and_for_nobody_once_it_ended(people: People) -> None:
    token = issue_token(people.driver, "van 2", actor=people.driver)
    assert user_of_token(token) == people.driver
    done(_get(token))  # type: ignore[arg-type]
    ApiToken.objects.update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    refused(_get(token), 401, "not_signed_in")  # type: ignore[arg-type]


def test_whoever_left_takes_their_tokens_along(people: People) -> None:
    token = issue_token(people.driver, "van 2", actor=people.driver)
    people.driver.is_active = False
    people.driver.save()
    refused(_get(token), 401, "not_signed_in")  # type: ignore[arg-type]


@pytest.mark.parametrize("token", ["", "relais_", "relais_" + "x" * 43, "é" * 20, "x" * 5000])
def test_what_is_no_token_opens_nothing(token: str, people: People) -> None:
    refused(_get(token.encode().decode("latin-1")), 401, "not_signed_in")  # type: ignore[arg-type]


def test_nobody_makes_a_token_for_another_but_the_administrator(people: People) -> None:
    with pytest.raises(NotAllowed):
        issue_token(people.driver, "mine now", actor=people.technician)
    assert issue_token(people.driver, "van 2", actor=people.administrator)


def test_a_session_reads_and_writes_with_the_csrf_token_only(people: People) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.technician)
    assert browser.get("/api/devices").status_code == 200
    body = json.dumps({"count": 1})
    assert browser.post("/api/tags", body, content_type="application/json").status_code == 403
    browser.cookies["csrftoken"] = "a" * 32
    headers = {"X-CSRFToken": "a" * 32}
    assert browser.post("/api/tags", body, content_type="application/json", headers=headers).status_code == 201


def test_a_token_needs_no_csrf_token(people: People) -> None:
    program = Program(people.technician)
    program.client = Client(enforce_csrf_checks=True)
    done(program.post("/tags", {"count": 1}), 201)


def test_a_use_is_noted_at_most_once_a_minute(people: People) -> None:
    program = Program(people.driver)
    done(program.get("/locations"))
    first = ApiToken.objects.get().last_used_at
    done(program.get("/locations"))
    assert first is not None
    assert ApiToken.objects.get().last_used_at == first
