"""The inventory of subsidies: who received what, by law with names, frozen year by year, without an account."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from decimal import Decimal

import openpyxl
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.handover.commands import take_back
from inventory.handover.models import Agreement
from inventory.handover.replacing import replace_device
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.open_data.commands import freeze_statement
from inventory.reports.open_data.models import Statement, StatementFile
from inventory.reports.open_data.queries import shown, taken
from inventory.reports.open_data.subsidies import SUBSIDIES
from tests import journeys
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db
LAST = timezone.localdate().year - 1
NAMES = [field.name for field in SUBSIDIES.fields]


def given(category: str = "desktop") -> Agreement:
    """A device handed over last summer."""
    moment = timezone.make_aware(dt.datetime.combine(dt.date(LAST, 7, 1), dt.time(10)))
    with clock_at(moment):
        device = journeys.make(Status.HANDED_OVER, category)
    return device.agreement_items.get().agreement


def row(year: int = LAST, place: int = 0) -> dict[str, object]:
    return dict(zip(NAMES, SUBSIDIES.rows(year)[place], strict=True))


def test_each_gift_stands_with_name_object_number_decision_and_value_where_known(people: People) -> None:
    agreement = given()
    known = row()
    assert known["beneficiary"] == agreement.association.name
    assert (known["object"], known["devices"], known["value_method"]) == ("desktop", 1, "market")
    assert known["decision"] == agreement.items.get().reservation.decision.number
    cents = agreement.items.get().valuation.cents
    assert known["value_eur"] == Decimal(cents) / 100 > 0
    agreement.items.update(valuation=None)
    assert (row()["value_eur"], row()["value_method"]) == (None, "")
    assert SUBSIDIES.rows(LAST - 1) == []
    assert all(check.fits for check in SUBSIDIES.checks(LAST, SUBSIDIES.rows(LAST)))


@pytest.mark.parametrize("later", [dt.date(LAST, 9, 1), dt.date(LAST + 1, 1, 8)])
def test_an_exchange_is_no_gift_more_not_even_across_new_year(people: People, later: dt.date) -> None:
    agreement = given()
    device = agreement.items.get().device
    with clock_at(timezone.make_aware(dt.datetime.combine(later, dt.time(10)))):
        other = journeys.make(Status.READY)
        made = replace_device(device.tag, actor=people.warehouse_keeper, replacement=other.tag, location="W1")
    assert [(row()["devices"], row()["taken_back"])] == [(1, 0)]
    assert row()["value_eur"] == Decimal(made.valuation.cents) / 100
    assert SUBSIDIES.rows(LAST + 1) == []
    for year in (LAST, LAST + 1):
        assert all(check.fits for check in SUBSIDIES.checks(year, SUBSIDIES.rows(year)))


def test_a_de_facto_association_stands_by_its_name_and_nothing_of_its_people(people: People) -> None:
    from inventory.associations.register import add_contact

    agreement = given()
    add_contact(agreement.association.code, actor=people.counter_clerk, name="Odile Confidente", function="trésorière")
    for language, form in (("", "csv"), ("fr", "csv"), ("nl", "csv")):
        text = taken("subsidies", LAST, language, form).data.decode()
        assert agreement.association.name in text
        assert "Odile" not in text
        assert "présidence" not in text


def test_what_comes_back_stays_in_the_inventory_and_is_told(people: People) -> None:
    agreement = given()
    device = agreement.items.get().device
    take_back(device.tag, actor=people.warehouse_keeper, reason="no_longer_needed", location="W1")
    assert (row()["devices"], row()["taken_back"]) == (1, 1)


def test_a_frozen_year_keeps_its_bytes_and_is_corrected_only_by_a_new_version(people: People) -> None:
    given()
    officer = people.programme_officer
    first = freeze_statement("subsidies", LAST, actor=officer)
    before = {
        (one.language, one.form): taken("subsidies", LAST, one.language, one.form).data for one in first.files.all()
    }
    assert len(before) == 5
    assert first.sha256 == hashlib.sha256(before["", "csv"]).hexdigest()
    assert Entry.objects.filter(event="statement.freeze", body__contains=first.sha256).exists()
    with pytest.raises(BadInput):
        freeze_statement("subsidies", LAST, actor=officer)
    with pytest.raises(Conflict):
        freeze_statement("subsidies", LAST, actor=officer, reason="mistake")
    given()
    for (language, form), data in before.items():
        assert taken("subsidies", LAST, language, form).data == data
    second = freeze_statement("subsidies", LAST, actor=officer, reason="entered_late")
    assert (second.version, second.sha256 == first.sha256) == (2, False)
    assert second.row_count == first.row_count + 1
    for (language, form), data in before.items():
        assert taken("subsidies", LAST, language, form, version=1).data == data
    assert shown("subsidies", LAST).rows == SUBSIDIES.rows(LAST)
    with pytest.raises(NotFound):
        shown("subsidies", LAST, version=3)


def test_the_database_changes_and_removes_no_statement(people: People) -> None:
    given()
    freeze_statement("subsidies", LAST, actor=people.programme_officer)
    for model in (Statement, StatementFile):
        for act in (lambda rows: rows.update(id=991), lambda rows: rows.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act(model.objects.all())


def test_a_year_that_is_not_over_and_a_stranger_freeze_nothing(people: People) -> None:
    given()
    with pytest.raises(RuleBroken):
        freeze_statement("subsidies", LAST + 1, actor=people.programme_officer)
    with pytest.raises(NotAllowed):
        freeze_statement("subsidies", LAST, actor=people.auditor)
    with pytest.raises(NotFound):
        freeze_statement("unknown", LAST, actor=people.programme_officer)


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_anybody_reads_the_inventory_in_their_language_as_page_csv_and_workbook(people: People, language: str) -> None:
    agreement = given()
    visitor = Client(headers={"accept-language": language})
    page = words(visitor.get(reverse("public_table", args=["subsidies", LAST])))
    assert agreement.association.name in page
    title = {"fr": "Bénéficiaire", "nl": "Begunstigde"}[language]
    assert title in page
    address = f"/public/data/subsidies/{LAST}-{language}"
    answer = visitor.get(f"{address}.csv")
    told = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert told[0][title] == agreement.association.name
    sheet = openpyxl.load_workbook(io.BytesIO(visitor.get(f"{address}.xlsx").content)).worksheets[0]
    heads, first = ([cell.value for cell in line] for line in sheet.iter_rows(min_row=1, max_row=2))
    assert first[heads.index(title)] == agreement.association.name


def test_a_file_has_its_fingerprint_as_etag_and_is_not_sent_twice(people: People) -> None:
    given()
    visitor = Client()
    address = f"/public/data/subsidies/{LAST}.csv"
    whole = visitor.get(address)
    assert whole.headers["ETag"] == f'"{hashlib.sha256(whole.content).hexdigest()}"'
    again = visitor.get(address, headers={"if-none-match": whole.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for nowhere in ("subsidies/1991.csv", "nothing/2020.csv", f"subsidies/{LAST}/v9.csv", "subsidies/1990/"):
        assert visitor.get(f"/public/data/{nowhere}").status_code == 404


def test_officers_freeze_on_a_page_that_others_only_read(people: People, desk) -> None:
    given()
    officer, keeper = desk("programme_officer"), desk("warehouse_keeper")
    statements = reverse("statements")
    assert "Nothing is frozen yet" in words(officer.get(statements))
    assert officer.post(statements, {"dataset": "subsidies", "year": LAST}).status_code == 302
    assert keeper.post(statements, {"dataset": "subsidies", "year": LAST}).status_code == 403
    assert Statement.objects.count() == 1
    page = words(Client(headers={"accept-language": "en"}).get(reverse("public_table", args=["subsidies", LAST])))
    assert "These files never change" in page
