"""Decide on requests with reasons, and reserve devices for their lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.allocation.letters import write_decision_letter
from inventory.allocation.models import Decision, DecisionLine, Reservation, Round
from inventory.allocation.refusing import closed_positions
from inventory.associations.commands import change_request, locked_request
from inventory.associations.interests import refuse_interest
from inventory.associations.models import Eligibility, RequestLine
from inventory.devices.commands import check_reason
from inventory.devices.gatekeepers import locked, require
from inventory.devices.models import Device
from inventory.devices.steps import take
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word

# Days after the closing in which the post may still bring what was posted before it (allocation §4: when a letter
# arrives must not decide); the clerks of DOMAIN §4 have them to type it in.
POSTAL_GRACE: Final = 5
MOST_GRACE: Final = 30


@transaction.atomic
def open_round(
    number: str, *, actor: Actor, opens_on: dt.date, closes_at: dt.datetime, grace_days: int = POSTAL_GRACE
) -> Round:
    """Open a round in which requests are gathered; for `grace_days` after its closing the post may bring earlier ones.

    Refuses: NotAllowed; BadInput; Conflict (number in use).
    """
    require(actor, Word.ALLOCATE)
    if not 0 <= grace_days <= MOST_GRACE:
        raise BadInput(_("The post has between 0 and %(most)s days."), most=MOST_GRACE, field="grace_days")
    if closes_at.date() <= opens_on:
        raise BadInput(_("A round closes after it opens."), field="closes_at")
    if Round.objects.filter(number=number).exists():
        raise Conflict(_("There is a round %(number)s already."), number=number)
    until = closes_at + dt.timedelta(days=grace_days)
    made = Round.objects.create(number=number, opens_on=opens_on, closes_at=closes_at, entries_until=until)
    _remember("round", number, "open", actor, {"opens_on": opens_on, "closes_at": closes_at, "entries_until": until})
    return made


@transaction.atomic
def finish_round(number: str, *, actor: Actor) -> Round:
    """Close a round once the post has had its days. Refuses: NotAllowed; NotFound; Conflict (still open, finished)."""
    require(actor, Word.ALLOCATE)
    found = Round.objects.select_for_update().filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no round %(number)s."), number=number)
    if found.finished_at or found.entries_until > timezone.now():
        raise Conflict(_("Round %(number)s is finished already, or still open."), number=number)
    found.finished_at = timezone.now()
    found.save(update_fields=["finished_at"])
    _remember("round", number, "finish", actor, {"decisions": found.decisions.count()})
    return found


@transaction.atomic
def decide(
    reference: str,
    *,
    actor: Actor,
    granted: Mapping[int, int],
    reasons: str,
    round_number: str = "",
) -> Decision:
    """Answer a request: how many of each line (position → count) are granted, and why.

    Award and refusal alike carry reasons (Act of 29 July 1991), and are written as a letter.
    Refuses: NotAllowed; NotFound; BadInput (no
    reasons, counts out of range); RuleBroken (association not eligible, interest declared); Conflict (decided already).
    """
    require(actor, Word.DECIDE)
    if len(reasons.strip()) < 20:
        raise BadInput(_("Give the reasons of the decision, in full sentences."), field="reasons")
    request = locked_request(reference)
    refuse_interest(actor, request.association_id)
    if request.state != "received":
        raise Conflict(_("Request %(reference)s is decided or withdrawn already."), reference=reference)
    lines = list(request.lines.order_by("position"))
    counts = _counts(lines, granted)
    if sum(counts):
        _eligible(request.association_id)
    asked = sum(line.quantity for line in lines)
    outcome = "refuse" if not sum(counts) else "award" if sum(counts) == asked else "partial"
    decision = Decision.objects.create(
        number=next_number("D", timezone.localdate()),
        request=request,
        round=_round(round_number),
        outcome=outcome,
        reasons=reasons.strip(),
        decided_by_id=actor.pk,
        decided_at=timezone.now(),
    )
    DecisionLine.objects.bulk_create(
        DecisionLine(decision=decision, line=line, granted=count) for line, count in zip(lines, counts, strict=True)
    )
    facts: dict[str, object] = {
        "request": request.reference,
        "outcome": outcome,
        "granted": counts,
        "round": round_number,
    }
    _remember("decision", decision.number, "decide", actor, facts, {"reasons": decision.reasons})
    change_request(request, "decided", actor=actor, event="decide")
    write_decision_letter(decision, actor=actor)
    return decision


@transaction.atomic
def reserve(tags: Sequence[str], *, actor: Actor, reference: str, position: int) -> list[Device]:
    """Reserve devices for one line of a decided request, all or none.

    Refuses: NotAllowed; NotFound; RuleBroken (wrong kind, too little memory, more than granted, line closed after two
    refusals, interest declared); Conflict (another was first); and as `take` does.
    """
    require(actor, Word.ALLOCATE)
    request = locked_request(reference)
    refuse_interest(actor, request.association_id)
    line = request.lines.filter(position=position).first()
    if line is None:
        raise NotFound(_("Request %(reference)s has no line %(position)s."), reference=reference, position=position)
    decision = request.decisions.order_by("-id").first()
    if decision is None:
        raise RuleBroken(_("Request %(reference)s has no decision yet."), reference=reference)
    if position in closed_positions(request):
        raise RuleBroken(
            _("Line %(position)s is closed: devices were refused twice without reason. A new request may be made."),
            position=position,
        )
    if not tags:
        raise BadInput(_("Choose at least one device."), field="tags")
    _room_for(len(set(tags)), line, decision)
    return [_reserve_one(tag, line, decision, actor) for tag in dict.fromkeys(tags)]


@transaction.atomic
def reserve_instead(tag: str, *, actor: Actor, line: RequestLine, instead_of: str) -> Reservation:
    """Keep a ready device for a decided line in the place of one that came back because it did not work.

    Refuses: NotAllowed; NotFound; RuleBroken (wrong kind, too little memory, no place left in the decision, interest
    declared); Conflict (reserved already); and as `take` does.
    """
    require(actor, Word.HAND_OVER)
    refuse_interest(actor, line.request.association_id)
    decision = line.request.decisions.order_by("-id").first()
    if decision is None:
        raise RuleBroken(_("Request %(reference)s has no decision yet."), reference=line.request.reference)
    _room_for(1, line, decision)
    device = _reserve_one(tag, line, decision, actor, instead_of=instead_of)
    return Reservation.objects.select_related("line__request", "device").get(device=device, released_at__isnull=True)


@transaction.atomic
def release(tag: str, *, actor: Actor, reason: str) -> Device:
    """Give a reserved device back to the stock, with a reason code.

    Refuses: as `take`; BadInput (reason); Conflict (it stands in an agreement that is not cancelled).
    """
    require(actor, Word.ALLOCATE)
    check_reason(reason)
    device = locked(tag)
    reservation = Reservation.objects.select_for_update().filter(device=device, released_at__isnull=True).first()
    if reservation is not None:
        if reservation.items.filter(ended_at__isnull=True).exists():
            raise Conflict(
                _("%(tag)s stands in an agreement. Cancel the agreement, or leave the device out of it, first."),
                tag=device.tag,
            )
        reservation.released_at = timezone.now()
        reservation.release_reason = reason
    facts = {"reason": reason, "request": reservation.line.request.reference if reservation else ""}
    take(device, "release", actor=actor, facts=facts)
    if reservation is not None:
        reservation.save(update_fields=["released_at", "release_reason"])
    return device


def _reserve_one(tag: str, line: RequestLine, decision: Decision, actor: Actor, instead_of: str = "") -> Device:
    device = locked(tag)
    if device.category not in line.kinds:
        raise RuleBroken(_("%(tag)s is not of the kind this line asks for."), tag=device.tag, asked=line.category)
    if line.minimum_memory_mb and (device.memory_mb or 0) < line.minimum_memory_mb:
        raise RuleBroken(
            _("%(tag)s has less memory than this line asks for (%(asked)s MB)."),
            tag=device.tag,
            asked=line.minimum_memory_mb,
        )
    facts = {"request": line.request.reference, "line": line.position, "decision": decision.number}
    try:
        with transaction.atomic():
            Reservation.objects.create(
                device=device,
                line=line,
                decision=decision,
                reserved_by_id=actor.pk,
                reserved_at=timezone.now(),
            )
    except IntegrityError:
        raise Conflict(_("%(tag)s is reserved already."), tag=device.tag) from None
    if instead_of:
        return take(device, "reserve_instead", actor=actor, facts={**facts, "instead_of": instead_of})
    return take(device, "reserve", actor=actor, facts=facts)


def _room_for(count: int, line: RequestLine, decision: Decision) -> None:
    granted = decision.lines.filter(line=line).aggregate(total=Sum("granted"))["total"] or 0
    used = line.reservations.filter(released_at__isnull=True).count()
    if used + count > granted:
        raise RuleBroken(
            _("The decision grants %(granted)s for this line; %(used)s are reserved, %(count)s more are too many."),
            granted=granted,
            used=used,
            count=count,
        )


def _counts(lines: Sequence[RequestLine], granted: Mapping[int, int]) -> list[int]:
    unknown = set(granted) - {line.position for line in lines}
    if unknown:
        raise BadInput(_("The request has no line %(position)s."), position=min(unknown), field="granted")
    counts = []
    for line in lines:
        count = granted.get(line.position, 0)
        if not 0 <= count <= line.quantity:
            raise BadInput(
                _("Line %(position)s: grant between 0 and %(most)s."),
                position=line.position,
                most=line.quantity,
                field="granted",
            )
        counts.append(count)
    return counts


def _eligible(association_id: int) -> None:
    found = Eligibility.objects.filter(association_id=association_id).select_related("association")
    latest = found.order_by("-id").first()
    if latest is None or not latest.eligible or latest.expires_on < timezone.localdate():
        raise RuleBroken(_("Nobody has decided this year that the association may receive. Decide on that first."))
    if latest.association.struck_off:
        raise RuleBroken(_("The Crossroads Bank no longer has this association as active: it cannot receive."))


def _round(number: str) -> Round | None:
    if not number:
        return None
    found = Round.objects.filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no round %(number)s."), number=number)
    return found


def _remember(
    kind: str,
    key: str,
    event: str,
    actor: Actor,
    facts: dict[str, object],
    private: dict[str, object] | None = None,
) -> None:
    record(Deed(f"{kind}.{event}", kind, key, next_seq(kind, key), facts=facts, private=private), actor=actor)
