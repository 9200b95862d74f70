"""What is refused without a reason that holds weighs half a device in one round; the second time closes the line."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from inventory.allocation import certify_round
from inventory.allocation.commands import open_round, reserve
from inventory.allocation.complaints import answer_complaint
from inventory.allocation.continuing import continuation, give_up
from inventory.allocation.explanations import explained
from inventory.allocation.models import Decision, Round
from inventory.allocation.outcomes import paper_of
from inventory.allocation.queries import lines_to_reserve
from inventory.allocation.refusal_models import Refusal
from inventory.allocation.refusing import closed_positions
from inventory.allocation.sharing import draw_pool, freeze_pool
from inventory.associations.filing_models import Letter
from inventory.associations.filings import lodge
from inventory.associations.models import Request
from inventory.associations.register import declare_cluster
from inventory.devices.models import Device
from inventory.errors import BadInput, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests.inventory.allocation.test_deciding import body, decided, drawn
from tests.inventory.allocation.test_sharing import NUMBERS, asked
from tests.inventory.pages.seen import words
from tests.people import People

__all__ = ["drawn"]
pytestmark = pytest.mark.django_db

Drawn = tuple[Round, dict[str, Request]]
WHY = "Les appareils avaient moins de mémoire que ce qui était demandé."


def refuse(people: People, request: Request, count: int, reason: str = "refused") -> Decision:
    seen = continuation(request.reference, 1, count, actor=people.approver, reason=reason).fingerprint
    return give_up(request.reference, 1, count, actor=people.approver, reason=reason, seen=seen)[0]


def weighed(people: People, number: str) -> dict[str, int]:
    """By association: devices that count as refused in a round that is frozen now."""
    open_round(
        number,
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=2),
        grace_days=0,
    )
    frozen = freeze_pool(number, "computers", actor=people.programme_officer)
    return {one["id"]: one["refused"] for one in json.loads(paper_of(frozen, "inputs")[0])["associations"]}


def test_it_weighs_in_the_next_round_and_in_no_other(people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    decided(people)
    large = wanted["large"].association
    made = refuse(people, wanted["large"], 2)
    assert (made.refusal.units, made.refusal.closes) == (2, False)
    assert "half toestel" in made.reasons
    assert '"refused":2' in Entry.objects.get(event="decision.decide", subject_key=made.number).body
    again, other = asked(people, large, 5, 600), asked(people, body(people, "Autre"), 5, 600)
    assert weighed(people, "2026-10") == {
        large.code: 2, other.association.code: 0, wanted["lot"].association.code: 0,
    }  # fmt: skip
    frozen = draw_pool("2026-10", "computers", NUMBERS, actor=people.programme_officer)
    files = [json.loads(paper_of(frozen, what)[0]) for what in ("round", "result")]
    assert certify_round.check(*files) == []
    with translation.override("en"):
        told = explained(again, what_if=False)[0]
    assert told.refused == 2
    page = words_of(told.sentences)
    assert "half a device for each of 2" in page
    decided(people, "2026-10")
    asked(people, large, 5, 600)
    assert weighed(people, "2026-11")[large.code] == 0


def words_of(sentences: list[str]) -> str:
    return " ".join(sentences)


def test_a_good_reason_weighs_nothing(people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    decided(people)
    for reason in ("unfit", "no_show"):
        refuse(people, wanted["large"], 1, reason)
    assert not Refusal.objects.exists()
    asked(people, wanted["large"].association, 5, 600)
    assert set(weighed(people, "2026-10").values()) == {0}


def test_a_cluster_refuses_as_one(people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    decided(people)
    sister = body(people, "Sœur")
    refuse(people, wanted["large"], 1)
    codes = [wanted["large"].association.code, sister.code]
    made = declare_cluster(codes, actor=people.programme_officer, kind="persons", reason="Les mêmes personnes.")
    asked(people, sister, 2, 10)
    assert weighed(people, "2026-10")[made.code] == 1


def test_the_second_time_closes_the_line_and_a_new_request_is_open(desk, people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    large = wanted["large"]
    decided(people)
    refuse(people, large, 1)
    address = reverse("request_give_up", args=[large.reference, 1])
    assert "The line is closed" in words(desk("approver").get(address, {"count": 1, "reason": "refused"}))
    assert "The line is closed" not in words(desk("approver").get(address, {"count": 1, "reason": "unfit"}))
    seen = continuation(large.reference, 1, 1, actor=people.approver, reason="refused")
    assert (seen.given_up, seen.refused, seen.closes) == (2, 1, True)
    made = refuse(people, large, 1)
    assert (made.outcome, made.refusal.units, made.refusal.closes) == ("refuse", 1, True)
    letter = Letter.objects.filter(request=large, kind="decision").order_by("-id")[0]
    assert "tweede keer" in letter.content["paragraphs"][-2]
    assert closed_positions(large) == {1}
    page = words(desk("programme_officer").get(reverse("request", args=[large.reference])))
    assert "Refused twice without a reason that holds" in page
    tag = Device.objects.filter(status=Status.READY).values_list("tag", flat=True)[0]
    with pytest.raises(RuleBroken, match="is closed"):
        reserve([tag], actor=people.programme_officer, reference=large.reference, position=1)
    assert not lines_to_reserve(people.programme_officer).filter(line__request=large).exists()
    assert asked(people, large.association, 1, 600).state == "received"


def test_what_is_kept_for_a_closed_line_stays_kept(people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    large = wanted["large"]
    decided(people)
    tag = Device.objects.filter(status=Status.READY).values_list("tag", flat=True)[0]
    reserve([tag], actor=people.programme_officer, reference=large.reference, position=1)
    refuse(people, large, 1)
    assert refuse(people, large, 1).lines.get().granted == 1


def test_a_complaint_that_finds_a_good_reason_undoes_it(desk, people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    large = wanted["large"]
    decided(people)
    said = {"words": "De toestellen hadden te weinig geheugen."}
    how = {"actor": people.counter_clerk, "channel": "telephone", "answers": said}
    first = lodge(large.reference, "complain", **how)  # type: ignore[arg-type]
    officer, given = people.programme_officer, {"outcome": "upheld", "words": WHY, "excuses": True}
    with pytest.raises(BadInput, match="No refused devices"):
        answer_complaint(first.number, actor=officer, **given)  # type: ignore[arg-type]
    window, here = desk("programme_officer"), reverse("complaint", args=[first.number])
    assert "good reason to refuse" not in words(window.get(here))
    refuse(people, large, 1)
    refuse(people, large, 1)
    assert "good reason to refuse" in words(window.get(here))
    with pytest.raises(BadInput, match="not right"):
        answer_complaint(first.number, actor=officer, outcome="rejected", words=WHY, excuses=True)
    assert window.post(here, {**given, "excuses": "on"}).status_code == 302
    assert "tellen niet meer" in words_of(Letter.objects.get(kind="complaint_answer").content["paragraphs"])
    assert closed_positions(large) == set()
    asked(people, large.association, 5, 600)
    assert weighed(people, "2026-10")[large.association.code] == 0


def test_it_is_told_before_anybody_refuses(people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    decided(people)
    told = {
        name: Letter.objects.get(request=one, kind="decision").content["decision"]["refusing"]
        for name, one in wanted.items()
    }
    assert "half toestel" in told["large"]
    assert "demi-appareil" in told["small"]
    assert told["lot"] == ""


def test_the_database_closes_no_line_at_once_and_keeps_what_was_written(people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    decided(people)
    made = refuse(people, wanted["large"], 1)
    other = Decision.objects.filter(request=wanted["small"])[0]
    facts = {"units": 1, "recorded_by": people.approver, "recorded_at": timezone.now(), "decision": other}
    with pytest.raises(IntegrityError, match="second time"), transaction.atomic():
        Refusal.objects.create(line=wanted["small"].lines.get(), closes=True, **facts)
    for change in (lambda: Refusal.objects.update(units=2), lambda: made.refusal.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
