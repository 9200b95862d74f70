"""Reads of decisions, reservations, rounds, and the stock that fits a line."""

from __future__ import annotations

from django.db.models import QuerySet

from inventory.allocation.models import Decision, Reservation, Round
from inventory.associations.models import Request, RequestLine
from inventory.devices.gatekeepers import require
from inventory.devices.models import Device
from inventory.lifecycle import Actor, Status, Word


def decisions_of(request: Request) -> QuerySet[Decision]:
    """Decisions on a request, latest first, with their lines."""
    return request.decisions.select_related("decided_by", "round").prefetch_related("lines__line").order_by("-id")


def fitting_stock(line: RequestLine, actor: Actor) -> QuerySet[Device]:
    """Ready devices that a line could get, longest in stock first. Refuses NotAllowed."""
    require(actor, Word.ALLOCATE)
    found = Device.objects.filter(status=Status.READY, category=line.category).select_related("location")
    if line.minimum_memory_mb:
        found = found.filter(memory_mb__gte=line.minimum_memory_mb)
    return found.order_by("changed_at", "id")


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


def rounds() -> QuerySet[Round]:
    """Rounds, newest first."""
    return Round.objects.order_by("-id")
