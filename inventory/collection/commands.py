"""Manifests and custody: expect, take, bring, receive; each change of hands has two people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.collection.models import CustodyHandover, Manifest, ManifestLine
from inventory.devices.commands import location_named, receive
from inventory.devices.gatekeepers import locked, require
from inventory.devices.models import Device
from inventory.devices.steps import take
from inventory.documents.commands import next_number, store_file
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.commands import Deed, next_seq, record
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
) -> Manifest:
    """Make a manifest: what is expected from a department on a day.

    Refuses: NotAllowed; BadInput (no department); NotFound (location, device); Conflict (expected elsewhere).
    """
    require(actor, Word.DECLARE)
    if not department.strip():
        raise BadInput(_("Name the department that gives the devices."), field="department")
    manifest = Manifest.objects.create(
        number=next_number("C", timezone.localdate()),
        department=department.strip()[:150],
        place=place.strip()[:200],
        planned_on=planned_on,
        destination=location_named(destination),
        created_at=timezone.now(),
    )
    for tag in tags:
        _expect(manifest, locked(tag))
    _remember(manifest, "plan", actor, {"devices": len(tags), "planned_on": planned_on, "destination": destination})
    return manifest


@transaction.atomic
def expect(number: str, tags: Sequence[str], *, actor: Actor) -> Manifest:
    """Add declared devices to a planned manifest. Refuses: NotAllowed; NotFound; Conflict."""
    require(actor, Word.DECLARE)
    manifest = locked_manifest(number)
    _must_be(manifest, "planned")
    for tag in tags:
        _expect(manifest, locked(tag))
    _remember(manifest, "expect", actor, {"devices": len(tags)})
    return manifest


@transaction.atomic
def pick_up(
    number: str,
    tags: Sequence[str],
    *,
    actor: Actor,
    released_function: str,
    place: str,
    seal: str = "",
    released_by: Actor | None = None,
    occurred_at: dt.datetime | None = None,
    paper: tuple[bytes, str] | None = None,
) -> Manifest:
    """The driver takes the scanned devices; somebody of the department releases them, and both sign.

    `released_function` is what that person is at the department (no name: it stands on the signed paper).
    Refuses: NotAllowed; NotFound; RuleBroken (one person for both); Conflict; StepRefused.
    """
    require(actor, Word.COLLECT)
    manifest = locked_manifest(number)
    _must_be(manifest, "planned")
    if not tags:
        raise BadInput(_("Scan at least one device that is taken."), field="tags")
    moment = occurred_at or timezone.now()
    for tag in dict.fromkeys(tags):
        device = locked(tag)
        take(device, "collect", actor=actor, facts={"manifest": manifest.number}, occurred_at=moment)
        line, _fresh = ManifestLine.objects.get_or_create(
            manifest=manifest, device=device, defaults={"expected": False}
        )
        line.taken_at = moment
        line.save(update_fields=["taken_at"])
    handover = _custody(
        manifest, "pickup", actor, released_by, released_function, place, seal, moment, len(set(tags)), paper
    )
    manifest.state = "under_way"
    manifest.save(update_fields=["state"])
    _remember(manifest, "pick_up", actor, {"devices": handover.device_count, "seal": handover.seal}, moment)
    return manifest


@transaction.atomic
def deliver(
    number: str,
    tags: Sequence[str],
    *,
    actor: Actor,
    released_by: Actor,
    seal: str = "",
    occurred_at: dt.datetime | None = None,
    paper: tuple[bytes, str] | None = None,
) -> Manifest:
    """The warehouse receives what it scans from the driver. What is missing or extra shows as a difference.

    Refuses: NotAllowed; NotFound; RuleBroken (driver and receiver are one person); Conflict; StepRefused.
    """
    require(actor, Word.RECEIVE)
    manifest = locked_manifest(number)
    _must_be(manifest, "under_way")
    moment = occurred_at or timezone.now()
    for tag in dict.fromkeys(tags):
        device = receive(tag, actor=actor, location=manifest.destination.code, occurred_at=moment)
        line, _fresh = ManifestLine.objects.get_or_create(
            manifest=manifest, device=device, defaults={"expected": False}
        )
        line.arrived_at = moment
        line.save(update_fields=["arrived_at"])
    handover = _custody(
        manifest,
        "delivery",
        actor,
        released_by,
        "",
        manifest.destination.name_fr,
        seal,
        moment,
        len(set(tags)),
        paper,
    )
    manifest.state = "arrived"
    manifest.save(update_fields=["state"])
    _remember(manifest, "deliver", actor, {"devices": handover.device_count, "seal": handover.seal}, moment)
    return manifest


@transaction.atomic
def arrive_late(number: str, tag: str, *, actor: Actor) -> Device:
    """A device that was missing at delivery has turned up. Refuses: NotAllowed; NotFound; Conflict; StepRefused."""
    require(actor, Word.RECEIVE)
    manifest = locked_manifest(number)
    _must_be(manifest, "arrived")
    device = receive(tag, actor=actor, location=manifest.destination.code)
    line = ManifestLine.objects.filter(manifest=manifest, device=device).first()
    if line is None:
        raise NotFound(_("%(tag)s is not on manifest %(number)s."), tag=device.tag, number=number)
    line.arrived_at = timezone.now()
    line.save(update_fields=["arrived_at"])
    return device


def locked_manifest(number: str) -> Manifest:
    """The manifest with this number, locked. Refuses (NotFound) an unknown one."""
    manifest = Manifest.objects.select_for_update().filter(number=number.strip().upper()).first()
    if manifest is None:
        raise NotFound(_("There is no manifest %(number)s."), number=number)
    return manifest


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


def _custody(
    manifest: Manifest,
    leg: str,
    receiver: Actor,
    released_by: Actor | None,
    released_function: str,
    place: str,
    seal: str,
    moment: dt.datetime,
    count: int,
    paper: tuple[bytes, str] | None,
) -> CustodyHandover:
    if released_by is not None and released_by.pk == receiver.pk:
        raise RuleBroken(_("Two people sign a change of hands: the one who releases cannot also receive."))
    if released_by is None and not released_function.strip():
        raise BadInput(_("Say who releases the devices: their function."), field="released_function")
    return CustodyHandover.objects.create(
        manifest=manifest,
        leg=leg,
        released_by_id=released_by.pk if released_by else None,
        released_function=released_function.strip()[:100],
        received_by_id=receiver.pk,
        place=place.strip()[:200],
        seal=seal.strip()[:60],
        device_count=count,
        paper=store_file(paper[0], paper[1], actor=receiver) if paper else None,
        occurred_at=moment,
        recorded_at=timezone.now(),
    )


def _must_be(manifest: Manifest, state: str) -> None:
    if manifest.state != state:
        raise Conflict(
            _("Manifest %(number)s is not at this point any more. Look at it again."),
            number=manifest.number,
            state=manifest.state,
        )


def _remember(
    manifest: Manifest, event: str, actor: Actor, facts: dict[str, object], moment: dt.datetime | None = None
) -> None:
    record(
        Deed(
            f"manifest.{event}",
            "manifest",
            manifest.number,
            next_seq("manifest", manifest.number),
            facts=facts,
            to_status=manifest.state,
            occurred_at=moment,
        ),
        actor=actor,
    )
