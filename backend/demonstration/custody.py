"""How devices are fetched in the demonstration: vehicles, pickup requests by every channel, a sealed pallet."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from backend.accounts.pins import choose_pin
from backend.demonstration.clock import Course
from backend.demonstration.names import DEPARTMENTS
from backend.demonstration.people import House
from inventory.collection.differences import watch
from inventory.collection.pickups import (
    Asked,
    Visitor,
    ask_by_link,
    decline_pickup,
    enter_pickup,
    invite,
    put_on_manifest,
    signed_code,
)
from inventory.collection.planning import plan_collection, register_vehicle
from inventory.devices.commands import reserve_tags
from inventory.devices.containers.commands import make_container, put_in, seal_container
from inventory.devices.models import Device
from inventory.lifecycle import Status, TheHouse

# The PIN of everybody who drives or receives in the demonstration.
PIN = "271828"


def fetching(house: House) -> Course:
    """The last days: who asks for a pickup, what is planned, what stands sealed, and what is too long under way."""
    keeper = house.warehouse_keeper
    for person in (house.driver, keeper, house.technician):
        choose_pin(person, PIN, actor=person)
    register_vehicle("CAM-1", actor=keeper, name="Camionnette", capacity=40)
    register_vehicle("CAM-2", actor=keeper, name="Camion avec hayon", capacity=160)
    today = timezone.localdate()
    link = invite(DEPARTMENTS[1], actor=keeper, valid_until=today + dt.timedelta(days=180))
    yield 1
    by_link = Asked(DEPARTMENTS[1], "Bâtiment 2, 3e étage", "accueil", {"laptop": 12, "screen": 9}, _soon(2))
    ask_by_link(signed_code(link), by_link, actor=Visitor(link))
    yield 0.3
    told = Asked(DEPARTMENTS[4], "Rue fictive 18, cave", "conciergerie", {"desktop": 25}, _soon(1), _soon(9))
    planned = enter_pickup(told, actor=house.technician, channel="telephone")
    posted = Asked(DEPARTMENTS[5], "Place fictive 3", "secrétariat", {"printer": 1}, _soon(1))
    refused = enter_pickup(posted, actor=house.technician, channel="post")
    yield 0.5
    manifest = plan_collection(
        actor=keeper,
        department=told.department,
        place=told.place,
        planned_on=_soon(2),
        destination="HAREN",
        vehicle="CAM-2",
    )
    put_on_manifest(planned.reference, manifest, actor=keeper)
    decline_pickup(refused.reference, actor=keeper, reason="other")
    yield 0.5
    (tag,) = reserve_tags(1, actor=house.technician)
    make_container("pallet", actor=keeper, tag=tag, location="HAREN")
    stock = Device.objects.filter(status=Status.READY, location__code="HAREN").order_by("id")[:12]
    put_in(tag, [device.tag for device in stock], actor=keeper)
    if stock:
        seal_container(tag, "S-5150", actor=keeper)
    (tag,) = reserve_tags(1, actor=house.technician)
    make_container("crate", actor=keeper, tag=tag, location="LAEKEN")
    watch(actor=TheHouse())


def _soon(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)
