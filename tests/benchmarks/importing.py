"""Lists into devices, from upload to ledger, beside the same rows written raw by the database's driver."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection, transaction

from imports.runs import apply, read_upload, stage
from imports.work import bring_in
from inventory.devices.commands import declare_list
from inventory.devices.entrance import Announced
from inventory.devices.models import Device
from inventory.jobs.attempts import work_off
from inventory.jobs.kinds import Lane
from inventory.ledger.commands import seal
from inventory.ledger.models import Entry
from tests import journeys
from tests.benchmarks.kinds import APPLYING, PREVIEWS
from tests.benchmarks.lists import written_csv, written_xlsx
from tests.benchmarks.measuring import Figure, Goal, side_by_side, spent
from tests.benchmarks.memory import memory, preview
from tests.people import everybody

ROWS = 20_000


_batches = itertools.count(1)


def list_to_devices(form: str, goal: float) -> Figure:
    """A list from its bytes to devices: read, previewed, applied, sealed; by the worker, its children included."""
    actor = everybody().technician
    write = {"csv": written_csv, "xlsx": written_xlsx}[form]
    lists = [io.BytesIO() for _ in range(3)]
    for target in lists:
        write(target, ROWS, batch=next(_batches))
        target.seek(0)

    def ours() -> None:
        run = stage(read_upload(lists.pop(), f"list.{form}"), actor=actor)
        work_off({"import": bring_in}, list(Lane))
        run.refresh_from_db()
        apply(run.code, actor=actor)
        work_off({"import": bring_in}, list(Lane))
        run.refresh_from_db()
        assert run.state == "applied"
        seal()

    raw = _raw(ROWS)
    times = side_by_side(ours, lambda: _written_raw(raw), times=3, clock=spent)
    what = f"{form.upper()} of {ROWS:,} devices to ledger, {ROWS / times[0]:,.0f} rows a second; the same rows raw"
    return Figure(f"import-{form}", what, *times, Goal(goal, "at least"))


def rows_written() -> Figure:
    """The write stage alone: devices, tags and entries, every rule of the database held."""
    actor = everybody().technician
    # Made beforehand, as the raw rows are.
    lists = [[_announced(batch, number) for number in range(ROWS)] for batch in (next(_batches) for _ in range(3))]

    def ours() -> None:
        with transaction.atomic():
            declare_list(lists.pop(), actor=actor)

    raw = _raw(ROWS)
    times = side_by_side(ours, lambda: _written_raw(raw), times=3, clock=spent)
    goal = 0.8 if connection.vendor == "sqlite" else 0.5
    what = f"{ROWS:,} devices entered, {ROWS / times[0]:,.0f} a second; the same rows raw, with keys, without rules"
    return Figure("import-write", what, *times, Goal(goal, "at least"))


IMPORTING: dict[str, Callable[[], Figure]] = {
    "import-csv": partial(list_to_devices, "csv", 0.35),
    "import-xlsx": partial(list_to_devices, "xlsx", 0.2),
    "import-write": rows_written,
    "import-preview": preview,
    **PREVIEWS,
    **APPLYING,
    "import-memory": partial(memory, "xlsx", 100_000),
    "import-memory-csv": partial(memory, "csv", 100_000),
    "import-memory-million": partial(memory, "xlsx", 1_000_000),
    "import-memory-csv-million": partial(memory, "csv", 1_000_000),
}


def _announced(batch: int, number: int) -> Announced:
    serial = f"BN{batch:03d}{number:06d}"
    return journeys.announced(serial=serial, inventory_number=f"V{serial}", department="Urbanisme")


def _raw(count: int) -> dict[str, list[tuple[Any, ...]]]:
    """As many rows of devices and entries as they stand; made first where there are too few."""
    if Device.objects.count() < count:
        batch = next(_batches)
        declare_list([_announced(batch, number) for number in range(count)], actor=everybody().technician)
    found = {}
    with connection.cursor() as cursor:
        for table in (Device._meta.db_table, Entry._meta.db_table):
            cursor.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT {count}")
            found[table] = [tuple(row) for row in cursor.fetchall()]
    return found


def _written_raw(rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """The same rows into tables with the same columns, keys and indexes, as fast as the driver can."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, content in rows.items():
            _twin(cursor, table)
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY raw_{table} FROM STDIN") as copy:
                    for row in content:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(content[0]))
                cursor.executemany(f"INSERT INTO raw_{table} VALUES ({places})", content)
            cursor.execute(f"DROP TABLE raw_{table}")


def _twin(cursor: Any, table: str) -> None:
    if connection.vendor == "postgresql":
        cursor.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
        return
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = %s AND type IN ('table', 'index') AND sql IS NOT NULL "
        "ORDER BY type DESC",
        [table],
    )
    for name, statement in cursor.fetchall():
        own = statement.replace(f'"{name}"', f'"raw_{name}"', 1)
        cursor.execute(own if name == table else own.replace(f'ON "{table}"', f'ON "raw_{table}"', 1))
