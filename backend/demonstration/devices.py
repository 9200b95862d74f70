"""How devices live in the demonstration: from a department's list to the stock, or to one of the other ends."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from django.utils import timezone

from backend.demonstration.clock import Agenda, Course
from backend.demonstration.evidence import nwipe_log, signature, station_note
from backend.demonstration.names import DEPARTMENTS, MODELS
from backend.demonstration.people import House
from inventory.collection.commands import deliver, pick_up
from inventory.collection.planning import plan_collection
from inventory.collection.signing import drawn
from inventory.devices.commands import declare, describe, move, quarantine
from inventory.devices.entrance import Announced
from inventory.devices.media import declare_no_data, list_medium
from inventory.devices.models import Device, Medium
from inventory.devices.steps import take_step
from inventory.disposal.commands import recycle, report_lost
from inventory.refurbishment.bench import TESTS_FOR
from inventory.refurbishment.commands import Outcome, make_ready, record_tests
from inventory.wiping.commands import destroy, record_evidence, record_manual_sanitisation, validate, verify

# Where a device's course ends, and how many of a hundred end there.
ENDS = {
    "ready": 70,
    "awaiting": 8,
    "bench": 6,
    "sanitised": 5,
    "recycled": 4,
    "to_recycle": 2,
    "parts": 2,
    "quarantine": 2,
    "lost": 1,
}
SIZES = {"hdd": 500_107_862_016, "sata_ssd": 256_060_514_304, "nvme": 256_060_514_304, "emmc": 62_537_072_640}


class Fleet:
    """Batches of devices and their courses, drawn from one seed."""

    def __init__(self, house: House, agenda: Agenda, chance: random.Random) -> None:
        self.house, self.agenda, self.chance = house, agenda, chance
        self._serials = iter(range(10_000, 99_999))
        self._failed_once = False

    def batch(self, number: int, size: int, *, stop: str = "") -> Course:
        """A department's list, fetched and received; `stop` ends the course after `declared` or `in_transit`."""
        department = DEPARTMENTS[number % len(DEPARTMENTS)]
        devices = declare([self._announced(department, number) for _ in range(size)], actor=self.house.technician)
        tags = [device.tag for device in devices]
        yield 2
        if stop == "declared":
            # The department had announced one by mistake.
            take_step(tags[-1], "withdraw", actor=self.house.technician)
            return
        manifest = plan_collection(
            actor=self.house.warehouse_keeper,
            department=department,
            place=f"Bâtiment {number + 1}, quai B",
            planned_on=timezone.localdate() + dt.timedelta(days=3),
            destination=("HAREN", "LAEKEN", "CENTRE")[number % 3],
            tags=tags,
        )
        yield 3
        if stop == "planned":
            return
        taken = tags[:-1] if number == 3 else tags
        pick_up(
            manifest.number,
            taken,
            actor=self.house.driver,
            released=drawn(signature(number), function="responsable logistique"),
            place=manifest.place,
            seal=f"S-{4100 + number}",
        )
        yield 0.2
        if stop == "in_transit":
            return
        deliver(
            manifest.number,
            taken,
            actor=self.house.warehouse_keeper,
            released=drawn(signature(number + 50), person=self.house.driver),
        )
        yield 1
        if stop == "received":
            return
        self._send_on(devices[: len(taken)])

    def _send_on(self, devices: Sequence[Device]) -> None:
        now = timezone.now()
        ends = self.chance.choices(list(ENDS), weights=list(ENDS.values()), k=len(devices))
        for place, (device, end) in enumerate(zip(devices, ends, strict=True)):
            self.agenda.begin(now + dt.timedelta(hours=1 + place * 2), self.life(device, end))

    def life(self, device: Device, end: str) -> Course:
        """One device from reception to its end."""
        tag, house = device.tag, self.house
        if end in {"quarantine", "lost"}:
            if end == "lost":
                report_lost(tag, actor=house.warehouse_keeper, reason="stock_take")
            else:
                quarantine(tag, actor=house.technician, reason="dangerous_battery", remark="Gonflée, bac ignifuge 2.")
            return
        media = self._inspect(device)
        yield 0.5 + self.chance.random()
        if end == "parts":
            take_step(tag, "dismantle", actor=house.technician)
            return
        if end == "awaiting" and media:
            return
        yield from self._sanitise(tag, media)
        if end in {"to_recycle", "recycled"}:
            yield from self._end_of_life(tag, device, end)
            return
        if end == "sanitised":
            return
        take_step(tag, "start_refurbishment", actor=house.technician)
        yield 0.5
        if end == "bench":
            return
        outcomes = {
            test: Outcome("pass", value=str(self.chance.randint(64, 98)) if test == "battery" else "")
            for test in TESTS_FOR[device.category]
        }
        record_tests(tag, actor=house.technician, outcomes=outcomes)
        yield 0.1
        make_ready(tag, actor=house.technician, grade=self.chance.choice("AABBBC"))
        move(tag, actor=house.warehouse_keeper, location=self.chance.choice(("HAREN", "LAEKEN", "CENTRE")))

    def _inspect(self, device: Device) -> list[Medium]:
        house, tag = self.house, device.tag
        kinds, memory = next((model[3], model[4]) for model in MODELS if model[2] == device.model)
        if memory:
            describe(tag, actor=house.technician, memory_mb=memory, processor="Quatre cœurs, 2,4 GHz")
        media = [
            list_medium(
                tag,
                actor=house.technician,
                kind=kind,
                serial=f"RLD{next(self._serials)}{kind[:1].upper()}",
                model="Relais Disk 500" if kind == "hdd" else "Relais Flash 256",
                capacity_bytes=SIZES[kind],
                interface="NVMe" if kind == "nvme" else "SATA",
            )
            for kind in kinds
        ]
        if not media:
            declare_no_data(tag, actor=house.technician, checked_how="no_storage_by_design")
        take_step(tag, "inspect", actor=house.technician)
        return media

    def _sanitise(self, tag: str, media: Sequence[Medium]) -> Iterator[float]:
        for medium in media:
            yield from _WAYS[medium.kind](self, medium)
        if not media:
            take_step(tag, "confirm_sanitised", actor=self.house.technician)
        yield 0.3

    def _overwrite(self, medium: Medium) -> Iterator[float]:
        log = nwipe_log(medium.serial, medium.model, medium.capacity_bytes or 0, timezone.localtime())
        record_evidence(log, f"nwipe_{medium.serial}.log", actor=self.house.technician)
        yield 0.5
        validate(medium.code, actor=self.house.verifier, exception_reference="DPO-2026-004")

    def _purge(self, medium: Medium) -> Iterator[float]:
        nvme = medium.kind == "nvme"
        if nvme and not self._failed_once:
            # One verification of the year fails: its batch is quarantined, and this one is wiped again.
            self._failed_once = True
            self._wipe(medium, "2.2")
            yield 0.2
            verify(medium.code, actor=self.house.verifier, how="read_back_sample", passed=False)
            yield 1
        self._wipe(medium, "2.3" if nvme else "9.65")
        yield 0.2
        verify(medium.code, actor=self.house.verifier, how="read_back_sample")
        yield 0.1
        validate(medium.code, actor=self.house.verifier)

    def _wipe(self, medium: Medium, version: str) -> None:
        nvme = medium.kind == "nvme"
        record_manual_sanitisation(
            medium.code,
            actor=self.house.technician,
            method="nvme_sanitize_block_erase" if nvme else "ata_sanitize_block_erase",
            tool="nvme-cli" if nvme else "hdparm",
            tool_version=version,
            data=station_note(medium.serial, "SANITIZE block erase", timezone.localtime()),
            name=f"{medium.serial}.txt",
        )

    def _shred(self, medium: Medium) -> Iterator[float]:
        yield 0.2
        destroy(
            medium.code,
            actor=self.house.technician,
            witness=self.house.verifier,
            method="disintegrate",
            data=station_note(medium.serial, "disintegrated, 2 mm", timezone.localtime()),
            name=f"{medium.serial}.txt",
            particle_mm=Decimal("2.0"),
            batch="B-2026-07",
        )

    def _end_of_life(self, tag: str, device: Device, end: str) -> Iterator[float]:
        take_step(tag, "scrap", actor=self.house.warehouse_keeper)
        yield 4
        if end == "recycled":
            recycle(
                tag,
                actor=self.house.warehouse_keeper,
                collector="BRU-COL-017",
                document=f"ID-{timezone.localdate():%Y%m}-{next(self._serials)}",
                kilograms=device.weight_kg or Decimal("1"),
                recycled_on=timezone.localdate(),
            )

    def _announced(self, department: str, number: int) -> Announced:
        category, maker, model, _kinds, _memory, weight = self.chance.choice(MODELS)
        today = timezone.localdate()
        return Announced(
            category=category,
            manufacturer=maker,
            model=model,
            serial=f"{maker[:2].upper()}{next(self._serials)}{self.chance.choice('BCDFGHJK')}",
            inventory_number=f"VBX-{next(self._serials):06d}",
            department=department,
            act_reference=f"CBE-{today.year}-{200 + number}",
            decommissioned_on=today - dt.timedelta(days=12),
            weight_kg=Decimal(weight),
        )


_WAYS: dict[str, Callable[[Fleet, Medium], Iterator[float]]] = {
    "hdd": Fleet._overwrite,
    "sata_ssd": Fleet._purge,
    "nvme": Fleet._purge,
    "emmc": Fleet._shred,
}
