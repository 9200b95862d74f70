"""Calls about agreements, appointments and what comes after: one that succeeds for whoever may."""

from __future__ import annotations

from typing import Any

from inventory.devices.models import Device
from tests import journeys
from tests.api.programs import City


def handover_calls(there: City, kept: Device) -> dict[str, dict[str, Any]]:
    """For each operation its call; `kept` is a device reserved for somebody."""
    agreement, body = {"number": there.agreement}, kept.reservations.get().line.request.association
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
        "POST /agreements/{number}/cancel": {"in": agreement, "body": {"reason": "mistake"}},
    }
