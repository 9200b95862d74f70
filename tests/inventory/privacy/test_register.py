"""No personal field is undeclared, and the register of processing says what the fields say."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models
from django.urls import reverse
from django.utils import translation

from inventory.errors import BadFile, BadInput, NotAllowed
from inventory.privacy import fields
from inventory.privacy.processings import PROCESSINGS
from inventory.privacy.register import register_of_processing, register_pdf
from inventory.privacy.retention import SHIPPED, read_rules, rules
from tests.documents import needs_poppler, text_of
from tests.inventory.pages.seen import words
from tests.people import People


def test_no_declaration_outlives_its_field() -> None:
    assert fields.stale() == []


@pytest.mark.parametrize(
    ("field", "must"),
    [
        (models.TextField(name="anything"), True),
        (models.JSONField(name="anything"), True),
        (models.EmailField(name="anything"), True),
        (models.CharField(name="home_phone", max_length=12), True),
        (models.CharField(name="note", max_length=20), True),
        (models.CharField(name="signature", max_length=20), True),
        (models.CharField(name="anything", max_length=200), True),
        (models.GenericIPAddressField(name="ip"), True),
        (models.CharField(name="state", max_length=20), False),
        (models.IntegerField(name="number"), False),
    ],
)
def test_a_new_field_that_speaks_of_people_must_be_declared(field: Any, must: bool) -> None:
    assert fields.could_be_personal(field) is must


def test_a_field_taken_out_of_the_lists_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fields.PERSONAL, "inventory.Contact", {"name": "contacts"})
    assert fields.undeclared() == ["inventory.Contact.function", "inventory.Contact.email", "inventory.Contact.mobile"]


def test_every_processing_has_fields_and_a_term() -> None:
    for code, one in PROCESSINGS.items():
        assert fields.held_for(code), code
        assert one.retention in rules(), code


@pytest.mark.parametrize(
    ("before", "after", "line", "why"),
    [
        ("years = 10", "years = 0", 26, "a whole number from 1 to 1000"),
        ('fate = "sample"', 'fate = "burn"', 28, "choose one of: keep, sample, destroy"),
        ("[requests]", "[demandes]", 21, "no such class"),
        ("archival = true", 'archival = "yes"', 29, "true or false"),
        ('table = "à compléter / in te vullen"', 'table = ""', 25, "sorting table"),
        ('nl = "Aanvragen', "nl = Aanvragen", 23, "not TOML"),
        ('trigger = "closed"\nfate = "sample"', 'fate = "sample"', 21, "choose one of: created"),
        ("years = 10", "years = 10\ndays = 3", 21, "either years or days"),
    ],
)
def test_a_wrong_retention_file_is_refused_with_its_line(before: str, after: str, line: int, why: str) -> None:
    text = SHIPPED.read_text()
    assert before in text
    with pytest.raises(BadFile, match=f"line {line}: .*{why}"):
        read_rules(text.replace(before, after, 1))


def test_a_class_that_was_left_out_is_named() -> None:
    with pytest.raises(BadFile, match="missing: privacy"):
        read_rules(SHIPPED.read_text().partition("[privacy]")[0])


def test_the_archivists_own_file_is_followed(settings: Any, tmp_path: Path) -> None:
    own = tmp_path / "retention.toml"
    own.write_text(SHIPPED.read_text().replace("days = 90", "days = 45"))
    settings.RELAIS_RETENTION = str(own)
    assert rules()["pickups"].days == 45
    assert rules()["pickups"].term == "45 days after the file was closed, then destroyed"
    settings.RELAIS_RETENTION = str(tmp_path / "absent.toml")
    with pytest.raises(BadFile, match=r"cannot be read: absent\.toml"):
        rules()


@pytest.mark.django_db
def test_the_register_is_for_the_officer_and_the_auditor(people: People, desk: Any) -> None:
    for colleague in (people.counter_clerk, people.administrator, people.technician):
        with pytest.raises(NotAllowed):
            register_of_processing(colleague)
    assert register_of_processing(people.auditor) == register_of_processing(people.data_protection_officer)
    page = words(desk("data_protection_officer").get(reverse("processing_register")))
    assert "inventory.Contact: name, function, email, mobile" in page
    assert "10 years after the file was closed" in page
    assert desk("counter_clerk").get(reverse("processing_register")).status_code == 403


@needs_poppler
@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("fr", "Base juridique"), ("nl", "Rechtsgrond")])
def test_the_register_is_a_paper_in_both_languages(language: str, word: str, desk: Any) -> None:
    answer = desk("auditor").get(reverse("processing_register_paper", args=[language]))
    text = text_of(answer.content)
    assert word in text
    assert "inventory.Contact" in text


def test_there_is_no_paper_in_another_language() -> None:
    with pytest.raises(BadInput):
        register_pdf("en")


def test_it_is_printed_from_the_command_line(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("ropa", stdout=out)
    assert {one["code"] for one in json.loads(out.getvalue())["processings"]} == set(PROCESSINGS)
    call_command("ropa", str(tmp_path / "r.pdf"), "--lang", "nl")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    call_command("ropa", str(tmp_path / "r.json"))
    with translation.override("fr"):
        name = str(PROCESSINGS["contacts"].name)
    assert json.loads((tmp_path / "r.json").read_text())["processings"][0]["name"] == name
