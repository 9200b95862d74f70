"""Test data along the shortest lawful way: a test cannot hold a device that could not exist."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.allocation.commands import decide, reserve
from inventory.allocation.models import Decision
from inventory.associations.commands import Wish, decide_eligibility, enter_request, register_association
from inventory.associations.models import Association, Request
from inventory.collection.commands import pick_up
from inventory.collection.planning import plan_collection
from inventory.collection.signing import drawn
from inventory.devices.commands import declare, open_location, quarantine, receive
from inventory.devices.entrance import Announced
from inventory.devices.media import declare_no_data, list_medium
from inventory.devices.models import Device, Location, Medium
from inventory.devices.steps import take_step
from inventory.disposal.commands import recycle, report_lost
from inventory.handover.commands import hand_over, prepare_agreement
from inventory.lifecycle import Status
from inventory.refurbishment.bench import TESTS_FOR
from inventory.refurbishment.commands import Outcome, make_ready, record_tests
from inventory.wiping.commands import record_manual_sanitisation, validate, verify
from inventory.wiping.deciding import grant_exception
from tests.people import People, everybody

_count = itertools.count(1)

# A one-pixel PNG: a signature, a photo.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
    "e221bc330000000049454e44ae426082"
)


def location(code: str = "W1") -> Location:
    """A warehouse, made once."""
    found = Location.objects.filter(code=code).first()
    return found or open_location(
        code, actor=everybody().administrator, name_fr=f"Dépôt {code}", name_nl=f"Depot {code}"
    )


def announced(category: str = "desktop", **facts: object) -> Announced:
    """A device as a department announces it, with a serial of its own."""
    number = next(_count)
    given: dict[str, object] = {
        "category": category,
        "manufacturer": "Fictor",
        "model": "Bureau 300",
        "serial": f"FX{number:07d}",
        "inventory_number": f"INV-{number:06d}",
        "department": "Urbanisme",
        "act_reference": "BC-2026-114",
        "decommissioned_on": dt.date(2026, 3, 2),
        **facts,
    }
    return Announced(**given)  # type: ignore[arg-type]


def declared(category: str = "desktop", **facts: object) -> Device:
    """A device on a department's list."""
    return declare([announced(category, **facts)], actor=everybody().technician)[0]


def with_medium(device: Device, serial: str = "", kind: str = "hdd") -> Medium:
    """List one storage medium in a device that is in our hands."""
    return list_medium(device.tag, actor=everybody().technician, kind=kind, serial=serial or f"DISK{next(_count):08d}")


def prove(medium: Medium) -> Medium:
    """Sanitised by the technician, verified and validated by the verifier."""
    people = everybody()
    record_manual_sanitisation(
        medium.code,
        actor=people.technician,
        method="ata_sanitize_block_erase",
        tool="hdparm",
        data=f"evidence {next(_count)}".encode(),
        name="screen.txt",
    )
    verify(medium.code, actor=people.verifier, how="read_back_sample")
    validate(medium.code, actor=people.verifier)
    medium.refresh_from_db()
    return medium


def exception(reference: str = "DPO-2026-1", **facts: object) -> str:
    """A written exception valid this month for every kind, decided by the approver; its reference."""
    today = timezone.localdate()
    given: dict[str, object] = {
        "reason": "public_data",
        "data_class": "public",
        "valid_from": today - dt.timedelta(days=10),
        "valid_to": today + dt.timedelta(days=20),
        **facts,
    }
    return grant_exception(reference, actor=everybody().approver, **given).reference  # type: ignore[arg-type]


@contextmanager
def last_month() -> Iterator[dt.datetime]:
    """Everything done within happened ten days before this month began."""
    moment = timezone.localtime().replace(day=1, hour=12) - dt.timedelta(days=10)
    with clock_at(moment):
        yield moment


def pass_tests(device: Device) -> None:
    """Every test of the device's kind passed."""
    outcomes = {test: Outcome("pass", value="88" if test == "battery" else "") for test in TESTS_FOR[device.category]}
    record_tests(device.tag, actor=everybody().technician, outcomes=outcomes)


def association(language: str = "fr", **facts: object) -> Association:
    """An eligible association without enterprise number."""
    people = everybody()
    given: dict[str, object] = {
        "name": f"Le Fil Numérique {next(_count)}",
        "legal_form": "de_facto",
        "official_language": language,
        **facts,
    }
    made = register_association(actor=people.counter_clerk, **given)  # type: ignore[arg-type]
    decide_eligibility(
        made.code, actor=people.approver, eligible=True, reasons="Projet de médiation numérique en ville."
    )
    return made


