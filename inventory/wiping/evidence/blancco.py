"""Verdicts on Blancco's reports, as XML or JSON: each target of each erasure of each report by itself.

The shape differs by version: `<entries name="erasure"><entry name="state">` or `<erasure><state>`, one report a file
or many. It is read by names, wherever they stand; what a report does not say is not taken as said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from inventory.devices.placeholders import identifying
from inventory.wiping.evidence.ceilings import ceiling, kind_of
from inventory.wiping.evidence.contents import Node, Part, moment_of, node_of
from inventory.wiping.evidence.verdicts import Category, Outcome, Verdict

TOOL = "Blancco"

_COUNTS = ("cleaned_sectors", "failed_sectors", "total_errors", "overwriting_rounds", "firmware_rounds")
# The largest sector a disk has today, in bytes.
_SECTOR = 4096
_PURGING = re.compile(r"\bpurge\b|crypto|block erase|sanitize", re.IGNORECASE)
_WRITES_ONLY = re.compile(r"\bclear\b|zero|one|random|overwrit|lower standard|aperiodic", re.IGNORECASE)


def recognises(part: Part) -> bool:
    """Whether a document holds a Blancco erasure report, wherever it stands in it."""
    return next(_tree(part).all("blancco_data"), None) is not None


def judge(part: Part) -> list[Verdict]:
    """One verdict per target; a report without an erasure is told as unreadable."""
    verdicts: list[Verdict] = []
    for data in _tree(part).all("blancco_data"):
        erasures = [one for report in data.all("blancco_erasure_report") for one in report.all("erasure")]
        version = next((text for name in ("product_version", "version") for text in _deep(data, name)), "")
        for erasure in erasures:
            targets = list(erasure.all("target")) or [Node("target")]
            verdicts.extend(_verdict(erasure, target, version, part.twice) for target in targets)
        if not erasures:
            reason = "the report holds no erasure"
            verdicts.append(Verdict(TOOL, Outcome.UNREADABLE, tool_version=version, reasons=(reason,)))
    return verdicts


def _verdict(erasure: Node, target: Node, version: str, twice: tuple[str, ...]) -> Verdict:
    kind = _kind(target)
    serials = {text.casefold(): text for text in target.texts("serial") if text}
    standard = _one(erasure, "erasure_standard_name")
    outcome, reasons = _decide(erasure, target)
    doubts = [*(f"“{name}” stands twice" for name in twice), *_doubled(erasure, target)]
    technique = _technique(erasure, standard)
    category = ceiling(technique, kind)
    contradictions = doubts + list(_contradictions(erasure, outcome))
    if category == Category.CLEAR and "purge" in standard.casefold():
        contradictions.append(f"no purge on this medium by this technique: erasure_standard_name: {standard}")
    proven = outcome in (Outcome.SANITISED, Outcome.OVERWRITTEN_NOT_VERIFIED)
    if proven and (doubts or category is None):
        outcome, proven, reasons = Outcome.NEEDS_PERSON, False, doubts or [f"erasure_standard_name: {standard}"]
    serial = identifying(next(iter(serials.values()))) if len(serials) == 1 else None
    if proven and serial is None:
        reasons.append("the report gives no serial number for the target: it cannot be matched by itself")
    return Verdict(
        TOOL,
        outcome,
        tool_version=version[:40],
        device=_one(target, "path") or _one(target, "device") or _one(target, "target_id"),
        serial=serial,
        model=_one(target, "model"),
        size_bytes=_count(target, "capacity"),
        category=category if proven else None,
        verified=outcome == Outcome.SANITISED,
        method=standard,
        started_at=moment_of(_one(erasure, "start_time")),
        ended_at=moment_of(_one(erasure, "end_time") or _one(erasure, "timestamp")),
        errors=tuple((name, _count(erasure, name) or 0) for name in ("failed_sectors", "total_errors")),
        reasons=tuple(reasons),
        medium_kind=kind,
        contradictions=tuple(contradictions),
    )


def _decide(erasure: Node, target: Node) -> tuple[Outcome, list[str]]:
    state = _one(erasure, "state")
    said = state.casefold()
    quote = f"state: {state}"
    if not state:
        return Outcome.NEEDS_PERSON, ["the report does not tell the state of the erasure"]
    if any(word in said for word in ("abort", "cancel", "interrupt", "stopped")):
        return Outcome.ABORTED, [quote]
    if "fail" in said or "unsuccessful" in said or "not erased" in said:
        return Outcome.FAILED, [quote]
    counted = [f"{name}: {_one(erasure, name)}" for name in ("failed_sectors", "total_errors") if _count(erasure, name)]
    if counted:
        return Outcome.FAILED, counted
    if said not in ("successful", "success"):
        return Outcome.NEEDS_PERSON, [quote]
    rounds = [
        (name, _count(erasure, name)) for name in ("overwriting_rounds", "firmware_rounds", "total_erasure_rounds")
    ]
    if all(count == 0 for _name, count in rounds[:2]) or rounds[2][1] == 0:
        return Outcome.NOTHING_WIPED, [f"{name}: {count}" for name, count in rounds]
    doubts = list(_doubts(erasure, target))
    if doubts:
        return Outcome.NEEDS_PERSON, doubts
    reasons = [quote, *(f"{name}: {_one(erasure, name)}" for name in _COUNTS)]
    return _verified(erasure, reasons)


def _doubts(erasure: Node, target: Node) -> Iterator[str]:
    """What a successful state leaves open."""
    for name in (*_COUNTS, "total_erasure_rounds", "erasure_standard_name"):
        if not _one(erasure, name) or (name in _COUNTS and _count(erasure, name) is None):
            yield f"the report does not tell: {name}"
    total, done = _count(erasure, "total_erasure_rounds"), 0
    for name in ("overwriting_rounds", "firmware_rounds"):
        done += _count(erasure, name) or 0
    if total is not None and total != done:
        yield f"total_erasure_rounds: {total}, and overwriting and firmware rounds together: {done}"
    cleaned, size = _count(erasure, "cleaned_sectors"), _count(target, "capacity")
    if _count(erasure, "overwriting_rounds") and cleaned is not None and cleaned * _SECTOR < (size or 1):
        yield f"cleaned_sectors: {cleaned}, and capacity: {size}"
    if not _one(target, "capacity"):
        yield "the report does not tell: capacity"
    if not target.below:
        yield "the report does not tell which drive was erased"


def _verified(erasure: Node, reasons: list[str]) -> tuple[Outcome, list[str]]:
    """The state alone does not tell whether the result was read back."""
    told = [(node.name, node.text.strip()) for node in erasure.below if "verif" in node.name.casefold()]
    quotes = [f"{name}: {text}" for name, text in told if text]
    if any("fail" in text.casefold() for _name, text in told):
        return Outcome.FAILED, quotes
    read = any(re.match(r"(?:[1-9]|full|yes|true|ok\b|successful)", text, re.IGNORECASE) for _name, text in told)
    if read and not any(text.casefold() in ("0", "no", "false", "none") for _name, text in told):
        return Outcome.SANITISED, [*reasons, *quotes]
    return Outcome.OVERWRITTEN_NOT_VERIFIED, [*reasons, *(quotes or ["the report tells nothing of a verification"])]


def _technique(erasure: Node, standard: str) -> str:
    """Firmware commands count only where the standard's name is one of purging and the firmware did a round."""
    if _count(erasure, "firmware_rounds") and _PURGING.search(standard) and not _WRITES_ONLY.search(standard):
        return "firmware"
    return "overwrite"


