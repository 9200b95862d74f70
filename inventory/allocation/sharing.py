"""A round in the service: freeze a pool, draw its seed from public numbers, and keep the certified result."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.allocation.complaints import refuse_unrepaired
from inventory.allocation.ladder.certifying import certified
from inventory.allocation.ladder.files import canonical, commitment, read_round, seed_of
from inventory.allocation.ladder.results import decide, written
from inventory.allocation.models import Round
from inventory.allocation.points import first_points, policy_shown
from inventory.allocation.pools import POOLS, inputs_of
from inventory.allocation.round_models import FrozenPool, Pin, PointsPolicy, RoundDecision
from inventory.devices.gatekeepers import require
from inventory.documents.commands import read_file, store_file
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word

# Two sources, so that no single one can be suspected (allocation §2.5).
SOURCES = 2


@transaction.atomic
def freeze_pool(number: str, pool: str, *, actor: Actor) -> FrozenPool:
    """Freeze what a pool of a closed round is decided on; the fingerprint goes into the ledger and is published.

    Refuses: NotAllowed; NotFound; BadInput (no such pool); Conflict (still open, the post still has time, frozen
    already, decided); RuleBroken (nobody asks, nothing is there, a pin lacks its second signature,
    or one that repairs what a complaint was promised is missing).
    """
    require(actor, Word.ALLOCATE)
    if pool not in POOLS:
        raise BadInput(_("There is no such pool of devices."), field="pool")
    found = Round.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no round %(number)s."), number=number)
    if found.closes_at > timezone.now():
        raise Conflict(_("Round %(number)s is still open until its closing moment."), number=number)
    if found.entries_until > timezone.now():
        raise Conflict(
            _("Letters posted before the closing may still come until %(until)s: freeze it then."),
            until=f"{timezone.localtime(found.entries_until):%d/%m/%Y %H:%M}",
        )
    if RoundDecision.objects.filter(round=found).exists():
        raise Conflict(_("Round %(number)s is decided: what is left takes part in the next one."), number=number)
    if FrozenPool.objects.filter(round=found, pool=pool).exists():
        raise Conflict(_("This pool is frozen already: what it is decided on cannot change any more."))
    waiting = Pin.objects.filter(round=found, pool=pool, second_needed=True, signed_at=None, withdrawn_at=None).first()
    if waiting is not None:
        raise RuleBroken(
            _("The pin for %(name)s waits for its second signature: have it signed, or withdraw it."),
            name=waiting.association.name,
        )
    policy = _policy_on(found.opens_on)
    made = inputs_of(found, pool, policy)
    if not made["lines"] or not made["groups"]:
        raise RuleBroken(_("There is nothing to share: nobody asks for devices of this pool, or none is ready."))
    refuse_unrepaired(pool, made)
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
    known = policy_shown(day)
    made, _fresh = PointsPolicy.objects.get_or_create(version=known.version, defaults=first_points())
    return made


def _remember(found: Round, event: str, actor: Actor, facts: dict[str, Any]) -> None:
    record(Deed(f"round.{event}", "round", found.number, next_seq("round", found.number), facts), actor=actor)