def request(body: Association | None = None, category: str = "desktop", quantity: int = 3) -> Request:
    """A request with one line, entered at the counter, stamped yesterday."""
    return enter_request(
        actor=everybody().counter_clerk,
        association=(body or association()).code,
        wishes=[Wish(category, quantity)],
        purpose="Un atelier pour apprendre à écrire des courriels.",
        channel="counter",
        received_at=timezone.now() - dt.timedelta(days=1),
        people_served=40,
    )


def award(wanted: Request) -> Decision:
    """Everything asked for is granted."""
    granted = {line.position: line.quantity for line in wanted.lines.all()}
    reasons = "La demande répond aux critères publiés et le stock suffit."
    return decide(wanted.reference, actor=everybody().approver, granted=granted, reasons=reasons)


def make(status: Status, category: str = "desktop") -> Device:
    """A device in `status`, brought there by commands only."""
    device = declared(category)
    for step in _way_to(status):
        step(device)
        device.refresh_from_db()
    assert device.status == status
    return device


def _way_to(status: Status) -> list[Callable[[Device], object]]:
    return {
        Status.DECLARED: [],
        Status.IN_TRANSIT: [_collect],
        Status.RECEIVED: [_receive],
        Status.AWAITING_SANITISATION: [_receive, _inspect],
        Status.SANITISED: [_receive, _inspect, _sanitise],
        Status.IN_REFURBISHMENT: [_receive, _inspect, _sanitise, _bench],
        Status.READY: [_receive, _inspect, _sanitise, _bench, _ready],
        Status.RESERVED: [_receive, _inspect, _sanitise, _bench, _ready, _reserve],
        Status.HANDED_OVER: [_receive, _inspect, _sanitise, _bench, _ready, _reserve, _hand_over],
        Status.IN_QUARANTINE: [_receive, _quarantine],
        Status.FOR_PARTS: [_receive, _dismantle],
        Status.TO_RECYCLE: [_receive, _inspect, _sanitise, _scrap],
        Status.RECYCLED: [_receive, _inspect, _sanitise, _scrap, _recycle],
        Status.LOST: [_receive, _lose],
        Status.WITHDRAWN: [_withdraw],
    }[status]


def _people() -> People:
    return everybody()


def _collect(device: Device) -> None:
    people = _people()
    manifest = plan_collection(
        actor=people.warehouse_keeper,
        department="Urbanisme",
        place="Rue de la Loi fictive 1",
        planned_on=timezone.localdate(),
        destination=location().code,
        tags=[device.tag],
    )
    pick_up(
        manifest.number,
        [device.tag],
        actor=people.driver,
        released=drawn(PICTURE, function="responsable logistique"),
        place="Rue de la Loi fictive 1",
    )


def _receive(device: Device) -> None:
    receive(device.tag, actor=_people().technician, location=location().code)


def _inspect(device: Device) -> None:
    with_medium(device)
    take_step(device.tag, "inspect", actor=_people().technician)


def _sanitise(device: Device) -> None:
    for medium in device.media.all():
        prove(medium)


def _bench(device: Device) -> None:
    take_step(device.tag, "start_refurbishment", actor=_people().technician)


def _ready(device: Device) -> None:
    pass_tests(device)
    make_ready(device.tag, actor=_people().technician, grade="B")


def _reserve(device: Device) -> None:
    wanted = request(category=device.category)
    award(wanted)
    reserve([device.tag], actor=_people().programme_officer, reference=wanted.reference, position=1)


def give(device: Device) -> None:
    """A reserved device goes to the association that it was reserved for."""
    _hand_over(device)


def _hand_over(device: Device) -> None:
    body = device.reservations.get(released_at__isnull=True).line.request.association
    agreement = prepare_agreement(body.code, [device.tag], actor=_people().warehouse_keeper)
    hand_over(
        agreement.number,
        actor=_people().warehouse_keeper,
        association_function="présidence",
        signed_how="screen",
        scan=(PICTURE + bytes(str(next(_count)), "ascii"), "signature.png"),
    )


def _quarantine(device: Device) -> None:
    quarantine(device.tag, actor=_people().technician, reason="dangerous_battery")


def _dismantle(device: Device) -> None:
    take_step(device.tag, "dismantle", actor=_people().technician)


def _scrap(device: Device) -> None:
    take_step(device.tag, "scrap", actor=_people().warehouse_keeper)


def _recycle(device: Device) -> None:
    recycle(
        device.tag,
        actor=_people().warehouse_keeper,
        collector="BRU-COL-017",
        document="ID-2026-88",
        kilograms=Decimal("7.4"),
        recycled_on=timezone.localdate(),
    )


def _lose(device: Device) -> None:
    report_lost(device.tag, actor=_people().warehouse_keeper, reason="stock_take")


def _withdraw(device: Device) -> None:
    take_step(device.tag, "withdraw", actor=_people().technician)


def no_data(device: Device) -> Device:
    """Declared by the technician to hold no data."""
    return declare_no_data(device.tag, actor=_people().technician, checked_how="opened_and_looked")
