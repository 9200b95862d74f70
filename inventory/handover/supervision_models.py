"""That an act was sent to the Region, which supervises the city: when, and under which reference."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.allocation.models import Decision


class Transmission(models.Model):
    """One decision, sent to the Region once (ordinance of 14 May 1998 on administrative supervision)."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="transmission")
    sent_on = models.DateField()
    # Of the registered letter, or of the Region's own counter.
    reference = models.CharField(max_length=100)
    # What its gifts were worth on that day, in cents.
    cents = models.PositiveBigIntegerField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-sent_on", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reference=""), name="what_was_sent_has_its_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.sent_on}"
