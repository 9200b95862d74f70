"""Custody: take, bring, receive, keep the paper; each change of hands has two people and two signatures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.collection.arrivals import arrive, take_in
from inventory.collection.differences import open_difference, settle
from inventory.collection.models import (
    CustodyHandover,
    Manifest,
    ManifestContainer,
    ManifestLine,
    Side,
    SignedHow,
)
from inventory.collection.signing import Signature, by_account, check_two, sign
from inventory.devices.commands import receive
from inventory.devices.containers.queries import sealing_on, unpacked
from inventory.devices.gatekeepers import locked, require, require_one
from inventory.devices.models import Device
from inventory.devices.steps import take
from inventory.devices.tags import read_tag
from inventory.documents.commands import store_file
from inventory.errors import BadInput, Conflict, NotFound
from inventory.ledger.commands import Deed, next_seq, record
from inventory.lifecycle import Actor, Word


@transaction.atomic
def pick_up(
    number: str,
    tags: Sequence[str],
    *,
    actor: Actor,
    released: Signature,
    place: str,
    received: Signature | None = None,
    seal: str = "",
    counted: int | None = None,
    occurred_at: dt.datetime | None = None,
    paper: tuple[bytes, str] | None = None,
) -> Manifest:
    """The driver takes the scanned devices and containers; somebody of the department releases them, and both sign.

    A container's tag stands for everything in it. `counted` is what the two counted by hand. What was expected and is
    not taken, what was not expected, a count that differs and a paper still to come open exceptions of their own.
    Refuses: NotAllowed; NotFound; RuleBroken (one person for both); BadInput; Conflict; StepRefused.
    """
    require(actor, Word.COLLECT)
    manifest = locked_manifest(number)
    must_be(manifest, "planned")
    if not tags:
        raise BadInput(_("Scan at least one device that is taken."), field="tags")
    received = received or by_account(actor)
    check_two(released, received, actor)
    moment = occurred_at or timezone.now()
    found = unpacked(tags)
    for tag in found.everything:
        device = locked(tag)
        take(device, "collect", actor=actor, facts={"manifest": manifest.number}, occurred_at=moment)
        line, _fresh = ManifestLine.objects.get_or_create(
            manifest=manifest, device=device, defaults={"expected": False}
        )
        line.taken_at = moment
        line.save(update_fields=["taken_at"])
    for container, _inside in found.containers:
        ManifestContainer.objects.create(
            manifest=manifest, container=container, sealing=sealing_on(container), taken_at=moment
        )
    handover = CustodyHandover(leg="pickup", place=place, seal=seal, counted=counted, occurred_at=moment)
    _change_hands(manifest, handover, released, received, len(found.everything), actor, paper)
    _advance(manifest, "under_way", "pick_up", actor, handover)
    owner = manifest.planned_by_id or actor.pk
    # Where nobody knew beforehand what there is, nothing can be too much.
    listed = manifest.lines.filter(expected=True).exists()
    for line in manifest.lines.select_related("device"):
        if line.taken_at is None:
            open_difference(manifest, "not_taken", actor=actor, owner=owner, device=line.device)
        elif not line.expected and listed:
            open_difference(manifest, "extra", actor=actor, owner=owner, device=line.device)
    _compare_counts(manifest, handover, actor)
    return manifest


@transaction.atomic
def deliver(
    number: str,
    tags: Sequence[str],
    *,
    actor: Actor,
    released: Signature,
    received: Signature | None = None,
    seal: str = "",
    seals: Mapping[str, str] | None = None,
    counted: int | None = None,
    occurred_at: dt.datetime | None = None,
    paper: tuple[bytes, str] | None = None,
) -> Manifest:
    """The warehouse receives what it scans from the driver; what was scanned before in a session counts too.

    `seals` gives, by a container's tag, the number on its seal as it was read: where it is the one that was put on,
    everything inside arrives unopened; where not, the container counts as opened and only what is scanned by itself
    arrives. Differences open exceptions. Refuses: NotAllowed; NotFound; RuleBroken (driver and receiver are one
    person); BadInput (a seal was not read); Conflict; StepRefused.
    """
    require(actor, Word.RECEIVE)
    manifest = locked_manifest(number)
    must_be(manifest, "under_way")
    received = received or by_account(actor)
    check_two(released, received, actor)
    moment = occurred_at or timezone.now()
    found = unpacked(tags)
    read = {read_tag(code): seal_read for code, seal_read in (seals or {}).items()}
    for container, inside in found.containers:
        take_in(manifest, container, inside, actor=actor, read=read.get(container.code, ""), moment=moment)
    for tag in found.tags:
        arrive(manifest, tag, actor=actor, moment=moment)
    arrived = manifest.lines.filter(arrived_at__isnull=False).count()
    place = manifest.destination.name_fr
    handover = CustodyHandover(leg="delivery", place=place, seal=seal, counted=counted, occurred_at=moment)
    _change_hands(manifest, handover, released, received, arrived, actor, paper)
    _advance(manifest, "arrived", "deliver", actor, handover)
    _open_what_is_missing(manifest, actor)
    _compare_counts(manifest, handover, actor)
    settle(manifest, "overdue", "delivered", actor=actor)
    return manifest


@transaction.atomic
def arrive_late(number: str, tag: str, *, actor: Actor) -> Device:
    """A device that was missing at delivery has turned up. Refuses: NotAllowed; NotFound; Conflict; StepRefused."""
    require(actor, Word.RECEIVE)
    manifest = locked_manifest(number)
    must_be(manifest, "arrived")
    device = receive(tag, actor=actor, location=manifest.destination.code)
    line = ManifestLine.objects.filter(manifest=manifest, device=device).first()
    if line is None:
        raise NotFound(_("%(tag)s is not on manifest %(number)s."), tag=device.tag, number=number)
    line.arrived_at = timezone.now()
    line.save(update_fields=["arrived_at"])
    settle(manifest, "not_arrived", "arrived", actor=actor, device=device)
    return device


@transaction.atomic
def keep_paper(number: str, leg: str, paper: tuple[bytes, str], *, actor: Actor) -> CustodyHandover:
    """Keep the photo or scan of what was signed on paper, afterwards; its exception is settled by it.

    Refuses: NotAllowed; NotFound (manifest, no such change of hands); Conflict (a paper is kept); BadFile.
    """
    require_one(actor, Word.COLLECT, Word.RECEIVE, Word.DECLARE)
    manifest = locked_manifest(number)
    handover = manifest.handovers.select_for_update().filter(leg=leg).first()
    if handover is None:
        raise NotFound(_("Nothing has changed hands here yet."), number=number, leg=leg)
    if handover.paper_id is not None:
        raise Conflict(_("The signed paper of this change of hands is kept already."), number=number, leg=leg)
    handover.paper = store_file(*paper, actor=actor)
    remember(manifest, "keep_paper", actor, {"leg": leg, "file": handover.paper.sha256})
    handover.save(update_fields=["paper"])
    if not manifest.handovers.filter(signatures__how=SignedHow.PAPER, paper__isnull=True).exists():
        settle(manifest, "paper_missing", "paper_kept", actor=actor)
    return handover


def locked_manifest(number: str) -> Manifest:
    """The manifest with this number, locked. Refuses (NotFound) an unknown one."""
    manifest = Manifest.objects.select_for_update().filter(number=number.strip().upper()).first()
    if manifest is None:
        raise NotFound(_("There is no manifest %(number)s."), number=number)
    return manifest


def _change_hands(
    manifest: Manifest,
    handover: CustodyHandover,
    released: Signature,
    received: Signature,
    count: int,
    actor: Actor,
    paper: tuple[bytes, str] | None,
) -> None:
    """Save a change of hands with its two signatures; a paper that is still to come opens an exception."""
    handover.manifest = manifest
    handover.released_by_id = released.person.pk if released.person is not None else None
    handover.released_function = released.function.strip()[:100]
    handover.received_by_id = received.person.pk
    handover.place, handover.seal = handover.place.strip()[:200], handover.seal.strip()[:60]
    handover.device_count = count
    handover.paper = store_file(*paper, actor=actor) if paper else None
    handover.recorded_at = timezone.now()
    handover.save()
    sign(handover, Side.RELEASED, released, actor)
    sign(handover, Side.RECEIVED, received, actor)
    if paper is None and SignedHow.PAPER in (released.how, received.how):
        open_difference(manifest, "paper_missing", actor=actor, owner=actor.pk)


def _advance(manifest: Manifest, state: str, event: str, actor: Actor, handover: CustodyHandover) -> None:
    manifest.state = state
    facts: dict[str, object] = {
        "devices": handover.device_count,
        "counted": handover.counted,
        "seal": handover.seal,
        "signed": [signature.how for signature in handover.signatures.order_by("id")],
    }
    remember(manifest, event, actor, facts, handover.occurred_at)
    manifest.save(update_fields=["state"])


def _open_what_is_missing(manifest: Manifest, actor: Actor) -> None:
    # Who plans owns what was never taken; who receives owns what the delivery shows.
    for line in manifest.lines.select_related("device"):
        if line.taken_at is not None and line.arrived_at is None:
            open_difference(manifest, "not_arrived", actor=actor, owner=actor.pk, device=line.device)
        elif line.taken_at is None and line.arrived_at is not None:
            if line.expected:
                settle(manifest, "not_taken", "arrived", actor=actor, device=line.device)
            open_difference(manifest, "arrived_untaken", actor=actor, owner=actor.pk, device=line.device)
    for carried in manifest.containers.filter(arrived_at__isnull=True).select_related("container"):
        open_difference(manifest, "crate_not_arrived", actor=actor, owner=actor.pk, container=carried.container)


def _compare_counts(manifest: Manifest, handover: CustodyHandover, actor: Actor) -> None:
    if handover.counted is None or handover.counted == handover.device_count:
        return
    kind = "count_taken" if handover.leg == "pickup" else "count_brought"
    facts = {"counted": handover.counted, "scanned": handover.device_count}
    open_difference(manifest, kind, actor=actor, owner=actor.pk, facts=facts)


def must_be(manifest: Manifest, state: str) -> None:
    """Refuse (Conflict) a manifest that is no longer at this point."""
    if manifest.state != state:
        raise Conflict(
            _("Manifest %(number)s is not at this point any more. Look at it again."),
            number=manifest.number,
            state=manifest.state,
        )


def remember(
    manifest: Manifest, event: str, actor: Actor, facts: dict[str, object], moment: dt.datetime | None = None
) -> None:
    """One entry in the manifest\'s history, inside the transaction of the deed."""
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
