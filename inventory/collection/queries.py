"""Reads of manifests, their lines and their differences."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.collection.models import Manifest, ManifestLine
from inventory.errors import NotAllowed, NotFound
from inventory.lifecycle import Actor, Word

READERS = (Word.DECLARE, Word.COLLECT, Word.RECEIVE, Word.AUDIT)


def manifests(actor: Actor) -> QuerySet[Manifest]:
    """Manifests, newest first, with `expected`, `taken` and `arrived` counted. Refuses NotAllowed."""
    if not any(actor.holds(word) for word in READERS):
        raise NotAllowed(_("Your role may not see collections."))
    return (
        Manifest.objects.select_related("destination")
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
    lines = list(lines_of(manifest))
    picked_up, arrived = manifest.state != "planned", manifest.state == "arrived"
    return Differences(
        not_taken=[line for line in lines if picked_up and line.expected and not line.taken_at],
        extra=[line for line in lines if not line.expected],
        not_arrived=[line for line in lines if arrived and line.taken_at and not line.arrived_at],
        arrived_untaken=[line for line in lines if arrived and line.arrived_at and not line.taken_at],
    )
