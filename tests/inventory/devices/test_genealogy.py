"""One machine entered twice becomes one record, and two again: nothing lost, nothing loosened, either way."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.devices.commands import bind_tag, declare, describe, receive, register_found, reserve_tags
from inventory.devices.entrance import Announced
from inventory.devices.genealogy.commands import merge, split, tell_apart
from inventory.devices.genealogy.queries import Alike, alike
from inventory.devices.media import list_medium, remove_medium
from inventory.devices.models import Device, Medium, Merge
from inventory.devices.queries import (
    DeviceFilter,
    by_tag,
    counts_by_status,
    devices,
    media_of,
    other_tags,
    scanned,
    whole_history,
)
from inventory.devices.steps import take_step
from inventory.errors import BadInput, Conflict, NotAllowed, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import ABSORBABLE, Status
from inventory.reports.verification import verify_ledger
from tests import journeys
from tests.people import People, everybody

pytestmark = pytest.mark.django_db


def joined(kept: Device, absorbed: Device, reason: str = "seen_twice") -> Merge:
    return merge(kept.tag, absorbed.tag, actor=everybody().technician, reason=reason)


def parted(absorbed: Device, reason: str = "not_the_same") -> Merge:
    return split(absorbed.tag, actor=everybody().technician, reason=reason)


def told(device: Device) -> dict[str, Any]:
    """All that a device's row says, but for its counter and clock, and its media, stays and tags."""
    device = Device.objects.get(pk=device.pk)
    changing = {"seq", "changed_at", "search"}
    row = {f.attname: getattr(device, f.attname) for f in device._meta.concrete_fields if f.attname not in changing}
    media = list(device.media.order_by("id").values_list("code", "state", "cycle", "failures", "place"))
    open_stays = list(device.stays.filter(until__isnull=True).order_by("medium_id").values_list("medium__code"))
    return row | {"media": media, "stays": open_stays, "tags": list(device.tags.order_by("id").values_list("code"))}


def test_the_absorbed_record_stays_and_its_tags_open_the_kept_device(people: People) -> None:
    kept, absorbed = journeys.make(Status.RECEIVED), journeys.make(Status.DECLARED)
    label = reserve_tags(1, actor=people.technician)[0]
    bind_tag(absorbed.tag, label, actor=people.technician)
    joined(kept, absorbed)
    for tag in (kept.tag, absorbed.tag, label):
        found = by_tag(tag)
        assert found is not None
        assert found.pk == kept.pk
    assert scanned(absorbed.serial, people.technician).device == kept
    assert other_tags(kept) == [label]
    absorbed.refresh_from_db()
    assert (absorbed.status, absorbed.merged_into) == (Status.DECLARED, kept)
    assert {entry.subject_key for entry in whole_history(kept)} == {kept.tag, absorbed.tag}
    assert verify_ledger().fault is None


def test_a_merged_record_is_in_no_list_no_count_and_no_stock(people: People) -> None:
    kept, absorbed = journeys.make(Status.READY), journeys.make(Status.READY)
    joined(kept, absorbed)
    assert counts_by_status(people.technician)[Status.READY] == 0, "the kept one went back to sanitisation"
    assert [device.tag for device in devices(people.technician)] == [kept.tag]
    assert [device.tag for device in devices(people.technician, DeviceFilter(merged=True))] == [absorbed.tag]
    # Whoever looks for what the absorbed record bears finds the kept one.
    assert [device.tag for device in devices(people.technician, DeviceFilter(words=absorbed.serial))] == [kept.tag]


def test_what_is_done_with_the_absorbed_tag_is_done_with_the_kept_device(people: People) -> None:
    kept, absorbed = journeys.make(Status.DECLARED), journeys.make(Status.DECLARED)
    joined(kept, absorbed)
    receive(absorbed.tag, actor=people.technician, location=journeys.location().code)
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert (kept.status, absorbed.status) == (Status.RECEIVED, Status.DECLARED)


def test_media_come_with_their_proofs_and_a_device_beyond_goes_back(people: People) -> None:
    kept, absorbed = journeys.make(Status.READY), journeys.make(Status.SANITISED)
    proven = absorbed.media.get()
    joined(kept, absorbed)
    proven.refresh_from_db()
    kept.refresh_from_db()
    assert (kept.status, proven.device, proven.state) == (Status.AWAITING_SANITISATION, kept, "validated")
    assert [stay.device_id for stay in proven.stays.filter(until__isnull=True)] == [kept.pk]
    assert proven.certificates.count() == 1
    assert set(media_of(kept)) == {*kept.media.all()}
    # Everything in it is proven: it may go on at once.
    take_step(kept.tag, "confirm_sanitised", actor=people.technician)


