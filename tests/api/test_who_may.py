"""Every operation against every role: what is not said here to be allowed is forbidden."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from backend.accounts.roles import ROLES
from backend.api import api
from inventory.devices.tags import grouped
from tests.api.archive_calls import OF_ARCHIVES
from tests.api.calls import calls
from tests.api.handover_calls import AROUND_HANDOVER
from tests.api.ledger_calls import OF_AUDITORS
from tests.api.programs import Program, city
from tests.people import People

pytestmark = pytest.mark.django_db

LETTERS = {
    "T": "technician",
    "V": "verifier",
    "D": "driver",
    "K": "warehouse_keeper",
    "C": "counter_clerk",
    "P": "programme_officer",
    "A": "approver",
    "U": "auditor",
    "M": "association_member",
    "O": "data_protection_officer",
    "X": "administrator",
}
EVERYBODY = "".join(LETTERS)
SEE_DEVICES = "TVDKPAU"
SEE_REQUESTS = "KCPAUM"
SEE_COLLECTIONS = "TDKPU"
SEE_CONTAINERS = SEE_DEVICES
SEE_CHECKS = "TVU"
SEE_POLICY = SEE_CHECKS + "AO"

# Who may, written apart from the roles' words: a second opinion on them, and the place where a new operation is given
# its people. The association member asks for what is their own association's.
WHO: dict[str, str] = {
    "GET /devices": SEE_DEVICES,
    "POST /devices": "TKP",
    "POST /devices/found": "TK",
    "POST /devices/steps": "T",
    "POST /devices/moves": "TK",
    "GET /devices/{tag}": SEE_DEVICES,
    "PATCH /devices/{tag}": "T",
    "GET /devices/{tag}/steps": SEE_DEVICES,
    "POST /devices/{tag}/steps/{name}": "T",
    "POST /devices/{tag}/receive": "TK",
    "POST /devices/{tag}/move": "TK",
    "POST /devices/{tag}/quarantine": "TK",
    "POST /devices/{tag}/reopen": "TV",
    "POST /devices/{tag}/tags": "TK",
    "POST /devices/{tag}/inspection": "T",
    "GET /devices/{tag}/history": SEE_DEVICES,
    "GET /genealogy": SEE_DEVICES,
    "GET /devices/{tag}/genealogy": SEE_DEVICES,
    "POST /devices/{tag}/merge": "T",
    "POST /devices/{tag}/split": "T",
    "POST /devices/{tag}/tell-apart": "T",
    "POST /inspections/match": "T",
    "POST /inspections/recognise": "T",
    "POST /inspections": "T",
    "POST /tags": "TK",
    "GET /scan": SEE_DEVICES,
    "GET /scan-sessions": SEE_DEVICES,
    "POST /scan-sessions": "TK",
    "GET /scan-sessions/{code}": SEE_DEVICES,
    "GET /scan-sessions/{code}/scans": SEE_DEVICES,
    "POST /scan-sessions/{code}/scans": "TK",
    "POST /scan-sessions/{code}/undo": "TK",
    "POST /scan-sessions/{code}/close": "TK",
    "GET /scan-sessions/{code}/difference": SEE_DEVICES,
    # With losses it takes a keeper: tests/inventory/scanning/test_stocktake.py.
    "POST /scan-sessions/{code}/settle": "TK",
    "GET /scan-stock": SEE_DEVICES,
    "GET /locations": EVERYBODY,
    "GET /devices/{tag}/media": SEE_DEVICES,
    "POST /devices/{tag}/media": "T",
    "POST /devices/{tag}/no-data": "T",
    "POST /media/{code}/remove": "TV",
    "POST /media/{code}/fit": "TV",
    "GET /media": SEE_DEVICES,
    "GET /tracing/orphans": SEE_DEVICES,
    "GET /tracing/unaccounted": SEE_DEVICES,
    "POST /evidence": "TV",
    "POST /evidence/judge": "TV",
    "POST /evidence/batches": "TV",
    "GET /evidence/batches/{code}": "TVU",
    "GET /jobs": EVERYBODY,
    # Whoever asked for it, and those who run the house.
    "GET /jobs/{code}": "TX",
    "POST /jobs/{code}/cancel": "TX",
    "POST /media/{code}/match": "TV",
    "POST /media/{code}/sanitisations": "TV",
    "GET /media/{code}": SEE_DEVICES,
    "POST /media/{code}/verify": "TV",
    "POST /media/{code}/validate": "V",
    "POST /sanitisations/verify": "TV",
    "POST /sanitisations/validate": "V",
    "POST /media/{code}/destroy": "TV",
    "GET /media/{code}/certificates": SEE_DEVICES,
    "GET /certificates": SEE_DEVICES,
    "POST /certificates/print": SEE_DEVICES,
    "GET /jobs/{code}/file": "TX",
    "GET /certificates/{number}": SEE_DEVICES,
    "GET /certificates/{number}/paper": SEE_DEVICES,
    "POST /certificates/{number}/supersede": "V",
    "POST /media/{code}/send-back": "TV",
    "GET /second-checks": SEE_CHECKS,
    "GET /second-checks/{month}": SEE_CHECKS,
    "GET /second-checks/{month}/population": SEE_CHECKS,
    "POST /second-checks/{month}/freeze": "V",
    "POST /second-checks/{month}/draw": "V",
    "POST /second-checks/{month}/media/{code}": "V",
    "POST /second-checks/{month}/media/{code}/excuse": "V",
    "POST /second-checks/{month}/close": "V",
    "GET /quarantined-batches": SEE_CHECKS,
    "GET /quarantined-batches/{number}": SEE_CHECKS,
    "GET /failure-rates": SEE_CHECKS,
    "GET /sanitisation-policies": SEE_POLICY,
    "POST /sanitisation-policies": "AO",
    "GET /clear-exceptions": SEE_POLICY,
    "POST /clear-exceptions": "AO",
    "POST /clear-exceptions/{reference}/withdraw": "AO",
    "GET /collections": SEE_COLLECTIONS,
    "POST /collections": "TKP",
    "GET /collections/{number}": SEE_COLLECTIONS,
    "POST /collections/{number}/expect": "TKP",
    "POST /collections/{number}/pick-up": "DK",
    "POST /collections/{number}/deliver": "TK",
    "POST /collections/{number}/late/{tag}": "TK",
    "POST /collections/{number}/when": "TKP",
    "POST /collections/{number}/call-off": "TKP",
    "POST /collections/{number}/paper/{leg}": "TDKP",
    "GET /containers": SEE_CONTAINERS,
    "POST /containers": "TDK",
    "GET /containers/{code}": SEE_CONTAINERS,
    "POST /containers/{code}/put": "TDK",
    "POST /containers/{code}/take": "TDK",
    "POST /containers/{code}/seal": "TDK",
    "POST /containers/{code}/break": "TDK",
    "POST /containers/{code}/move": "TK",
    "GET /custody/exceptions": SEE_COLLECTIONS,
    "GET /custody/exceptions/{number}": SEE_COLLECTIONS,
    "POST /custody/exceptions/{number}/resolve": "TDKP",
    "POST /custody/exceptions/{number}/assign": "TDKP",
    "GET /collections/{number}/custody": SEE_COLLECTIONS,
    "GET /devices/{tag}/custody": SEE_DEVICES,
    "GET /vehicles": SEE_COLLECTIONS,
    "POST /vehicles": "TKP",
    "POST /vehicles/{code}/retire": "TKP",
    "GET /pickups": SEE_COLLECTIONS,
    "POST /pickups": "TKP",
    "GET /pickups/{reference}": SEE_COLLECTIONS,
    "POST /pickups/{reference}/plan": "TKP",
    "POST /pickups/{reference}/decline": "TKP",
    "POST /pickups/{reference}/withdraw": "TKP",
    "POST /pickup-links": "TKP",
    "POST /pickup-links/{code}/withdraw": "TKP",
    "GET /devices/{tag}/tests": SEE_DEVICES,
    "POST /devices/{tag}/tests": "T",
    "POST /devices/{tag}/ready": "T",
    "GET /associations": SEE_REQUESTS + "X",
    "POST /associations": "CP",
    "GET /associations/{code}": SEE_REQUESTS + "X",
    "POST /associations/{code}/confirm": "CP",
    "GET /associations/{code}/confirmations": "CP",
    "POST /filings/{number}/paper": "C",
    "PUT /associations/{code}": "CP",
    "GET /associations/{code}/contacts": "CP",
    "POST /associations/{code}/contacts": "CP",
    "POST /associations/{code}/contacts/{contact}/forget": "CP",
    "POST /clusters": "CP",
    "POST /associations/{code}/leave-cluster": "CP",
    "POST /associations/{code}/eligibility": "PA",
    "GET /requests": SEE_REQUESTS,
    "POST /requests": "CM",
    "GET /requests/{reference}": SEE_REQUESTS,
    "POST /requests/{reference}/withdraw": "CM",
    # Everything in it is public.
    "GET /rounds/{number}/report": EVERYBODY,
    "GET /rounds/{number}/pools/{pool}/what-if": "KCPAU",
    "POST /rounds/{number}/decision": "A",
    "POST /rounds/{number}/publish": "P",
    "POST /rounds/{number}/letters": "KCPAU",
    "GET /rounds/{number}/waiting": "KCPAU",
    "GET /requests/{reference}/letter": SEE_REQUESTS,
    "GET /requests/{reference}/why": SEE_REQUESTS,
    "GET /rounds/{number}/pools/{pool}/pins": "KCPAU",
    "GET /rounds/{number}/pools/{pool}/pins/bill": "A",
    "POST /rounds/{number}/pools/{pool}/pins": "A",
    # By a second approver: tests/inventory/allocation/test_pins.py.
    "POST /rounds/{number}/pools/{pool}/pins/{association}/sign": "A",
    "POST /rounds/{number}/pools/{pool}/pins/{association}/withdraw": "A",
    "GET /interests": "PAU",
    "POST /interests": "KCPAU",
    "POST /interests/{association}/{person}/end": "PA",
    "GET /procedures": EVERYBODY,
    "POST /requests/{reference}/filings": "CM",
    "GET /requests/{reference}/filings": SEE_REQUESTS,
    "GET /filings": SEE_REQUESTS,
    "POST /requests/{reference}/missing": "C",
    "GET /requests/{reference}/stations": SEE_REQUESTS,
    "GET /requests/{reference}/letters": SEE_REQUESTS,
    "GET /letters": "C",
    "POST /letters/sent": "C",
    "POST /letters/{number}/unsend": "C",
    "GET /letters/{number}/paper": SEE_REQUESTS,
    "GET /forms/{form}/{language}/{size}": EVERYBODY,
    "GET /points-policies": "KCPAUO",
    "POST /points-policies": "AO",
    "GET /rounds": EVERYBODY,
    "POST /rounds": "P",
    "POST /rounds/{number}/finish": "P",
    "GET /rounds/{number}/pools": "KCPAU",
    "POST /rounds/{number}/pools/{pool}/freeze": "P",
    "POST /rounds/{number}/pools/{pool}/draw": "P",
    "GET /rounds/{number}/pools/{pool}/result": "KCPAU",
    "GET /rounds/{number}/pools/{pool}/round": "KCPAU",
    "POST /requests/{reference}/decisions": "A",
    "GET /requests/{reference}/decisions": SEE_REQUESTS,
    "GET /requests/{reference}/lines/{position}/stock": "PA",
    "POST /requests/{reference}/lines/{position}/reservations": "P",
    "GET /requests/{reference}/lines/{position}/give-up": "A",
    "POST /requests/{reference}/lines/{position}/give-up": "A",
    "POST /devices/{tag}/release": "P",
    "GET /agreements": SEE_REQUESTS,
    "POST /agreements": "K",
    "GET /agreements/{number}": SEE_REQUESTS,
    "GET /agreements/{number}/paper": SEE_REQUESTS,
    **AROUND_HANDOVER,
    "POST /agreements/{number}/sign": "K",
    "POST /agreements/{number}/cancel": "K",
    "POST /devices/{tag}/take-back": "K",
    "POST /devices/{tag}/recycle": "K",
    "POST /devices/{tag}/lost": "K",
    "POST /devices/{tag}/found": "K",
    "GET /found-reports": "K",
    "POST /found-reports": EVERYBODY,
    "POST /found-reports/{number}/settle": "K",
    "GET /ledger": "U",
    "GET /ledger/root": "U",
    "POST /ledger/verify": "U",
    "GET /ledger/findings": "U",
    "GET /open-data": EVERYBODY,
    "GET /open-data/{code}/{year}": EVERYBODY,
    "GET /statements": EVERYBODY,
    "POST /statements": "P",
    **OF_AUDITORS,
    "GET /ledger/workbook": "U",
    "GET /ledger/checkpoints": "U",
    "POST /ledger/checkpoints": "U",
    "GET /ledger/checkpoints/{size}/note": "U",
    "GET /ledger/checkpoints/{size}/paper": "U",
    "POST /ledger/checkpoints/received": "U",
    "GET /ledger/witnesses": "U",
    "POST /ledger/witnesses": "U",
    "GET /ledger/consistency": "U",
    "GET /ledger/entries/{kind}/{key}/{seq}/proof": "U",
    "GET /ledger/things/{kind}/{key}/proof": "U",
    "GET /ledger/memory": "U",
    "POST /ledger/entries/{kind}/{key}/{seq}/forget": "O",
    "POST /people/{key}/forget": "O",
    "GET /privacy/requests": "CPAO",
    "POST /privacy/requests": "CPAO",
    "GET /privacy/requests/{number}": "CPAO",
    **{f"GET /privacy/requests/{{number}}/{what}": "O" for what in ("search", "export", "paper")},
    **{f"POST /privacy/requests/{{number}}/{act}": "O" for act in ("rectify", "erase", "restrict", "answer")},
    **OF_ARCHIVES,
    **dict.fromkeys(("GET /privacy/notice", "GET /accessibility"), EVERYBODY),
    "GET /labels/stocks": EVERYBODY,
    "POST /labels/stocks": "TK",
    "PUT /labels/stocks/{key}": "TK",
    "POST /labels/stocks/{key}/withdraw": "TK",
    "GET /labels/preview": "TK",
    "GET /labels/printers": "TKX",
    "POST /labels/printers": "X",
    "PUT /labels/printers/{key}": "X",
    "POST /labels/printers/{key}/nudge": "TK",
    "POST /labels/printers/{key}/withdraw": "X",
    "POST /labels/runs": "TK",
    "GET /labels/runs/{code}": "TK",
    "POST /labels/runs/{code}/again": "TK",
    "POST /labels/sheets": "TK",
    "POST /labels/tags": "TK",
    "GET /labels/{tag}/label.pdf": "TK",
    "GET /labels/{tag}/label.png": "TK",
    "GET /imports/": "TVKCPU",
    "POST /imports/": "TKP",
    "POST /imports/pasted": "TKP",
    "GET /imports/mappings": "TVKCPU",
    "POST /imports/mappings/{code}/forget": "TKP",
    "POST /imports/{code}/columns": "TKP",
    "GET /imports/{code}": "TKPU",
    "GET /imports/{code}/rows": "TKPU",
    "POST /imports/{code}/apply": "TKP",
    "POST /imports/{code}/discard": "TKP",
    "POST /imports/{code}/undo": "TKP",
    "GET /imports/{code}/problems": "TKPU",
}
OPERATIONS = [
    f"{method.upper()} {path.removeprefix('/api')}"
    for path, methods in api.get_openapi_schema()["paths"].items()
    for method in methods
]


def test_every_operation_says_who_may() -> None:
    assert set(OPERATIONS) == set(WHO)
    assert set(LETTERS.values()) == set(ROLES)


UNKNOWN = {"tag": "ZZZZZZZZM", "code": "ZZZZZZZZM", "number": "G-2000-00001", "reference": "R-2000-00001"}


def test_who_may_not_cannot_tell_what_exists_from_what_does_not(people: People) -> None:
    ways = calls(city(), people)
    programs = {letter: Program(getattr(people, role)) for letter, role in LETTERS.items()}
    told = []
    for operation, who in WHO.items():
        real = ways.get(operation, {})
        places = real.get("in", {})
        if not places:
            continue
        unknown = {**real, "in": {name: UNKNOWN.get(name, value) for name, value in places.items()}}
        for letter, program in programs.items():
            if letter in who or ("{reference}" in operation and letter in SEE_REQUESTS):
                continue  # who may see the thing may know that it exists
            answers = [_masked(_call(operation, call, program), call["in"].values()) for call in (real, unknown)]
            if answers[0] != answers[1]:
                told.append(f"{LETTERS[letter]}: {operation}: {answers}")
    assert not told, "\n".join(told)


def _masked(answer: Any, places: Any) -> tuple[int, str]:
    problem = json.loads(answer.content)
    text = f"{problem['detail']} {problem['facts']}"
    for place in places:
        # A sentence spells what looks like a tag in groups.
        text = text.replace(str(place), "…").replace(grouped(str(place)), "…")
    return answer.status_code, text


def test_nobody_else_may_and_whoever_may_succeeds(people: People) -> None:
    ways = calls(city(), people)
    programs = {letter: Program(getattr(people, role)) for letter, role in LETTERS.items()}
    wrong = []
    for operation, who in WHO.items():
        for letter, program in programs.items():
            answer = _call(operation, ways.get(operation, {}), program)
            if letter in who and answer.status_code >= 300:
                wrong.append(f"{LETTERS[letter]} may {operation}, and got {answer.status_code}: {_said(answer)}")
            if letter not in who and answer.status_code not in {403, 404}:
                wrong.append(f"{LETTERS[letter]} may not {operation}, and got {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_stranger_gets_nothing(operation: str) -> None:
    method, path = operation.split()
    answer = Client().generic(method, f"/api{path}", content_type="application/json")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert json.loads(answer.content)["title"] == "not_signed_in"


def _call(operation: str, call: dict[str, Any], program: Program) -> Any:
    method, path = operation.split()
    member = "association_member" in program.user.roles
    body = call.get("member_body") if member and "member_body" in call else call.get("body")
    for name, value in call.get("in", {}).items():
        path = path.replace(f"{{{name}}}", str(value))
    with transaction.atomic():
        if method == "GET":
            answer = program.get(path, **call.get("query", {}))
        elif "file" in call:
            name, content = call["file"]
            answer = program.upload(path, content, name, field=call.get("field", "file"), **(body or {}))
        else:
            answer = program.send(method, path, body)
        if answer.streaming:
            deque(answer.streaming_content, maxlen=0)
        transaction.set_rollback(True)
    return answer


def _said(answer: Any) -> str:
    return "" if answer.streaming else answer.content.decode()[:300]
