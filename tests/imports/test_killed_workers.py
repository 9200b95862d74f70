"""A worker dies at any moment while it reads, applies or undoes a list: afterwards all of it stands, or nothing."""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from django.db import connection
from django.utils import timezone

from imports import runs, work
from imports.models import ImportRun, State
from imports.runs import apply, read_upload, stage, undo
from inventory.devices.models import Device
from inventory.jobs.attempts import work_off
from inventory.jobs.kinds import Lane
from inventory.jobs.models import Job, JobState
from inventory.ledger.models import Entry
from inventory.lifecycle import Status
from inventory.reports.verification import verify_ledger
from inventory.scanning.commands import open_session
from tests.journeys import location, make, with_medium

ROWS = 400
HEADER = "Inventarisnummer;Categorie;Merk;Model;Serienummer;Dienst;Akte;Datum van buitengebruikstelling;Gewicht (kg)\n"
KILLS = 3


def listed(first: int) -> bytes:
    rows = (
        f"LL-{n:05d};PC;Hestia;Bureau 400;LLHB{n:06d};Stedenbouw;BC-2026-114;02/03/2026;6,8\n"
        for n in range(first, first + ROWS)
    )
    return (HEADER + "".join(rows)).encode()


@pytest.fixture
def database_url(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """Where another process finds the tests' database: SQLite keeps it in memory, so it lies in a file here."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "postgresql":
        base, _mark, options = os.environ["DATABASE_URL"].partition("?")
        yield f"{base.rsplit('/', 1)[0]}/{name}?{options}"
        return
    connection.ensure_connection()
    held = cast(sqlite3.Connection, connection.connection)
    path = tmp_path / "killed.sqlite3"
    with sqlite3.connect(path) as copy:
        held.backup(copy)
    copy.close()
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    yield f"sqlite:///{path}"
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = held, name


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("times", [KILLS, pytest.param(50, marks=pytest.mark.long)])
def test_a_worker_killed_at_random_moments_leaves_a_whole_import_or_none(
    database_url, people, settings, times, monkeypatch
):
    monkeypatch.setattr(runs, "SMALL_BYTES", 0)
    monkeypatch.setattr(runs, "SMALL_ROWS", 0)
    own = {"DATABASE_URL": database_url, "RELAIS_SPOOL": settings.RELAIS_SPOOL, "RELAIS_LEASE_SECONDS": "1"}
    environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "backend.settings"}
    chance = random.Random(20261122)
    actor = people.warehouse_keeper
    for number in range(times):
        first = 1 + number * ROWS
        run = stage(read_upload(io.BytesIO(listed(first)), "list.csv"), actor=actor)
        killed(environment, chance)
        finished(run, State.PREVIEWED)
        apply(run.code, actor=actor)
        killed(environment, chance)
        ours = Device.objects.filter(inventory_number__gte=f"LL-{first:05d}")
        assert ours.count() in (0, ROWS), "half an import"
        finished(run, State.APPLIED)
        assert ours.count() == ROWS
        undo(run.code, actor=actor)
        killed(environment, chance)
        assert ours.filter(status=Status.WITHDRAWN).count() in (0, ROWS), "half undone"
        finished(run, State.UNDONE)
        assert ours.filter(status=Status.WITHDRAWN).count() == ROWS
    assert Entry.objects.filter(event="device.declare").count() == times * ROWS
    assert Entry.objects.filter(event="device.withdraw").count() == times * ROWS
    assert verify_ledger().fault is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["inspect", "count", "evidence"])
def test_a_worker_killed_while_it_applies_what_was_seen_leaves_all_of_it_or_nothing(
    database_url, people, settings, monkeypatch, kind
):
    media = [with_medium(make(Status.RECEIVED)) for _ in range(20)]
    stocktake = open_session("count", actor=people.warehouse_keeper, location=location().code)
    rows = {
        "inspect": ("Tag;Processor;Disk serial", "{0.device.tag};Core i5;N{0.serial}"),
        "count": ("Label;Gezien", "{0.device.tag};ja"),
        "evidence": ("Disk serial;Method;Result;Tool;Finished", "{0.serial};Zero;OK;T;02/03/2026 10:00"),
    }
    head, row = rows[kind]
    actor = people.warehouse_keeper if kind == "count" else people.technician
    data = "\n".join([head, *map(row.format, media), ""]).encode()
    run = stage(read_upload(io.BytesIO(data), "list.csv", kind=kind), actor=actor)
    monkeypatch.setattr(runs, "SMALL_ROWS", 0)
    apply(run.code, actor=actor)
    before = Entry.objects.count()

    def done() -> int:
        return stocktake.rows.count() if kind == "count" else Entry.objects.count() - before

    own = {"DATABASE_URL": database_url, "RELAIS_SPOOL": settings.RELAIS_SPOOL, "RELAIS_LEASE_SECONDS": "1"}
    environment = {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "backend.settings"}
    whole = 40 if kind == "inspect" else 20
    killed(environment, random.Random(7))
    assert done() in (0, whole)
    finished(run, State.APPLIED)
    assert done() == whole
    assert verify_ledger().fault is None


def killed(environment: dict[str, str], chance: random.Random) -> None:
    """A worker that dies some time between its first and its last deed."""
    child = subprocess.Popen([sys.executable, "-c", WORK], env=environment, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()  # it has begun
    try:
        child.wait(timeout=chance.uniform(0.0, 0.35))
    except subprocess.TimeoutExpired:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    child.stdout.close()


def finished(run: ImportRun, state: State) -> None:
    """The next worker brings it to its end."""
    Job.objects.filter(state=JobState.RUNNING).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    work_off({"import": work.bring_in}, list(Lane))
    run.refresh_from_db()
    assert run.state == state


WORK = """
import django
django.setup()
from backend.jobs import HANDLERS
from inventory.jobs.attempts import work_off
from inventory.jobs.kinds import Lane
print("ready", flush=True)
work_off(HANDLERS, list(Lane))
"""
