"""Reads of manifests, their lines and their differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.collection.models import CustodyHandover, Manifest, ManifestLine
from inventory.devices.gatekeepers import require
from inventory.devices.models import Device
from inventory.errors import NotAllowed, NotFound
from inventory.lifecycle import Actor, Status, Word

READERS = (Word.DECLARE, Word.COLLECT, Word.RECEIVE, Word.AUDIT)
MANIFEST_STATES: dict[str, Promise] = {
    "planned": _("Planned"),
    "under_way": _("Under way"),
    "arrived": _("Arrived"),
}


def manifests(actor: Actor, *, state: str = "", words: str = "") -> QuerySet[Manifest]:
    """Manifests, newest first, with `expected`, `taken` and `arrived` counted; `words` looks in number and department.

    Refuses NotAllowed.
    """
    if not any(actor.holds(word) for word in READERS):
        raise NotAllowed(_("Your role may not see collections."))
    kept = Q(state=state) if state else Q()
    for word in words.split():
        kept &= Q(number__icontains=word) | Q(department__icontains=word) | Q(place__icontains=word)
    return (
        Manifest.objects.filter(kept)
        .select_related("destination")
        .annotate(
            expected=Count("lines", filter=Q(lines__expected=True)),
            taken=Count("lines", filter=Q(lines__taken_at__isnull=False)),
            arrived=Count("lines", filter=Q(lines__arrived_at__isnull=False)),
        )
        .order_by("-id")
    )


def manifest_numbered(number: str, actor: Actor) -> Manifest:
    """One manifest. Refuses: NotAllowed; NotFound."""
    found = manifests(actor).filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no manifest %(number)s."), number=number)
    return found


def lines_of(manifest: Manifest) -> QuerySet[ManifestLine]:
    """The devices of a manifest in the order they were put on it."""
    return manifest.lines.select_related("device").order_by("id")


def with_lines(found: QuerySet[Manifest]) -> QuerySet[Manifest]:
    """The same manifests, their lines read in one go for all of them."""
    lines = ManifestLine.objects.select_related("device").order_by("id")
    return found.prefetch_related(Prefetch("lines", lines, to_attr="lines_read"))


def lines_shown(manifest: Manifest) -> list[ManifestLine]:
    """Lines in order: those that `with_lines` has read, or those of this one manifest."""
    read: list[ManifestLine] | None = manifest.__dict__.get("lines_read")
    return list(lines_of(manifest)) if read is None else read


def custody_of(manifest: Manifest) -> QuerySet[CustodyHandover]:
    """The changes of hands of a manifest, in their order."""
    return manifest.handovers.select_related("released_by", "received_by", "paper").order_by("id")


def custody_paper(manifest: Manifest, leg: str) -> CustodyHandover:
    """The change of hands (`pickup` or `delivery`) whose signed paper was kept. Refuses NotFound."""
    found = custody_of(manifest).filter(leg=leg, paper__isnull=False).first()
    if found is None:
        raise NotFound(_("No signed paper was kept for this change of hands."), number=manifest.number, leg=leg)
    return found


def uncollected(actor: Actor) -> QuerySet[Device]:
    """Declared devices that no planned manifest expects yet. Refuses NotAllowed."""
    require(actor, Word.DECLARE)
    expected = ManifestLine.objects.filter(manifest__state="planned").values("device_id")
    declared = Device.objects.filter(status=Status.DECLARED, merged_into__isnull=True)
    return declared.exclude(pk__in=expected).order_by("id")


def departments_waiting(actor: Actor) -> list[tuple[str, int]]:
    """Departments with declared devices that nobody has planned to fetch, and how many. Refuses NotAllowed."""
    waiting = uncollected(actor).exclude(department="").order_by("department")
    return list(waiting.values_list("department").annotate(Count("id")))


def drivers(actor: Actor) -> list[Any]:
    """Active users who may bring devices, by name, but for the asker: two people sign. Refuses NotAllowed."""
    require(actor, Word.RECEIVE)
    people = get_user_model().objects.filter(is_active=True).exclude(pk=actor.pk).prefetch_related("groups")
    return [person for person in people.order_by("username") if person.holds(Word.COLLECT)]


@dataclass(frozen=True, slots=True)
class Differences:
    """What does not agree on a manifest: expected and not taken, taken and not expected, taken and not arrived…"""

    not_taken: list[ManifestLine]
    extra: list[ManifestLine]
    not_arrived: list[ManifestLine]
    arrived_untaken: list[ManifestLine]

    @property
    def any(self) -> bool:
        """Whether anything does not agree."""
        return bool(self.not_taken or self.extra or self.not_arrived or self.arrived_untaken)


def differences(manifest: Manifest) -> Differences:
    """The differences as far as the manifest has come: what was not yet picked up cannot be missing."""
    lines = lines_shown(manifest)
    picked_up, arrived = manifest.state != "planned", manifest.state == "arrived"
    return Differences(
        not_taken=[line for line in lines if picked_up and line.expected and not line.taken_at],
        extra=[line for line in lines if not line.expected],
        not_arrived=[line for line in lines if arrived and line.taken_at and not line.arrived_at],
        arrived_untaken=[line for line in lines if arrived and line.arrived_at and not line.taken_at],
    )
