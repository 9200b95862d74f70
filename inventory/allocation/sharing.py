"""A round in the service: adopt a points policy, freeze a pool, draw its seed, and keep the certified result."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.allocation.ladder.certifying import certified
from inventory.allocation.ladder.files import canonical, commitment, read_round, seed_of
from inventory.allocation.ladder.results import decide, written
from inventory.allocation.models import Round
from inventory.allocation.pools import POOLS, inputs_of
from inventory.allocation.round_models import FrozenPool, PointsPolicy
from inventory.devices.gatekeepers import require
from inventory.documents.commands import read_file, store_file
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word

# Two sources, so that no single one can be suspected (allocation §2.5).
SOURCES = 2
# People reached a year and points: concave, so that exaggeration pays little (allocation §1).
FIRST_BANDS = [[25, 4], [75, 6], [200, 8], [500, 10], [None, 12]]


@transaction.atomic
def adopt_points(
    version: str,
    *,
    actor: Actor,
    valid_from: dt.date,
    bands: Sequence[tuple[int | None, int]],
    reference: str,
    floor: int = 1,
    delta: tuple[int, int] = (1, 2),
) -> PointsPolicy:
    """Adopt the points that hold from a day on, which has not come yet when a round is open.

    Refuses: NotAllowed; BadInput (bands that do not rise, no decision named); Conflict (version or day taken);
    RuleBroken (a round that is open would be decided by it).
    """
    require(actor, Word.POLICY)
    _rising(bands)
    if not reference.strip() or not version.strip():
        raise BadInput(_("Name the version and the decision that adopts it."), field="reference")
    if PointsPolicy.objects.filter(Q(version=version.strip()) | Q(valid_from=valid_from)).exists():
        raise Conflict(_("There is a points policy of that name or from that day already."), field="version")
    closing = Round.objects.filter(finished_at__isnull=True, opens_on__lte=timezone.localdate())
    if closing.filter(closes_at__date__gte=valid_from).exists():
        raise RuleBroken(_("A round is open: what it is decided by was fixed before it opened."))
    made = PointsPolicy(
        version=version.strip()[:20],
        valid_from=valid_from,
        bands=[list(band) for band in bands],
        delta_numerator=delta[0],
        delta_denominator=delta[1],
        floor=floor,
        reference=reference.strip()[:60],
        adopted_by_id=actor.pk,
        adopted_at=timezone.now(),
    )
    facts = {"valid_from": valid_from, "bands": made.bands, "delta": list(delta), "floor": floor}
    record(Deed("points.adopt", "points", made.version, 1, facts), actor=actor)
    made.save()
    return made


@transaction.atomic
def freeze_pool(number: str, pool: str, *, actor: Actor) -> FrozenPool:
    """Freeze what a pool of a closed round is decided on; the fingerprint goes into the ledger and is published.

    Refuses: NotAllowed; NotFound; BadInput (no such pool); Conflict (still open, frozen already); RuleBroken (nobody
    asks, or nothing is there).
    """
    require(actor, Word.ALLOCATE)
    if pool not in POOLS:
        raise BadInput(_("There is no such pool of devices."), field="pool")
    found = Round.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no round %(number)s."), number=number)
    if found.closes_at > timezone.now():
        raise Conflict(_("Round %(number)s is still open until its closing moment."), number=number)
    if FrozenPool.objects.filter(round=found, pool=pool).exists():
        raise Conflict(_("This pool is frozen already: what it is decided on cannot change any more."))
    policy = _policy_on(found.opens_on)
    made = inputs_of(found, pool, policy)
    if not made["lines"] or not made["groups"]:
        raise RuleBroken(_("There is nothing to share: nobody asks for devices of this pool, or none is ready."))
    parsed = read_round(orjson.dumps(made))
    frozen = FrozenPool(
        round=found,
        pool=pool,
        policy=policy,
        inputs=store_file(canonical(parsed), f"{number}-{pool}-inputs.json", actor=actor),
        commitment=commitment(parsed),
        frozen_at=timezone.now(),
        frozen_by_id=actor.pk,
    )
    _remember(found, "freeze", actor, {"pool": pool, "commitment": frozen.commitment, "policy": policy.version})
    frozen.save()
    return frozen


@transaction.atomic
def draw_pool(number: str, pool: str, numbers: Sequence[tuple[str, str]], *, actor: Actor) -> FrozenPool:
    """Enter the public numbers drawn after the freeze; the result follows from them, and is kept once certified.

    Refuses: NotAllowed; NotFound (not frozen); BadInput (fewer than two sources); Conflict (drawn already); RuleBroken
    (the certificate refuses the result).
    """
    require(actor, Word.ALLOCATE)
    frozen = (
        FrozenPool.objects.select_for_update().filter(round__number=number, pool=pool).select_related("round").first()
    )
    if frozen is None:
        raise NotFound(_("Freeze this pool first."))
    if frozen.drawn_at is not None:
        raise Conflict(_("The numbers of this pool were drawn already: a draw is made once."))
    named = [(source.strip()[:200], value.strip()[:200]) for source, value in numbers]
    if len({source for source, _value in named}) < SOURCES or not all(source and value for source, value in named):
        raise BadInput(_("Give the numbers of two public sources, each with its name."), field="numbers")
    made: dict[str, Any] = json.loads(read_file(frozen.inputs))
    seed = seed_of(frozen.commitment, named)
    made |= {"seed": seed, "draw": {"commitment": frozen.commitment, "numbers": [list(one) for one in named]}}
    parsed = read_round(orjson.dumps(made))
    data = canonical(parsed)
    result = written(certified(data, decide(parsed)))
    frozen.numbers = [list(one) for one in named]
    frozen.round_file = store_file(data, f"{number}-{pool}.json", actor=actor)
    frozen.result = store_file(result, f"{number}-{pool}.result.json", actor=actor)
    frozen.drawn_at, frozen.drawn_by_id = timezone.now(), actor.pk
    facts = {"pool": pool, "seed": seed, "input": frozen.round_file.sha256, "result": frozen.result.sha256}
    _remember(frozen.round, "draw", actor, facts)
    frozen.save()
    return frozen


def _policy_on(day: dt.date) -> PointsPolicy:
    """The points in force on the day a round opened: the first ones come with the software, adopted by nobody."""
    known = PointsPolicy.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if known is not None:
        return known
    made, _fresh = PointsPolicy.objects.get_or_create(
        version="2026-0",
        defaults={
            "valid_from": dt.date(2000, 1, 1),
            "bands": FIRST_BANDS,
            "reference": "-",
            "adopted_at": timezone.now(),
        },
    )
    return made


def _rising(bands: Sequence[tuple[int | None, int]]) -> None:
    ends = [most for most, _worth in bands]
    worths = [worth for _most, worth in bands]
    inner = [most for most in ends[:-1] if most is not None]
    rising = len(inner) == len(ends) - 1 and inner == sorted(set(inner)) and worths == sorted(worths)
    if not bands or ends[-1] is not None or not rising or min(worths) < 1:
        raise BadInput(_("The bands rise, and the last one has no upper end."), field="bands")


def _remember(found: Round, event: str, actor: Actor, facts: dict[str, Any]) -> None:
    record(Deed(f"round.{event}", "round", found.number, next_seq("round", found.number), facts), actor=actor)
