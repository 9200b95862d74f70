"""Storage media to trace: those in no device whose content nobody has proven gone, and those never accounted for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from inventory.devices.gatekeepers import require
from inventory.devices.identity import serial_key
from inventory.devices.models import Medium, MediumStay
from inventory.lifecycle import ACCOUNTED, Actor, MediumState, Status, Word

# Days after which a medium that nobody has begun to sanitise is asked after.
PATIENCE_DAYS = 14
# Where a device's disks should be out, or proven, and nothing will bring it up again by itself.
_OFF_THE_WAY = (Status.FOR_PARTS, Status.TO_RECYCLE)


@dataclass(frozen=True, slots=True)
class TraceFilter:
    """What somebody looks for; empty means everything. It stands in the address of the page."""

    words: str = ""
    kind: str = ""
    days: int = PATIENCE_DAYS


def orphans(actor: Actor, wanted: TraceFilter | None = None) -> QuerySet[Any]:
    """Media in no device, neither destroyed nor validated; each with `since` (when it was taken out), oldest first.

    `from_tag` is the device it was in last, `holder_key` the pseudonym of who took it out. Refuses NotAllowed.
    """
    require(actor, Word.READ_DEVICES)
    last = MediumStay.objects.filter(medium=OuterRef("pk"), until__isnull=False).order_by("-until", "-id")
    found: QuerySet[Any] = Medium.objects.filter(device__isnull=True).exclude(state__in=ACCOUNTED)
    found = found.annotate(
        since=Max("stays__until"),
        from_tag=Subquery(last.values("device__tag")[:1]),
        holder_key=Subquery(last.values("removed_by__key")[:1], output_field=CharField()),
    )
    return _narrowed(found, wanted, "").order_by("since", "id")


def unaccounted_for(actor: Actor, wanted: TraceFilter | None = None) -> QuerySet[Any]:
    """Stays of media that were announced in a device and that nobody sanitised, took out or destroyed since.

    Each with `why`: `missed` (a later inspection does not see it), `lost` (its device is), `off_the_way` (its device is
    dismantled or goes to recycling), `waiting` (nobody has begun for `days` days). Oldest first. Refuses NotAllowed.
    """
    require(actor, Word.READ_DEVICES)
    patience = timezone.now() - dt.timedelta(days=(wanted or TraceFilter()).days)
    why = {
        "missed": Q(missed_at__isnull=False),
        "lost": Q(device__status=Status.LOST),
        "off_the_way": Q(device__status__in=_OFF_THE_WAY),
        "waiting": Q(medium__state=MediumState.PENDING, since__lt=patience),
    }
    found: QuerySet[Any] = MediumStay.objects.filter(until__isnull=True).exclude(medium__state__in=ACCOUNTED)
    found = found.annotate(
        why=Case(*(When(q, then=Value(name)) for name, q in why.items()), default=Value(""), output_field=CharField())
    ).exclude(why="")
    found = found.select_related("medium", "device", "device__location")
    return _narrowed(found, wanted, "medium__").order_by("since", "id")


def _narrowed(rows: QuerySet[Any], wanted: TraceFilter | None, way: str) -> QuerySet[Any]:
    if wanted is None:
        return rows
    if wanted.kind:
        rows = rows.filter(**{f"{way}kind": wanted.kind})
    if wanted.words.strip():
        words = wanted.words.strip()
        places = {"place__icontains": words, "model__icontains": words, "serial_key__startswith": serial_key(words)}
        asked = Q(**{f"{way}code": words.upper().replace("-", "")})
        for place, word in places.items():
            asked |= Q(**{f"{way}{place}": word})
        rows = rows.filter(asked)
    return rows
