"""Reads of what comes after a hand-over: what was told, which reports are due, and who holds a recalled machine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.associations.filing_models import Filing, Letter
from inventory.associations.interests import refuse_interest
from inventory.associations.queries import interests_of
from inventory.devices.categories import TOLD
from inventory.devices.identity import folded
from inventory.devices.tags import grouped
from inventory.errors import BadInput, NotAllowed
from inventory.handover.aftercare_models import AfterEvent
from inventory.handover.models import Agreement, AgreementItem
from inventory.handover.queries import agreements
from inventory.lifecycle import Actor, Word

# A machine that a maker recalls is looked for among so many at most.
MOST_RECALLED = 5000


def after_events(actor: Actor, *, kind: str = "", agreement: str = "") -> QuerySet[AfterEvent]:
    """What was told or found, latest first; a member sees what concerns their own. Refuses NotAllowed."""
    found = AfterEvent.objects.filter(agreement__in=agreements(actor).order_by().values("pk"))
    if kind:
        found = found.filter(kind=kind)
    if agreement:
        found = found.filter(agreement__number=agreement)
    return found.select_related("agreement__association").prefetch_related("items__device").order_by("-id")


def reports_due(actor: Actor) -> list[Agreement]:
    """Signed agreements whose report of use is due and has come by no channel, oldest first. Refuses NotAllowed."""
    if not any(actor.holds(word) for word in (Word.REQUEST_FOR_OTHERS, Word.TAKE_BACK, Word.AUDIT)):
        raise NotAllowed(_("Your role may not see agreements."))
    told = Filing.objects.filter(
        procedure="report",
        request__lines__reservations__items__agreement=OuterRef("pk"),
        received_at__gte=OuterRef("signed_at"),
    )
    reminded = Letter.objects.filter(
        kind="report_due", association=OuterRef("association"), written_at__gte=timezone.now() - dt.timedelta(days=30)
    )
    today = timezone.localdate()
    # The shortest months make the earliest day: the exact one is reckoned below.
    early = timezone.now() - dt.timedelta(days=28)
    found = Agreement.objects.filter(signed_at__lt=early, items__ended_at__isnull=True).distinct()
    found = found.exclude(association__in=interests_of(actor))
    found = found.select_related("association").annotate(told=Exists(told), reminded=Exists(reminded))
    return [one for one in found.filter(told=False).order_by("signed_at", "id") if due_on(one) <= today]


@dataclass(frozen=True, slots=True)
class Standing:
    """What associations hold now, in devices, and what is known of it."""

    held: int
    # By what their holder told of them: lost, stolen, transfer.
    told: dict[str, int]
    # Defects told of devices that neither came back nor were replaced, and exchanges that were made.
    defective: int
    replaced: int


def standing(actor: Actor) -> Standing:
    """The figures of what was handed over; a member sees those of their own. Refuses NotAllowed."""
    signed = AgreementItem.objects.filter(agreement__in=agreements(actor).order_by().values("pk"))
    held = signed.filter(ended_at__isnull=True, agreement__signed_at__isnull=False)
    counted = dict(held.order_by().values_list("device__told").annotate(count=Count("id")))
    broken = held.filter(after_events__kind="defective").distinct().count()
    told = {code: counted.get(code, 0) for code in TOLD}
    return Standing(sum(counted.values()), told, broken, signed.filter(end_reason="replaced").count())


def to_remind(actor: Actor) -> int:
    """How many of them got no reminder this month. Refuses NotAllowed."""
    return sum(not getattr(one, "reminded", False) for one in reports_due(actor))


def due_on(agreement: Agreement) -> dt.date:
    """The day on which the report of use of a signed agreement is due: so many months after it was signed."""
    signed = timezone.localdate(agreement.signed_at)
    months = signed.month - 1 + agreement.report_months
    year, month = signed.year + months // 12, months % 12 + 1
    return dt.date(year, month, min(signed.day, 28))


def recalled(actor: Actor, *, make: str, model: str = "", first: str = "", last: str = "") -> list[AgreementItem]:
    """Devices with associations now, of a make, a model and a range of serials: who holds what.

    Serials are compared as makers number them: first by length, then by signs. Refuses: NotAllowed; BadInput (no make,
    more than `MOST_RECALLED`); RuleBroken (one of the holders is an association in which this person declared an
    interest: a recall is read and written whole, by somebody else).
    """
    if not any(actor.holds(word) for word in (Word.TAKE_BACK, Word.AUDIT)):
        raise NotAllowed(_("Your role may not see who holds devices."))
    if len(make.strip()) < 2:
        raise BadInput(_("Give the make, as it stands on the machine."), field="make")
    found = AgreementItem.objects.filter(ended_at__isnull=True, agreement__signed_at__isnull=False)
    for word in folded(f"{make} {model}").split():
        found = found.filter(device__search__contains=word)
    rows = list(
        found.select_related("device", "agreement__association").order_by("agreement_id", "id")[: MOST_RECALLED + 1]
    )
    if len(rows) > MOST_RECALLED:
        raise BadInput(_("More than %(most)s machines: give the model as well."), most=MOST_RECALLED, field="model")
    low, high = _place(first), _place(last)
    wanted = (folded(make), folded(model))
    holding = [
        row
        for row in rows
        if wanted[0] in folded(row.device.manufacturer)
        and wanted[1] in folded(row.device.model)
        and (not first.strip() or low <= _place(row.device.serial))
        and (not last.strip() or _place(row.device.serial) <= high)
    ]
    for association in sorted({row.agreement.association_id for row in holding}):
        refuse_interest(actor, association)
    return holding


def recall_lines(rows: Iterable[AgreementItem]) -> Iterator[list[str]]:
    """The lines of the list of holders, its headings first."""
    yield ["tag", "manufacturer", "model", "serial", "association", "association_code", "agreement", "signed_on"]
    for row in rows:
        device, body = row.device, row.agreement.association
        yield [
            grouped(device.tag),
            device.manufacturer,
            device.model,
            device.serial,
            body.name,
            body.code,
            row.agreement.number,
            f"{timezone.localtime(row.agreement.signed_at):%Y-%m-%d}",
        ]


def holders(rows: Sequence[AgreementItem]) -> list[tuple[str, list[AgreementItem]]]:
    """The same by association: its name, and its devices."""
    by_name: dict[str, list[AgreementItem]] = {}
    for row in rows:
        by_name.setdefault(row.agreement.association.name, []).append(row)
    return sorted(by_name.items())


def _place(serial: str) -> tuple[int, str]:
    bare = "".join(sign for sign in serial.upper() if sign.isalnum())
    return len(bare), bare
