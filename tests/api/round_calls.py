"""Every operation of a round's pools with a call that succeeds for whoever may: the part of `calls` about rounds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from inventory.allocation.commands import open_round
from inventory.allocation.continuing import continuation
from inventory.allocation.deciding import decide_round, publish_round
from inventory.allocation.pins import bill, set_pin
from inventory.allocation.sharing import draw_pool, freeze_pool
from inventory.associations.commands import Wish, decide_eligibility, enter_request, register_association
from inventory.associations.filings import lodge
from inventory.associations.interests import declare_interest
from inventory.associations.models import Request
from inventory.lifecycle import Status
from tests import journeys
from tests.people import People, person

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
    interesting, declared = journeys.association(), journeys.association("nl")
    for category in ("desktop", "screen", "printer"):
        journeys.make(Status.READY, category)
    number = open_round(
        "2026-L",
        actor=officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now() - dt.timedelta(minutes=5),
        grace_days=0,
    ).number
    for pool in ("screens", "printers"):
        freeze_pool(number, pool, actor=officer)
    draw_pool(number, "printers", NUMBERS, actor=officer)
    there = "/rounds/{number}/pools/{pool}"
    named = {"numbers": [{"source": source, "value": value} for source, value in NUMBERS]}
    pins = f"{there}/pins"
    pin_here = {"number": number, "pool": "computers"}
    complaint = _complaint(people)
    cost = bill(number, "computers", body.code, actor=people.approver, at_least=1)
    pin = {"association": body.code, "reason": "repair", "words": "La liste de mars l’avait oubliée.", "at_least": 1}
    other = _pinned(people)
    declare_interest(interesting.code, actor=people.counter_clerk, kind="board")
    later = f"{timezone.localdate() + dt.timedelta(days=60)}"
    bands = [{"most": 50, "points": 2}, {"points": 5}]
    return {
        **_decided_calls(people),
        f"GET {there}/what-if": {"in": {"number": number, "pool": "printers"}, "query": {"floor": 0}},
        f"GET {pins}": {"in": pin_here},
        f"GET {pins}/bill": {"in": pin_here, "query": {"association": body.code, "at_least": 1}},
        f"POST {pins}": {"in": pin_here, "body": {**pin, "seen": cost.fingerprint}},
        f"POST {pins}/{{association}}/sign": {"in": other},
        f"POST {pins}/{{association}}/withdraw": {"in": other},
        "GET /interests": {},
        "POST /interests": {"body": {"association": declared.code, "kind": "board"}},
        "POST /interests/{association}/{person}/end": {
            "in": {"association": interesting.code, "person": people.counter_clerk.username}
        },
        "GET /complaints": {},
        "POST /complaints/{number}/answer": {
            "in": {"number": complaint},
            "body": {"outcome": "rejected", "words": "La lettre de réception du 3 mars répond à la question."},
        },
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


def _complaint(people: People) -> str:
    """A complaint that waits for its answer."""
    asked = journeys.request(journeys.association())
    answers = {"words": "Personne n’a répondu."}
    return lodge(asked.reference, "complain", actor=people.counter_clerk, channel="telephone", answers=answers).number


def _pinned(people: People) -> dict[str, str]:
    """A pin of many devices that another approver has set and somebody else must sign."""
    first, wanted = person("approver", "albert"), 7
    wished = journeys.request(journeys.association(), "phone", wanted)
    for _ in range(wanted):
        journeys.make(Status.READY, "phone")
    Request.objects.filter(pk=wished.pk).update(received_at=timezone.now() - dt.timedelta(days=2))
    there = {"number": "2026-L", "pool": "mobile", "association": wished.association.code}
    cost = bill(*there.values(), actor=first, at_most=0)
    set_pin(
        *there.values(),
        actor=first,
        reason="urgent",
        words="Suspendue jusqu’à son rapport.",
        seen=cost.fingerprint,
        at_most=0,
    )
    return there


def _decided_calls(people: People) -> dict[str, dict[str, Any]]:
    """A round to be decided, and one that is decided and waits to be published."""
    officer, today = people.programme_officer, timezone.localdate()
    numbers = []
    for number, category, pool in (
        ("2026-M", "accessory", "other"),
        ("2026-N", "network", "network"),
        ("2026-P", "network", "network"),
    ):
        wanted = journeys.request(journeys.association(), category, 1)
        Request.objects.filter(pk=wanted.pk).update(received_at=timezone.now() - dt.timedelta(days=2))
        journeys.make(Status.READY, category)
        opens, closes = today - dt.timedelta(days=9), timezone.now() - dt.timedelta(minutes=5)
        numbers.append(open_round(number, actor=officer, opens_on=opens, closes_at=closes, grace_days=0).number)
        freeze_pool(number, pool, actor=officer)
        draw_pool(number, pool, NUMBERS, actor=officer)
    act = {"organ": "college", "decision": "CC-1", "reasons_fr": "Le collège suit la proposition du tour."}
    act["reasons_nl"] = "Het college volgt het voorstel van de ronde."
    for number in numbers[1:]:
        decide_round(number, actor=people.approver, decided_on=today, **act)
    publish_round(numbers[2], actor=officer)
    there = {"number": numbers[1]}
    granted = {"reference": wanted.reference, "position": 1}
    seen = continuation(**granted, count=1, actor=people.approver).fingerprint
    give_up = "/requests/{reference}/lines/{position}/give-up"
    return {
        f"GET {give_up}": {"in": granted, "query": {"count": 1}},
        f"POST {give_up}": {"in": granted, "body": {"count": 1, "reason": "no_show", "seen": seen}},
        "POST /rounds/{number}/decision": {"in": {"number": numbers[0]}, "body": {**act, "decided_on": f"{today}"}},
        "POST /rounds/{number}/publish": {"in": there},
        "GET /rounds/{number}/report": {"in": {"number": numbers[2]}},
        "POST /rounds/{number}/letters": {"in": there},
        "GET /rounds/{number}/waiting": {"in": there},
    }
