"""A long list through the worker in a process of its own, from upload to ledger: what it holds, and how long it takes.

Run by hand it prints what each step took: `python -m tests.benchmarks.memory FILE` on the database of DATABASE_URL.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from tests.benchmarks.lists import written_csv, written_xlsx
from tests.benchmarks.measuring import Figure, Goal

# Bytes in a megabyte, as the goal counts them.
MEGABYTE = 1_000_000
MOST_MEGABYTES = 300
MOST_SECONDS = 60
# How often the processes are looked at, in seconds.
EVERY = 0.02
# Others than those of the other figures.
_batches = itertools.count(900)


def memory(form: str, rows: int) -> Figure:
    """The peak of the worker and its child together, for a list of so many rows, beside the limit."""
    peak, told = _whole_run(form, rows)
    rate = rows / told["seconds"]
    what = f"{form.upper()} of {rows:,} devices, worker and child together, {rate:,.0f} rows a second; the limit"
    return Figure("import-memory", what, peak / MEGABYTE, MOST_MEGABYTES, Goal(1.0, "at most"), unit="MB")


def preview() -> Figure:
    """The preview of 40,000 rows on the clock of the wall, beside the limit; its progress was shown on the way."""
    _peak, told = _whole_run("xlsx", 40_000)
    assert told["signs"] > 5
    what = f"preview of 40,000 rows of XLSX, {told['signs']} signs of progress; the limit"
    return Figure("import-preview", what, told["read"], MOST_SECONDS, Goal(1.0, "at most"))


def _whole_run(form: str, rows: int) -> tuple[int, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{form}"
        with path.open("wb") as target:
            (written_csv if form == "csv" else written_xlsx)(target, rows, batch=next(_batches))
        command = [sys.executable, "-m", "tests.benchmarks.memory", str(path)]
        environment = {**os.environ, "DATABASE_URL": url()}
        worker = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        peak = 0
        while worker.poll() is None:
            peak = max(peak, sum(_held(pid) for pid in _with_children(worker.pid)))
            time.sleep(EVERY)
        assert worker.stdout is not None
        answer = worker.stdout.read()
        assert worker.returncode == 0, "the worker says above what went wrong"
        return peak, json.loads(answer)


def url() -> str:
    """Where another process finds the database of this one."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    base, _mark, options = os.environ["DATABASE_URL"].partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}?{options}"


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _with_children(int(child))


def _held(pid: int) -> int:
    """Bytes that a process holds; 0 when it has just ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _bring_in(path: Path) -> dict[str, float]:
    """Upload, read, apply and seal, as the service and its worker do; seconds of each."""
    from imports.runs import apply, read_upload, stage
    from imports.work import bring_in
    from inventory.jobs.attempts import Attempt, work_off
    from inventory.jobs.kinds import Lane
    from inventory.ledger.commands import seal
    from tests.people import everybody

    actor = everybody().technician
    told: dict[str, float] = {"signs": 0}
    began = at = time.monotonic()
    progress = Attempt.progress

    def counted(attempt: Attempt, done: int, total: int | None = None) -> None:
        told["signs"] += 1
        progress(attempt, done, total)

    Attempt.progress = counted  # type: ignore[method-assign]

    def lap(name: str) -> None:
        nonlocal at
        told[name], at = time.monotonic() - at, time.monotonic()

    with path.open("rb") as file:
        run = stage(read_upload(file, path.name), actor=actor)
    lap("upload")
    work_off({"import": bring_in}, list(Lane))
    run.refresh_from_db()
    assert run.state == "previewed", run.job and run.job.why
    lap("read")
    apply(run.code, actor=actor)
    work_off({"import": bring_in}, list(Lane))
    seal()
    run.refresh_from_db()
    assert run.state == "applied"
    lap("apply")
    return {**told, "seconds": time.monotonic() - began}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    import django

    django.setup()
    sys.stdout.write(json.dumps(_bring_in(Path(sys.argv[1]))) + "\n")
