"""Every write to a device that is not a stage's own: announce it, find it, bind its tags, move it, learn about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES, REASONS
from inventory.devices.containers.models import Container
from inventory.devices.containers.queries import seal_over
from inventory.devices.entrance import Announced, Arrival, enter, fresh_tags
from inventory.devices.gatekeepers import locked, require
from inventory.devices.identity import search_text, serial_key, uuid_key
from inventory.devices.models import Device, IssuedTag, Location
from inventory.devices.steps import note, note_all, take
from inventory.devices.tags import grouped, read_tag
from inventory.errors import BadInput, Conflict, NotFound
from inventory.ledger.commands import Deed, record_all
from inventory.ledger.models import Entry
from inventory.lifecycle import Actor, Status, Word

MOST_TAGS_AT_ONCE = 2000


@transaction.atomic
def declare(announced: Sequence[Announced], *, actor: Actor, list_sha256: str = "") -> list[Device]:
    """Enter devices that a department announces as `declared`, each with a tag of its own, in the order given.

    Refuses: NotAllowed; BadInput (unknown category, no act or date of decommissioning).
    """
    tags = declare_list(announced, actor=actor, list_sha256=list_sha256)
    entered = Device.objects.in_bulk(tags, field_name="tag")
    return [entered[tag] for tag in tags]


@transaction.atomic
def declare_list(
    announced: Sequence[Announced], *, actor: Actor, list_sha256: str = "", meant: Sequence[str] = ()
) -> list[str]:
    """As `declare`, for lists of any length: returns the tags, in the order given.

    `meant`: a tag thought of for each beforehand, taken where nobody was given it meanwhile.
    """
    require(actor, Word.DECLARE)
    for one in announced:
        _check_category(one.category)
        if not one.act_reference or one.decommissioned_on is None:
            raise BadInput(
                _("A device is declared with the act and the date of its decommissioning."),
                field="act_reference",
            )
    return enter(announced, Arrival("declare", Status.DECLARED, list_sha256=list_sha256), actor=actor, meant=meant)


@transaction.atomic
def register_found(
    announced: Announced,
    *,
    actor: Actor,
    location: str,
    tag: str = "",
    occurred_at: dt.datetime | None = None,
) -> Device:
    """Enter a device that is simply there, on no list: `received` at a location, with a pre-printed tag or a new one.

    Refuses: NotAllowed; BadInput (category, tag); NotFound (location, tag never issued); Conflict (tag in use).
    """
    require(actor, Word.RECEIVE)
    _check_category(announced.category)
    issued = _free_tag(tag) if tag else None
    arrival = Arrival("register_found", Status.RECEIVED, location=location_named(location), occurred_at=occurred_at)
    (code,) = enter([announced], arrival, actor=actor, tags=[issued.code] if issued else ())
    device = Device.objects.get(tag=code)
    if issued:
        _bind(issued, device)
    return device


@transaction.atomic
def reserve_tags(count: int, *, actor: Actor) -> list[str]:
    """Give out tags to be printed beforehand. Refuses: NotAllowed; BadInput (fewer than 1, more than 2,000)."""
    require(actor, Word.LABEL)
    if not 1 <= count <= MOST_TAGS_AT_ONCE:
        raise BadInput(_("Ask for 1 to %(most)s tags."), field="count", most=MOST_TAGS_AT_ONCE)
    now = timezone.now()
    codes = fresh_tags(count)
    IssuedTag.objects.bulk_create([IssuedTag(code=code, issued_at=now) for code in codes], batch_size=500)
    record_all(
        [Deed("tag.reserve", "tag", code, 1, occurred_at=now) for code in codes],
        actor=actor,
    )
    return codes


@transaction.atomic
def bind_tag(tag: str, reserved: str, *, actor: Actor) -> Device:
    """Stick a pre-printed label on a device: from now on both its tags open it.

    Refuses: NotAllowed; NotFound (device, or a tag never issued); Conflict (the tag is on a device already).
    """
    require(actor, Word.LABEL)
    device = locked(tag)
    issued = _free_tag(reserved)
    _bind(issued, device)
    device.search = _search(device, extra=issued.code)
    return note(device, "bind_tag", actor=actor, facts={"bound": issued.code})


@transaction.atomic
def receive(
    tag: str, *, actor: Actor, location: str, occurred_at: dt.datetime | None = None, container: str = ""
) -> Device:
    """Take a device into the warehouse at a location; `container` is the sealed one it arrives in, uncounted.

    Refuses as `take` does; NotFound (location); Conflict (it lies under a seal).
    """
    require(actor, Word.RECEIVE)
    device = locked(tag)
    if not container:
        _not_under_seal(device)
    place = location_named(location)
    device.location = place
    facts = {"location": place.code, **({"container": container} if container else {})}
    return take(device, "receive", actor=actor, facts=facts, occurred_at=occurred_at)


def _not_under_seal(device: Device) -> None:
    # A device in a sealed crate cannot be in somebody's hands: the crate was opened, or the label is a copy.
    sealing = seal_over(device)
    if sealing is not None:
        raise Conflict(
            _("%(tag)s lies in %(container)s, sealed with %(seal)s. Take it whole, or break the seal first."),
            tag=device.tag,
            container=grouped(sealing.container.code),
            seal=sealing.seal,
        )


@transaction.atomic
def move(
    tag: str, *, actor: Actor, location: str, occurred_at: dt.datetime | None = None, corrects: int | None = None
) -> Device:
    """Move a device to another location; `corrects` is the entry of its history that this move takes back.

    Refuses: NotAllowed; NotFound; Conflict when it is not in our hands, lies under a seal, or was moved later than
    `occurred_at`.
    """
    require(actor, Word.STORE)
    device = locked(tag)
    _not_under_seal(device)
    place = location_named(location)
    if Status(device.status) in {Status.DECLARED, Status.HANDED_OVER, Status.RECYCLED, Status.LOST, Status.WITHDRAWN}:
        raise Conflict(
            _("%(tag)s is '%(status)s': it is not in the warehouse and cannot be moved."),
            tag=device.tag,
            status=Status(device.status).label,
        )
    if occurred_at and (later := _placed_since(device, occurred_at)):
        raise Conflict(
            _("%(tag)s was placed at %(place)s later than that, at %(time)s. Look where it stands now."),
            tag=device.tag,
            place=device.location or "?",
            time=timezone.localtime(later).strftime("%H:%M:%S"),
        )
    facts: dict[str, Any] = {"from_location": device.location.code if device.location else "", "location": place.code}
    if corrects is not None:
        facts["corrects"] = corrects
    device.location = place
    return note(device, "move", actor=actor, facts=facts, occurred_at=occurred_at)


def _placed_since(device: Device, moment: dt.datetime) -> dt.datetime | None:
    # A scan made off line arrives late: it must not send a device back where it no longer is.
    placed = Entry.objects.filter(subject_kind="device", subject_key=device.tag, occurred_at__gt=moment)
    placed = placed.filter(event__in=["device.move", "device.receive", "device.take_back", "device.find_again"])
    return placed.order_by("-occurred_at").values_list("occurred_at", flat=True).first()


@transaction.atomic
def move_all(tags: Iterable[str], *, actor: Actor, location: str) -> int:
    """Move many devices to one location, all or none. Returns how many. Refuses as `move` does, at the first."""
    moved = [move(tag, actor=actor, location=location) for tag in tags]
    return len(moved)


@transaction.atomic
def reopen_sanitisation(tag: str, *, actor: Actor, reason: str) -> Device:
    """Send a device back to sanitisation, with a reason code. Refuses as `take` does; BadInput (reason)."""
    require(actor, Word.SANITISE)
    check_reason(reason)
    return take(locked(tag), "reopen_sanitisation", actor=actor, facts={"reason": reason})


@transaction.atomic
def quarantine(tag: str, *, actor: Actor, reason: str, remark: str = "") -> Device:
    """Set a device apart, with a reason code. Refuses as `take` does; BadInput (unknown reason)."""
    require(actor, Word.QUARANTINE)
    check_reason(reason)
    return take(
        locked(tag),
        "quarantine",
        actor=actor,
        facts={"reason": reason},
        private={"remark": remark} if remark else None,
    )


@transaction.atomic
def describe(tag: str, *, actor: Actor, **learnt: Any) -> Device:
    """Write down what an inspection shows: manufacturer, model, serial, processor, memory_mb, category…

    Only names in `LEARNABLE` count; empty values change nothing. Refuses: NotAllowed; NotFound; BadInput.
    """
    require(actor, Word.INSPECT)
    device = locked(tag)
    return learn(device, actor=actor, **learnt)


LEARNABLE = (
    "category",
    "manufacturer",
    "model",
    "serial",
    "inventory_number",
    "smbios_uuid",
    "board_serial",
    "processor",
    "memory_mb",
    "weight_kg",
)


def learn(device: Device, *, actor: Actor, evidence_sha256: str = "", **learnt: Any) -> Device:
    """Set facts on a locked device and note what changed; nothing is noted when nothing did."""
    facts = _taken_in(device, learnt, evidence_sha256)
    return note(device, "describe", actor=actor, facts=facts) if facts else device


def learn_all(learnt: Sequence[tuple[Device, dict[str, Any]]], *, actor: Actor, evidence_sha256: str = "") -> None:
    """The same for many devices, each once, locked by the caller's transaction. Refuses (Conflict) a late one."""
    told = [(device, facts) for device, said in learnt if (facts := _taken_in(device, said, evidence_sha256))]
    devices = [device for device, _facts in told]
    columns = (*LEARNABLE, "serial_key", "uuid_key", "search")
    note_all(devices, "describe", columns, actor=actor, facts=[facts for _device, facts in told])


