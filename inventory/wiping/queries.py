"""Reads of the wiping bench: media, what is on record for them, and the people who may witness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth import get_user_model
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require, unaccounted
from inventory.devices.models import Device, Medium
from inventory.devices.queries import by_tag
from inventory.devices.tags import read_tag
from inventory.errors import BadInput, NotAllowed, NotFound
from inventory.lifecycle import PROVEN_CLEAN, Actor, MediumState, Status, Word
from inventory.wiping.models import Certificate, Destruction, EvidenceBatch, EvidenceItem, Sanitisation
from inventory.wiping.unrecorded import Unrecorded


def medium_of(code: str, actor: Actor) -> Medium:
    """A storage medium by its code. Refuses: NotAllowed; NotFound."""
    require(actor, Word.READ_DEVICES)
    found = Medium.objects.select_related("device").filter(code=read_tag(code)).first()
    if found is None:
        raise NotFound(_("There is no storage medium %(code)s."), code=code)
    return found


def sanitisations_of(medium: Medium) -> QuerySet[Sanitisation]:
    """Everything on record for a medium, newest first."""
    return medium.sanitisations.select_related("evidence", "sanitised_by", "verified_by", "validated_by").order_by(
        "-id"
    )


def to_validate(actor: Actor) -> QuerySet[Sanitisation]:
    """Verified sanitisations that this person may validate: the work of others."""
    require(actor, Word.VALIDATE)
    return (
        Sanitisation.objects.filter(medium__state=MediumState.VERIFIED, validated_at__isnull=True, succeeded=True)
        .exclude(sanitised_by_id=actor.pk)
        .select_related("medium", "medium__device", "evidence")
        .order_by("id")
    )


def to_verify(actor: Actor) -> QuerySet[Sanitisation]:
    """Sanitisations that a person still has to verify, oldest first. Refuses NotAllowed."""
    require(actor, Word.READ_DEVICES)
    return (
        Sanitisation.objects.filter(
            medium__state=MediumState.SANITISED, verified_at__isnull=True, succeeded=True, cycle=F("medium__cycle")
        )
        .select_related("medium", "medium__device", "evidence")
        .order_by("id")
    )


# What of a batch to show, by the word in the address.
SHOWS: dict[str, Q] = {
    "recorded": Q(recorded__gt=0),
    "unsettled": Q(unsettled__gt=0),
    "refused": ~Q(refusal={}),
}


def batch_of(code: str, actor: Actor) -> EvidenceBatch:
    """Evidence brought in together, by the code of its work. Refuses: NotAllowed; NotFound."""
    if not any(actor.holds(word) for word in (Word.SANITISE, Word.VALIDATE, Word.AUDIT)):
        raise NotAllowed(_("Your role may not see the wiping bench."))
    found = EvidenceBatch.objects.select_related("job").filter(job__code=code).first()
    if found is None:
        raise NotFound(_("There is no such batch of evidence."), batch=code)
    return found


def items_of(batch: EvidenceBatch, show: str = "") -> QuerySet[EvidenceItem]:
    """Its files in order; `show` is a key of `SHOWS`, anything else means all."""
    return batch.items.filter(SHOWS.get(show, Q())).order_by("position")


def counts_of(batch: EvidenceBatch) -> dict[str, int]:
    """How many files it has, and of how many drives what came: recorded, unsettled, and files refused."""
    return batch.items.aggregate(
        files=Count("id"),
        taken_up=Count("taken_up_at"),
        recorded=Coalesce(Sum("recorded"), 0),
        unsettled=Coalesce(Sum("unsettled"), 0),
        refused=Count("id", filter=SHOWS["refused"]),
    )


def lines_of(batch: EvidenceBatch) -> Iterator[list[str]]:
    """A line a drive, headings first, as `./run manage judge` names things; a refused file is a line too."""
    columns = ("device", "serial", "verdict", "category", "method", "tool", "version", "medium")
    yield ["file", "sha256", *columns, "recorded", "why"]
    for item in batch.items.order_by("position").iterator(chunk_size=500):
        for drive in item.drives or [{}]:
            why = Unrecorded(drive["why"]).label if drive.get("why") else item.why
            cells = [str(drive.get(column) or "") for column in columns]
            yield [item.name, item.sha256, *cells, "yes" if drive.get("recorded") else "no", str(why)]


def destruction_of(medium: Medium) -> Destruction | None:
    """How a medium was destroyed, None when it was not."""
    return Destruction.objects.filter(medium=medium).select_related("evidence", "destroyed_by", "witnessed_by").first()


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """All that a stranger may know of a device: its kind, and how its data was dealt with. Nothing when unknown."""

    kind: Promise | None = None
    clean: bool = False
    certificates: tuple[str, ...] = ()


def public_facts(tag: str) -> PublicFacts:
    """What the QR code tells a stranger. A tag that is unknown, on no device or no tag at all gives empty facts."""
    try:
        device = by_tag(tag)
    except BadInput:
        return PublicFacts()
    if device is None:
        return PublicFacts()
    kind = CATEGORIES[device.category]
    if Status(device.status) not in PROVEN_CLEAN or unaccounted(device):
        return PublicFacts(kind)
    numbers = certificates_in_force(device).order_by("id").values_list("number", flat=True)
    return PublicFacts(kind, True, tuple(numbers))


def certificates_in_force(device: Device) -> QuerySet[Certificate]:
    """The certificates that speak for the media now in a device: not replaced, not withdrawn, of the present cycle."""
    return _told(
        Certificate.objects.filter(medium__device=device, superseded_by__isnull=True, withdrawal__isnull=True).filter(
            Q(destruction__isnull=False) | Q(sanitisation__cycle=F("medium__cycle"))
        )
    )


def certificates_of(medium: Medium) -> QuerySet[Certificate]:
    """Every certificate of a medium, newest first."""
    return _told(medium.certificates).order_by("-id")


@dataclass(frozen=True, slots=True)
class CertificateFilter:
    """Which certificates somebody looks for; empty means all. It stands in the address of the page."""

    words: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    category: str = ""
    in_force: bool = False


def certificates(actor: Actor, wanted: CertificateFilter | None = None) -> QuerySet[Certificate]:
    """Certificates that fit, newest first; `words` look in number, serial, medium and device. Refuses NotAllowed."""
    require(actor, Word.READ_DEVICES)
    wanted = wanted or CertificateFilter()
    found = _told(Certificate.objects).order_by("-id")
    for word in wanted.words.split():
        plain = word.replace("-", "").upper()
        found = found.filter(
            Q(number__icontains=word)
            | Q(medium__serial__icontains=word)
            | Q(medium__code__contains=plain)
            | Q(facts__device=plain)
        )
    if wanted.since:
        found = found.filter(issued_at__gte=_midnight(wanted.since))
    if wanted.until:
        found = found.filter(issued_at__lt=_midnight(wanted.until + dt.timedelta(days=1)))
    if wanted.category:
        found = found.filter(facts__category=wanted.category)
    return found.filter(superseded_by__isnull=True) if wanted.in_force else found


def certificates_after(found: QuerySet[Certificate], number: str) -> QuerySet[Certificate]:
    """Those of a list, newest first, that come after the one with this number; all when none is named."""
    if not number:
        return found
    return found.filter(pk__lt=Certificate.objects.filter(number=number.upper()).values("pk")[:1])


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def certificate_numbered(number: str, actor: Actor) -> Certificate:
    """One certificate. Refuses: NotAllowed; NotFound."""
    require(actor, Word.READ_DEVICES)
    found = _told(Certificate.objects).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no certificate %(number)s."), number=number)
    return found


@dataclass(frozen=True, slots=True)
class CheckedCertificate:
    """All that the public check says: number, day, result, whether a newer one replaced it or we withdrew it."""

    number: str
    issued_on: dt.date
    category: str
    superseded_by: str
    withdrawn_on: dt.date | None


def checked_certificate(number: str) -> CheckedCertificate | None:
    """What the public check page may say of a number; None when there is no such certificate."""
    found = (
        Certificate.objects.select_related("superseded_by", "withdrawal")
        .filter(number=number.strip().upper()[:20])
        .first()
    )
    if found is None:
        return None
    newer = getattr(found, "superseded_by", None)
    withdrawal = getattr(found, "withdrawal", None)
    return CheckedCertificate(
        found.number,
        timezone.localdate(found.issued_at),
        found.facts["category"],
        newer.number if newer else "",
        timezone.localdate(withdrawal.withdrawn_at) if withdrawal else None,
    )


def _told(certificates: Any) -> QuerySet[Certificate]:
    found: QuerySet[Certificate] = certificates.select_related("medium", "supersedes", "superseded_by", "withdrawal")
    return found


def colleague(username: str) -> Actor:
    """An active colleague by user name, for a second signature. Refuses (BadInput) an unknown one."""
    found: Any = get_user_model().objects.filter(username=username.strip(), is_active=True).first()
    if found is None:
        raise BadInput(
            _("There is no colleague with the user name '%(username)s'."), username=username, field="witness"
        )
    return cast(Actor, found)
