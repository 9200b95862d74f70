"""The shape of nwipe's log: lines into facts per run and drive, without judging any of them.

Lines read `[2026/01/31 14:05:09]  notice: text`; tables of 80 columns follow at the end. The facts about
the format come from the output of versions 0.2x to 0.42; what does not fit is kept out rather than guessed.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field

from inventory.wiping.evidence.contents import EARLIEST, LATEST

# Signs. The longest line is one of 0.42 that lists what an adapter cannot do, of some 300.
LONGEST_LINE = 1000
# A station's collected logs of a year; what follows them in one file is told as not read.
MOST_RUNS = 1000

_STAMPED = re.compile(
    r"\[(\d{4})/(\d{1,2})/(\d{1,2}) (\d{1,2}):(\d{2}):(\d{2})\] {1,5}"
    r"(?:(debug|info|notice|warning|error|fatal|sanity): ?)?(.*)"
)
_FOUND_OLD = re.compile(r'Found drive model="(.*)", device path="(/dev/[^"]+)", size="(.*)", serial number="(.*)"')
_FOUND = re.compile(r"Found (/dev/[^,\s]+), ?([^,]*), ?(.*), *([^,]*), S/N=(.*)")
_SERIAL = re.compile(r"(/dev/\S+) has serial number (.*)")
_SIZE_OLD = re.compile(r"(/dev/\S+), sect/blk/dev \d+/\d+/(\d+)")
_GEOMETRY = re.compile(r"(/dev/\S+): Device geometry")
_SIZE_NEW = re.compile(r" *Total device bytes +=\s*(\d+)")
_OPTION = re.compile(r" +(banner|method|verify|quiet|rounds) +=\s*(.*)")
_INVOKING = re.compile(r"Invoking method '(.*)' on (/dev/\S+)")
_PASS = re.compile(r"(Starting|Finished) pass (\d+)/(\d+), round (\d+)/(\d+), on (/dev/\S+)")
_WRITTEN = re.compile(r"(\d+) bytes written to (/dev/\S+)")
_VERIFIED_PASS = re.compile(r"Verified pass (\d+) of (\d+), round (\d+) of (\d+), on '?(/dev/[^\s']+)'?\.?")
_FINAL_ROUND = re.compile(r"Finished final round \d+ of \d+ on (/dev/\S+)")
# After a blanking pass, or after the random pattern that OPS-II leaves on the drive.
_VERIFIED_END = re.compile(
    r"\[SUCCESS\] Verified (?:that|FRP on) '?(/dev/[^\s']+)'? (?:is empty\.?|matches)", re.IGNORECASE
)
_FAILURE = re.compile(r"\[FAILURE\]|exited with (?:(?:non )?fatal )?errors on device|>>> *FAILURE", re.IGNORECASE)
_HIDDEN_AREA = re.compile(r"hidden sector|host protected area|\bHPA\b|\bDCO\b", re.IGNORECASE)
_HIDDEN_AREA_FINE = re.compile(
    r"\[GOOD\]|no hidden sectors|(?:HPA|area) is disabled"
    # Numbers from which nothing follows by themselves: the conclusion stands in a line of its own.
    r"|HPA values\D*(\d+) */ *\1\b|DCO real max sectors (?:reported as \d|not reported)|max(?:imum)? sectors +=",
    re.IGNORECASE,
)
_DEVICE = re.compile(r"/dev/[\w/.-]*\w")
_FINAL = re.compile(
    r"Nwipe (?:(successfully) (?:completed|exited)|(exited with errors), check|was (aborted) by the user)"
)
_FOOTER = re.compile(r"Total Throughput +[^,]*, (.+), (\d+)R\+(NB|B)\+(NV|VL|VA)")
_HEADINGS = {"Error Summary": "errors", "Erasure Summary": "erasures", "Drive Status": "statuses"}
_HEADING = re.compile(r"\*{8,} (Error Summary|Erasure Summary|Drive Status) \*{8,}")
_ERROR_ROW = re.compile(r"([! ]) *(\S+) \| *(\d+) \| *(\d+) \| *(\d+)\s*")
_ERASURE_ROW = re.compile(r"([! ]) *(\S+) \| *(\d+) \| *(\d+) \| *[\d.]+%\s*")
_STATUS_ROW = re.compile(r"([! ]) *(\S+) \|(.{8})\|[^|]*\|[^|]*\| ?(.*)")


@dataclass(frozen=True, slots=True)
class Quote:
    """A line of the log with its number from 1."""

    number: int
    text: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.text.strip()}"


@dataclass(slots=True)
class Drive:
    """What the log says of one drive, in the order of the log. Sizes in bytes."""

    path: str
    found: list[Quote] = field(default_factory=list)
    model: str = ""
    bus: str = ""
    serials: list[tuple[Quote, str]] = field(default_factory=list)
    sizes: list[tuple[Quote, int]] = field(default_factory=list)
    methods: list[tuple[Quote, str]] = field(default_factory=list)
    started_passes: set[tuple[int, int]] = field(default_factory=set)
    finished_passes: set[tuple[int, int]] = field(default_factory=set)
    passes: int = 0
    finished: Quote | None = None
    writes: list[tuple[Quote, int]] = field(default_factory=list)
    verifications: list[Quote] = field(default_factory=list)
    verified_passes: set[tuple[int, int]] = field(default_factory=set)
    successes: list[Quote] = field(default_factory=list)
    failures: list[Quote] = field(default_factory=list)
    hidden_areas: list[Quote] = field(default_factory=list)
    started_at: datetime.datetime | None = None
    ended_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of one of the tables at the end; the drive's name there is cut to its last characters."""

    quote: Quote
    flagged: bool
    name: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Run:
    """One run of the program: from its first line to the line that says how it ended."""

    drives: dict[str, Drive] = field(default_factory=dict)
    options: dict[str, list[tuple[Quote, str]]] = field(default_factory=dict)
    option_blocks: list[Quote] = field(default_factory=list)
    headings: dict[str, list[Quote]] = field(default_factory=dict)
    tables: dict[str, list[TableRow]] = field(default_factory=dict)
    footers: list[tuple[Quote, str, int, bool, str]] = field(default_factory=list)
    stray_errors: list[Quote] = field(default_factory=list)
    final: Quote | None = None
    ending: str = ""
    # Where the reader stands: the open table and the drive whose geometry is being listed.
    table: str = ""
    geometry_of: str = ""
    # Which rows can mean which drives, as long as no drive is added.
    owners: dict[str, list[tuple[TableRow, list[str]]]] = field(default_factory=dict)
    counted: int = -1

    def option(self, name: str) -> str:
        """The first value of a program option, empty when the log does not say."""
        values = self.options.get(name, [])
        return values[0][1] if values else ""

    def drive(self, path: str) -> Drive:
        """The facts of a drive, begun when it is first named."""
        return self.drives.setdefault(path, Drive(path))

    def rows(self, table: str, path: str) -> list[TableRow]:
        """The rows of a table that can mean this drive: by its whole name, else by the end that was kept."""
        return [row for row, paths in self.owned(table) if path in paths]

    def owned(self, table: str) -> list[tuple[TableRow, list[str]]]:
        """Each row of a table with the drives that it can mean."""
        if self.counted != len(self.drives):
            self.counted, self.owners = len(self.drives), {}
        if table not in self.owners:
            bases = {path.rpartition("/")[2] for path in self.drives}
            self.owners[table] = [
                (row, [path for path in self.drives if _means(row.name, path, bases)])
                for row in self.tables.get(table, [])
            ]
        return self.owners[table]


