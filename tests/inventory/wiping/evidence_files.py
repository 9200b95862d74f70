"""Evidence in the shapes of the tools, with content of our own: one builder a tool, so a test says what differs."""

from __future__ import annotations

import io
import json
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from inventory.wiping.evidence import Verdict, judge
from tests.inventory.wiping.nwipe_logs import SIZE

START = 1_772_442_900.5
# What a report of nwipe tells of one drive, by the label that stands before it.
DRIVE = {
    "Make/Model:": "Relais Disk 128",
    "Serial:": "RLS0001A7Q",
    "Bus:": "ATA",
    "Size(Apparent):": f"128 GB, {SIZE} bytes",
    "Size(Real):": f"128 GB,{SIZE}B",
    "Start time:": "2026/03/02 09:15:00",
    "End time:": "2026/03/02 09:40:00",
    "Duration:": "00:25:00",
    "Status:": "ERASED",
    "Method:": "PRNG Stream",
    "PRNG algorithm:": "SplitMix64",
    "Final Pass(Zeros/Ones/None):": "Zeros",
    "Verify Pass(Last/All/None):": "Last",
    "*Bytes Erased:": f"{SIZE}, (100.00%)",
    "Rounds(completed/requested):": "1/1",
    "HPA/DCO:": "No hidden sectors",
    "HPA/DCO Size:": "No hidden sectors",
    "Errors(pass/sync/verify/retries):": "0/0/0/0",
    "Throughput:": "98 MB/sec",
}
# In the report of a machine some labels are others, and the status stands upright without one.
OF_MACHINES = {
    "Make/Model:": "Make:",
    "Serial:": "S/N:",
    "Final Pass(Zeros/Ones/None):": "Blanking Pass:",
    "Verify Pass(Last/All/None):": "Verify(Last/All/None):",
    "Errors(pass/sync/verify/retries):": "Errors(pass/sync/verify):",
}