def _taken_in(device: Device, learnt: dict[str, Any], evidence_sha256: str) -> dict[str, Any]:
    """Set what is news to a device, unsaved; what its history shall say of it, nothing when nothing is."""
    unknown = set(learnt) - set(LEARNABLE)
    if unknown:
        raise BadInput(_("Nothing is kept under '%(name)s'."), name=", ".join(sorted(unknown)))
    if learnt.get("category"):
        _check_category(learnt["category"])
    changed = {
        name: value for name, value in learnt.items() if value not in (None, "") and value != getattr(device, name)
    }
    if not changed:
        return {}
    for name, value in changed.items():
        setattr(device, name, value)
    fit_keys(device)
    return {"learnt": {name: str(value) for name, value in sorted(changed.items())}, "file": evidence_sha256}


def fit_keys(device: Device) -> None:
    """Bring what the device is found by into line with its facts, its tags and the records merged into it."""
    device.serial_key = serial_key(device.serial)
    device.uuid_key = uuid_key(device.smbios_uuid)
    device.search = _search(device)


def check_reason(reason: str) -> None:
    """Refuse (BadInput) a reason code that is not in `REASONS`."""
    if reason not in REASONS:
        raise BadInput(_("Choose a reason from the list."), field="reason", reason=reason)


def location_named(code: str) -> Location:
    """The location with this code. Refuses (NotFound) an unknown one."""
    place = Location.objects.filter(code=code).first()
    if place is None:
        raise NotFound(_("There is no location '%(location)s'."), location=code, field="location")
    return place


