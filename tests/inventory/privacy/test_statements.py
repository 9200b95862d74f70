"""The accessibility statement is young, whole and found from everywhere; the notice says what we keep and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from inventory.errors import BadFile
from inventory.privacy.statements import SHIPPED, accessibility_statement, months_old
from tests.api.programs import Program, done
from tests.inventory.pages.seen import words
from tests.people import People


def test_the_statement_is_younger_than_twelve_months() -> None:
    assert months_old(accessibility_statement(), timezone.localdate()) < 12, "Examine the pages again, then date it."


def test_months_are_counted_whole() -> None:
    statement = accessibility_statement()
    day = statement.audited_on
    assert months_old(statement, day) == 0
    assert months_old(statement, day.replace(year=day.year + 1)) == 12
    assert months_old(statement, day.replace(year=day.year + 1, day=day.day - 1)) == 11


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_it_names_three_contacts_with_everything(language: str) -> None:
    with translation.override(language):
        contacts = accessibility_statement().contacts
    assert len(contacts) == 3
    for one in contacts:
        assert all((one.name, one.site, one.email, one.phone, one.address))


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('status = "partial"', 'status = "perfect"', "perfect"),
        ("[contacts.ombudsman]", "[contacts.friend]", "ombudsman"),
    ],
)
def test_a_file_that_leaves_something_out_is_refused(
    settings: Any, tmp_path: Path, before: str, after: str, why: str
) -> None:
    own = tmp_path / "statement.toml"
    own.write_text(SHIPPED.read_text().replace(before, after))
    settings.RELAIS_STATEMENT = str(own)
    with pytest.raises(BadFile, match=why):
        accessibility_statement()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "word"), [("fr", "Déclaration d’accessibilité"), ("nl", "Toegankelijkheidsverklaring")]
)
def test_anybody_reads_it_and_finds_it_at_the_foot_of_every_page(language: str, word: str) -> None:
    visitor = Client(headers={"accept-language": language})
    page = visitor.get("/public/accessibility/")
    assert page.status_code == 200
    assert word in words(page)
    assert "02 549 67 00" in words(page)
    for address in ("/accounts/login/", "/t/ABC/", "/keys/", "/public/privacy/"):
        html = visitor.get(address).content.decode()
        assert 'href="/public/accessibility/"' in html
        assert 'href="/public/privacy/"' in html


@pytest.mark.django_db
def test_the_notice_says_what_is_kept_why_and_what_one_may_ask(desk: Any) -> None:
    page = words(Client(headers={"accept-language": "en"}).get("/public/privacy/"))
    assert "Contact persons of associations" in page
    assert "1 year after it was last used, then destroyed" in page
    assert "Who did what" not in page
    assert "Data Protection Authority" in page
    assert 'href="/public/privacy/"' in desk("technician").get("/").content.decode()


@pytest.mark.django_db
def test_a_program_reads_them_too(people: People) -> None:
    asker = Program(people.technician)
    assert len(done(asker.get("/accessibility"))["contacts"]) == 3
    told = {one["code"] for one in done(asker.get("/privacy/notice"))["processings"]}
    assert told == {"contacts", "requests", "signatories", "rights", "visits"}
