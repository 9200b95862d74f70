"""A machine is looked for by its UUID and board number among a million: both are indexed."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("inventory", "0004_certificate")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["smbios_uuid"], name="device_smbios_uuid"),
        ),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["board_serial"], name="device_board_serial"),
        ),
    ]
