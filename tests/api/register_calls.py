"""Every operation that keeps the register of associations, with a call that succeeds for whoever may."""

from __future__ import annotations

from typing import Any

from inventory.associations.register import add_contact, declare_cluster
from tests import journeys
from tests.people import People

REASON = "Le même conseil d’administration, selon les statuts."


def register_calls(people: People) -> dict[str, dict[str, Any]]:
    """For each operation a call that succeeds for whoever may."""
    clerk = people.counter_clerk
    one, other, third, fourth = (journeys.association() for _ in range(4))
    contact = add_contact(one.code, actor=clerk, name="Nadia Exemple")
    declare_cluster([third.code, fourth.code], actor=clerk, kind="address", reason=REASON)
    known = {"name": "Le Fil retordu", "legal_form": "de_facto", "official_language": "nl", "nis_code": "21004"}
    numbered = journeys.association(legal_form="asbl_vzw", enterprise_number="0403.019.261")
    looked = {"checked_on": "2026-03-02", "standing": "active", "reference": "Extrait 2026-114"}
    return {
        "POST /associations/{code}/confirm": {
            "in": {"code": numbered.code},
            "file": ("extrait.pdf", b"%PDF-1.7"),
            "body": looked,
        },
        "GET /associations/{code}/confirmations": {"in": {"code": numbered.code}},
        "PUT /associations/{code}": {"in": {"code": one.code}, "body": known},
        "GET /associations/{code}/contacts": {"in": {"code": one.code}},
        "POST /associations/{code}/contacts": {"in": {"code": one.code}, "body": {"name": "Karim Voorbeeld"}},
        "POST /associations/{code}/contacts/{contact}/forget": {"in": {"code": one.code, "contact": contact.number}},
        "POST /clusters": {"body": {"codes": [one.code, other.code], "kind": "umbrella", "reason": REASON}},
        "POST /associations/{code}/leave-cluster": {"in": {"code": third.code}, "body": {"reason": REASON}},
    }
