"""Every operation of a round's pools with a call that succeeds for whoever may: the part of `calls` about rounds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from inventory.allocation.commands import open_round
from inventory.allocation.sharing import draw_pool, freeze_pool
from inventory.associations.commands import Wish, decide_eligibility, enter_request, register_association
from inventory.lifecycle import Status
from tests import journeys
from tests.people import People

NUMBERS = [("drand 1", "2"), ("Lotto", "3 4")]


def round_calls(people: People) -> dict[str, dict[str, Any]]:
    """For each operation a call that succeeds for whoever may."""
    officer = people.programme_officer
    body = register_association(
        actor=people.counter_clerk, name="Ladder", legal_form="de_facto", official_language="fr"
    )
    decide_eligibility(body.code, actor=officer, eligible=True, reasons="Un but social clair.")
    enter_request(
        association=body.code,
        actor=people.counter_clerk,
        channel="counter",
        purpose="Un atelier.",
        wishes=[Wish(category=category, quantity=1) for category in ("desktop", "screen", "printer")],
        received_at=timezone.now() - dt.timedelta(days=2),
    )
    for category in ("desktop", "screen", "printer"):
        journeys.make(Status.READY, category)
    number = open_round(
        "2026-L",
        actor=officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
    ).number
    for pool in ("screens", "printers"):
        freeze_pool(number, pool, actor=officer)
    draw_pool(number, "printers", NUMBERS, actor=officer)
    there = "/rounds/{number}/pools/{pool}"
    named = {"numbers": [{"source": source, "value": value} for source, value in NUMBERS]}
    later = f"{timezone.localdate() + dt.timedelta(days=60)}"
    bands = [{"most": 50, "points": 2}, {"points": 5}]
    return {
        "GET /points-policies": {},
        "POST /points-policies": {
            "body": {"version": "2027-9", "valid_from": later, "bands": bands, "reference": "CC-2026-40"}
        },
        "GET /rounds/{number}/pools": {"in": {"number": number}},
        f"POST {there}/freeze": {"in": {"number": number, "pool": "computers"}},
        f"POST {there}/draw": {
            "in": {"number": number, "pool": "screens"},
            "body": named,
        },
        f"GET {there}/result": {"in": {"number": number, "pool": "printers"}},
        f"GET {there}/round": {"in": {"number": number, "pool": "printers"}},
    }
