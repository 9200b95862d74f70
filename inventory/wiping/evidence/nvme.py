"""Verdicts on `nvme sanitize`: what was asked, that it was accepted, and the sanitize log before and after it.

A controller may report success of an earlier sanitisation, or of none: only a log that changed proves that one ran.
The envelope is ours: `{"device", "serial", "model", "command", "return_code", "before", "after"}`, each log as
`nvme sanitize-log -o json` prints it (NVM Express 1.3 and later, log page 81h).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from inventory.devices.placeholders import identifying
from inventory.wiping.evidence.ceilings import ceiling
from inventory.wiping.evidence.contents import Part, mapping, moment_of, oneline
from inventory.wiping.evidence.verdicts import Outcome, Verdict

TOOL = "nvme-cli"

_ACTIONS = {2: "nvme_sanitize_block_erase", 3: "nvme_sanitize_overwrite", 4: "nvme_sanitize_crypto"}
_WORDS = {"start-block-erase": 2, "start-overwrite": 3, "start-crypto-erase": 4, "exit-failure": 1}
_COMMAND = re.compile(r"^(?:\S*/|sudo +)?nvme +sanitize +(.*)$")
_ACTION = re.compile(r"(?:^| )(?:--sanact|-a)[ =]*(0x[0-9a-f]+|\d+|[a-z-]+)", re.IGNORECASE)
_DONE = 0xFFFF
# The lowest three bits of SSTAT.
_NEVER, _SUCCESS, _RUNNING, _FAILED, _SUCCESS_KEPT = range(5)


@dataclass(frozen=True, slots=True)
class _Log:
    """One sanitize log: state (SSTAT bits 2:0), progress (SPROG), command (SCDW10), global data erased."""

    device: str
    state: int | None
    progress: int | None
    command: int | None
    erased: bool | None
    quote: str


def recognises(part: Part) -> bool:
    """Whether a JSON document is a sanitize log, or our envelope around two of them."""
    return isinstance(part.value, dict) and (_log(part.value) is not None or _is_envelope(part.value))


def judge(part: Part) -> list[Verdict]:
    """The verdict on the controller that was sanitised."""
    held: dict[str, Any] = part.value
    if not _is_envelope(held):
        log = _log(held)
        quote, device = (log.quote, log.device) if log else ("", "")
        said = [f"line {part.line}: {quote}", "one sanitize log alone does not tell which command ran, or when"]
        # It may still tell that nothing can have been sanitised, or that the last attempt failed.
        alone = {_NEVER: Outcome.NOTHING_WIPED, _FAILED: Outcome.FAILED}
        outcome = alone.get(log.state if log and log.state is not None else _RUNNING, Outcome.NEEDS_PERSON)
        return [_verdict({}, part, outcome, said, device=device)]
    after = _log(mapping(held.get("after")))
    outcome, reasons, technique = _decide(held, _log(mapping(held.get("before"))), after)
    if outcome == Outcome.SANITISED and part.twice:
        outcome, reasons = Outcome.NEEDS_PERSON, [f"“{name}” stands twice" for name in part.twice]
    return [_verdict(held, part, outcome, reasons, technique=technique, after=after)]


def _decide(held: dict[str, Any], before: _Log | None, after: _Log | None) -> tuple[Outcome, list[str], str]:
    command = oneline(held.get("command"))
    asked = _action(command)
    technique = _ACTIONS.get(asked or 0, "")
    said = [f"command: {command}", f"return code: {oneline(held.get('return_code'))}"]
    if after is None or after.state is None:
        return Outcome.UNREADABLE, [*said, "there is no sanitize log from after the command"], technique
    if held.get("return_code") != 0 or isinstance(held.get("return_code"), bool):
        return Outcome.FAILED, said, technique
    if after.state == _NEVER:
        return Outcome.NOTHING_WIPED, [f"after: {after.quote}"], technique
    if after.state == _FAILED:
        return Outcome.FAILED, [f"after: {after.quote}"], technique
    doubts = _doubts(held, command, asked, before, after)
    if doubts or not technique:
        return Outcome.NEEDS_PERSON, doubts or [f"the command names no action that erases: {command}"], technique
    quotes = [*said, f"before: {before.quote if before else ''}", f"after: {after.quote}"]
    return Outcome.SANITISED, quotes, technique


def _doubts(held: dict[str, Any], command: str, asked: int | None, before: _Log | None, after: _Log) -> list[str]:
    doubts = []
    if after.state not in (_SUCCESS, _SUCCESS_KEPT):
        doubts.append(f"the controller has not finished: {after.quote}")
    if after.progress != _DONE:
        doubts.append(f"a finished sanitisation has the progress {_DONE}: {after.quote}")
    if after.command is None or asked is None or after.command & 0b111 != asked:
        doubts.append(f"the log is of another command: {command} / {after.quote}")
    if after.erased is not True:
        doubts.append(f"data was written since, or not all was erased: {after.quote}")
    doubts.extend(_earlier(before, asked))
    device = oneline(held.get("device"))
    named = [name for name in (device, *(log.device for log in (before, after) if log)) if name]
    target = re.search(r"/dev/(nvme\d+)", command)
    controllers = {_controller(name) for name in named} | ({target[1]} if target else set())
    if len(controllers - {""}) > 1:
        doubts.append(f"the file speaks of several controllers: {', '.join(sorted(controllers))}")
    if device and not _controller(device):
        doubts.append(f"the file names a device that is no NVMe controller: {device}")
    if not target:
        doubts.append(f"the command names no controller: {command}")
    return doubts


def _earlier(before: _Log | None, asked: int | None) -> list[str]:
    """Whether the state from before the command tells this sanitisation from an earlier one."""
    if before is None or None in (before.state, before.progress, before.command):
        return ["there is no whole sanitize log from before the command: an earlier one may have left this state"]
    if before.state in (_NEVER, _FAILED):
        return []
    action = (before.command or 0) & 0b111
    if before.state in (_SUCCESS, _SUCCESS_KEPT) and action in _ACTIONS and action != asked:
        return []
    return [f"the log was the same before the command, or a sanitisation was running: {before.quote}"]


def _verdict(
    held: dict[str, Any],
    part: Part,
    outcome: Outcome,
    reasons: list[str],
    *,
    technique: str = "",
    after: _Log | None = None,
    device: str = "",
) -> Verdict:
    proven = outcome == Outcome.SANITISED
    serials = {
        oneline(value).strip()
        for value in (held.get("serial"), held.get("serial_number"), mapping(held.get("id_ctrl")).get("sn"))
        if oneline(value)
    }
    serial = identifying(next(iter(serials))) if len(serials) == 1 else None
    if proven and serial is None:
        reasons = [*reasons, "the file gives no serial number: the drive cannot be matched by itself"]
    if len(serials) > 1:
        outcome, proven = (Outcome.NEEDS_PERSON, False) if proven else (outcome, False)
        reasons = [*reasons, f"the serial numbers differ: {', '.join(sorted(serials))}"]
    contradictions = [f"“{name}” stands twice" for name in part.twice]
    if not proven and after and after.state in (_SUCCESS, _SUCCESS_KEPT):
        contradictions.append(f"after: {after.quote}")
    return Verdict(
        TOOL,
        outcome,
        tool_version=oneline(held.get("version")),
        device=oneline(held.get("device")) or (after.device if after else "") or device,
        serial=serial,
        model=oneline(held.get("model")) or oneline(mapping(held.get("id_ctrl")).get("mn")),
        category=ceiling(technique, "nvme") if proven else None,
        verified=proven,
        method=technique,
        started_at=moment_of(held.get("started_at")),
        ended_at=moment_of(held.get("ended_at")),
        reasons=tuple(reasons),
        medium_kind="nvme",
        contradictions=tuple(contradictions),
    )


def _is_envelope(held: dict[str, Any]) -> bool:
    return "command" in held and ("after" in held or "before" in held)


def _log(held: dict[str, Any]) -> _Log | None:
    """A sanitize log: newer nvme-cli writes it under the controller's name, older at the top."""
    for name, value in [("", held), *held.items()]:
        if isinstance(value, dict) and "sstat" in value and "sprog" in value:
            return _read(str(name)[:40], value)
    return None


