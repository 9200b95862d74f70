"""A medium that a later inspection of its device does not see is missed from that moment on."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("inventory", "0010_policy")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="mediumstay",
            name="missed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
