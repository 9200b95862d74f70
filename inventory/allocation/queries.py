"""Reads of decisions, reservations, rounds, and the stock that fits a line."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation.models import Decision, DecisionLine, Reservation, Round
from inventory.allocation.pools import pools_of
from inventory.allocation.refusing import standing_refusals
from inventory.allocation.round_models import FrozenPool
from inventory.associations.models import Association, Request, RequestLine
from inventory.associations.queries import interests_of
from inventory.devices.gatekeepers import require
from inventory.devices.identity import folded
from inventory.devices.models import Device
from inventory.devices.tags import read_tag
from inventory.errors import NotFound
from inventory.lifecycle import Actor, Status, Word

OUTCOMES: dict[str, Promise] = {
    "award": _("Granted"),
    "partial": _("Granted in part"),
    "waiting": _("On the waiting list"),
    "refuse": _("Refused"),
}


def decisions_of(request: Request) -> QuerySet[Decision]:
    """Decisions on a request, latest first, with their lines."""
    return request.decisions.select_related("decided_by", "round").prefetch_related("lines__line").order_by("-id")


def may_see_why(request: Request, actor: Actor) -> bool:
    """Colleagues once a pool is drawn; members once their request has its decision."""
    return actor.holds(Word.READ_REQUESTS) or request.decisions.exists()


def fitting_stock(line: RequestLine, actor: Actor, *, words: str = "", grade: str = "") -> QuerySet[Device]:
    """Ready devices that a line could get, longest in stock first. Who decides may look too. Refuses NotAllowed."""
    if not actor.holds(Word.DECIDE):
        require(actor, Word.ALLOCATE)
    found = fitting(line)
    for word in folded(words).split():
        found = found.filter(search__contains=word)
    if grade:
        found = found.filter(grade=grade)
    return found


def fitting(line: RequestLine) -> QuerySet[Device]:
    """The same for whoever was let pass already."""
    found = Device.objects.filter(status=Status.READY, category__in=line.kinds, merged_into__isnull=True)
    if line.minimum_memory_mb:
        found = found.filter(memory_mb__gte=line.minimum_memory_mb)
    return found.select_related("location").order_by("changed_at", "id")


def line_of(request: Request, position: int) -> RequestLine:
    """One line of a request. Refuses NotFound."""
    found = request.lines.filter(position=position).first()
    if found is None:
        raise NotFound(
            _("Request %(reference)s has no line %(position)s."), reference=request.reference, position=position
        )
    return found


def still_to_reserve(line: RequestLine) -> int:
    """How many devices the latest decision grants this line and nobody has reserved yet."""
    decision = line.request.decisions.order_by("-id").first()
    granted = decision.lines.filter(line=line).first() if decision else None
    if granted is None:
        return 0
    return max(0, granted.granted - line.reservations.filter(released_at__isnull=True).count())


def reservations_of(request: Request) -> QuerySet[Reservation]:
    """Devices now kept for a request or given by it, by line."""
    return (
        Reservation.objects.filter(line__request=request, released_at__isnull=True)
        .select_related("device", "line", "decision")
        .order_by("line__position", "id")
    )


def kept_device(request: Request, tag: str) -> Device:
    """A device that is kept for a request. Refuses: BadInput (no tag); NotFound."""
    found = reservations_of(request).filter(device__tag=read_tag(tag)).first()
    if found is None:
        raise NotFound(_("%(tag)s is not kept for request %(reference)s."), tag=tag, reference=request.reference)
    return found.device


def rounds() -> QuerySet[Round]:
    """Rounds, newest first, with how many `decided` requests."""
    return Round.objects.annotate(decided=Count("decisions")).order_by("-id")


def round_numbered(number: str) -> Round:
    """One round. Refuses NotFound."""
    found = rounds().filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no round %(number)s."), number=number)
    return found


def is_closed(found: Round) -> bool:
    """Whether a round's closing moment has passed."""
    return found.closes_at <= timezone.now()


