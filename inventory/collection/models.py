"""Manifests of what is fetched, and the two-person hand-overs of custody on the way."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from inventory.devices.models import Device, Location
from inventory.documents.models import StoredFile


class Manifest(models.Model):
    """What is expected from a department, what the driver took, what arrived."""

    number = models.CharField(max_length=20, unique=True)
    department = models.CharField(max_length=150)
    place = models.CharField(max_length=200, blank=True, default="")
    planned_on = models.DateField()
    destination = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, default="planned")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["planned", "under_way", "arrived"]), name="manifest_state_known"
            )
        ]

    def __str__(self) -> str:
        return self.number


class ManifestLine(models.Model):
    """One device on a manifest: expected or not, taken or not, arrived or not."""

    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="lines")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="manifest_lines")
    expected = models.BooleanField(default=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["manifest", "device"], name="a_device_once_per_manifest")
        ]

    def __str__(self) -> str:
        return f"{self.device_id} on {self.manifest_id}"


class CustodyHandover(models.Model):
    """Devices change hands: one person releases, another receives, both sign (ISO/IEC 27037)."""

    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="handovers")
    leg = models.CharField(max_length=20)
    # The one who releases may be somebody of the department without an account: then only their function is kept.
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    released_function = models.CharField(max_length=100, blank=True, default="")
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200)
    seal = models.CharField(max_length=60, blank=True, default="")
    device_count = models.PositiveIntegerField()
    paper = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(leg__in=["pickup", "delivery"]), name="custody_leg_known"),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("received_by")),
                name="custody_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=False) | ~Q(released_function=""),
                name="custody_has_a_releaser",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leg} of {self.manifest_id}"
