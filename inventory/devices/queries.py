"""Every read of devices, media and locations that a door asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from inventory.devices.gatekeepers import pass_guards, require
from inventory.devices.identity import folded, serial_key
from inventory.devices.models import Device, IssuedTag, Location, Medium, MediumStay
from inventory.devices.tags import read_tag
from inventory.errors import BadInput, NotFound, Refusal
from inventory.ledger.models import Entry
from inventory.lifecycle import Actor, Guard, Status, Step, Word, steps_from

SORTS: dict[str, tuple[str, ...]] = {
    "-changed": ("-changed_at", "-id"),
    "changed": ("changed_at", "id"),
    "tag": ("tag",),
    "-tag": ("-tag",),
    "status": ("status", "-id"),
    "-status": ("-status", "-id"),
    "category": ("category", "-id"),
    "-category": ("-category", "-id"),
    "model": ("manufacturer", "model", "-id"),
    "-model": ("-manufacturer", "-model", "-id"),
    "location": ("location__code", "-id"),
    "-location": ("-location__code", "-id"),
    "grade": ("grade", "-id"),
    "-grade": ("-grade", "-id"),
    "newest": ("-id",),
    "oldest": ("id",),
}


@dataclass(frozen=True, slots=True)
class DeviceFilter:
    """What somebody looks for; empty means everything. It stands in the address of the page."""

    words: str = ""
    status: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    location: str = ""
    grade: str = ""
    # What its holder told of it: lost, stolen, transfer.
    told: str = ""
    sort: str = "newest"
    # Records merged into another: they stand in no list but their own.
    merged: bool = False


def devices(actor: Actor, wanted: DeviceFilter | None = None) -> QuerySet[Device]:
    """Devices that fit, ordered. Refuses: NotAllowed; BadInput (an unknown status)."""
    require(actor, Word.READ_DEVICES)
    wanted = wanted or DeviceFilter()
    found = Device.objects.filter(merged_into__isnull=not wanted.merged)
    found = found.select_related("location").order_by(*SORTS.get(wanted.sort, SORTS["newest"]))
    for word in folded(wanted.words).split():
        found = found.filter(search__contains=_as_tag(word))
    if wanted.status:
        unknown = set(wanted.status) - {status.value for status in Status}
        if unknown:
            raise BadInput(_("There is no status '%(status)s'."), status=min(unknown), field="status")
        found = found.filter(status__in=wanted.status)
    if wanted.category:
        found = found.filter(category__in=wanted.category)
    if wanted.location:
        found = found.filter(location__code=wanted.location)
    if wanted.grade:
        found = found.filter(grade=wanted.grade)
    if wanted.told:
        found = found.filter(told=wanted.told)
    return found


DEVICE_COLUMNS = (
    *("tag", "status", "category", "manufacturer", "model", "serial", "inventory_number", "department"),
    *("act_reference", "decommissioned_on", "grade", "told", "legal_status", "processor", "memory_mb", "weight_kg"),
    *("no_data_declared_at", "changed_at"),
)


def device_rows(found: QuerySet[Device]) -> list[dict[str, Any]]:
    """The same devices as plain rows with their location's code: half the cost of objects on a long list."""
    return list(found.select_related(None).values(*DEVICE_COLUMNS, location_code=F("location__code")))


def device_of(tag: str, actor: Actor) -> Device:
    """The device behind a tag, or behind any tag bound to it.

    Refuses: NotAllowed; BadInput (no tag, wrong check symbol); NotFound.
    """
    require(actor, Word.READ_DEVICES)
    found = by_tag(tag)
    if found is None:
        raise NotFound(_("No device bears the tag %(tag)s."), tag=read_tag(tag))
    return found


def by_tag(tag: str) -> Device | None:
    """The device behind a tag, or None: for the public page, which tells nothing apart. Refuses BadInput.

    A tag of a record that was merged into another opens that other one.
    """
    code = read_tag(tag)
    devices = Device.objects.select_related("location", "no_data_declared_by")
    found = devices.filter(Q(tag=code) | Q(pk__in=IssuedTag.objects.filter(code=code).values("device_id"))).first()
    return found if found is None or found.merged_into_id is None else devices.get(pk=found.merged_into_id)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a scan or a typed word leads to: one device, one medium, a free label, or a search."""

    device: Device | None
    words: str
    refusal: Refusal | None = None
    medium: Medium | None = None
    # A tag printed beforehand that is on no device yet.
    free_tag: str = ""


def scanned(text: str, actor: Actor) -> Scanned:
    """Find the one device or medium that a tag, link, serial or inventory number means; otherwise what to search for.

    Refuses: NotAllowed; BadInput (nothing was typed).
    """
    require(actor, Word.READ_DEVICES)
    if not text.strip():
        raise BadInput(_("Scan or type a tag, a serial number or an inventory number."), field="q")
    try:
        return Scanned(device_of(text, actor), "")
    except Refusal as refusal:
        kept = refusal
    words = text.strip()
    bearing = Device.objects.exclude(status=Status.WITHDRAWN)
    bearing = bearing.filter(Q(serial_key=serial_key(words)) | Q(inventory_number__iexact=words))
    # Of records merged into one, the one that is kept.
    exact = list(Device.objects.filter(pk__in=bearing.values(kept=Coalesce("merged_into_id", "pk"))).order_by("id")[:2])
    if len(exact) == 1:
        return Scanned(exact[0], "")
    code = _tag_or_none(words)
    media = list(Medium.objects.select_related("device").filter(Q(code=code) | Q(serial_key=serial_key(words)))[:2])
    if len(media) == 1 and not exact:
        return Scanned(None, words, kept, medium=media[0])
    free = code is not None and IssuedTag.objects.filter(code=code, device__isnull=True).exists()
    return Scanned(None, words, kept, free_tag=code or "" if free else "")


# A pasted list longer than this is a list for an import.
MOST_SCANS = 500


def scanned_list(text: str, actor: Actor) -> list[Scanned]:
    """The same for several codes, one a line, in order. Refuses: NotAllowed; BadInput (none, or more than 500)."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or len(lines) > MOST_SCANS:
        raise BadInput(_("Give 1 to %(most)s codes, one a line."), most=MOST_SCANS, field="q")
    return [scanned(line, actor) for line in lines]


