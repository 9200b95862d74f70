"""A device's whole life, ten steps, on files as they come: first our own, then files that nobody here wrote."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pikepdf
import pytest
import zxingcpp
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from imports.runs import apply, read_upload, stage
from inventory.allocation.commands import decide, release, reserve
from inventory.associations.commands import Wish, add_member, decide_eligibility, enter_request, register_association
from inventory.collection.commands import deliver, pick_up
from inventory.collection.planning import plan_collection
from inventory.collection.queries import differences
from inventory.collection.signing import drawn, on_paper
from inventory.devices.inspections.commands import record_inspection
from inventory.devices.models import Device, Medium
from inventory.devices.steps import take_step
from inventory.documents.commands import read_file
from inventory.errors import RuleBroken
from inventory.handover.commands import hand_over, prepare_agreement, take_back
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.refurbishment.commands import make_ready
from inventory.reports.period import scope_of
from inventory.reports.verification import verify_ledger
from inventory.reports.workbook import write_workbook
from inventory.wiping.commands import destroy, match_by_hand, record_evidence, validate
from labels import jobs as label_jobs
from labels.jobs import preview, sheet
from tests import journeys
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log
from tests.people import People

pytestmark = pytest.mark.django_db

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"

OWN_LIST = """\
N° d'inventaire;Catégorie;Marque;Modèle;N° de série;Service;Référence de l'acte;Date de déclassement;Poids (kg)
VBX-7001;PC;Hestia;Bureau 400 "G3";HB0007001;Urbanisme;CBE-2026-77;02/03/2026;6,8
VBX-7002;PC;Hestia;Bureau 400;HB0007002;Urbanisme;CBE-2026-77;02/03/2026;6,8
VBX-7003;PC;Hestia;Bureau 400;0007003;Démographie;CBE-2026-77;02/03/2026;
"""

OWN_LSHW = """\
{"id": "atelier", "class": "system", "description": "Desktop Computer", "vendor": "Hestia", "product": "Bureau 400",
 "serial": "HB0007001", "children": [{"id": "core", "class": "bus", "children": [
  {"id": "memory", "class": "memory", "description": "System Memory", "size": 8589934592, "units": "bytes"},
  {"id": "sata", "class": "storage", "businfo": "pci@0000:00:17.0", "children": [
   {"id": "disk", "class": "disk", "description": "ATA Disk", "product": "Relais Disk 128", "serial": "RLS0001A7Q",
    "logicalname": "/dev/sda", "size": 128035676160, "units": "bytes"}]}]}]}
