"""Crates, pallets and bags: what lies in them, and what a seal freezes against everybody, the database included."""

from __future__ import annotations

import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from inventory.devices.commands import bind_tag, move, receive, register_found, reserve_tags
from inventory.devices.containers.commands import (
    break_seal,
    make_container,
    move_container,
    put_in,
    seal_container,
    take_out,
)
from inventory.devices.containers.models import Container, ContainerItem, Sealing, same_seal
from inventory.devices.containers.queries import container_of, containers, lying_in, unpacked
from inventory.devices.media import remove_medium
from inventory.devices.models import IssuedTag
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.canonical import canonical
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from tests.journeys import announced, declared, location, make, with_medium
from tests.people import People

pytestmark = pytest.mark.django_db


@pytest.fixture
def pallet(people: People) -> Container:
    (tag,) = reserve_tags(1, actor=people.technician)
    return make_container("pallet", actor=people.warehouse_keeper, tag=tag, location=location("W1").code)


def test_a_tag_printed_beforehand_becomes_a_pallet_and_never_a_device(people: People, pallet: Container) -> None:
    with pytest.raises(Conflict, match="crate, pallet or bag"):
        bind_tag(make(Status.RECEIVED).tag, pallet.code, actor=people.technician)
    with pytest.raises(Conflict, match="crate, pallet or bag"):
        register_found(announced(), actor=people.technician, location="W1", tag=pallet.code)
    with pytest.raises(Conflict, match="crate, pallet or bag"):
        make_container("crate", actor=people.driver, tag=pallet.code)
    device = make(Status.RECEIVED)
    with pytest.raises(Conflict, match="on a device"):
        make_container("crate", actor=people.driver, tag=device.tag)
    with pytest.raises(NotFound):
        make_container("crate", actor=people.driver, tag="7K3QX9M21")
    with pytest.raises(IntegrityError, match="on a container"), transaction.atomic():
        IssuedTag.objects.filter(code=pallet.code).update(device=device)
    with pytest.raises(IntegrityError, match="on no device"), transaction.atomic():
        Container.objects.create(code=device.tag, kind="crate", made_at=timezone.now())


def test_what_lies_in_a_crate_is_one_entry_a_deed(people: People, pallet: Container) -> None:
    one, two = make(Status.RECEIVED), declared()
    before = Entry.objects.count()
    assert put_in(pallet.code, [one.tag, two.tag, one.tag], actor=people.driver) == 2
    assert Entry.objects.count() == before + 1
    assert put_in(pallet.code, [one.tag], actor=people.driver) == 0
    assert Entry.objects.count() == before + 1
    assert [item.device for item in lying_in(pallet)] == [one, two]
    assert take_out(pallet.code, [one.tag], actor=people.warehouse_keeper) == 1
    assert [item.device for item in lying_in(pallet)] == [two]
    with pytest.raises(Conflict, match="does not lie"):
        take_out(pallet.code, [one.tag], actor=people.warehouse_keeper)


def test_a_device_lies_in_one_container_and_what_is_gone_in_none(people: People, pallet: Container) -> None:
    (tag,) = reserve_tags(1, actor=people.technician)
    crate = make_container("crate", actor=people.driver, tag=tag)
    device = make(Status.RECEIVED)
    put_in(pallet.code, [device.tag], actor=people.driver)
    with pytest.raises(Conflict, match="Take it out there first"):
        put_in(crate.code, [device.tag], actor=people.driver)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContainerItem.objects.create(container=crate, device=device, since=timezone.now(), put_by=people.driver)
    with pytest.raises(Conflict, match="cannot be here"):
        put_in(crate.code, [make(Status.LOST).tag], actor=people.driver)


def test_a_shredder_bag_holds_disks_that_were_taken_out(people: People) -> None:
    (tag,) = reserve_tags(1, actor=people.technician)
    bag = make_container("bag", actor=people.warehouse_keeper, tag=tag)
    medium = with_medium(make(Status.RECEIVED))
    with pytest.raises(Conflict, match="is in a device"):
        put_in(bag.code, [medium.code], actor=people.warehouse_keeper)
    remove_medium(medium.code, actor=people.technician, place="B1")
    assert put_in(bag.code, [medium.code], actor=people.warehouse_keeper) == 1
    assert seal_container(bag.code, "Z 1", actor=people.warehouse_keeper).contents[0]["code"] == medium.code


def test_a_seal_freezes_the_contents(people: People, pallet: Container) -> None:
    devices = [make(Status.RECEIVED) for _ in range(3)]
    put_in(pallet.code, [device.tag for device in devices], actor=people.driver)
    sealing = seal_container(pallet.code, "S-77", actor=people.driver)
    frozen = [line["code"] for line in sealing.contents]
    assert frozen == [device.tag for device in devices]
    assert sealing.sha256 == hashlib.sha256(canonical({"contents": sealing.contents})).hexdigest()
    assert Entry.objects.latest("id").body.count(sealing.sha256) == 1
    for refused in (
        lambda: put_in(pallet.code, [make(Status.RECEIVED).tag], actor=people.driver),
        lambda: take_out(pallet.code, [frozen[0]], actor=people.driver),
        lambda: seal_container(pallet.code, "S-78", actor=people.driver),
        lambda: move(frozen[0], actor=people.warehouse_keeper, location="W1"),
    ):
        with pytest.raises(Conflict, match=r"[Bb]reak the seal first"):
            refused()
    assert container_of(pallet.code, people.auditor).seal == "S-77"


