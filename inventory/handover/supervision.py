"""Decisions whose gifts are worth so much that the Region wants to see them: what is still to be sent, and what was.

Ordinance of 14 May 1998 on the administrative supervision of the municipalities; from which value on is a setting,
because the list of acts to be sent is the government's and changes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation.models import Decision
from inventory.associations.facts import refuse_national_number
from inventory.associations.interests import refuse_interest
from inventory.associations.queries import interests_of
from inventory.devices.gatekeepers import require, require_one
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.handover.queries import NOT_GIVEN
from inventory.handover.supervision_models import Transmission
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word

READERS: Final = (Word.ALLOCATE, Word.DECIDE, Word.AUDIT)
STATES: Final[dict[str, Promise]] = {"open": _("To be sent"), "sent": _("Sent already")}


@transaction.atomic
def note_sent(number: str, *, actor: Actor, sent_on: dt.date, reference: str) -> Transmission:
    """Write down that a decision was sent to the Region, on which day and under which reference.

    Refuses: NotAllowed; NotFound; BadInput (day, reference); RuleBroken (worth less than is to be sent, interest
    declared); Conflict (sent already).
    """
    require(actor, Word.ALLOCATE)
    decision = Decision.objects.select_for_update().filter(number=number.strip().upper()).first()
    if decision is None:
        raise NotFound(_("There is no decision %(number)s."), number=number)
    refuse_interest(actor, decision.request.association_id)
    if Transmission.objects.filter(decision=decision).exists():
        raise Conflict(_("Decision %(number)s was sent to the Region already."), number=decision.number)
    cents = _valued().get(pk=decision.pk).cents or 0
    if cents < least_cents():
        raise RuleBroken(_("What decision %(number)s gives is worth too little to be sent."), number=decision.number)
    if not timezone.localdate(decision.decided_at) <= sent_on <= timezone.localdate():
        raise BadInput(_("It was sent between the day of the decision and today."), field="sent_on")
    said = refuse_national_number(reference.strip()[:100], "reference")
    if len(said) < 3:
        raise BadInput(_("Give the reference of the letter, or of the Region’s counter."), field="reference")
    facts: dict[str, Any] = {"sent_on": sent_on.isoformat(), "cents": cents}
    seq = next_seq("decision", decision.number)
    record(Deed("decision.send_on", "decision", decision.number, seq, facts, private={"reference": said}), actor=actor)
    return Transmission.objects.create(
        decision=decision,
        sent_on=sent_on,
        reference=said,
        cents=cents,
        recorded_by_id=actor.pk,
        recorded_at=timezone.now(),
    )


def least_cents() -> int:
    """From which value of its gifts on a decision is sent, in cents (the setting RELAIS_REGION_EURO)."""
    return 100 * int(settings.RELAIS_REGION_EURO)


def acts(actor: Actor, *, state: str = "open") -> QuerySet[Any, Any]:
    """Decisions to be sent, oldest first, or (`sent`) those that were, latest first, each with its value in `cents`.

    Hidden from whom declared an interest. Refuses NotAllowed.
    """
    require_one(actor, *READERS)
    found = (
        _valued()
        .exclude(request__association__in=interests_of(actor))
        .select_related("request__association", "round__decision", "transmission")
    )
    if state == "sent":
        sent: QuerySet[Any, Any] = found.filter(transmission__isnull=False)
        return sent.order_by("-transmission__sent_on", "-id")
    waiting: QuerySet[Any, Any] = found.filter(transmission__isnull=True, cents__gte=least_cents())
    return waiting.order_by("decided_at", "id")


def standings(numbers: list[str]) -> dict[str, Transmission | None]:
    """Of these decisions those that concern the Region: when they were sent, None while they wait."""
    found = _valued().filter(number__in=numbers).select_related("transmission")
    concerned = found.filter(Q(transmission__isnull=False) | Q(cents__gte=least_cents()))
    return {one.number: getattr(one, "transmission", None) for one in concerned}


def _valued() -> Any:
    given = Q(reservations__items__agreement__cancelled_at__isnull=True)
    return Decision.objects.annotate(
        cents=Sum(
            "reservations__items__valuation__cents",
            filter=given & ~Q(reservations__items__end_reason__in=NOT_GIVEN),
        )
    )
