"""A device's whole life through the API alone: ten steps, each with the token of the person who takes it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import openpyxl
import pikepdf
import pytest
import zxingcpp
from django.utils import timezone
from PIL import Image

from backend.accounts.models import User
from inventory.associations.commands import add_member
from tests import journeys
from tests.api.programs import Program, done, refused
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log
from tests.people import People
from tests.test_journey import OWN_LIST, OWN_LSHW

pytestmark = pytest.mark.django_db

Programs = Callable[[User], Program]


def test_ten_steps_by_programs_alone(program: Programs, people: People) -> None:
    journeys.location("W1")
    tags = _in(program, people)
    _collected_and_received(program, people, tags)
    _labelled(program, people, tags)
    tag = next(one for one in tags if _device(program, people, one)["serial"] == "HB0007001")
    medium = _inspected(program, people, tag)
    _sanitised(program, people, tag, medium)
    _refurbished(program, people, tag)
    reference = _asked_for(program, people)
    _allocated(program, people, tag, reference)
    number = _handed_over_and_taken_back(program, people, tag, reference)
    _audited(program, people, tags, number)


def _device(program: Programs, people: People, tag: str) -> dict[str, str]:
    found: dict[str, str] = done(program(people.auditor).get(f"/devices/{tag}"))
    return found


def _in(program: Programs, people: People) -> list[str]:
    keeper = program(people.warehouse_keeper)
    listed = OWN_LIST.encode("cp1252")
    run = done(keeper.upload("/imports/", listed, "déclassement.csv"), 201)
    assert (run["state"], run["counts"]["new"], run["counts"]["problem"]) == ("previewed", 3, 0)
    rows = done(keeper.get(f"/imports/{run['code']}/rows"))["items"]
    assert [row["line"] for row in rows] == [2, 3, 4]
    done(keeper.post(f"/imports/{run['code']}/apply", {}))
    again = done(keeper.upload("/imports/", listed, "déclassement.csv"), 201)
    assert (again["code"], again["state"]) == (run["code"], "applied")
    devices = done(keeper.get("/devices"))["items"]
    assert {(one["status"], one["act_reference"], one["decommissioned_on"]) for one in devices} == {
        ("declared", "CBE-2026-77", "2026-03-02")
    }
    assert len(devices) == 3
    return [one["tag"] for one in devices]


def _collected_and_received(program: Programs, people: People, tags: list[str]) -> None:
    keeper, driver, technician = (program(who) for who in (people.warehouse_keeper, people.driver, people.technician))
    plan = {
        "department": "Urbanisme",
        "place": "Quai B",
        "planned_on": timezone.localdate().isoformat(),
        "destination": "W1",
        "tags": tags[:2],
    }
    number = done(keeper.post("/collections", plan), 201)["number"]
    taken = {"tags": tags, "released_function": "logistique", "place": "Quai B", "seal": "S-1"}
    assert done(driver.post(f"/collections/{number}/pick-up", taken))["extra"] == [tags[2]]
    alone = {"tags": tags[:2], "released_by": people.warehouse_keeper.username}
    problem = refused(keeper.post(f"/collections/{number}/deliver", alone), 409, "rule_broken")
    assert "Two people" in problem["detail"]
    brought = {"tags": tags[:2], "released_by": people.driver.username, "seal": "S-1"}
    arrived = done(technician.post(f"/collections/{number}/deliver", brought))
    assert (arrived["state"], arrived["not_arrived"]) == ("arrived", [tags[2]])
    assert done(technician.post(f"/collections/{number}/late/{tags[2]}"))["status"] == "received"


def _labelled(program: Programs, people: People, tags: list[str]) -> None:
    technician = program(people.technician)
    with pikepdf.open(io.BytesIO(technician.post("/labels/sheets", {"tags": tags}).content)) as pdf:
        assert len(pdf.pages) == 1
    for dpi in (203, 300, 600):
        picture = technician.get(f"/labels/{tags[0]}/label.png", dpi=dpi).content
        (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
        assert done(technician.get("/scan", q=code.text))["device"]["tag"] == tags[0]


def _inspected(program: Programs, people: People, tag: str) -> str:
    technician = program(people.technician)
    refused(technician.post(f"/devices/{tag}/steps/inspect"), 409, "rule_broken")
    (medium,) = done(technician.upload(f"/devices/{tag}/inspection", OWN_LSHW.encode(), "lshw.json"))["media_added"]
    assert done(technician.upload(f"/devices/{tag}/inspection", OWN_LSHW.encode(), "lshw.json"))["media_added"] == []
    assert done(technician.post(f"/devices/{tag}/steps/inspect"))["status"] == "awaiting_sanitisation"
    return str(medium)


def _sanitised(program: Programs, people: People, tag: str, medium: str) -> None:
    technician, verifier = program(people.technician), program(people.verifier)
    refused(technician.post(f"/devices/{tag}/steps/confirm_sanitised"), 409, "rule_broken")
    log = nwipe_log(Disk(path="/dev/sda", serial="RLS0001A7Q", model="Relais Disk 128", size=128_035_676_160))
    (judged,) = done(technician.upload("/evidence", log.encode(), "nwipe.log"))
    assert (judged["medium"], judged["recorded"], judged["category"]) == (medium, True, "clear")
    assert done(technician.get(f"/media/{medium}"))["state"] == "verified"
    refused(technician.post(f"/media/{medium}/validate", {}), 403, "not_allowed")
    problem = refused(verifier.post(f"/media/{medium}/validate", {}), 409, "rule_broken")
    assert "Clear" in problem["detail"]
    proof = done(verifier.post(f"/media/{medium}/validate", {"exception_reference": journeys.exception()}))
    assert proof["validated_at"]
    assert _device(program, people, tag)["status"] == "sanitised"


def _refurbished(program: Programs, people: People, tag: str) -> None:
    technician = program(people.technician)
    done(technician.post(f"/devices/{tag}/steps/start_refurbishment"))
    problem = refused(technician.post(f"/devices/{tag}/ready", {"grade": "B"}), 409, "rule_broken")
    outcomes = {test: {"outcome": "pass"} for test in problem["facts"]["missing"]}
    done(technician.post(f"/devices/{tag}/tests", {"outcomes": outcomes}))
    assert {one["outcome"] for one in done(technician.get(f"/devices/{tag}/tests"))} == {"pass"}
    assert done(technician.post(f"/devices/{tag}/ready", {"grade": "B"}))["status"] == "ready"


def _asked_for(program: Programs, people: People) -> str:
    clerk, approver, member = (
        program(who) for who in (people.counter_clerk, people.approver, people.association_member)
    )
    body = {"name": "Le Fil Numérique", "legal_form": "asbl_vzw", "official_language": "nl"}
    refused(clerk.post("/associations", {**body, "enterprise_number": "0999.000.031"}), 422, "bad_input")
    code = done(clerk.post("/associations", {**body, "enterprise_number": "0999.000.030"}), 201)["code"]
    reasons = {"eligible": True, "reasons": "Médiation numérique en ville."}
    done(approver.post(f"/associations/{code}/eligibility", reasons), 201)
    add_member(code, people.association_member, actor=people.administrator)
    lines = [
        {"category": "desktop", "quantity": 2, "quantity_again": 2},
        {"category": "screen", "quantity": 1, "quantity_again": 1},
    ]
    wish = {"association": code, "purpose": "Een computerhoek.", "lines": lines}
    stamp = (timezone.now() - dt.timedelta(days=3)).isoformat()
    online = done(member.post("/requests", {**wish, "channel": "online", "received_at": stamp}), 201)
    assert online["received_at"] == online["recorded_at"]
    counter = done(clerk.post("/requests", {**wish, "channel": "counter", "received_at": stamp}), 201)
    assert counter["received_at"] < counter["recorded_at"]
    assert [one["reference"] for one in done(member.get("/requests"))] == [online["reference"], counter["reference"]]
    return str(counter["reference"])


def _allocated(program: Programs, people: People, tag: str, reference: str) -> None:
    officer, approver = program(people.programme_officer), program(people.approver)
    lines = f"/requests/{reference}/lines/1"
    refused(officer.post(f"{lines}/reservations", {"tags": [tag]}), 409, "rule_broken")
    reasons = "De voorraad laat maar één toestel toe."
    decision = done(approver.post(f"/requests/{reference}/decisions", {"granted": {"1": 1}, "reasons": reasons}), 201)
    assert decision["outcome"] == "partial"
    assert [one["tag"] for one in done(officer.get(f"{lines}/stock"))] == [tag]
    done(officer.post(f"{lines}/reservations", {"tags": [tag]}), 201)
    assert done(officer.post(f"/devices/{tag}/release", {"reason": "mistake"}))["status"] == "ready"
    (reserved,) = done(officer.post(f"{lines}/reservations", {"tags": [tag]}), 201)
    assert reserved["status"] == "reserved"


def _handed_over_and_taken_back(program: Programs, people: People, tag: str, reference: str) -> str:
    keeper, member = program(people.warehouse_keeper), program(people.association_member)
    association = done(member.get(f"/requests/{reference}"))["association"]
    made = done(keeper.post("/agreements", {"association": association, "tags": [tag]}), 201)
    number = str(made["number"])
    with pikepdf.open(io.BytesIO(member.get(f"/agreements/{number}/paper").content)) as pdf:
        assert str(pdf.Root.Lang).startswith("nl")
    sign = {"association_function": "voorzitter", "signed_how": "screen"}
    signed = done(keeper.upload(f"/agreements/{number}/sign", journeys.PICTURE, "signature.png", **sign))
    assert signed["signed_at"]
    assert _device(program, people, tag)["status"] == "handed_over"
    back = {"reason": "defective", "location": "W1"}
    assert done(keeper.post(f"/devices/{tag}/take-back", back))["status"] == "received"
    return number


def _audited(program: Programs, people: People, tags: list[str], agreement: str) -> None:
    auditor, today = program(people.auditor), timezone.localdate().isoformat()
    answer = auditor.get("/ledger/workbook", first=today, last=today)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)), data_only=True)
    _read_me, _summary, movements, devices, *_others = book.worksheets
    assert agreement in {row[4] for row in movements.iter_rows(min_row=2, values_only=True)}
    assert devices.max_row - 1 == len(tags)
    verified = done(auditor.post("/ledger/verify"))
    assert verified["holds"], verified
    assert verified["size"] == done(auditor.get("/ledger/root"))["size"] > 0
    channels = {entry["channel"] for entry in done(auditor.get("/ledger", kind="device", key=tags[0]))["items"]}
    assert channels <= {"api", "import"}