def _contradictions(erasure: Node, outcome: Outcome) -> Iterator[str]:
    if outcome in (Outcome.FAILED, Outcome.NOTHING_WIPED) and _one(erasure, "state").casefold() == "successful":
        yield f"state: {_one(erasure, 'state')}"


def _doubled(erasure: Node, target: Node) -> Iterator[str]:
    """A name that stands twice in one record, saying two things."""
    for node in (erasure, target):
        for name in sorted({below.name for below in node.below if not below.below}):
            texts = list(dict.fromkeys(node.texts(name)))
            if len(texts) > 1:
                yield f"{name}: {texts[0]} / {texts[1]}"


def _tree(part: Part) -> Node:
    return part.value if isinstance(part.value, Node) else node_of("", part.value)


def _deep(node: Node, name: str) -> Iterator[str]:
    return (found.text.strip() for description in node.all("description") for found in description.all(name))


def _kind(target: Node) -> str:
    told = [_one(target, name) for name in ("type", "interface_type", "bus", "media_type", "model")]
    return kind_of(*told[:4]) or (
        "hdd" if told[0].casefold() in ("disk", "ata", "sata", "sas") and _spins(target) else ""
    )


def _spins(target: Node) -> bool:
    return bool(_count(target, "rotation_rate") or _count(target, "rpm"))


def _one(node: Node, name: str) -> str:
    return " ".join(next(iter(node.texts(name)), "").split())[:200]


def _count(node: Node, name: str) -> int | None:
    text = _one(node, name)
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None
