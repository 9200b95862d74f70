"""How Django finds the accounts, and the roles as groups after every migration."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Users, roles, tokens."""

    name = "backend.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_lay_roles, sender=self)


def _lay_roles(using: str = "default", **_facts: Any) -> None:
    from django.contrib.auth.models import Group

    from backend.accounts.roles import ROLES

    # The tables of other apps may not be there yet on the way back to an early migration.
    if Group._meta.db_table in _tables(using):
        for name in ROLES:
            Group.objects.using(using).get_or_create(name=name)


def _tables(using: str) -> list[str]:
    from django.db import connections

    return connections[using].introspection.table_names()
