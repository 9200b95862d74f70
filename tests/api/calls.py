"""For each operation one call that succeeds for whoever may make it."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

from django.utils import timezone

from backend.demonstration.clock import clock_at
from imports.choosing import choose_columns
from imports.queries import mappings
from imports.runs import apply, read_upload, stage
from inventory.allocation.commands import open_round, release
from inventory.allocation.models import Round
from inventory.devices.genealogy.commands import merge
from inventory.devices.media import remove_medium
from inventory.devices.models import Medium
from inventory.disposal.finding import Stranger, tell_found
from inventory.jobs.attempts import work_now
from inventory.jobs.commands import cancel
from inventory.lifecycle import Status
from inventory.reports.definitions.commands import define_report
from inventory.reports.period import scope_of
from inventory.reports.samples import commands as commands_of_samples
from inventory.scanning.commands import open_session, scan
from inventory.wiping.batches import lay_ready
from inventory.wiping.commands import record_manual_sanitisation, verify
from inventory.wiping.models import QuarantinedBatch
from inventory.wiping.printing import print_certificates, set_volumes
from inventory.wiping.second_checks import draw_second_checks, record_second_check
from labels.commands import Measures, PrinterFacts, define_paper, set_up_printer
from labels.jobs import Wish
from labels.printing import send
from tests import journeys
from tests.api.custody_calls import custody_calls
from tests.api.filing_calls import filing_calls
from tests.api.handover_calls import handover_calls
from tests.api.ledger_calls import ledger_calls
from tests.api.programs import City
from tests.api.register_calls import register_calls
from tests.api.round_calls import round_calls
from tests.inventory.devices import inspection_files
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log
from tests.people import People

LIST = "N° d'inventaire;Catégorie;Référence de l'acte;Date de déclassement\nVBX-1;PC;CBE-1;02/03/2026\n".encode()
OTHER_LIST = LIST.replace(b"VBX-1", b"VBX-2")


def calls(there: City, people: People) -> dict[str, dict[str, Any]]:
    """For each operation a call that succeeds for whoever may."""
    tag = {status: {"tag": value} for status, value in there.tags.items()}
    received, ready = tag[Status.RECEIVED], tag[Status.READY]
    media = _media(people)
    counted = open_session("count", actor=people.technician, location=journeys.location("W2").code)
    scanning = {"open": {"code": _moving(people)}, "count": {"code": counted.code}}
    request, decided = {"reference": there.request}, {"reference": there.decided}
    certificate = {"number": journeys.make(Status.SANITISED).media.get().certificates.get().number}
    association = {"code": there.association}
    picture = ("photo.png", journeys.PICTURE)
    line = {"category": "desktop", "quantity": 1, "quantity_again": 1}
    wish = {"association": there.association, "purpose": "Un coin.", "lines": [line]}
    declared = {"category": "desktop", "act_reference": "BC-1", "decommissioned_on": "2026-03-02"}
    today = timezone.localdate().isoformat()
    bench = journeys.make(Status.IN_REFURBISHMENT)
    journeys.pass_tests(bench)
    kept = journeys.make(Status.RESERVED)
    work = lay_ready([(b"no log", "a.log")], actor=people.technician, place=str).job.code
    herma = define_paper("Herma 4200", Measures(*map(Decimal, (210, 297, 90, 40))), actor=people.technician)
    paper = {"key": herma.key}
    facts = {"kind": "zebra", "stock": "18939", "dpi": 300, "host": "127.0.0.1"}
    zebra = {"key": set_up_printer("Zebra, dock 2", PrinterFacts(**facts), actor=people.administrator).key}
    wanted = {"printer": zebra["key"], "tags": [there.tags[Status.READY]]}
    run = send(Wish((there.tags[Status.READY],), printer=zebra["key"]), actor=people.technician)
    cancel(run.job.code, actor=people.technician)
    return {
        "POST /devices": {"body": {"devices": [declared]}},
        "POST /devices/found": {"body": {"category": "desktop", "location": "W1"}},
        "POST /devices/steps": {"body": {"step": "start_refurbishment", "tags": [there.tags[Status.SANITISED]]}},
        "POST /devices/moves": {"body": {"location": "W1", "tags": [there.tags[Status.SANITISED]]}},
        "GET /devices/{tag}": {"in": ready},
        "PATCH /devices/{tag}": {"in": received, "body": {"model": "Bureau 301"}},
        "GET /devices/{tag}/steps": {"in": ready},
        "POST /devices/{tag}/steps/{name}": {"in": {**tag[Status.SANITISED], "name": "start_refurbishment"}},
        "POST /devices/{tag}/receive": {"in": tag[Status.DECLARED], "body": {"location": "W1"}},
        "POST /devices/{tag}/move": {"in": ready, "body": {"location": "W1"}},
        "GET /devices/{tag}/accessories": {"in": ready},
        "PUT /devices/{tag}/accessories": {"in": ready, "body": {"counts": {"charger": 1}}},
        "POST /devices/{tag}/quarantine": {"in": ready, "body": {"reason": "damaged"}},
        "POST /devices/{tag}/reopen": {"in": ready, "body": {"reason": "mistake"}},
        "POST /devices/{tag}/tags": {"in": ready, "body": {"reserved": there.free_tag}},
        "POST /devices/{tag}/inspection": {"in": received, "file": ("lshw.json", b'{"id": "a", "class": "system"}')},
        "GET /devices/{tag}/history": {"in": ready},
        "GET /devices/{tag}/genealogy": {"in": ready},
        "POST /devices/{tag}/merge": {
            "in": received,
            "body": {"absorbed": there.tags[Status.DECLARED], "reason": "seen_twice"},
        },
        "POST /devices/{tag}/split": {"in": {"tag": _merged(people)}, "body": {"reason": "mistake"}},
        "POST /devices/{tag}/tell-apart": {"in": received, "body": {"other": there.tags[Status.DECLARED]}},
        "POST /inspections/match": {"file": ("lshw.json", b'{"id": "a", "class": "system"}')},
        "POST /inspections/recognise": {"file": ("lshw.json", inspection_files.lshw())},
        "POST /inspections": {"file": ("lshw.json", inspection_files.lshw()), "body": {"location": "W1"}},
        "POST /tags": {"body": {"count": 1}},
        "GET /scan": {"query": {"q": there.tags[Status.READY]}},
        "POST /scan-sessions": {"body": {"act": "move", "location": "W1"}},
        "GET /scan-sessions/{code}": {"in": scanning["open"]},
        "GET /scan-sessions/{code}/scans": {"in": scanning["open"]},
        "POST /scan-sessions/{code}/scans": {"in": scanning["open"], "body": {"scans": [{"text": received["tag"]}]}},
        "POST /scan-sessions/{code}/undo": {"in": scanning["open"]},
        "POST /scan-sessions/{code}/close": {"in": scanning["open"]},
        "GET /scan-sessions/{code}/difference": {"in": scanning["count"]},
        "POST /scan-sessions/{code}/settle": {"in": scanning["count"], "body": {"lost": False, "found_again": False}},
        "GET /devices/{tag}/media": {"in": ready},
        "POST /devices/{tag}/media": {"in": received, "body": {"kind": "hdd"}},
        "POST /devices/{tag}/no-data": {"in": received, "body": {"checked_how": "opened_and_looked"}},
        "POST /media/{code}/remove": {"in": media["pending"], "body": {"place": "Sac 4"}},
        "POST /media/{code}/fit": {"in": media["removed"], "body": {"tag": there.tags[Status.RECEIVED]}},
        "POST /evidence": {"file": ("nwipe.log", media["log"])},
        "POST /evidence/judge": {"file": ("nwipe.log", media["log"])},
        "POST /evidence/batches": {"file": ("nwipe.log", media["log"]), "field": "files"},
        "GET /evidence/batches/{code}": {"in": {"code": work}},
        "GET /jobs/{code}": {"in": {"code": work}},
        "GET /jobs/{code}/file": {"in": {"code": _made(people)}},
        "POST /certificates/print": {"body": {"numbers": [certificate["number"]]}},
        "POST /jobs/{code}/cancel": {"in": {"code": work}},
        "POST /media/{code}/match": {
            "in": media["pending"],
            "file": ("nwipe.log", media["log"]),
            "body": {"drive": "/dev/sda", "reason": "Seul disque du banc 2."},
        },
        "POST /media/{code}/sanitisations": {
            "in": media["pending"],
            "file": picture,
            "body": {"method": "ata_secure_erase", "tool": "hdparm"},
        },
        "GET /media/{code}": {"in": media["pending"]},
        "GET /media/{code}/certificates": {"in": media["pending"]},
        "GET /certificates/{number}": {"in": certificate},
        "GET /certificates/{number}/paper": {"in": certificate},
        "POST /certificates/{number}/supersede": {"in": certificate},
        "POST /media/{code}/verify": {"in": media["sanitised"], "body": {"how": "read_back_sample"}},
        "POST /media/{code}/validate": {"in": media["verified"], "body": {}},
        "POST /sanitisations/verify": {"body": {"codes": [media["sanitised"]["code"]], "how": "read_back_sample"}},
        "POST /sanitisations/validate": {"body": {"codes": [media["verified"]["code"]]}},
        **_second_checks(people),
        **_samples(people),
        "POST /found-reports": {"body": {"tag": there.tags[Status.HANDED_OVER], "what": "found"}},
        "POST /found-reports/{number}/settle": {
            "in": {"number": tell_found("", actor=Stranger(), what="broken").number},
            "body": {"outcome": "advised"},
        },
        "GET /open-data/{code}/{year}": {"in": {"code": "subsidies", "year": timezone.localdate().year}},
        "POST /statements": {"body": {"dataset": "subsidies", "year": timezone.localdate().year - 1}},
        "POST /sanitisation-policies": {
            "body": {"valid_from": "2098-01-01", "edition": "NIST", "suffices": {"emmc": "destroy"}, "reference": "P-1"}
        },
        "POST /clear-exceptions": {
            "body": {
                "reference": "DPO-9",
                "reason": "soldered",
                "data_class": "public",
                "valid_from": today,
                "valid_to": today,
            }
        },
        "POST /clear-exceptions/{reference}/withdraw": {"in": {"reference": journeys.exception("DPO-8")}},
        "POST /media/{code}/destroy": {
            "in": media["pending"],
            "file": picture,
            "body": {"method": "shred", "witness": "claire"},
        },
        **custody_calls(there, people),
        "GET /devices/{tag}/tests": {"in": ready},
        "POST /devices/{tag}/tests": {
            "in": tag[Status.IN_REFURBISHMENT],
            "body": {"outcomes": {"starts": {"outcome": "pass"}}},
        },
        "POST /devices/{tag}/ready": {"in": {"tag": bench.tag}, "body": {"grade": "B"}},
        "POST /associations": {"body": {"name": "N", "legal_form": "de_facto", "official_language": "nl"}},
        "GET /associations/{code}": {"in": association},
        "POST /associations/{code}/eligibility": {
            "in": association,
            "body": {"eligible": True, "reasons": "Médiation numérique."},
        },
        "POST /requests": {"body": {**wish, "channel": "counter"}, "member_body": {**wish, "channel": "online"}},
        "GET /requests/{reference}": {"in": request},
        "POST /requests/{reference}/withdraw": {"in": request},
        **register_calls(people),
        **filing_calls(request, there.association, people),
        **round_calls(people),
        **ledger_calls(people),
        "POST /rounds": {"body": {"number": "2026-B", "opens_on": today, "closes_at": "2099-01-01T00:00:00Z"}},
        "POST /rounds/{number}/finish": {"in": {"number": _closed_round(people)}},
        "POST /requests/{reference}/decisions": {
            "in": request,
            "body": {"granted": {"1": 1}, "reasons": "La demande répond aux critères publiés."},
        },
        "GET /requests/{reference}/decisions": {"in": decided},
        "GET /requests/{reference}/letter": {"in": decided},
        "GET /requests/{reference}/why": {"in": decided},
        "GET /requests/{reference}/lines/{position}/stock": {"in": {**decided, "position": 1}},
        "POST /requests/{reference}/lines/{position}/reservations": {
            "in": {**decided, "position": 1},
            "body": {"tags": [there.tags[Status.READY]]},
        },
        "POST /devices/{tag}/release": {"in": tag[Status.RESERVED], "body": {"reason": "mistake"}},
        **handover_calls(there, kept),
        "POST /devices/{tag}/take-back": {
            "in": tag[Status.HANDED_OVER],
            "body": {"reason": "defective", "location": "W1"},
        },
        "POST /devices/{tag}/recycle": {
            "in": tag[Status.TO_RECYCLE],
            "body": {"collector": "C1", "document": "D1", "kilograms": "6.5", "recycled_on": today},
        },
        "POST /devices/{tag}/lost": {"in": ready, "body": {"reason": "stolen"}},
        "POST /devices/{tag}/found": {"in": tag[Status.LOST], "body": {"location": "W1"}},
        "GET /ledger/findings": {"query": {"first": today, "last": today}},
        "GET /ledger/workbook": {"query": {"first": today, "last": today}},
        "POST /labels/stocks": {"body": {"name": "Herma 4677", "label_width": "63.5", "label_height": "38.1"}},
        "PUT /labels/stocks/{key}": {"in": paper, "body": {"label_width": "63.5", "label_height": "33.9"}},
        "POST /labels/stocks/{key}/withdraw": {"in": paper},
        "POST /labels/printers": {"body": {"name": "Zebra, counter", **facts}},
        "PUT /labels/printers/{key}": {"in": zebra, "body": facts},
        "POST /labels/printers/{key}/nudge": {"in": zebra, "body": {"right": "0.5", "down": "-1"}},
        "POST /labels/printers/{key}/withdraw": {"in": zebra},
        "POST /labels/runs": {"body": wanted},
        "GET /labels/runs/{code}": {"in": {"code": run.code}},
        "POST /labels/runs/{code}/again": {"in": {"code": run.code}},
        "POST /labels/sheets": {"body": {"tags": [there.tags[Status.READY]]}},
        "POST /labels/tags": {"body": {"count": 1}},
        "GET /labels/{tag}/label.pdf": {"in": ready},
        "GET /labels/{tag}/label.png": {"in": ready},
        "POST /imports/": {"file": ("list.csv", LIST)},
        "POST /imports/pasted": {"body": {"text": OTHER_LIST.replace(b"VBX-2", b"VBX-4").decode()}},
        "POST /imports/mappings/{code}/forget": {"in": {"code": _mapping(people)}},
        "POST /imports/{code}/columns": {"in": {"code": _staged(people)}, "body": {"fields": {"Catégorie": ""}}},
        "GET /imports/{code}": {"in": {"code": _staged(people)}},
        "GET /imports/{code}/rows": {"in": {"code": _staged(people)}},
        "POST /imports/{code}/apply": {"in": {"code": _staged(people)}, "body": {}},
        "POST /imports/{code}/discard": {"in": {"code": _staged(people)}},
        "GET /imports/{code}/problems": {"in": {"code": _staged(people)}},
        "POST /imports/{code}/undo": {"in": {"code": _applied(people)}},
    }


def _reports(people: People) -> dict[str, dict[str, Any]]:
    kept, gone = (define_report(name, actor=people.auditor) for name in ("Portables", "Écrans"))
    said = {"name": "Tablettes", "filters": {"kind": ["tablet"]}}
    return {
        "GET /reports": {},
        "POST /reports": {"body": said},
        "GET /reports/{number}": {"in": {"number": kept.number}},
        "PUT /reports/{number}": {"in": {"number": kept.number}, "body": {**said, "name": "Portables"}},
        "POST /reports/{number}/retire": {"in": {"number": gone.number}},
        "GET /reports/{number}/workbook": {"in": {"number": kept.number}},
    }


def _samples(people: People) -> dict[str, dict[str, Any]]:
    today = timezone.localdate()
    waiting, drawn = (
        commands_of_samples.freeze_sample("devices", scope_of(today, today), actor=people.auditor) for _ in range(2)
    )
    commands_of_samples.draw_sample(drawn.number, actor=people.auditor, seed="3-14-15-92-65")
    period = {"first": str(today), "last": str(today)}
    return {
        **_reports(people),
        "GET /samples": {},
        "POST /samples": {"body": {"population": "devices", **period}},
        "POST /samples/{number}/draw": {"in": {"number": waiting.number}, "body": {"seed": "27-18-28"}},
        "GET /samples/{number}/items": {"in": {"number": drawn.number}},
        "POST /samples/{number}/findings": {"in": {"number": drawn.number}, "body": {"findings": {}}},
    }


def _second_checks(people: People) -> dict[str, dict[str, Any]]:
    """A month that waits to be drawn, one that is drawn, one whose checks are done, and a batch with a held disk."""
    months: list[str] = []
    media: list[Medium] = []
    for days in (40, 80, 120):
        with clock_at(timezone.localtime().replace(day=15) - dt.timedelta(days=days)):
            media.append(journeys.make(Status.SANITISED).media.get())
            months.append(f"{timezone.localdate():%Y-%m}")
    waiting, drawn, done = months
    sought = {"how": "recovery_software", "tool": "PhotoRec"}
    for month in (drawn, done):
        draw_second_checks(month, actor=people.verifier)
    record_second_check(
        done, media[2].code, actor=people.verifier, passed=True, data=b"photorec", name="p.log", **sought
    )
    with clock_at(timezone.localtime().replace(day=15) - dt.timedelta(days=160)):
        held, gone = journeys.make(Status.RESERVED), journeys.make(Status.HANDED_OVER)
        bad = journeys.make(Status.AWAITING_SANITISATION).media.get()
        left = f"{timezone.localdate():%Y-%m}"
        draw_later = gone.media.get().code
        record_manual_sanitisation(
            bad.code, actor=people.technician, method="ata_secure_erase", tool="hdparm", data=b"bad", name="b.txt"
        )
    draw_second_checks(left, actor=people.verifier)
    with clock_at(timezone.localtime().replace(day=15) - dt.timedelta(days=160)):
        verify(bad.code, actor=people.verifier, how="device_status", passed=False)
    release(held.tag, actor=people.programme_officer, reason="mistake")
    number = QuarantinedBatch.objects.get(failed__medium=bad).number
    return {
        "GET /second-checks/{month}": {"in": {"month": drawn}},
        "GET /second-checks/{month}/population": {"in": {"month": drawn}},
        "POST /second-checks/{month}/freeze": {"in": {"month": waiting}},
        "POST /second-checks/{month}/draw": {"in": {"month": waiting}, "body": {}},
        "POST /second-checks/{month}/media/{code}": {
            "in": {"month": drawn, "code": media[1].code},
            "file": ("photorec.log", b"nothing found"),
            "body": {"passed": "true", **sought},
        },
        "POST /second-checks/{month}/media/{code}/excuse": {"in": {"month": left, "code": draw_later}},
        "POST /second-checks/{month}/close": {"in": {"month": done}},
        "GET /quarantined-batches/{number}": {"in": {"number": number}},
        "POST /media/{code}/send-back": {"in": {"code": held.media.get().code}},
    }


def _staged(people: People) -> str:
    return stage(read_upload(io.BytesIO(OTHER_LIST), "list.csv"), actor=people.warehouse_keeper).code


def _mapping(people: People) -> str:
    other = LIST.replace(b"VBX-1", b"VBX-5").replace(b"PC", b"Portable")
    run = stage(read_upload(io.BytesIO(other), "list.csv"), actor=people.warehouse_keeper)
    choose_columns(run.code, actor=people.warehouse_keeper, fields={"Catégorie": ""}, department="Mobilité")
    return mappings(actor=people.warehouse_keeper).get().code


def _applied(people: People) -> str:
    """A list that was applied, with nothing built on it."""
    other = LIST.replace(b"VBX-1", b"VBX-3")
    run = stage(read_upload(io.BytesIO(other), "list.csv"), actor=people.warehouse_keeper)
    return apply(run.code, actor=people.warehouse_keeper).code


def _made(people: People) -> str:
    """A piece of the technician's long work whose file can be fetched."""
    number = journeys.make(Status.SANITISED).media.get().certificates.get().number
    job = print_certificates([number], actor=people.technician, language="fr", audience="city")
    return work_now(job, set_volumes).code


