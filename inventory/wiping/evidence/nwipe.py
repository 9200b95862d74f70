"""Verdicts on nwipe's logs: wiped only if everything in the log agrees that it was, drive by drive.

Never believed: the last line's "successfully completed" (it speaks of the program), "[SUCCESS] Blanked"
(printed for drives that failed), "100.00%" (printed for an aborted run of 35 passes), the hours in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from inventory.devices.placeholders import identifying
from inventory.wiping.evidence.ceilings import ceiling, kind_of
from inventory.wiping.evidence.contents import Part
from inventory.wiping.evidence.nwipe_log import MOST_RUNS, Drive, Quote, Run, TableRow, is_log, runs_of
from inventory.wiping.evidence.verdicts import Outcome, Verdict

TOOL = "nwipe"

# Methods that write over every sector (0.2x to 0.42). "Quick Erase" is the old name of one pass of zeros.
WRITING = frozenset(
    {
        "Fill With Zeros",
        "Fill With Ones",
        "Quick Erase",
        "RCMP TSSIT OPS-II",
        "DoD Short",
        "DoD 5220.22-M",
        "Gutmann Wipe",
        "PRNG Stream",
        "HMG IS5 Baseline",
        "HMG IS5 Enhanced",
        "Bruce Schneier 7-Pass",
        "BMB21-2019",
    }
)
READING = "Verify "
# In one run. The largest shelves take sixty.
MOST_DRIVES = 250

_Finding = tuple[Outcome, str]


def recognises(part: Part) -> bool:
    """Whether a text is an nwipe log, whole or in part."""
    return is_log(part.value)


def judge(part: Part) -> list[Verdict]:
    """One verdict per drive and run. Never raises, whatever was cut off, joined or edited."""
    verdicts: list[Verdict] = []
    runs = runs_of(part.value)
    if len(runs) >= MOST_RUNS:
        reason = f"the file holds {MOST_RUNS} runs or more: what follows them was not read"
        verdicts.append(Verdict(TOOL, Outcome.UNREADABLE, reasons=(reason,)))
    for run in runs:
        if max(len(run.drives), *(len(rows) for rows in run.tables.values()), 0) > MOST_DRIVES:
            reason = f"one run of more than {MOST_DRIVES} drives: no station holds so many"
            verdicts.append(Verdict(TOOL, Outcome.UNREADABLE, tool_version=_version(run), reasons=(reason,)))
            continue
        drives = _wiped_drives(run)
        verdicts.extend(_verdict(run, drive) for drive in drives)
        if not drives:
            quote = str(run.final or "")
            verdicts.append(
                Verdict(
                    TOOL,
                    Outcome.UNREADABLE,
                    tool_version=_version(run),
                    reasons=tuple(filter(None, (quote, "the log names no drive that was wiped"))),
                )
            )
    return verdicts


def _wiped_drives(run: Run) -> list[Drive]:
    """Drives that the run worked on; a log that breaks off before any work speaks of all it found."""
    for row, paths in list(run.owned("statuses")):
        if not paths:
            run.drive("/dev/" + row.name)
    worked_on = [drive for drive in run.drives.values() if drive.methods or run.rows("statuses", drive.path)]
    return worked_on or list(run.drives.values())


def _verdict(run: Run, drive: Drive) -> Verdict:
    serial, hidden = _serial(run, drive)
    outcome, reasons = _decide(run, drive, hidden)
    if serial is None and outcome in (Outcome.SANITISED, Outcome.OVERWRITTEN_NOT_VERIFIED):
        reasons.append("the log gives no serial number: the drive cannot be matched by itself")
    overwritten = outcome in (Outcome.SANITISED, Outcome.OVERWRITTEN_NOT_VERIFIED)
    errors = run.rows("errors", drive.path)
    counts = tuple(int(value) for value in errors[0].values) if len(errors) == 1 else ()
    kind = kind_of(drive.bus, drive.path)
    return Verdict(
        TOOL,
        outcome,
        tool_version=_version(run),
        device=drive.path,
        serial=serial,
        model=drive.model,
        size_bytes=drive.sizes[0][1] if drive.sizes else None,
        category=ceiling("overwrite", kind) if overwritten else None,
        verified=outcome == Outcome.SANITISED,
        method=_methods(run, drive)[0][1] if _methods(run, drive) else "",
        started_at=drive.started_at,
        ended_at=drive.ended_at,
        errors=tuple(zip(("pass", "verification", "fdatasync"), counts, strict=False)),
        reasons=tuple(reasons),
        medium_kind=kind,
        contradictions=tuple(_contradictions(run, drive, outcome)),
    )


def _contradictions(run: Run, drive: Drive, outcome: Outcome) -> Iterator[str]:
    """Lines that tell of a success which the verdict denies."""
    if outcome not in (Outcome.FAILED, Outcome.ABORTED, Outcome.NOTHING_WIPED):
        return
    yield from (str(quote) for quote in drive.successes)
    yield from (str(row.quote) for row in run.rows("statuses", drive.path) if row.values[0] == " Erased ")
    yield from (str(row.quote) for row in run.rows("erasures", drive.path) if int(row.values[0]) >= int(row.values[1]))
    if run.ending == "successfully":
        yield str(run.final)


def _decide(run: Run, drive: Drive, hidden: list[str]) -> tuple[Outcome, list[str]]:
    """The first rule that speaks against the drive decides; what is left is wiped, verified or not."""
    rules: tuple[Callable[[Run, Drive], Iterator[_Finding]], ...] = (
        _reading_only,
        _reported_trouble,
        _incomplete,
        _mixed_up,
        _unfinished,
        _short_writes,
        _contradicted,
    )
    for rule in rules:
        findings = list(rule(run, drive))
        if findings:
            return findings[0][0], [reason for _outcome, reason in findings]
    if hidden:
        return Outcome.NEEDS_PERSON, hidden
    status = run.rows("statuses", drive.path)[0]
    said = [str(status.quote), str(run.footers[0][0])]
    if run.footers[0][4] == "NV" or run.option("verify").startswith("0"):
        return Outcome.OVERWRITTEN_NOT_VERIFIED, said
    missing = _missing_verification(run, drive)
    if missing:
        return Outcome.NEEDS_PERSON, [missing, *said]
    return Outcome.SANITISED, [str(drive.verifications[-1]), *said]


def _reading_only(run: Run, drive: Drive) -> Iterator[_Finding]:
    """ "Verify Zeros" and "Verify Ones" read the drive and write nothing, and still end as "Erased"."""
    for quote, method in _methods(run, drive):
        if method.startswith(READING):
            yield Outcome.NOTHING_WIPED, str(quote)


def _reported_trouble(run: Run, drive: Drive) -> Iterator[_Finding]:
    """What the program itself reports: status, counters, failures, abortion."""
    for row in run.rows("statuses", drive.path):
        if "FAIL" in row.values[0] or "INSAN" in row.values[0]:
            yield Outcome.FAILED, str(row.quote)
    for row in run.rows("errors", drive.path):
        if any(int(count) for count in row.values):
            yield Outcome.FAILED, str(row.quote)
    for quote in drive.failures:
        yield Outcome.FAILED, str(quote)
    for row in run.rows("statuses", drive.path):
        if "ABORT" in row.values[0]:
            yield Outcome.ABORTED, str(row.quote)
    if run.ending == "aborted" and not run.rows("statuses", drive.path):
        yield Outcome.ABORTED, str(run.final)


def _incomplete(run: Run, drive: Drive) -> Iterator[_Finding]:
    """A log without its head, its tables or its last line proves nothing good."""
    if run.final and run.option_blocks and not run.headings:
        # Versions before 0.26 wrote no tables: their lines are for a person to read.
        yield Outcome.NEEDS_PERSON, f"the log has no tables at its end: {run.final}"
        return
    if not run.rows("statuses", drive.path):
        yield Outcome.UNREADABLE, "the log has no line for this drive in its table “Drive Status”"
        return
    for present, sentence in (
        (drive.found, "the log does not tell how this drive was found: its beginning is missing"),
        (run.option_blocks, "the log does not list the program's options: its beginning is missing"),
        (run.rows("errors", drive.path), "the log has no line for this drive in its table “Error Summary”"),
        (run.footers, "the log has no line with method and verification under its last table"),
        (run.final, "the log breaks off before its last line"),
        (drive.methods, "the log does not tell by which method this drive was wiped"),
        (run.option("method"), "the log does not list the method among the options"),
        (run.option("verify"), "the log does not list the verification among the options"),
    ):
        if not present:
            yield Outcome.NEEDS_PERSON, sentence
    if run.headings.get("erasures") and not run.rows("erasures", drive.path):
        yield Outcome.NEEDS_PERSON, "the log has no line for this drive in its table “Erasure Summary”"


def _mixed_up(run: Run, drive: Drive) -> Iterator[_Finding]:
    """Logs that were joined in one file, drives whose names look alike, a drive found twice."""
    doubled: list[list[Quote]] = [run.option_blocks, [footer[0] for footer in run.footers], drive.found]
    doubled += list(run.headings.values())
    doubled += [[quote for quote, _value in values] for values in run.options.values()]
    doubled += [[row.quote for row in run.rows(table, drive.path)] for table in run.tables]
    doubled.append([quote for quote, _method in drive.methods])
    for quotes in doubled:
        if len(quotes) > 1:
            yield Outcome.NEEDS_PERSON, f"stands twice where one is expected: {quotes[0]} / {quotes[1]}"
    for table in run.tables:
        for row, paths in run.owned(table):
            if drive.path in paths and len(paths) > 1:
                yield Outcome.NEEDS_PERSON, f"could mean more than one drive: {row.quote}"


def _unfinished(run: Run, drive: Drive) -> Iterator[_Finding]:
    """Method known and the same everywhere, every pass begun and ended, the last round ended."""
    methods = {method for _quote, method in _methods(run, drive)}
    if len(methods) > 1 or not methods <= WRITING:
        for quote, _method in _methods(run, drive):
            yield Outcome.NEEDS_PERSON, str(quote)
    if drive.finished is None:
        yield Outcome.NEEDS_PERSON, "the log has no line that the final round was finished"
    rounds = run.footers[0][2]
    expected = {(turn, step) for turn in range(1, min(rounds, 99) + 1) for step in range(1, min(drive.passes, 99) + 1)}
    if not expected or drive.started_passes != expected or drive.finished_passes != expected:
        yield (
            Outcome.NEEDS_PERSON,
            f"passes finished: {len(drive.finished_passes)} of {len(expected) or 'an unknown number'}",
        )
    # A blanking pass, or the random pattern that OPS-II leaves whatever was asked, is one more.
    last = run.footers[0][3] or run.footers[0][1] == "RCMP TSSIT OPS-II"
    if len(drive.writes) < len(expected) + last:
        yield (
            Outcome.NEEDS_PERSON,
            f"{len(drive.writes)} passes report the bytes they wrote, {run.footers[0][0]}",
        )


def _short_writes(run: Run, drive: Drive) -> Iterator[_Finding]:
    """Every pass wrote at least as many bytes as the drive holds."""
    sizes = {size for _quote, size in drive.sizes}
    erasures = run.rows("erasures", drive.path)
    sizes |= {int(row.values[1]) for row in erasures}
    if len(sizes) != 1 or 0 in sizes:
        yield Outcome.NEEDS_PERSON, "the log does not give one size for this drive"
        return
    size = sizes.pop()
    for quote, written in drive.writes:
        if written < size:
            yield Outcome.FAILED, f"fewer bytes than the drive's {size}: {quote}"
    for row in erasures:
        if int(row.values[0]) < size:
            yield Outcome.FAILED, f"fewer bytes than the drive's {size}: {row.quote}"


def _contradicted(run: Run, drive: Drive) -> Iterator[_Finding]:
    """What remains must say "Erased", unmarked, in a run whose end agrees; hidden areas are for a person."""
    status = run.rows("statuses", drive.path)[0]
    flagged = status.flagged or any(row.flagged for row in run.rows("errors", drive.path))
    if status.values[0] != " Erased " or flagged:
        yield Outcome.NEEDS_PERSON, f"marked or unknown status: {status.quote}"
    yield from ((Outcome.NEEDS_PERSON, str(quote)) for quote in drive.hidden_areas)
    rows = [*run.tables.get("statuses", []), *run.tables.get("errors", [])]
    failed = any(_is_failure(row) for row in rows)
    aborted = any("ABORT" in row.values[0] for row in rows)
    agrees = {"successfully": not failed and not aborted, "errors": failed, "aborted": aborted}[run.ending]
    if not agrees:
        yield Outcome.NEEDS_PERSON, f"the tables say otherwise: {run.final}"
    if not failed:
        yield from ((Outcome.NEEDS_PERSON, f"an error no table counts: {quote}") for quote in run.stray_errors)


def _missing_verification(run: Run, drive: Drive) -> str:
    """Verification was announced: is its success reported after the last write, for all passes if said so?"""
    last_write = drive.writes[-1][0].number
    if not drive.verifications or drive.verifications[-1].number < last_write:
        return "the log announces a verification and reports none after the last write"
    if run.footers[0][4] == "VA" and not drive.finished_passes <= drive.verified_passes:
        return "the log announces a verification of all passes and does not report it for each"
    return ""


def _is_failure(row: TableRow) -> bool:
    first = row.values[0]
    return "FAIL" in first or "INSAN" in first or (first.isdigit() and any(int(count) for count in row.values))


def _methods(run: Run, drive: Drive) -> list[tuple[Quote, str]]:
    """Every place that names the method of this drive: the options, its start, the footer."""
    return [
        *run.options.get("method", []),
        *drive.methods,
        *((quote, method) for quote, method, _rounds, _blank, _verify in run.footers),
    ]


def _serial(run: Run, drive: Drive) -> tuple[str | None, list[str]]:
    """The serial that every line agrees on, and why a hidden or contradictory one needs a person."""
    serials = list(drive.serials)
    for row in run.rows("statuses", drive.path):
        # Model and serial are joined by a slash; a model may hold one too.
        serials.append((row.quote, row.values[1].rpartition("/")[2].strip()))
    values = {serial.casefold() for _quote, serial in serials if serial}
    if run.option("quiet").startswith("1") or any(_is_hidden(value) for value in values):
        return None, [f"the serial number was hidden: {quote}" for quote, _serial in serials]
    if len(values) > 1:
        return None, [f"the serial numbers differ: {quote}" for quote, _serial in serials]
    return identifying(next((serial for _quote, serial in serials if serial), None)), []


def _is_hidden(serial: str) -> bool:
    return len(serial) >= 4 and not serial.strip("?xX*")


def _version(run: Run) -> str:
    return run.option("banner").removeprefix("nwipe").strip()
