"""Custody without a gap: two signatures at each change of hands, counts that agree, and an owner for what does not."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.accounts.pins import MOST_FAILURES, choose_pin
from backend.demonstration.clock import clock_at
from inventory.collection.commands import arrive_late, deliver, keep_paper, pick_up
from inventory.collection.differences import KINDS, OUTCOMES, assign, resolve, watch
from inventory.collection.models import (
    CustodyException,
    CustodyHandover,
    CustodySignature,
    Manifest,
    ManifestContainer,
    SignedHow,
)
from inventory.collection.planning import cancel_collection, plan_collection, register_vehicle, reschedule
from inventory.collection.queries import difference_list, overdue, tours, uncollected, workers
from inventory.collection.signing import Signature, by_account, by_pin, drawn, on_paper
from inventory.devices.commands import reserve_tags
from inventory.devices.containers.commands import make_container, put_in, seal_container
from inventory.devices.containers.models import Container
from inventory.devices.models import Device
from inventory.disposal.commands import report_lost
from inventory.errors import BadInput, Conflict, NotAllowed, NotFound, RuleBroken
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.scanning.commands import open_session, scan
from tests.journeys import PICTURE, declared, location
from tests.people import People

pytestmark = pytest.mark.django_db

LOGISTICS = drawn(PICTURE, function="logistique")


def planned(people: People, *devices: Device, **more: object) -> Manifest:
    facts = {"department": "Urbanisme", "place": "Quai 1", "planned_on": timezone.localdate(), **more}
    tags = [device.tag for device in devices]
    return plan_collection(actor=people.warehouse_keeper, destination=location("W1").code, tags=tags, **facts)


def taken(people: People, manifest: Manifest, *codes: str, **more: object) -> Manifest:
    return pick_up(manifest.number, codes, actor=people.driver, **{"released": LOGISTICS, "place": "Quai 1", **more})


def brought(people: People, manifest: Manifest, *codes: str, **more: object) -> Manifest:
    signed = {"released": drawn(PICTURE, person=people.driver), **more}
    return deliver(manifest.number, codes, actor=people.warehouse_keeper, **signed)


def crate(people: People, *devices: Device, seal: str = "") -> Container:
    (tag,) = reserve_tags(1, actor=people.technician)
    made = make_container("crate", actor=people.driver, tag=tag)
    put_in(tag, [device.tag for device in devices], actor=people.driver)
    if seal:
        seal_container(tag, seal, actor=people.driver)
    return made


def open_kinds(manifest: Manifest) -> list[str]:
    return sorted(manifest.exceptions.filter(resolved_at__isnull=True).values_list("kind", flat=True))


def test_each_change_of_hands_bears_two_signatures(people: People) -> None:
    device = declared()
    manifest = taken(people, planned(people, device), device.tag)
    brought(people, manifest, device.tag)
    signed = CustodySignature.objects.order_by("id").values_list("handover__leg", "side", "how", "person__username")
    assert list(signed) == [
        ("pickup", "released", "drawn", None),
        ("pickup", "received", "account", "driss"),
        ("delivery", "released", "drawn", "driss"),
        ("delivery", "received", "account", "wanda"),
    ]
    assert open_kinds(manifest) == []


def test_one_person_never_signs_for_both(people: People) -> None:
    device = declared()
    manifest = planned(people, device)
    for released in (by_account(people.driver), on_paper(person=people.driver)):
        with pytest.raises(RuleBroken, match="Two people"):
            taken(people, manifest, device.tag, released=released)
    with pytest.raises(BadInput, match="their function"):
        taken(people, manifest, device.tag, released=on_paper())
    with pytest.raises(BadInput, match="drawn signature is missing"):
        taken(people, manifest, device.tag, released=drawn(b"", function="logistique"))
    with pytest.raises(RuleBroken, match="signed in"):
        taken(people, manifest, device.tag, released=by_account(people.technician))
    device.refresh_from_db()
    assert device.status == Status.DECLARED
    assert not CustodyHandover.objects.exists()


def test_the_database_lets_no_manifest_go_on_without_two_signatures(people: People) -> None:
    device = declared()
    manifest = planned(people, device)
    for state in ("under_way", "arrived"):
        with pytest.raises(IntegrityError, match="two signatures"), transaction.atomic():
            Manifest.objects.filter(pk=manifest.pk).update(state=state)
    now = timezone.now()
    handover = CustodyHandover.objects.create(
        manifest=manifest, leg="pickup", released_function="x", received_by=people.driver, place="x",
        device_count=1, occurred_at=now, recorded_at=now,
    )  # fmt: skip
    one = {"handover": handover, "how": "account", "signed_at": now}
    CustodySignature.objects.create(side="received", person=people.driver, **one)
    with pytest.raises(IntegrityError, match="two signatures"), transaction.atomic():
        Manifest.objects.filter(pk=manifest.pk).update(state="under_way")
    with pytest.raises(IntegrityError), transaction.atomic():
        CustodySignature.objects.create(side="received", person=people.technician, **one)


def test_what_was_signed_is_never_changed_or_removed(people: People) -> None:
    device = declared()
    manifest = taken(people, planned(people, device), device.tag)
    attempts = [
        lambda: CustodySignature.objects.update(function="x"),
        lambda: CustodySignature.objects.all().delete(),
        lambda: CustodyHandover.objects.update(device_count=9),
        lambda: CustodyHandover.objects.all().delete(),
        lambda: Manifest.objects.filter(pk=manifest.pk).update(state="planned"),
        lambda: Manifest.objects.filter(pk=manifest.pk).delete(),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_the_second_person_signs_with_a_pin(people: People) -> None:
    device = declared()
    manifest = taken(people, planned(people, device), device.tag)
    with pytest.raises(BadInput, match="chosen no PIN"):
        by_pin(people.driver, "493027")
    choose_pin(people.driver, "493027", actor=people.driver)
    brought(people, manifest, device.tag, released=by_pin(people.driver, "493027"))
    assert CustodySignature.objects.get(side="released", handover__leg="delivery").how == "pin"


def test_a_pin_is_guessed_five_times_and_then_locked(people: People) -> None:
    choose_pin(people.driver, "493027", actor=people.driver)
    for left in range(MOST_FAILURES - 1, -1, -1):
        with pytest.raises(BadInput, match=f"{left} "):
            by_pin(people.driver, "111111")
    with pytest.raises(Conflict, match="Too many wrong PINs"):
        by_pin(people.driver, "493027")
    with clock_at(timezone.now() + dt.timedelta(minutes=16)):
        assert by_pin(people.driver, "493027").person == people.driver


@pytest.mark.parametrize("pin", ["12345", "1234567", "abcdef", "111111", "112112", "123456", "987654", "١٢٣٤٥٦"])
def test_a_pin_that_is_none_or_is_guessed_at_once_is_refused(people: People, pin: str) -> None:
    with pytest.raises(BadInput):
        choose_pin(people.driver, pin, actor=people.driver)


def test_nobody_chooses_another_ones_pin(people: People) -> None:
    with pytest.raises(NotAllowed):
        choose_pin(people.driver, "493027", actor=people.administrator)


def test_a_paper_that_is_still_to_come_is_an_exception_until_it_is_kept(people: People) -> None:
    device = declared()
    manifest = taken(people, planned(people, device), device.tag, released=on_paper(function="logistique"))
    missing = manifest.exceptions.get()
    assert (missing.kind, missing.owner) == ("paper_missing", people.driver)
    assert missing.due_on == timezone.localdate() + dt.timedelta(days=KINDS["paper_missing"].days)
    with pytest.raises(RuleBroken, match="not kept yet"):
        resolve(missing.number, actor=people.driver, outcome="paper_kept")
    keep_paper(manifest.number, "pickup", (PICTURE, "bon.png"), actor=people.driver)
    missing.refresh_from_db()
    assert missing.outcome == "paper_kept"
    with pytest.raises(Conflict, match="kept already"):
        keep_paper(manifest.number, "pickup", (PICTURE, "bon.png"), actor=people.driver)
    with pytest.raises(NotFound):
        keep_paper(manifest.number, "delivery", (PICTURE, "bon.png"), actor=people.driver)


def test_every_difference_has_an_owner_and_a_deadline(people: People) -> None:
    stays, goes, extra = declared(), declared(), declared()
    manifest = taken(people, planned(people, stays, goes), goes.tag, extra.tag, counted=3)
    assert open_kinds(manifest) == ["count_taken", "extra", "not_taken"]
    owners = dict(manifest.exceptions.values_list("kind", "owner__username"))
    assert owners == {"not_taken": "wanda", "extra": "wanda", "count_taken": "driss"}
    brought(people, manifest, extra.tag, stays.tag)
    assert open_kinds(manifest) == ["arrived_untaken", "count_taken", "extra", "not_arrived"]
    lost = manifest.exceptions.get(kind="not_arrived")
    assert (lost.device, lost.owner) == (goes, people.warehouse_keeper)


def test_a_missing_device_is_settled_by_what_became_of_it_and_nothing_else(people: People) -> None:
    late, lost = declared(), declared()
    manifest = brought(people, taken(people, planned(people, late, lost), late.tag, lost.tag))
    of_lost = manifest.exceptions.get(device=lost)
    for outcome in ("arrived", "reported_lost"):
        with pytest.raises(RuleBroken, match="still under way"):
            resolve(of_lost.number, actor=people.warehouse_keeper, outcome=outcome)
    with pytest.raises(BadInput):
        resolve(of_lost.number, actor=people.warehouse_keeper, outcome="counted_again")
    with pytest.raises(IntegrityError, match="not been accounted for"), transaction.atomic():
        CustodyException.objects.filter(pk=of_lost.pk).update(
            resolved_at=timezone.now(), resolved_by=people.driver, outcome="arrived"
        )
    arrive_late(manifest.number, late.tag, actor=people.warehouse_keeper)
    assert manifest.exceptions.get(device=late).outcome == "arrived"
    report_lost(lost.tag, actor=people.warehouse_keeper, reason="lost_in_transit")
    resolve(of_lost.number, actor=people.warehouse_keeper, outcome="reported_lost")
    assert open_kinds(manifest) == []
    with pytest.raises(Conflict, match="settled already"):
        resolve(of_lost.number, actor=people.warehouse_keeper, outcome="reported_lost")


def test_an_exception_changes_hands_too(people: People) -> None:
    manifest = taken(people, planned(people, declared()), declared().tag)
    number = manifest.exceptions.get(kind="not_taken").number
    later = timezone.localdate() + dt.timedelta(days=30)
    assign(number, actor=people.warehouse_keeper, owner=people.driver, due_on=later)
    assert list(difference_list(people.driver, mine=True).values_list("number", "due_on")) == [(number, later)]
    with pytest.raises(BadInput, match="lies in the past"):
        assign(number, actor=people.driver, owner=people.driver, due_on=later - dt.timedelta(days=31))
    with pytest.raises(BadInput, match="plans, drives or receives"):
        assign(number, actor=people.driver, owner=people.verifier)
    with pytest.raises(NotAllowed):
        assign(number, actor=people.auditor, owner=people.driver)
    assert people.verifier not in workers(people.driver)
    with clock_at(timezone.now() + dt.timedelta(days=31)):
        assert number in difference_list(people.auditor, state="late").values_list("number", flat=True)


def test_every_outcome_can_come_of_something_and_has_its_words() -> None:
    assert {outcome for kind in KINDS.values() for outcome in kind.outcomes} == set(OUTCOMES)


def test_transit_has_a_clock(people: People) -> None:
    device = declared()
    manifest = planned(people, device)
    past = timezone.now() - dt.timedelta(hours=settings.RELAIS_TRANSIT_HOURS, minutes=1)
    taken(people, manifest, device.tag, occurred_at=past)
    assert list(overdue(people.auditor)) == [manifest]
    assert (watch(actor=people.administrator), watch(actor=people.administrator)) == (1, 0)
    late = manifest.exceptions.get(kind="overdue")
    assert (late.owner, late.facts) == (people.driver, {"hours": settings.RELAIS_TRANSIT_HOURS})
    brought(people, manifest, device.tag)
    late.refresh_from_db()
    assert late.outcome == "delivered"
    assert not overdue(people.auditor)


def test_who_is_not_too_long_under_way_is_left_alone(people: People) -> None:
    device = declared()
    taken(people, planned(people, device), device.tag)
    assert watch(actor=people.administrator) == 0


def test_a_sealed_crate_travels_and_arrives_unopened(people: People) -> None:
    inside = [declared() for _ in range(4)]
    packed = crate(people, *inside, seal="S-77")
    manifest = taken(people, planned(people, *inside), packed.code)
    assert manifest.lines.filter(taken_at__isnull=False).count() == 4
    with pytest.raises(BadInput, match="Read the number"):
        brought(people, manifest, packed.code)
    brought(people, manifest, packed.code, seals={packed.code: "s 77"})
    assert open_kinds(manifest) == []
    assert set(Device.objects.filter(status=Status.RECEIVED)) == set(inside)
    carried = ManifestContainer.objects.get()
    assert carried.sealing is not None
    assert (carried.sealing.seal, carried.sealing.broken_at) == ("S-77", None)
    packed.refresh_from_db()
    assert packed.location == manifest.destination


def test_a_crate_with_another_seal_was_opened_and_must_be_counted(people: People) -> None:
    inside = [declared() for _ in range(3)]
    packed = crate(people, *inside, seal="S-77")
    manifest = taken(people, planned(people, *inside), packed.code)
    seen = [inside[0].tag, inside[1].tag]
    brought(people, manifest, packed.code, *seen, seals={packed.code: "S-78"})
    assert open_kinds(manifest) == ["not_arrived", "seal_differs"]
    differs = manifest.exceptions.get(kind="seal_differs")
    assert (differs.container, differs.facts) == (packed, {"seal": "S-77", "found": "S-78"})
    assert manifest.exceptions.get(kind="not_arrived").device == inside[2]


def test_a_crate_that_does_not_arrive_is_missed_with_what_lies_in_it(people: People) -> None:
    inside = declared()
    packed = crate(people, inside, seal="S-1")
    manifest = brought(people, taken(people, planned(people, inside), packed.code))
    assert open_kinds(manifest) == ["crate_not_arrived", "not_arrived"]


def test_what_was_scanned_in_one_by_one_counts_at_the_delivery(people: People) -> None:
    devices = [declared() for _ in range(3)]
    manifest = taken(people, planned(people, *devices), *(device.tag for device in devices))
    session = open_session("receive", actor=people.warehouse_keeper, location="W1")
    for device in devices[:2]:
        scan(session.code, device.tag, actor=people.warehouse_keeper)
    before = Entry.objects.filter(event="device.receive").count()
    brought(people, manifest, devices[1].tag, devices[2].tag, counted=3)
    assert Entry.objects.filter(event="device.receive").count() == before + 1
    assert manifest.handovers.get(leg="delivery").device_count == 3
    assert open_kinds(manifest) == []


def test_a_missing_device_that_is_scanned_in_later_settles_its_exception(people: People) -> None:
    device = declared()
    manifest = brought(people, taken(people, planned(people, device), device.tag))
    session = open_session("receive", actor=people.technician, location="W1")
    scan(session.code, device.tag, actor=people.technician)
    assert manifest.exceptions.get().outcome == "arrived"


def test_where_nobody_knew_what_there_is_nothing_is_too_much(people: People) -> None:
    device = declared()
    manifest = taken(people, planned(people), device.tag)
    assert open_kinds(manifest) == []


def test_days_and_vehicles_are_planned(people: People) -> None:
    van = register_vehicle("1-abc-123", actor=people.warehouse_keeper, name="Camionnette", capacity=1)
    first, second = planned(people, declared(), declared()), planned(people)
    day = timezone.localdate() + dt.timedelta(days=2)
    reschedule(first.number, actor=people.warehouse_keeper, planned_on=day, vehicle=van.code, stop=2)
    reschedule(second.number, actor=people.warehouse_keeper, planned_on=day, vehicle=van.code, stop=1)
    with pytest.raises(Conflict, match="stop 1"):
        reschedule(first.number, actor=people.warehouse_keeper, planned_on=day, vehicle=van.code, stop=1)
    third = planned(people, planned_on=day)
    (tour, unassigned) = tours(people.driver, day, day)[day]
    assert (tour.vehicle, tour.stops, tour.too_full) == (van, [second, first], True)
    assert (unassigned.vehicle, unassigned.stops) == (None, [third])
    with pytest.raises(Conflict, match="known already"):
        register_vehicle("1-ABC-123", actor=people.warehouse_keeper)
    with pytest.raises(NotFound, match="no vehicle"):
        reschedule(first.number, actor=people.warehouse_keeper, planned_on=day, vehicle="?")


def test_a_collection_that_is_called_off_leaves_its_devices_declared(people: People) -> None:
    device = declared()
    manifest = planned(people, device)
    cancel_collection(manifest.number, actor=people.warehouse_keeper, reason="mistake")
    assert list(uncollected(people.warehouse_keeper)) == [device]
    with pytest.raises(Conflict):
        taken(people, manifest, device.tag)


# Each example is rolled back, so the people may stay.
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_counts_in_are_counts_out_or_somebody_owns_the_difference(people: People, data: st.DataObject) -> None:
    """Whatever is expected, taken and brought: each device that is not where it should be has one open exception."""
    with transaction.atomic():
        devices = [declared() for _ in range(4)]
        tags = [device.tag for device in devices]
        expected, wanted, arriving = (data.draw(st.sets(st.sampled_from(tags))) for _ in range(3))
        manifest = planned(people, *(device for device in devices if device.tag in expected))
        if not wanted:
            return
        taken(people, manifest, *sorted(wanted))
        brought(people, manifest, *sorted(arriving))
        owned = set(manifest.exceptions.filter(resolved_at__isnull=True).values_list("kind", "device__tag"))
        missing = {("not_arrived", tag) for tag in wanted - arriving}
        unscanned = {("arrived_untaken", tag) for tag in arriving - wanted}
        left = {("not_taken", tag) for tag in expected - wanted - arriving}
        extra = {("extra", tag) for tag in wanted - expected} if expected else set()
        assert owned == missing | unscanned | left | extra
        assert set(Device.objects.filter(status=Status.IN_TRANSIT).values_list("tag", flat=True)) == wanted - arriving
        transaction.set_rollback(True)


def test_a_signature_is_a_value_that_names_who_signed_how(people: People) -> None:
    assert by_account(people.driver) == Signature(SignedHow.ACCOUNT, people.driver)
    assert on_paper(function="accueil") == Signature(SignedHow.PAPER, None, "accueil")
