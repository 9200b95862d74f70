"""The one way in: devices enter with their tag and their first entry in the ledger, one or 100,000 at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from inventory.devices.identity import search_text, serial_key
from inventory.devices.models import Device, IssuedTag, Location
from inventory.devices.tags import new_tag
from inventory.ledger.commands import Deed, record_all
from inventory.ledger.rows import reserve_ids, write_rows
from inventory.lifecycle import Actor, Status

# Tags looked up in one query.
_AT_ONCE = 900


@dataclass(frozen=True, slots=True)
class Announced:
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
_COLUMNS = (
    *("id", "tag", "status", *_WORDS, "serial_key", "decommissioned_on", "weight_kg"),
    *("location_id", "created_at", "changed_at", "search"),
)


def enter(announced: Sequence[Announced], arrival: Arrival, *, actor: Actor, tags: Sequence[str] = ()) -> list[str]:
    """Enter devices in the order given, inside the caller's transaction, and return their tags.

    `tags` were given out before and are bound by the caller; without them each device is given a fresh one.
    """
    now = timezone.now()
    codes = list(tags) or fresh_tags(len(announced))
    ids = reserve_ids(Device, len(announced))
    # The entries come first: the database takes no device that the ledger does not know.
    record_all(
        (_deed(one, code, arrival) for one, code in zip(announced, codes, strict=True)),
        actor=actor,
    )
    rows = (_row(*what, arrival, now) for what in zip(ids, codes, announced, strict=True))
    write_rows(Device, _COLUMNS, rows)
    if not tags:
        bound = ((code, pk, now, now) for pk, code in zip(ids, codes, strict=True))
        write_rows(IssuedTag, ("code", "device_id", "issued_at", "bound_at"), bound)
    return codes


def fresh_tags(count: int) -> list[str]:
    """So many tags that were never given out, in alphabetical order: indexes grow faster so."""
    # Among a million tags given out, one in a million new ones has been used before: each is looked up.
    codes: set[str] = set()
    while len(codes) < count:
        codes |= {new_tag() for _ in range(count - len(codes))}
        for some in _slices(sorted(codes)):
            codes.difference_update(IssuedTag.objects.filter(code__in=some).values_list("code", flat=True))
    return sorted(codes)


def _row(pk: int, tag: str, one: Announced, arrival: Arrival, now: dt.datetime) -> tuple[Any, ...]:
    words = [getattr(one, name).strip() for name in _WORDS]
    _category, maker, model, serial, number, department, act = words
    return (
        *(pk, tag, arrival.status.value, *words, serial_key(serial), one.decommissioned_on, one.weight_kg),
        arrival.location.pk if arrival.location else None,
        *(now, now, search_text(tag, serial, number, maker, model, department, act)),
    )


def _deed(one: Announced, tag: str, arrival: Arrival) -> Deed:
    facts: dict[str, Any] = {name: word for name in _WORDS if (word := getattr(one, name).strip())}
    if one.decommissioned_on:
        facts["decommissioned_on"] = one.decommissioned_on
    if one.weight_kg is not None:
        facts["weight_kg"] = one.weight_kg
    if arrival.location:
        facts["location"] = arrival.location.code
    return Deed(
        f"device.{arrival.event}",
        "device",
        tag,
        1,
        facts,
        to_status=arrival.status,
        evidence_sha256=arrival.list_sha256,
        occurred_at=arrival.occurred_at,
    )


def _slices(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(codes), _AT_ONCE):
        yield codes[start : start + _AT_ONCE]
