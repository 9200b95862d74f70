"""One inspection matched against a million stored devices, beside the same against ten thousand."""

from __future__ import annotations

import itertools
import time

from django.db import connection, transaction

from inventory.devices.inspections import Inspection
from inventory.devices.likely import likely_devices
from inventory.devices.models import Device
from inventory.ledger.rules import uninstall
from inventory.rules import RULES
from tests.benchmarks.measuring import Figure, Goal, side_by_side

FEW, MANY = 10_000, 1_000_000
# What the rows of the series bear, in SQL that both databases read; every third serial number is a placeholder.
_DIGITS = "SUBSTR(CAST(1000000000 + {n} AS TEXT), 2)"
_UUID = f"'44454c4c-5a3b-4c1d-8e2f-7a6' || {_DIGITS}"
_SERIAL = f"CASE WHEN {{n}} % 3 = 0 THEN 'default string' ELSE 'rls' || {_DIGITS} END"
_BORNE = {
    "serial": _SERIAL,
    "serial_key": _SERIAL,
    "smbios_uuid": _UUID,
    "uuid_key": _UUID,
    "board_serial": f"'MBRLS' || {_DIGITS}",
    "inventory_number": f"'INV' || {_DIGITS}",
}


def matched_inspection() -> Figure:
    """The same inspections, most of machines that are known; whatever is filled in here is taken back at the end."""
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    seen = itertools.cycle([_inspection(number) for number in (*range(1, FEW, 97), *range(MANY, MANY + 20))])
    probes = len(range(1, FEW, 97)) + 20

    def match() -> None:
        for _ in range(probes):
            likely_devices(next(seen))

    with transaction.atomic():
        _keep(FEW)
        assert likely_devices(_inspection(1))
        few, _nothing = side_by_side(match, lambda: None, times=7, clock=clock)
        _fill(MANY)
        many, _nothing = side_by_side(match, lambda: None, times=7, clock=clock)
        transaction.set_rollback(True)
    what = f"an inspection against {MANY:,} devices; against {FEW:,}"
    return Figure("match", what, many / probes, few / probes, Goal(2.0, "at most"))


def _keep(count: int) -> None:
    """Only the first so many devices, each with numbers of its own; the rules are lifted, for it is all taken back."""
    with connection.cursor() as cursor:
        uninstall(connection, RULES)
        pks = Device.objects.order_by("id").values_list("pk", flat=True)
        first, last = pks[0], pks[count - 1]
        assert last - first == count - 1
        assert not Device.objects.filter(pk__gt=last).exists(), "this figure comes before those that add devices"
        borne = ", ".join(f"{name} = {sql.format(n=f'(id - {first} + 1)')}" for name, sql in _BORNE.items())
        cursor.execute(f"UPDATE inventory_device SET {borne}")
        cursor.execute("ANALYZE inventory_device")


def _fill(count: int) -> None:
    """Devices up to so many, by one statement, each as the first one but for what it bears."""
    last = Device.objects.order_by("-id").values_list("pk", flat=True)[0]
    special = {
        **{name: sql.format(n="s.n") for name, sql in _BORNE.items()},
        "id": f"{last} - {FEW} + s.n",
        # U stands in no real tag.
        "tag": "'U' || SUBSTR(CAST(100000000 + s.n AS TEXT), 2)",
        "search": "''",
    }
    names = [field.column for field in Device._meta.concrete_fields]
    values = ", ".join(special.get(name, f"d.{name}") for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO inventory_device ({', '.join(names)}) "
            f"WITH RECURSIVE s(n) AS (SELECT {FEW + 1} UNION ALL SELECT n + 1 FROM s WHERE n < {count}) "
            f"SELECT {values} FROM s, (SELECT * FROM inventory_device ORDER BY id LIMIT 1) d"
        )
        cursor.execute("ANALYZE inventory_device")
    assert Device.objects.count() == count


def _inspection(number: int) -> Inspection:
    digits = f"{number:09d}"
    serial = "Default string" if number % 3 == 0 else f"RLS{digits}"
    board = f"MBRLS{digits}"
    uuid = f"44454c4c-5a3b-4c1d-8e2f-7a6{digits}"
    return Inspection("lshw", "Fictor", "Bureau 300", serial=serial, uuid=uuid, board_serial=board)
