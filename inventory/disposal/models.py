"""End of life on paper: which collector took how many kilograms with which document."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from inventory.devices.models import Device


class RecyclingRecord(models.Model):
    """One device handed to a registered collector (Brudalex: traceability of waste electrical equipment)."""

    device = models.OneToOneField(Device, on_delete=models.PROTECT, related_name="recycling")
    collector = models.CharField(max_length=60)
    document = models.CharField(max_length=60)
    kilograms = models.DecimalField(max_digits=7, decimal_places=3)
    recycled_on = models.DateField()
    # As they hold on the day of the movement (`codes.toml`); empty for what was recorded before they were kept.
    weee_category = models.CharField(max_length=10, blank=True, default="")
    waste_code = models.CharField(max_length=12, blank=True, default="")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kilograms__gt=0), name="recycled_weight_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id}: {self.document}"


class FoundReport(models.Model):
    """Somebody without an account tells of a device: found, broken, no longer needed; who, only by their choice."""

    number = models.CharField(max_length=20, unique=True)
    # As far as the label could be read; it may be of no device of ours, and the teller is not told.
    tag = models.CharField(max_length=9, blank=True, default="")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, blank=True, related_name="found_reports")
    what = models.CharField(max_length=20)
    place = models.CharField(max_length=200, blank=True, default="")
    # How to answer, if somebody wants an answer: erased when the report is settled.
    answer_to = models.CharField(max_length=100, blank=True, default="")
    told_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, blank=True, default="")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["found", "broken", "unneeded", "data"]), name="found_report_says_what"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, outcome="", settled_by__isnull=True)
                | (Q(settled_at__isnull=False, settled_by__isnull=False, answer_to="", place="") & ~Q(outcome="")),
                name="a_settled_report_keeps_no_way_to_answer",
            ),
        ]

    def __str__(self) -> str:
        return self.number
