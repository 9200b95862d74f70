"""Two records of one machine are merged and split again; a UUID is found in either byte order by one column."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from inventory.devices.identity import uuid_key


def fill_keys(apps: Any, editor: Any) -> None:
    """The key of every UUID already known."""
    devices = apps.get_model("inventory", "Device")
    for device in devices.objects.exclude(smbios_uuid="").only("pk", "smbios_uuid").iterator(chunk_size=2000):
        devices.objects.filter(pk=device.pk).update(uuid_key=uuid_key(device.smbios_uuid))


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("inventory", "0007_job_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=30)),
                ("likeness", models.JSONField(default=list)),
                ("status_before", models.CharField(max_length=30)),
                ("seq_after", models.PositiveIntegerField(default=0)),
                ("filled", models.JSONField(default=list)),
                ("media", models.JSONField(default=list)),
                ("no_data", models.JSONField(default=dict)),
                ("merged_at", models.DateTimeField()),
                ("split_at", models.DateTimeField(blank=True, null=True)),
                ("split_reason", models.CharField(blank=True, default="", max_length=30)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ToldApart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.RemoveIndex(
            model_name="device",
            name="device_smbios_uuid",
        ),
        migrations.AddField(
            model_name="device",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absorbed",
                to="inventory.device",
            ),
        ),
        migrations.AddField(
            model_name="device",
            name="uuid_key",
            field=models.CharField(blank=True, default="", max_length=36),
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="device",
            index=models.Index(fields=["uuid_key"], name="device_uuid_key"),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(
                        ("legal_status", "product"),
                        (
                            "status__in",
                            ["declared", "received", "awaiting_sanitisation", "sanitised", "in_refurbishment", "ready"],
                        ),
                    ),
                    _connector="OR",
                ),
                name="merged_device_owes_nothing",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="absorbed",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="absorptions", to="inventory.device"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="kept",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="inventory.device"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="merged_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="split_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="toldapart",
            name="one",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.device"
            ),
        ),
        migrations.AddField(
            model_name="toldapart",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.device"
            ),
        ),
        migrations.AddField(
            model_name="toldapart",
            name="told_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("split_at__isnull", True)), fields=("absorbed",), name="a_device_is_merged_into_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("absorbed")), _negated=True),
                name="a_device_is_not_merged_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("split_at__isnull", True), ("split_by__isnull", False), _connector="OR"),
                name="a_split_has_its_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="toldapart",
            constraint=models.UniqueConstraint(fields=("one", "other"), name="two_devices_are_told_apart_once"),
        ),
        migrations.AddConstraint(
            model_name="toldapart",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))), name="told_apart_in_one_order"
            ),
        ),
    ]
