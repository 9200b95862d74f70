"""Calls of checkpoints, witnesses, proofs and erasing that succeed for whoever may make them."""

from __future__ import annotations

from typing import Any

from inventory.associations.register import add_contact
from inventory.devices.commands import quarantine
from inventory.ledger.checkpoints import make_checkpoint
from inventory.ledger.models import Entry
from inventory.ledger.notes import COSIGNATURE, Key
from inventory.ledger.witnesses import register_witness
from inventory.lifecycle import Status
from inventory.privacy.commands import log_request
from inventory.privacy.search import search_person
from tests import journeys
from tests.api.archive_calls import archive_calls
from tests.people import People, person

# Who may: auditors alone.
OF_AUDITORS = {
    "GET /ledger/months/{year}/{month}/paper": "U",
    "POST /ledger/witnesses/{key_id}/withdraw": "U",
    "GET /reports": "U",
    "POST /reports": "U",
    "GET /reports/{number}": "U",
    "PUT /reports/{number}": "U",
    "POST /reports/{number}/retire": "U",
    "GET /reports/{number}/workbook": "U",
    "GET /samples": "U",
    "POST /samples": "U",
    "POST /samples/{number}/draw": "U",
    "GET /samples/{number}/items": "U",
    "POST /samples/{number}/findings": "U",
}


def ledger_calls(people: People) -> dict[str, dict[str, Any]]:
    """For each operation a call."""
    device = journeys.make(Status.RECEIVED)
    quarantine(device.tag, actor=people.technician, reason="damaged", remark="écran fendu")
    first = make_checkpoint(actor=people.auditor)
    journeys.declared()
    second = make_checkpoint(actor=people.auditor)
    last = Entry.objects.filter(subject_kind="device", subject_key=device.tag).order_by("-id")[:1].get()
    gone = register_witness(Key("archives.example/w0", COSIGNATURE, b"g" * 32).text(), actor=people.auditor)
    entry = {"kind": "device", "key": device.tag, "seq": last.subject_seq}
    size = {"size": first.size}
    return {
        **_privacy_calls(people),
        **archive_calls(people),
        "GET /ledger/checkpoints/{size}/note": {"in": size},
        "GET /ledger/checkpoints/{size}/paper": {"in": size},
        "POST /ledger/checkpoints/received": {"body": {"note": first.note}},
        "POST /ledger/witnesses": {"body": {"key": Key("archives.example/w1", COSIGNATURE, b"k" * 32).text()}},
        "GET /ledger/months/{year}/{month}/paper": {"in": {"year": 2026, "month": 1}},
        "POST /ledger/witnesses/{key_id}/withdraw": {"in": {"key_id": gone.key_id}, "body": {"reason": "lost"}},
        "GET /ledger/consistency": {"query": {"first": first.size, "second": second.size}},
        "GET /ledger/entries/{kind}/{key}/{seq}/proof": {"in": entry},
        "GET /ledger/things/{kind}/{key}/proof": {"in": {"kind": "device", "key": device.tag}},
        "POST /ledger/entries/{kind}/{key}/{seq}/forget": {"in": entry, "body": {"reason": "asked"}},
        "POST /people/{key}/forget": {"in": {"key": person("driver", "left").key}, "body": {"reason": "term"}},
    }


def _privacy_calls(people: People) -> dict[str, dict[str, Any]]:
    body = journeys.association()
    for name in ("Odile Zwartendijk", "Anna Zwartendijk"):
        add_contact(body.code, actor=people.counter_clerk, name=name)
    given = {"name": "Zwartendijk", "reach": "02 000 00 01", "identity": "seen"}
    number = {"number": log_request("access", actor=people.counter_clerk, **given).number}
    places = {
        one.text: one.place
        for one in search_person("Zwartendijk", people.data_protection_officer)
        if one.table == "inventory.Contact"
    }
    place = places["Odile Zwartendijk"]
    return {
        "POST /privacy/requests": {"body": {"kind": "access", **given}},
        "GET /privacy/requests/{number}": {"in": number},
        "GET /privacy/requests/{number}/search": {"in": number},
        "GET /privacy/requests/{number}/export": {"in": number},
        "GET /privacy/requests/{number}/paper": {"in": number},
        "POST /privacy/requests/{number}/rectify": {"in": number, "body": {"place": place, "value": "Odette"}},
        "POST /privacy/requests/{number}/erase": {"in": number, "body": {"places": [places["Anna Zwartendijk"]]}},
        "POST /privacy/requests/{number}/restrict": {"in": number, "body": {"place": place}},
        "POST /privacy/requests/{number}/answer": {"in": number, "body": {"outcome": "done"}},
    }
