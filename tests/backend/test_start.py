"""A server never starts on a database without its rules, and migrating always mends it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from inventory.ledger.rules import missing, uninstall
from inventory.rules import RULES

pytestmark = pytest.mark.django_db


def test_the_server_refuses_a_database_without_its_rules_and_migrating_mends_it() -> None:
    from backend.wsgi import refuse_without_rules

    refuse_without_rules()
    uninstall(connection, RULES[3:5])
    with pytest.raises(ImproperlyConfigured, match=r"does not enforce: relais_\w+.*migrate"):
        refuse_without_rules()
    call_command("migrate", verbosity=0)
    assert missing(connection, RULES) == []
    refuse_without_rules()
