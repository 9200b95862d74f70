"""Lists about devices we have, of the kinds compared by more than a number: how long preview and applying take."""

from __future__ import annotations

import io
import itertools
import time
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from imports.applying import enter_rows
from imports.models import ImportRun
from imports.readers.opening import open_table
from imports.runs import importing
from imports.staging import stage_rows
from inventory.devices.commands import declare_list
from inventory.devices.models import Device, Medium, MediumStay
from inventory.documents import spool
from inventory.ledger.rows import among, change_rows, reserve_ids, write_rows
from inventory.ledger.rules import uninstall
from inventory.lifecycle import MediumState, Status
from inventory.rules import RULES
from inventory.scanning.commands import open_session
from inventory.wiping.evidence.station import MOST_ROWS
from tests import journeys
from tests.benchmarks.measuring import Figure, Goal
from tests.people import everybody

ROWS, APPLIED = 40_000, 20_000
MOST_SECONDS = 60
_numbers = itertools.count(1)

# What a row of a list tells of the device with this number, by tag.
Line = Callable[[str, int], str]


def _count_line(tag: str, number: int) -> str:
    return f"W1;{tag};;oui;"


def _inspect_line(tag: str, number: int) -> str:
    """Every third by its serial number, as machines tell it; a disk that we know, and one that nobody knew."""
    by = f";Fictor;{_serial(number)}" if number % 3 == 0 else f"{tag};;"
    return f"{by};{UUID(int=number + (7 << 96))};Core i5-8350U;8 Go;hdd;{_disk(number)};500 Go;ssd;N{_disk(number)}"


def _evidence_line(tag: str, number: int) -> str:
    return f"{_disk(number)};HDD;Zero fill;Success;passed;Station 4;2.1;02/03/2026 09:00;02/03/2026 10:00"


# By kind: headings, a row, rows in one list.
LISTS: dict[str, tuple[str, Line, int]] = {
    "count": ("Lieu;Étiquette;Numéro de série;Vu;Compté le", _count_line, ROWS),
    "inspect": (
        "Étiquette;Marque;Numéro de série;UUID;Processeur;Mémoire;Disque 1 : type;Disque 1 : numéro de série;"
        "Capacité du disque 1;Disque 2 : type;Disque 2 : numéro de série",
        _inspect_line,
        ROWS,
    ),
    "evidence": (
        "Disk serial;Disk type;Method;Result;Verification;Tool;Version;Started;Finished",
        _evidence_line,
        MOST_ROWS,
    ),
}


def preview_of(kind: str) -> Figure:
    """The preview of 40,000 rows about as many devices, on the clock of the wall, beside the limit."""
    signs: list[int] = []
    with transaction.atomic():
        first, tags = known_devices(ROWS)
        if kind == "count":
            open_session("count", actor=everybody().warehouse_keeper, location=journeys.location().code)
        seconds = sum(spent for _run, _data, spent in previewed(kind, first, tags, signs.append))
        transaction.set_rollback(True)
    assert len(signs) > 5
    what = f"preview of {ROWS:,} rows of the kind {kind}, {ROWS / seconds:,.0f} a second; the limit"
    return Figure(f"import-preview-{kind}", what, seconds, MOST_SECONDS, Goal(1.0, "at most"))


def previewed(
    kind: str, first: int, tags: list[str], progress: Callable[[int], None]
) -> Iterator[tuple[ImportRun, bytes, float]]:
    """Lists of this kind about all these devices, as the worker reads them: each with its bytes and seconds."""
    headings, line, most = LISTS[kind]
    people = everybody()
    actor = people.warehouse_keeper if kind == "count" else people.technician
    for start in range(0, len(tags), most):
        rows = (line(tag, first + place) for place, tag in enumerate(tags[start : start + most], start=start))
        data = "\n".join([headings, *rows, ""]).encode()
        now = timezone.now()
        run = ImportRun.objects.create(
            sha256=f"{next(_numbers):064x}", name="list.csv", size_bytes=len(data), kind=kind, uploaded_at=now,
            uploaded_by=actor, state="reading",
        )  # fmt: skip
        began = time.monotonic()
        with open_table(io.BytesIO(data), run.name) as table:
            stage_rows(run, table, progress)
        spent = time.monotonic() - began
        assert run.counts["changed"] == run.counts["rows"], run.rows.exclude(fate="changed")[0].problems
        yield run, data, spent


def known_devices(count: int) -> tuple[int, list[str]]:
    """So many devices received at W1, a disk in each; the first one's number, and the tags in order.

    Within a transaction that is taken back: the rules of the database are lifted.
    """
    first = next(_numbers) * 1_000_000
    numbers = range(first, first + count)
    uninstall(connection, RULES)
    announced = [journeys.announced(serial=_serial(n), inventory_number=f"K{n}") for n in numbers]
    tags = declare_list(announced, actor=everybody().technician)
    found = dict(Device.objects.filter(among("tag", tags)).order_by().values_list("tag", "pk"))
    pks = [found[tag] for tag in tags]
    place = journeys.location().pk
    change_rows(Device, ("status", "location_id"), ((pk, Status.RECEIVED.value, place) for pk in pks))
    media = reserve_ids(Medium, count)
    now = timezone.now()
    # U stands in no real tag.
    rows = (
        (pk, f"U{n % 10**8:08d}", of, _disk(n), _disk(n).lower()) for pk, of, n in zip(media, pks, numbers, strict=True)
    )
    same = {"kind": "hdd", "state": MediumState.PENDING.value, "created_at": now}
    write_rows(Medium, ("id", "code", "device_id", "serial", "serial_key"), rows, same=same)
    write_rows(MediumStay, ("medium_id", "device_id"), zip(media, pks, strict=True), same={"since": now})
    return first, tags


def applied_of(kind: str) -> Figure:
    """20,000 rows applied, all their entries written, on the clock of the wall, beside the limit."""
    signs: list[int] = []
    with transaction.atomic():
        first, tags = known_devices(APPLIED)
        if kind == "count":
            open_session("count", actor=everybody().warehouse_keeper, location=journeys.location().code)
        seconds = 0.0
        for run, data, _spent in previewed(kind, first, tags, lambda _done: None):
            spool.lay(run.code, [("list", data)])
            run.save()
            began = time.monotonic()
            enter_rows(run, importing(run.uploaded_by), signs.append)
            seconds += time.monotonic() - began
            spool.clear(run.code)
        transaction.set_rollback(True)
    assert len(signs) > 5
    what = f"{APPLIED:,} rows of the kind {kind} applied, {APPLIED / seconds:,.0f} a second; the limit"
    return Figure(f"import-apply-{kind}", what, seconds, MOST_SECONDS, Goal(1.0, "at most"))


PREVIEWS: dict[str, Callable[[], Figure]] = {f"import-preview-{kind}": partial(preview_of, kind) for kind in LISTS}
APPLYING: dict[str, Callable[[], Figure]] = {f"import-apply-{kind}": partial(applied_of, kind) for kind in LISTS}


def _serial(number: int) -> str:
    return f"KS{number:09d}"


def _disk(number: int) -> str:
    return f"KD{number:09d}"
