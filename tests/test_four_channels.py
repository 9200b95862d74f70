"""An association is served from first contact to use report by each channel and in each language: the same outcome."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from inventory.allocation.commands import open_round, reserve
from inventory.allocation.deciding import decide_round, publish_round
from inventory.allocation.models import Decision
from inventory.allocation.sharing import draw_pool, freeze_pool
from inventory.associations.commands import (
    Wish,
    add_member,
    decide_eligibility,
    enter_request,
    register_association,
)
from inventory.associations.facts import CHANNELS
from inventory.associations.filing_models import Filing
from inventory.associations.filings import lodge
from inventory.associations.models import Request
from inventory.devices.models import Device
from inventory.handover.commands import hand_over, prepare_agreement
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.verification import verify_ledger
from inventory.reports.whereabouts import stations
from tests import journeys
from tests.people import People

pytestmark = pytest.mark.django_db

ASKED, STOCK = 4, 3
REPORT = {"in_use": 3, "idle": 0, "gone": 0, "people_served": 40, "words": "Een cursus."}
ACT = {
    "organ": "college",
    "decision": "CC-2026-7",
    "reasons_fr": "Le collège suit la proposition du tour.",
    "reasons_nl": "Het college volgt het voorstel van de ronde.",
}


def served(people: People, channel: str, language: str) -> Request:
    """From first contact to use report; everybody does what their role does, the association by its channel."""
    clerk, officer = people.counter_clerk, people.programme_officer
    body = register_association(
        actor=clerk,
        name="Atelier",
        legal_form="de_facto",
        official_language=language,
        street="Rue Haute 1",
        postcode="1000",
        municipality="Bruxelles",
    )
    add_member(body.code, people.association_member, actor=people.administrator)
    decide_eligibility(body.code, actor=officer, eligible=True, reasons="Un but social clair.")
    speaking = people.association_member if channel == "online" else clerk
    earlier = timezone.now() - dt.timedelta(days=1)
    asked = enter_request(
        actor=speaking,
        association=body.code,
        channel=channel,
        purpose="Een computerhoek.",
        people_served=40,
        wishes=[Wish("desktop", ASKED)],
        **({} if channel == "online" else {"received_at": earlier}),
    )
    number = open_round(
        "2026-4",
        actor=officer,
        opens_on=timezone.localdate() - dt.timedelta(days=9),
        closes_at=timezone.now(),
        grace_days=0,
    ).number
    freeze_pool(number, "computers", actor=officer)
    draw_pool(number, "computers", [("drand 1", "2"), ("Lotto", "3 4")], actor=officer)
    decide_round(number, actor=people.approver, decided_on=timezone.localdate(), **ACT)
    publish_round(number, actor=officer)
    tags = list(Device.objects.filter(status=Status.READY).order_by("id").values_list("tag", flat=True))
    reserve(tags, actor=officer, reference=asked.reference, position=1)
    agreement = prepare_agreement(body.code, tags, actor=people.warehouse_keeper)
    hand_over(
        agreement.number,
        actor=people.warehouse_keeper,
        association_function="voorzitter",
        signed_how="paper",
        scan=(journeys.PICTURE, "scan.png"),
    )
    lodge(asked.reference, "report", actor=speaking, channel=channel, answers=REPORT)
    asked.refresh_from_db()
    return asked


def outcome(asked: Request) -> dict[str, Any]:
    """Everything that an association and an auditor see of it, but the channel and the language."""
    decision = Decision.objects.get(request=asked)
    events = Entry.objects.exclude(subject_kind__in=["medium", "tag"]).values_list("event", flat=True)
    return {
        "granted": decision.lines.get().granted,
        "outcome": decision.outcome,
        "state": asked.state,
        "devices": Counter(Device.objects.values_list("status", flat=True)),
        "report": Filing.objects.get(request=asked, procedure="report").answers["in_use"],
        "events": Counter(events),
        "stations": [(str(station.name), station.done) for station in stations(asked)],
    }


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_every_channel_gives_the_same_outcome(people: People, language: str) -> None:
    seen: dict[str, dict[str, Any]] = {}
    for _ in range(STOCK):
        journeys.make(Status.READY)
    for channel in CHANNELS:
        with transaction.atomic():
            asked = served(people, channel, language)
            assert asked.association.official_language == language
            seen[channel] = outcome(asked)
            assert verify_ledger().fault is None
            # The next one meets the very same city.
            transaction.set_rollback(True)
    first = seen["online"]
    assert (first["granted"], first["outcome"], first["report"]) == (STOCK, "partial", 3)
    assert first["devices"] == {"handed_over": STOCK}
    assert all(done for _code, done in first["stations"])
    assert all(one == first for one in seen.values()), seen