@dataclass(frozen=True, slots=True)
class Possible:
    """A step from here, and whether it can be taken now: `why_not` says what blocks it, or who may."""

    step: Step
    allowed: bool
    why_not: str = ""


def possible_steps(device: Device, actor: Actor) -> list[Possible]:
    """What can be done next with a device, drawn from the law, with what blocks the rest."""
    found = []
    for step in steps_from(device.status):
        if not actor.holds(step.needs):
            continue
        try:
            _guards(device, step)
        except Refusal as refusal:
            found.append(Possible(step, False, str(refusal)))
        else:
            found.append(Possible(step, True))
    return found


def _guards(device: Device, step: Step) -> None:
    # The grade is given in the step's own form: only what the form cannot mend blocks the button.
    pass_guards(device, [guard for guard in step.guards if guard is not Guard.GRADED])


def other_tags(device: Device) -> list[str]:
    """Further tags that open this device: labels stuck on later, in that order, on merged records too."""
    tags = IssuedTag.objects.filter(Q(device=device) | Q(device__merged_into=device)).exclude(code=F("device__tag"))
    return list(tags.order_by("bound_at", "id").values_list("code", flat=True))


def labels_printed(codes: Iterable[str]) -> int:
    """How many times labels of these codes left the printer: each print is an entry (R-7.2)."""
    return Entry.objects.filter(subject_kind="label", subject_key__in=list(codes)).count()


def media_of(device: Device) -> QuerySet[Medium]:
    """Storage media that are or were in a device, or in a record merged into it, in the order they were listed."""
    records = Q(stays__device=device) | Q(stays__device__merged_into=device)
    return Medium.objects.filter(records).distinct().order_by("id")


def history(kind: str, key: str) -> QuerySet[Entry]:
    """The ledger entries of one thing, newest first."""
    return Entry.objects.filter(subject_kind=kind, subject_key=key).order_by("-subject_seq")


def whole_history(device: Device) -> QuerySet[Entry]:
    """The ledger entries of a device and of the records merged into it, newest first."""
    tags = [device.tag, *device.absorbed.values_list("tag", flat=True)]
    return Entry.objects.filter(subject_kind="device", subject_key__in=tags).order_by("-id")


def names_of(keys: Iterable[str], reader: Actor) -> dict[str, str]:
    """What this reader may see instead of the pseudonyms in the ledger.

    An auditor sees user names, everybody their own; of others the role and the beginning of the pseudonym.
    """
    people: Any = get_user_model().objects.filter(key__in=set(keys)).prefetch_related("groups")
    return {
        person.key: person.get_full_name() or person.get_username()
        if person.pk == reader.pk or reader.holds(Word.AUDIT)
        else f"{person.title} {person.key[:8]}".strip()
        for person in people
    }


def stays_of(medium: Medium) -> QuerySet[MediumStay]:
    """Where a medium has been: its stays in devices, latest first."""
    return medium.stays.select_related("device", "removed_by").order_by("-id")


def counts_by_status(actor: Actor) -> dict[str, int]:
    """How many devices are in each status, zeros included."""
    require(actor, Word.READ_DEVICES)
    in_play = Device.objects.filter(merged_into__isnull=True).order_by()
    counted = dict(in_play.values_list("status").annotate(n=Count("id")))
    return {status.value: counted.get(status.value, 0) for status in Status}


def locations() -> QuerySet[Location]:
    """Every location, by code."""
    return Location.objects.order_by("code")


def departments() -> list[str]:
    """Every department that devices came from, by name."""
    named = Device.objects.exclude(department="").order_by("department")
    return list(named.values_list("department", flat=True).distinct())


def waiting_media(actor: Actor, states: Sequence[str]) -> QuerySet[Medium]:
    """Media in these states, oldest first, with their device: the wiping bench's list. Refuses NotAllowed."""
    require(actor, Word.READ_DEVICES)
    return Medium.objects.filter(state__in=states).select_related("device", "device__location").order_by("id")


def _tag_or_none(words: str) -> str | None:
    try:
        return read_tag(words)
    except BadInput:
        return None


def _as_tag(word: str) -> str:
    # People search for a tag as it is printed: 7K3Q-X9M2-1.
    return (_tag_or_none(word) or word).lower()