def names_of_associations(codes: Iterable[str]) -> dict[str, str]:
    """Code → name, of associations and of clusters that share as one."""
    wanted = set(codes)
    names = dict(Association.objects.filter(code__in=wanted).values_list("code", "name"))
    together: dict[str, list[str]] = {}
    members = Association.objects.filter(cluster__code__in=wanted).order_by("search", "id")
    for code, name in members.values_list("cluster__code", "name"):
        together.setdefault(code, []).append(name)
    return {**{code: " + ".join(some) for code, some in together.items()}, **names}


def open_rounds() -> QuerySet[Round]:
    """Rounds that nobody has finished, the one that closes first in front."""
    return Round.objects.filter(finished_at__isnull=True).order_by("closes_at", "id")


def round_gathering() -> Round | None:
    """The round that gathers requests now, None between rounds."""
    gathering = open_rounds().filter(opens_on__lte=timezone.localdate(), closes_at__gt=timezone.now())
    return gathering.first()


def round_taking(request: Request) -> Round | None:
    """The round in which a request that waits takes part: the first open one that closes after its date stamp.

    One that had been frozen before the request was typed in does not count: then the next one.
    """
    gathering = open_rounds().filter(closes_at__gt=request.received_at)
    return gathering.exclude(pk__in=missed_pools(request).values("round_id")).first()


def missed_pools(request: Request) -> QuerySet[FrozenPool]:
    """Frozen pools that a request missed: its date lies before the closing, it was typed in after the freeze."""
    kinds = {kind for line in request.lines.all() for kind in line.kinds}
    frozen = FrozenPool.objects.filter(
        pool__in=pools_of(kinds), round__closes_at__gt=request.received_at, frozen_at__lte=request.recorded_at
    )
    return frozen.select_related("round").order_by("round__closes_at", "pool")


def late_arrivals(found: Round, actor: Actor) -> QuerySet[Request]:
    """Requests typed in after the closing whose date lies before it, and after the closing of the round before.

    Oldest date first. Refuses NotAllowed.
    """
    require(actor, Word.READ_REQUESTS)
    late = Request.objects.filter(
        received_at__lt=found.closes_at, recorded_at__gte=found.closes_at, state__in=["received", "decided", "closed"]
    ).exclude(association__in=interests_of(actor))
    before = Round.objects.filter(closes_at__lt=found.closes_at).order_by("-closes_at").first()
    if before is not None:
        late = late.filter(received_at__gte=before.closes_at)
    return late.select_related("association").prefetch_related("lines").order_by("received_at", "id")


def decisions_in(found: Round, actor: Actor) -> QuerySet[Decision]:
    """Decisions of a round with their requests, latest first. Refuses NotAllowed."""
    require(actor, Word.READ_REQUESTS)
    decisions = found.decisions.exclude(request__association__in=interests_of(actor))
    return decisions.select_related("request__association", "decided_by").order_by("-id")


def reservation_of(device: Device, actor: Actor) -> Reservation | None:
    """For whom a device is kept, or to whom it was given; None when nobody, or not for these eyes."""
    if not actor.holds(Word.READ_REQUESTS):
        return None
    return (
        device.reservations.filter(released_at__isnull=True)
        .exclude(line__request__association__in=interests_of(actor))
        .select_related("line__request__association", "decision")
        .order_by("-id")
        .first()
    )


def lines_to_reserve(actor: Actor) -> QuerySet[DecisionLine]:
    """Lines of the latest decisions for which fewer devices are kept than were granted. Refuses NotAllowed."""
    require(actor, Word.ALLOCATE)
    latest = Decision.objects.filter(request=OuterRef("decision__request")).order_by("-id").values("pk")[:1]
    return (
        DecisionLine.objects.filter(decision_id=Subquery(latest), decision__request__state="decided")
        .exclude(line__in=standing_refusals().filter(closes=True).values("line"))
        .annotate(kept=Count("line__reservations", filter=Q(line__reservations__released_at__isnull=True)))
        .filter(granted__gt=F("kept"))
        .order_by("id")
    )
