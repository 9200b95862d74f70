"""Reads of shared-out pools: what was frozen, what came of it, and the sentence for each line, from a closed list."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from inventory.allocation.ladder.certifying import SCRIPT
from inventory.allocation.ladder.explaining import Reason
from inventory.allocation.ladder.keys import SCALE
from inventory.allocation.models import Round
from inventory.allocation.pools import POOLS
from inventory.allocation.queries import names_of_associations
from inventory.allocation.round_models import FrozenPool, Pin, PointsPolicy, RoundDecision
from inventory.associations.models import Association, Request
from inventory.associations.queries import interests_of
from inventory.devices.gatekeepers import require, require_one
from inventory.documents.commands import read_file
from inventory.errors import NotFound
from inventory.lifecycle import Actor, Word


@dataclass(frozen=True, slots=True)
class PoolState:
    """One pool of a round for its page: not frozen yet, frozen, or shared out."""

    pool: str
    label: Any
    frozen: FrozenPool | None
    result: dict[str, Any] | None
    # Association, points, asked and awarded, those with most awarded first.
    shares: list[dict[str, Any]]
    # Departures from the rule that stand.
    pins: int = 0


def pool_states(found: Round, actor: Actor) -> list[PoolState]:
    """Every pool of a round in the order of `POOLS`. Refuses NotAllowed."""
    require(actor, Word.READ_REQUESTS)
    frozen = {one.pool: one for one in frozen_pools(found)}
    hidden = hidden_from(actor)
    pinned = Counter(Pin.objects.filter(round=found, withdrawn_at__isnull=True).values_list("pool", flat=True))
    return [replace(_state(pool, frozen.get(pool), hidden), pins=pinned[pool]) for pool in POOLS]


def hidden_from(actor: Actor) -> set[str]:
    """Codes under which associations share in whose file this person declared an interest."""
    mine = Association.objects.filter(pk__in=interests_of(actor)).select_related("cluster")
    return {body.shares_as for body in mine}


def frozen_pools(found: Round) -> QuerySet[FrozenPool]:
    """The pools of a round that were frozen."""
    frozen = FrozenPool.objects.filter(round=found).order_by("pool")
    return frozen.select_related("policy", "inputs", "round_file", "result", "round")


def frozen_pool(number: str, pool: str, actor: Actor) -> FrozenPool:
    """One frozen pool. Refuses: NotAllowed; NotFound."""
    require(actor, Word.READ_REQUESTS)
    found = FrozenPool.objects.filter(round__number=number, pool=pool)
    frozen = found.select_related("policy", "inputs", "round_file", "result", "round").first()
    if frozen is None:
        raise NotFound(_("This pool of round %(number)s was not frozen."), number=number, pool=pool)
    return frozen


def decision_of(found: Round) -> RoundDecision | None:
    """The organ's decision on a round, None before."""
    return RoundDecision.objects.filter(round=found).first()


def paper_of(frozen: FrozenPool, what: str) -> tuple[bytes, str]:
    """The `inputs`, the `round` file, its `result` or the `certificate` script: bytes and a name. Refuses NotFound."""
    if what == "certificate":
        return SCRIPT.read_bytes(), SCRIPT.name
    stored = {"inputs": frozen.inputs, "round": frozen.round_file, "result": frozen.result}.get(what)
    if stored is None:
        raise NotFound(_("There is no such file yet: the numbers have to be drawn first."))
    return read_file(stored), f"{frozen.round.number}-{frozen.pool}-{what}.json"


def policies(actor: Actor) -> QuerySet[PointsPolicy]:
    """The points policies, newest first. Refuses NotAllowed."""
    require_one(actor, Word.READ_REQUESTS, Word.POLICY)
    return PointsPolicy.objects.order_by("-valid_from")


def proposals(request: Request) -> dict[int, dict[str, Any]]:
    """By position of a request's lines: what the latest round proposes (`got`, `asked`), and the sentence why."""
    told: dict[int, dict[str, Any]] = {}
    ids = {f"{request.reference}/{line.position}": line for line in request.lines.all()}
    for frozen in (
        FrozenPool.objects.filter(result__isnull=False).order_by("drawn_at").select_related("result", "round")
    ):
        for one in _read(frozen)["lines"]:
            line = ids.get(one["line"])
            if line is not None:
                said = {"got": one["got"], "asked": one["asked"], "round": frozen.round.number}
                told[line.position] = {**said, "why": sentence(one)}
    return told


def sentence(one: dict[str, Any]) -> str:
    """Why a line of a result got what it got, in the reader's language."""
    reason = Reason(one["reason"])
    if reason is Reason.MET:
        return _("All that was asked for is proposed.")
    if reason is Reason.CAP:
        return _("A decision with its own reasons limits what is proposed in this round.")
    if reason is Reason.NONE_COMPATIBLE:
        return _("No device of this round fits what this line asks for.")
    if reason is Reason.LOT_INCOMPLETE:
        return _("At its turn too few were left, and fewer are of no use: nothing is proposed, its place is kept.")
    following, last = one.get("next_turn"), one.get("cut_off")
    if following is None or last is None:
        return _("The devices that fit went to earlier turns.")
    return _("Its next turn was number %(next)s; the last device that fits went out at number %(last)s.") % {
        "next": _turn(following),
        "last": _turn(last),
    }


def _turn(number: int) -> str:
    return formats.number_format(number / SCALE, 3)


def _read(frozen: FrozenPool) -> dict[str, Any]:
    assert frozen.result is not None  # asked only of pools that were drawn  # noqa: S101
    found: dict[str, Any] = json.loads(read_file(frozen.result))
    return found


def _state(pool: str, frozen: FrozenPool | None, hidden: set[str]) -> PoolState:
    label = POOLS[pool][0]
    if frozen is None or frozen.result is None:
        return PoolState(pool, label, frozen, None, [])
    result, made = _read(frozen), json.loads(read_file(frozen.round_file))  # type: ignore[arg-type]  # drawn: it is there
    asked: dict[str, int] = {}
    for line in made["lines"]:
        asked[line["association"]] = asked.get(line["association"], 0) + line["quantity"]
    names = names_of_associations(asked)
    for cluster, name in Association.objects.filter(cluster__code__in=asked).values_list("cluster__code", "name"):
        names[cluster] = f"{names[cluster]}, {name}" if cluster in names else name
    people = {one["id"]: one for one in made["associations"]}
    shares = [
        {
            "code": one["association"],
            "name": names.get(one["association"], one["association"]),
            "points": people[one["association"]]["points"],
            "history": people[one["association"]]["history"],
            "refused": people[one["association"]].get("refused", 0),
            "asked": asked.get(one["association"], 0),
            "awarded": one["units"],
        }
        for one in result["counts"]
        if one["association"] not in hidden
    ]
    shares.sort(key=lambda one: (-one["awarded"], one["name"]))
    return PoolState(pool, label, frozen, result, shares)