"""


@dataclass(frozen=True)
class Files:
    """What a journey starts from."""

    listed: bytes
    list_name: str
    lshw: bytes
    log: bytes
    log_name: str
    drive: str


def test_ten_steps_on_our_own_files(people: People) -> None:
    log = nwipe_log(Disk(path="/dev/sda", serial="RLS0001A7Q", model="Relais Disk 128", size=128_035_676_160))
    files = Files(OWN_LIST.encode("cp1252"), "déclassement.csv", OWN_LSHW.encode(), log.encode(), "nwipe.log", "")
    _walk(files, people, expected=3)


@pytest.mark.skipif(not REAL.exists(), reason="the folder of real files is absent")
def test_ten_steps_on_files_that_nobody_here_wrote(people: People) -> None:
    lists, log = REAL / "lists" / "snipe-it", REAL / "nwipe" / "nwipe_0.42_zero_ok_2drives.log"
    listed = (lists / "assets-sample.csv").read_bytes()
    lshw = (REAL / "lshw" / "7900.lshw.json").read_bytes()
    files = Files(listed, "assets-sample.csv", lshw, log.read_bytes(), log.name, "/dev/loop0")
    _walk(files, people, expected=Device.objects.count() + listed.decode("utf-8-sig").strip().count("\n"))


def _walk(files: Files, people: People, expected: int) -> None:
    devices = _in(files, people, expected)
    _collected_and_received(devices, people)
    device = Device.objects.get(pk=devices[0].pk)
    _labels(devices, people)
    _inspected(device, files, people)
    _sanitised(device, files, people)
    _refurbished(device, people)
    agreement_number = _asked_allocated_handed_over(device, people)
    take_back(device.tag, actor=people.warehouse_keeper, reason="defective", location="W1")
    device.refresh_from_db()
    assert device.status == Status.RECEIVED
    assert not device.media.exclude(state__in=["pending", "destroyed"]).exists()
    _audited(agreement_number)


def _in(files: Files, people: People, expected: int) -> list[Device]:
    day = dt.date(2026, 3, 2)
    run = stage(read_upload(io.BytesIO(files.listed), files.list_name), actor=people.technician)
    assert run.counts["problem"] == 0
    assert min(run.rows.values_list("line", flat=True)) == 2
    apply(run.code, actor=people.technician, act_reference="CBE-2026-77", decommissioned_on=day)
    devices = list(Device.objects.order_by("id"))
    assert len(devices) == expected
    assert {(one.status, one.act_reference, one.decommissioned_on) for one in devices} == {
        ("declared", "CBE-2026-77", day)
    }
    entries = Entry.objects.count()
    again = stage(read_upload(io.BytesIO(files.listed), files.list_name), actor=people.technician)
    assert again.code == run.code
    assert (Device.objects.count(), Entry.objects.count()) == (expected, entries)
    return devices


def _collected_and_received(devices: list[Device], people: People) -> None:
    journeys.location("W1")
    tags = [device.tag for device in devices]
    manifest = plan_collection(
        actor=people.warehouse_keeper,
        department="Urbanisme",
        place="Quai B",
        planned_on=timezone.localdate(),
        destination="W1",
        tags=tags,
    )
    with pytest.raises(RuleBroken, match="Two people"):
        pick_up(
            manifest.number,
            tags,
            actor=people.driver,
            released=on_paper(person=people.driver),
            place="Quai B",
        )
    logistics = drawn(journeys.PICTURE, function="logistique")
    pick_up(manifest.number, tags, actor=people.driver, released=logistics, place="Quai B", seal="S-1")
    arrived = deliver(manifest.number, tags[:-1], actor=people.technician, released=on_paper(person=people.driver))
    found = differences(arrived)
    assert [line.device.tag for line in found.not_arrived] == [tags[-1]]


def _labels(devices: list[Device], people: People) -> None:
    tags = [device.tag for device in devices]
    with pikepdf.open(io.BytesIO(sheet(tags, "L7160", actor=people.technician))) as pdf:
        assert len(pdf.pages) == -(-len(tags) // 21)
    for dpi in (203, 300, 600):
        image = Image.open(
            io.BytesIO(preview(label_jobs.Wish(dpi=dpi), actor=people.technician, code=tags[0]))
        ).convert("L")
        (code,) = zxingcpp.read_barcodes(image)
        assert code.text.endswith(f"/T/{tags[0]}")


def _inspected(device: Device, files: Files, people: People) -> None:
    done = record_inspection(device.tag, files.lshw, "lshw.json", actor=people.technician)
    assert done.added
    assert done.inspection.manufacturer
    again = record_inspection(device.tag, files.lshw, "lshw.json", actor=people.technician)
    assert again.added == []
    take_step(device.tag, "inspect", actor=people.technician)


def _sanitised(device: Device, files: Files, people: People) -> None:
    with pytest.raises(RuleBroken):
        take_step(device.tag, "confirm_sanitised", actor=people.technician)
    judged = record_evidence(files.log, files.log_name, actor=people.technician)
    first, *others = list(device.media.order_by("id"))
    if files.drive:
        # The real drives had no serial: none of them may be matched without a person.
        assert not any(one.recorded for one in judged)
        match_by_hand(
            first.code,
            actor=people.technician,
            data=files.log,
            name=files.log_name,
            device_name=files.drive,
            reason="Seul disque dans le banc 2 au moment de l'effacement.",
        )
    else:
        assert [one.recorded for one in judged] == [True]
    for medium in others:
        destroy(
            medium.code,
            actor=people.technician,
            witness=people.verifier,
            method="shred",
            data=journeys.PICTURE,
            name="photo.png",
        )
    with pytest.raises(RuleBroken, match="Clear"):
        validate(first.code, actor=people.verifier)
    validate(first.code, actor=people.verifier, exception_reference=journeys.exception())
    assert Medium.objects.get(pk=first.pk).state == "validated"
    assert Device.objects.get(pk=device.pk).status == Status.SANITISED


def _refurbished(device: Device, people: People) -> None:
    take_step(device.tag, "start_refurbishment", actor=people.technician)
    with pytest.raises(RuleBroken, match="not done"):
        make_ready(device.tag, actor=people.technician, grade="B")
    device.refresh_from_db()
    journeys.pass_tests(device)
    make_ready(device.tag, actor=people.technician, grade="B")


def _asked_allocated_handed_over(device: Device, people: People) -> str:
    body = register_association(
        actor=people.counter_clerk,
        name="Le Fil Numérique",
        legal_form="asbl_vzw",
        official_language="nl",
        enterprise_number="0999.000.030",
    )
    decide_eligibility(body.code, actor=people.approver, eligible=True, reasons="Médiation numérique en ville.")
    add_member(body.code, people.association_member, actor=people.counter_clerk)
    wishes = [Wish(device.category, 2), Wish("screen", 1)]
    stamp = timezone.now() - dt.timedelta(days=3)
    counter = enter_request(
        actor=people.counter_clerk,
        association=body.code,
        wishes=wishes,
        purpose="Een computerhoek.",
        channel="counter",
        received_at=stamp,
    )
    online = enter_request(
        actor=people.association_member, association=body.code, wishes=wishes, purpose="Een hoek.", channel="online"
    )
    assert counter.received_at == stamp < counter.recorded_at
    assert online.received_at == online.recorded_at
    decide(counter.reference, actor=people.approver, granted={1: 1}, reasons="De voorraad laat maar één toestel toe.")
    officer = people.programme_officer
    reserve([device.tag], actor=officer, reference=counter.reference, position=1)
    release(device.tag, actor=officer, reason="mistake")
    reserve([device.tag], actor=officer, reference=counter.reference, position=1)
    agreement = prepare_agreement(body.code, [device.tag], actor=people.warehouse_keeper)
    with pikepdf.open(io.BytesIO(read_file(agreement.paper))) as pdf:
        assert str(pdf.Root.Lang).startswith("nl")
        assert pdf.Root.MarkInfo.Marked
    hand_over(
        agreement.number,
        actor=people.warehouse_keeper,
        association_function="voorzitter",
        signed_how="paper",
        scan=(journeys.PICTURE, "scan.png"),
    )
    assert Device.objects.get(pk=device.pk).status == Status.HANDED_OVER
    return agreement.number


def _audited(agreement: str) -> None:
    today = timezone.localdate()
    target = io.BytesIO()
    write_workbook(scope_of(today, today, "fr"), target)
    book = openpyxl.load_workbook(target, data_only=True)
    _read_me, summary, movements, devices, media, *_others = book.worksheets
    assert {row[10] for row in summary.iter_rows(min_row=2, values_only=True)} == {0}
    assert agreement in {row[4] for row in movements.iter_rows(min_row=2, values_only=True)}
    assert devices.max_row - 1 == Device.objects.count()
    assert media.max_row - 1 == Medium.objects.count()
    assert verify_ledger().fault is None
    call_command("verify_ledger")
    assert verify_ledger().size == Entry.objects.count()
