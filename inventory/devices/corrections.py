"""What a list says otherwise of devices that are known: set in many at once, an entry in the ledger for each."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from inventory.devices.categories import CATEGORIES
from inventory.devices.gatekeepers import require
from inventory.devices.identity import search_text, serial_key
from inventory.devices.models import Device, IssuedTag
from inventory.devices.steps import note_all
from inventory.errors import BadInput, NotFound
from inventory.ledger.rows import among
from inventory.lifecycle import Actor, Word

CORRECTABLE = (
    *("category", "manufacturer", "model", "serial", "inventory_number"),
    *("department", "act_reference", "decommissioned_on", "weight_kg"),
)


@transaction.atomic
def correct_list(said: Mapping[str, Mapping[str, Any]], *, actor: Actor, list_sha256: str = "") -> int:
    """Set what a list says of devices that are known, by tag; None and "" clear. Returns how many.

    Facts by names of `CORRECTABLE`. Refuses: NotAllowed; NotFound (a tag that is no device's own, or of a record that
    was merged into another); BadInput (a name that no list may change, an unknown category).
    """
    require(actor, Word.DECLARE)
    names = sorted(set(chain.from_iterable(said.values())))
    if unknown := set(names) - set(CORRECTABLE):
        raise BadInput(_("Nothing is kept under '%(name)s'."), name=", ".join(sorted(unknown)))
    if wrong := {facts["category"] for facts in said.values() if "category" in facts} - CATEGORIES.keys():
        raise BadInput(_("There is no kind of device called '%(category)s'."), category=min(wrong), field="category")
    found = Device.objects.filter(among("tag", said), merged_into__isnull=True).order_by("id").select_for_update()
    devices = {device.tag: device for device in found}
    if missing := said.keys() - devices.keys():
        raise NotFound(_("No device bears the tag %(tag)s."), tag=min(missing))
    words = _also_found_by(list(devices.values()))
    told = []
    for tag, device in devices.items():
        for name, value in said[tag].items():
            setattr(device, name, value)
        device.serial_key = serial_key(device.serial)
        device.search = _search(device, words.get(device.pk, []))
        facts = {name: "" if value is None else str(value) for name, value in sorted(said[tag].items())}
        told.append({"said": facts, "list": list_sha256})
    note_all(list(devices.values()), "correct", (*names, "serial_key", "search"), actor=actor, facts=told)
    return len(devices)


def _also_found_by(devices: list[Device]) -> dict[int, list[str]]:
    """By device: its tags, then what the records bear that were merged into it."""
    keys = [device.pk for device in devices]
    words: dict[int, list[str]] = {}
    for pk, code in IssuedTag.objects.filter(among("device_id", keys)).order_by("id").values_list("device_id", "code"):
        words.setdefault(pk, []).append(code)
    absorbed = Device.objects.filter(among("merged_into_id", keys)).order_by("-id")
    for pk, *borne in absorbed.values_list("merged_into_id", "tag", "serial", "inventory_number"):
        words.setdefault(pk, []).extend(borne)
    return words


def _search(device: Device, words: list[str]) -> str:
    own = (device.serial, device.inventory_number, device.manufacturer, device.model)
    return search_text(device.tag, *own, device.department, device.act_reference, *words)
