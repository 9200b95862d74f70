"""Until when the post may bring what was posted before a closing; rounds that there are had no such days."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def at_the_closing(apps: Any, schema_editor: Any) -> None:
    """Their post had time until the closing itself."""
    apps.get_model("inventory", "Round").objects.update(entries_until=models.F("closes_at"))


class Migration(migrations.Migration):
    dependencies = [("inventory", "0032_found_reports")]

    operations = [
        migrations.AddField("round", "entries_until", models.DateTimeField(null=True)),
        migrations.RunPython(at_the_closing, migrations.RunPython.noop),
        migrations.AlterField("round", "entries_until", models.DateTimeField()),
        migrations.AddConstraint(
            "round",
            models.CheckConstraint(
                condition=models.Q(entries_until__gte=models.F("closes_at")),
                name="the_post_has_time_after_the_closing",
            ),
        ),
    ]
