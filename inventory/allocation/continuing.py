"""The ladder goes on: what one association does not take goes to whom the same round puts next."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson
from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from inventory.allocation.explanations import told_lines
from inventory.allocation.ladder.files import Line
from inventory.allocation.ladder.lots import share_with_lots
from inventory.allocation.letters import write_decision_letter
from inventory.allocation.models import Decision, DecisionLine
from inventory.allocation.queries import line_of
from inventory.allocation.refusal_models import Refusal
from inventory.allocation.refusing import WITHOUT_REASON, refused_before
from inventory.allocation.replaying import round_of
from inventory.allocation.round_models import FrozenPool
from inventory.associations.commands import change_request, locked_request, no_request
from inventory.associations.interests import refuse_interest
from inventory.associations.models import Request, RequestLine
from inventory.associations.queries import is_eligible
from inventory.devices.gatekeepers import require
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, RuleBroken
from inventory.ledger.commands import Deed, record
from inventory.lifecycle import Actor, Word

# Why devices that were granted are not taken (allocation §5: refusals and no-shows).
REASONS: Final[dict[str, Promise]] = {
    "refused": _("The association does not want them any more"),
    "unfit": _("They are not what was asked for, or do not work"),
    "no_show": _("Nobody came for them, and the time to come is over"),
    "closed": _("The association has closed or may no longer receive"),
}


@dataclass(frozen=True, slots=True)
class Next:
    """One line that gets more: its request, its position there, and how many devices more."""

    reference: str
    position: int
    units: int


@dataclass(frozen=True, slots=True)
class Continuation:
    """What happens when a line gives devices up: how many it keeps, and who is next, found by the round's own rule."""

    reference: str
    position: int
    kept: int
    given_up: int
    followers: tuple[Next, ...]
    # Refused without a reason that holds: each weighs half a device in the next round.
    refused: int = 0
    # It is the second time: all that nobody fetched goes on, and nothing more is given to the line.
    closes: bool = False

    @property
    def left(self) -> int:
        """Devices that nobody of this round can use: they stay in stock for the next."""
        return self.given_up - sum(one.units for one in self.followers)

    @property
    def fingerprint(self) -> str:
        """What the deciding person hands back: nobody confirms another list than the one they saw."""
        return hashlib.sha256(orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def continuation(reference: str, position: int, count: int, actor: Actor, reason: str = "") -> Continuation:
    """Who would be next if a line gave up so many of the devices it was granted in its round; nothing is stored.

    Refused without a reason that holds (`WITHOUT_REASON`), they weigh in the next round; the second time the line is
    closed and gives up all that is not kept for it (allocation §5).
    Refuses: NotAllowed; NotFound; BadInput (more than granted); Conflict (devices still reserved for it: release them
    first); RuleBroken (not granted by a round, interest declared).
    """
    require(actor, Word.DECIDE)
    request = Request.objects.filter(reference=reference.strip().upper()).first()
    if request is None:
        raise no_request(reference)
    line = line_of(request, position)
    refuse_interest(actor, request.association_id)
    granted = _granted_now(line)
    if not 1 <= count <= granted:
        raise BadInput(_("Give up between 1 and %(granted)s devices."), field="count", granted=granted)
    keeping = line.reservations.filter(released_at__isnull=True).count()
    if keeping > granted - count:
        raise Conflict(
            _("%(count)s devices are still kept for this line. Release those that it does not take, first."),
            count=keeping,
        )
    refused = count if reason in WITHOUT_REASON else 0
    closes = bool(refused) and refused_before(line)
    count = granted - keeping if closes else count
    followers = _followers(_pool_of(line), f"{request.reference}/{position}", granted - count, count)
    return Continuation(request.reference, position, granted - count, count, followers, refused, closes)


@transaction.atomic
def give_up(reference: str, position: int, count: int, *, actor: Actor, reason: str, seen: str) -> list[Decision]:
    """Write down that a line takes fewer than it was granted, and grant them to whom the round puts next.

    A decision for each request concerned, the one that gives up first. `seen` is the fingerprint of the list that was
    shown. Refuses: as `continuation`; BadInput (reason); Conflict (who is next has changed); RuleBroken (interest in
    one of those who are next).
    """
    require(actor, Word.DECIDE)
    if reason not in REASONS:
        raise BadInput(_("Say why they are not taken."), field="reason")
    found = continuation(reference, position, count, actor=actor, reason=reason)
    if seen != found.fingerprint:
        raise Conflict(_("Who is next has changed since you looked. Look again."))
    changed: dict[str, dict[int, int]] = {found.reference: {position: -found.given_up}}
    for one in found.followers:
        changed.setdefault(one.reference, {})[one.position] = one.units
    return [
        _answer(name, counts, reason, actor, found if name == found.reference else None)
        for name, counts in changed.items()
    ]


def _followers(frozen: FrozenPool, giving: str, kept: int, count: int) -> tuple[Next, ...]:
    """Lines that get more when one keeps fewer, as the round's file and seed have it; never more than `count`."""
    proposed = {name: one["got"] for name, one in told_lines(frozen).items()}
    standing = _standing(frozen, list(proposed))
    standing[giving] = (kept, False)
    found = round_of(frozen)
    lines = tuple(
        line for line in (_capped(line, *standing[line.id], proposed[line.id]) for line in found.lines) if line
    )
    again = share_with_lots(found.model_copy(update={"lines": lines}))[0]
    followers, left = [], count
    for place, line in sorted(enumerate(lines), key=lambda one: one[1].id):
        units = min(left, again.filled(place) - standing[line.id][0])
        if units > 0:
            reference, _slash, position = line.id.rpartition("/")
            followers.append(Next(reference, int(position), units))
            left -= units
    return tuple(followers)


def _standing(frozen: FrozenPool, names: list[str]) -> dict[str, tuple[int, bool]]:
    """By line: what its request was granted last, and whether it may get more: it still waits on this very round."""
    references = {name.rpartition("/")[0] for name in names}
    told: dict[str, tuple[int, bool]] = dict.fromkeys(names, (0, False))
    for request in (
        Request.objects.filter(reference__in=references).select_related("association").prefetch_related("lines")
    ):
        decision = request.decisions.order_by("-id").first()
        if decision is None:
            continue
        granted = dict(decision.lines.values_list("line__position", "granted"))
        waits = decision.round_id == frozen.round_id and request.state in ("received", "decided")
        may = waits and is_eligible(request.association)
        for line in request.lines.all():
            told[f"{request.reference}/{line.position}"] = (granted.get(line.position, 0), may)
    return told


def _capped(line: Line, granted: int, may: bool, proposed: int) -> Line | None:
    """A line that gave devices up, or no longer waits, asks for what it has; others for what they asked for."""
    if may and granted >= proposed:
        return line
    return line.model_copy(update={"quantity": granted, "least": 1}) if granted else None


def _pool_of(line: RequestLine) -> FrozenPool:
    decision = line.request.decisions.order_by("-id").first()
    name = f"{line.request.reference}/{line.position}"
    pools = FrozenPool.objects.filter(round=decision.round if decision else None, drawn_at__isnull=False)
    for frozen in pools.select_related("round", "policy", "round_file", "result").order_by("pool"):
        if name in told_lines(frozen):
            return frozen
    raise RuleBroken(_("This line was not granted by a round that was decided: decide about it by itself."))


def _granted_now(line: RequestLine) -> int:
    decision = line.request.decisions.order_by("-id").first()
    granted = decision.lines.filter(line=line).first() if decision else None
    return granted.granted if granted else 0


def _answer(
    reference: str, more: Mapping[int, int], reason: str, actor: Actor, giving: Continuation | None
) -> Decision:
    request = locked_request(reference)
    refuse_interest(actor, request.association_id)
    before = request.decisions.select_related("round").order_by("-id").first()
    assert before is not None and before.round is not None  # _pool_of has seen it  # noqa: S101, PT018
    granted = dict(before.lines.values_list("line__position", "granted"))
    lines = list(request.lines.order_by("position"))
    counts = [granted.get(line.position, 0) + more.get(line.position, 0) for line in lines]
    asked = sum(line.quantity for line in lines)
    outcome = "refuse" if not sum(counts) else "award" if sum(counts) == asked else "partial"
    with translation.override(request.association.official_language):
        words = _words(before.round.number, sum(more.values()), reason, giving)
    decision = Decision.objects.create(
        number=next_number("D", timezone.localdate()),
        request=request,
        round=before.round,
        outcome=outcome,
        reasons=words,
        decided_by_id=actor.pk,
        decided_at=timezone.now(),
    )
    DecisionLine.objects.bulk_create(
        DecisionLine(decision=decision, line=line, granted=count) for line, count in zip(lines, counts, strict=True)
    )
    facts: dict[str, Any] = {
        "request": request.reference,
        "outcome": outcome,
        "granted": counts,
        "round": before.round.number,
        "continues": reason,
    }
    if giving and giving.refused:
        facts |= {"refused": giving.refused, "closes": giving.closes}
    record(Deed("decision.decide", "decision", decision.number, 1, facts, private={"reasons": words}), actor=actor)
    if giving and giving.refused:
        Refusal.objects.create(
            line=next(line for line in lines if line.position == giving.position),
            decision=decision,
            units=giving.refused,
            closes=giving.closes,
            recorded_by_id=actor.pk,
            recorded_at=decision.decided_at,
        )
    if request.state == "received":
        change_request(request, "decided", actor=actor, event="decide")
    write_decision_letter(decision, actor=actor)
    return decision


def _words(number: str, more: int, reason: str, giving: Continuation | None) -> str:
    facts = {"round": number, "count": abs(more), "why": REASONS[reason]}
    if giving:
        facts["count"] = giving.given_up
        said = ngettext(
            "Of what round %(round)s granted you, %(count)s device is not taken: %(why)s.",
            "Of what round %(round)s granted you, %(count)s devices are not taken: %(why)s.",
            giving.given_up,
        )
        return "\n\n".join([said % facts, *_weight(giving)])
    return str(
        _(
            "Somebody does not take devices that round %(round)s had granted. By the turns of the same round, with the "
            "same draw, you are next: %(count)s devices more."
        )
        % facts
    )


def _weight(giving: Continuation) -> list[str]:
    """What follows for who refuses without a reason that holds, as the decision and its letter tell it."""
    if not giving.refused:
        return []
    told = [
        ngettext(
            "It counts as half a device received in the next round of such devices, and in no other.",
            "%(count)s of them count as half a device received each in the next round of such devices, and in no "
            "other.",
            giving.refused,
        )
        % {"count": giving.refused}
    ]
    if giving.closes:
        told.append(
            gettext(
                "It is the second time: line %(position)s of your request is closed. You may ask again by a new "
                "request."
            )
            % {"position": giving.position}
        )
    else:
        told.append(gettext("If it happens a second time, this line of your request is closed."))
    told.append(
        gettext(
            "If the devices were not what you asked for, or did not work, complain by any way: once we find that you "
            "are right, this no longer counts."
        )
    )
    return told
