"""Verdicts on the results of usody-sanitize: its title says "result", its commands and their times say what ran."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from inventory.devices.placeholders import identifying
from inventory.wiping.evidence.ceilings import ceiling, kind_of
from inventory.wiping.evidence.contents import Part, mapping, oneline, sequence
from inventory.wiping.evidence.verdicts import Outcome, Verdict

TOOL = "usody-sanitize"

# What in a command line writes or erases a whole medium; reading (`dd if=`, `hdparm -I`) is none of it.
_TECHNIQUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("overwrite", re.compile(r"^(?:sudo +)?(?:shred|badblocks +(?:-\w+ +)*-\w*w|dd .*\bof=|nwipe|scrub)\b")),
    ("ata_secure_erase", re.compile(r"^(?:sudo +)?hdparm .*--security-erase(?:-enhanced)?\b")),
    ("nvme_sanitize_crypto", re.compile(r"^(?:sudo +)?nvme sanitize .*(?:-a|--sanact)[ =]*(?:0x0?)?4\b")),
    ("nvme_sanitize_block_erase", re.compile(r"^(?:sudo +)?nvme sanitize .*(?:-a|--sanact)[ =]*(?:0x0?)?2\b")),
    ("nvme_sanitize_overwrite", re.compile(r"^(?:sudo +)?nvme sanitize .*(?:-a|--sanact)[ =]*(?:0x0?)?3\b")),
    ("nvme_format", re.compile(r"^(?:sudo +)?nvme format\b")),
)
# One block, or a few: what a command writes to probe the medium is no erasure of it.
_PROBE = re.compile(r"\bcount=\d+\b")
_Finding = tuple[Outcome, str]


def recognises(part: Part) -> bool:
    """Whether a JSON document is a result of usody-sanitize."""
    held = part.value
    return (
        isinstance(held, dict) and "device_info" in held and "steps" in held and ("method" in held or "result" in held)
    )


def judge(part: Part) -> list[Verdict]:
    """The verdict on the one drive of a result."""
    held: dict[str, Any] = part.value
    info = mapping(held.get("device_info"))
    path = oneline(mapping(mapping(info.get("export_data")).get("block")).get("path"))
    steps = [mapping(step) for step in sequence(held.get("steps"))]
    commands = [command for step in steps for command in map(mapping, sequence(step.get("commands")))]
    technique = next(filter(None, (_technique(oneline(one.get("command"))) for one in commands)), "")
    kind = kind_of(oneline(info.get("storage_medium")))
    serials, twice = _serials(info)
    outcome, reasons = _decide(held, steps, commands, technique, path)
    contradictions = [
        *_contradictions(held, steps, outcome),
        *twice,
        *(f"“{name}” stands twice" for name in part.twice),
    ]
    category = ceiling(technique, kind)
    proven = outcome in (Outcome.SANITISED, Outcome.OVERWRITTEN_NOT_VERIFIED)
    if proven and (contradictions or category is None or not kind):
        outcome, proven = Outcome.NEEDS_PERSON, False
        reasons = contradictions or [
            f"a technique that fits no medium of this kind: {technique} on “{kind or 'unknown'}”"
        ]
    serial = identifying(serials[0]) if len(serials) == 1 else None
    if proven and serial is None:
        reasons.append("the result gives no serial number: the drive cannot be matched by itself")
    return [
        Verdict(
            TOOL,
            outcome,
            tool_version=oneline(held.get("version")),
            device=path,
            serial=serial,
            model=oneline(info.get("model")),
            category=category if proven else None,
            verified=outcome == Outcome.SANITISED,
            method=oneline(mapping(held.get("method")).get("name")) or technique,
            started_at=_moment(min((_time(step, "start_time") for step in steps), default=0)),
            ended_at=_moment(max((_time(step, "end_time") for step in steps), default=0)),
            errors=(("steps", sum(step.get("success") is not True for step in steps)),),
            reasons=tuple(reasons),
            medium_kind=kind,
            contradictions=tuple(contradictions),
        )
    ]


def _decide(
    held: dict[str, Any], steps: list[dict[str, Any]], commands: list[dict[str, Any]], technique: str, path: str
) -> tuple[Outcome, list[str]]:
    if not steps or not commands:
        return Outcome.NOTHING_WIPED, [f"steps: {len(steps)}, commands in them: {len(commands)}", _result(held)]
    if not technique:
        return Outcome.NOTHING_WIPED, [
            f"reads, and writes nothing: {oneline(one.get('command'))}" for one in commands[:5]
        ]
    failed = list(_failures(held, steps, commands))
    if failed:
        return Outcome.FAILED, failed
    strange = list(_strange(held, steps, commands, path))
    if strange:
        return Outcome.NEEDS_PERSON, strange
    said = [f"command: {oneline(one.get('command'))}: return code {one.get('return_code')}" for one in commands]
    return _verified(held, steps, [*said, _result(held)])


def _failures(held: dict[str, Any], steps: list[dict[str, Any]], commands: list[dict[str, Any]]) -> Iterator[str]:
    if held.get("result") is not True:
        yield _result(held)
    for number, step in enumerate(steps, start=1):
        if step.get("success") is not True:
            yield f"step {number}: success: {_said(step.get('success'))}"
    for one in commands:
        if one.get("success") is not True or one.get("return_code") != 0 or isinstance(one.get("return_code"), bool):
            yield (
                f"command: {oneline(one.get('command'))}: success: {_said(one.get('success'))},"
                f" return code {_said(one.get('return_code'))}"
            )


def _strange(
    held: dict[str, Any], steps: list[dict[str, Any]], commands: list[dict[str, Any]], path: str
) -> Iterator[str]:
    """What keeps a result without failures from being believed."""
    plan = sequence(mapping(held.get("method")).get("overwriting_steps"))
    planned = len(plan)
    if not all(isinstance(one, dict) and one for one in plan):
        yield "the method lists steps that are none"
    if planned != len(steps) and (planned or _technique(oneline(commands[0].get("command"))) == "overwrite"):
        yield f"steps planned: {planned}, steps done: {len(steps)}"
    if not path:
        yield "the result does not tell the path of the drive"
    for one in commands:
        line = oneline(one.get("command"))
        if path and _technique(line) and not re.search(rf"{re.escape(path)}(?:n\d+)?(?![\w/])", line):
            yield f"the command speaks of another drive than {path}: {line}"
    for number, step in enumerate(steps, start=1):
        begun, ended = _time(step, "start_time"), _time(step, "end_time")
        if not 0 < begun < ended:
            yield f"step {number}: begun {_said(step.get('start_time'))}, ended {_said(step.get('end_time'))}"


def _verified(held: dict[str, Any], steps: list[dict[str, Any]], said: list[str]) -> tuple[Outcome, list[str]]:
    """Only a sample that was read after the last step says anything of the result."""
    validation = mapping(held.get("validation"))
    ended = max(_time(step, "end_time") for step in steps)
    samples = [mapping(one) for one in sequence(validation.get("commands"))]
    after = [one for one in samples if _time(one, "start_time") >= ended]
    good = [one for one in after if one.get("success") is True and one.get("return_code") == 0]
    if mapping(held.get("method")).get("verification_enabled") is not True:
        return Outcome.OVERWRITTEN_NOT_VERIFIED, ["verification_enabled: not true", *said]
    if validation.get("result") is False and samples:
        return Outcome.FAILED, ["validation: result: false"]
    if validation.get("result") is not True or not samples:
        return Outcome.OVERWRITTEN_NOT_VERIFIED, [f"validation: result: {_said(validation.get('result'))}", *said]
    if not after:
        return Outcome.OVERWRITTEN_NOT_VERIFIED, [
            f"validation: {len(samples)} samples, none of them read after the last step ended",
            *said,
        ]
    if len(good) < len(after):
        return Outcome.FAILED, [f"validation: {len(after) - len(good)} of {len(after)} samples failed"]
    return Outcome.SANITISED, [f"validation: {len(after)} samples read after the last step ended", *said]


def _contradictions(held: dict[str, Any], steps: list[dict[str, Any]], outcome: Outcome) -> Iterator[str]:
    if held.get("result") is True and outcome in (Outcome.FAILED, Outcome.NOTHING_WIPED):
        yield _result(held)
    if outcome != Outcome.FAILED and mapping(held.get("validation")).get("result") is True and not steps:
        yield "validation: result: true"


def _serials(info: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The serial numbers of the drive, each once, and what to quote when they differ."""
    export = mapping(info.get("export_data"))
    found = {
        "device_info.serial_number": oneline(info.get("serial_number")),
        "block.serial": oneline(mapping(export.get("block")).get("serial")),
        "smart.serial_number": oneline(mapping(export.get("smart")).get("serial_number")),
    }
    distinct = list({value.casefold(): value for value in found.values() if value}.values())
    quotes = [f"{name}: {value}" for name, value in found.items() if value] if len(distinct) > 1 else []
    return distinct, quotes


def _technique(command: str) -> str:
    if _PROBE.search(command):
        return ""
    return next((name for name, shape in _TECHNIQUES if shape.search(command.strip())), "")


def _result(held: dict[str, Any]) -> str:
    return f"result: {_said(held.get('result'))}"


def _said(value: Any) -> str:
    return {True: "true", False: "false", None: "null"}.get(value, str(value)[:80]) if _plain(value) else "…"


def _plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def _time(held: dict[str, Any], name: str) -> float:
    value = held.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1e11 else 0.0


def _moment(seconds: float) -> dt.datetime | None:
    # Seconds since 1970; below that a clock that was never set.
    return dt.datetime.fromtimestamp(seconds, dt.UTC) if 0 < seconds < 4e9 else None
