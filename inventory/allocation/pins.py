"""Depart from the rule for one association: a reason, a bill that says who pays, and two signatures above a size."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation.ladder.files import read_round
from inventory.allocation.ladder.lots import share_with_lots
from inventory.allocation.models import Round
from inventory.allocation.points import policy_shown
from inventory.allocation.pools import POOLS, inputs_of
from inventory.allocation.queries import round_numbered
from inventory.allocation.round_models import FrozenPool, Pin
from inventory.associations.interests import refuse_interest
from inventory.associations.models import Association
from inventory.associations.queries import interests_of
from inventory.devices.gatekeepers import require
from inventory.documents.commands import read_file
from inventory.documents.queries import file_with
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word

# Codes that stand in the round file; the sentence beside each is public.
PIN_REASONS: Final[dict[str, Promise]] = {
    "repair": _("An error in an earlier round is repaired"),
    "urgent": _("An urgent need that cannot wait for the next round"),
    "staged": _("The second part of a delivery in stages"),
    "suspended": _("The association is suspended or misused devices"),
    "other": _("Another reason"),
}
MOST_UNITS: Final = 100_000


@dataclass(frozen=True, slots=True)
class Bill:
    """What a pin costs: devices of its association without and with it, and who else then gets more or less.

    `changes` are pairs of association code and units (negative: it pays). Found by two runs of the engine.
    """

    association: str
    before: int
    after: int
    changes: tuple[tuple[str, int], ...]

    @property
    def moved(self) -> int:
        """Devices that the pin gives or takes."""
        return abs(self.after - self.before)

    @property
    def fingerprint(self) -> str:
        """What the deciding person hands back, so that nobody confirms another bill than the one they saw."""
        return hashlib.sha256(orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def bill(number: str, pool: str, association: str, actor: Actor, at_least: int = 0, at_most: int | None = None) -> Bill:
    """What this pin would cost if the pool were frozen now; nothing is stored.

    Refuses: NotAllowed; NotFound; BadInput; Conflict (still open, or frozen); RuleBroken (interest declared, the
    association asks for nothing of the pool).
    """
    require(actor, Word.DECIDE)
    found = round_numbered(number)
    return _bill(found, pool, _named(association, actor), at_least, at_most)


@transaction.atomic
def set_pin(
    number: str,
    pool: str,
    association: str,
    *,
    actor: Actor,
    reason: str,
    words: str,
    seen: str,
    at_least: int = 0,
    at_most: int | None = None,
) -> Pin:
    """Depart from the rule for one association; `seen` is the fingerprint of the bill that was shown.

    Refuses: as `bill`; BadInput (no reason in sentences); Conflict (the bill has changed, or there is a pin already).
    """
    require(actor, Word.DECIDE)
    if reason not in PIN_REASONS or len(words.strip()) < 20:
        raise BadInput(_("Say why, in full sentences: the reason is public."), field="words")
    found = Round.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no round %(number)s."), number=number)
    body = _named(association, actor)
    cost = _bill(found, pool, body, at_least, at_most)
    standing = Pin.objects.filter(round=found, pool=pool, withdrawn_at__isnull=True).select_related(
        "association__cluster"
    )
    if any(pin.association.shares_as == body.shares_as for pin in standing):
        raise Conflict(_("There is a pin for %(name)s already: withdraw it first."), name=body.name)
    if seen != cost.fingerprint:
        raise Conflict(_("Who pays has changed since you looked. Look at the bill again."))
    policy = policy_shown(found.opens_on)
    made = Pin(
        round=found,
        pool=pool,
        association=body,
        at_least=at_least,
        at_most=at_most,
        reason=reason,
        words=words.strip(),
        bill=asdict(cost),
        second_needed=cost.moved > policy.second_signature_above,
        set_by_id=actor.pk,
        set_at=timezone.now(),
    )
    facts = {
        "pool": pool,
        "association": body.code,
        "at_least": at_least,
        "at_most": at_most,
        "reason": reason,
        "before": cost.before,
        "after": cost.after,
        "payers": sum(1 for _name, units in cost.changes if units < 0),
    }
    _remember(found, "pin", actor, facts, {"words": made.words})
    made.save()
    return made


@transaction.atomic
def sign_pin(number: str, pool: str, association: str, *, actor: Actor) -> Pin:
    """The second signature under a pin, by another person who may decide.

    Refuses: NotAllowed; NotFound; Conflict (needs none, or frozen); RuleBroken (the same person, interest declared).
    """
    require(actor, Word.DECIDE)
    pin = _locked(number, pool, association)
    refuse_interest(actor, pin.association_id)
    if pin.set_by_id == actor.pk:
        raise RuleBroken(_("The second signature is another person's."))
    if not pin.waits:
        raise Conflict(_("This pin needs no signature any more."))
    pin.signed_by_id, pin.signed_at = actor.pk, timezone.now()
    _remember(pin.round, "sign_pin", actor, {"pool": pool, "association": pin.association.code})
    pin.save()
    return pin


@transaction.atomic
def withdraw_pin(number: str, pool: str, association: str, *, actor: Actor) -> Pin:
    """Take a pin back before the pool is frozen. Refuses: NotAllowed; NotFound; Conflict (frozen); RuleBroken."""
    require(actor, Word.DECIDE)
    pin = _locked(number, pool, association)
    refuse_interest(actor, pin.association_id)
    pin.withdrawn_by_id, pin.withdrawn_at = actor.pk, timezone.now()
    _remember(pin.round, "withdraw_pin", actor, {"pool": pool, "association": pin.association.code})
    pin.save()
    return pin


def pins_of(number: str, pool: str, actor: Actor) -> QuerySet[Pin]:
    """The pins of a pool that stand, without files hidden from the reader. Refuses: NotAllowed; NotFound."""
    require(actor, Word.READ_REQUESTS)
    pins = Pin.objects.filter(round=round_numbered(number), pool=pool, withdrawn_at__isnull=True)
    pins = pins.exclude(association__in=interests_of(actor))
    return pins.select_related("association", "set_by", "signed_by", "round").order_by("id")


def asking(found: Round, pool: str, actor: Actor) -> list[Association]:
    """Associations that take part in a pool of a round as it stands, by name: for whom a pin can be set."""
    made = inputs_of(found, pool, policy_shown(found.opens_on))
    asked = {line["id"].rsplit("/", 1)[0] for line in made["lines"]}
    bodies = Association.objects.filter(requests__reference__in=asked).exclude(pk__in=interests_of(actor))
    return list(bodies.distinct().order_by("search", "id"))


def cost_of_pins(frozen: FrozenPool) -> dict[str, int]:
    """By association: devices more (or fewer, negative) than without any pin, once the numbers are drawn."""
    return {} if frozen.round_file is None else dict(_cost(frozen.round_file.sha256))


@lru_cache(maxsize=64)
def _cost(sha256: str) -> tuple[tuple[str, int], ...]:
    # Kept in memory: what has this fingerprint never changes.
    found = read_round(read_file(file_with(sha256)))
    if not found.pins:
        return ()
    pinned = share_with_lots(found)[0].counts()
    free = share_with_lots(found.model_copy(update={"pins": ()}))[0].counts()
    changed = {name: pinned.get(name, 0) - free.get(name, 0) for name in {*pinned, *free}}
    return tuple(sorted((name, units) for name, units in changed.items() if units))


def _bill(found: Round, pool: str, body: Association, at_least: int, at_most: int | None) -> Bill:
    if pool not in POOLS:
        raise BadInput(_("There is no such pool of devices."), field="pool")
    _check_size(at_least, at_most)
    if found.closes_at > timezone.now():
        raise Conflict(_("Round %(number)s is still open until its closing moment."), number=found.number)
    if FrozenPool.objects.filter(round=found, pool=pool).exists():
        raise Conflict(_("This pool is frozen: an error is repaired by a pin in the next round."))
    made = inputs_of(found, pool, policy_shown(found.opens_on))
    name = body.shares_as
    made["pins"] = [pin for pin in made["pins"] if pin["association"] != name]
    if name not in {one["id"] for one in made["associations"]}:
        raise RuleBroken(_("%(name)s asks for nothing of this pool, or may not receive."), name=body.name)
    without = read_round(orjson.dumps(made))
    pin = {"association": name, "reason": "bill", "at_least": at_least, "at_most": at_most}
    pinned = read_round(orjson.dumps({**made, "pins": [*made["pins"], pin]}))
    before, after = share_with_lots(without)[0].counts(), share_with_lots(pinned)[0].counts()
    changes = {other: after.get(other, 0) - before.get(other, 0) for other in {*before, *after} - {name}}
    return Bill(
        association=name,
        before=before.get(name, 0),
        after=after.get(name, 0),
        changes=tuple(sorted((other, units) for other, units in changes.items() if units)),
    )


def _check_size(at_least: int, at_most: int | None) -> None:
    if not 0 <= at_least <= MOST_UNITS or (at_most is not None and not 0 <= at_most <= MOST_UNITS):
        raise BadInput(_("A pin says a number of devices."), field="at_least")
    if at_least == 0 and at_most is None:
        raise BadInput(_("Say at least or at most how many devices."), field="at_least")
    if at_most is not None and at_least > at_most:
        raise BadInput(_("At least more than at most: the pin contradicts itself."), field="at_most")


def _named(code: str, actor: Actor) -> Association:
    body = Association.objects.filter(code=code.strip().upper()).select_related("cluster").first()
    if body is None:
        raise NotFound(_("There is no association %(code)s."), code=code)
    refuse_interest(actor, body.pk)
    return body


def _locked(number: str, pool: str, association: str) -> Pin:
    found = Pin.objects.select_for_update().filter(round__number=number, pool=pool, withdrawn_at__isnull=True)
    pin = found.filter(association__code=association.strip().upper()).first()
    if pin is None:
        raise NotFound(_("There is no such pin."))
    if FrozenPool.objects.filter(round_id=pin.round_id, pool=pool).exists():
        raise Conflict(_("This pool is frozen: an error is repaired by a pin in the next round."))
    return pin


def _remember(
    found: Round, event: str, actor: Actor, facts: dict[str, Any], private: dict[str, Any] | None = None
) -> None:
    seq = next_seq("round", found.number)
    record(Deed(f"round.{event}", "round", found.number, seq, facts, private=private), actor=actor)