def report_of_drive(*, smart: tuple[str, ...] = (), version: str = "0.42", **changed: str | None) -> bytes:
    """A PDF report of one drive; `changed` by the label's letters (`status="FAILED"`), None leaves the value away."""
    page, paper = _canvas()
    page.drawString(195, 30, f"Disc Erasure by NWIPE version {version}")
    page.drawString(190, 765, "Disk Erasure Report")
    facts = _changed(changed)
    page.drawString(244, 703, f" Disk S/N: {facts.get('Serial:')} ")
    for place, (label, value) in enumerate(facts.items()):
        x, y = (60, 300)[place % 2], 410 - 20 * (place // 2)
        page.drawString(x, y, label)
        if value is not None:
            page.drawString(x + 170, y, value)
    page.showPage()
    if smart:
        page.drawString(195, 30, f"Disc Erasure by NWIPE version {version}")
        for place, line in enumerate(smart):
            page.drawString(50, 630 - 9 * place, line)
        page.showPage()
    page.save()
    return paper.getvalue()


def report_of_machine(*drives: dict[str, str | None]) -> bytes:
    """A PDF report of a machine: its drives one below the other, each with its status upright at the left."""
    page, paper = _canvas()
    page.drawString(195, 30, "Disc Erasure by NWIPE version 0.38")
    page.drawString(190, 765, "System Erasure Report")
    top = 630
    for drive in drives or ({},):
        facts = _changed(drive)
        status = facts.pop("Status:")
        for place, (label, value) in enumerate(facts.items()):
            x, y = (60, 300)[place % 2], top - 10 * (place // 2)
            page.drawString(x, y, OF_MACHINES.get(label, label))
            if value is not None:
                if label.startswith("Errors"):
                    value = value.rpartition("/")[0]
                page.drawString(x + 165, y, value)
        if status is not None:
            upright = page.beginText()
            upright.setTextTransform(0, 1, -1, 0, 48, top - 60)
            upright.textOut(status)
            page.drawText(upright)
        top -= 120
    page.showPage()
    page.save()
    return paper.getvalue()


def usody(
    *,
    medium: str = "HDD",
    command: str = "shred --force --verbose --iterations=1 /dev/sda",
    success: bool = True,
    result: bool = True,
    steps: int = 1,
    planned: int = 1,
    sampled_after: bool = True,
    serial: str = "RLS0001A7Q",
) -> dict[str, Any]:
    """A result of usody-sanitize; its samples are read after the steps, or before them as its early versions did."""
    ended = START + 600
    return {
        "steps": [
            {
                "step": number,
                "start_time": START,
                "end_time": ended,
                "commands": [
                    {
                        "command": command,
                        "stdout": "",
                        "stderr": "",
                        "return_code": int(not success),
                        "success": success,
                    }
                ],
                "success": success,
            }
            for number in range(steps)
        ],
        "validation": {
            "result": True,
            "commands": [
                {
                    "command": f"dd if=/dev/sda bs=512 count=1 skip={sector} | xxd -ps",
                    "return_code": 0,
                    "success": True,
                    "start_time": ended + 1 if sampled_after else START - 9,
                }
                for sector in (0, 4096, 250_000_000)
            ],
        },
        "device_info": {
            "manufacturer": "Relais",
            "model": "Relais Disk 128",
            "serial_number": serial,
            "storage_medium": medium,
            "export_data": {
                "block": {"path": "/dev/sda", "serial": serial},
                "smart": {"smartctl": {}, "json_format_version": [1, 0], "serial_number": serial},
            },
        },
        "method": {
            "name": "Basic Erasure",
            "verification_enabled": True,
            "overwriting_steps": [{"tool": "shred", "pattern": "zeros"}] * planned,
        },
        "result": result,
        "version": "0.1.1-beta1",
    }


def sanitize_log(state: int, command: int, *, erased: int = 1, progress: int = 65535, name: str = "nvme0") -> Any:
    """A sanitize log as nvme-cli 2 prints it."""
    said = {0: "has never been sanitized", 1: "Completed Successfully", 2: "In Progress", 3: "Failed"}[state]
    sstat = {"global_erased": erased, "no_cmplted_passes": 0, "status": f"({state}) {said}."}
    return {name: {"sprog": progress, "sstat": sstat, "cdw10_info": command, "time_block_erase": 30}}


def nvme(**changed: Any) -> dict[str, Any]:
    """The envelope around the command and its two logs; None leaves a name away."""
    held = {
        "device": "/dev/nvme0",
        "serial": "RLS7N0004",
        "model": "Relais NVMe 256",
        "version": "2.8",
        "command": "nvme sanitize /dev/nvme0 --sanact=2",
        "return_code": 0,
        "before": sanitize_log(0, 0, erased=0),
        "after": sanitize_log(1, 2),
        **changed,
    }
    return {name: value for name, value in held.items() if value is not None}


def smartctl(**changed: Any) -> dict[str, Any]:
    """A health report."""
    return {
        "json_format_version": [1, 0],
        "smartctl": {"version": [7, 3], "argv": ["smartctl", "-aj", "/dev/sda"], "exit_status": 64},
        "device": {"name": "/dev/sda", "type": "sat", "protocol": "ATA"},
        "model_name": "Relais Disk 128",
        "serial_number": "RLS0001A7Q",
        "rotation_rate": 5400,
        "power_on_time": {"hours": 12_000},
        "smart_status": {"passed": True},
        **changed,
    }


ERASURE = {
    "timestamp": "2026-03-02T09:40:00+0100",
    "state": "Successful",
    "erasure_standard_name": "NIST 800-88 Purge",
    "start_time": "2026-03-02T09:15:00",
    "end_time": "2026-03-02T09:40:00",
    "elapsed_time": "00:25:00",
    "cleaned_sectors": str(SIZE // 512),
    "failed_sectors": "0",
    "total_errors": "0",
    "overwriting_rounds": "1",
    "firmware_rounds": "1",
    "total_erasure_rounds": "2",
    "verification": "Full",
}
TARGET = {"type": "SSD", "model": "Relais SSD 128", "serial": "RLS0001A7Q", "capacity": str(SIZE)}


def erasure(target: dict[str, str] | None = None, **changed: str | None) -> tuple[dict[str, str], dict[str, str]]:
    """The entries of one erasure and of its target; None leaves one away."""
    facts = {name: value for name, value in {**ERASURE, **changed}.items() if value is not None}
    return facts, {**TARGET, **(target or {})}


def blancco(*erasures: tuple[dict[str, str], dict[str, str]], named: bool = True, reports: int = 1) -> bytes:
    """Blancco's XML: with names as attributes, or as tags; each erasure in each of the reports."""

    def group(name: str, inner: str) -> str:
        return f'<entries name="{name}">\n{inner}</entries>\n' if named else f"<{name}>\n{inner}</{name}>\n"

    def entry(name: str, value: str) -> str:
        return f'<entry name="{name}" type="string">{value}</entry>\n' if named else f"<{name}>{value}</{name}>\n"

    inner = ""
    for facts, target in erasures or (erasure(),):
        of_target = group("target", "".join(entry(*fact) for fact in target.items()))
        inner += group("erasure", "".join(entry(*fact) for fact in facts.items()) + of_target)
    report = (
        "<report>\n<blancco_data>\n<description><report_uuid>7d1f</report_uuid>"
        "<product_version>7.6.0</product_version></description>\n"
        f"<blancco_erasure_report>\n{group('erasures', inner)}</blancco_erasure_report>\n"
        f"<blancco_hardware_report>\n{group('system', entry('serial', 'RLSHOST1'))}</blancco_hardware_report>\n"
        "</blancco_data>\n<user_data/>\n</report>\n"
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<root>\n{report * reports}</root>\n'.encode()


def blancco_json(*erasures: tuple[dict[str, str], dict[str, str]]) -> dict[str, Any]:
    """Blancco's JSON: every record is a list of objects with one name each."""
    held = [
        {
            "erasure": [
                *({name: value} for name, value in facts.items()),
                {"target": [dict([fact]) for fact in target.items()]},
            ]
        }
        for facts, target in (erasures or (erasure(),))
    ]
    return {"reports": [{"blancco_data": {"description": {}, "blancco_erasure_report": {"erasures": held}}}]}


def destruction(**changed: Any) -> dict[str, Any]:
    """A record of a shredder batch; None leaves a name away."""
    held = {
        "batch": "SH-2026-014",
        "technique": "shred",
        "particle_mm": 6,
        "standard": "ISO/IEC 21964 H-5",
        "machine": "Shredder 2",
        "operator": "P-7Q2",
        "witness": "P-3XK",
        "photo_sha256": "ab" * 32,
        "destroyed_at": "2026-03-02T15:20:00",
        "serials": ["RLS0001A7Q", {"serial": "RLS7N0004", "kind": "nvme"}],
        **changed,
    }
    return {name: value for name, value in held.items() if value is not None}


def destruction_csv(*rows: str, headings: str = "") -> bytes:
    """The same record as a table."""
    usual = "serial,kind,batch,technique,particle_mm,standard,operator,witness,photo_sha256,destroyed_at"
    lines = rows or tuple(
        f"{serial},hdd,SH-1,shred,6,ISO/IEC 21964 H-5,P-7Q2,P-3XK,{'ab' * 32},2026-03-02T15:20:00"
        for serial in ("RLS0001A7Q", "RLS0002B3T")
    )
    return ("\r\n".join([headings or usual, *lines]) + "\r\n").encode()


def written(held: Any, *, indent: int | None = 1) -> bytes:
    """A JSON document as its tool writes it."""
    return json.dumps(held, indent=indent).encode()


def verdicts(held: Any, name: str = "evidence") -> list[Verdict]:
    """The verdicts on bytes, a text or a JSON document."""
    data = held if isinstance(held, bytes) else held.encode() if isinstance(held, str) else written(held)
    return judge(data, name)


def the(held: Any, name: str = "evidence") -> Verdict:
    """The verdict on the one drive."""
    (verdict,) = verdicts(held, name)
    return verdict


def _canvas() -> tuple[Canvas, io.BytesIO]:
    paper = io.BytesIO()
    # Uncompressed as nwipe writes it, and the same bytes every time.
    return Canvas(paper, pageCompression=0, invariant=1), paper


def _changed(changed: dict[str, str | None]) -> dict[str, str | None]:
    def letters(label: str) -> str:
        return "".join(sign for sign in label.partition("(")[0].lower() if sign.isalpha())

    facts: dict[str, str | None] = dict(DRIVE)
    labels = {letters(label): label for label in facts if label != "Size(Real):"}
    labels["realsize"], labels["hpasize"] = "Size(Real):", "HPA/DCO Size:"
    for name, value in changed.items():
        facts[labels[name]] = value
    return facts


def station(**changed: str) -> dict[str, Any]:
    """The table of a wiping station with one row."""
    row = {
        "serial": "RLS0001A7Q",
        "kind": "HDD",
        "method": "Zero fill",
        "result": "Success",
        "verification": "passed",
        "tool": "Station 4",
        "version": "2.1",
        "started_at": "2026-03-02T09:00:00",
        "ended_at": "2026-03-02T10:00:00",
    }
    return {"station_results": [{**row, **changed}]}
