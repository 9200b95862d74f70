"""Every operation of custody with a call that succeeds for whoever may: the part of `calls` about fetching devices."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from inventory.collection.commands import deliver, pick_up
from inventory.collection.pickups import Asked, enter_pickup, invite
from inventory.collection.planning import plan_collection, register_vehicle
from inventory.collection.signing import drawn, on_paper
from inventory.devices.commands import reserve_tags
from inventory.devices.containers.commands import make_container, put_in, seal_container
from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import City
from tests.people import People


def custody_calls(there: City, people: People) -> dict[str, dict[str, Any]]:
    """For each operation a call that succeeds for whoever may."""
    today = timezone.localdate().isoformat()
    way = _manifests(people)
    packed = {state: {"code": _crate(people, state)} for state in ("open", "filled", "sealed")}
    (free,) = reserve_tags(1, actor=people.technician)
    late = {"number": way["arrived"]["exception"]}
    planned, van = {"number": there.manifest}, register_vehicle("VAN-7", actor=people.warehouse_keeper).code
    asked = {"reference": _pickup(people)}
    link = invite("Urbanisme", actor=people.technician, valid_until=timezone.localdate() + dt.timedelta(days=9))
    declared = {"tags": [there.tags[Status.DECLARED]]}
    thing = {"codes": [there.tags[Status.RECEIVED]]}
    wanted = {"department": "X", "place": "Y", "contact_function": "Z", "quantities": {"laptop": 1}}
    return {
        "POST /collections": {"body": {"department": "Urbanisme", "planned_on": today, "destination": "W1"}},
        "GET /collections/{number}": {"in": planned},
        "POST /collections/{number}/expect": {"in": planned, "body": declared},
        "POST /collections/{number}/when": {"in": planned, "body": {"planned_on": today, "vehicle": van}},
        "POST /collections/{number}/call-off": {"in": planned, "body": {"reason": "mistake"}},
        "POST /collections/{number}/paper/{leg}": {
            "in": {"number": way["arrived"]["number"], "leg": "delivery"},
            "file": ("bon.png", journeys.PICTURE),
        },
        "POST /collections/{number}/pick-up": {
            "in": planned,
            "body": {**declared, "released_function": "logistique", "place": "Quai B"},
        },
        "POST /collections/{number}/deliver": {"in": way["under_way"], "body": {"tags": [], "released_by": "driss"}},
        "POST /collections/{number}/late/{tag}": {"in": way["arrived"]},
        "POST /containers": {"body": {"kind": "pallet", "tag": free}},
        "GET /containers/{code}": {"in": packed["open"]},
        "POST /containers/{code}/put": {"in": packed["open"], "body": thing},
        "POST /containers/{code}/take": {"in": packed["filled"], "body": {"codes": [_inside(packed["filled"])]}},
        "POST /containers/{code}/seal": {"in": packed["filled"], "body": {"seal": "S-2"}},
        "POST /containers/{code}/break": {"in": packed["sealed"], "body": {"found": "S-1"}},
        "POST /containers/{code}/move": {"in": packed["sealed"], "body": {"location": "W1"}},
        "GET /custody/exceptions/{number}": {"in": late},
        "POST /custody/exceptions/{number}/resolve": {"in": late, "body": {"outcome": "paper_lost"}},
        "POST /custody/exceptions/{number}/assign": {"in": late, "body": {"owner": "driss"}},
        "GET /collections/{number}/custody": {"in": {"number": way["arrived"]["number"]}},
        "GET /devices/{tag}/custody": {"in": {"tag": way["arrived"]["tag"]}},
        "POST /vehicles": {"body": {"code": "VAN-8"}},
        "POST /vehicles/{code}/retire": {"in": {"code": van}},
        "POST /pickups": {"body": {**wanted, "earliest_on": today, "channel": "post"}},
        "GET /pickups/{reference}": {"in": asked},
        "POST /pickups/{reference}/plan": {"in": asked, "body": {"manifest": there.manifest}},
        "POST /pickups/{reference}/decline": {"in": asked, "body": {"reason": "other"}},
        "POST /pickups/{reference}/withdraw": {"in": asked},
        "POST /pickup-links": {"body": {"department": "Urbanisme", "valid_until": today}},
        "POST /pickup-links/{code}/withdraw": {"in": {"code": link.code}},
    }


def _crate(people: People, state: str) -> str:
    (tag,) = reserve_tags(1, actor=people.technician)
    make_container("crate", actor=people.driver, tag=tag)
    if state != "open":
        put_in(tag, [journeys.make(Status.RECEIVED).tag], actor=people.driver)
    if state == "sealed":
        seal_container(tag, "S-1", actor=people.driver)
    return tag


def _inside(crate: dict[str, str]) -> str:
    from inventory.devices.containers.models import ContainerItem

    return ContainerItem.objects.get(container__code=crate["code"]).device.tag  # type: ignore[union-attr]


def _pickup(people: People) -> str:
    asked = Asked("Urbanisme", "Quai B", "accueil", {"laptop": 2}, timezone.localdate())
    return enter_pickup(asked, actor=people.technician, channel="post").reference


def _manifests(people: People) -> dict[str, dict[str, str]]:
    """A manifest under way, and one that arrived with a device missing."""
    found = {}
    for state in ("under_way", "arrived"):
        device = journeys.declared()
        manifest = plan_collection(
            actor=people.warehouse_keeper,
            department="Urbanisme",
            place="Quai B",
            planned_on=timezone.localdate(),
            destination=journeys.location().code,
            tags=[device.tag],
        )
        # Somebody drives who plays no other part, so that nobody hands over to themselves.
        driver = people.driver
        by = drawn(journeys.PICTURE, function="logistique")
        pick_up(manifest.number, [device.tag], actor=driver, released=by, place="Quai B")
        found[state] = {"number": manifest.number, "tag": device.tag}
        if state == "arrived":
            deliver(manifest.number, [], actor=people.technician, released=on_paper(person=driver))
            found[state]["exception"] = manifest.exceptions.get(kind="paper_missing").number
    return found
