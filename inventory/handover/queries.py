"""Reads of agreements and of the devices that wait to be handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation.models import Decision, Reservation
from inventory.associations.models import Association, Request
from inventory.associations.queries import interests_of
from inventory.devices.identity import folded
from inventory.devices.models import Device
from inventory.errors import BadInput, NotAllowed, NotFound
from inventory.handover.models import Agreement, AgreementItem
from inventory.handover.valuing import METHODS, latest_values
from inventory.handover.wording import market_on
from inventory.lifecycle import Actor, Status, Word

READERS = (Word.HAND_OVER, Word.TAKE_BACK, Word.AUDIT, Word.READ_REQUESTS)

# How an item ends whose value is not given: left at the warehouse, cancelled, or gone over to its replacement.
NOT_GIVEN = ("left_out", "cancelled", "replaced")
AGREEMENT_STATES: dict[str, Promise] = {
    "open": _("To be signed"),
    "signed": _("Signed"),
    "cancelled": _("Cancelled"),
    "scan_due": _("Scan of the signed paper is missing"),
}
_IN_STATE: dict[str, Q] = {
    "open": Q(signed_at__isnull=True, cancelled_at__isnull=True),
    "signed": Q(signed_at__isnull=False),
    "cancelled": Q(cancelled_at__isnull=False),
    "scan_due": Q(scan_due_on__isnull=False, signed_scan__isnull=True),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a request has come, in devices: granted by the latest decision, reserved, in an agreement, given."""

    granted: int
    reserved: int
    prepared: int
    given: int


def agreements(
    actor: Actor, *, association: str = "", request: str = "", state: str = "", words: str = ""
) -> QuerySet[Agreement]:
    """Agreements this person may see, newest first, with `device_count`; `state` is open, signed, cancelled

    or scan_due. Hidden from whom declared an interest in their association. Refuses NotAllowed.
    """
    found = Agreement.objects.select_related("association", "paper", "signed_scan", "template").annotate(
        device_count=Count("items", filter=~Q(items__end_reason__in=["left_out", "cancelled"]))
    )
    if not any(actor.holds(word) for word in READERS):
        if not actor.holds(Word.REQUEST):
            raise NotAllowed(_("Your role may not see agreements."))
        found = found.filter(association__memberships__user_id=actor.pk)
    found = found.exclude(association__in=interests_of(actor))
    if association:
        found = found.filter(association__code=association)
    if request:
        of_request = AgreementItem.objects.filter(reservation__line__request__reference=request)
        found = found.filter(pk__in=of_request.values("agreement_id"))
    if state:
        found = found.filter(_IN_STATE.get(state, Q(pk__in=[])))
    for word in folded(words).split():
        found = found.filter(Q(number__icontains=word) | Q(association__search__contains=word))
    return found.order_by("-id")


def papers_hidden_from(actor: Actor) -> set[str]:
    """Numbers of the requests, decisions and agreements that a declared interest hides from somebody."""
    mine = interests_of(actor)
    if not mine.exists():
        return set()
    requests = Request.objects.filter(association__in=mine).values_list("reference", flat=True)
    decisions = Decision.objects.filter(request__association__in=mine).values_list("number", flat=True)
    drawn_up = Agreement.objects.filter(association__in=mine).values_list("number", flat=True)
    return {*requests, *decisions, *drawn_up}


