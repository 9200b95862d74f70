"""Lay the database's own rules; `post_migrate` lays them again after every later migration."""

from django.db import migrations


def lay(apps, schema_editor):
    from inventory.ledger.rules import install
    from inventory.rules import RULES

    tables = set(schema_editor.connection.introspection.table_names())
    install(schema_editor.connection, [rule for rule in RULES if rule.table in tables])


def lift(apps, schema_editor):
    from inventory.ledger.rules import uninstall
    from inventory.rules import RULES

    uninstall(schema_editor.connection, RULES)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [migrations.RunPython(lay, lift)]