def test_an_unproven_disk_of_the_absorbed_record_holds_the_kept_device_back(people: People) -> None:
    kept, absorbed = journeys.make(Status.SANITISED), journeys.make(Status.AWAITING_SANITISATION)
    joined(kept, absorbed)
    with pytest.raises(RuleBroken, match="not yet validated"):
        take_step(kept.tag, "confirm_sanitised", actor=people.technician)
    with pytest.raises(IntegrityError, match="relais"), transaction.atomic():
        Device.objects.filter(pk=kept.pk).update(status="sanitised")


def test_facts_are_only_filled_where_none_are_and_what_differs_is_told(people: People) -> None:
    place = journeys.location().code
    kept = register_found(Announced("desktop", "Fictor", serial="FX-1"), actor=people.technician, location=place)
    absorbed = journeys.declared(manufacturer="Fictor", model="Bureau 300", serial="FX-2")
    joined(kept, absorbed)
    kept.refresh_from_db()
    assert (kept.serial, kept.model, kept.act_reference) == ("FX-1", "Bureau 300", "BC-2026-114")
    entry = Entry.objects.get(event="device.merge")
    assert '"conflicts":{"serial":["FX-1","FX-2"]}' in entry.body
    parted(absorbed)
    kept.refresh_from_db()
    assert (kept.serial, kept.model, kept.act_reference, kept.decommissioned_on) == ("FX-1", "", "", None)


def test_a_declaration_of_no_data_is_withdrawn_and_holds_again_after_the_split(people: People) -> None:
    kept, absorbed = journeys.make(Status.RECEIVED), journeys.make(Status.AWAITING_SANITISATION)
    journeys.no_data(kept)
    before = told(kept)
    joined(kept, absorbed)
    kept.refresh_from_db()
    assert kept.no_data_declared_at is None
    parted(absorbed)
    assert told(kept) == before


def test_a_split_brings_both_back_as_they_were(people: People) -> None:
    kept, absorbed = journeys.make(Status.READY), journeys.make(Status.IN_REFURBISHMENT)
    before = told(kept), told(absorbed)
    joined(kept, absorbed)
    parted(absorbed)
    assert (told(kept), told(absorbed)) == before
    assert verify_ledger().fault is None
    found = by_tag(absorbed.tag)
    assert found == absorbed


def test_what_was_done_since_stays_where_it_was_done(people: People) -> None:
    kept, absorbed = journeys.make(Status.READY), journeys.make(Status.AWAITING_SANITISATION)
    disk = absorbed.media.get()
    joined(kept, absorbed)
    journeys.prove(disk)
    late = list_medium(kept.tag, actor=people.technician, kind="hdd", serial="LATE1")
    parted(absorbed)
    kept.refresh_from_db()
    disk.refresh_from_db()
    assert (disk.device, disk.state) == (absorbed, "validated")
    assert (late.device, kept.status) == (kept, Status.AWAITING_SANITISATION)


def test_a_disk_taken_out_meanwhile_stays_on_its_shelf(people: People) -> None:
    kept, absorbed = journeys.make(Status.RECEIVED), journeys.make(Status.SANITISED)
    disk = absorbed.media.get()
    joined(kept, absorbed)
    remove_medium(disk.code, actor=people.technician, place="étagère 3")
    parted(absorbed)
    disk.refresh_from_db()
    absorbed.refresh_from_db()
    assert (disk.device, disk.place, absorbed.status) == (None, "étagère 3", Status.SANITISED)


def test_a_split_is_refused_while_the_kept_device_is_promised(people: People) -> None:
    kept, absorbed = journeys.make(Status.IN_REFURBISHMENT), journeys.make(Status.DECLARED)
    joined(kept, absorbed)
    kept.refresh_from_db()
    journeys._ready(kept)
    kept.refresh_from_db()
    journeys._reserve(kept)
    with pytest.raises(RuleBroken, match="'Reserved' since the merge"):
        parted(absorbed)


@pytest.mark.parametrize("status", list(Status))
def test_only_a_record_on_which_nothing_else_hangs_is_absorbed(people: People, status: Status) -> None:
    kept, absorbed = journeys.make(Status.RECEIVED), journeys.make(status)
    if status in ABSORBABLE:
        joined(kept, absorbed)
    else:
        with pytest.raises(RuleBroken):
            joined(kept, absorbed)
        with pytest.raises(IntegrityError), transaction.atomic():
            Device.objects.filter(pk=absorbed.pk).update(merged_into=kept)


@pytest.mark.parametrize("status", [Status.RESERVED, Status.HANDED_OVER, Status.RECYCLED, Status.LOST])
def test_nothing_is_merged_into_what_is_promised_or_gone(people: People, status: Status) -> None:
    with pytest.raises(RuleBroken, match="end that first"):
        joined(journeys.make(status), journeys.make(Status.DECLARED))


def test_the_record_of_the_machine_that_is_here_is_kept(people: People) -> None:
    with pytest.raises(RuleBroken, match="keep the other record"):
        joined(journeys.make(Status.DECLARED), journeys.make(Status.RECEIVED))


