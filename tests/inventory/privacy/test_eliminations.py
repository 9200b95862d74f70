"""Archives go only by a list that the State Archivist authorised; what was sampled, held or used again stays."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.allocation.models import Decision
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.filings import lodge
from inventory.associations.letters import mark_sent, write_letter
from inventory.documents.models import StoredFile
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.models import Entry, PrivatePayload
from inventory.lifecycle import Actor
from inventory.privacy.dossiers import dossiers
from inventory.privacy.elimination_models import EliminatedFile, EliminationLine, EliminationList
from inventory.privacy.eliminations import (
    carry_out,
    draw_up,
    hold_record,
    lift_hold,
    record_authorisation,
    remove_destroyed_files,
    withdraw_list,
)
from inventory.reports.completeness import CHECKS
from inventory.reports.period import scope_of
from inventory.reports.verification import verify_ledger
from tests import journeys
from tests.inventory.privacy.archives import REFERENCE, authorised, old, there
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("archivist")]


def on_disk() -> list[Path]:
    """What lies in the store of files."""
    return [path for path in Path(django_settings.RELAIS_FILES).rglob("*") if path.is_file()]


def outcomes(made: EliminationList) -> dict[str, str]:
    """What became of each record."""
    return dict(EliminationLine.objects.filter(list=made).values_list("key", "outcome"))


def test_what_is_due_stands_on_a_list_with_its_rule_and_nothing_is_gone(people: People) -> None:
    asked = old(3)
    journeys.award(journeys.request())
    made = draw_up("requests", actor=people.data_protection_officer)
    assert (made.number, made.state, made.size) == (f"E-{timezone.localdate().year}-00001", "drawn_up", 3)
    assert set(outcomes(made)) == {one.reference for one in asked}
    assert (made.rule["table"], made.rule["years"], made.rule["fate"]) == (REFERENCE, 10, "sample")
    assert made.last_on < made.closed_before
    # The request itself, one filing, one decision, and three letters about them.
    assert {line.papers for line in made.lines.all()} == {6}
    assert made.papers == 18
    assert made.lines.filter(kept=True).count() == 1
    assert all(map(there, asked))
    assert Entry.objects.get(event="elimination.draw_up").subject_key == made.number


def test_the_sample_can_be_drawn_again_by_hand(people: People) -> None:
    old(12)
    made = draw_up("requests", actor=people.data_protection_officer)
    lines = "".join(f"{one.kind}\t{one.key}\t{one.first_on}\t{one.last_on}\t{one.papers}\n" for one in made.lines.all())
    seed = hashlib.sha256(lines.encode()).hexdigest()
    assert seed == made.lines_sha256
    ranks = {
        one.key: hashlib.sha256(f"{made.number}\n{seed}\n{one.key}\n".encode()).hexdigest() for one in made.lines.all()
    }
    assert set(made.lines.filter(kept=True).values_list("key", flat=True)) == set(sorted(ranks, key=ranks.get)[:2])  # type: ignore[arg-type]


def test_with_the_number_another_person_destroys_what_is_listed_and_only_that(people: People, deputy: Actor) -> None:
    asked, recent = old(11), journeys.request()
    made = authorised(people)
    before = len(on_disk())
    done = carry_out(made.number, actor=deputy)
    kept = [one for one in asked if there(one)]
    assert len(kept) == 2
    assert there(recent)
    assert sorted(outcomes(done).values()) == ["destroyed"] * 9 + ["kept"] * 2
    gone = [one.pk for one in asked if one not in kept]
    assert set(Decision.objects.filter(request__in=gone).values_list("reasons", flat=True)) == {"[…]"}
    assert not Filing.objects.filter(request__in=gone).exclude(answers={}).exists()
    assert not Filing.objects.filter(request__in=gone, paper__isnull=False).exists()
    assert {one.content["title"] for one in Letter.objects.filter(request__in=gone)} == {"[…]"}
    assert sum("Odile" in one.payload for one in PrivatePayload.objects.all()) == len(kept)
    assert EliminatedFile.objects.count() == 9
    assert remove_destroyed_files(actor=deputy) == 9
    assert before - len(on_disk()) == 9
    report = Entry.objects.get(event="elimination.carry_out")
    assert '"destroyed":9' in report.body
    assert Entry.objects.filter(event="request.destroy").count() == 9
    assert verify_ledger().fault is None


def test_nothing_breaks_on_what_was_destroyed(people: People, deputy: Actor) -> None:
    asked = old(2)
    carry_out(authorised(people).number, actor=deputy)
    then = timezone.localdate(asked[0].recorded_at)
    for scope in (scope_of(then, then, "fr"), scope_of(timezone.localdate(), timezone.localdate(), "fr")):
        for code, check in CHECKS.items():
            assert code == "late" or not [one for one in check.find(scope) if one.thing == "number"], code


def test_a_record_is_on_one_open_list_and_free_again_when_that_is_withdrawn(people: People) -> None:
    old(2)
    officer = people.data_protection_officer
    first = draw_up("requests", actor=officer)
    with pytest.raises(RuleBroken, match="nothing would stand"):
        draw_up("requests", actor=officer)
    with pytest.raises(BadInput):
        withdraw_list(first.number, actor=officer, why="whim")
    assert withdraw_list(first.number, actor=officer, why="later").state == "withdrawn"
    second = draw_up("requests", actor=officer)
    assert second.size == 2
    with pytest.raises(Conflict, match="withdrawn"):
        record_authorisation(first.number, actor=officer, authorisation="AGR 1", on=timezone.localdate())


def test_what_was_kept_is_never_listed_again(people: People, deputy: Actor) -> None:
    old(2)
    carry_out(authorised(people).number, actor=deputy)
    with pytest.raises(RuleBroken):
        draw_up("requests", actor=people.data_protection_officer)


def test_nothing_is_filed_about_a_destroyed_request(people: People, deputy: Actor) -> None:
    old(2)
    made = carry_out(authorised(people).number, actor=deputy)
    gone = made.lines.get(outcome="destroyed").key
    with pytest.raises(Conflict, match="was destroyed by an elimination list"):
        lodge(gone, "follow", actor=people.counter_clerk, channel="counter", answers={})


def test_carried_out_twice_and_nothing_more_happens(people: People, deputy: Actor) -> None:
    old(2)
    made = authorised(people)
    carry_out(made.number, actor=deputy)
    entries = Entry.objects.count()
    with pytest.raises(Conflict, match="nothing more happens"):
        carry_out(made.number, actor=deputy)
    with pytest.raises(Conflict):
        withdraw_list(made.number, actor=deputy, why="later")
    assert Entry.objects.count() == entries


def test_without_a_number_or_by_the_same_person_nothing_is_carried_out(people: People, deputy: Actor) -> None:
    (asked,) = old()
    made = draw_up("requests", actor=people.data_protection_officer)
    with pytest.raises(Conflict, match="waits for its authorisation"):
        carry_out(made.number, actor=deputy)
    today = timezone.localdate()
    record_authorisation(made.number, actor=deputy, authorisation="AGR 7", on=today)
    with pytest.raises(NotAllowed, match="Another person"):
        carry_out(made.number, actor=people.data_protection_officer)
    assert there(asked)


@pytest.mark.parametrize(("number", "days"), [("", 0), ("   ", 0), ("AGR 1", 1), ("AGR 1", -1), ("*", 0)])
def test_an_authorisation_without_number_or_of_a_wrong_day_is_refused(people: People, number: str, days: int) -> None:
    old()
    officer = people.data_protection_officer
    made = draw_up("requests", actor=officer)
    with pytest.raises(BadInput):
        record_authorisation(
            made.number, actor=officer, authorisation=number, on=timezone.localdate() + dt.timedelta(days=days)
        )


def test_only_the_data_protection_officer_deals_with_lists(people: People) -> None:
    old()
    made = authorised(people)
    for other in (people.auditor, people.administrator, people.approver, people.counter_clerk):
        for act in (
            lambda: draw_up("requests", actor=other),  # noqa: B023
            lambda: carry_out(made.number, actor=other),  # noqa: B023
            lambda: withdraw_list(made.number, actor=other, why="later"),  # noqa: B023
            lambda: hold_record("request", "R", actor=other, why="claim"),  # noqa: B023
        ):
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.parametrize("record_class", ["agreements", "ledger", "contacts"])
def test_what_is_kept_for_good_or_no_archive_is_on_no_list(people: People, record_class: str) -> None:
    with pytest.raises(RuleBroken):
        draw_up(record_class, actor=people.data_protection_officer)
    with pytest.raises(NotFound):
        draw_up("nothing", actor=people.data_protection_officer)


def test_a_class_that_relais_cannot_destroy_is_refused_with_a_way_out(people: People, archivist: Path) -> None:
    archivist.write_text(archivist.read_text().replace('fate = "keep"', 'fate = "destroy"'))
    for record_class in ("agreements", "ledger"):
        with pytest.raises(RuleBroken, match="Ask the archivist"):
            draw_up(record_class, actor=people.data_protection_officer)


def test_without_the_reference_of_a_sorting_table_nobody_draws_up_a_list(people: People, settings: Any) -> None:
    old()
    settings.RELAIS_RETENTION = ""
    with pytest.raises(RuleBroken, match="no reference yet"):
        draw_up("requests", actor=people.data_protection_officer)


def test_what_is_destroyed_whole_has_no_sample(people: People, deputy: Actor, archivist: Path) -> None:
    archivist.write_text(archivist.read_text().replace('fate = "sample"', 'fate = "destroy"'))
    asked = old(2)
    carry_out(authorised(people).number, actor=deputy)
    assert not any(map(there, asked))


def test_a_rule_that_changed_since_stops_the_list(people: People, deputy: Actor, archivist: Path) -> None:
    (asked,) = old()
    made = authorised(people)
    archivist.write_text(archivist.read_text().replace("years = 10", "years = 20"))
    with pytest.raises(RuleBroken, match="has changed"):
        carry_out(made.number, actor=deputy)
    assert there(asked)


def test_what_is_open_reserved_or_complained_about_is_not_due(people: People) -> None:
    refused, complained, waiting = old(3)
    with clock_at(timezone.now() - dt.timedelta(days=11 * 366)):
        journeys.request()
        journeys.award(journeys.request())
        clerk = people.counter_clerk
        lodge(complained.reference, "complain", actor=clerk, channel="post", answers={"words": "Pourquoi rien ?"})
        lodge(waiting.reference, "follow", actor=clerk, channel="post", answers={})
        about = Letter.objects.filter(request=complained, sent_at__isnull=True).values_list("number", flat=True)
        mark_sent(list(about), actor=clerk)
    made = draw_up("requests", actor=people.data_protection_officer)
    assert set(outcomes(made)) == {refused.reference}
    found = dossiers("request", [complained.reference, waiting.reference])
    assert {one.why for one in found.values()} == {"complaint", "letter"}


def test_what_is_held_or_used_again_is_left_out_and_named(people: People, deputy: Actor, archivist: Path) -> None:
    archivist.write_text(archivist.read_text().replace('fate = "sample"', 'fate = "destroy"'))
    held, used, plain = old(3)
    made = authorised(people)
    hold_record("request", held.reference.lower(), actor=deputy, why="claim")
    lodge(used.reference, "follow", actor=people.counter_clerk, channel="counter", answers={})
    carry_out(made.number, actor=deputy)
    assert [there(one) for one in (held, used, plain)] == [True, True, False]
    said = dict(made.lines.values_list("key", "left_out"))
    assert said == {held.reference: "claim", used.reference: "letter", plain.reference: ""}
    with pytest.raises(RuleBroken):
        draw_up("requests", actor=people.data_protection_officer)
    lift_hold("request", held.reference, actor=deputy)
    assert set(outcomes(draw_up("requests", actor=people.data_protection_officer))) == {held.reference}


def test_a_record_is_held_once_and_released_once(people: People) -> None:
    (asked,) = old()
    officer = people.data_protection_officer
    with pytest.raises(NotFound):
        hold_record("request", "R-1999-00001", actor=officer, why="claim")
    with pytest.raises(BadInput):
        hold_record("request", asked.reference, actor=officer, why="")
    hold_record("request", asked.reference, actor=officer, why="audit")
    with pytest.raises(Conflict):
        hold_record("request", asked.reference, actor=officer, why="claim")
    lift_hold("request", asked.reference, actor=officer)
    with pytest.raises(NotFound):
        lift_hold("request", asked.reference, actor=officer)


def test_a_letter_without_a_request_is_a_record_of_its_own(people: People, deputy: Actor, archivist: Path) -> None:
    archivist.write_text(archivist.read_text().replace('fate = "sample"', 'fate = "destroy"'))
    with clock_at(timezone.now() - dt.timedelta(days=11 * 366)):
        clerk = people.counter_clerk
        letter = write_letter(
            journeys.association(), actor=clerk, kind="eligibility", title="Votre association", paragraphs=["Oui."]
        )
        mark_sent([letter.number], actor=clerk)
    made = carry_out(authorised(people).number, actor=deputy)
    assert outcomes(made) == {letter.number: "destroyed"}
    letter.refresh_from_db()
    assert letter.content["destroyed"] == made.number


def test_a_file_that_something_kept_refers_to_stays(people: People, deputy: Actor, archivist: Path) -> None:
    archivist.write_text(archivist.read_text().replace('fate = "sample"', 'fate = "destroy"'))
    (asked,) = old()
    paper = Filing.objects.get(request=asked).paper
    assert paper is not None
    recent = journeys.request()
    same = (f"%PDF-1.4 {asked.reference}".encode(), "lettre.pdf")
    lodge(recent.reference, "follow", actor=people.counter_clerk, channel="post", answers={}, paper=same)
    carry_out(authorised(people).number, actor=deputy)
    assert not there(asked)
    assert StoredFile.objects.filter(pk=paper.pk).exists()