@transaction.atomic
def open_location(code: str, *, actor: Actor, name_fr: str, name_nl: str) -> Location:
    """Make a location known. Refuses: NotAllowed; Conflict (the code is taken)."""
    require(actor, Word.ADMINISTER)
    if Location.objects.filter(code=code).exists():
        raise Conflict(_("The location '%(location)s' exists already."), location=code)
    return Location.objects.create(code=code, name_fr=name_fr, name_nl=name_nl)


def _search(device: Device, extra: str = "") -> str:
    tags = "" if device.pk is None else " ".join(one.code for one in device.tags.all())
    # What merged records bear leads here too.
    absorbed = [] if device.pk is None else device.absorbed.all()
    also = [(one.tag, one.serial, one.inventory_number) for one in absorbed]
    return search_text(
        device.tag,
        tags,
        extra,
        device.serial,
        device.inventory_number,
        device.manufacturer,
        device.model,
        device.department,
        device.act_reference,
        *(word for words in also for word in words),
    )


def _free_tag(tag: str) -> IssuedTag:
    code = read_tag(tag)
    issued = IssuedTag.objects.select_for_update().filter(code=code).first()
    if issued is None:
        raise NotFound(_("The tag %(tag)s was never given out. Use a label printed by Relais."), tag=code)
    if issued.device_id is not None:
        raise Conflict(_("The tag %(tag)s is on a device already."), tag=code)
    if Container.objects.filter(code=code).exists():
        raise Conflict(_("The tag %(tag)s is on a crate, pallet or bag already."), tag=code)
    return issued


def _bind(issued: IssuedTag, device: Device) -> None:
    changed = IssuedTag.objects.filter(pk=issued.pk, device__isnull=True).update(device=device, bound_at=timezone.now())
    if changed != 1:
        raise Conflict(_("The tag %(tag)s is on a device already."), tag=issued.code)


def _check_category(category: str) -> None:
    if category not in CATEGORIES:
        raise BadInput(_("There is no kind of device called '%(category)s'."), category=category, field="category")
