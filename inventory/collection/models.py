"""Manifests of what is fetched, and the two-person hand-overs of custody on the way."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from inventory.devices.containers.models import Container, Sealing
from inventory.devices.models import Device, Location
from inventory.documents.models import StoredFile


class Vehicle(models.Model):
    """A van or lorry of the city: what a day's collections are planned on."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    # How many devices it takes, as the planners reckon; none means nobody counts.
    capacity = models.PositiveIntegerField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(capacity__isnull=True) | Q(capacity__gt=0), name="a_vehicle_takes_some"),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}" if self.name else self.code


class Manifest(models.Model):
    """What is expected from a department, what the driver took, what arrived."""

    number = models.CharField(max_length=20, unique=True)
    department = models.CharField(max_length=150)
    place = models.CharField(max_length=200, blank=True, default="")
    planned_on = models.DateField()
    # With which vehicle, and which stop of its day, from 1.
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, null=True, blank=True, related_name="manifests")
    stop = models.PositiveSmallIntegerField(null=True, blank=True)
    destination = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, default="planned")
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["planned", "under_way", "arrived", "cancelled"]), name="manifest_state_known"
            ),
            models.UniqueConstraint(
                fields=["planned_on", "vehicle", "stop"],
                condition=Q(stop__isnull=False) & ~Q(state="cancelled"),
                name="one_manifest_a_stop",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["planned_on", "vehicle"], name="manifest_day_vehicle")]

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
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["manifest", "device"], name="a_device_once_per_manifest")
        ]

    def __str__(self) -> str:
        return f"{self.device_id} on {self.manifest_id}"


class ManifestContainer(models.Model):
    """A container that travels on a manifest, with the seal it was taken under; none when it was open."""

    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="containers")
    container = models.ForeignKey(Container, on_delete=models.PROTECT, related_name="+")
    sealing = models.ForeignKey(Sealing, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["manifest", "container"], name="a_container_once_per_manifest")
        ]

    def __str__(self) -> str:
        return f"{self.container_id} on {self.manifest_id}"


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
    # How many devices were scanned, and how many the two counted by hand, when they did.
    device_count = models.PositiveIntegerField()
    counted = models.PositiveIntegerField(null=True, blank=True)
    paper = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
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
            models.UniqueConstraint(fields=["manifest", "leg"], name="a_leg_is_signed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.leg} of {self.manifest_id}"


class Side(StrEnum):
    """Which of the two signs."""

    RELEASED = "released"
    RECEIVED = "received"


class SignedHow(StrEnum):
    """How somebody signed a change of hands."""

    # Whoever is signed in and does the deed.
    ACCOUNT = "account"
    DRAWN = "drawn"
    PIN = "pin"
    # On paper; its photo or scan may come later.
    PAPER = "paper"


class CustodySignature(models.Model):
    """One of the two signatures under a change of hands, and how it was given."""

    handover = models.ForeignKey(CustodyHandover, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=10)
    how = models.CharField(max_length=10)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    function = models.CharField(max_length=100, blank=True, default="")
    drawing = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handover", "side"], name="each_side_signs_once"),
            models.CheckConstraint(condition=Q(side__in=[side.value for side in Side]), name="custody_side_known"),
            models.CheckConstraint(condition=Q(how__in=[how.value for how in SignedHow]), name="signed_how_known"),
            models.CheckConstraint(
                condition=~Q(how__in=["account", "pin"]) | Q(person__isnull=False), name="a_pin_is_somebodys"
            ),
            models.CheckConstraint(
                condition=~Q(how="drawn") | Q(drawing__isnull=False), name="a_drawn_signature_is_there"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} of {self.handover_id}: {self.how}"


class CustodyException(models.Model):
    """Something on the way does not agree; somebody owns it until a day, and says what came of it."""

    number = models.CharField(max_length=20, unique=True)
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="exceptions")
    kind = models.CharField(max_length=20)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="custody_exceptions"
    )
    container = models.ForeignKey(Container, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # Amounts and numbers of the difference (counted, scanned, seal…): never names.
    facts = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=30, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["due_on", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["manifest", "kind", "device"],
                condition=Q(resolved_at__isnull=True, device__isnull=False),
                name="a_difference_of_a_device_once",
            ),
            models.UniqueConstraint(
                fields=["manifest", "kind", "container"],
                condition=Q(resolved_at__isnull=True, container__isnull=False),
                name="a_difference_of_a_crate_once",
            ),
            models.UniqueConstraint(
                fields=["manifest", "kind"],
                condition=Q(resolved_at__isnull=True, device__isnull=True, container__isnull=True),
                name="a_difference_of_the_whole_once",
            ),
            models.CheckConstraint(
                condition=Q(device__isnull=True) | Q(container__isnull=True), name="a_difference_is_of_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, outcome="", resolved_by__isnull=True)
                | (Q(resolved_at__isnull=False, resolved_by__isnull=False) & ~Q(outcome="")),
                name="a_resolved_exception_says_how",
            ),
        ]

    def __str__(self) -> str:
        return self.number
