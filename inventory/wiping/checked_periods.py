"""Reads of second checks and quarantined batches: what is to draw, to check, to wipe again, and how far it is."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import require
from inventory.devices.models import Medium
from inventory.errors import NotAllowed, NotFound
from inventory.lifecycle import Actor, MediumState, Word
from inventory.wiping.models import QuarantinedBatch, QuarantinedMedium, Sanitisation, SecondCheck, SecondCheckPeriod
from inventory.wiping.second_checks import bounds, excuse_of, first_of

LOOKERS = (Word.SANITISE, Word.VALIDATE, Word.AUDIT)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of sanitisations and how far its second checks are; `state` is to_draw, frozen, drawn or closed."""

    month: dt.date
    state: str
    period: SecondCheckPeriod | None = None
    done: int = 0
    failed: int = 0
    excused: int = 0

    @property
    def name(self) -> str:
        """The month as the address and the ledger write it: 2026-10."""
        return f"{self.month:%Y-%m}"


def require_looker(actor: Actor) -> None:
    """Refuse (NotAllowed) who neither sanitises, nor validates, nor audits."""
    if not any(actor.holds(word) for word in LOOKERS):
        raise NotAllowed(_("Your role may not see the second checks."))


def months(actor: Actor) -> list[Month]:
    """Every month that is over in which something was sanitised, newest first. Refuses NotAllowed."""
    require_looker(actor)
    found = [_month(period) for period in _counted(SecondCheckPeriod.objects.order_by("-month"))]
    found += [Month(first, "to_draw") for first in _not_frozen({month.month for month in found})]
    return sorted(found, key=lambda month: month.month, reverse=True)


def month_of(month: str, actor: Actor) -> Month:
    """One month; `to_draw` when nobody has frozen it. Refuses: NotAllowed; BadInput; NotFound (nothing was wiped)."""
    require_looker(actor)
    first = first_of(month)
    found = _counted(SecondCheckPeriod.objects.filter(month=first)).first()
    if found is not None:
        return _month(found)
    if not _something_wiped(first):
        raise NotFound(_("Nothing was sanitised in %(month)s."), month=month)
    return Month(first, "to_draw")


@dataclass(frozen=True, slots=True)
class DrawnMedium:
    """A drawn medium as the worklist shows it: whether this person may check it, or why nobody can any more."""

    check: SecondCheck
    excuse: str
    own: bool


def drawn_media(period: SecondCheckPeriod, actor: Actor) -> list[DrawnMedium]:
    """The drawn media of a period in the order of the draw, the unchecked ones first."""
    checks = period.checks.select_related(
        "medium__device__location", "sanitisation", "checked_by", "evidence", "period"
    ).order_by("place")
    lines = [
        DrawnMedium(
            check,
            check.excuse if check.checked_at else excuse_of(check),
            check.sanitisation.sanitised_by_id == actor.pk,
        )
        for check in checks
    ]
    return sorted(lines, key=lambda line: line.check.checked_at is not None)


def drawn_medium(month: str, code: str, actor: Actor) -> DrawnMedium:
    """One drawn medium. Refuses: NotAllowed; BadInput; NotFound."""
    require_looker(actor)
    check = (
        SecondCheck.objects.select_related("medium__device__location", "sanitisation__evidence", "period", "evidence")
        .filter(period__month=first_of(month), medium__code=code.strip().upper())
        .first()
    )
    if check is None:
        raise NotFound(_("The storage medium %(code)s was not drawn for %(month)s."), code=code, month=month)
    excuse = check.excuse if check.checked_at else excuse_of(check)
    return DrawnMedium(check, excuse, check.sanitisation.sanitised_by_id == actor.pk)


def to_check(actor: Actor) -> QuerySet[SecondCheck]:
    """Drawn media that wait for this person: wiped by somebody else. Refuses NotAllowed."""
    require(actor, Word.VALIDATE)
    return SecondCheck.objects.filter(checked_at__isnull=True).exclude(sanitisation__sanitised_by_id=actor.pk)


def months_to_draw(actor: Actor) -> list[Month]:
    """Months that are over and not drawn yet. Refuses NotAllowed."""
    require(actor, Word.VALIDATE)
    return [one for one in months(actor) if one.state in {"to_draw", "frozen"}]


