"""What is good enough to leave the city, as data: versions of the policy, and the written exceptions to it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class SanitisationPolicy(models.Model):
    """From which day on which category suffices to leave the city, per kind of medium; versions are only ever added."""

    valid_from = models.DateField(unique=True)
    # The standards and their editions, as the certificates print them.
    edition = models.CharField(max_length=150)
    # Kind of medium → purge or destroy.
    suffices = models.JSONField()
    reference = models.CharField(max_length=40, blank=True, default="")
    recorded_at = models.DateTimeField()
    # Nobody decided on the first one: it comes with the software.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.valid_from}"


class ClearException(models.Model):
    """A written exception by which media leave with Clear, for a while."""

    reference = models.CharField(max_length=40, unique=True)
    # Empty: every kind.
    medium_kind = models.CharField(max_length=20, blank=True, default="")
    data_class = models.CharField(max_length=20)
    reason = models.CharField(max_length=30)
    # Moments, not days: the database compares them whatever its time zone. The end is the first moment after.
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="an_exception_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_by__isnull=False),
                name="an_exception_is_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def valid_from(self) -> dt.date:
        """The first day, in Brussels."""
        return timezone.localdate(self.begins_at)

    @property
    def valid_to(self) -> dt.date:
        """The last day, in Brussels."""
        return timezone.localdate(self.ends_at - dt.timedelta(hours=1))

    @property
    def state(self) -> str:
        """`withdrawn`, `ended`, `coming` or `valid`, now."""
        now = timezone.now()
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "ended" if self.ends_at <= now else "coming" if self.begins_at > now else "valid"
