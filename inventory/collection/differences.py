"""Exceptions of custody: what does not agree on the way gets an owner, a deadline and, in the end, an outcome."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.collection.models import CustodyException, CustodyHandover, Manifest
from inventory.devices.containers.models import Container
from inventory.devices.gatekeepers import require_one
from inventory.devices.models import Device
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Status, Word

SERIES = "X"
# Who works on exceptions: those who plan, drive and receive.
WORKERS = (Word.DECLARE, Word.COLLECT, Word.RECEIVE)


@dataclass(frozen=True, slots=True)
class DifferenceKind:
    """One way in which things do not agree: what people call it, days to settle it, and what can have come of it."""

    label: Promise
    days: int
    outcomes: tuple[str, ...]


OUTCOMES: dict[str, Promise] = {
    "arrived": _("It has arrived after all"),
    "fetched_later": _("It is fetched another time"),
    "kept_by_department": _("The department keeps it"),
    "taken_in": _("It stays with us, on this manifest"),
    "sent_back": _("It went back to the department"),
    "reported_lost": _("It is reported lost"),
    "counted_again": _("Counted again: it agrees"),
    "explained": _("Explained and written down on the manifest's paper"),
    "paper_kept": _("The signed paper is kept"),
    "paper_lost": _("The paper is lost; both have signed anew"),
    "delivered": _("It was delivered"),
}

KINDS: dict[str, DifferenceKind] = {
    "not_taken": DifferenceKind(_("Expected, and not taken"), 10, ("fetched_later", "kept_by_department", "arrived")),
    "extra": DifferenceKind(_("Not on the list, and taken"), 5, ("taken_in", "sent_back")),
    "not_arrived": DifferenceKind(_("Taken, and not arrived"), 2, ("arrived", "reported_lost")),
    "arrived_untaken": DifferenceKind(_("Arrived, and not scanned when they were taken"), 5, ("taken_in", "sent_back")),
    "crate_not_arrived": DifferenceKind(_("A crate was taken, and has not arrived"), 2, ("arrived", "reported_lost")),
    "seal_differs": DifferenceKind(_("The seal is not the one that was put on"), 2, ("explained", "counted_again")),
    "count_taken": DifferenceKind(
        _("Counted otherwise than scanned, at the pick-up"), 2, ("counted_again", "explained")
    ),
    "count_brought": DifferenceKind(
        _("Counted otherwise than scanned, at the delivery"), 2, ("counted_again", "explained")
    ),
    "overdue": DifferenceKind(_("Too long under way"), 1, ("delivered", "explained")),
    "paper_missing": DifferenceKind(_("The signed paper is not kept yet"), 5, ("paper_kept", "paper_lost")),
}


def open_difference(
    manifest: Manifest,
    kind: str,
    *,
    actor: Actor,
    owner: int,
    device: Device | None = None,
    container: Container | None = None,
    facts: dict[str, Any] | None = None,
) -> CustodyException:
    """Open an exception inside the caller's transaction; `owner` is the user's id. One that is open stays as it is."""
    of = {"manifest": manifest, "kind": kind, "device": device, "container": container}
    known = CustodyException.objects.filter(**of, resolved_at__isnull=True).first()
    if known is not None:
        return known
    today = timezone.localdate()
    opened = CustodyException(
        number=next_number(SERIES, today),
        facts=facts or {},
        owner_id=owner,
        due_on=today + dt.timedelta(days=KINDS[kind].days),
        opened_at=timezone.now(),
        **of,
    )
    about = device.tag if device else container.code if container else ""
    _remember(opened, "open", actor, {"manifest": manifest.number, "kind": kind, "about": about, **opened.facts})
    opened.save()
    return opened


@transaction.atomic
def assign(number: str, *, actor: Actor, owner: Any, due_on: dt.date | None = None) -> CustodyException:
    """Give an exception to a colleague, perhaps with another deadline.

    Refuses: NotAllowed; NotFound; BadInput (a day that has passed, who cannot work on it); Conflict (resolved).
    """
    require_one(actor, *WORKERS)
    found = _open_one(number)
    if not any(owner.holds(word) for word in WORKERS):
        raise BadInput(_("Choose somebody who plans, drives or receives."), field="owner")
    if due_on is not None and due_on < timezone.localdate():
        raise BadInput(_("The deadline lies in the past."), field="due_on")
    found.owner_id = owner.pk
    found.due_on = due_on or found.due_on
    _remember(found, "assign", actor, {"owner": owner.key, "due_on": found.due_on})
    found.save(update_fields=["owner", "due_on"])
    return found


@transaction.atomic
def resolve(number: str, *, actor: Actor, outcome: str) -> CustodyException:
    """Say what came of an exception.

    Refuses: NotAllowed; NotFound; BadInput (an outcome that this kind cannot have); Conflict (resolved already);
    RuleBroken (the device is still under way: receive it, or report it lost first; the paper is not kept).
    """
    require_one(actor, *WORKERS)
    found = _open_one(number)
    if outcome not in KINDS[found.kind].outcomes:
        raise BadInput(_("Choose what came of it from the list."), field="outcome")
    _agree_with_facts(found, outcome)
    _close(found, outcome, actor)
    return found


def settle(
    manifest: Manifest,
    kind: str,
    outcome: str,
    *,
    actor: Actor,
    device: Device | None = None,
    container: Container | None = None,
) -> None:
    """Close an exception that a deed has settled, inside the caller's transaction; nothing when there is none."""
    of = {"manifest": manifest, "kind": kind, "device": device, "container": container}
    for one in CustodyException.objects.filter(**of, resolved_at__isnull=True):
        _close(one, outcome, actor)


