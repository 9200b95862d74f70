"""Evidence of every tool in the thousands, judged on one core: how fast, and whether memory stays flat."""

from __future__ import annotations

import itertools
import resource
import time
from collections.abc import Iterator

from inventory.wiping.evidence import judge
from tests.benchmarks.measuring import Figure, Goal
from tests.inventory.wiping import evidence_files as files
from tests.inventory.wiping.nwipe_logs import Disk, nwipe_log

FILES = 10_000
# Files a second on one core: a pallet's logs of a year are read in a minute.
EXPECTED = 200


def evidence() -> Iterator[bytes]:
    """Small files as they come in: mostly logs, one report in forty."""
    log = nwipe_log(Disk(), Disk("/dev/sdb", serial="RLS0002B3T"), method="DoD Short", passes=3, footer="1R+B+VA")
    one = [
        *(nwipe_log().encode(), log.encode(), files.written(files.usody()), files.written(files.nvme())),
        *(
            files.written(files.smartctl()),
            files.blancco(),
            files.destruction_csv(),
            files.written(files.destruction()),
        ),
    ]
    kinds = itertools.cycle([*one * 5][:39] + [files.report_of_drive()])
    for number, data in zip(range(FILES), kinds, strict=False):
        # No two are the same.
        yield data.replace(b"RLS0001A7Q", b"RLS%07d" % number)


def judged_files() -> Figure:
    """10,000 evidence files judged, beside the time that 200 a second would take."""
    seconds = 0.0
    warm = 0
    for number, data in enumerate(evidence()):
        start = time.process_time()
        judge(data, "evidence")
        seconds += time.process_time() - start
        if number == FILES // 10:
            warm = _most_memory()
    grown = (_most_memory() - warm) / 1024
    what = (
        f"{FILES:,} evidence files of seven kinds, {FILES / seconds:,.0f} a second; {EXPECTED} a second"
        f" (memory grew by {grown:.0f} MB after the first tenth)"
    )
    return Figure("judge", what, seconds, FILES / EXPECTED, Goal(1.0, "at least"))


def _most_memory() -> int:
    """The most memory this process has held so far, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
