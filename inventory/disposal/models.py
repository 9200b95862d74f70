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