def _means(name: str, path: str, bases: set[str]) -> bool:
    return path.rpartition("/")[2] == name or (name not in bases and path.endswith(name))


def is_log(text: str) -> bool:
    """Whether at least one line could only come from an nwipe log."""
    for line in _lines(text):
        if stamped := _STAMPED.match(line):
            said = stamped[8]
            if re.search(r"nwipe", said, re.IGNORECASE) or any(
                shape.match(said) for shape in (_FOUND, _INVOKING, _PASS, _WRITTEN, _FOOTER)
            ):
                return True
    return False


def runs_of(text: str) -> list[Run]:
    """The runs in a file, one after another; the last may break off."""
    runs: list[Run] = []
    run = Run()
    for number, line in enumerate(_lines(text), start=1):
        if len(runs) >= MOST_RUNS:
            break
        _take(run, Quote(number, line))
        if run.final:
            runs.append(run)
            run = Run()
    if run.drives or run.tables or run.headings or run.option_blocks or run.footers or not runs:
        runs.append(run)
    return runs


def _lines(text: str) -> list[str]:
    """The lines of any editor; of a line that no log has, its beginning."""
    return [line[:LONGEST_LINE] for line in re.split(r"\r\n|\n|\r", text)]


def _take(run: Run, quote: Quote) -> None:
    stamped = _STAMPED.fullmatch(quote.text)
    if stamped is None:
        _take_unstamped(run, quote)
        return
    run.table = ""
    label, said = stamped[7] or "", stamped[8]
    when = _moment(stamped)
    if not label:
        if footer := _FOOTER.fullmatch(said.strip()):
            run.footers.append((quote, footer[1].strip(), int(footer[2]), footer[3] == "B", footer[4]))
        return
    if final := _FINAL.match(said):
        run.final = quote
        run.ending = "successfully" if final[1] else "errors" if final[2] else "aborted"
        return
    if said.startswith("Program options are set"):
        run.option_blocks.append(quote)
    elif option := _OPTION.fullmatch(said):
        run.options.setdefault(option[1], []).append((quote, option[2].strip()))
    elif size := _SIZE_NEW.fullmatch(said):
        if run.geometry_of:
            run.drive(run.geometry_of).sizes.append((quote, int(size[1])))
    else:
        _take_drive_line(run, quote, said, when)
    _take_trouble(run, quote, label, said)


