"""Many rows of one table at the database driver's own speed: the one gateway for bulk writes.

Nothing is skipped: constraints and rules of the database hold for these rows as for any other. What is skipped is the
object per row, which costs four times the write itself, and whatever is the same in every row is said once.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice, repeat
from typing import Any

import orjson
from django.db import connection, models, transaction
from django.db.models import Lookup, Max, Q

# Rows a statement or a piece of COPY: enough to forget the call, little enough to hold.
BATCH = 5_000

Row = tuple[Any, ...]


def among(column: str, values: Iterable[Any]) -> Q:
    """The rows whose column holds one of these values, however many they are; `column` as `filter` names it.

    One parameter for all: Django's `in` makes one of each value, which costs more than the search itself, and SQLite
    reads at most 32,766.
    """
    return Q(**{f"{column}__among": list(values)})


@models.ForeignKey.register_lookup
@models.Field.register_lookup
class Among(Lookup):
    """`column__among=[...]`: as `in`, the values in one parameter."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """An array on PostgreSQL, a list in JSON on SQLite."""
        column, parameters = self.process_lhs(compiler, connection)
        values: Any = self.rhs
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s)", [*parameters, values]
        wanted = "(SELECT value FROM json_each(%s))"
        return f"{column} IN {wanted}", [*parameters, orjson.dumps(values).decode()]


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Primary keys for so many rows to come, nobody else's; within the transaction that will write them."""
    _inside_a_transaction()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(own.sequence) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence "
                "OFFSET 0) AS own, generate_series(1, %s)",
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


def write_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Row], *, same: Mapping[str, Any] | None = None
) -> int:
    """Insert rows, each a tuple in the order of `columns` (attribute names, such as `entry_id`); returns how many.

    `same`: what other columns hold in every row. Text, whole numbers, truth values, decimals, dates, aware moments and
    None go in as they are, JSON as objects, or as bytes when it is spelled already. Columns left out take their field's
    default, one for all rows. Raises IntegrityError as the database does.
    """
    _inside_a_transaction()
    said = dict(same or {})
    for field in model._meta.concrete_fields:
        spare = field.attname not in columns and field.attname not in said and not field.primary_key
        if spare and (field.has_default() or not field.null):
            said[field.attname] = field.get_default()
    fields = [_field(model, name) for name in (*columns, *said)]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    write = _copying if connection.vendor == "postgresql" else _inserting
    put = write(table, names, fields, list(said.values()))
    count = 0
    coming = iter(rows)
    # A batch is held before it is written: rows may come from a query, and while COPY runs the connection is busy.
    while batch := list(islice(coming, BATCH)):
        put(batch)
        count += len(batch)
    return count


