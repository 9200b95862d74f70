"""How Django finds the domain, and when the database's own rules are laid again and checked."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connections
from django.db.models.signals import post_migrate, pre_migrate

RULES_MISSING = "relais.W002"
ENTRIES_LOST = "relais.W003"


class InventoryConfig(AppConfig):
    """The domain, as one Django app with one migration history."""

    name = "inventory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        pre_migrate.connect(_lift_rules, sender=self)
        post_migrate.connect(_lay_rules, sender=self)
        post_migrate.connect(_lay_first_policy, sender=self)
        register(check_rules, Tags.database)
        register(check_memory, Tags.database)


def _lift_rules(using: str = "default", plan: Any = (), **_facts: Any) -> None:
    # SQLite renames no table while a trigger of another names what is not there for that moment.
    connection = connections[using]
    if connection.vendor != "sqlite" or not plan:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'relais\\_%' ESCAPE '\\'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")


def _lay_rules(using: str = "default", **_facts: Any) -> None:
    # SQLite's schema editor rebuilds tables and drops their triggers without a word: so lay them again, always.
    from inventory.ledger.rules import install
    from inventory.rules import RULES

    connection = connections[using]
    tables = set(connection.introspection.table_names())
    install(connection, [rule for rule in RULES if rule.table in tables])


def _lay_first_policy(using: str = "default", **_facts: Any) -> None:
    # With the rules rather than in a migration: a test that empties every table finds it again.
    from inventory.wiping.policy import first_policy
    from inventory.wiping.policy_models import SanitisationPolicy

    tables = connections[using].introspection.table_names()
    if SanitisationPolicy._meta.db_table in tables and not SanitisationPolicy.objects.using(using).exists():
        first_policy().save(using=using)


def check_rules(databases: Any = None, **_facts: Any) -> list[CheckMessage]:
    """System check: every rule of `inventory.rules` is enforced by the database that is in use."""
    from inventory.ledger.rules import missing
    from inventory.rules import RULES

    found: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        try:
            tables = set(connection.introspection.table_names())
            absent = missing(connection, [rule for rule in RULES if rule.table in tables])
        except DatabaseError as trouble:
            return [Error(f"The database cannot be asked for its rules: {trouble}", id="relais.E001")]
        if absent:
            found.append(
                # Only a warning: an error would keep `migrate` from laying them. The server refuses to start on it.
                Warning(
                    f"The database does not enforce: {', '.join(absent)}.",
                    hint="Run `./run manage migrate`: it lays the rules again.",
                    id=RULES_MISSING,
                )
            )
    return found


def check_memory(databases: Any = None, **_facts: Any) -> list[CheckMessage]:
    """System check: the ledger still holds all that the checkpoints kept outside the database know.

    `./run serve` refuses to start on it, until an administrator has accepted the restore by name.
    """
    from django.utils import translation

    from inventory.ledger.kept import loss
    from inventory.ledger.models import Subtree

    if "default" not in (databases or []):
        return []
    try:
        if Subtree._meta.db_table not in connections["default"].introspection.table_names():
            return []
        lost = loss()
    except DatabaseError:
        return []  # `check_rules` says that the database cannot be asked.
    if lost is None:
        return []
    said = []
    for language in ("fr", "nl", "en"):
        with translation.override(language):
            said.append(str(lost.sentence) % lost.facts)
    hint = "After a restore that you know of: ./run manage accept_restore --as USERNAME"
    return [Warning("\n".join(said), hint=hint, id=ENTRIES_LOST)]
