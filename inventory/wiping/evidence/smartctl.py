"""Verdicts on smartctl's reports: the health of a drive is no proof of sanitisation, and they say so."""

from __future__ import annotations

from typing import Any

from inventory.devices.placeholders import identifying
from inventory.wiping.evidence.ceilings import kind_of
from inventory.wiping.evidence.contents import Part, mapping, oneline, sequence
from inventory.wiping.evidence.verdicts import Outcome, Verdict

TOOL = "smartctl"


def recognises(part: Part) -> bool:
    """Whether a JSON document was written by `smartctl --json`."""
    held = part.value
    return isinstance(held, dict) and isinstance(held.get("smartctl"), dict) and "json_format_version" in held


def judge(part: Part) -> list[Verdict]:
    """Nothing was wiped, or nobody knows which drive was asked; the health is told with the reasons."""
    held: dict[str, Any] = part.value
    device = mapping(held.get("device"))
    serial = identifying(oneline(held.get("serial_number")) or None)
    # Bits 0 and 1 of the exit status: the command line was wrong, the device did not open. The others tell of health.
    status = mapping(held["smartctl"]).get("exit_status")
    unread = not device or not isinstance(status, int) or bool(status & 0b11)
    reasons = [
        *(
            f"smartctl: {oneline(mapping(one).get('string'))}"
            for one in sequence(mapping(held["smartctl"]).get("messages"))[:5]
        ),
        *_health(held),
        "smartctl reads the health of a drive and wipes nothing",
    ]
    size = mapping(held.get("user_capacity")).get("bytes")
    return [
        Verdict(
            TOOL,
            Outcome.NEEDS_PERSON if unread else Outcome.NOTHING_WIPED,
            tool_version=".".join(oneline(number) for number in sequence(mapping(held["smartctl"]).get("version"))[:3]),
            device=oneline(device.get("name")) or _asked(held),
            serial=serial,
            model=oneline(held.get("model_name")),
            size_bytes=size if isinstance(size, int) and 0 < size < 2**63 else None,
            reasons=tuple(reasons),
            medium_kind=_kind(held, device),
            contradictions=tuple(f"“{name}” stands twice" for name in part.twice),
        )
    ]


def _health(held: dict[str, Any]) -> list[str]:
    passed = mapping(held.get("smart_status")).get("passed")
    hours = mapping(held.get("power_on_time")).get("hours")
    said = []
    if isinstance(passed, bool):
        said.append(f"smart_status: passed: {str(passed).lower()}")
    if isinstance(hours, int):
        said.append(f"power_on_time: hours: {hours}")
    return said


def _kind(held: dict[str, Any], device: dict[str, Any]) -> str:
    rotation = held.get("rotation_rate")
    if isinstance(rotation, int) and not isinstance(rotation, bool):
        return "hdd" if rotation else "sata_ssd"
    return kind_of(oneline(device.get("protocol")), oneline(device.get("type")))


def _asked(held: dict[str, Any]) -> str:
    """The drive on the command line, when the report itself names none."""
    return next(
        (oneline(one) for one in sequence(mapping(held["smartctl"]).get("argv")) if oneline(one).startswith("/dev/")),
        "",
    )
