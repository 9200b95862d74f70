"""What arrives, one scan at a time: a device on its line, a crate whole under its seal or opened on the way."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from inventory.collection.differences import open_difference, settle
from inventory.collection.models import Manifest, ManifestContainer, ManifestLine
from inventory.devices.commands import receive
from inventory.devices.containers.commands import break_seal
from inventory.devices.containers.models import Container, same_seal
from inventory.devices.containers.queries import sealing_on, unpacked
from inventory.devices.gatekeepers import locked, require
from inventory.devices.models import Device
from inventory.errors import BadInput, NotFound
from inventory.lifecycle import Actor, Word


@transaction.atomic
def note_arrival(
    device: Device, *, actor: Actor, occurred_at: dt.datetime, scanned_for: Manifest | None = None
) -> Manifest | None:
    """A device was received by scanning: its line on the manifest it is under way on says so. Returns that manifest.

    What is under way nowhere is put on `scanned_for`, the manifest that is being scanned in, as not expected.
    """
    lines = ManifestLine.objects.filter(device=device, arrived_at__isnull=True, taken_at__isnull=False)
    line = lines.exclude(manifest__state="planned").select_related("manifest").order_by("-id").first()
    if line is None and scanned_for is not None:
        own = ManifestLine.objects.filter(manifest=scanned_for, device=device).select_related("manifest").first()
        line = own or ManifestLine(manifest=scanned_for, device=device, expected=False)
    if line is None:
        return None
    line.arrived_at = occurred_at
    line.save()
    settle(line.manifest, "not_arrived", "arrived", actor=actor, device=device)
    if line.taken_at is None and line.manifest.state == "arrived":
        # Before that, the delivery itself says what does not agree.
        open_difference(line.manifest, "arrived_untaken", actor=actor, owner=actor.pk, device=device)
    return line.manifest


@transaction.atomic
def arrive_in_container(
    manifest: Manifest, container: Container, *, actor: Actor, read: str = "", occurred_at: dt.datetime
) -> bool:
    """A crate or pallet of this manifest is scanned in; `read` is the number on its seal. Whether the seal was right.

    An open one is whole too: what lies in it arrives by its tag. A crate that is here already changes nothing.
    Refuses: NotAllowed; NotFound (it does not travel on this manifest); BadInput (the seal was not read); StepRefused.
    """
    require(actor, Word.RECEIVE)
    carried = manifest.containers.filter(container=container).first()
    if carried is None:
        raise NotFound(_("%(tag)s does not travel on %(number)s."), tag=container.code, number=manifest.number)
    if carried.arrived_at is None:
        (packed,) = unpacked([container.code]).containers
        take_in(manifest, container, packed[1], actor=actor, read=read, moment=occurred_at)
        if manifest.state == "arrived":
            settle(manifest, "crate_not_arrived", "arrived", actor=actor, container=container)
    return not (carried.sealing and carried.sealing.differs)


@transaction.atomic
def take_in(
    manifest: Manifest, container: Container, inside: list[str], *, actor: Actor, read: str, moment: dt.datetime
) -> None:
    """A container arrives: whole under its seal, or opened on the way, which is an exception.

    Refuses: BadInput (the seal was not read); StepRefused.
    """
    sealing = sealing_on(container)
    carried, _fresh = ManifestContainer.objects.get_or_create(
        manifest=manifest, container=container, defaults={"taken_at": moment, "sealing": sealing}
    )
    if carried.arrived_at is not None:
        return
    carried.arrived_at = moment
    carried.save(update_fields=["arrived_at"])
    container.location = manifest.destination
    container.save(update_fields=["location"])
    if sealing is None:
        for tag in inside:
            arrive(manifest, tag, actor=actor, moment=moment)
        return
    if not read.strip():
        raise BadInput(
            _("Read the number on the seal of %(tag)s and type it: it says whether the crate was opened."),
            tag=container.code,
            field="seals",
        )
    if same_seal(sealing.seal, read):
        for tag in inside:
            arrive(manifest, tag, actor=actor, moment=moment, under=container.code)
        return
    break_seal(container.code, actor=actor, found=read, occurred_at=moment)
    facts = {"seal": sealing.seal, "found": read.strip()[:60]}
    open_difference(manifest, "seal_differs", actor=actor, owner=actor.pk, container=container, facts=facts)


@transaction.atomic
def arrive(manifest: Manifest, tag: str, *, actor: Actor, moment: dt.datetime, under: str = "") -> None:
    """One device of a delivery is received, unless it was scanned in before. Refuses as `receive` does."""
    line = ManifestLine.objects.filter(manifest=manifest, device=locked(tag)).first()
    if line is not None and line.arrived_at is not None:
        # It was scanned in before, one by one.
        return
    device = receive(tag, actor=actor, location=manifest.destination.code, occurred_at=moment, container=under)
    if line is None:
        line = ManifestLine(manifest=manifest, device=device, expected=False)
    line.arrived_at = moment
    line.save()
