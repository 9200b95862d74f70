"""The database's own rules begin here; `post_migrate` lays them, for they speak of tables and columns of later days."""

from django.db import migrations


def lift(apps, schema_editor):
    from inventory.ledger.rules import uninstall
    from inventory.rules import RULES

    uninstall(schema_editor.connection, RULES)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]
    operations = [migrations.RunPython(migrations.RunPython.noop, lift)]
