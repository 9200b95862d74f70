"""What an auditor looks for first: gaps in numbers, late entries, exceptions, doubles, papers that do not match."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.allocation.models import Decision
from inventory.associations.filing_models import Filing, Letter
from inventory.associations.models import Association, Cluster, Request
from inventory.collection.models import CustodyException, CustodyHandover, Manifest
from inventory.collection.pickup_models import PickupRequest
from inventory.devices.categories import TOLD
from inventory.devices.models import Device
from inventory.disposal.models import FoundReport
from inventory.documents.models import NumberSeries
from inventory.handover.aftercare_models import AfterEvent
from inventory.handover.appointment_models import Appointment
from inventory.handover.models import Agreement, AgreementItem
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.definitions.models import ReportDefinition
from inventory.reports.period import Scope
from inventory.reports.samples.models import Sample
from inventory.wiping.models import Certificate, CertificateWithdrawal, QuarantinedBatch, Sanitisation

# Entered so long after it happened, it is told (R-10.1 "late encodings").
LATE = dt.timedelta(hours=24)
# Where a device may stay for ever.
_AT_REST = (Status.HANDED_OVER, Status.RECYCLED, Status.LOST, Status.WITHDRAWN)
# The papers that bear the numbers of a series, by the series' letter: the model and its field.
_SERIES = {
    "A": (Association, "code"),
    "R": (Request, "reference"),
    "D": (Decision, "number"),
    "G": (Agreement, "number"),
    "C": (Manifest, "number"),
    "X": (CustodyException, "number"),
    "P": (PickupRequest, "reference"),
    "W": (Certificate, "number"),
    "Q": (QuarantinedBatch, "number"),
    "K": (Cluster, "code"),
    "F": (Filing, "number"),
    "L": (Letter, "number"),
    "N": (AfterEvent, "number"),
    "V": (Appointment, "number"),
    "S": (Sample, "number"),
    "B": (ReportDefinition, "number"),
    "M": (FoundReport, "number"),
    # A person's request is forgotten after its term; that it was numbered stays in the ledger.
    "Y": (Entry, "subject_key"),
    # Elimination lists stand on a floor above; each step of theirs is an entry.
    "E": (Entry, "subject_key"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: what kind of thing, its key, when it was recorded, how much, and a code or number."""

    thing: str
    key: str
    at: dt.datetime | None = None
    # Hours, days or how many, as the check says.
    amount: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is looked for in a period; `amount` says what a finding's number counts."""

    label: Promise
    find: Callable[[Scope], Iterator[Finding]]
    amount: Promise | str = ""


def _gaps(scope: Scope) -> Iterator[Finding]:
    for series in NumberSeries.objects.filter(year__lte=scope.last.year).order_by("name", "year"):
        if series.name not in _SERIES:
            continue
        model, field = _SERIES[series.name]
        begin = f"{series.name}-{series.year}-"
        numbers = model._default_manager.filter(**{f"{field}__startswith": begin}).order_by()
        # A byte each: a year of a region has a million certificates.
        borne = bytearray(series.last + 1)
        for paper in numbers.values_list(field, flat=True).iterator(chunk_size=2000):
            place = paper.removeprefix(begin)
            if place.isdecimal() and int(place) <= series.last:
                borne[int(place)] = 1
        for number in range(1, series.last + 1):
            if not borne[number]:
                yield Finding("number", f"{begin}{number:05d}")


