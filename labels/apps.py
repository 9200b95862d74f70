"""Labels as a Django application: papers, printers, what was sent to them, and its settings checked at start."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.models.signals import post_migrate

# What is left for the host when a link of 60 characters holds https://, /T/ and nine symbols.
MOST_HOST = 40


class LabelsConfig(AppConfig):
    """Paper out."""

    name = "labels"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Lay the rule of the database after every migration, and check the settings at every start."""
        post_migrate.connect(_lay_rules, sender=self)
        register(check_settings)


def _lay_rules(using: str = "default", **_facts: Any) -> None:
    from inventory.ledger.rules import install
    from labels.rules import LABEL_RULES

    connection = connections[using]
    tables = set(connection.introspection.table_names())
    install(connection, [rule for rule in LABEL_RULES if rule.table in tables])


def check_settings(**_facts: Any) -> list[CheckMessage]:
    """System check: the host fits on labels, and the places where printers may stand can be understood."""
    from labels.addresses import networks, ports

    found: list[CheckMessage] = []
    if len(settings.RELAIS_PUBLIC_HOST) > MOST_HOST:
        hint = f"Choose a RELAIS_PUBLIC_HOST of at most {MOST_HOST} characters: the link has to fit on the labels."
        found.append(Error("The public host is too long for a label.", hint=hint, id="relais.E010"))
    for read, name, example in (
        (networks, "RELAIS_PRINTERS", "10.1.0.0/16"),
        (ports, "RELAIS_PRINTER_PORTS", "9100-9109"),
    ):
        try:
            read()
        except ImproperlyConfigured as fault:
            found.append(Error(str(fault), hint=f"{name} is a list such as {example}.", id="relais.E011"))
    return found