def agreement_numbered(number: str, actor: Actor) -> Agreement:
    """One agreement. Refuses: NotAllowed; NotFound (also: not yours)."""
    found = agreements(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no agreement %(number)s."), number=number)
    return found


def standing_of(request: Request) -> Standing:
    """How far a request has come."""
    decision = request.decisions.order_by("-id").first()
    granted = decision.lines.aggregate(total=Sum("granted"))["total"] if decision else 0
    kept = Reservation.objects.filter(line__request=request, released_at__isnull=True)
    items = AgreementItem.objects.filter(reservation__line__request=request, ended_at__isnull=True)
    signed = Count("id", filter=Q(agreement__signed_at__isnull=False))
    counted = items.aggregate(prepared=Count("id"), given=signed)
    return Standing(granted or 0, kept.count(), counted["prepared"], counted["given"])


def agreements_for(request: Request) -> list[Agreement]:
    """The agreements of a request that were not cancelled, oldest first."""
    of_request = AgreementItem.objects.filter(reservation__line__request=request, ended_at__isnull=True)
    found = Agreement.objects.filter(pk__in=of_request.values("agreement_id"), cancelled_at__isnull=True)
    return list(found.order_by("id"))


def items_of(agreement: Agreement) -> QuerySet[AgreementItem]:
    """The devices of an agreement, in the order of its list."""
    return agreement.items.select_related("device", "reservation__line__request", "valuation").order_by("id")


def with_items(found: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """The same agreements, their devices read in one go for all of them."""
    items = AgreementItem.objects.select_related("device", "valuation").order_by("id")
    return found.prefetch_related(Prefetch("items", items, to_attr="items_read"))


def members_of(association: Association) -> list[Any]:
    """Those who may act for an association and have an account, by user name."""
    members = association.memberships.filter(user__is_active=True).select_related("user")
    return [one.user for one in members.order_by("user__username")]


def member_named(association: Association, username: str) -> Any:
    """A member of an association by user name. Refuses (BadInput) anybody else."""
    found = next((one for one in members_of(association) if one.get_username() == username.strip()), None)
    if found is None:
        raise BadInput(_("'%(username)s' is no member of this association."), username=username, field="signatory")
    return found


def given_with(device: Device) -> dict[str, int]:
    """What was given with a device that an association holds: its accessories by kind."""
    item = AgreementItem.objects.filter(
        device=device, ended_at__isnull=True, agreement__signed_at__isnull=False
    ).first()
    return dict(item.accessories) if item else {}


def tags_of(agreement: Agreement) -> list[str]:
    """The tags of an agreement's devices, in the order of its list."""
    read: list[AgreementItem] | None = agreement.__dict__.get("items_read")
    return [item.device.tag for item in (items_of(agreement) if read is None else read)]


def extras_of(agreement: Agreement) -> dict[str, dict[str, int]]:
    """The accessories that an agreement lists, by the tag of their device; devices without any are left out."""
    read: list[AgreementItem] | None = agreement.__dict__.get("items_read")
    items = items_of(agreement) if read is None else read
    return {item.device.tag: item.accessories for item in items if item.accessories}


@dataclass(frozen=True, slots=True)
class Value:
    """What a device is worth, in cents, and who says so; `said` is False while only the market table speaks."""

    cents: int
    method: str
    source: str
    said: bool

    @property
    def label(self) -> Promise:
        """The method in the reader's language."""
        return METHODS[self.method]


def values_of(devices: Sequence[Device]) -> list[Value]:
    """The value of each device: the latest that was said, or what the market table would say today."""
    said = latest_values(devices)
    table = market_on(timezone.localdate())
    return [
        Value(known.cents, known.method, known.source, said=True)
        if (known := said.get(device.pk))
        else Value(table.value(device.category, device.grade), "market", table.source, said=False)
        for device in devices
    ]


def cents_of(agreement: Agreement) -> int:
    """The same as `total_of`, of an agreement whose devices may be read already."""
    read: list[AgreementItem] | None = agreement.__dict__.get("items_read")
    if read is None:
        return total_of(agreement)
    return sum(item.valuation.cents for item in read if item.valuation and item.end_reason not in NOT_GIVEN)


def total_of(agreement: Agreement) -> int:
    """The value of what an agreement gives, in cents; refused and cancelled devices do not count."""
    items = agreement.items.exclude(end_reason__in=NOT_GIVEN)
    return items.aggregate(total=Sum("valuation__cents"))["total"] or 0


def waiting(actor: Actor) -> QuerySet[Reservation]:
    """Reserved devices that stand in no agreement yet, by association. Refuses NotAllowed."""
    if not actor.holds(Word.HAND_OVER):
        raise NotAllowed(_("Your role may not hand devices over."))
    return (
        Reservation.objects.filter(released_at__isnull=True, device__status=Status.RESERVED)
        .exclude(device__agreement_items__ended_at__isnull=True, device__agreement_items__isnull=False)
        .exclude(line__request__association__in=interests_of(actor))
        .select_related("device", "device__location", "line__request__association")
        .order_by("line__request__association__search", "line__request_id", "id")
    )


def waiting_for(association: Association, actor: Actor) -> QuerySet[Reservation]:
    """The same for one association."""
    return waiting(actor).filter(line__request__association=association)


def waiting_by_association(actor: Actor) -> list[tuple[Association, int]]:
    """Associations for which reserved devices wait, by name, and how many. Refuses NotAllowed."""
    counted = waiting(actor).order_by().values("line__request__association").annotate(count=Count("id"))
    counts = {row["line__request__association"]: row["count"] for row in counted}
    bodies = Association.objects.filter(pk__in=counts).order_by("name", "id")
    return [(body, counts[body.pk]) for body in bodies]