def _late(scope: Scope) -> Iterator[Finding]:
    found = _entries(scope).filter(occurred_at__lt=F("recorded_at") - LATE)
    rows = found.values_list("subject_kind", "subject_key", "recorded_at", "occurred_at", "event")
    for kind, key, recorded, occurred, event in rows.iterator(chunk_size=2000):
        yield Finding(kind, key, recorded, int((recorded - occurred).total_seconds() // 3600), event)


def _other_period(scope: Scope) -> Iterator[Finding]:
    found = _entries(scope).filter(Q(occurred_at__lt=scope.start) | Q(occurred_at__gte=scope.end))
    rows = found.values_list("subject_kind", "subject_key", "recorded_at", "event")
    for kind, key, recorded, event in rows.iterator(chunk_size=2000):
        yield Finding(kind, key, recorded, detail=event)


def _failed(scope: Scope) -> Iterator[Finding]:
    found = Sanitisation.objects.filter(succeeded=False, **_within("recorded_at", scope)).order_by("id")
    for code, at, verdict in found.values_list("medium__code", "recorded_at", "verdict").iterator(chunk_size=2000):
        yield Finding("medium", code, at, detail=verdict)


def _cleared(scope: Scope) -> Iterator[Finding]:
    found = Sanitisation.objects.filter(**_within("validated_at", scope)).exclude(exception_reference="")
    for code, at, reference in (
        found.order_by("id")
        .values_list("medium__code", "validated_at", "exception_reference")
        .iterator(chunk_size=2000)
    ):
        yield Finding("medium", code, at, detail=reference)


def _withdrawn(scope: Scope) -> Iterator[Finding]:
    found = CertificateWithdrawal.objects.filter(**_within("withdrawn_at", scope)).order_by("id")
    for number, at in found.values_list("certificate__number", "withdrawn_at").iterator(chunk_size=2000):
        yield Finding("certificate", number, at)


def _on_the_way(scope: Scope) -> Iterator[Finding]:
    found = CustodyException.objects.filter(**_within("opened_at", scope)).order_by("id")
    for number, at, kind, outcome in found.values_list("number", "opened_at", "kind", "outcome").iterator(
        chunk_size=2000
    ):
        yield Finding("custody_exception", number, at, detail=f"{kind}: {outcome}" if outcome else kind)


def _four_eyes(scope: Scope) -> Iterator[Finding]:
    alone = Sanitisation.objects.filter(validated_by=F("sanitised_by"), **_within("validated_at", scope))
    for code, at in alone.order_by("id").values_list("medium__code", "validated_at").iterator(chunk_size=2000):
        yield Finding("medium", code, at)
    alone_too = CustodyHandover.objects.filter(released_by=F("received_by"), **_within("recorded_at", scope))
    for number, at in alone_too.order_by("id").values_list("manifest__number", "recorded_at").iterator(chunk_size=2000):
        yield Finding("manifest", number, at)


def _doubles(scope: Scope) -> Iterator[Finding]:
    known = Device.objects.filter(merged_into__isnull=True, created_at__lt=scope.end).exclude(serial_key="")
    known = known.exclude(status=Status.WITHDRAWN)
    doubled = known.order_by("serial_key").values("serial_key").annotate(n=Count("id")).filter(n__gt=1)
    for serial, count in doubled.values_list("serial_key", "n").iterator(chunk_size=2000):
        yield Finding("serial", serial, amount=count)


def _uncertified(scope: Scope) -> Iterator[Finding]:
    certified = Certificate.objects.filter(withdrawal__isnull=True).values("sanitisation_id")
    found = Sanitisation.objects.filter(**_within("validated_at", scope)).exclude(pk__in=certified)
    for code, at in found.order_by("id").values_list("medium__code", "validated_at").iterator(chunk_size=2000):
        yield Finding("medium", code, at)


def _without_agreement(scope: Scope) -> Iterator[Finding]:
    given = AgreementItem.objects.filter(agreement__signed_at__isnull=False, end_reason="").values("device_id")
    found = Device.objects.filter(status=Status.HANDED_OVER, created_at__lt=scope.end).exclude(pk__in=given)
    for tag, at in found.order_by("id").values_list("tag", "changed_at").iterator(chunk_size=2000):
        yield Finding("device", tag, at)


def _told_of(scope: Scope) -> Iterator[Finding]:
    told = AfterEvent.objects.filter(kind__in=TOLD, **_within("recorded_at", scope)).order_by("id")
    for tag, at, kind in told.values_list("items__device__tag", "recorded_at", "kind"):
        if tag:
            yield Finding("device", tag, at, detail=kind)


def _standing_still(scope: Scope) -> Iterator[Finding]:
    days = settings.RELAIS_STILL_DAYS
    moved = Entry.objects.filter(subject_kind="device", recorded_at__lt=scope.end).exclude(from_status=F("to_status"))
    rest = Device.objects.filter(merged_into__isnull=True).exclude(status__in=_AT_REST).values("tag")
    last = (
        moved.filter(subject_key__in=rest).order_by("subject_key").values("subject_key").annotate(at=Max("recorded_at"))
    )
    for tag, at in (
        last.filter(at__lt=scope.end - dt.timedelta(days=days))
        .values_list("subject_key", "at")
        .iterator(chunk_size=2000)
    ):
        yield Finding("device", tag, at, (scope.end - at).days)


CHECKS: dict[str, Check] = {
    "gap": Check(_("Number missing in its series"), _gaps),
    "late": Check(_("Recorded more than a day after it happened"), _late, _("hours")),
    "cut_off": Check(_("Recorded in this period, and happened in another"), _other_period),
    "failed": Check(_("Sanitisation that did not succeed"), _failed),
    "clear": Check(_("Leaves with Clear, by a written exception"), _cleared),
    "withdrawn": Check(_("Certificate withdrawn"), _withdrawn),
    "custody": Check(_("Difference on the way"), _on_the_way),
    "four_eyes": Check(_("One person did what takes two"), _four_eyes),
    "doubled": Check(_("Serial number of several devices"), _doubles, _("devices")),
    "uncertified": Check(_("Validated, and without a certificate in force"), _uncertified),
    "no_agreement": Check(_("Handed over, and in no signed agreement"), _without_agreement),
    "told": Check(_("Lost, stolen or passed on after the hand-over"), _told_of),
    "still": Check(_("Too long in one status"), _standing_still, _("days")),
}


def _entries(scope: Scope) -> QuerySet[Entry]:
    return Entry.objects.filter(**_within("recorded_at", scope)).order_by("id")


def _within(field: str, scope: Scope) -> dict[str, dt.datetime]:
    return {f"{field}__gte": scope.start, f"{field}__lt": scope.end}