def _merged(people: People) -> str:
    """The tag of a record that was merged into another."""
    kept, absorbed = journeys.declared(), journeys.declared()
    merge(kept.tag, absorbed.tag, actor=people.technician, reason="seen_twice")
    return absorbed.tag


def _media(people: People) -> dict[str, Any]:
    """A medium that waits, one sanitised by a colleague, one verified; and a log that speaks for the first."""
    found: dict[str, Any] = {}
    for state in ("pending", "sanitised", "verified", "removed"):
        medium: Medium = journeys.make(Status.AWAITING_SANITISATION).media.get()
        found[state] = {"code": medium.code}
        if state == "pending":
            found["log"] = nwipe_log(Disk(path="/dev/sda", serial=medium.serial)).encode()
            continue
        record_manual_sanitisation(
            medium.code,
            actor=people.technician,
            method="ata_sanitize_block_erase",
            tool="hdparm",
            data=state.encode(),
            name="screen.txt",
        )
        if state == "removed":
            remove_medium(medium.code, actor=people.technician, place="Sac 4")
        if state == "verified":
            verify(medium.code, actor=people.technician, how="read_back_sample")
    return found


def _moving(people: People) -> str:
    """A session in which the technician and the keeper each moved a device."""
    code = open_session("move", actor=people.technician, location=journeys.location("W2").code).code
    for person in (people.technician, people.warehouse_keeper):
        scan(code, journeys.make(Status.RECEIVED).tag, actor=person)
    return code


def _closed_round(people: People) -> str:
    """A round whose closing moment has passed."""
    now = timezone.now()
    opened = open_round(
        "2026-0",
        actor=people.programme_officer,
        opens_on=(now - dt.timedelta(days=9)).date(),
        closes_at=now - dt.timedelta(days=1),
        grace_days=0,
    )
    return Round.objects.get(pk=opened.pk).number
