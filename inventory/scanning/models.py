"""A session of scanning and its rows: what was scanned, when, by whom, and what came of it."""

from __future__ import annotations

import secrets
import uuid
from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.associations.models import Request
from inventory.collection.models import Manifest
from inventory.devices.containers.models import Container
from inventory.devices.models import Device, Location


class ActName(StrEnum):
    """What a session does with each device; the word stands on mode cards and in addresses."""

    RECEIVE = "receive"
    MOVE = "move"
    WIPE = "wipe"
    READY = "ready"
    PICK = "pick"
    COUNT = "count"


class Outcome(StrEnum):
    """What came of one scan."""

    DONE = "done"
    # Noticed, and not done twice.
    AGAIN = "again"
    REFUSED = "refused"


def _new_code() -> str:
    return secrets.token_hex(5)


class ScanSession(models.Model):
    """An act chosen once, and the scans that do it. It can be left and taken up again until it is closed."""

    # A phone off line may make the code itself: ten hexadecimal figures, known to nobody else.
    code = models.CharField(max_length=10, unique=True, default=_new_code)
    act = models.CharField(max_length=20)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    grade = models.CharField(max_length=1, blank=True, default="")
    request = models.ForeignKey(Request, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The delivery that is scanned in: only a session that receives has one.
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # A stock-take may be counted by two people, each for themselves.
    counters = models.PositiveSmallIntegerField(default=1)
    # What a stock-take showed when it was closed, and what became of it: tags by group, never people.
    settled = models.JSONField(default=dict)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(act__in=[act.value for act in ActName]), name="scan_act_known"),
            models.CheckConstraint(condition=Q(counters__in=[1, 2]), name="one_or_two_count"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_by__isnull=False), name="somebody_closes_a_session"
            ),
            models.CheckConstraint(
                condition=Q(manifest__isnull=True) | Q(act=ActName.RECEIVE), name="a_delivery_is_received"
            ),
            models.UniqueConstraint(
                fields=["manifest"], condition=Q(closed_at__isnull=True), name="a_delivery_is_scanned_in_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.code}"


class ScanRow(models.Model):
    """One scan. `client_id` is made where it was scanned: the same sent again is the same row."""

    session = models.ForeignKey(ScanSession, on_delete=models.PROTECT, related_name="rows")
    client_id = models.UUIDField(unique=True, default=uuid.uuid4)
    text = models.CharField(max_length=200)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    container = models.ForeignKey(Container, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10)
    # Why not, as `Refusal.plain()` spells it.
    why = models.JSONField(default=dict)
    # What the act's sentence and the way back need: places and the device's own count of changes.
    facts = models.JSONField(default=dict)
    # Which of the people who count: 1 or 2, always 1 but at a stock-take of two.
    turn = models.PositiveSmallIntegerField(default=1)
    scanned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=[outcome.value for outcome in Outcome]), name="scan_outcome_known"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.DONE) | Q(device__isnull=False) | Q(container__isnull=False),
                name="what_is_done_has_its_thing",
            ),
            models.UniqueConstraint(
                fields=["session", "device", "turn"],
                condition=Q(outcome=Outcome.DONE, undone_at__isnull=True),
                name="a_device_is_done_once_a_session",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["session", "-id"], name="scan_row_session_id")]

    def __str__(self) -> str:
        return f"{self.text}: {self.outcome}"


class ExpectedDevice(models.Model):
    """A device that stood at the place when its stock-take began; `seq` is the device's count of changes then."""

    session = models.ForeignKey(ScanSession, on_delete=models.PROTECT, related_name="expected")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "device"], name="a_device_is_expected_once"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} in {self.session_id}"
