"""The chain of custody on paper: of one device from the first hand to the last, or of everything on one manifest.

ISO/IEC 27037: each hand-over with who released and who received, when, where, seal, count and what was noticed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventory.collection.differences import KINDS, OUTCOMES
from inventory.collection.models import CustodyHandover, Side, SignedHow
from inventory.collection.queries import crates_of, custody_of, differences_of, lines_of, manifest_numbered
from inventory.devices.categories import CATEGORIES, REASONS
from inventory.devices.containers.models import ContainerItem, ContainerKind
from inventory.devices.models import Device, Location
from inventory.devices.queries import device_of, names_of
from inventory.devices.tags import grouped
from inventory.documents.letters import set_paper
from inventory.ledger.models import Entry
from inventory.lifecycle import Actor

# What changes whose hands a device is in, and what people call it.
_EVENTS: Final[dict[str, Promise]] = {
    "device.declare": _("Announced by its department"),
    "device.register_found": _("Found and registered"),
    "device.collect": _("Picked up"),
    "device.receive": _("Received"),
    "device.move": _("Moved"),
    "device.quarantine": _("Set apart"),
    "device.lift_quarantine": _("No longer set apart"),
    "device.hand_over": _("Handed over to an association"),
    "device.take_back": _("Taken back"),
    "device.recycle": _("Handed to a recycler"),
    "device.report_lost": _("Reported lost"),
    "device.find_again": _("Found again"),
    "device.withdraw": _("Announcement withdrawn"),
}
_SIGNED: Final[dict[str, Promise]] = {
    SignedHow.ACCOUNT: _("signed by account"),
    SignedHow.DRAWN: _("signed on the screen"),
    SignedHow.PIN: _("signed by PIN"),
    SignedHow.PAPER: _("signed on paper"),
}
# Facts that a reader can place; the rest stays in the ledger.
_TOLD: Final = ("manifest", "agreement", "collector", "document", "container")


def custody_of_device(tag: str, *, actor: Actor, language: str) -> bytes:
    """The chain of custody of one device as a tagged PDF in `fr` or `nl`. Refuses: NotAllowed; BadInput; NotFound."""
    device = device_of(tag, actor)
    entries = list(
        Entry.objects.filter(subject_kind="device", subject_key=device.tag, event__in=_EVENTS)
        .select_related("leaf")
        .order_by("subject_seq")
    )
    with translation.override(language):
        names = names_of([entry.actor_key for entry in entries], actor)
        return set_paper(
            "custody",
            {
                **_head(language, f"{grouped(device.tag)}"),
                "facts": _facts_of(device),
                "hands": _hands(device, actor),
                "stations": [_station(entry, names) for entry in entries],
                "crates": [_packing(item) for item in _packings(device)],
                "devices": [],
                "differences": _told(differences_about(device)),
            },
        )


def custody_of_manifest(number: str, *, actor: Actor, language: str) -> bytes:
    """The chain of custody of everything on one manifest as a tagged PDF. Refuses: NotAllowed; NotFound."""
    manifest = manifest_numbered(number, actor)
    with translation.override(language):
        return set_paper(
            "custody",
            {
                **_head(language, manifest.number),
                "facts": [
                    [str(_("Department")), manifest.department],
                    [str(_("From")), manifest.place],
                    [str(_("To")), str(manifest.destination)],
                    [str(_("Day")), manifest.planned_on.strftime("%d/%m/%Y")],
                    [str(_("Vehicle")), str(manifest.vehicle or "")],
                ],
                "hands": _handovers(custody_of(manifest), actor),
                "stations": [],
                "crates": [
                    [
                        grouped(carried.container.code),
                        str(ContainerKind(carried.container.kind).label),
                        carried.sealing.seal if carried.sealing else "–",
                        _when(carried.taken_at),
                        _when(carried.arrived_at),
                    ]
                    for carried in crates_of(manifest)
                ],
                "devices": [
                    [
                        grouped(line.device.tag),
                        f"{CATEGORIES[line.device.category]} {line.device.title}".strip(),
                        line.device.serial or "–",
                        _when(line.taken_at),
                        _when(line.arrived_at),
                    ]
                    for line in lines_of(manifest)
                ],
                "differences": _told(differences_of(manifest)),
            },
        )


def differences_about(device: Device) -> Iterable[Any]:
    """The exceptions of custody that a device was in, in their order."""
    return device.custody_exceptions.select_related("manifest", "device", "container").order_by("id")


def _head(language: str, title: str) -> dict[str, Any]:
    now = timezone.localtime()
    return {
        "language": language,
        "title": title,
        "printed": now.strftime("%d/%m/%Y %H:%M"),
        "day": [now.year, now.month, now.day],
    }


def _facts_of(device: Device) -> list[list[str]]:
    return [
        [str(_("Device")), f"{CATEGORIES[device.category]} {device.title}".strip()],
        [str(_("Serial number")), device.serial],
        [str(_("Inventory number")), device.inventory_number],
        [str(_("Department")), device.department],
    ]


def _hands(device: Device, actor: Actor) -> list[dict[str, Any]]:
    numbers = device.manifest_lines.filter(taken_at__isnull=False).values("manifest_id")
    found = CustodyHandover.objects.filter(manifest_id__in=numbers).order_by("occurred_at", "id")
    return _handovers(
        found.select_related("manifest", "released_by", "received_by", "paper").prefetch_related("signatures"), actor
    )


def _handovers(found: Iterable[CustodyHandover], actor: Actor) -> list[dict[str, Any]]:
    handovers = list(found)
    people: list[Any] = [one for h in handovers for one in (h.released_by, h.received_by) if one is not None]
    names = names_of([person.key for person in people], actor)
    by_pk = {person.pk: names[person.key] for person in people}
    told = []
    for one in handovers:
        ways = {signature.side: str(_SIGNED[signature.how]) for signature in one.signatures.all()}
        told.append(
            {
                "what": str(_("Picked up") if one.leg == "pickup" else _("Delivered")),
                "manifest": one.manifest.number,
                "when": _when(one.occurred_at),
                "late": _late(one.occurred_at, one.recorded_at),
                "where": one.place,
                "released": by_pk.get(one.released_by_id, one.released_function),
                "released_how": ways.get(Side.RELEASED, ""),
                "received": by_pk[one.received_by_id],
                "received_how": ways.get(Side.RECEIVED, ""),
                "seal": one.seal,
                "scanned": str(one.device_count),
                "counted": "" if one.counted is None else str(one.counted),
                "paper": one.paper.sha256 if one.paper else "",
            }
        )
    return told


def _station(entry: Entry, names: dict[str, str]) -> list[str]:
    facts = json.loads(entry.body)["facts"]
    details = [str(facts[name]) for name in _TOLD if facts.get(name)]
    if facts.get("reason") in REASONS:
        details.append(str(REASONS[facts["reason"]]))
    leaf = getattr(entry, "leaf", None)
    return [
        _when(entry.occurred_at),
        str(_EVENTS[entry.event]),
        _place(str(facts.get("location", ""))),
        ", ".join(details) or "–",
        names.get(entry.actor_key, entry.actor_key),
        f"{leaf.leaf_index} · {leaf.leaf_hash[:12]}" if leaf else "–",
    ]


def _place(code: str) -> str:
    found = Location.objects.filter(code=code).first() if code else None
    return str(found) if found else code or "–"


def _packings(device: Device) -> Sequence[ContainerItem]:
    return list(device.packings.select_related("container").order_by("id"))


def _packing(item: ContainerItem) -> list[str]:
    overlap = item.container.sealings.filter(recorded_at__gte=item.since).order_by("id")
    if item.until:
        overlap = overlap.filter(sealed_at__lte=item.until)
    seals = ", ".join(sealing.seal for sealing in overlap)
    kind = str(ContainerKind(item.container.kind).label)
    return [grouped(item.container.code), kind, seals or "–", _when(item.since), _when(item.until)]


def _told(found: Iterable[Any]) -> list[list[str]]:
    return [
        [
            one.number,
            str(KINDS[one.kind].label),
            grouped(one.device.tag) if one.device else grouped(one.container.code) if one.container else "–",
            one.due_on.strftime("%d/%m/%Y"),
            str(OUTCOMES[one.outcome]) if one.outcome else str(_("open")),
        ]
        for one in found
    ]


def _when(moment: dt.datetime | None) -> str:
    return timezone.localtime(moment).strftime("%d/%m/%Y %H:%M") if moment else "–"


def _late(occurred: dt.datetime, recorded: dt.datetime) -> str:
    """When it was written down, if that was an hour or more after it happened."""
    return _when(recorded) if recorded - occurred >= dt.timedelta(hours=1) else ""