def _read(name: str, held: dict[str, Any]) -> _Log:
    sstat = held["sstat"]
    erased: bool | None = None
    state: int | None
    if isinstance(sstat, dict):
        number = re.match(r"\s*\((\d)\)", oneline(sstat.get("status")))
        state = int(number[1]) if number else _number(sstat.get("status"))
        given = _number(sstat.get("global_erased"))
        erased = bool(given) if given is not None else None
    else:
        raw = _number(sstat)
        state, erased = (None, None) if raw is None else (raw & 0b111, bool(raw & 0x100))
    command = _number(next((held[key] for key in ("cdw10_info", "scdw10") if key in held), None))
    said = sstat.get("status") if isinstance(sstat, dict) else sstat
    quote = f"sprog: {oneline(held['sprog'])}, sstat: {oneline(said)}, global_erased: {erased}, cdw10_info: {command}"
    return _Log(
        f"/dev/{name}" if name.startswith("nvme") else name, state, _number(held["sprog"]), command, erased, quote
    )


def _action(command: str) -> int | None:
    """The action that a command line asks for; None when it is no `nvme sanitize` or names several."""
    asked = _COMMAND.match(command)
    actions = _ACTION.findall(asked[1]) if asked else []
    if len(actions) != 1:
        return None
    return _WORDS.get(actions[0].casefold(), _number(actions[0]))


def _controller(name: str) -> str:
    found = re.search(r"nvme\d+", name)
    return found[0] if found else ""


def _number(value: Any) -> int | None:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if 0 <= value < 2**32 else None
    if isinstance(value, str) and re.fullmatch(r"\s*(?:0x[0-9a-fA-F]{1,16}|\d{1,12})\s*", value):
        return _number(int(value.strip(), 0) if "x" in value else int(value))
    return None
