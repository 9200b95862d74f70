"""Database rules: triggers that refuse what must never happen, in one spelling for SQLite and PostgreSQL.

Django's SQLite schema editor rebuilds a table on many changes and silently drops its triggers, so the rules are
installed again after every migration and checked at start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Rule:
    """Refuse `act` (INSERT, UPDATE or DELETE) on `table` for every row where `condition` holds.

    `condition` is SQL that both databases read, over NEW and OLD; `first` is run before it on PostgreSQL alone,
    where two transactions must be made to wait for each other (SQLite has only one writer). `at_once`: what a statement
    inserts is looked at when all of it stands, by one call; on SQLite row by row all the same, which costs it little.
    """

    name: str
    table: str
    act: str
    message: str
    condition: str = "1 = 1"
    first: str = ""
    at_once: bool = False

    def statements(self, vendor: str) -> list[str]:
        """The SQL that installs the rule, replacing an older one."""
        if vendor == "postgresql":
            return self._postgresql()
        return [
            f"DROP TRIGGER IF EXISTS {self.name}",
            f"CREATE TRIGGER {self.name} BEFORE {self.act} ON {self.table} FOR EACH ROW WHEN ({self.condition}) "
            f"BEGIN SELECT RAISE(ABORT, 'relais: {self.message}'); END",
        ]

    def removal(self, vendor: str) -> str:
        """The SQL that takes the rule away (used by tests that empty tables)."""
        suffix = f" ON {self.table}" if vendor == "postgresql" else ""
        return f"DROP TRIGGER IF EXISTS {self.name}{suffix}"

    def _postgresql(self) -> list[str]:
        condition, before, moment, what = self.condition, "", f"BEFORE {self.act}", "FOR EACH ROW"
        if self.at_once:
            # A trigger before each row would also make COPY write its rows one by one.
            condition = f"EXISTS (SELECT 1 FROM inserted AS NEW WHERE {self.condition})"  # noqa: S608
            before, moment = "#variable_conflict use_column\n", "AFTER INSERT"
            what = "REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT"
        body = (
            f"{before} BEGIN {self.first} IF ({condition}) THEN RAISE EXCEPTION 'relais: {self.message}' "
            "USING ERRCODE = 'restrict_violation'; END IF; "
            f"RETURN {'OLD' if self.act == 'DELETE' else 'NEW'}; END"
        )
        trigger = f"{moment} ON {self.table} {what}"
        statements = [
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"CREATE TRIGGER {self.name} {trigger} EXECUTE FUNCTION {self.name}()",
        ]
        if self.act == "DELETE":
            statements += [
                f"CREATE OR REPLACE FUNCTION {self.name}_truncate() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION 'relais: {self.message}' USING ERRCODE = 'restrict_violation'; END $$",
                f"DROP TRIGGER IF EXISTS {self.name}_truncate ON {self.table}",
                f"CREATE TRIGGER {self.name}_truncate BEFORE TRUNCATE ON {self.table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {self.name}_truncate()",
            ]
        return statements


def install(connection: BaseDatabaseWrapper, rules: Sequence[Rule]) -> None:
    """Install every rule on this database, replacing older versions."""
    with connection.cursor() as cursor:
        for rule in rules:
            for statement in rule.statements(connection.vendor):
                cursor.execute(statement)


def uninstall(connection: BaseDatabaseWrapper, rules: Sequence[Rule]) -> None:
    """Take the rules away; only tests that empty whole tables have a reason to."""
    with connection.cursor() as cursor:
        for rule in rules:
            cursor.execute(rule.removal(connection.vendor))
            if connection.vendor == "postgresql" and rule.act == "DELETE":
                cursor.execute(f"DROP TRIGGER IF EXISTS {rule.name}_truncate ON {rule.table}")


def missing(connection: BaseDatabaseWrapper, rules: Sequence[Rule]) -> list[str]:
    """Names of the rules this database does not enforce."""
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        present = {row[0] for row in cursor.fetchall()}
    wanted = {rule.name for rule in rules}
    if connection.vendor == "postgresql":
        wanted |= {f"{rule.name}_truncate" for rule in rules if rule.act == "DELETE"}
    return sorted(wanted - present)


def append_only(table: str, what: str) -> list[Rule]:
    """The rules of a table whose rows are only ever added."""
    short = table.removeprefix("inventory_")
    return [
        Rule(f"relais_{short}_no_update", table, "UPDATE", f"{what} cannot be changed"),
        Rule(f"relais_{short}_no_delete", table, "DELETE", f"{what} cannot be removed"),
    ]


LEDGER_RULES: list[Rule] = [
    *append_only("inventory_entry", "an entry of the ledger"),
    *append_only("inventory_leaf", "a leaf of the ledger"),
    *append_only("inventory_checkpoint", "a checkpoint"),
    *append_only("inventory_cosignature", "a cosignature"),
    Rule(
        "relais_witness_stays",
        "inventory_witness",
        "UPDATE",
        "a withdrawn key stays withdrawn, and a key is never another",
        "NEW.key <> OLD.key OR NEW.name <> OLD.name OR OLD.withdrawn_at IS NOT NULL",
    ),
    Rule("relais_witness_no_delete", "inventory_witness", "DELETE", "a witness cannot be removed"),
    Rule(
        "relais_privatepayload_no_update",
        "inventory_privatepayload",
        "UPDATE",
        "a private payload can be erased, not changed",
    ),
]
