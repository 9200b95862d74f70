"""Verdicts on nwipe's PDF reports, of one drive or of a whole machine: the fields of each drive, never the title.

Every report is called "Disk Erasure Report", of failed and of verified-only drives too, and says nothing of each
pass; it is not signed. So it is believed only where every field is there and none speaks against the others.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from inventory.devices.placeholders import identifying
from inventory.wiping.evidence.ceilings import ceiling, kind_of
from inventory.wiping.evidence.contents import Part, Words, moment_of
from inventory.wiping.evidence.nwipe import READING, TOOL, WRITING
from inventory.wiping.evidence.verdicts import Outcome, Verdict

_TITLE = re.compile(r"Dis[ck] Erasure by NWIPE version (\S+)", re.IGNORECASE)
_NAME = re.compile(r"nwipe_report_.*_Serial_(.*)_device_([\w-]+)\.pdf", re.IGNORECASE)
# The words before the colon, as versions 0.35 to 0.42 write them, and what they tell.
_LABELS = {
    "make": "model", "make/model": "model", "s/n": "serial", "serial": "serial", "bus": "bus",
    "size(apparent)": "size", "size(real)": "real_size", "start time": "start", "end time": "end",
    "duration": "duration", "status": "status", "method": "method", "prng algorithm": "prng",
    "final pass(zeros/ones/none)": "blanking", "blanking pass": "blanking",
    "verify pass(last/all/none)": "verify", "verify(last/all/none)": "verify", "*bytes erased": "erased",
    "rounds(completed/requested)": "rounds", "hpa/dco": "hidden", "hpa/dco size": "hidden_size",
    "errors(pass/sync/verify)": "errors", "errors(pass/sync/verify/retries)": "errors", "throughput": "throughput",
    "information": "information", "technician/operator id": "operator", "signature": "signature", "name/id": "operator",
}  # fmt: skip
_STATUSES = re.compile(r"ERASED|FAILED|ABORTED|UABORTED|INSANITY")
_NEEDED = (
    "serial",
    "size",
    "real_size",
    "status",
    "method",
    "verify",
    "erased",
    "rounds",
    "hidden",
    "errors",
    "blanking",
)
# Points. Words of one line may stand half a point apart; a status in its ellipse a little more.
_SAME_LINE = 2.5
_Finding = tuple[Outcome, str]


@dataclass(slots=True)
class _Entry:
    """What a report says of one drive: its fields, each with every value that stands there."""

    page: int
    fields: dict[str, list[str]] = field(default_factory=dict)
    warned: bool = False
    smart_serials: list[str] = field(default_factory=list)
    kind: str = ""

    def one(self, name: str) -> str:
        """The value of a field, empty when it is missing."""
        return next(iter(self.fields.get(name, [])), "")

    def quote(self, name: str) -> str:
        """The field as it stands in the report."""
        return f"page {self.page}: {name}: {' / '.join(self.fields.get(name, ['(missing)']))}"


def recognises(part: Part) -> bool:
    """Whether a PDF is a report of nwipe, of one drive or of a machine."""
    return any(_TITLE.search(word.text) for word in part.value)


def judge(part: Part) -> list[Verdict]:
    """One verdict per drive of the report."""
    words: list[Words] = part.value
    versions = list(dict.fromkeys(found[1] for word in words if (found := _TITLE.search(word.text))))
    entries = list(_entries(words))
    named = _NAME.search(part.file) if len(entries) == 1 else None
    version = versions[0] if versions else ""
    if not entries:
        reason = "the report has no page that tells how a drive was erased"
        return [Verdict(TOOL, Outcome.UNREADABLE, tool_version=version, reasons=(reason,))]
    changed = ["the report was changed after nwipe wrote it"] if part.revisions > 1 else []
    mixed = [f"pages of several versions in one report: {', '.join(versions)}"] if len(versions) > 1 else []
    return [_verdict(entry, version, named, [*mixed, *changed]) for entry in entries]


def _verdict(entry: _Entry, version: str, named: re.Match[str] | None, mixed: list[str]) -> Verdict:
    serial, doubts = _serial(entry, named)
    outcome, reasons = _decide(entry, [*mixed, *doubts])
    kind = entry.kind or kind_of(entry.one("bus"))
    proven = outcome in (Outcome.SANITISED, Outcome.OVERWRITTEN_NOT_VERIFIED)
    if proven and serial is None:
        reasons.append("the report gives no serial number: the drive cannot be matched by itself")
    counts = _counts(entry)
    return Verdict(
        TOOL,
        outcome,
        tool_version=version,
        device=f"/dev/{named[2]}" if named else "",
        serial=serial,
        model=entry.one("model"),
        size_bytes=_bytes(entry.one("size")),
        category=ceiling("overwrite", kind) if proven else None,
        verified=outcome == Outcome.SANITISED,
        method=entry.one("method"),
        started_at=_moment(entry.one("start")),
        ended_at=_moment(entry.one("end")),
        errors=tuple(zip(("pass", "fdatasync", "verification", "retries"), counts, strict=False)),
        reasons=tuple(reasons),
        medium_kind=kind,
        contradictions=tuple(_contradictions(entry, outcome, [*mixed, *doubts])),
    )


def _decide(entry: _Entry, doubts: list[str]) -> tuple[Outcome, list[str]]:
    """The first rule that speaks against the drive decides, as with the log."""
    rules: tuple[Callable[[_Entry], Iterator[_Finding]], ...] = (_reading_only, _trouble, _incomplete, _short, _hidden)
    for rule in rules:
        findings = list(rule(entry))
        if findings:
            return findings[0][0], [reason for _outcome, reason in findings]
    if doubts:
        return Outcome.NEEDS_PERSON, doubts
    said = [entry.quote(name) for name in ("status", "method", "verify", "erased", "rounds", "errors", "hidden")]
    if entry.one("verify").endswith("None"):
        return Outcome.OVERWRITTEN_NOT_VERIFIED, said
    return Outcome.SANITISED, said


def _reading_only(entry: _Entry) -> Iterator[_Finding]:
    if any(method.startswith(READING) for method in entry.fields.get("method", [])):
        yield Outcome.NOTHING_WIPED, entry.quote("method")


def _trouble(entry: _Entry) -> Iterator[_Finding]:
    statuses = entry.fields.get("status", [])
    if any("FAIL" in status or "INSAN" in status for status in statuses):
        yield Outcome.FAILED, entry.quote("status")
    if any(_counts(entry)[:3]):
        yield Outcome.FAILED, entry.quote("errors")
    if any("ABORT" in status for status in statuses):
        yield Outcome.ABORTED, entry.quote("status")


def _incomplete(entry: _Entry) -> Iterator[_Finding]:
    if not entry.fields.get("status"):
        yield Outcome.UNREADABLE, f"page {entry.page}: the report does not tell the status of the drive"
        return
    for name in _NEEDED:
        values = set(entry.fields.get(name, []))
        if len(values) != 1:
            yield Outcome.NEEDS_PERSON, entry.quote(name)
    if entry.one("status") != "ERASED":
        yield Outcome.NEEDS_PERSON, entry.quote("status")
    if entry.one("method") not in WRITING:
        yield Outcome.NEEDS_PERSON, entry.quote("method")
    if not re.fullmatch(r"(?:Verify )?(?:Last|All|None)", entry.one("verify")):
        yield Outcome.NEEDS_PERSON, entry.quote("verify")
    if len(_counts(entry)) not in (3, 4) or any(_counts(entry)[3:]):
        yield Outcome.NEEDS_PERSON, entry.quote("errors")


def _short(entry: _Entry) -> Iterator[_Finding]:
    """Every round done, and every byte of the drive."""
    rounds = re.fullmatch(r"(\d{1,6})/(\d{1,6})", entry.one("rounds"))
    if rounds is None or int(rounds[2]) < 1 or int(rounds[1]) != int(rounds[2]):
        yield Outcome.NEEDS_PERSON, entry.quote("rounds")
    erased = re.fullmatch(r"(\d{1,18}), ?\((\d+(?:\.\d+)?)%\)", entry.one("erased"))
    sizes = [_bytes(entry.one(name)) for name in ("size", "real_size") if entry.one(name)]
    if erased is None or not sizes or None in sizes or 0 in sizes:
        yield Outcome.NEEDS_PERSON, entry.quote("erased")
        yield Outcome.NEEDS_PERSON, entry.quote("size")
        return
    if int(erased[1]) < max(size for size in sizes if size) or float(erased[2]) < 100:
        yield Outcome.FAILED, entry.quote("erased")
        yield Outcome.FAILED, entry.quote("size")


def _hidden(entry: _Entry) -> Iterator[_Finding]:
    """Sectors that the host does not see were not written: found or not known, a person decides."""
    told = [*entry.fields.get("hidden", []), *entry.fields.get("hidden_size", [])]
    if any(value.casefold() not in ("no hidden sectors", "not applicable") for value in told):
        yield Outcome.NEEDS_PERSON, entry.quote("hidden")
    if entry.warned:
        yield Outcome.NEEDS_PERSON, f"page {entry.page}: See Warning !"


def _contradictions(entry: _Entry, outcome: Outcome, doubts: list[str]) -> Iterator[str]:
    if outcome in (Outcome.NOTHING_WIPED, Outcome.FAILED, Outcome.ABORTED) and "ERASED" in entry.fields.get(
        "status", []
    ):
        yield entry.quote("status")
    yield from doubts


def _serial(entry: _Entry, named: re.Match[str] | None) -> tuple[str | None, list[str]]:
    """The serial on which fields, health page and file name agree, and what keeps it from being one."""
    told = [value for value in (*entry.fields.get("serial", []), *entry.smart_serials) if value != "Unknown"]
    distinct = list({value.casefold(): value for value in told}.values())
    if any(len(value) >= 4 and not value.strip("?xX*") for value in distinct):
        return None, [f"the serial number was hidden: {entry.quote('serial')}"]
    if len(distinct) > 1:
        return None, [f"the serial numbers differ: {' / '.join(distinct)}"]
    serial = distinct[0] if distinct else ""
    if named and re.sub(r"\W|_", "", named[1]).casefold() != re.sub(r"\W|_", "", serial or "Unknown").casefold():
        return None, [f"the file's name has another serial number: {named[1]} / {serial or 'Unknown'}"]
    return identifying(serial or None), []


def _entries(words: list[Words]) -> Iterator[_Entry]:
    """One entry per drive: where a line "Make" begins, down to where the next begins."""
    tops = sorted(
        ((word.page, -word.y) for word in words if _label(word.text) == "model" and word.x < 200), key=lambda top: top
    )
    blocks: dict[tuple[int, float], list[Words]] = {top: [] for top in tops}
    for word in words:
        above = [top for top in tops if top[0] == word.page and top[1] <= -word.y + _SAME_LINE]
        if above:
            blocks[above[-1]].append(word)
    single = len(blocks) == 1
    for (page, _top), block in blocks.items():
        entry = _Entry(page)
        _fill(entry, block)
        if single:
            _health(entry, words)
        yield entry


def _fill(entry: _Entry, block: list[Words]) -> None:
    """Each label takes what stands to its right, up to the next label on its line."""
    labels = [(word, name) for word in block if (name := _label(word.text))]
    for word in block:
        if _label(word.text):
            continue
        if word.text.startswith("See Warning"):
            entry.warned = True
            continue
        left = [(label.x, name) for label, name in labels if abs(label.y - word.y) <= _SAME_LINE and label.x < word.x]
        name = max(left)[1] if left else ""
        if _STATUSES.fullmatch(word.text) and name not in ("model", "serial"):
            name = "status"  # In a machine's report it stands upright beside the drive's lines.
        if name:
            entry.fields.setdefault(name, []).append(word.text)


def _health(entry: _Entry, words: list[Words]) -> None:
    """What the pages with smartctl's output and the heads of the pages add."""
    for word in words:
        name, _colon, value = word.text.partition(":")
        if name.casefold() in ("serial number", "disk s/n") and value.strip():
            entry.smart_serials.append(value.strip())
        elif name.casefold() == "rotation rate" and value.strip():
            entry.kind = kind_of(value)
        elif name.casefold() == "nvme version":
            entry.kind = "nvme"


def _label(text: str) -> str:
    return _LABELS.get(text.removesuffix(":").strip().casefold(), "") if text.endswith(":") else ""


def _counts(entry: _Entry) -> tuple[int, ...]:
    found = re.fullmatch(r"\d{1,18}(?:/\d{1,18}){2,3}", entry.one("errors"))
    return tuple(int(count) for count in found[0].split("/")) if found else ()


def _bytes(text: str) -> int | None:
    found = re.search(r", ?(\d{1,18}) ?(?:bytes|b)$", text, re.IGNORECASE)
    return int(found[1]) if found else None


def _moment(text: str) -> dt.datetime | None:
    found = re.fullmatch(r"(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d)", text)
    return moment_of(f"{found[1]}-{found[2]}-{found[3]}T{found[4]}") if found else None
