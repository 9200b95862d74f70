"""Many rows of one table at the database driver's own speed: the one gateway for bulk writes.

Nothing is skipped: constraints and rules of the database hold for these rows as for any other. What is skipped is the
object per row, which costs four times the write itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any

import orjson
from django.db import connection, models, transaction
from django.db.models import Max

# Rows a statement or a piece of COPY: enough to forget the call, little enough to hold.
BATCH = 5_000

Row = tuple[Any, ...]


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Primary keys for so many rows to come, nobody else's; within the transaction that will write them."""
    _inside_a_transaction()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [model._meta.db_table, count],
            )
            return [row[0] for row in cursor.fetchall()]
    # SQLite has one writer, and this transaction is it. A key once given is not given again (AUTOINCREMENT).
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
        found = cursor.fetchone()
    last = model._default_manager.aggregate(last=Max("pk"))["last"]
    first = max(found[0] if found else 0, last or 0) + 1
    return range(first, first + count)


def write_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows, each a tuple in the order of `columns` (attribute names, such as `entry_id`); returns how many.

    Text, whole numbers, truth values, decimals, dates, aware moments and None go in as they are, JSON as objects.
    Columns left out take their field's default, one for all rows. Raises IntegrityError as the database does.
    """
    _inside_a_transaction()
    fields = [_field(model, name) for name in columns]
    spare = [
        field
        for field in model._meta.concrete_fields
        if field.attname not in columns and not field.primary_key and (field.has_default() or not field.null)
    ]
    constants = tuple(field.get_default() for field in spare)
    makers = [_maker(field) for field in (*fields, *spare)]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in (*fields, *spare))
    table = connection.ops.quote_name(model._meta.db_table)
    adapted = (_adapted((*row, *constants), makers) for row in rows)
    if connection.vendor == "postgresql":
        statement, write = f"COPY {table} ({names}) FROM STDIN", _copy
    else:
        places = ", ".join(["%s"] * len(makers))
        statement, write = f"INSERT INTO {table} ({names}) VALUES ({places})", _execute_many  # noqa: S608 - our names
    count = 0
    # A batch is held before it is written: rows may come from a query, and while COPY runs the connection is busy.
    while batch := list(islice(adapted, BATCH)):
        write(statement, batch)
        count += len(batch)
    return count


def _copy(statement: str, rows: list[Row]) -> None:
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _execute_many(statement: str, rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


Maker = Callable[[Any], Any]


def _adapted(row: Row, makers: list[Maker | None]) -> Row:
    return tuple(
        [value if make is None or value is None else make(value) for value, make in zip(row, makers, strict=True)]
    )


def _field(model: type[models.Model], name: str) -> Any:
    for field in model._meta.concrete_fields:
        if field.attname == name:
            return field
    raise ValueError(f"{model.__name__} has no column {name}")


def _maker(field: Any) -> Maker | None:
    """What a column does to a value on its way to the driver; None when nothing."""
    if isinstance(field, models.JSONField):
        return _json
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.DateField):
        return dt.date.isoformat
    if isinstance(field, models.DecimalField):
        places = Decimal(1).scaleb(-field.decimal_places)
        return lambda value: str(Decimal(value).quantize(places))
    return None


_NOTHING = {dict: "{}", list: "[]", str: '""', int: "0", bool: "false"}


def _json(value: Any) -> str:
    # Most of what may be said is not: no problems, no notices, no changes.
    return orjson.dumps(value).decode() if value else _NOTHING.get(type(value), "null")


@lru_cache(maxsize=64)
def _moment(value: dt.datetime) -> str:
    # Nearly every row of a batch bears the same moment.
    return str(connection.ops.adapt_datetimefield_value(value))


def _inside_a_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Many rows are written in one transaction.")
