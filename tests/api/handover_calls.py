"""Calls about agreements, appointments and what comes after: one that succeeds for whoever may."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from backend.demonstration.clock import clock_at
from inventory.devices.models import Device
from inventory.handover.commands import hand_over, prepare_agreement
from inventory.handover.drafting import draft_wording
from inventory.handover.models import Agreement
from inventory.handover.queries import tags_of
from inventory.handover.valuing import value_devices
from inventory.lifecycle import Status
from tests import journeys
from tests.api.programs import City
from tests.inventory.handover.visits import booked, gone_by, missed_twice, open_week, reserved_request
from tests.people import person

# Who may, by the letters of roles in test_who_may.py.
AROUND_HANDOVER: dict[str, str] = {
    "GET /complaints": "KCPAUM",
    "POST /complaints/{number}/answer": "PA",
    "GET /agreements/{number}/words": "KCPAUM",
    "POST /valuations": "K",
    "GET /associations/{code}/gifts/{year}": "K",
    "GET /devices/{tag}/accessories": "TVDKPAU",
    "PUT /devices/{tag}/accessories": "TK",
    "GET /aftercare": "KCPAUM",
    "GET /aftercare/figures": "KCPAUM",
    "POST /devices/{tag}/replace": "K",
    "POST /agreements/{number}/aftercare": "KC",
    "GET /reports-due": "KCU",
    "POST /reports-due/remind": "KC",
    "GET /recall": "KU",
    "POST /recall/letters": "K",
    "POST /recall/letters/work": "K",
    "GET /decisions/region": "PAU",
    "POST /decisions/{number}/region": "P",
    "GET /hours": "KCPUM",
    "POST /hours": "K",
    "GET /appointments": "KCPUM",
    "POST /requests/{reference}/appointment": "KC",
    "POST /appointments/{number}/move": "KC",
    "POST /appointments/{number}/cancel": "KC",
    "POST /appointments/{number}/no-show": "K",
    "POST /requests/{reference}/release": "P",
    "GET /appointments/{number}/pick-list": "K",
    "POST /agreements/{number}/scan": "K",
    "GET /agreement-texts": "KPAUX",
    "POST /agreement-texts": "PX",
    "GET /agreement-texts/{version}": "KPAUX",
    "GET /agreement-texts/{version}/file": "KPAUX",
    "PUT /agreement-texts/{version}/clauses/{clause}": "PX",
    "PUT /agreement-texts/{version}/terms": "PX",
    "POST /agreement-texts/{version}/adopt": "AX",
    "POST /agreement-texts/{version}/drop": "PX",
}


def handover_calls(there: City, kept: Device) -> dict[str, dict[str, Any]]:
    """For each operation its call; `kept` is a device reserved for somebody."""
    agreement, body = {"number": there.agreement}, kept.reservations.get().line.request.association
    on_paper, hours, wants = _on_paper(), open_week(), reserved_request()
    visit, missed = {"number": booked(hours[2]).number}, booked(gone_by()).number
    drafts = [{"version": draft_wording(f"T-{place}", actor=person("programme_officer")).version} for place in range(2)]
    both = {"fr": "Gratuitement, aux personnes.", "nl": "Gratis, aan mensen."}
    terms = {"exchange_days": 30, "report_months": 12, "end_users": {"free": both, "loan": both}}
    clause = {"title": "Gratuité", "text": "Le don est gratuit."}
    far = {"number": worth_sending()}
    value = {"cents": 12000, "method": "expert", "source": "Rapport 2026-4", "dated": "2026-03-02"}
    return {
        "POST /agreements": {"body": {"association": body.code, "tags": [kept.tag]}},
        "GET /agreements/{number}": {"in": agreement},
        "GET /agreements/{number}/paper": {"in": agreement},
        "GET /agreements/{number}/words": {"in": agreement},
        "POST /valuations": {"body": {"tags": [kept.tag], **value}},
        "GET /associations/{code}/gifts/{year}": {"in": {"code": body.code, "year": "2026"}},
        "POST /agreements/{number}/sign": {
            "in": agreement,
            "file": ("photo.png", journeys.PICTURE),
            "body": {"association_function": "présidence", "signed_how": "screen"},
        },
        "GET /aftercare": {},
        "GET /aftercare/figures": {},
        "POST /devices/{tag}/replace": {
            "in": {"tag": journeys.make(Status.HANDED_OVER, "screen").tag},
            "body": {"replacement": journeys.make(Status.READY, "screen").tag, "location": "W1"},
        },
        "POST /agreements/{number}/aftercare": {
            "in": {"number": on_paper},
            "body": {
                "kind": "lost",
                "channel": "telephone",
                "tags": tags_of_paper(on_paper),
                "words": "Perdu dans le train.",
            },
        },
        "GET /reports-due": {},
        "POST /reports-due/remind": {"body": {"numbers": [year_old()]}},
        "GET /recall": {"query": {"make": "Fictor"}},
        "POST /recall/letters": {
            "body": {
                "make": "Fictor",
                "words_fr": "Ne chargez plus la batterie.",
                "words_nl": "Laad de batterij niet meer.",
            }
        },
        "POST /recall/letters/work": {
            "body": {
                "make": "Fictor",
                "words_fr": "Ne chargez plus la batterie.",
                "words_nl": "Laad de batterij niet meer.",
            }
        },
        "GET /decisions/region": {},
        "POST /decisions/{number}/region": {
            "in": far,
            "body": {"sent_on": timezone.localdate().isoformat(), "reference": "R-2026-0118"},
        },
        "GET /hours": {},
        "POST /hours": {
            "body": {"location": "W1", "first": "2026-03-02", "last": "2026-03-06", "hours": [9], "places": 1}
        },
        "GET /appointments": {},
        "POST /requests/{reference}/appointment": {
            "in": {"reference": wants},
            "body": {"slot": hours[0], "channel": "telephone"},
        },
        "POST /appointments/{number}/move": {"in": visit, "body": {"slot": hours[1], "channel": "counter"}},
        "POST /appointments/{number}/cancel": {"in": visit, "body": {"channel": "counter"}},
        "POST /appointments/{number}/no-show": {"in": {"number": missed}},
        "POST /requests/{reference}/release": {"in": {"reference": missed_twice()}},
        "GET /appointments/{number}/pick-list": {"in": visit},
        "POST /agreements/{number}/scan": {"in": {"number": on_paper}, "file": ("scan.pdf", b"%PDF-1.7")},
        "POST /agreements/{number}/cancel": {"in": agreement, "body": {"reason": "mistake"}},
        "GET /agreement-texts": {},
        "POST /agreement-texts": {"body": {"version": "T-9"}},
        "GET /agreement-texts/{version}": {"in": drafts[0]},
        "GET /agreement-texts/{version}/file": {"in": drafts[0]},
        "PUT /agreement-texts/{version}/clauses/{clause}": {
            "in": {**drafts[0], "clause": "4"},
            "body": {"fr": clause, "nl": clause},
        },
        "PUT /agreement-texts/{version}/terms": {"in": drafts[0], "body": terms},
        "POST /agreement-texts/{version}/adopt": {"in": drafts[0], "body": {"valid_from": "2099-01-01"}},
        "POST /agreement-texts/{version}/drop": {"in": drafts[1]},
    }


def tags_of_paper(number: str) -> list[str]:
    """The tags of an agreement."""
    return tags_of(Agreement.objects.get(number=number))


def year_old() -> str:
    """An agreement that was signed thirteen months ago."""
    with clock_at(timezone.now() - dt.timedelta(days=400)):
        device = journeys.make(Status.HANDED_OVER)
    return device.agreement_items.get().agreement.number


def worth_sending() -> str:
    """A decision whose gift is worth 2,600 euro."""
    device, keeper = journeys.make(Status.RESERVED), person("warehouse_keeper")
    kept = device.reservations.get()
    facts: dict[str, Any] = {"method": "expert", "source": "Rapport 2026-5", "dated": timezone.localdate()}
    value_devices([device.tag], actor=keeper, cents=260_000, **facts)
    prepare_agreement(kept.line.request.association.code, [device.tag], actor=keeper)
    return kept.decision.number


def _on_paper() -> str:
    device, keeper = journeys.make(Status.RESERVED), person("warehouse_keeper")
    body = device.reservations.get().line.request.association
    made = prepare_agreement(body.code, [device.tag], actor=keeper)
    how = {"association_function": "présidence", "signed_how": "paper"}
    return hand_over(made.number, actor=keeper, scan_later=True, **how).number
