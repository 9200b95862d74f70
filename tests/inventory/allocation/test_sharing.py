"""A round in the service: frozen after closing, drawn from public numbers, certified, proposed line by line."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.allocation import certify_round
from inventory.allocation.commands import open_round
from inventory.allocation.models import Round
from inventory.allocation.outcomes import frozen_pool, paper_of, proposals
from inventory.allocation.points import adopt_points
from inventory.allocation.pools import POOLS, points
from inventory.allocation.round_models import FrozenPool, PointsPolicy
from inventory.allocation.sharing import draw_pool, freeze_pool
from inventory.associations.commands import Wish, decide_eligibility, enter_request, register_association
from inventory.associations.models import Association, Request
from inventory.devices.categories import CATEGORIES
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests.inventory.pages.seen import words
from tests.journeys import make
from tests.people import People

pytestmark = pytest.mark.django_db

NUMBERS = [("drand 4200000", "8f3a"), ("Lotto 2026-11-28", "3 9 14 22 31 40")]


def association(people: People, name: str, *, eligible: bool = True) -> Association:
    made = register_association(actor=people.counter_clerk, name=name, legal_form="de_facto", official_language="fr")
    decide_eligibility(made.code, actor=people.programme_officer, eligible=eligible, reasons="Un but social clair.")
    return made


def asked(
    people: People, body: Association, quantity: int, served: int, channel: str = "counter", **wish: object
) -> Request:
    return enter_request(
        association=body.code,
        actor=people.counter_clerk,
        channel=channel,
        purpose="Un atelier hebdomadaire.",
        people_served=served,
        wishes=[Wish(category="desktop", quantity=quantity, **wish)],
        received_at=timezone.now() - dt.timedelta(days=2),
    )


@pytest.fixture
def closed(people: People) -> Round:
    now = timezone.now()
    return open_round(
        "2026-9",
        actor=people.programme_officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=now - dt.timedelta(minutes=5),
        grace_days=0,
    )


def test_every_kind_of_device_is_in_one_pool() -> None:
    kinds = [kind for _label, kinds in POOLS.values() for kind in kinds]
    assert sorted(kinds) == sorted(CATEGORIES)


def test_the_stock_is_shared_by_points_and_every_line_is_told_why(people: People, closed: Round) -> None:
    for _ in range(4):
        make(Status.READY)
    small, large, refused = (
        association(people, "Petite"),
        association(people, "Grande"),
        association(people, "Non", eligible=False),
    )
    little = asked(people, small, 5, 10)
    much = asked(people, large, 5, 600, channel="post")
    asked(people, refused, 5, 900)
    lot = asked(people, association(people, "Classe"), 12, 10, all_or_nothing=True)
    frozen = freeze_pool(closed.number, "computers", actor=people.programme_officer)
    inputs = json.loads(paper_of(frozen, "inputs")[0])
    assert {one["id"]: one["points"] for one in inputs["associations"]} == {
        small.code: 4, large.code: 12, lot.association.code: 4,
    }  # fmt: skip
    for private in ("Petite", "Grande", "counter", "post", "channel"):
        assert private not in json.dumps(inputs)
    drawn = draw_pool(closed.number, "computers", NUMBERS, actor=people.programme_officer)
    result = json.loads(paper_of(drawn, "result")[0])
    counts = {one["association"]: one["units"] for one in result["counts"]}
    assert (counts[small.code], counts[large.code], counts[lot.association.code]) == (1, 3, 0)
    assert certify_round.check(json.loads(paper_of(drawn, "round")[0]), result) == []
    assert proposals(much)[1]["got"] == 3
    assert "went out at number" in proposals(little)[1]["why"]
    assert "its place is kept" in proposals(lot)[1]["why"]
    assert drawn.commitment in Entry.objects.get(event="round.freeze").body
    assert drawn.result is not None
    assert drawn.result.sha256 in Entry.objects.get(event="round.draw").body


def test_the_channel_changes_neither_fingerprint_nor_result(people: People, closed: Round) -> None:
    make(Status.READY)
    body = association(people, "Une")
    request = asked(people, body, 2, 10, channel="post")
    seen = set()
    for channel in ("post", "online", "telephone", "counter"):
        Request.objects.filter(pk=request.pk).update(channel=channel)
        with transaction.atomic():
            seen.add(freeze_pool(closed.number, "computers", actor=people.programme_officer).commitment)
            transaction.set_rollback(True)
    assert len(seen) == 1


def test_nothing_is_frozen_before_the_closing_or_twice_and_nothing_is_drawn_twice(
    people: People, closed: Round
) -> None:
    officer = people.programme_officer
    soon = open_round(
        "2026-10",
        actor=officer,
        opens_on=timezone.localdate(),
        closes_at=timezone.now() + dt.timedelta(days=2),
        grace_days=0,
    )
    with pytest.raises(Conflict, match="still open"):
        freeze_pool(soon.number, "computers", actor=officer)
    with pytest.raises(RuleBroken, match="nothing to share"):
        freeze_pool(closed.number, "computers", actor=officer)
    make(Status.READY)
    asked(people, association(people, "Une"), 2, 10)
    with pytest.raises(NotFound, match="Freeze this pool first"):
        draw_pool(closed.number, "computers", NUMBERS, actor=officer)
    freeze_pool(closed.number, "computers", actor=officer)
    with pytest.raises(Conflict, match="frozen already"):
        freeze_pool(closed.number, "computers", actor=officer)
    for wrong in ([], NUMBERS[:1], [NUMBERS[0], NUMBERS[0]], [("", "1"), ("b", "2")]):
        with pytest.raises(BadInput, match="two public sources"):
            draw_pool(closed.number, "computers", wrong, actor=officer)
    draw_pool(closed.number, "computers", NUMBERS, actor=officer)
    with pytest.raises(Conflict, match="made once"):
        draw_pool(closed.number, "computers", NUMBERS, actor=officer)
    with pytest.raises(BadInput):
        freeze_pool(closed.number, "spaceships", actor=officer)
    for nobody in (people.auditor, people.counter_clerk, people.association_member, people.approver):
        with pytest.raises(NotAllowed):
            freeze_pool(closed.number, "screens", actor=nobody)


def test_the_database_keeps_what_was_frozen_and_drawn(people: People, closed: Round) -> None:
    make(Status.READY)
    asked(people, association(people, "Une"), 2, 10)
    freeze_pool(closed.number, "computers", actor=people.programme_officer)
    one = FrozenPool.objects.filter(pool="computers")
    attempts = [
        lambda: one.update(commitment="0" * 64),
        lambda: one.delete(),
        lambda: PointsPolicy.objects.all().delete(),
    ]
    for attempt in (*attempts, lambda: PointsPolicy.objects.update(floor=9)):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    draw_pool(closed.number, "computers", NUMBERS, actor=people.programme_officer)
    with pytest.raises(IntegrityError, match="drawn once"), transaction.atomic():
        one.update(numbers=[["a", "1"], ["b", "2"]])


def test_who_waited_and_who_received_stands_in_the_next_round(people: People, closed: Round) -> None:
    make(Status.READY)
    lucky, waiting = association(people, "Grande"), association(people, "Petite")
    asked(people, lucky, 1, 600)
    asked(people, waiting, 1, 1)
    freeze_pool(closed.number, "computers", actor=people.programme_officer)
    draw_pool(closed.number, "computers", NUMBERS, actor=people.programme_officer)
    make(Status.READY)
    with clock_at(timezone.now() + dt.timedelta(days=30)):
        number = open_round(
            "2026-10",
            actor=people.programme_officer,
            opens_on=timezone.localdate() - dt.timedelta(days=9),
            closes_at=timezone.now() - dt.timedelta(minutes=1),
            grace_days=0,
        ).number
        frozen = freeze_pool(number, "computers", actor=people.programme_officer)
    told = {one["id"]: one["waited"] for one in json.loads(paper_of(frozen, "inputs")[0])["associations"]}
    assert told == {lucky.code: 0, waiting.code: 1}


def test_points_are_adopted_before_a_round_opens_and_never_changed(people: People) -> None:
    approver = people.approver
    bands = [(25, 3), (100, 6), (None, 9)]
    today = timezone.localdate()
    made = adopt_points("2026-2", actor=approver, valid_from=today, bands=bands, reference="CC-2026-12")
    assert [points(made, served) for served in (None, 0, 25, 26, 100, 101)] == [3, 3, 3, 6, 6, 9]
    facts = {"valid_from": today + dt.timedelta(days=1), "reference": "CC-2026-13"}
    for wrong in (
        [],
        [(25, 3)],
        [(None, 3), (25, 4)],
        [(50, 3), (25, 4), (None, 5)],
        [(25, 5), (None, 4)],
        [(None, 0)],
    ):
        with pytest.raises(BadInput, match="bands rise"):
            adopt_points("2026-3", actor=approver, bands=wrong, **facts)
    with pytest.raises(Conflict):
        adopt_points("2026-2", actor=approver, bands=bands, **facts)
    with pytest.raises(BadInput, match="today or a later day"):
        adopt_points(
            "2026-3", actor=approver, bands=bands, valid_from=today - dt.timedelta(days=1), reference="CC-2026-13"
        )
    with pytest.raises(BadInput, match="decision that adopts it"):
        adopt_points("2026-3", actor=approver, bands=bands, valid_from=today, reference=" ")
    open_round(
        "R-1",
        actor=people.programme_officer,
        opens_on=today,
        closes_at=timezone.now() + dt.timedelta(days=9),
        grace_days=0,
    )
    with pytest.raises(RuleBroken, match="fixed before it opened"):
        adopt_points("2026-3", actor=approver, bands=bands, **facts)
    with pytest.raises(NotAllowed):
        adopt_points("2026-3", actor=people.programme_officer, bands=bands, **facts)


def test_points_are_adopted_on_their_page_and_rounds_that_opened_before_keep_theirs(desk, people: People) -> None:
    assert "comes with Relais" in words(desk("auditor").get(reverse("points")))
    window, tomorrow = desk("approver"), timezone.localdate() + dt.timedelta(days=1)
    shown = window.get(reverse("points_new"))
    assert 'name="most_4" value="500"' in shown.content.decode()
    facts = {"version": "2027-1", "valid_from": tomorrow, "reference": "CC-2026-40", "delta": "1/2", "floor": 1}
    facts |= {"second_signature_above": 3, "most_1": 50, "worth_1": 2, "beyond": 5}
    torn = window.post(reverse("points_new"), {**facts, "most_2": 90})
    assert torn.status_code == 422
    assert "Fill in both, or neither." in words(torn)
    assert window.post(reverse("points_new"), facts).status_code == 302
    made = PointsPolicy.objects.get(version="2027-1")
    assert (made.bands, made.delta, made.second_signature_above) == ([[50, 2], [None, 5]], "1/2", 3)
    page = words(desk("auditor").get(reverse("points")))
    assert "51 and more" in page
    assert "to come" in page
    for role in ("auditor", "programme_officer", "counter_clerk", "association_member"):
        assert desk(role).post(reverse("points_new"), facts).status_code == 403
    opens = dt.date(2026, 1, 1)
    open_round("R-2", actor=people.programme_officer, opens_on=opens, closes_at=timezone.now(), grace_days=0)
    make(Status.READY)
    asked(people, association(people, "Une"), 2, 10)
    Request.objects.update(received_at=timezone.now() - dt.timedelta(days=3))
    Round.objects.update(closes_at=timezone.now() - dt.timedelta(minutes=1))
    frozen = freeze_pool("R-2", "computers", actor=people.programme_officer)
    assert frozen.policy.version == "2026-0"


def test_an_officer_shares_a_pool_out_by_its_pages(desk, people: People, closed: Round) -> None:
    make(Status.READY)
    request = asked(people, association(people, "Une maison"), 3, 10)
    window = desk("programme_officer")
    own = reverse("round", args=[closed.number])
    assert "Freeze" in words(window.get(own))
    freeze = reverse("round_freeze", args=[closed.number, "computers"])
    assert window.post(freeze).status_code == 302
    assert desk("auditor").post(freeze).status_code == 403
    page = words(window.get(own))
    assert frozen_pool(closed.number, "computers", people.auditor).commitment in page
    draw = reverse("round_draw", args=[closed.number, "computers"])
    assert window.post(draw, {"first_source": "drand 1", "first_value": "2"}).status_code == 422
    fields = {"first_source": "drand 1", "first_value": "2", "second_source": "Lotto", "second_value": "3 4"}
    assert window.post(draw, fields).status_code == 302
    page = words(desk("auditor").get(own))
    assert "1 of 1 shared out; 3 were asked for" in page
    assert "Une maison" in page
    for what in ("round", "result", "certificate", "inputs"):
        answer = desk("auditor").get(reverse("round_file", args=[closed.number, "computers", what]))
        assert answer.status_code == 200
    decide = words(desk("approver").get(reverse("request_decide", args=[request.reference])))
    assert "The round proposes" in decide
    assert "went out at number" in decide
    assert desk("association_member").get(own).status_code == 403
