"""Reads of manifests, tours, pickup requests and what does not agree."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.collection.differences import KINDS, WORKERS, overdue_since
from inventory.collection.models import (
    CustodyException,
    CustodyHandover,
    Manifest,
    ManifestContainer,
    ManifestLine,
    Vehicle,
)
from inventory.collection.pickup_models import PickupInvitation, PickupRequest
from inventory.devices.containers.models import Container, ContainerItem
from inventory.devices.gatekeepers import require, require_one
from inventory.devices.models import Device
from inventory.errors import BadInput, NotAllowed, NotFound
from inventory.lifecycle import Actor, Status, Word

READERS = (Word.DECLARE, Word.COLLECT, Word.RECEIVE, Word.AUDIT)
MANIFEST_STATES: dict[str, Promise] = {
    "planned": _("Planned"),
    "under_way": _("Under way"),
    "arrived": _("Arrived"),
    "cancelled": _("Called off"),
}
PICKUP_STATES: dict[str, Promise] = {
    "asked": _("Waits to be planned"),
    "planned": _("Planned"),
    "declined": _("Declined"),
    "withdrawn": _("Withdrawn"),
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
        .select_related("destination", "vehicle")
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
    """The same manifests, their lines and open exceptions read in one go for all of them."""
    lines = ManifestLine.objects.select_related("device").order_by("id")
    still_open = CustodyException.objects.filter(resolved_at__isnull=True).order_by("id")
    return found.prefetch_related(
        Prefetch("lines", lines, to_attr="lines_read"), Prefetch("exceptions", still_open, to_attr="open_read")
    )


def lines_shown(manifest: Manifest) -> list[ManifestLine]:
    """Lines in order: those that `with_lines` has read, or those of this one manifest."""
    read: list[ManifestLine] | None = manifest.__dict__.get("lines_read")
    return list(lines_of(manifest)) if read is None else read


def custody_of(manifest: Manifest) -> QuerySet[CustodyHandover]:
    """The changes of hands of a manifest, in their order."""
    return (
        manifest.handovers.select_related("released_by", "received_by", "paper")
        .prefetch_related("signatures")
        .order_by("id")
    )


def crates_of(manifest: Manifest) -> QuerySet[ManifestContainer]:
    """The containers that travel on a manifest, each with the seal it was taken under."""
    return manifest.containers.select_related("container", "sealing").order_by("id")


def sealed_crates(manifest: Manifest) -> list[Container]:
    """Containers on their way whose seal nobody has broken: at the delivery their seals are read."""
    found = crates_of(manifest).filter(sealing__broken_at__isnull=True, sealing__isnull=False, arrived_at__isnull=True)
    return [carried.container for carried in found]


def on_the_way(manifest: Manifest) -> list[tuple[ManifestLine, str]]:
    """What was taken, in its order, each with the tag of the crate it travels in (empty: by itself)."""
    items = ContainerItem.objects.filter(container__in=manifest.containers.values("container_id"), until__isnull=True)
    packed = dict(items.filter(device__isnull=False).values_list("device_id", "container__code"))
    return [(line, packed.get(line.device_id, "")) for line in lines_of(manifest) if line.taken_at is not None]


def manifest_of_crate(container: Container) -> Manifest | None:
    """The manifest on which a container is under way now, if any."""
    carried = ManifestContainer.objects.filter(container=container, manifest__state="under_way")
    found = carried.filter(arrived_at__isnull=True).select_related("manifest").first()
    return found.manifest if found else None


def under_way_elsewhere(device: Device, manifest: Manifest) -> str | None:
    """Of a device that is scanned in: None when it was taken on this manifest, else the number of the one it was
    taken on, empty when it is under way nowhere."""
    taken = ManifestLine.objects.filter(device=device, taken_at__isnull=False).exclude(manifest__state="planned")
    if taken.filter(manifest=manifest).exists():
        return None
    found = taken.filter(arrived_at__isnull=True).select_related("manifest").order_by("-id").first()
    return found.manifest.number if found else ""


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


def difference_list(actor: Actor, *, state: str = "open", mine: bool = False, kind: str = "") -> QuerySet[Any]:
    """Exceptions of custody, the most urgent first; `state` is `open`, `late`, `resolved` or empty. Refuses NotAllowed.

    `mine` keeps those that the asker owns.
    """
    if not any(actor.holds(word) for word in READERS):
        raise NotAllowed(_("Your role may not see collections."))
    found: QuerySet[Any] = CustodyException.objects.select_related("manifest", "device", "container", "owner")
    if state in ("open", "late"):
        found = found.filter(resolved_at__isnull=True)
    if state == "late":
        found = found.filter(due_on__lt=timezone.localdate())
    if state == "resolved":
        found = found.filter(resolved_at__isnull=False)
    if mine:
        found = found.filter(owner_id=actor.pk)
    if kind in KINDS:
        found = found.filter(kind=kind)
    return found.order_by("resolved_at", "due_on", "id")


def difference_numbered(number: str, actor: Actor) -> CustodyException:
    """One exception. Refuses: NotAllowed; NotFound."""
    found: CustodyException | None = difference_list(actor, state="").filter(number=number.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no exception %(number)s."), number=number)
    return found


def differences_of(manifest: Manifest) -> QuerySet[CustodyException]:
    """The exceptions of one manifest, open ones first."""
    found = manifest.exceptions.select_related("device", "container", "owner", "resolved_by")
    return found.order_by(F("resolved_at").asc(nulls_first=True), "due_on", "id")


def open_numbers(manifest: Manifest) -> list[str]:
    """The numbers of the exceptions of a manifest that are open; those that `with_lines` has read, if it has."""
    read: list[CustodyException] | None = manifest.__dict__.get("open_read")
    if read is not None:
        return [one.number for one in read]
    found = manifest.exceptions.filter(resolved_at__isnull=True)
    return list(found.order_by("id").values_list("number", flat=True))


def workers(actor: Actor) -> list[Any]:
    """Colleagues who may own an exception, by name. Refuses NotAllowed."""
    require_one(actor, *WORKERS)
    people = get_user_model().objects.filter(is_active=True).prefetch_related("groups").order_by("username")
    return [person for person in people if any(person.holds(word) for word in WORKERS)]


def worker_named(username: str, actor: Actor) -> Any:
    """The colleague with this user name who may own an exception. Refuses: NotAllowed; BadInput."""
    found = next((person for person in workers(actor) if person.get_username() == username.strip()), None)
    if found is None:
        raise BadInput(_("Choose somebody who plans, drives or receives."), field="owner")
    return found


def overdue(actor: Actor) -> QuerySet[Manifest]:
    """Manifests that are longer under way than they may be, the longest first. Refuses NotAllowed."""
    since = overdue_since(timezone.now())
    found = manifests(actor, state="under_way").filter(handovers__leg="pickup", handovers__occurred_at__lt=since)
    return found.order_by("handovers__occurred_at")


@dataclass(frozen=True, slots=True)
class Tour:
    """One vehicle on one day (none: not given to a vehicle yet), with its stops in their order."""

    vehicle: Vehicle | None
    stops: list[Manifest]

    @property
    def pieces(self) -> int:
        """How many devices are expected in all."""
        return sum(stop.expected for stop in self.stops)  # type: ignore[attr-defined]

    @property
    def too_full(self) -> bool:
        """Whether more is expected than the vehicle takes."""
        return bool(self.vehicle and self.vehicle.capacity and self.pieces > self.vehicle.capacity)


def tours(actor: Actor, first: dt.date, last: dt.date) -> dict[dt.date, list[Tour]]:
    """The planning of these days, both included: by day the tours, those without a vehicle last. Refuses NotAllowed."""
    found = manifests(actor).exclude(state="cancelled").filter(planned_on__range=(first, last))
    days: dict[dt.date, dict[int | None, list[Manifest]]] = {}
    vehicles: dict[int | None, Vehicle | None] = {None: None}
    for manifest in found.select_related("vehicle", "destination").order_by(F("stop").asc(nulls_last=True), "id"):
        days.setdefault(manifest.planned_on, {}).setdefault(manifest.vehicle_id, []).append(manifest)
        vehicles[manifest.vehicle_id] = manifest.vehicle
    return {
        day: [
            Tour(vehicles[key], stops)
            for key, stops in sorted(of_day.items(), key=lambda one: (one[0] is None, str(vehicles[one[0]])))
        ]
        for day, of_day in sorted(days.items())
    }


def fleet() -> QuerySet[Vehicle]:
    """The vehicles that drive."""
    return Vehicle.objects.filter(retired_at__isnull=True).order_by("code")


def pickup_requests(actor: Actor, *, state: str = "", words: str = "") -> QuerySet[PickupRequest]:
    """Pickup requests, those that wait first, the longest waiting first among them. Refuses NotAllowed."""
    if not any(actor.holds(word) for word in READERS):
        raise NotAllowed(_("Your role may not see collections."))
    found = PickupRequest.objects.select_related("manifest", "invitation")
    if state:
        found = found.filter(state=state)
    for word in words.split():
        found = found.filter(Q(reference__icontains=word) | Q(department__icontains=word) | Q(place__icontains=word))
    waiting_first = Case(When(state="asked", then=Value(0)), default=Value(1))
    return found.annotate(turn=waiting_first).order_by("turn", "received_at", "id")


def pickup_of(reference: str, actor: Actor) -> PickupRequest:
    """One pickup request. Refuses: NotAllowed; NotFound."""
    found = pickup_requests(actor).filter(reference=reference.strip().upper()).first()
    if found is None:
        raise NotFound(_("There is no pickup request %(reference)s."), reference=reference)
    return found


def pickups_of(invitation: PickupInvitation) -> QuerySet[PickupRequest]:
    """What a department asked through one link, newest first: for whoever holds that link."""
    return invitation.requests.select_related("manifest").order_by("-id")


def invitations(actor: Actor) -> QuerySet[PickupInvitation]:
    """The links that were given out, newest first. Refuses NotAllowed."""
    require(actor, Word.DECLARE)
    return PickupInvitation.objects.select_related("made_by").annotate(asked=Count("requests")).order_by("-id")
