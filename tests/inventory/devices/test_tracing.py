"""Which disks nobody can answer for: those that lie about, and those that were announced and never came up again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from inventory.devices.commands import describe
from inventory.devices.genealogy.commands import merge
from inventory.devices.inspections.commands import record_inspection
from inventory.devices.media import fit_medium, list_medium, remove_medium
from inventory.devices.models import Medium, MediumStay
from inventory.devices.steps import take_step
from inventory.devices.tracing import TraceFilter, orphans, unaccounted_for
from inventory.disposal.commands import report_lost
from inventory.lifecycle import Status
from inventory.wiping.commands import destroy
from tests import journeys
from tests.api.programs import Program, done
from tests.inventory.devices import inspection_files as files
from tests.people import People, everybody

pytestmark = pytest.mark.django_db


def lying() -> list[str]:
    return [one.code for one in orphans(everybody().auditor)]


def announced() -> dict[str, str]:
    return {stay.medium.code: stay.why for stay in unaccounted_for(everybody().auditor)}


def test_a_disk_on_a_shelf_is_an_orphan_until_it_is_proven_destroyed_or_in_a_device(people: People) -> None:
    shelved = [journeys.make(Status.AWAITING_SANITISATION).media.get() for _ in range(3)]
    proven = journeys.make(Status.SANITISED).media.get()
    for medium in (*shelved, proven):
        remove_medium(medium.code, actor=people.technician, place="étagère 3")
    assert lying() == [medium.code for medium in shelved]
    found = orphans(people.auditor)[0]
    assert (found.holder_key, found.from_tag) == (people.technician.key, shelved[0].device.tag)
    assert timezone.now() - found.since < dt.timedelta(minutes=1)
    facts = {"actor": people.technician, "witness": people.verifier, "method": "shred"}
    destroy(shelved[0].code, data=b"photo", name="photo.jpg", **facts)
    fit_medium(shelved[1].code, journeys.make(Status.RECEIVED).tag, actor=people.technician)
    journeys.prove(Medium.objects.get(pk=shelved[2].pk))
    assert lying() == []


def test_a_disk_that_waits_for_long_or_whose_device_is_off_the_way_is_asked_after(people: People) -> None:
    waiting, lost, parts = (journeys.make(Status.AWAITING_SANITISATION) for _ in range(3))
    codes = [device.media.get().code for device in (waiting, lost, parts)]
    assert announced() == {}, "they have only just been listed"
    MediumStay.objects.filter(device=waiting).update(since=timezone.now() - dt.timedelta(days=15))
    report_lost(lost.tag, actor=people.warehouse_keeper, reason="stolen")
    take_step(parts.tag, "dismantle", actor=people.technician)
    assert announced() == dict(zip(codes, ["waiting", "lost", "off_the_way"], strict=True))
    assert [stay.why for stay in unaccounted_for(people.auditor, TraceFilter(days=30))] == ["lost", "off_the_way"]
    journeys.prove(Medium.objects.get(code=codes[0]))
    assert codes[0] not in announced()


def test_a_disk_that_a_later_inspection_does_not_see_is_missed_until_one_does(people: People) -> None:
    device = journeys.make(Status.RECEIVED)
    describe(device.tag, actor=people.technician, manufacturer="Relais", serial="RLS77A1")
    record_inspection(device.tag, files.lshw(), "x", actor=people.technician)
    disk = device.media.get()
    record_inspection(device.tag, files.dmidecode(), "x", actor=people.technician)
    assert announced() == {}, "dmidecode lists no disks"
    record_inspection(device.tag, files.lshw(disk="RLSD0002"), "x", actor=people.technician)
    assert announced() == {disk.code: "missed"}
    record_inspection(device.tag, files.lshw(disk="RLSD0002"), "x", actor=people.technician)
    record_inspection(device.tag, files.lshw(), "x", actor=people.technician)
    assert announced() == {device.media.last().code: "missed"}


def test_media_follow_their_machine_into_the_lists(people: People) -> None:
    kept, absorbed = journeys.make(Status.RECEIVED), journeys.make(Status.AWAITING_SANITISATION)
    merge(kept.tag, absorbed.tag, actor=people.technician, reason="seen_twice")
    take_step(kept.tag, "dismantle", actor=people.technician)
    assert [stay.device for stay in unaccounted_for(people.auditor)] == [kept]


def test_the_lists_are_narrowed_by_words_and_kind(people: People) -> None:
    for serial, kind, place in (("AAX-1", "hdd", "étagère 3"), ("BBX-2", "nvme", "sac 14")):
        medium = list_medium(
            journeys.make(Status.RECEIVED).tag, actor=people.technician, kind=kind, serial=serial, model="M-1"
        )
        remove_medium(medium.code, actor=people.technician, place=place)
    for wanted in (TraceFilter(words="sac"), TraceFilter(words="bbx"), TraceFilter(kind="nvme")):
        assert [one.serial for one in orphans(people.auditor, wanted)] == ["BBX-2"]
    assert orphans(people.auditor, TraceFilter(words=medium.code)).get() == medium


def test_the_api_tells_both_lists(people: People) -> None:
    shelved, lost = (journeys.make(Status.AWAITING_SANITISATION) for _ in range(2))
    medium = shelved.media.get()
    remove_medium(medium.code, actor=people.technician, place="sac 14")
    report_lost(lost.tag, actor=people.warehouse_keeper, reason="stolen")
    program = Program(people.auditor)
    (orphan,) = done(program.get("/tracing/orphans"))
    assert (orphan["code"], orphan["place"], orphan["from_device"]) == (medium.code, "sac 14", shelved.tag)
    assert orphan["taken_out_by"] == people.technician.key
    (missing,) = done(program.get("/tracing/unaccounted"))
    assert (missing["device"], missing["why"], missing["medium"]["state"]) == (lost.tag, "lost", "pending")
    assert done(program.get("/tracing/orphans", q="étagère")) == []
