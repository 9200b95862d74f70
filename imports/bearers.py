"""Which device a row of a list speaks of: found by tag, serial or inventory number, and never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import F, Q, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from imports.comparing import Compared, problem_of
from inventory.devices.identity import serial_key
from inventory.devices.models import Device, IssuedTag
from inventory.devices.tags import grouped
from inventory.lifecycle import Status

_AT_ONCE = 500
_NAMES = ("tag", "serial", "inventory_number")
# Candidates that a problem names; more tell nobody more.
_NAMED = 5

Bearers = Mapping[tuple[str, str], list[Device]]


def bearers(rows: Iterable[Any]) -> Bearers:
    """The devices behind the tags, serial and inventory numbers of rows: by (field, key), all that bear it.

    A tag stuck on later opens its device too, and a record merged into another leads to that one.
    """
    wanted: dict[str, set[str]] = {name: set() for name in _NAMES}
    for row in rows:
        for name, key in _keys(row):
            wanted[name].add(key)
    places: dict[tuple[str, str], list[int]] = {}
    for name, column in (("tag", "tag"), ("serial", "serial_key"), ("inventory_number", "inventory_number")):
        for some in _slices(sorted(wanted[name])):
            rows_of = Device.objects.filter(**{f"{column}__in": some}).order_by("id")
            if name != "tag":
                rows_of = rows_of.exclude(status=Status.WITHDRAWN)
            for value, pk, kept in rows_of.values_list(column, "pk", "merged_into_id"):
                places.setdefault((name, value), []).append(kept or pk)
            if name == "tag":
                bound = IssuedTag.objects.filter(code__in=some, device__isnull=False).exclude(code=F("device__tag"))
                for value, pk, kept in bound.values_list("code", "device_id", "device__merged_into_id"):
                    places.setdefault((name, value), []).append(kept or pk)
    devices: dict[int, Device] = {}
    for many in _slices(sorted({pk for pks in places.values() for pk in pks})):
        devices |= {one.pk: one for one in Device.objects.filter(Q(pk__in=many)).select_related("location")}
    return {key: [devices[pk] for pk in dict.fromkeys(pks)] for key, pks in places.items()}


def with_media(found: Bearers) -> Bearers:
    """The same devices, their storage media read along for all of them."""
    devices = list({one.pk: one for bearing in found.values() for one in bearing}.values())
    for some in _slices(devices):
        prefetch_related_objects(list(some), "media")
    return found


def device_of_row(row: Any, found: Bearers, headings: Mapping[str, str]) -> Device | Compared:
    """The one device that a row speaks of, or the problem: none bears its number, several do, or two are meant."""
    said: dict[str, Device] = {}
    for name, key in _keys(row):
        bearing = found.get((name, key), [])
        if len(bearing) > 1:
            tags = ", ".join(grouped(one.tag) for one in bearing[:_NAMED])
            message = str(_("Several devices bear “%(value)s”: %(tags)s.")) % {
                "value": getattr(row, name),
                "tags": tags,
            }
            return problem_of(row, headings.get(name, ""), message, str(_("Give the tag of the one that is meant.")))
        if bearing:
            said[name] = bearing[0]
        elif name == "tag":
            message = str(_("No device bears the tag %(tag)s.")) % {"tag": grouped(row.tag)}
            return problem_of(row, headings.get("tag", ""), message, str(_("Correct the tag, or remove the row.")))
    if not said:
        names = [headings.get(name, name) for name, _key in _keys(row)]
        message = str(_("No device of ours bears this number."))
        mend = str(_("Correct the number, or bring the device in with a list of devices to collect first."))
        return problem_of(row, " / ".join(names), message, mend)
    if len({one.pk for one in said.values()}) > 1:
        meant = ", ".join(f"{headings.get(name, name)}: {grouped(one.tag)}" for name, one in said.items())
        message = str(_("The numbers of this row belong to several devices: %(meant)s.")) % {"meant": meant}
        return problem_of(row, headings.get(next(iter(said)), ""), message, str(_("Keep those of one device.")))
    return next(iter(said.values()))


def _keys(row: Any) -> Iterator[tuple[str, str]]:
    for name in _NAMES:
        if value := getattr(row, name):
            yield name, serial_key(value) if name == "serial" else value


def _slices(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