def test_the_database_keeps_a_sealed_container_as_it_is(people: People, pallet: Container) -> None:
    device, other = make(Status.RECEIVED), make(Status.RECEIVED)
    put_in(pallet.code, [device.tag], actor=people.driver)
    sealing = seal_container(pallet.code, "S-1", actor=people.driver)
    inside = ContainerItem.objects.filter(container=pallet)
    attempts = [
        lambda: inside.update(until=timezone.now(), taken_by=people.driver),
        lambda: inside.delete(),
        lambda: ContainerItem.objects.create(
            container=pallet, device=other, since=timezone.now(), put_by=people.driver
        ),
        lambda: Sealing.objects.filter(pk=sealing.pk).update(contents=[]),
        lambda: Sealing.objects.filter(pk=sealing.pk).update(seal="S-2"),
        lambda: Sealing.objects.filter(pk=sealing.pk).delete(),
        lambda: Container.objects.filter(pk=pallet.pk).update(kind="crate"),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    break_seal(pallet.code, actor=people.driver, found="S-1")
    with pytest.raises(IntegrityError, match="broken, once"), transaction.atomic():
        Sealing.objects.filter(pk=sealing.pk).update(broken_at=None, broken_by=None)


def test_a_seal_that_counts_wrong_is_refused_by_the_database(people: People, pallet: Container) -> None:
    put_in(pallet.code, [make(Status.RECEIVED).tag], actor=people.driver)
    now = timezone.now()
    facts = {"seal": "S", "contents": [], "sha256": "0" * 64, "sealed_at": now, "recorded_at": now}
    for count in (0, 2):
        with pytest.raises(IntegrityError, match="freezes just what"), transaction.atomic():
            Sealing.objects.create(container=pallet, count=count, sealed_by=people.driver, **facts)


def test_an_empty_crate_or_a_seal_without_number_is_not_sealed(people: People, pallet: Container) -> None:
    with pytest.raises(RuleBroken, match="empty"):
        seal_container(pallet.code, "S-1", actor=people.driver)
    put_in(pallet.code, [make(Status.RECEIVED).tag], actor=people.driver)
    with pytest.raises(BadInput):
        seal_container(pallet.code, " ", actor=people.driver)
    with pytest.raises(Conflict, match="no seal"):
        break_seal(pallet.code, actor=people.driver, found="S-1")


@pytest.mark.parametrize(("found", "differs"), [("s 77", False), ("S-77", False), ("S-78", True)])
def test_who_breaks_a_seal_says_what_was_read(people: People, pallet: Container, found: str, differs: bool) -> None:
    put_in(pallet.code, [make(Status.RECEIVED).tag], actor=people.driver)
    seal_container(pallet.code, "S-77", actor=people.driver)
    with pytest.raises(BadInput, match="Read the number"):
        break_seal(pallet.code, actor=people.warehouse_keeper, found="")
    broken = break_seal(pallet.code, actor=people.warehouse_keeper, found=found)
    assert broken.differs is differs
    assert same_seal("S-77", found) is not differs


def test_a_sealed_pallet_moves_whole(people: People, pallet: Container) -> None:
    here, announced_only = make(Status.RECEIVED), declared()
    put_in(pallet.code, [here.tag, announced_only.tag], actor=people.driver)
    seal_container(pallet.code, "S-1", actor=people.driver)
    move_container(pallet.code, actor=people.warehouse_keeper, location=location("W2").code)
    here.refresh_from_db()
    announced_only.refresh_from_db()
    assert here.location is not None
    assert (here.location.code, announced_only.location) == ("W2", None)
    with pytest.raises(Conflict):
        receive(announced_only.tag, actor=people.technician, location="W1")


def test_scanned_codes_are_taken_apart(people: People, pallet: Container) -> None:
    inside, loose = make(Status.RECEIVED), make(Status.RECEIVED)
    put_in(pallet.code, [inside.tag], actor=people.driver)
    found = unpacked([loose.tag, pallet.code])
    assert found.tags == [loose.tag]
    assert found.containers == [(pallet, [inside.tag])]
    assert found.everything == [loose.tag, inside.tag]


def test_containers_are_found_by_tag_seal_and_what_lies_in_them(people: People, pallet: Container) -> None:
    device = make(Status.RECEIVED)
    put_in(pallet.code, [device.tag], actor=people.driver)
    seal_container(pallet.code, "S-4711", actor=people.driver)
    for words in (pallet.code.lower(), "4711", device.tag):
        assert list(containers(people.driver, words=words)) == [pallet]
    assert not containers(people.driver, words="4712")
    assert not containers(people.driver, state="open")
    assert not containers(people.driver, kind="bag")
    assert containers(people.driver, state="sealed", kind="pallet")[0].lying == 1
    with pytest.raises(NotAllowed):
        containers(people.counter_clerk)
    with pytest.raises(NotAllowed):
        put_in(pallet.code, [device.tag], actor=people.auditor)
