"""Reads of agreements and of the devices that wait to be handed over."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.allocation.models import Reservation
from inventory.associations.models import Association
from inventory.errors import NotAllowed, NotFound
from inventory.handover.models import Agreement, AgreementItem
from inventory.lifecycle import Actor, Status, Word

READERS = (Word.HAND_OVER, Word.TAKE_BACK, Word.AUDIT, Word.READ_REQUESTS)


def agreements(actor: Actor) -> QuerySet[Agreement]:
    """Agreements this person may see, newest first, with `device_count`. Refuses NotAllowed."""
    found = Agreement.objects.select_related("association", "paper", "signed_scan").annotate(
        device_count=Count("items", filter=~Q(items__end_reason__in=["left_out", "cancelled"]))
    )
    if not any(actor.holds(word) for word in READERS):
        if not actor.holds(Word.REQUEST):
            raise NotAllowed(_("Your role may not see agreements."))
        found = found.filter(association__memberships__user_id=actor.pk)
    return found.order_by("-id")


def agreement_numbered(number: str, actor: Actor) -> Agreement:
    """One agreement. Refuses: NotAllowed; NotFound (also: not yours)."""
    found = agreements(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no agreement %(number)s."), number=number)
    return found


def items_of(agreement: Agreement) -> QuerySet[AgreementItem]:
    """The devices of an agreement, in the order of its list."""
    return agreement.items.select_related("device", "reservation__line__request").order_by("id")


def waiting(actor: Actor) -> QuerySet[Reservation]:
    """Reserved devices that stand in no agreement yet, by association. Refuses NotAllowed."""
    if not actor.holds(Word.HAND_OVER):
        raise NotAllowed(_("Your role may not hand devices over."))
    return (
        Reservation.objects.filter(released_at__isnull=True, device__status=Status.RESERVED)
        .exclude(device__agreement_items__ended_at__isnull=True, device__agreement_items__isnull=False)
        .select_related("device", "device__location", "line__request__association")
        .order_by("line__request__association__name", "line__request_id", "id")
    )


def waiting_for(association: Association, actor: Actor) -> QuerySet[Reservation]:
    """The same for one association."""
    return waiting(actor).filter(line__request__association=association)
