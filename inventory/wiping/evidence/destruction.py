"""Verdicts on our own record of a destruction: shredder batch, technique, particle size, witness and photo.

One record is a JSON object with the names of `_NAMES` and a list `serials`, or a CSV file with those names as headings
and one serial a row. Degaussing is no destruction (NIST SP 800-88 Rev. 2), and on flash it does nothing at all.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from inventory.devices.placeholders import identifying
from inventory.wiping.evidence.ceilings import DESTROYING, FLASH, ceiling
from inventory.wiping.evidence.contents import Part, mapping, moment_of, oneline, sequence
from inventory.wiping.evidence.verdicts import Outcome, Verdict

TOOL = "destruction"

_NAMES = (
    "batch",
    "technique",
    "particle_mm",
    "standard",
    "machine",
    "operator",
    "witness",
    "photo_sha256",
    "destroyed_at",
)
_NEEDED = ("batch", "technique", "operator", "witness", "photo_sha256", "destroyed_at")
# Techniques that cut: what they leave has a size, and the size is what the classes of ISO/IEC 21964 speak of.
_CUTTING = frozenset({"shred", "disintegrate", "pulverise"})
_LARGEST_MM = 1000
MOST_SERIALS = 10_000


def recognises(part: Part) -> bool:
    """Whether a JSON document or a CSV text is a record of a destruction."""
    if part.form == "json":
        held = part.value
        return isinstance(held, dict) and "technique" in held and "batch" in held and "serials" in held
    headings = _headings(part.value)
    return {"serial", "batch", "technique"} <= set(headings)


def judge(part: Part) -> list[Verdict]:
    """One verdict per medium in the batch."""
    if part.form == "json":
        return _judge_json(part)
    return _judge_csv(part.value)


def _judge_json(part: Part) -> list[Verdict]:
    held = mapping(part.value)
    record = {name: oneline(held.get(name)) for name in _NAMES}
    media = [one if isinstance(one, dict) else {"serial": one} for one in sequence(held["serials"])[:MOST_SERIALS]]
    doubts = [f"“{name}” stands twice" for name in part.twice]
    if not media:
        doubts.append("the record names no medium: its list of serials is empty")
    serials = [oneline(one.get("serial")) for one in media]
    return [
        _verdict(record, oneline(one.get("serial")), oneline(one.get("kind")), serials, doubts) for one in media or [{}]
    ]


def _judge_csv(text: str) -> list[Verdict]:
    rows = [_row(line) for line in _lines(text)]
    headings = [heading.strip().casefold() for heading in rows[0]]
    doubts = [f"the heading “{name}” stands twice" for name in sorted(set(headings)) if headings.count(name) > 1]
    held = [(row, dict(zip(headings, row, strict=False))) for row in rows[1 : MOST_SERIALS + 1]]
    serials = [record.get("serial", "").strip() for _row, record in held]
    verdicts = []
    for number, (row, record) in enumerate(held, start=2):
        short = [f"row {number} has {len(row)} fields, the headings are {len(headings)}"] * (len(row) != len(headings))
        # Programs end every row with a line end: where it is missing, the row may be cut in the middle of its serial.
        cut = ["the last row has no line end: it may be cut off"] * (number == len(rows) and text[-1:] not in "\r\n")
        facts = {name: oneline(record.get(name)) for name in _NAMES}
        kind = record.get("kind", "").strip()
        verdicts.append(_verdict(facts, record.get("serial", "").strip(), kind, serials, [*doubts, *short, *cut]))
    if not verdicts:
        verdicts.append(Verdict(TOOL, Outcome.UNREADABLE, reasons=("the record has headings and no row",)))
    return verdicts


def _verdict(record: dict[str, str], serial: str, kind: str, serials: list[str], doubts: list[str]) -> Verdict:
    technique = record["technique"].casefold()
    kind = kind.casefold()
    outcome, reasons = _decide(record, technique, kind)
    twice = [f"the serial stands twice in the record: {serial}"] if serial and serials.count(serial) > 1 else []
    if outcome == Outcome.SANITISED and doubts:
        outcome, reasons = Outcome.NEEDS_PERSON, doubts
    proven = outcome == Outcome.SANITISED
    known = identifying(serial or None)
    if proven and known is None:
        reasons = [*reasons, "no serial number: the medium cannot be matched by itself"]
    return Verdict(
        TOOL,
        outcome,
        serial=known,
        category=ceiling(technique, kind) if proven else None,
        verified=proven,
        method=technique,
        ended_at=moment_of(record["destroyed_at"]),
        reasons=tuple(reasons),
        medium_kind=kind,
        contradictions=(*doubts, *twice),
    )


def _decide(record: dict[str, str], technique: str, kind: str) -> tuple[Outcome, list[str]]:
    quote = f"technique: {record['technique']}"
    if technique.startswith("degauss"):
        if kind in FLASH:
            return Outcome.NOTHING_WIPED, [quote, "degaussing does nothing to flash memory"]
        return Outcome.NEEDS_PERSON, [quote, "degaussing destroys no medium (NIST SP 800-88 Rev. 2)"]
    if technique not in DESTROYING:
        return Outcome.NEEDS_PERSON, [quote, "this technique destroys no medium that we know of"]
    missing = list(_missing(record, technique))
    if missing:
        return Outcome.NEEDS_PERSON, [quote, *missing]
    return Outcome.SANITISED, [f"{name}: {record[name]}" for name in _NAMES if record[name] and name != "operator"]


def _missing(record: dict[str, str], technique: str) -> Iterator[str]:
    for name in _NEEDED:
        if not record[name]:
            yield f"the record does not tell: {name}"
    if record["photo_sha256"] and not re.fullmatch(r"[0-9a-fA-F]{64}", record["photo_sha256"]):
        yield f"no SHA-256 of a photo: {record['photo_sha256']}"
    if record["destroyed_at"] and moment_of(record["destroyed_at"]) is None:
        yield f"no date and time: {record['destroyed_at']}"
    if record["witness"] and record["witness"] == record["operator"]:
        yield f"nobody witnesses their own work: {record['witness']}"
    if technique in _CUTTING:
        size = _number(record["particle_mm"])
        if size is None or not 0 < size <= _LARGEST_MM:
            yield f"no particle size in millimetres: {record['particle_mm'] or 'empty'}"
        if not record["standard"]:
            yield "the record does not tell the standard that the particle size follows"


def _headings(text: Any) -> list[str]:
    first = next(_lines(text), "") if isinstance(text, str) else ""
    return [heading.strip().casefold() for heading in _row(first)]


def _lines(text: str) -> Iterator[str]:
    return (line for line in re.split(r"\r\n|\n|\r", text.lstrip("\ufeff")) if line.strip())


def _row(line: str) -> list[str]:
    separator = max(",;\t", key=line.count)
    if len(line) > 20_000 or "\0" in line:
        return []
    try:
        return next(csv.reader(io.StringIO(line), delimiter=separator), [])
    except csv.Error:
        return []


def _number(text: str) -> float | None:
    return float(text.replace(",", ".")) if re.fullmatch(r"\d{1,6}(?:[.,]\d{1,3})?", text) else None
