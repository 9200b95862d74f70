"""The one way in: devices enter with their tag and their first entry in the ledger, one or 100,000 at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from inventory.devices.identity import search_text, serial_key
from inventory.devices.models import Device, IssuedTag, Location
from inventory.devices.tags import new_tags
from inventory.ledger.commands import Deed, record_alike
from inventory.ledger.rows import among, reserve_ids, write_rows
from inventory.lifecycle import Actor, Status


class Announced(NamedTuple):
    """A device as somebody announces it; weight in kilograms."""

    category: str
    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    inventory_number: str = ""
    department: str = ""
    act_reference: str = ""
    decommissioned_on: dt.date | None = None
    weight_kg: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """How some devices enter: the deed, the status it leads to, where they stand, the list they come from."""

    event: str
    status: Status
    location: Location | None = None
    list_sha256: str = ""
    occurred_at: dt.datetime | None = None


_WORDS = ("category", "manufacturer", "model", "serial", "inventory_number", "department", "act_reference")
_SAID = len(_WORDS)
_COLUMNS = ("id", "tag", *_WORDS, "serial_key", "decommissioned_on", "weight_kg", "search")


def enter(
    announced: Sequence[Announced],
    arrival: Arrival,
    *,
    actor: Actor,
    tags: Sequence[str] = (),
    meant: Sequence[str] = (),
) -> list[str]:
    """Enter devices in the order given, inside the caller's transaction, and return their tags.

    `tags` were given out before and are bound by the caller; without them each device is given a fresh one, the one
    `meant` for it where nobody else was given that meanwhile.
    """
    now = timezone.now()
    codes = list(tags) or _still_free(meant) or fresh_tags(len(announced))
    ids = reserve_ids(Device, len(announced))
    # The entries come first: the database takes no device that the ledger does not know.
    place = {"location": arrival.location.code} if arrival.location else {}
    told = [_told(one) for one in announced]
    record_alike(
        Deed(
            f"device.{arrival.event}",
            "device",
            "",
            1,
            to_status=arrival.status,
            evidence_sha256=arrival.list_sha256,
            occurred_at=arrival.occurred_at,
        ),
        ((code, {**facts, **place}) for code, facts in zip(codes, told, strict=True)),
        actor=actor,
    )
    same = {
        "status": arrival.status.value,
        "location_id": arrival.location.pk if arrival.location else None,
        "created_at": now,
        "changed_at": now,
    }
    write_rows(Device, _COLUMNS, map(_row, ids, codes, announced, told), same=same)
    if not tags:
        write_rows(
            IssuedTag, ("code", "device_id"), zip(codes, ids, strict=True), same={"issued_at": now, "bound_at": now}
        )
    return codes


def fresh_tags(count: int) -> list[str]:
    """So many tags that were never given out, in alphabetical order: indexes grow faster so."""
    # Among a million tags given out, one in a million new ones has been used before: each is looked up.
    codes: set[str] = set()
    while len(codes) < count:
        more = new_tags(count - len(codes))
        codes |= more.difference(IssuedTag.objects.filter(among("code", more)).values_list("code", flat=True))
    return sorted(codes)


def _still_free(meant: Sequence[str]) -> list[str]:
    """These tags, one that was given out meanwhile replaced by a fresh one."""
    gone = set(IssuedTag.objects.filter(among("code", meant)).values_list("code", flat=True)) if meant else set()
    fresh = iter(fresh_tags(len(gone)))
    return [next(fresh) if code in gone else code for code in meant]


def _told(one: Announced) -> dict[str, Any]:
    """What an announced device says of itself, as the ledger tells it."""
    said: tuple[str, ...] = one[:_SAID]  # type: ignore[assignment]
    facts: dict[str, Any] = {name: word for name, words in zip(_WORDS, said, strict=True) if (word := words.strip())}
    if one.decommissioned_on:
        facts["decommissioned_on"] = str(one.decommissioned_on)
    if one.weight_kg is not None:
        facts["weight_kg"] = str(one.weight_kg)
    return facts


def _row(pk: int, tag: str, one: Announced, told: dict[str, Any]) -> tuple[Any, ...]:
    _category, maker, model, serial, number, department, act = words = [told.get(name, "") for name in _WORDS]
    return (
        *(pk, tag, *words, serial_key(serial), one.decommissioned_on, one.weight_kg),
        search_text(tag, serial, number, maker, model, department, act),
    )
