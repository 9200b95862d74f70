"""The agreement's words: drafted, compared, checked, put in force by somebody else, and never changed again."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from inventory.documents.commands import read_file
from inventory.errors import BadFile, BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.handover import drafting, proofreading, wording
from inventory.handover.commands import prepare_agreement
from inventory.handover.models import Agreement
from inventory.handover.wording_models import AgreementWording
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests import journeys
from tests.inventory.pages.seen import words as seen
from tests.people import People

FREE = ("Gratuité", "Le don est gratuit, et le reste."), ("Kosteloosheid", "De schenking is en blijft kosteloos.")
SIGNS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\x7f"), max_size=200)


def _written(version: str, people: People, number: int = 4, both: Any = FREE) -> AgreementWording:
    drafting.draft_wording(version, actor=people.programme_officer)
    words = {"fr": both[0], "nl": both[1]}
    return drafting.word_clause(version, number, actor=people.programme_officer, words=words)


@pytest.mark.django_db
def test_the_words_that_come_with_relais_have_no_fault() -> None:
    text = wording.text_on(timezone.localdate())
    assert proofreading.faults(text) == []
    assert len(proofreading.SUBJECTS) == wording.CLAUSES


@pytest.mark.django_db
def test_a_new_version_holds_from_its_day_and_what_was_signed_keeps_its_words(people: People) -> None:
    device = journeys.make(Status.HANDED_OVER)
    signed = Agreement.objects.get(items__device=device)
    today = timezone.localdate()
    _written("2027-1", people)
    drafting.adopt_wording("2027-1", actor=people.approver, valid_from=today + dt.timedelta(days=10))
    assert wording.text_on(today).version == "2026-3"
    assert wording.text_on(today + dt.timedelta(days=10)).version == "2027-1"
    _written("2027-0", people)
    drafting.adopt_wording("2027-0", actor=people.administrator, valid_from=today)
    kept = journeys.make(Status.RESERVED)
    body = kept.reservations.get().line.request.association
    made = prepare_agreement(body.code, [kept.tag], actor=people.warehouse_keeper)
    assert made.template_version == "2027-0"
    assert made.template is not None
    assert "Le don est gratuit, et le reste." in read_file(made.template).decode()
    signed.refresh_from_db()
    assert signed.template_version == "2026-3"
    with pytest.raises(DatabaseError), transaction.atomic():
        Agreement.objects.filter(pk=signed.pk).update(template_version="2027-0")


@pytest.mark.django_db
def test_the_database_itself_keeps_what_was_put_in_force(people: People) -> None:
    row = _written("2027-1", people)
    drafting.adopt_wording("2027-1", actor=people.approver, valid_from=timezone.localdate())
    mine = AgreementWording.objects.filter(pk=row.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        mine.update(source="version = 'x'")
    with pytest.raises(DatabaseError), transaction.atomic():
        mine.delete()
    for act in (
        lambda: drafting.drop_wording("2027-1", actor=people.administrator),
        lambda: drafting.word_clause("2027-1", 4, actor=people.administrator, words={"fr": FREE[0], "nl": FREE[1]}),
        lambda: drafting.draft_wording("2027-1", actor=people.administrator),
        lambda: drafting.draft_wording("2026-3", actor=people.administrator),
    ):
        with pytest.raises(Conflict):
            act()


@pytest.mark.django_db
def test_two_people_put_a_text_in_force(people: People) -> None:
    drafting.draft_wording("2027-1", actor=people.administrator)
    with pytest.raises(RuleBroken):
        drafting.adopt_wording("2027-1", actor=people.administrator, valid_from=timezone.localdate())
    with pytest.raises(DatabaseError), transaction.atomic():
        AgreementWording.objects.filter(version="2027-1").update(
            adopted_by=people.administrator.pk, adopted_at=timezone.now(), valid_from=timezone.localdate()
        )
    with pytest.raises(NotAllowed):
        drafting.adopt_wording("2027-1", actor=people.programme_officer, valid_from=timezone.localdate())
    with pytest.raises(NotAllowed):
        drafting.draft_wording("2027-2", actor=people.approver)
    with pytest.raises(NotAllowed):
        drafting.versions(people.association_member)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "both", "said"),
    [
        (4, (("Gratuité", "Le don est gratuit."), ("", "")), "Clause 4 (Free of charge) is missing in Dutch."),
        (7, (("Usage", "En Belgique, {lieu}."), FREE[1]), "Clause 7 in French: nothing is known as {lieu}."),
        (7, (("Usage", "En Belgique, {count."), FREE[1]), "Clause 7 in French has a brace that stands alone."),
        (8, (("État", "Dans les jours qui suivent."), FREE[1]), "Clause 8 in French does not use {exchange_days}."),
    ],
)
def test_a_clause_that_is_not_whole_keeps_the_text_from_being_put_in_force(
    number: int, both: Any, said: str, people: People
) -> None:
    _written("2027-1", people, number, both)
    found = drafting.version_named("2027-1", people.approver)
    assert said in proofreading.faults(found.text)
    with pytest.raises(RuleBroken):
        drafting.adopt_wording("2027-1", actor=people.approver, valid_from=timezone.localdate())


@pytest.mark.django_db
def test_a_day_that_is_past_or_taken_is_refused(people: People) -> None:
    today = timezone.localdate()
    _written("2027-1", people)
    with pytest.raises(BadInput):
        drafting.adopt_wording("2027-1", actor=people.approver, valid_from=today - dt.timedelta(days=1))
    drafting.adopt_wording("2027-1", actor=people.approver, valid_from=today)
    _written("2027-2", people)
    with pytest.raises(Conflict):
        drafting.adopt_wording("2027-2", actor=people.approver, valid_from=today)


@pytest.mark.django_db
def test_a_file_that_lawyers_wrote_is_brought_in_or_refused(people: People) -> None:
    source = wording.text_on(timezone.localdate()).source
    made = drafting.draft_wording("city-1", actor=people.administrator, source=source)
    read = wording.read_text(made.source.encode(), "kept")
    assert (read.version, read.clauses) == ("city-1", wording.read_text(source, "ours").clauses)
    for wrong in (
        b"\xff\xfe",
        b"version = 1",
        source[: source.rindex(b"[[clause]]")],
        source.replace(b"= 30", b"= []"),
    ):
        with pytest.raises((BadFile, BadInput)):
            drafting.draft_wording("city-2", actor=people.administrator, source=wrong)
    with pytest.raises(BadInput):
        drafting.draft_wording("no/slash", actor=people.administrator)


@pytest.mark.django_db
def test_the_ledger_says_who_wrote_what_without_the_words(people: People) -> None:
    _written("2027-1", people)
    drafting.adopt_wording("2027-1", actor=people.approver, valid_from=timezone.localdate())
    entries = list(Entry.objects.filter(subject_kind="wording").order_by("subject_seq"))
    assert [one.event for one in entries] == ["wording.draft", "wording.write", "wording.adopt"]
    assert "gratuit" not in "".join(one.body for one in entries)
    assert drafting.version_named("2027-1", people.auditor).text.sha256 in entries[2].body


@given(title=SIGNS, said=SIGNS)
def test_whatever_lawyers_write_is_read_back_the_same(title: str, said: str) -> None:
    text = wording.read_text((wording._HERE / "agreement-2026-3.toml").read_bytes(), "ours")
    rows = [(title, said), *text.clauses["fr"][1:]]
    again = wording.read_text(wording.written(replace(text, clauses={**text.clauses, "fr": rows})), "again")
    assert again.clauses["fr"] == rows


@pytest.mark.django_db
def test_a_draft_is_written_compared_and_put_in_force_by_its_pages(desk: Any, people: People) -> None:
    writer = desk("programme_officer")
    assert writer.post(reverse("wordings"), {"version": "2027-1"}).status_code == 302
    address = reverse("wording_clause", args=["2027-1", 4])
    assert "Le don est gratuit" in writer.get(address).content.decode()
    facts = {"fr_title": "Gratuité", "fr_text": "Le don est gratuit.", "nl_title": "Kosteloosheid", "nl_text": ""}
    assert writer.post(address, facts).status_code == 422
    facts["nl_text"] = "De schenking is kosteloos."
    assert writer.post(address, facts).status_code == 302
    page = writer.get(reverse("wording", args=["2027-1"]))
    assert "1 clause differs from 2026-3" in seen(page)
    assert "<del>" in page.content.decode()
    assert "You wrote it" in seen(page)
    terms = reverse("wording_terms", args=["2027-1"])
    known = {one.name: one.value() for one in writer.get(terms).context["form"]}
    assert writer.post(terms, known | {"exchange_days": 45}).status_code == 302
    judge = desk("approver")
    day = timezone.localdate().isoformat()
    assert judge.post(reverse("wording_adopt", args=["2027-1"]), {"valid_from": ""}).status_code == 422
    assert judge.post(reverse("wording_adopt", args=["2027-1"]), {"valid_from": day}).status_code == 302
    assert wording.text_on(timezone.localdate()).exchange_days == 45
    assert writer.get(reverse("wording_specimen", args=["2027-1", "nl"])).content.startswith(b"%PDF")
    assert writer.get(address).status_code == 404
    with pytest.raises(NotFound):
        drafting.version_named("2027-9", people.approver)