def change_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Set columns of many rows, each a tuple of the primary key and the columns' values; returns how many it changed.

    Values as `write_rows` takes them. A key that does not exist changes nothing: whoever calls compares the numbers.
    """
    _inside_a_transaction()
    fields = [_field(model, name) for name in columns]
    names = [connection.ops.quote_name(str(field.column)) for field in fields]
    table = connection.ops.quote_name(model._meta.db_table)
    count = 0
    coming = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(coming, BATCH)):
            keys, *values = _columns([_as_it_is, *map(_bound, fields)], batch)
            if connection.vendor == "postgresql":
                kinds = ["bigint", *(str(field.db_type(connection)).partition("(")[0] for field in fields)]
                arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
                places = ", ".join(f"c{number}" for number in range(len(kinds)))
                setting = ", ".join(f"{name} = given.c{number}" for number, name in enumerate(names, start=1))
                cursor.execute(
                    f"UPDATE {table} SET {setting} FROM unnest({arrays}) AS given ({places}) WHERE id = given.c0",  # noqa: S608
                    [list(keys), *map(list, values)],
                )
                count += cursor.rowcount
            else:
                setting = ", ".join(f"{name} = given.column{number}" for number, name in enumerate(names, start=2))
                places = ", ".join(["%s"] * (len(names) + 1))
                begin = f"UPDATE {table} SET {setting} FROM (VALUES "  # noqa: S608 - our names
                end = ") AS given WHERE id = given.column1"
                count += _put_together(begin, f"({places})", zip(keys, *values, strict=True), end)
    return count


# A column of a batch as the driver takes it.
Column = Callable[[Sequence[Any]], Sequence[Any]]


def _columns(makers: Sequence[Column], batch: list[Row]) -> list[Sequence[Any]]:
    # Column by column: most of them go as they are.
    return [make(column) for make, column in zip(makers, zip(*batch, strict=True), strict=True)]


# Values bound to one statement; SQLite takes at least 32,766, and is slower again with all of them.
_BOUND = 2_000


def _inserting(table: str, names: str, fields: list[Any], same: list[Any]) -> Callable[[list[Row]], None]:
    """How SQLite takes rows: some hundred in a statement, where what is the same in all stands spelled out.

    Before each statement that fires a trigger SQLite makes ready to take back that statement alone, which costs more
    than the row: a statement a row would take twice as long.
    """
    makers = [_bound(field) for field in fields]
    count = len(fields) - len(same)
    constants = [make([value])[0] for make, value in zip(makers[count:], same, strict=True)]
    literals = [_literal(value) for value in constants]
    extra = tuple(value for value, literal in zip(constants, literals, strict=True) if literal is None)
    places = ", ".join([*["%s"] * count, *(literal or "%s" for literal in literals)])
    statement = f"INSERT INTO {table} ({names}) VALUES "  # noqa: S608 - our names

    def put(batch: list[Row]) -> None:
        columns = [*_columns(makers[:count], batch), *(repeat(value, len(batch)) for value in extra)]
        _put_together(statement, f"({places})", zip(*columns, strict=True))

    return put


def _put_together(begin: str, places: str, rows: Iterable[Row], end: str = "") -> int:
    """Rows bound to as few statements as SQLite is quick with; returns how many rows were changed."""
    coming, count = iter(rows), 0
    most = max(1, _BOUND // places.count("%s"))
    # Spelled as SQLite has it, once: Django would look for `%s` in each of these long statements anew.
    places = places.replace("%s", "?")
    whole = f"{begin}{', '.join([places] * most)}{end}"
    with connection.cursor() as cursor, connection.wrap_database_errors:
        while some := list(islice(coming, most)):
            statement = whole if len(some) == most else f"{begin}{', '.join([places] * len(some))}{end}"
            sqlite3.Cursor.execute(cursor.cursor, statement, list(chain.from_iterable(some)))
            count += cursor.rowcount
    return count


def _literal(value: Any) -> str | None:
    """A value as SQL spells it, for what needs no care; None where it is better bound."""
    if value is None:
        return "NULL"
    if type(value) in (int, bool):
        return str(int(value))
    if type(value) is str and value.isascii() and value.isprintable() and "%" not in value:
        return "'" + value.replace("'", "''") + "'"
    return None


def _copying(table: str, names: str, fields: list[Any], same: list[Any]) -> Callable[[list[Row]], None]:
    """How PostgreSQL takes rows: COPY in its text format, where the columns that are all the same end every line."""
    statement = f"COPY {table} ({names}) FROM STDIN"
    makers = [_spelled(field) for field in fields]
    count = len(fields) - len(same)
    constants = "".join(f"\t{make([value])[0]}" for make, value in zip(makers[count:], same, strict=True))
    end = f"{constants}\n"

    def put(batch: list[Row]) -> None:
        text = end.join(map("\t".join, zip(*_columns(makers[:count], batch), strict=True)))
        with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
            copy.write((text + end).encode())

    return put


def _field(model: type[models.Model], name: str) -> Any:
    for field in model._meta.concrete_fields:
        if field.attname == name:
            return field
    raise ValueError(f"{model.__name__} has no column {name}")


def _as_it_is(column: Sequence[Any]) -> Sequence[Any]:
    return column


def _each(make: Callable[[Any], Any], none: str | None = None) -> Column:
    return lambda column: [none if value is None else make(value) for value in column]


def _bound(field: Any) -> Column:
    """A column as the driver binds it."""
    if isinstance(field, models.JSONField):
        return lambda column: [_json(value) for value in column]
    if connection.vendor == "postgresql":
        return _as_it_is
    if isinstance(field, models.DateTimeField):
        return _each(_moment)
    if isinstance(field, models.DateField):
        return _each(dt.date.isoformat)
    if isinstance(field, models.DecimalField):
        places = Decimal(1).scaleb(-field.decimal_places)
        return _each(lambda value: str(Decimal(value).quantize(places)))
    return _as_it_is


_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _spelled(field: Any) -> Column:
    """A column as the text format of COPY has it."""
    if isinstance(field, models.JSONField):
        return lambda column: [_escaped(_json(value)) for value in column]
    if isinstance(field, models.CharField | models.TextField):
        return _words
    return _each(str, _NULL)


def _words(column: Sequence[Any]) -> Sequence[Any]:
    if None in column:
        return [_NULL if value is None else _escaped(value) for value in column]
    # One look at all of them: hardly a text holds what must be escaped.
    together = "".join(column)
    return column if together is _escaped(together) else [_escaped(value) for value in column]


def _escaped(text: str) -> str:
    hurts = "\\" in text or "\t" in text or "\n" in text or "\r" in text
    return text.translate(_ESCAPES) if hurts else text


_NOTHING = {dict: "{}", list: "[]", tuple: "[]", str: '""', int: "0", bool: "false"}


def _json(value: Any) -> str:
    if type(value) is bytes:
        return value.decode()
    # Most of what may be said is not: no problems, no notices, no changes.
    return orjson.dumps(value).decode() if value else _NOTHING.get(type(value), "null")


@lru_cache(maxsize=64)
def _moment(value: dt.datetime) -> str:
    # Nearly every row of a batch bears the same moment.
    return str(connection.ops.adapt_datetimefield_value(value))


def _inside_a_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Many rows are written in one transaction.")
