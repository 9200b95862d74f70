"""Every write to a container: make it, put things in and take them out, seal it, break the seal, move it whole."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES, MEDIUM_KINDS
from inventory.devices.commands import location_named
from inventory.devices.containers.models import Container, ContainerItem, ContainerKind, Sealing
from inventory.devices.containers.queries import lying_in, sealing_on
from inventory.devices.gatekeepers import locked, require_one
from inventory.devices.models import Device, IssuedTag, Medium
from inventory.devices.steps import note
from inventory.devices.tags import grouped, read_tag
from inventory.errors import BadInput, Conflict, NotFound, RuleBroken
from inventory.ledger.canonical import canonical
from inventory.ledger.commands import Deed, record
from inventory.lifecycle import Actor, Status, Word

PACKERS = (Word.COLLECT, Word.STORE)
# What is not with us, or no more, lies in none of our crates.
_ELSEWHERE = frozenset({Status.HANDED_OVER, Status.RECYCLED, Status.LOST, Status.WITHDRAWN})


@transaction.atomic
def make_container(kind: str, *, actor: Actor, tag: str, location: str = "") -> Container:
    """Turn a tag printed beforehand into a crate, a pallet or a shredder bag.

    Refuses: NotAllowed; BadInput (kind, tag); NotFound (a tag never given out, location); Conflict (the tag is in use).
    """
    require_one(actor, *PACKERS)
    if kind not in set(ContainerKind):
        raise BadInput(_("Choose a crate, a pallet or a shredder bag."), field="kind")
    code = read_tag(tag)
    issued = IssuedTag.objects.select_for_update().filter(code=code).first()
    if issued is None:
        raise NotFound(_("The tag %(tag)s was never given out. Use a label printed by Relais."), tag=code, field="tag")
    if issued.device_id is not None:
        raise Conflict(_("The tag %(tag)s is on a device already."), tag=code, field="tag")
    if Container.objects.filter(code=code).exists():
        raise Conflict(_("The tag %(tag)s is on a crate, pallet or bag already."), tag=code, field="tag")
    place = location_named(location) if location else None
    facts = {"kind": kind, "location": place.code if place else ""}
    record(Deed("container.make", "container", code, 1, facts), actor=actor)
    return Container.objects.create(code=code, kind=kind, location=place, made_at=timezone.now())


@transaction.atomic
def put_in(code: str, codes: Sequence[str], *, actor: Actor, occurred_at: dt.datetime | None = None) -> int:
    """Put devices and storage media into an open container; what lies in it already is left. Returns how many came in.

    Refuses: NotAllowed; NotFound; BadInput (nothing to put in); Conflict (sealed, lies elsewhere, is not with us).
    """
    require_one(actor, *PACKERS)
    container = _open_container(code)
    moment = occurred_at or timezone.now()
    fresh = [thing for thing in map(_thing, dict.fromkeys(codes)) if _may_come_in(thing, container)]
    if not codes:
        raise BadInput(_("Scan at least one device to put in."), field="codes")
    if not fresh:
        return 0
    # The entry first: nothing is saved that the ledger does not know.
    _remember(container, "put", actor, {"things": [_code(thing) for thing in fresh]}, moment)
    for thing in fresh:
        ContainerItem.objects.create(container=container, since=moment, put_by_id=actor.pk, **_as(thing))
    return len(fresh)


@transaction.atomic
def take_out(code: str, codes: Sequence[str], *, actor: Actor, occurred_at: dt.datetime | None = None) -> int:
    """Take things out of an open container. Returns how many.

    Refuses: NotAllowed; NotFound; BadInput; Conflict (sealed: break the seal first; not in this container).
    """
    require_one(actor, *PACKERS)
    container = _open_container(code)
    moment = occurred_at or timezone.now()
    things = [_thing(one) for one in dict.fromkeys(codes)]
    if not things:
        raise BadInput(_("Scan at least one device to take out."), field="codes")
    items = [lying_in(container).filter(**_as(thing)).first() for thing in things]
    for thing, item in zip(things, items, strict=True):
        if item is None:
            raise Conflict(_("%(tag)s does not lie in %(container)s."), tag=_code(thing), container=grouped(code))
    _remember(container, "take", actor, {"things": [_code(thing) for thing in things]}, moment)
    for item in items:
        assert item is not None  # refused above  # noqa: S101
        item.until, item.taken_by_id = moment, actor.pk
        item.save(update_fields=["until", "taken_by"])
    return len(things)


@transaction.atomic
def seal_container(code: str, seal: str, *, actor: Actor, occurred_at: dt.datetime | None = None) -> Sealing:
    """Put a seal on a container: from now on its contents are frozen, and the list can be printed again as it was.

    Refuses: NotAllowed; NotFound; BadInput (no number on the seal); Conflict (sealed already); RuleBroken (empty).
    """
    require_one(actor, *PACKERS)
    container = _open_container(code)
    if not seal.strip():
        raise BadInput(_("Type the number that stands on the seal."), field="seal")
    contents = [_line(item) for item in lying_in(container)]
    if not contents:
        raise RuleBroken(_("%(tag)s is empty: there is nothing to seal."), tag=container.code)
    now = timezone.now()
    sealing = Sealing(
        container=container,
        seal=seal.strip()[:60],
        contents=contents,
        sha256=hashlib.sha256(canonical({"contents": contents})).hexdigest(),
        count=len(contents),
        sealed_at=occurred_at or now,
        recorded_at=now,
        sealed_by_id=actor.pk,
    )
    facts = {"seal": sealing.seal, "count": sealing.count, "contents": sealing.sha256}
    _remember(container, "seal", actor, facts, sealing.sealed_at)
    sealing.save()
    return sealing


@transaction.atomic
def break_seal(code: str, *, actor: Actor, found: str, occurred_at: dt.datetime | None = None) -> Sealing:
    """Break the seal, with its number as it was read: `differs` of the answer says whether it is another one.

    Refuses: NotAllowed; NotFound; BadInput (the number was not read); Conflict (there is no seal).
    """
    require_one(actor, *PACKERS)
    container = locked_container(code)
    sealing = sealing_on(container)
    if sealing is None:
        raise Conflict(_("%(tag)s bears no seal."), tag=container.code)
    if not found.strip():
        raise BadInput(_("Read the number on the seal before you break it, and type it."), field="found")
    sealing.broken_at, sealing.broken_by_id = occurred_at or timezone.now(), actor.pk
    sealing.seal_found = found.strip()[:60]
    facts = {"seal": sealing.seal, "found": sealing.seal_found, "differs": sealing.differs}
    _remember(container, "break_seal", actor, facts, sealing.broken_at)
    sealing.save(update_fields=["broken_at", "broken_by", "seal_found"])
    return sealing


@transaction.atomic
def move_container(code: str, *, actor: Actor, location: str, occurred_at: dt.datetime | None = None) -> Container:
    """Move a container with everything in it to a location; each device that is in the house moves with its own entry.

    Refuses: NotAllowed; NotFound (container, location).
    """
    require_one(actor, Word.STORE)
    container = locked_container(code)
    place = location_named(location)
    was = container.location.code if container.location else ""
    container.location = place
    _remember(container, "move", actor, {"from_location": was, "location": place.code}, occurred_at)
    for item in lying_in(container):
        if item.device is None or Status(item.device.status) in {Status.DECLARED, *_ELSEWHERE}:
            continue
        device = locked(item.device.tag)
        stood = device.location.code if device.location else ""
        device.location = place
        facts = {"from_location": stood, "location": place.code, "container": container.code}
        note(device, "move", actor=actor, facts=facts, occurred_at=occurred_at)
    return container


def locked_container(code: str) -> Container:
    """The container with this tag, locked. Refuses: BadInput (no tag); NotFound."""
    found = Container.objects.select_for_update().filter(code=read_tag(code)).first()
    if found is None:
        raise NotFound(_("No crate, pallet or bag bears the tag %(tag)s."), tag=read_tag(code))
    return found


def _open_container(code: str) -> Container:
    container = locked_container(code)
    sealing = sealing_on(container)
    if sealing is not None:
        raise Conflict(
            _("%(tag)s is sealed with %(seal)s. Break the seal first."), tag=container.code, seal=sealing.seal
        )
    return container


def _thing(code: str) -> Device | Medium:
    medium = Medium.objects.filter(code=read_tag(code)).first()
    return medium if medium is not None else locked(code)


def _may_come_in(thing: Device | Medium, container: Container) -> bool:
    """Whether it has yet to come in. Refuses (Conflict) what lies in another one, or is not with us."""
    if isinstance(thing, Device) and Status(thing.status) in _ELSEWHERE:
        raise Conflict(
            _("%(tag)s is '%(status)s': it cannot be here."), tag=thing.tag, status=Status(thing.status).label
        )
    if isinstance(thing, Medium) and thing.device_id is not None:
        raise Conflict(
            _("The storage medium %(code)s is in a device. Take it out of the device first."), code=thing.code
        )
    lying = ContainerItem.objects.filter(until__isnull=True, **_as(thing)).select_related("container").first()
    if lying is not None and lying.container_id != container.pk:
        raise Conflict(
            _("%(tag)s lies in %(container)s. Take it out there first."),
            tag=_code(thing),
            container=grouped(lying.container.code),
        )
    return lying is None


def _as(thing: Device | Medium) -> dict[str, Any]:
    return {"device" if isinstance(thing, Device) else "medium": thing}


def _code(thing: Device | Medium) -> str:
    return thing.tag if isinstance(thing, Device) else thing.code


def _line(item: ContainerItem) -> dict[str, str]:
    # English words: a frozen list must not depend on the reader's language; pages translate the kind.
    thing: Any = item.device or item.medium
    kind = thing.category if item.device else thing.kind
    known = kind in (CATEGORIES if item.device else MEDIUM_KINDS)
    title = item.device.title if item.device else " ".join(filter(None, (thing.manufacturer, thing.model)))
    return {"code": _code(thing), "kind": kind if known else "", "title": title, "serial": thing.serial}


def _remember(
    container: Container, event: str, actor: Actor, facts: dict[str, Any], moment: dt.datetime | None = None
) -> None:
    container.seq += 1
    record(
        Deed(f"container.{event}", "container", container.code, container.seq, facts, occurred_at=moment), actor=actor
    )
    container.save(update_fields=["seq", "location"])
