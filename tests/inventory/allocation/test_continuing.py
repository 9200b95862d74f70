"""What one association does not take goes to whom the same round, with the same draw, puts next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from inventory.allocation.commands import reserve
from inventory.allocation.continuing import Next, continuation, give_up
from inventory.allocation.models import Decision, Round
from inventory.associations.interests import declare_interest
from inventory.associations.models import Request
from inventory.devices.models import Device
from inventory.errors import BadInput, Conflict, NotAllowed, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests.inventory.allocation.test_deciding import decided, drawn
from tests.people import People

__all__ = ["drawn"]
pytestmark = pytest.mark.django_db

Drawn = tuple[Round, dict[str, Request]]


def granted(request: Request) -> int:
    latest = Decision.objects.filter(request=request).order_by("-id")[0]
    return sum(latest.lines.values_list("granted", flat=True))


def test_a_device_that_is_not_taken_goes_to_whom_the_round_puts_next(people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    decided(people)
    seen = continuation(wanted["large"].reference, 1, 2, actor=people.approver)
    assert seen.followers == (Next(wanted["small"].reference, 1, 2),)
    made = give_up(wanted["large"].reference, 1, 2, actor=people.approver, reason="no_show", seen=seen.fingerprint)
    assert {name: granted(one) for name, one in wanted.items()} == {"modest": 1, "large": 1, "small": 3, "lot": 0}
    assert [one.outcome for one in made] == ["partial", "partial"]
    assert "toestellen" in made[0].reasons
    assert "vous êtes" in made[1].reasons
    assert [entry.subject_key for entry in Entry.objects.filter(body__contains='"continues"')] == [
        one.number for one in made
    ]


def test_the_ladder_goes_on_until_nobody_wants_more(people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    decided(people)
    for count in (1, 2):
        seen = continuation(wanted["large"].reference, 1, count, actor=people.approver, reason="unfit")
        give_up(wanted["large"].reference, 1, count, actor=people.approver, reason="unfit", seen=seen.fingerprint)
    assert {name: granted(one) for name, one in wanted.items()} == {"modest": 1, "large": 0, "small": 4, "lot": 0}
    assert Decision.objects.filter(request=wanted["large"]).order_by("-id")[0].outcome == "refuse"
    # Who gave devices up is not offered them again.
    seen = continuation(wanted["small"].reference, 1, 4, actor=people.approver)
    assert [one for one in seen.followers if one.reference == wanted["large"].reference] == []
    assert seen.left == 4


def test_who_may_no_longer_receive_is_passed_over(people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    decided(people)
    wanted["small"].association.eligibilities.update(eligible=False)
    seen = continuation(wanted["large"].reference, 1, 2, actor=people.approver)
    assert (seen.followers, seen.left) == ((), 2)


def test_what_cannot_be_given_up_is_refused_and_nothing_changes(people: People, drawn: Drawn) -> None:
    _found, wanted = drawn
    reference = wanted["large"].reference
    decided(people)
    before = Decision.objects.count()
    tags = list(Device.objects.filter(status=Status.READY).values_list("tag", flat=True)[:3])
    reserve(tags, actor=people.programme_officer, reference=reference, position=1)
    with pytest.raises(Conflict, match="Release those"):
        continuation(reference, 1, 1, actor=people.approver)
    with pytest.raises(BadInput, match="between 1 and 3"):
        continuation(reference, 1, 4, actor=people.approver)
    with pytest.raises(NotAllowed):
        continuation(reference, 1, 1, actor=people.programme_officer)
    seen = continuation(wanted["small"].reference, 1, 1, actor=people.approver)
    with pytest.raises(Conflict, match="has changed"):
        give_up(wanted["small"].reference, 1, 1, actor=people.approver, reason="refused", seen=seen.fingerprint)
    with pytest.raises(Conflict, match="has changed"):
        give_up(wanted["small"].reference, 1, 1, actor=people.approver, reason="refused", seen="0" * 16)
    with pytest.raises(BadInput, match="why"):
        give_up(wanted["small"].reference, 1, 1, actor=people.approver, reason="", seen=seen.fingerprint)
    declare_interest(wanted["small"].association.code, actor=people.approver, kind="board")
    with pytest.raises(RuleBroken):
        continuation(wanted["small"].reference, 1, 1, actor=people.approver)
    assert Decision.objects.count() == before


def test_the_approver_sees_who_is_next_before_confirming(
    desk: Callable[[str], Client], people: People, drawn: Drawn
) -> None:
    _found, wanted = drawn
    decided(people)
    address = f"/requests/{wanted['large'].reference}/lines/1/give-up/"
    page = desk("approver").get(address, {"count": 2, "reason": "no_show"}).content.decode()
    assert "Petite" in page
    assert Decision.objects.filter(request=wanted["small"]).count() == 1
    seen = continuation(wanted["large"].reference, 1, 2, actor=people.approver).fingerprint
    answer = desk("approver").post(address, {"count": 2, "reason": "no_show", "seen": seen})
    assert answer.status_code == 302
    assert granted(wanted["small"]) == 3
    assert desk("technician").get(address).status_code == 403