def overdue_since(now: dt.datetime) -> dt.datetime:
    """What was picked up before this moment should have arrived (R-10.7: transit is a state with a clock)."""
    return now - dt.timedelta(hours=settings.RELAIS_TRANSIT_HOURS)


@transaction.atomic
def watch(*, actor: Actor) -> int:
    """Open an exception for every manifest that is too long under way, owned by its driver. Returns how many are new.

    Called by the worker about once a minute, and safe to call as often as one likes.
    """
    late = CustodyHandover.objects.filter(
        leg="pickup", manifest__state="under_way", occurred_at__lt=overdue_since(timezone.now())
    ).exclude(manifest__exceptions__in=CustodyException.objects.filter(kind="overdue"))
    fresh = list(late.select_related("manifest").order_by("id")[:200])
    for handover in fresh:
        hours = {"hours": settings.RELAIS_TRANSIT_HOURS}
        open_difference(handover.manifest, "overdue", actor=actor, owner=handover.received_by_id, facts=hours)
    return len(fresh)


def _agree_with_facts(found: CustodyException, outcome: str) -> None:
    device = found.device
    if device is not None and found.kind == "not_arrived" and device.status == Status.IN_TRANSIT:
        raise RuleBroken(
            _("%(tag)s is still under way. Receive it, or report it lost; then settle this."), tag=device.tag
        )
    if outcome == "reported_lost" and device is not None and device.status != Status.LOST:
        raise RuleBroken(_("%(tag)s is not reported lost."), tag=device.tag)
    if outcome == "paper_kept":
        missing = found.manifest.handovers.filter(signatures__how="paper", paper__isnull=True)
        if missing.exists():
            raise RuleBroken(_("The signed paper is not kept yet. Add its photo or scan first."))
    if outcome == "delivered" and found.manifest.state != "arrived":
        raise RuleBroken(_("This manifest has not arrived. Receive its delivery first."))


def _close(found: CustodyException, outcome: str, actor: Actor) -> None:
    found.resolved_at, found.resolved_by_id, found.outcome = timezone.now(), actor.pk, outcome
    _remember(found, "resolve", actor, {"outcome": outcome})
    found.save(update_fields=["resolved_at", "resolved_by", "outcome"])


def _open_one(number: str) -> CustodyException:
    found = CustodyException.objects.select_for_update().filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no exception %(number)s."), number=number)
    if found.resolved_at is not None:
        raise Conflict(_("Exception %(number)s is settled already."), number=found.number)
    return found


def _remember(found: CustodyException, event: str, actor: Actor, facts: dict[str, Any]) -> None:
    deed = Deed(
        f"custody_exception.{event}",
        "custody_exception",
        found.number,
        next_seq("custody_exception", found.number),
        facts,
        to_status="resolved" if found.resolved_at else "open",
    )
    record(deed, actor=actor)
