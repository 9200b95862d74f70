"""What happens to devices after they were handed over, as it is told or found: one table for all of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.associations.filing_models import Letter
from inventory.handover.models import Agreement, AgreementItem


class AfterEvent(models.Model):
    """One thing that was told or found about devices of an agreement; kinds are rows of `aftercare.KINDS`."""

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="after_events")
    items = models.ManyToManyField(AgreementItem, related_name="after_events", blank=True)
    channel = models.CharField(max_length=20)
    happened_on = models.DateField()
    # What was told; never names of people.
    words = models.TextField(blank=True, default="")
    # Of a repayment.
    cents = models.PositiveIntegerField(null=True, blank=True)
    # Told within the days that the agreement gives for an exchange.
    in_time = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(channel__in=["online", "counter", "telephone", "post"]), name="after_event_channel_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="repayment") | Q(cents__isnull=False), name="a_repayment_has_its_amount"
            ),
        ]

    def __str__(self) -> str:
        return self.number