def test_no_chains_no_circles_and_nothing_twice(people: People) -> None:
    one, two, three = (journeys.make(Status.DECLARED) for _ in range(3))
    joined(one, two)
    with pytest.raises(Conflict, match="open the same device"):
        joined(two, one)
    with pytest.raises(RuleBroken, match="taken in other records"):
        joined(three, one)
    with pytest.raises(Conflict, match="no record that was merged"):
        parted(one)
    with pytest.raises(BadInput):
        merge(one.tag, three.tag, actor=people.technician, reason="because")
    with pytest.raises(NotAllowed):
        merge(one.tag, three.tag, actor=people.warehouse_keeper, reason="other")


def test_the_database_hides_no_device_and_moves_no_merged_one(people: People) -> None:
    kept, absorbed = journeys.make(Status.RECEIVED), journeys.make(Status.AWAITING_SANITISATION)
    for change in ({"merged_into": kept}, {"merged_into": kept, "seq": absorbed.seq + 1}):
        with pytest.raises(IntegrityError, match="relais"), transaction.atomic():
            Device.objects.filter(pk=absorbed.pk).update(**change)
    joined(kept, absorbed)
    absorbed.refresh_from_db()
    for change in ({"status": "received"}, {"seq": absorbed.seq + 1}, {"merged_into": None}):
        with pytest.raises(IntegrityError, match="relais"), transaction.atomic():
            Device.objects.filter(pk=absorbed.pk).update(**change)
    medium = kept.media.get()
    with pytest.raises(IntegrityError, match="merged"), transaction.atomic():
        Medium.objects.filter(pk=medium.pk).update(device=absorbed)


def test_free_words_stand_beside_the_ledger(people: People) -> None:
    kept, absorbed = journeys.make(Status.RECEIVED), journeys.make(Status.DECLARED)
    words = "Madame Dupont a collé deux étiquettes."
    merge(kept.tag, absorbed.tag, actor=people.technician, reason="other", remark=words)
    entries = Entry.objects.filter(event__in=["device.merge", "device.absorb"])
    assert all(words not in entry.body and entry.private.payload for entry in entries)


PLACES = st.sampled_from([status for status in ABSORBABLE if status is not Status.DECLARED])


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(kept=PLACES, absorbed=PLACES, serials=st.tuples(*[st.sampled_from(["", "SAME-1", "OTHER-2"])] * 2))
def test_merged_then_split_leaves_status_media_and_history_intact(
    people: People, kept: Status, absorbed: Status, serials: tuple[str, str]
) -> None:
    pair = [journeys.make(status) for status in (kept, absorbed)]
    for device, serial in zip(pair, serials, strict=True):
        describe(device.tag, actor=people.technician, board_serial=serial)
    before = [told(device) for device in pair]
    entries = list(Entry.objects.order_by("id").values_list("id", "body"))
    joined(*pair)
    parted(pair[1])
    assert [told(device) for device in pair] == before
    assert list(Entry.objects.order_by("id").values_list("id", "body"))[: len(entries)] == entries
    assert verify_ledger().fault is None


def pairs() -> list[tuple[set[str], str]]:
    return [({pair.one.tag, pair.other.tag}, pair.likeness.decision) for pair in alike(everybody().technician)]


def test_devices_that_may_be_the_same_are_listed_with_reasons_until_somebody_decides(people: People) -> None:
    swapped = {"smbios_uuid": "44454c4c-5200-104c-8053-c3c04f303132"}
    plain = {"smbios_uuid": "4c4c4544-0052-4c10-8053-c3c04f303132"}
    one, other, third = (journeys.declared(manufacturer="Fictor", serial=serial) for serial in ("", "", "QX-77-001"))
    for device, facts in ((one, plain), (other, swapped)):
        describe(device.tag, actor=people.technician, **facts)
    assert pairs() == [({one.tag, other.tag}, "same")]
    found: Alike = alike(people.technician)[0]
    assert "other byte order" in str(found.likeness.reasons[0])
    tell_apart(other.tag, one.tag, actor=people.technician)
    assert pairs() == []
    with pytest.raises(Conflict, match="said before"):
        tell_apart(one.tag, other.tag, actor=people.technician)
    twin = journeys.declared(manufacturer="Fictor", serial="qx-77-001")
    assert pairs() == [({third.tag, twin.tag}, "same")]
    joined(third, twin)
    assert pairs() == []
    parted(twin)
    assert pairs() == [], "a split says that they are not the same"


def test_placeholders_make_no_pair_and_the_citys_number_asks(people: People) -> None:
    for _ in range(3):
        journeys.declared(serial="To be filled by O.E.M.")
    assert pairs() == []
    facts = {"inventory_number": "INV-X1", "serial": ""}
    declare([journeys.announced(**facts) for _ in range(2)], actor=people.technician)
    assert [decision for _, decision in pairs()] == ["ask"]