@dataclass(frozen=True, slots=True)
class Batch:
    """A quarantined batch and how far its re-wiping is: so many of so many are proven again, so many are held."""

    batch: QuarantinedBatch
    media: int
    proven: int
    held: int


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A medium of a batch: `proven` again, `held` in a device that cannot go back, or `waiting` to be wiped."""

    item: QuarantinedMedium
    state: str


def batches(actor: Actor) -> list[Batch]:
    """Every quarantined batch, newest first. Refuses NotAllowed."""
    require_looker(actor)
    found = list(QuarantinedBatch.objects.select_related("failed__medium").order_by("-id"))
    return _with_progress(found)


def batch_numbered(number: str, actor: Actor) -> Batch:
    """One quarantined batch. Refuses: NotAllowed; NotFound."""
    require_looker(actor)
    found = QuarantinedBatch.objects.select_related("failed__medium").filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no quarantined batch %(number)s."), number=number)
    return _with_progress([found])[0]


def media_of_batch(batch: QuarantinedBatch) -> list[BatchLine]:
    """The media of a batch: what still waits first, then what is held, then what is proven again."""
    items = batch.items.select_related("medium__device__location", "sanitisation").order_by("id")
    order = ("waiting", "held", "proven")
    return sorted((BatchLine(item, _standing(item)) for item in items), key=lambda line: order.index(line.state))


def batches_of(medium: Medium) -> QuerySet[QuarantinedBatch]:
    """The batches a medium was quarantined with, newest first."""
    return QuarantinedBatch.objects.filter(items__medium=medium).order_by("-id")


def held_media(actor: Actor) -> QuerySet[Medium]:
    """Media whose proof was withdrawn and whose device could not go back yet, oldest first. Refuses NotAllowed."""
    require(actor, Word.READ_DEVICES)
    return Medium.objects.filter(proof_withdrawn=True).select_related("device__location").order_by("id")


def _not_frozen(known: set[dt.date]) -> list[dt.date]:
    """The months that are over, have sanitisations and no period yet: asked month by month, along the index."""
    earliest = Sanitisation.objects.filter(succeeded=True).order_by("recorded_at").values_list("recorded_at").first()
    if earliest is None:
        return []
    found, first = [], timezone.localtime(earliest[0]).date().replace(day=1)
    while (end := bounds(first)[1]) <= timezone.now():
        if first not in known and _something_wiped(first):
            found.append(first)
        first = timezone.localtime(end).date()
    return found


def _something_wiped(first: dt.date) -> bool:
    begin, end = bounds(first)
    return Sanitisation.objects.filter(succeeded=True, recorded_at__gte=begin, recorded_at__lt=end).exists()


def _with_progress(found: Iterable[QuarantinedBatch]) -> list[Batch]:
    listed = list(found)
    counts: dict[int, Counter[str]] = {batch.pk: Counter() for batch in listed}
    for item in (
        QuarantinedMedium.objects.filter(batch__in=listed).select_related("medium", "sanitisation").order_by("id")
    ):
        counts[item.batch_id][_standing(item)] += 1
    return [
        Batch(batch, counts[batch.pk].total(), counts[batch.pk]["proven"], counts[batch.pk]["held"]) for batch in listed
    ]


def _standing(item: QuarantinedMedium) -> str:
    medium = item.medium
    if medium.proof_withdrawn:
        return "held"
    again = medium.state == MediumState.VALIDATED and medium.cycle > item.sanitisation.cycle
    return "proven" if again or medium.state == MediumState.DESTROYED else "waiting"


def _counted(periods: QuerySet[SecondCheckPeriod]) -> QuerySet[SecondCheckPeriod]:
    return periods.annotate(
        done=Count("checks", filter=Q(checks__checked_at__isnull=False)),
        failed=Count("checks", filter=Q(checks__outcome="failed")),
        excused=Count("checks", filter=Q(checks__outcome="excused")),
    )


def _month(period: SecondCheckPeriod) -> Month:
    state = "closed" if period.closed_at else "drawn" if period.drawn_at else "frozen"
    counted = period.__dict__
    return Month(period.month, state, period, counted["done"], counted["failed"], counted["excused"])
