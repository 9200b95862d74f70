"""Every operation about filings, letters and forms, with a call that succeeds for whoever may."""

from __future__ import annotations

from typing import Any

from inventory.associations.filing_models import Letter
from inventory.associations.filings import lodge
from inventory.associations.letters import mark_sent
from tests import journeys
from tests.people import People


def filing_calls(request: dict[str, Any], association: str, people: People) -> dict[str, dict[str, Any]]:
    """For each operation a call that succeeds for whoever may; `request` names one of the member's own."""
    address = {"street": "Rue de l’Exemple 1", "postcode": "1000", "municipality": "Bruxelles"}
    waiting, sent = (journeys.request(journeys.association(**address)).letters.get() for _ in range(2))
    mark_sent([sent.number], actor=people.counter_clerk)
    own = Letter.objects.filter(association__code=association).order_by("id").first()
    assert own is not None
    said = {"procedure": "complain", "answers": {"words": "Personne n’a répondu."}}
    filed = lodge(journeys.request().reference, "withdraw", actor=people.counter_clerk, channel="post", answers={})
    return {
        "POST /filings/{number}/paper": {"in": {"number": filed.number}, "file": ("scan.pdf", b"%PDF-1.7")},
        "POST /requests/{reference}/filings": {
            "in": request,
            "body": {**said, "channel": "telephone"},
            "member_body": {**said, "channel": "online"},
        },
        "GET /requests/{reference}/filings": {"in": request},
        "POST /requests/{reference}/missing": {"in": request, "body": {"what": "Le nombre de personnes manque."}},
        "GET /requests/{reference}/stations": {"in": request},
        "GET /requests/{reference}/letters": {"in": request},
        "POST /letters/sent": {"body": {"numbers": [waiting.number]}},
        "POST /letters/{number}/unsend": {"in": {"number": sent.number}},
        "GET /letters/{number}/paper": {"in": {"number": own.number}},
        "GET /forms/{form}/{language}/{size}": {"in": {"form": "request", "language": "nl", "size": "large"}},
    }
