"""Planning: what is expected from a department, on which day, with which vehicle, as which stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.collection.commands import locked_manifest, must_be, remember
from inventory.collection.models import Manifest, ManifestLine, Vehicle
from inventory.devices.commands import check_reason, location_named
from inventory.devices.gatekeepers import locked, require
from inventory.devices.models import Device
from inventory.documents.commands import next_number
from inventory.errors import BadInput, Conflict, NotFound
from inventory.lifecycle import Actor, Status, Word


@transaction.atomic
def plan_collection(
    *,
    actor: Actor,
    department: str,
    place: str,
    planned_on: dt.date,
    destination: str,
    tags: Sequence[str] = (),
    vehicle: str = "",
) -> Manifest:
    """Make a manifest: what is expected from a department on a day, with which vehicle if that is known.

    Refuses: NotAllowed; BadInput (no department); NotFound (location, vehicle, device); Conflict (expected elsewhere).
    """
    require(actor, Word.DECLARE)
    if not department.strip():
        raise BadInput(_("Name the department that gives the devices."), field="department")
    manifest = Manifest.objects.create(
        number=next_number("C", timezone.localdate()),
        department=department.strip()[:150],
        place=place.strip()[:200],
        planned_on=planned_on,
        vehicle=vehicle_named(vehicle) if vehicle else None,
        destination=location_named(destination),
        planned_by_id=actor.pk,
        created_at=timezone.now(),
    )
    for tag in tags:
        _expect(manifest, locked(tag))
    remember(manifest, "plan", actor, {"devices": len(tags), "planned_on": planned_on, "destination": destination})
    return manifest


@transaction.atomic
def expect(number: str, tags: Sequence[str], *, actor: Actor) -> Manifest:
    """Add declared devices to a planned manifest. Refuses: NotAllowed; NotFound; Conflict."""
    require(actor, Word.DECLARE)
    manifest = locked_manifest(number)
    must_be(manifest, "planned")
    for tag in tags:
        _expect(manifest, locked(tag))
    remember(manifest, "expect", actor, {"devices": len(tags)})
    return manifest


@transaction.atomic
def reschedule(
    number: str, *, actor: Actor, planned_on: dt.date, vehicle: str = "", stop: int | None = None
) -> Manifest:
    """Put a planned manifest on another day or vehicle, as the stop with this number (from 1) of that day.

    Refuses: NotAllowed; NotFound (manifest, vehicle); Conflict (not planned any more, the stop is another one's).
    """
    require(actor, Word.DECLARE)
    manifest = locked_manifest(number)
    must_be(manifest, "planned")
    manifest.planned_on, manifest.stop = planned_on, stop
    manifest.vehicle = vehicle_named(vehicle) if vehicle else None
    taken = Manifest.objects.filter(planned_on=planned_on, vehicle=manifest.vehicle, stop=stop).exclude(
        state="cancelled"
    )
    if stop is not None and taken.exclude(pk=manifest.pk).exists():
        raise Conflict(_("Another collection is stop %(stop)s of that vehicle on that day."), stop=stop, field="stop")
    manifest.save(update_fields=["planned_on", "vehicle", "stop"])
    remember(manifest, "reschedule", actor, {"planned_on": planned_on, "vehicle": vehicle, "stop": stop})
    return manifest


@transaction.atomic
def cancel_collection(number: str, *, actor: Actor, reason: str) -> Manifest:
    """Call a planned collection off; its devices stay declared and can be planned again.

    Refuses: NotAllowed; NotFound; BadInput (reason); Conflict (the driver has been there).
    """
    require(actor, Word.DECLARE)
    check_reason(reason)
    manifest = locked_manifest(number)
    must_be(manifest, "planned")
    manifest.state = "cancelled"
    manifest.save(update_fields=["state"])
    # Whoever asked for it waits again.
    manifest.pickup_requests.filter(state="planned").update(state="asked", manifest=None)
    remember(manifest, "cancel", actor, {"reason": reason})
    return manifest


@transaction.atomic
def register_vehicle(code: str, *, actor: Actor, name: str = "", capacity: int | None = None) -> Vehicle:
    """Make a vehicle known to the planning. Refuses: NotAllowed; BadInput (no code); Conflict (the code is taken)."""
    require(actor, Word.DECLARE)
    if not code.strip():
        raise BadInput(_("Give the vehicle a short name, for example its number plate."), field="code")
    code = code.strip().upper()[:20]
    if Vehicle.objects.filter(code=code).exists():
        raise Conflict(_("The vehicle '%(vehicle)s' is known already."), vehicle=code, field="code")
    return Vehicle.objects.create(code=code, name=name.strip()[:100], capacity=capacity)


@transaction.atomic
def retire_vehicle(code: str, *, actor: Actor) -> Vehicle:
    """A vehicle drives no more; what is planned on it stays until somebody moves it. Refuses: NotAllowed; NotFound."""
    require(actor, Word.DECLARE)
    vehicle = vehicle_named(code)
    vehicle.retired_at = timezone.now()
    vehicle.save(update_fields=["retired_at"])
    return vehicle


def vehicle_named(code: str) -> Vehicle:
    """The vehicle with this code. Refuses (NotFound) an unknown or retired one."""
    found = Vehicle.objects.filter(code=code.strip().upper(), retired_at__isnull=True).first()
    if found is None:
        raise NotFound(_("There is no vehicle '%(vehicle)s'."), vehicle=code, field="vehicle")
    return found


def _expect(manifest: Manifest, device: Device) -> None:
    if Status(device.status) is not Status.DECLARED:
        raise Conflict(
            _("%(tag)s is '%(status)s': only declared devices can be expected."),
            tag=device.tag,
            status=Status(device.status).label,
        )
    elsewhere = device.manifest_lines.exclude(manifest=manifest).filter(manifest__state="planned").first()
    if elsewhere:
        raise Conflict(
            _("%(tag)s is expected on manifest %(number)s already."),
            tag=device.tag,
            number=elsewhere.manifest.number,
        )
    ManifestLine.objects.get_or_create(manifest=manifest, device=device)