def _take_drive_line(run: Run, quote: Quote, said: str, when: datetime.datetime | None) -> None:
    said = said.rstrip()
    if found := _FOUND.fullmatch(said):
        drive = run.drive(found[1])
        drive.found.append(quote)
        drive.bus = found[2].strip()
        drive.model = found[3].strip()
        drive.serials.append((quote, found[5].strip()))
    elif old := _FOUND_OLD.fullmatch(said):
        drive = run.drive(old[2])
        drive.found.append(quote)
        drive.model = old[1].strip()
        drive.serials.append((quote, old[4].strip()))
    elif serial := _SERIAL.fullmatch(said):
        run.drive(serial[1]).serials.append((quote, serial[2].strip()))
    elif size := _SIZE_OLD.fullmatch(said):
        run.drive(size[1]).sizes.append((quote, int(size[2])))
    elif geometry := _GEOMETRY.match(said):
        run.geometry_of = geometry[1]
    elif invoked := _INVOKING.fullmatch(said):
        drive = run.drive(invoked[2])
        drive.methods.append((quote, invoked[1].strip()))
        drive.started_at = drive.started_at or when
    else:
        _take_progress(run, quote, said, when)


def _take_progress(run: Run, quote: Quote, said: str, when: datetime.datetime | None) -> None:
    if step := _PASS.fullmatch(said):
        drive = run.drive(step[6])
        passes = drive.started_passes if step[1] == "Starting" else drive.finished_passes
        passes.add((int(step[4]), int(step[2])))
        drive.passes = max(drive.passes, int(step[3]))
    elif written := _WRITTEN.fullmatch(said):
        drive = run.drive(written[2])
        drive.writes.append((quote, int(written[1])))
    elif verified := _VERIFIED_PASS.fullmatch(said):
        drive = run.drive(verified[5])
        drive.verifications.append(quote)
        drive.verified_passes.add((int(verified[3]), int(verified[1])))
    elif end := _VERIFIED_END.fullmatch(said):
        drive = run.drive(end[1])
        drive.verifications.append(quote)
    elif final_round := _FINAL_ROUND.fullmatch(said):
        drive = run.drive(final_round[1])
        drive.finished = quote
    else:
        return
    drive.ended_at = when or drive.ended_at


def _take_trouble(run: Run, quote: Quote, label: str, said: str) -> None:
    named = _DEVICE.search(said)
    if named and "[SUCCESS]" in said:
        run.drive(named[0]).successes.append(quote)
    if _HIDDEN_AREA.search(said) and not _HIDDEN_AREA_FINE.search(said) and named:
        run.drive(named[0]).hidden_areas.append(quote)
    elif _FAILURE.search(said) or label in ("error", "fatal", "sanity"):
        if named:
            run.drive(named[0]).failures.append(quote)
        else:
            run.stray_errors.append(quote)


def _take_unstamped(run: Run, quote: Quote) -> None:
    if heading := _HEADING.fullmatch(quote.text.strip()):
        run.table = _HEADINGS[heading[1]]
        run.headings.setdefault(run.table, []).append(quote)
        return
    if not run.table:
        return
    if row := _row(run.table, quote):
        run.tables.setdefault(run.table, []).append(row)


def _row(table: str, quote: Quote) -> TableRow | None:
    shape = {"errors": _ERROR_ROW, "erasures": _ERASURE_ROW, "statuses": _STATUS_ROW}[table]
    found = shape.fullmatch(quote.text)
    if found is None or found[2] in ("Device", "!"):
        return None
    return TableRow(quote, found[1] == "!", found[2].removeprefix("/dev/"), tuple(found.groups()[2:]))


def _moment(stamped: re.Match[str]) -> datetime.datetime | None:
    year, month, day, hour, minute, second = (int(part) for part in stamped.groups()[:6])
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return datetime.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the log names no zone
    except ValueError:
        return None
