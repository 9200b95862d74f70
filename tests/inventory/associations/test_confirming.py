"""A number that passes its check is looked up in the Crossroads Bank by a person; what is not active gets nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from inventory.associations.bank_models import BankCheck
from inventory.associations.confirming import confirm_number, confirmation_of, is_stale, to_look_up
from inventory.associations.filing_models import Filing
from inventory.associations.filings import keep_paper, lodge
from inventory.associations.models import Association
from inventory.associations.queries import is_eligible
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.models import Entry
from tests import journeys
from tests.inventory.pages.seen import words
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(people: People) -> Association:
    return journeys.association(legal_form="asbl_vzw", enterprise_number="0403.019.261")


def _looked(body: Association, people: People, standing: str = "active", **more: Any) -> BankCheck:
    facts = {"checked_on": timezone.localdate(), "standing": standing, "reference": "Extrait 2026-114", **more}
    return confirm_number(body.code, actor=people.counter_clerk, **facts)


def test_a_look_up_has_its_day_person_reference_and_extract(body: Association, people: People) -> None:
    assert is_stale(confirmation_of(body))
    made = _looked(body, people, evidence=(b"%PDF-1.7 extract", "extrait.pdf"))
    assert confirmation_of(body) == made
    assert (made.checked_by, made.enterprise_number) == (people.counter_clerk, "0403019261")
    entry = Entry.objects.get(event="association.confirm")
    assert made.evidence is not None
    assert made.evidence.sha256 in entry.body
    assert "Extrait" not in entry.body
    _looked(body, people, checked_on=timezone.localdate() - dt.timedelta(days=400))
    assert confirmation_of(body) == made
    assert is_stale(BankCheck(checked_on=timezone.localdate() - dt.timedelta(days=366)))


def test_numbers_to_be_looked_up_stand_in_a_list_oldest_first(
    body: Association, desk, people: People, django_assert_max_num_queries
) -> None:
    today, clerk = timezone.localdate(), desk("counter_clerk")
    others = [
        journeys.association(name=name, legal_form="asbl_vzw", enterprise_number=number)
        for name, number in (("Xylo", "0202.239.951"), ("Zython", "0203.201.340"), ("Quartz", "0214.596.464"))
    ]
    journeys.association(name="De fait")
    for one, days in zip(others, (500, 400, 10), strict=True):
        _looked(one, people, checked_on=today - dt.timedelta(days=days))
    assert [one.pk for one in to_look_up(people.counter_clerk)] == [body.pk, others[0].pk, others[1].pk]
    assert [one.pk for one in to_look_up(people.counter_clerk, "Zython")] == [others[1].pk]
    address = reverse("associations")
    assert "To be looked up (3)" in words(clerk.get(address))
    page = clerk.get(address, {"due": "bank"})
    assert reverse("association_confirm", args=[others[0].code]) in page.content.decode()
    # A look at the number before its correction says nothing of the new one.
    Association.objects.filter(pk=others[2].pk).update(enterprise_number="0206731645")
    assert others[2] in to_look_up(people.counter_clerk)
    with django_assert_max_num_queries(60) as many:
        clerk.get(address, {"due": "bank"})
    for one in (body, others[0], others[1]):
        _looked(one, people)
    with django_assert_max_num_queries(60) as few:
        clerk.get(address, {"due": "bank"})
    assert len(many.captured_queries) == len(few.captured_queries)
    others[2].refresh_from_db()
    _looked(others[2], people)
    assert "Nothing to be looked up" in words(clerk.get(address, {"due": "bank"}))


@pytest.mark.parametrize("standing", ["stopped", "struck_off", "bankrupt"])
def test_what_is_not_active_receives_nothing_until_it_is_again(
    standing: str, body: Association, people: People
) -> None:
    asked = journeys.request(body)
    _looked(body, people, standing)
    body.refresh_from_db()
    assert not is_eligible(body)
    with pytest.raises(RuleBroken):
        journeys.award(asked)
    _looked(body, people)
    body.refresh_from_db()
    assert is_eligible(body)
    assert journeys.award(asked).outcome == "award"


def test_a_look_up_says_where_it_stands_and_is_never_changed(body: Association, people: People) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    for wrong in ({"reference": " "}, {"standing": "fine"}, {"checked_on": tomorrow}):
        with pytest.raises(BadInput):
            _looked(body, people, **wrong)
    with pytest.raises(RuleBroken):
        _looked(journeys.association(), people)
    with pytest.raises(NotAllowed):
        confirm_number(
            body.code, actor=people.auditor, checked_on=tomorrow, standing="active", reference="Extrait 2026-114"
        )
    made = _looked(body, people)
    with pytest.raises(DatabaseError), transaction.atomic():
        BankCheck.objects.filter(pk=made.pk).update(standing="bankrupt")
    with pytest.raises(DatabaseError), transaction.atomic():
        BankCheck.objects.filter(pk=made.pk).delete()


def test_it_is_written_down_by_its_page(desk: Any, body: Association) -> None:
    window = desk("counter_clerk")
    address = reverse("association_confirm", args=[body.code])
    assert "Not looked up yet" in words(window.get(reverse("association", args=[body.code])))
    assert window.post(address, {"standing": "active"}).status_code == 422
    scan = SimpleUploadedFile("extrait.pdf", b"%PDF-1.7")
    facts = {"standing": "bankrupt", "checked_on": timezone.localdate().isoformat(), "reference": "BCE 2026-1"}
    assert window.post(address, {**facts, "evidence": scan}).status_code == 302
    page = words(window.get(reverse("association", args=[body.code])))
    assert "No longer active at the Crossroads Bank" in page
    assert "extract kept" in page


def test_the_scan_of_a_filing_is_kept_once_after_it_was_typed_in(people: People) -> None:
    filed = lodge(journeys.request().reference, "withdraw", actor=people.counter_clerk, channel="post", answers={})
    assert keep_paper(filed.number, (b"%PDF-1.7", "scan.pdf"), actor=people.counter_clerk).paper is not None
    with pytest.raises(Conflict):
        keep_paper(filed.number, (b"%PDF-1.7", "scan.pdf"), actor=people.counter_clerk)
    with pytest.raises(NotFound):
        keep_paper("F-2000-00001", (b"%PDF-1.7", "scan.pdf"), actor=people.counter_clerk)
    with pytest.raises(NotAllowed):
        keep_paper(filed.number, (b"%PDF-1.7", "scan.pdf"), actor=people.association_member)
    assert Filing.objects.get(number=filed.number).paper_id
