"""Verdicts on a table of a wiping station: one medium a row, in words that people and programs write.

A table is signed by nobody and shows no answer of a firmware: it proves Clear at most, whatever its method is called.
It comes as one JSON object `{"station_results": [row, …]}` with the names of `NAMES`; lists in any other form are
brought into it by whoever reads lists.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from inventory.devices.identity import folded, serial_key
from inventory.devices.placeholders import identifying
from inventory.wiping.evidence.ceilings import ceiling, kind_of
from inventory.wiping.evidence.contents import Part, mapping, moment_of, oneline, sequence
from inventory.wiping.evidence.verdicts import Category, Outcome, Verdict

TABLE = "station_results"
NAMES = (
    *("device", "serial", "model", "kind", "method", "result", "verification", "errors"),
    *("tool", "version", "started_at", "ended_at"),
)
# Rows in one table.
MOST_ROWS = 5_000
_NEEDED = ("method", "tool", "ended_at")
_PROVEN = (Outcome.SANITISED, Outcome.OVERWRITTEN_NOT_VERIFIED)

# As they begin, folded: "Échec (2 secteurs)" is a failure. Of success the whole cell must be one of the words.
_FAILED = (
    "fail",
    "echec",
    "echou",
    "mislukt",
    "gefaald",
    "error",
    "erreur",
    "fout",
    "unsuccess",
    "not ",
    "non ",
    "niet ",
)
_ABORTED = (
    *("abort", "cancel", "interrupt", "stopped", "interrompu", "annule", "arrete"),
    *("afgebroken", "geannuleerd", "gestopt", "onderbroken"),
)
_SUCCEEDED = frozenset(
    (
        *("success", "successful", "succeeded", "ok", "pass", "passed", "done", "erased", "wiped", "sanitised"),
        *("sanitized", "completed", "succes", "reussi", "reussie", "efface", "effacee", "termine", "terminee"),
        *("geslaagd", "gelukt", "gewist", "voltooid", "klaar"),
    )
)
_VERIFIED = frozenset(
    (
        *("ok", "yes", "pass", "passed", "verified", "success", "successful", "full", "100%", "100 %", "oui", "reussi"),
        *("reussie", "verifie", "verifiee", "complete", "ja", "geslaagd", "gelukt", "geverifieerd", "volledig"),
    )
)
_READING = re.compile(r"^(?:verif|verify|controle|lecture|read)")
_DESTRUCTION = re.compile(r"destr|shred\b|broy|versnipper|vernietig|degauss|demagn|pulver")
# The first that fits; what firmware does is told by its own name, never guessed from "purge".
_TECHNIQUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("nvme_sanitize_crypto", re.compile(r"nvme.*crypt")),
    ("nvme_sanitize_block_erase", re.compile(r"nvme.*(?:sanit|block)")),
    ("nvme_format", re.compile(r"nvme.*(?:format|secure|erase)")),
    ("ata_sanitize_crypto", re.compile(r"(?:ata|sanitize).*crypt")),
    ("ata_sanitize_block_erase", re.compile(r"(?:ata|sanitize).*block")),
    ("ata_secure_erase", re.compile(r"secure.?erase|security.?erase|effacement securise")),
    ("factory_reset", re.compile(r"factory|usine|fabrieks")),
    (
        "overwrite",
        re.compile(
            r"overwr|zero|one.?pass|\bones?\b|random|prng|aleatoire|willekeurig|\bdod\b|5220|gutmann|schneier|\brcmp\b"
            r"|\bhmg\b|is5|\bdd\b|nwipe|reecri|ecrase|ecriture|overschrij|\bnul|passe|passage"
        ),
    ),
)


def recognises(part: Part) -> bool:
    """Whether a JSON document is a table of a wiping station."""
    return isinstance(part.value, dict) and isinstance(part.value.get(TABLE), list)


def judge(part: Part) -> list[Verdict]:
    """One verdict per row. Rows of one serial number that disagree prove nothing: which came last is a guess."""
    rows = [mapping(one) for one in sequence(part.value[TABLE])]
    doubts = [f"“{name}” stands twice" for name in part.twice]
    if len(rows) > MOST_ROWS:
        doubts.append(f"the table has {len(rows)} rows, of which {MOST_ROWS} are read")
    decided = [_decide({name: oneline(one.get(name)) for name in NAMES}) for one in rows[:MOST_ROWS]]
    bad = {serial_key(row["serial"]) for row, outcome, _reasons in decided if row["serial"] and outcome not in _PROVEN}
    return [_verdict(*one, doubts, bad) for one in decided] or [
        Verdict("", Outcome.UNREADABLE, reasons=("the table has no row",))
    ]


_Decided = tuple[dict[str, str], Outcome, list[str]]


def _verdict(row: dict[str, str], outcome: Outcome, reasons: list[str], doubts: list[str], bad: set[str]) -> Verdict:
    kind = kind_of(row["kind"])
    disagreeing = outcome in _PROVEN and bool(row["serial"]) and serial_key(row["serial"]) in bad
    if outcome in _PROVEN and (doubts or disagreeing):
        outcome = Outcome.NEEDS_PERSON
        reasons = [*doubts, *([f"another row says otherwise of serial: {row['serial']}"] if disagreeing else [])]
    proven = outcome in _PROVEN
    serial = identifying(row["serial"] or None)
    if proven and serial is None:
        reasons = [*reasons, "the row gives no serial number: the drive cannot be matched by itself"]
    return Verdict(
        row["tool"],
        outcome,
        tool_version=row["version"],
        device=row["device"],
        serial=serial,
        model=row["model"],
        category=Category.CLEAR if proven else None,
        verified=outcome == Outcome.SANITISED,
        method=row["method"],
        started_at=moment_of(row["started_at"]),
        ended_at=moment_of(row["ended_at"]),
        reasons=tuple(reasons),
        medium_kind=kind,
        contradictions=tuple(doubts),
    )


def _decide(row: dict[str, str]) -> _Decided:
    said, quote = folded(row["result"]), f"result: {row['result']}"
    if not said:
        return row, Outcome.NEEDS_PERSON, ["the table does not tell: result"]
    if said.startswith(_ABORTED):
        return row, Outcome.ABORTED, [quote]
    if said.startswith(_FAILED):
        return row, Outcome.FAILED, [quote]
    if said not in _SUCCEEDED:
        return row, Outcome.NEEDS_PERSON, [quote]
    if row["errors"] and folded(row["errors"]) not in ("0", "no", "none", "non", "nee", "aucune", "geen"):
        counted = row["errors"].isdecimal()
        return row, Outcome.FAILED if counted else Outcome.NEEDS_PERSON, [quote, f"errors: {row['errors']}"]
    method = folded(row["method"])
    if _READING.search(method):
        return row, Outcome.NOTHING_WIPED, [f"method: {row['method']}"]
    doubts = list(_doubts(row, method))
    if doubts:
        return row, Outcome.NEEDS_PERSON, [quote, *doubts]
    return row, *_verified(row, quote)


def _doubts(row: dict[str, str], method: str) -> Iterator[str]:
    """What keeps a success from being believed."""
    for name in _NEEDED:
        if not row[name]:
            yield f"the table does not tell: {name}"
    begun, ended = moment_of(row["started_at"]), moment_of(row["ended_at"])
    if row["ended_at"] and ended is None:
        yield f"no date and time: {row['ended_at']}"
    if begun and ended and _naive(ended) < _naive(begun):
        yield f"it ended before it began: {row['started_at']}, {row['ended_at']}"
    if ended and _naive(ended) > dt.datetime.now() + dt.timedelta(days=1):  # noqa: DTZ005  local like the table's
        yield f"it ends in time to come: {row['ended_at']}"
    if not method:
        return
    if _DESTRUCTION.search(method):
        yield f"a destruction is recorded with its witness: method: {row['method']}"
        return
    technique = next((name for name, shape in _TECHNIQUES if shape.search(method)), "")
    if not technique or ceiling(technique, kind_of(row["kind"])) is None:
        yield f"no technique that we know for a medium of this kind: {row['method']} on “{row['kind'] or 'unknown'}”"


def _verified(row: dict[str, str], quote: str) -> tuple[Outcome, list[str]]:
    told = folded(row["verification"])
    reasons = [quote, f"method: {row['method']}"]
    if not told:
        return Outcome.OVERWRITTEN_NOT_VERIFIED, [*reasons, "the table tells nothing of a verification"]
    reasons.append(f"verification: {row['verification']}")
    if told.startswith((*_FAILED, *_ABORTED)) and not told.startswith(("not ", "non ", "niet ")):
        return Outcome.FAILED, reasons
    return Outcome.SANITISED if told in _VERIFIED else Outcome.OVERWRITTEN_NOT_VERIFIED, reasons


def _naive(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone().replace(tzinfo=None) if moment.tzinfo else moment


def document(rows: list[dict[str, str]]) -> dict[str, Any]:
    """Rows by the names of `NAMES` as the document that is judged."""
    return {TABLE: [{name: row.get(name, "") for name in NAMES} for row in rows]}
